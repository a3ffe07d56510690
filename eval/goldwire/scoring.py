"""The one orchestrator: documents → columns → matching → metrics → `Scores` with signatures.

Scoring streams: documents are paired and put into columns about a thousand at a time, every metric
adds its tally, and nothing else is kept, unless per-document rows are asked for.
"""

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import msgspec

from goldwire.columns import chunks
from goldwire.errors import DataError, NothingEvaluatedError, Problem
from goldwire.explanation import Explained, explain_chunk
from goldwire.inputs import Gold, Run
from goldwire.labels import LAYER_NAMES, LabelMap
from goldwire.metrics import Metric, Options, find, registry
from goldwire.model import Annotation, Document, Mention
from goldwire.pairing import GoldDocument, Pairing, pair_documents
from goldwire.signature import Address, Signature
from goldwire.tallies import P_DEN, R_DEN, Ratio, Tally, merge, ratio, tally
from goldwire.version import version

if TYPE_CHECKING:
    import pandas as pd

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


SIGNED = {
    "duplicates": "dup",
    "singletons": "sing",
    "zero_division": "zero",
    "beta": "beta",
}
"""How the options are called in a signature."""


@dataclass(frozen=True, slots=True)
class Score:
    """One number's worth of a metric: its four sums, and what they divide to.

    `p`, `r` and `f1` are fractions 0–1, None where undefined (0/0). `sums` are p_num, p_den, r_num,
    r_den; for plain counting p_num = r_num = true positives, p_den = predicted, r_den = gold.
    """

    address: Address
    sums: tuple[float, float, float, float]
    p: float | None
    r: float | None
    f1: float | None
    signature: Signature

    @property
    def is_defined(self) -> bool:
        """Claim that there was anything to find or anything found."""
        return self.f1 is not None


@dataclass(frozen=True, slots=True)
class Scores(Mapping[str, Score]):
    """All scores of one run, by metric name; `scores["mentions/strict[ORG]"]` is one label's.

    `tallies` has the four sums per group (and per document when they were kept), `not_scored`
    says of every metric without a number why it has none, and `problems` lists what did not fit.
    """

    tallies: Mapping[str, Tally]
    context: Mapping[str, str]
    options: Options
    not_scored: Mapping[str, str]
    pairing: Pairing
    dropped: Mapping[str, int] = field(default_factory=dict)
    unknown_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    explained: tuple[Explained, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything in the data that did not fit, in the order in which it was met."""
        return tuple(self.pairing.problems)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tallies)

    def __len__(self) -> int:
        return len(self.tallies)

    def __getitem__(self, name: str) -> Score:
        address = Address.parse(name)
        if address.metric not in self.tallies:
            if address.metric in self.not_scored:
                raise KeyError(f"{address.metric}: {self.not_scored[address.metric]}")
            raise KeyError(f"{address.metric} was not scored in this run")
        return self._score(address)

    def _score(self, address: Address) -> Score:
        metric = find(address.metric)
        table = self.tallies[address.metric]
        if address.label is None:
            sums = table.sums.sum(axis=(0, 1))
            value = self._whole(metric, table)
        else:
            sums = table.row(address.label)
            value = ratio(sums, beta=self.options.beta)
        value = with_zero_division(value, self.options)
        return Score(
            address=address,
            sums=(float(sums[0]), float(sums[1]), float(sums[2]), float(sums[3])),
            p=value.p,
            r=value.r,
            f1=value.f1,
            signature=self.signature(address),
        )

    def _whole(self, metric: Metric, table: Tally) -> Ratio:
        if metric.average == "micro":
            return ratio(table.sums.sum(axis=(0, 1)), beta=self.options.beta)
        rows = [row for group in table.groups if (row := table.row(group)).any()]
        # A group counts when gold has it (Recasens & Hovy 2011); what the system lacks earns 0.
        rows = [row for row in rows if row[R_DEN]] or rows
        groups = [ratio(row, beta=self.options.beta) for row in rows]
        return Ratio(
            _mean([group.p or 0.0 for group in groups]),
            _mean([group.r or 0.0 for group in groups]),
            _mean([group.f1 or 0.0 for group in groups]),
        )

    def signature(self, address: Address) -> Signature:
        """Give the signature of a number: its address and every option behind it."""
        metric = find(address.metric)
        own = _option_fields(self.options, (*metric.uses, "zero_division", "beta"))
        definition = {} if metric.version == 1 else {"def": str(metric.version)}
        averaged = {"avg": "label" if address.label is not None else metric.average}
        return Signature(address, {**averaged, **own, **definition, **self.context})

    def shared_signature(self) -> Signature:
        """Give what the signatures of all numbers of this run have in common, and all options."""
        return Signature(Address("*"), {**_option_fields(self.options, SIGNED), **self.context})

    def labels(self, metric: str) -> tuple[str, ...]:
        """Name the groups in which the metric had anything to count, in alphabetical order."""
        table = self.tallies[metric]
        return tuple(sorted(group for group in table.groups if group and table.row(group).any()))

    def rows(self, *, per_label: bool = False) -> Iterator[Score]:
        """Walk the scores, each metric's whole first and then its labels when asked for."""
        for name in self.tallies:
            yield self[name]
            if per_label:
                for label in self.labels(name):
                    yield self._score(Address(name, label=label))

    def to_pandas(self, *, per_label: bool = True) -> "pd.DataFrame":
        """Give all scores as a table, one row per metric and label. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(
            {
                "metric": score.address.metric,
                "label": score.address.label or "",
                "p": score.p,
                "r": score.r,
                "f1": score.f1,
                **dict(zip(("p_num", "p_den", "r_num", "r_den"), score.sums, strict=True)),
                "signature": str(score.signature),
            }
            for score in self.rows(per_label=per_label)
        )


def _option_fields(options: Options, names: Iterable[str]) -> dict[str, str]:
    # `:g` writes 1.0 as 1, so that the same weight always gives the same signature.
    values = {**asdict(options), "beta": f"{options.beta:g}"}
    return {SIGNED[name]: values[name] for name in SIGNED if name in names}


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def with_zero_division(value: Ratio, options: Options) -> Ratio:
    """Show 0/0 as the options say; only the presentation changes, never the four sums."""
    if options.zero_division == "undefined":
        return value
    shown = 0.0 if options.zero_division == "zero" else 1.0
    return Ratio(
        *(shown if measure is None else measure for measure in (value.p, value.r, value.f1))
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items take part: label map for predictions, labels kept, don't-care gold mentions.

    `labels` keeps only these labels of mentions, values, times and triggers, on both sides.
    `only` maps a mention attribute to the one value that counts (`{"level": "NAM"}`); other gold
    mentions become don't-care: a prediction on them is neither right nor wrong.
    """

    label_map: LabelMap = field(default_factory=LabelMap)
    labels: frozenset[str] = frozenset()
    only: Mapping[str, str] = field(default_factory=dict)

    def restrict(self, annotation: Annotation) -> Annotation:
        """Leave out the items whose label is not wanted."""
        if not self.labels:
            return annotation
        types = {entity.id: entity.type for entity in annotation.entities or ()}
        changes: dict[str, object] = {}
        for name in LAYER_NAMES.values():
            items = getattr(annotation, name)
            if items:
                changes[name] = tuple(
                    item
                    for item in items
                    if (item.type or types.get(getattr(item, "entity", None) or "", ""))
                    in self.labels
                )
        return msgspec.structs.replace(annotation, **changes)

    def is_ignored(self, mention: Mention) -> bool:
        """Claim that this gold mention is don't-care."""
        return any(getattr(mention, key) != value for key, value in self.only.items())

    def fields(self) -> dict[str, str]:
        """Write the selection as signature fields; a default selection writes nothing."""
        fields = {
            "map": str(self.label_map),
            "labels": ",".join(sorted(self.labels)),
            "only": ",".join(f"{key}={value}" for key, value in sorted(self.only.items())),
        }
        return {key: value for key, value in fields.items() if value}


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
    per_document: bool = False,
    explain: bool = False,
    on_error: str = "refuse",
) -> Scores:
    """Score predictions against gold; both are streams of documents.

    `layers` are the layers that the run attempted; without it they are the keys present in any
    record. `explain` also says what became of every item of the metrics' layers. With `on_error`
    "refuse" a fatal problem raises DataError after all of the input was read, so that every fault
    is named; with "count" it is only listed.
    Raises NothingEvaluatedError when no gold document had a prediction.
    """
    pairing = Pairing() if pairing is None else pairing
    chosen = [find(name) for name in metrics]
    known = registry()
    chosen.sort(key=lambda metric: list(known).index(metric.name) if metric.name in known else -1)
    dropped: Counter[str] = Counter()
    parts: dict[str, list[Tally]] = {metric.name: [] for metric in chosen}
    texts: dict[str, str] = {}
    explained: list[Explained] = []
    pairs = pair_documents(gold, predicted, pairing=pairing)
    stream = _selected(pairs, selection, dropped, texts=texts if explain else None)
    ignore = selection.is_ignored if selection.only else None
    wanted = frozenset(layer for metric in chosen for layer in metric.layers)
    for chunk in chunks(stream, ignore=ignore, layers=wanted):
        for metric in chosen:
            made = tally(metric.compute(chunk, options), n_documents=chunk.n_documents)
            parts[metric.name].append(made if per_document else made.fold())
            if not per_document and len(parts[metric.name]) > 1:
                parts[metric.name] = [merge(parts[metric.name])]
        if explain:
            explained.extend(explain_chunk(chunk, texts=texts, layers=wanted))
            texts.clear()
    if pairing.fatal and on_error == "refuse":
        raise DataError(
            f"{len(pairing.fatal)} problems make scores meaningless, so none were computed",
            pairing.fatal,
        )
    if pairing.n_predicted == pairing.n_unknown:
        raise NothingEvaluatedError(
            f"nothing was evaluated: none of {pairing.n_documents} gold documents has a prediction "
            f"({pairing.n_predicted} predicted records were read)"
        )
    attempted = set(pairing.attempted) if layers is None else set(layers)
    if selection.label_map:
        attempted |= {
            LAYER_NAMES[target[0]] for target in selection.label_map.rules.values() if target
        }
    tallies = {name: _concatenate(tables) for name, tables in parts.items() if tables}
    not_scored = _reasons(chosen, attempted, pairing.annotated)
    return Scores(
        tallies={name: table for name, table in tallies.items() if name not in not_scored},
        context={**selection.fields(), **(context or {})},
        options=options,
        not_scored=not_scored,
        pairing=pairing,
        dropped=dict(dropped),
        unknown_labels=_unknown_labels(tallies),
        explained=tuple(explained),
    )


def score_run(
    gold: Gold,
    run: Run,
    *,
    metrics: Sequence[str] = HEADLINE,
    options: Options = Options(),
    selection: Selection = Selection(),
    per_document: bool = False,
    explain: bool = False,
    on_error: str = "refuse",
) -> Scores:
    """Score a system's saved predictions against a gold standard; see `score_documents`."""
    return score_documents(
        gold,
        run,
        metrics=metrics,
        options=options,
        selection=selection,
        context={"match": "optimal", **gold.context(), "v": version()},
        pairing=Pairing(problems=run.problems),
        layers=run.layers,
        per_document=per_document,
        explain=explain,
        on_error=on_error,
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


def _concatenate(tables: Sequence[Tally]) -> Tally:
    total = tables[0]
    for table in tables[1:]:
        total = total + table
    return total


def _selected(
    pairs: Iterable[tuple[GoldDocument, Annotation | None]],
    selection: Selection,
    dropped: Counter[str],
    *,
    texts: dict[str, str] | None,
) -> Iterator[tuple[str, Annotation | None, Annotation | None, Document | None]]:
    """Apply the selection to both sides; keep the texts of the documents on their way if asked."""
    for item, found in pairs:
        if texts is not None and item.text is not None:
            texts[item.doc_id] = item.text
        prediction = found
        if prediction is not None:
            prediction, lost = selection.label_map.apply(prediction)
            dropped.update(lost)
            prediction = selection.restrict(prediction)
        yield item.doc_id, selection.restrict(item.annotation), prediction, item.document


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
