"""Agreement of annotators: every metric between every pair of passes, and chance-corrected figures.

F1 between two annotators is symmetric (swapping them swaps P and R), needs no chance model for
spans (Hripcsak & Rothschild 2005), and comes from the same credits as every other score. The
coefficients need one label per thing: for kappa and nominal alpha the things are tokens, and a
token's label is the set of labels that cover it; alpha for unitising and gamma take the spans
themselves.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from goldwire.agreement.coefficients import (
    Unit,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    unitizing_alpha,
)
from goldwire.agreement.gamma import gamma_of
from goldwire.columns import chunks
from goldwire.errors import DataError, Problem
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument
from goldwire.scoring import score_documents
from goldwire.tallies import P_DEN, R_DEN

METRICS: tuple[str, ...] = (
    "mentions/strict",
    "mentions/head",
    "entities/b3",
    "entities/ceaf_e",
    "values/strict",
    "times/strict",
    "times/value",
    "triggers/identified",
    "triggers/classified",
    "events/b3",
    "arguments/attached_classified",
    "attributions/source",
    "attributions/cue",
    "attributions/content",
    "attributions/strict",
)
"""What agreement is reported on; a pass that did not attempt a layer has none there."""

SPAN_LAYERS: Mapping[str, str] = {
    "mentions": "mentions",
    "values": "values",
    "times": "times",
    "triggers": "event_mentions",
}
"""The layers of labelled spans, on which the coefficients are computed, and their record layers."""

TOKEN = re.compile(r"\w+|[^\w\s]")
"""What a token is here: a run of letters and digits, or one other visible character."""

Passes = Mapping[str, Sequence[Annotation]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two annotators agree under one metric: F1, and how many items each has."""

    metric: str
    first: str
    second: str
    f1: float | None
    n_first: float
    n_second: float


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A chance-corrected figure on one layer, between the annotators named; None where undefined.

    `n` counts what it rests on: tokens, or marked spans of all annotators.
    """

    layer: str
    name: str
    between: tuple[str, ...]
    value: float | None
    n: int
    of: str


def checked_passes(passes: Mapping[str, Iterable[Annotation]]) -> dict[str, tuple[Annotation, ...]]:
    """Give every pass's records in one order of documents.

    Raises DataError when the documents of the passes differ: agreement over different texts means
    nothing.
    """
    records = {name: {one.doc_id: one for one in found} for name, found in passes.items()}
    every = sorted({doc_id for found in records.values() for doc_id in found})
    problems = [
        Problem(
            "GW712",
            "/doc_id",
            f"the pass {name} does not have this document, another pass has",
            document=doc_id,
            fix="give the same documents to every annotator, or leave this one out of all passes",
        )
        for name, found in records.items()
        for doc_id in every
        if doc_id not in found
    ]
    if problems:
        raise DataError("the passes are not over the same documents", problems)
    return {name: tuple(found[doc_id] for doc_id in every) for name, found in records.items()}


def agreements(
    passes: Mapping[str, Iterable[Annotation]], *, metrics: Sequence[str] = METRICS
) -> tuple[Agreement, ...]:
    """Compare every pair of annotators.

    `passes` maps an annotator's name to all of its records. Raises DataError when the documents of
    two passes differ.
    """
    records = checked_passes(passes)
    found: list[Agreement] = []
    for first, second in combinations(records, 2):
        scores = score_documents(
            [GoldDocument(annotation) for annotation in records[first]],
            records[second],
            metrics=metrics,
        )
        found.extend(
            Agreement(
                metric=score.address.metric,
                first=first,
                second=second,
                f1=score.f1,
                n_first=score.sums[R_DEN],
                n_second=score.sums[P_DEN],
            )
            for score in scores.rows()
        )
    return tuple(found)


def coefficients(
    passes: Mapping[str, Iterable[Annotation]],
    texts: Mapping[str, str],
    *,
    gamma: bool = False,
) -> tuple[Coefficient, ...]:
    """Compute kappa and alpha on every layer of spans that all passes attempted.

    `texts` has the text of every document (KeyError without). Documents are laid end to end.
    `gamma` adds γ (Mathet et al. 2015), which needs pygamma-agreement and takes its time.
    """
    records = checked_passes(passes)
    found: list[Coefficient] = []
    for layer, record_layer in SPAN_LAYERS.items():
        if all(
            any(record_layer in one.attempted() for one in of_pass) for of_pass in records.values()
        ):
            found.extend(_of_layer(layer, records, texts, gamma=gamma))
    return tuple(found)


def _of_layer(
    layer: str, records: Passes, texts: Mapping[str, str], *, gamma: bool
) -> Iterator[Coefficient]:
    names = tuple(records)
    spans = {name: _spans(layer, found) for name, found in records.items()}
    doc_ids = [one.doc_id for one in records[names[0]]]
    tokens = {
        name: [label for at, doc_id in enumerate(doc_ids)
               for label in token_labels(texts[doc_id], of_pass[at])]
        for name, of_pass in spans.items()
    }  # fmt: skip
    n_tokens = len(tokens[names[0]])
    for one, other in combinations(names, 2):
        value = cohen_kappa(tokens[one], tokens[other])
        yield Coefficient(layer, "Cohen’s κ", (one, other), value, n_tokens, "tokens")
    everyone = list(tokens.values())
    value = fleiss_kappa(everyone)
    yield Coefficient(layer, "Fleiss’ κ", names, value, n_tokens, "tokens")
    value = krippendorff_alpha(everyone)
    yield Coefficient(layer, "Krippendorff’s α", names, value, n_tokens, "tokens")
    starts, length = _continuum([texts[doc_id] for doc_id in doc_ids])
    laid = [
        [(start + at, start + to, label) for start, found in zip(starts, of_pass, strict=True)
         for at, to, label in found]
        for of_pass in spans.values()
    ]  # fmt: skip
    n_units = sum(map(len, laid))
    value = unitizing_alpha(laid, length=length)
    yield Coefficient(layer, "α for unitising", names, value, n_units, "spans")
    if gamma:
        value = _gamma(list(spans.values()))
        yield Coefficient(layer, "γ", names, value, n_units, "spans")


def _spans(layer: str, records: Sequence[Annotation]) -> list[list[Unit]]:
    """Give the labelled spans of each document; discontinuous ones by their hull."""
    found: list[list[Unit]] = []
    aligned = [(one.doc_id, one, None, None) for one in records]
    for chunk in chunks(aligned, layers=(SPAN_LAYERS[layer], "entities")):
        spans = getattr(chunk.gold, layer)
        names = chunk.vocabularies[layer].names
        rows = list(
            zip(spans.start.tolist(), spans.end.tolist(), spans.label.tolist(), strict=True)
        )
        for first, last in zip(spans.offsets[:-1], spans.offsets[1:], strict=True):
            found.append(
                [
                    (at, to, names[label])
                    for at, to, label in rows[int(first) : int(last)]
                    if at >= 0
                ]
            )
    return found


def token_labels(text: str, spans: Sequence[Unit]) -> list[str]:
    """Label each token with the labels of all spans that touch it, `O` where there are none.

    >>> token_labels("Ann Lee left.", [(0, 7, "PER")])
    ['PER', 'PER', 'O', 'O']
    """
    labels = []
    for token in TOKEN.finditer(text):
        over = {label for at, to, label in spans if at < token.end() and token.start() < to}
        labels.append("+".join(sorted(over)) or "O")
    return labels


def _continuum(texts: Sequence[str]) -> tuple[list[int], int]:
    starts, length = [], 0
    for text in texts:
        starts.append(length)
        length += len(text)
    return starts, length


def _gamma(passes: Sequence[Sequence[Sequence[Unit]]]) -> float | None:
    """Give γ, the mean over the documents where at least two annotators marked something."""
    values = [
        gamma_of(document)
        for document in zip(*passes, strict=True)
        if sum(bool(units) for units in document) > 1
    ]
    return sum(values) / len(values) if values else None
