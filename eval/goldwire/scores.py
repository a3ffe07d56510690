"""Scores: what a run's tallies divide to, each number with its signature."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from goldwire.clustering import DOCUMENT, clusters
from goldwire.confidence import (
    Calibration,
    Confident,
    Curve,
    Floats,
    calibration,
    precision_recall_curve,
)
from goldwire.errors import Problem, UsageError
from goldwire.explanation import Explained
from goldwire.grounding import Report
from goldwire.items import GoldItem
from goldwire.metrics import Composite, Metric, Options, composites, describe, find
from goldwire.metrics.semeval import Confusion, Counts
from goldwire.model import Document
from goldwire.pairing import Pairing
from goldwire.signature import Address, Signature
from goldwire.statistics import (
    Interval,
    Measure,
    bootstrap_interval,
    cluster_sums,
    interval,
)
from goldwire.tallies import R_DEN, Ratio, Tally, ratio

if TYPE_CHECKING:
    import pandas as pd

AVERAGES = ("labels", "documents")

SIGNED = {
    "duplicates": "dup",
    "singletons": "sing",
    "zero_division": "zero",
    "beta": "beta",
}
"""How the options are called in a signature."""

BOUNDED = ("mentions/strict", "values/strict", "times/strict", "triggers/classified")
"""The metrics that have a best case: those of items with the same span and the same label."""


@dataclass(frozen=True, slots=True)
class Score:
    """One number's worth of a metric: its four sums, and what they divide to.

    `p`, `r` and `f1` are fractions 0–1, None where undefined (0/0). `sums` are p_num, p_den, r_num,
    r_den; for plain counting p_num = r_num = true positives, p_den = predicted, r_den = gold.
    `n_averaged` says over how many labels or documents an F1 is the mean, None when it is none. An
    average of metrics (`entities/conll`) has no sums: they are zeros, and P and R are None.
    """

    address: Address
    sums: tuple[float, float, float, float]
    p: float | None
    r: float | None
    f1: float | None
    signature: Signature
    n_averaged: int | None = None

    @property
    def is_defined(self) -> bool:
        """Claim that there was anything to find or anything found."""
        return self.f1 is not None


@dataclass(frozen=True, slots=True)
class Scores(Mapping[str, Score]):
    """All scores of one run, by metric name; `scores["mentions/strict[ORG]"]` is one label's.

    Iterating gives the metrics that are sums; averages of them (`entities/conll`) are addressed
    like the others, and `rows` has them too.

    `wrong` has for each metric the gold items that are not right, in order, where they were kept.
    `tallies` has the four sums per group (and per document when they were kept), `not_scored`
    says of every metric without a number why it has none, and `problems` lists what did not fit.
    `grounding` says what became of items without offsets (None: there were none), `ceilings` has
    the tallies of the metrics that they could have raised.
    """

    tallies: Mapping[str, Tally]
    context: Mapping[str, str]
    options: Options
    not_scored: Mapping[str, str]
    pairing: Pairing
    dropped: Mapping[str, int] = field(default_factory=dict)
    unknown_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    absent_labels: tuple[str, ...] = ()
    oddities: Mapping[str, int] = field(default_factory=dict)
    paragraphs: Mapping[str, Tally] = field(default_factory=dict)
    confident: Mapping[str, Sequence[Confident]] = field(default_factory=dict)
    explained: tuple[Explained, ...] = ()
    wrong: Mapping[str, Mapping[GoldItem, None]] = field(default_factory=dict)
    doc_ids: tuple[str, ...] = ()
    documents: tuple[Document | None, ...] = ()
    cluster: str = DOCUMENT
    sliced: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    grounding: Report | None = None
    ceilings: Mapping[str, Tally] = field(default_factory=dict)
    unsliced: Mapping[str, Sequence[str]] = field(default_factory=dict)
    composites: tuple[str, ...] = ()
    counts: Mapping[str, Mapping[str, Counts]] = field(default_factory=dict)
    confusions: Mapping[str, Confusion] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything in the data that did not fit, in the order in which it was met."""
        return tuple(self.pairing.problems)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tallies)

    def __len__(self) -> int:
        return len(self.tallies)

    def __getitem__(self, name: str) -> Score:
        try:
            address = Address.parse(name)
            found = describe(address.metric)
        except UsageError as error:
            raise KeyError(str(error)) from error
        if isinstance(found, Composite):
            return self._averaged(address, found)
        if address.metric not in self.tallies:
            if address.metric in self.not_scored:
                raise KeyError(f"{address.metric}: {self.not_scored[address.metric]}")
            raise KeyError(f"{address.metric} was not scored in this run")
        return self._score(address)

    def _averaged(self, address: Address, composite: Composite) -> Score:
        parts = [self[str(replace(address, metric=part))].f1 for part in composite.parts]
        defined = [part for part in parts if part is not None]
        mean = _mean(defined) if len(defined) == len(parts) else None
        return Score(address, (0.0, 0.0, 0.0, 0.0), None, None, mean, self.signature(address))

    def _score(self, address: Address) -> Score:
        metric = find(address.metric)
        table = self._table(address)
        n_averaged = None
        if address.label is not None:
            sums = table.row(address.label)
            value = ratio(sums, beta=self.options.beta)
        else:
            sums = table.sums.sum(axis=(0, 1))
            value = self._whole(metric, table)
        if self._is_averaged(metric, address):
            value, n_averaged = self._mean_of(metric, table, label=address.label)
        value = with_zero_division(value, self.options)
        return Score(
            address=address,
            sums=(float(sums[0]), float(sums[1]), float(sums[2]), float(sums[3])),
            p=value.p,
            r=value.r,
            f1=value.f1,
            signature=self.signature(address),
            n_averaged=n_averaged,
        )

    def _is_averaged(self, metric: Metric, address: Address) -> bool:
        """Claim that the options make this number a mean; BLANC's groups are none to average."""
        if self.options.average == "labels":
            return address.label is None and metric.average == "micro"
        return self.options.average == "documents" and address.slice is None

    def _mean_of(self, metric: Metric, table: Tally, *, label: str | None) -> tuple[Ratio, int]:
        """Average the scores of labels or documents, and count how many F1 are defined."""
        if self.options.average == "labels":
            found = [ratio(table.row(group), beta=self.options.beta) for group in table.groups]
        elif label is not None:
            at = table.groups.index(label) if label in table.groups else None
            rows = () if at is None else table.sums[:, at]
            found = [ratio(row, beta=self.options.beta) for row in rows]
        else:
            found = [
                self._whole(metric, Tally(table.groups, document[None])) for document in table.sums
            ]
        defined = [
            [value for value in values if value is not None]
            for values in (
                (one.p for one in found),
                (one.r for one in found),
                (one.f1 for one in found),
            )
        ]
        return Ratio(*map(_mean, defined)), len(defined[2])

    def _table(self, address: Address) -> Tally:
        if address.slice is None:
            return self.tallies[address.metric]
        if (address.metric, address.slice) not in self.sliced:
            known = [part for metric, part in self.sliced if metric == address.metric]
            has = f"; it has {', '.join(known)}" if known else ""
            raise KeyError(f"{address.metric} has no slice {address.slice!r} in this run{has}")
        return self.sliced[address.metric, address.slice]

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

    def best_case(self, name: str) -> Ratio:
        """Give P, R and F1 of a metric or a label had every ambiguous item stood where gold has it.

        It bounds what grounding's choices can have cost, and is the score itself where nothing was
        ambiguous. Raises KeyError for metrics other than strict spans.
        """
        address = Address.parse(name)
        if self.options.average != "micro":
            raise KeyError("the best case is known for micro-averages only")
        if address.metric not in self.ceilings:
            score = self[name]
            if address.metric not in BOUNDED:
                raise KeyError(f"{address.metric} has no best case: it is known for {BOUNDED}")
            return Ratio(score.p, score.r, score.f1)
        table = self.ceilings[address.metric]
        sums = table.sums.sum(axis=(0, 1)) if address.label is None else table.row(address.label)
        return with_zero_division(ratio(sums, beta=self.options.beta), self.options)

    def interval(self, name: str, *, level: float = 0.95, bootstrap: bool = False) -> Interval:
        """Give the confidence interval of a number such as `mentions/strict.f1[ORG]` (default F1).

        Clusters are documents, or what the run was told to take for one draw. A single document's
        metrics of spans are resampled by paragraph and say so; those that cross paragraphs have
        none. `bootstrap` gives the percentile bootstrap instead, as a cross-check. Needs
        per-document tallies (`per_document=True`), else ValueError.
        """
        address = Address.parse(name)
        metric = find(address.metric)
        measure = self.measure(address)
        table, unit, note = self._table(address), self.cluster, ""
        if len(table.sums) != self.pairing.n_documents:
            raise ValueError("intervals need per-document tallies: score with per_document=True")
        if (
            len(table.sums) == 1
            and address.slice is None
            and metric.is_local
            and address.metric in self.paragraphs
        ):
            table, unit = self.paragraphs[address.metric], "paragraph"
            note = "this document only"
        sums = table.sums
        if address.label is not None:
            if address.label not in table.groups:
                raise KeyError(f"{address.metric} has no label {address.label!r} in this run")
            sums = sums[:, [table.groups.index(address.label)]]
        if unit not in (DOCUMENT, "paragraph"):
            sums = cluster_sums(sums, clusters(self.doc_ids, self.documents, by=unit))
        method = bootstrap_interval if bootstrap else interval
        return method(sums, measure=measure, level=level, unit=unit, note=note)

    def measure(self, address: Address) -> Measure:
        """Say how the sums of a number become one score, which is what statistics go by.

        Raises UsageError for means over documents, of which there are no intervals and no tests.
        """
        if self.options.average == "documents":
            raise UsageError("there are no intervals of means over documents: leave --average out")
        metric = find(address.metric)
        averaged = "macro" if self._is_averaged(metric, address) else metric.average
        return Measure(address.measure or "f1", beta=self.options.beta, average=averaged)

    def curve(self, metric: str) -> Curve:
        """Trace precision and recall of a metric over the system's confidences.

        Needs `confidence=True` when scoring. Raises ValueError when an item has no confidence.
        """
        confidence, credit = self._confidences(metric)
        return precision_recall_curve(confidence, credit, n_gold=self[metric].sums[3])

    def calibration(self, metric: str) -> Calibration | None:
        """Compare a metric's confidences with how often they were right; None without items.

        Raises ValueError when they are no probabilities or missing.
        """
        return calibration(*self._confidences(metric))

    def _confidences(self, metric: str) -> tuple[Floats, Floats]:
        parts = self.confident.get(metric, ())
        if not parts:
            raise ValueError(
                f"{metric} has no confidences in this run: its items are no spans, or "
                "it was not scored with confidence=True"
            )
        return (
            np.concatenate([part.confidence for part in parts]),
            np.concatenate([part.credit for part in parts]),
        )

    def signature(self, address: Address) -> Signature:
        """Give the signature of a number: its address and every option behind it."""
        found = describe(address.metric)
        is_composite = isinstance(found, Composite)
        parts = found.parts if isinstance(found, Composite) else (address.metric,)
        metrics = [find(part) for part in parts]
        averaged: str = metrics[0].average if address.label is None else "label"
        if any(self._is_averaged(metric, address) for metric in metrics):
            averaged = self.options.average
        average = {"avg": "metrics", "of": averaged} if is_composite else {"avg": averaged}
        uses = {option for metric in metrics for option in metric.uses}
        own = _option_fields(self.options, (*uses, "zero_division", "beta"))
        newest = max(metric.version for metric in metrics)
        definition = {} if newest == 1 else {"def": str(newest)}
        return Signature(address, {**average, **own, **definition, **self.context})

    def shared_signature(self) -> Signature:
        """Give what the signatures of all numbers of this run have in common, and all options."""
        averaged = {} if self.options.average == "micro" else {"avg": self.options.average}
        own = _option_fields(self.options, SIGNED)
        return Signature(Address("*"), {**averaged, **own, **self.context})

    def signed(self, **fields: str) -> "Scores":
        """Give the same scores with more, or other, fields in their signatures."""
        return replace(self, context={**self.context, **fields})

    def labels(self, metric: str) -> tuple[str, ...]:
        """Name the groups in which the metric had anything to count, in alphabetical order."""
        table = self.tallies[metric]
        return tuple(sorted(group for group in table.groups if group and table.row(group).any()))

    def rows(self, *, per_label: bool = False) -> Iterator[Score]:
        """Walk the scores: each metric's whole, its labels when asked for, then its slices.

        Averages of metrics follow the last of their parts.
        """
        after: dict[str, list[str]] = {}
        for composite in self.composites:
            if composite not in self.not_scored:
                parts = [name for name in self.tallies if name in composites()[composite].parts]
                after.setdefault(parts[-1], []).append(composite)
        for name in self.tallies:
            yield self[name]
            if per_label:
                for label in self.labels(name):
                    yield self._score(Address(name, label=label))
            for metric, part in self.sliced:
                if metric == name:
                    yield self._score(Address(name, slice=part))
            for composite in after.get(name, ()):
                yield self[composite]

    def to_pandas(self, *, per_label: bool = True) -> "pd.DataFrame":
        """Give all scores as a table, one row per metric and label. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(
            {
                "metric": score.address.metric,
                "label": score.address.label or "",
                "slice": score.address.slice or "",
                "p": score.p,
                "r": score.r,
                "f1": score.f1,
                **dict(zip(("p_num", "p_den", "r_num", "r_den"), score.sums, strict=True)),
                "signature": str(score.signature),
            }
            for score in self.rows(per_label=per_label)
        )


def options_from(fields: Mapping[str, str]) -> Options:
    """Read the options back from the fields of a signature; what it leaves out had no effect.

    Raises UsageError for values that no option has.
    """
    values: dict[str, object] = {name: fields[key] for name, key in SIGNED.items() if key in fields}
    average = fields.get("of", fields.get("avg"))
    if average in AVERAGES:
        values["average"] = average
    try:
        return msgspec.convert(values, Options, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(f"the signature has an option that cannot be: {error}") from error


def _option_fields(options: Options, names: Iterable[str]) -> dict[str, str]:
    # 1.0 is written as 1, so that the same weight always gives the same signature.
    values = {**asdict(options), "beta": repr(options.beta).removesuffix(".0")}
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
