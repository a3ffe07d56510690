"""Intervals for one score: what other documents, drawn like these, would have given.

The default is the *logit-delta t interval*: the cluster-robust standard error of the linearised
ratio, taken to the log-odds scale, where a score cannot leave 0–1, with Student's t. Intervals over
items (Wilson and the like) are not offered: items of one document err together, and such
intervals cover about 60 %, not 95 %.

Where a score has no slope or no variance there is no such interval, and a point would be a lie:
0 and 1 get a labelled one-sided bound, the rest is refused with the reason in `note`.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goldwire.statistics.measures import (
    F1,
    SAME,
    Measure,
    checked,
    influences,
    informative,
    left_out,
    relevant,
    scores,
)
from goldwire.statistics.resampling import bootstrap_sums
from goldwire.statistics.student import t_quantile

Floats = NDArray[np.float64]

IntervalMethod = Literal["logit-t", "bootstrap", "one-sided", "refused"]

FEW_CLUSTERS = 10
"""Below this many informative clusters every method covers less than it says: `note` warns."""

FEW_FOR_BOOTSTRAP = 20
"""Below this many, bootstrap intervals are clearly too short: `note` warns."""

_MOST_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with its confidence interval, both as fractions 0–1.

    `value` is None when the score is undefined; `low` and `high` are None when `method` is
    "refused". `n_clusters` counts all clusters, `n_informative` those with anything to earn, which
    are the ones that degrees of freedom come from. `se` is the standard error of the score itself
    (not of its log-odds), None where there is none. `unit` names the clusters, in the singular.
    """

    value: float | None
    low: float | None
    high: float | None
    level: float
    method: IntervalMethod
    n_clusters: int
    n_informative: int
    se: float | None = None
    unit: str = "document"
    note: str = ""


def checked_level(level: float) -> float:
    """Give the level back; ValueError unless it lies strictly between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1, such as 0.95, got {level}")
    return level


def counted(n: int, unit: str) -> str:
    """Say how many: "1 document", "2 documents"."""
    return f"{n:,} {unit}" if n == 1 else f"{n:,} {unit}s"


def joined(*notes: str) -> str:
    """Put what there is to say in one line."""
    return "; ".join(note for note in notes if note)


def largest_share(*, n: int, level: float) -> float:
    """Bound from above how many clusters are unlike all of the `n` that were seen.

    1 − (1 − level)^(1/n), the exact form of the rule of three: with a larger share, `n` clusters
    without a single exception would have had a probability below 1 − level.

    >>> round(largest_share(n=100, level=0.95), 4)
    0.0295
    """
    return -math.expm1(math.log1p(-level) / n)


def _standard_error(sums: Floats, measure: Measure) -> float:
    """Estimate a score's standard error from its clusters, all of them informative.

    Micro scores: SE² = n/(n−1)·Σu². Macro scores jump when a group vanishes, which no slope shows,
    so they use the jackknife, SE² = (n−1)/n·Σ(θ₍ᵢ₎ − mean)².
    """
    n = len(sums)
    if measure.average == "micro":
        return float(np.sqrt(n / (n - 1) * np.square(influences(sums, measure)).sum()))
    rest = left_out(sums, measure)
    return float(np.sqrt((n - 1) / n * np.square(rest - rest.mean()).sum()))


@dataclass(frozen=True, slots=True)
class _Sample:
    """The informative clusters of a score, and all that an `Interval` says besides its bounds."""

    sums: Floats
    measure: Measure
    value: float
    level: float
    n_clusters: int
    unit: str
    note: str

    @property
    def n(self) -> int:
        return len(self.sums)

    def interval(
        self,
        low: float | None,
        high: float | None,
        *,
        method: IntervalMethod,
        note: str,
        se: float | None = None,
    ) -> Interval:
        return Interval(
            value=None if math.isnan(self.value) else self.value,
            low=low,
            high=high,
            level=self.level,
            method=method,
            n_clusters=self.n_clusters,
            n_informative=self.n,
            se=se,
            unit=self.unit,
            note=joined(self.note, note),
        )

    def refused(self, reason: str) -> Interval:
        return self.interval(None, None, method="refused", note=reason)

    def warning(self, *, few: int) -> str:
        if self.n >= few:
            return ""
        return (
            f"only {counted(self.n, self.unit)} with anything to score: "
            f"the interval covers less than {self.level:.0%}"
        )


def _sample(sums: ArrayLike, measure: Measure, *, level: float, unit: str, note: str) -> _Sample:
    values = checked(sums)
    return _Sample(
        sums=relevant(values[informative(values, measure)], measure),
        measure=measure,
        value=float(scores(values.sum(axis=0), measure)),
        level=checked_level(level),
        n_clusters=len(values),
        unit=unit,
        note=note,
    )


def _degenerate(sample: _Sample) -> Interval | None:
    """Answer the cases in which no variance can be estimated; None for all others."""
    n, unit = sample.n, sample.unit
    if math.isnan(sample.value):
        return sample.refused("undefined: there was nothing to score (0/0)")
    is_perfect, is_zero = sample.value >= 1 - SAME, sample.value <= SAME
    if is_perfect or is_zero:
        share = largest_share(n=n, level=sample.level)
        seen = f"{'nothing' if is_perfect else 'everything'} is wrong in {counted(n, unit)}"
        return sample.interval(
            1 - share if is_perfect else 0.0,
            1.0 if is_perfect else share,
            method="one-sided",
            note=f"{seen}, so a one-sided {sample.level:.0%} bound: at most {share:.2%} of all "
            f"{unit}s can be otherwise, each counted as a whole",
        )
    if n < 2:
        return sample.refused(f"one {unit} with anything to score has no variance")
    se = _standard_error(sample.sums, sample.measure)
    if math.isnan(se):
        return sample.refused(f"all there is to score is in one {unit}")
    if se <= SAME:
        return sample.refused(f"no variance: the score is the same in all {counted(n, unit)}")
    return None


def interval(
    sums: ArrayLike,
    *,
    measure: Measure = F1,
    level: float = 0.95,
    unit: str = "document",
    note: str = "",
) -> Interval:
    """Give a score's logit-delta t interval, or say in `note` why there is none.

    `sums` has shape [clusters, groups, 4]. With l = log(F / (1 − F)) and SE_l = SE / (F·(1 − F)),
    it is the back-transform of l ± t(n − 1)·SE_l, n being the number of informative clusters.
    `note` is put in front of whatever has to be said, such as "this document only".
    """
    sample = _sample(sums, measure, level=level, unit=unit, note=note)
    degenerate = _degenerate(sample)
    if degenerate is not None:
        return degenerate
    value = sample.value
    se = _standard_error(sample.sums, measure)
    centre = math.log(value / (1 - value))
    reach = t_quantile((1 + level) / 2, df=sample.n - 1) * se / (value * (1 - value))
    return sample.interval(
        _logistic(centre - reach),
        _logistic(centre + reach),
        method="logit-t",
        note=sample.warning(few=FEW_CLUSTERS),
        se=se,
    )


def _logistic(x: float) -> float:
    """Invert the log-odds without overflow."""
    return 0.5 * (1.0 + math.tanh(0.5 * x))


def bootstrap_interval(
    sums: ArrayLike,
    *,
    measure: Measure = F1,
    level: float = 0.95,
    n_resamples: int = 10_000,
    seed: int = 0,
    unit: str = "document",
    note: str = "",
) -> Interval:
    """Give a score's percentile bootstrap interval over clusters: a cross-check of `interval`.

    It is refused or replaced in the same degenerate cases, and flagged below 20 clusters, where it
    is too short. Resamples in which the score is undefined are left out and counted in `note`;
    when they are more than 5 % the interval is refused.
    """
    sample = _sample(sums, measure, level=level, unit=unit, note=note)
    degenerate = _degenerate(sample)
    if degenerate is not None:
        return degenerate
    values = scores(bootstrap_sums(sample.sums, n=n_resamples, seed=seed), measure)
    cut = percentiles(values, level=level)
    return sample.interval(
        cut.low,
        cut.high,
        method="refused" if cut.low is None else "bootstrap",
        note=joined(sample.warning(few=FEW_FOR_BOOTSTRAP), cut.note),
        se=cut.se,
    )


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The middle `level` of resampled values and their standard deviation; None when refused."""

    low: float | None
    high: float | None
    se: float | None
    note: str


def percentiles(values: Floats, *, level: float) -> Percentiles:
    """Cut equal tails off resampled values [n]; refused when over 5 % of them are undefined."""
    is_defined = ~np.isnan(values)
    n_undefined = len(values) - int(is_defined.sum())
    said = f"{n_undefined:,} of {len(values):,} resamples are undefined" if n_undefined else ""
    if n_undefined > _MOST_UNDEFINED * len(values):
        return Percentiles(None, None, None, said)
    kept = values[is_defined]
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return Percentiles(float(low), float(high), float(kept.std()), said)
