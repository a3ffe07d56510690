"""The one orchestrator: documents → columns → matching → metrics → `Scores` with signatures.

Scoring streams: documents are paired and put into columns about a thousand at a time, every metric
adds its tally, and nothing else is kept, unless per-document rows are asked for.
"""

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from goldwire.best_case import Grounder
from goldwire.clustering import DOCUMENT
from goldwire.collecting import Collected
from goldwire.columns import chunks
from goldwire.errors import DataError, NothingEvaluatedError, UsageError
from goldwire.formats.tables import whole
from goldwire.grounding import Mode
from goldwire.inputs import Gold, Run, different_tokens
from goldwire.labels import LAYER_NAMES
from goldwire.metrics import Metric, Options, composites, expand
from goldwire.model import Annotation, Document
from goldwire.pairing import GoldDocument, Pairing, pair_documents
from goldwire.scores import Scores
from goldwire.selection import Selection
from goldwire.slicing import check_slicing
from goldwire.tallies import P_DEN, R_DEN, Tally
from goldwire.version import version

HEADLINE: tuple[str, ...] = (
    "mentions/strict",
    "mentions/exact",
    "mentions/type",
    "mentions/overlap",
    "entities/b3",
    "values/strict",
    "times/strict",
    "times/value",
    "triggers/identified",
    "triggers/classified",
    "arguments/classified",
    "arguments/attached_classified",
    "attributions/source",
    "attributions/cue",
    "attributions/content",
    "attributions/strict",
)
"""The metrics that are scored when none is named."""


ON_ERROR = ("refuse", "count")

INTERVALS = "logit-t.95"
"""How the intervals of a run that kept its documents are called in signatures, before clusters."""


def bootstrap_name(cluster: str) -> str:
    """Name bootstrap intervals in signatures: method, level, clusters, draws and seed."""
    return f"bootstrap.95.{cluster}.10000.s0"


def score_documents(
    gold: Iterable[GoldDocument],
    predicted: Iterable[Annotation],
    *,
    metrics: Sequence[str] = HEADLINE,
    options: Options = Options(),
    selection: Selection = Selection(),
    context: Mapping[str, str] | None = None,
    pairing: Pairing | None = None,
    layers: Iterable[str] | None = None,
    slices: Sequence[str] = (),
    per_document: bool = False,
    explain: bool = False,
    items: bool = False,
    confidence: bool = False,
    grounding: Mode = "folded",
    categories: bool = False,
    on_error: str = "refuse",
    cluster: str = DOCUMENT,
) -> Scores:
    """Score predictions against gold; both are streams of documents.

    `layers` are the layers that the run attempted; without it they are the keys present in any
    record. `slices` names slicings (`goldwire.slicing`); `explain` also says what became of every
    item of the metrics' layers, `categories` counts that (`Scores.counts`, `Scores.confusions`),
    `items` keeps the gold items that are not right (`Scores.wrong`), for comparisons,
    `confidence` keeps what `Scores.curve` and `Scores.calibration` need. Predicted items with a
    surface and no span are placed in the text where it is known, as `grounding` says.
    With `on_error` "refuse" a fatal problem raises DataError after all of the input was read, so
    that every fault is named; with "count" it is only listed. `cluster` is what intervals take as
    one draw: the document, or an attribute of it (see `clustering`).
    Raises NothingEvaluatedError when no gold document had a prediction, or no metric a number.
    """
    _check_call(metrics, options=options, slices=slices, on_error=on_error)
    pairing = Pairing() if pairing is None else pairing
    collected = Collected(
        metrics=expand(metrics),
        options=options,
        slices=slices,
        per_document=per_document or options.average == "documents",
        confidence=confidence,
        categories=categories,
        explain=explain,
        items=items,
    )
    keeps_texts = explain or items or collected.needs_surfaces
    texts: dict[str, str] | None = {} if keeps_texts else None
    dropped: Counter[str] = Counter()
    grounder = Grounder(grounding, selection)
    stream = _selected(
        pair_documents(collected.seen(gold), predicted, pairing=pairing),
        grounder,
        dropped,
        texts=texts,
    )
    for chunk in chunks(
        stream,
        ignore=selection.is_ignored if selection.only else None,
        layers=collected.layers,
        surfaces=collected.needs_surfaces,
        texts={} if texts is None else texts,
    ):
        collected.add(chunk, texts=texts or {})
        grounder.settle(collected.metrics, options)
        if texts is not None:
            texts.clear()
    _refuse(pairing, on_error=on_error)
    attempted = {*pairing.attempted} if layers is None else {*layers}
    for target in selection.label_map.rules.values():
        if target is not None:
            attempted.add(LAYER_NAMES[target[0]])
    if selection.labels and not any(table.sums.any() for table in collected.tallies.values()):
        raise NothingEvaluatedError(
            "nothing was evaluated: no item on either side is labelled "
            f"{' or '.join(sorted(selection.labels))}"
        )
    not_scored = _not_scored(metrics, collected, attempted=attempted, annotated=pairing.annotated)
    collected.keep_layers(attempted & pairing.annotated)
    grounded = grounder.report()
    tallies = {
        name: table.in_order()
        for name, table in collected.tallies.items()
        if name not in not_scored
    }
    return Scores(
        tallies=tallies,
        context={
            **selection.fields(),
            **(context or {}),
            **({} if grounded is None else {"ground": grounded.signed}),
            **({"ci": f"{INTERVALS}.{cluster}"} if per_document else {}),
        },
        options=options,
        not_scored=not_scored,
        pairing=pairing,
        dropped=dict(dropped),
        unknown_labels=_unknown_labels(collected.tallies),
        oddities=dict(collected.oddities),
        grounding=grounded,
        ceilings=grounder.ceilings(tallies),
        absent_labels=_absent_labels(selection, collected.tallies),
        explained=tuple(collected.explained),
        wrong=collected.wrong,
        doc_ids=tuple(collected.doc_ids),
        documents=tuple(collected.documents),
        cluster=cluster,
        paragraphs=collected.paragraphs,
        confident=collected.confidence or {},
        sliced={key: part for key, part in collected.slices_in_full() if part.sums.any()},
        unsliced={by: tuple(names) for by, names in collected.unsliced.items()},
        composites=tuple(name for name in dict.fromkeys(metrics) if name in composites()),
        counts=collected.counts,
        confusions=collected.confusions,
    )


def _check_call(
    metrics: Sequence[str], *, options: Options, slices: Sequence[str], on_error: str
) -> None:
    if not metrics:
        raise UsageError("no metric is named: `goldwire metrics` lists them")
    if on_error not in ON_ERROR:
        raise UsageError(f"on_error {on_error!r}: choose from {', '.join(ON_ERROR)}")
    for by in slices:
        check_slicing(by)
    if options.average == "documents" and slices:
        raise UsageError("slices have no means over documents: leave --average or --slice out")


def _not_scored(
    names: Sequence[str],
    collected: Collected,
    *,
    attempted: Collection[str],
    annotated: Collection[str],
) -> dict[str, str]:
    """Say why metrics have no number; raise NothingEvaluatedError when none of them has one."""
    metrics = collected.metrics
    found = {**collected.impossible, **_reasons(metrics, attempted, annotated)}
    if all(metric.name in found for metric in metrics):
        told = "\n".join(f"  {name}: {reason}" for name, reason in found.items())
        raise NothingEvaluatedError(
            f"nothing was evaluated, because no metric that was asked for can be scored:\n{told}"
        )
    for name in set(names) & set(composites()):
        lacking = [part for part in composites()[name].parts if part in found]
        if lacking:
            found[name] = found[lacking[0]]
    return found


def _refuse(pairing: Pairing, *, on_error: str) -> None:
    """Raise when scores would mean nothing: after fatal problems, or without any prediction."""
    if pairing.fatal and on_error == "refuse":
        raise DataError(
            f"scores would mean nothing, so none were computed; problems: {len(pairing.fatal)}",
            pairing.fatal,
        )
    if pairing.n_predicted == pairing.n_unknown:
        raise NothingEvaluatedError(
            f"nothing was evaluated: none of {pairing.n_documents} gold documents has a prediction "
            f"({pairing.n_predicted} predicted records were read)",
            pairing.fatal,
        )


def score_run(
    gold: Gold,
    run: Run,
    *,
    metrics: Sequence[str] = HEADLINE,
    options: Options = Options(),
    selection: Selection = Selection(),
    slices: Sequence[str] = (),
    per_document: bool = False,
    explain: bool = False,
    confidence: bool = False,
    grounding: Mode = "folded",
    categories: bool = False,
    on_error: str = "refuse",
    compat: str | None = None,
    cluster: str = DOCUMENT,
) -> Scores:
    """Score a system's saved predictions against a gold standard; see `score_documents`.

    `compat` names the preset that the options come from, for the signature. Two token files must
    have the same tokens: the first difference is a fatal problem.
    """
    difference = different_tokens(gold, run)
    if difference is not None:
        run.problems.append(difference)
        if on_error == "refuse":
            raise DataError("scores would mean nothing, so none were computed", [difference])
    run = replace(run, reader=replace(run.reader, texts=gold.texts))
    return score_documents(
        gold.scan(),
        run.scan(),
        metrics=metrics,
        options=options,
        selection=selection,
        context={
            **({"compat": compat} if compat else {}),
            "match": "optimal",
            **gold.context(),
            "v": version(),
        },
        pairing=Pairing(problems=run.problems),
        layers=run.layers,
        slices=slices,
        per_document=per_document,
        explain=explain,
        confidence=confidence,
        grounding=grounding,
        categories=categories,
        on_error=on_error,
        cluster=cluster,
    )


def _reasons(
    metrics: Iterable[Metric], attempted: Collection[str], annotated: Collection[str]
) -> dict[str, str]:
    """Say of every metric that has no number why; a layer attempted in vain is scored as zero."""
    reasons = {}
    for metric in metrics:
        for layers, reason in (
            (annotated, "gold is not annotated for"),
            (attempted, "the run did not attempt"),
        ):
            lacking = [layer for layer in metric.layers if layer not in layers]
            if lacking:
                reasons[metric.name] = f"{reason} {', '.join(lacking)}"
                break
    return reasons


def _selected(
    pairs: Iterable[tuple[GoldDocument, Annotation | None]],
    grounder: Grounder,
    dropped: Counter[str],
    *,
    texts: dict[str, str] | None,
) -> Iterator[tuple[str, Annotation | None, Annotation | None, Document | None]]:
    """Ground predictions and apply the selection to both sides; keep the texts if asked."""
    selection = grounder.selection
    changes = bool(selection.label_map) or bool(selection.labels)
    for item, found in pairs:
        if texts is not None and item.text is not None:
            texts[item.doc_id] = item.text
        prediction = None if found is None else grounder.ground(item, found)
        if not changes:
            yield item.doc_id, item.annotation, prediction, item.document
            continue
        if prediction is not None:
            prediction, lost = selection.label_map.apply(whole(prediction))
            dropped.update(lost)
            prediction = selection.restrict(prediction)
        gold = selection.restrict(whole(item.annotation))
        yield item.doc_id, gold, prediction, item.document


def _absent_labels(selection: Selection, tallies: Mapping[str, Tally]) -> tuple[str, ...]:
    """Name the wanted labels that no gold item has."""
    present = {
        group
        for table in tallies.values()
        for group, row in zip(table.groups, table.sums.sum(axis=0), strict=True)
        if row[R_DEN]
    }
    return tuple(sorted(selection.labels - present))


def _unknown_labels(tallies: Mapping[str, Tally]) -> dict[str, dict[str, str]]:
    """Name the predicted labels that gold never has, each with gold's nearest label or ""."""
    unknown: dict[str, dict[str, str]] = {}
    for layer, name in (("mentions", "mentions/strict"), ("triggers", "triggers/classified")):
        if name not in tallies:
            continue
        sums = tallies[name].sums.sum(axis=0)
        of_gold = [
            group for group, row in zip(tallies[name].groups, sums, strict=True) if row[R_DEN]
        ]
        for group, row in zip(tallies[name].groups, sums, strict=True):
            if row[P_DEN] and not row[R_DEN]:
                near = difflib.get_close_matches(group, of_gold, n=1, cutoff=0.6)
                unknown.setdefault(layer, {})[group] = near[0] if near else ""
    return unknown
