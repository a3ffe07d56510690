"""Scores: what a run's tallies divide to, each number with its signature."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

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
from goldwire.errors import Problem
from goldwire.explanation import Explained
from goldwire.items import GoldItem
from goldwire.metrics import Metric, Options, find
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
    absent_labels: tuple[str, ...] = ()
    oddities: Mapping[str, int] = field(default_factory=dict)
    paragraphs: Mapping[str, Tally] = field(default_factory=dict)
    confident: Mapping[str, Sequence[Confident]] = field(default_factory=dict)
    explained: tuple[Explained, ...] = ()
    gold_items: Mapping[str, Mapping[GoldItem, bool]] = field(default_factory=dict)
    doc_ids: tuple[str, ...] = ()
    documents: tuple[Document | None, ...] = ()
    cluster: str = DOCUMENT
    sliced: Mapping[tuple[str, str], Tally] = field(default_factory=dict)

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
        table = self._table(address)
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

    def _table(self, address: Address) -> Tally:
        if address.slice is None:
            return self.tallies[address.metric]
        if (address.metric, address.slice) not in self.sliced:
            raise KeyError(f"{address.metric} has no slice {address.slice!r} in this run")
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

    def interval(self, name: str, *, level: float = 0.95, bootstrap: bool = False) -> Interval:
        """Give the confidence interval of a number such as `mentions/strict.f1[ORG]` (default F1).

        Clusters are documents, or what the run was told to take for one draw. A single document's
        metrics of spans are resampled by paragraph and say so; those that cross paragraphs have
        none. `bootstrap` gives the percentile bootstrap instead, as a cross-check. Needs
        per-document tallies (`per_document=True`), else ValueError.
        """
        address = Address.parse(name)
        metric = find(address.metric)
        measure = Measure(address.measure or "f1", beta=self.options.beta, average=metric.average)
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
        """Walk the scores: each metric's whole, its labels when asked for, then its slices."""
        for name in self.tallies:
            yield self[name]
            if per_label:
                for label in self.labels(name):
                    yield self._score(Address(name, label=label))
            for metric, part in self.sliced:
                if metric == name:
                    yield self._score(Address(name, slice=part))

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
