"""Paired permutation tests: how often would systems that are alike differ this much by chance.

Under the null hypothesis a document's two outputs are exchangeable, so every way of swapping them
is equally likely (Fisher's sign test, as Yeh 2000 and Koehn 2004 discuss for ratios such as F1).
Documents whose sums are equal do not matter, however many there are: swapping them changes nothing.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goldwire.statistics.intervals import counted, joined
from goldwire.statistics.measures import (
    F1,
    SAME,
    Measure,
    checked_pair,
    relevant,
    scores,
    without_residue,
)
from goldwire.statistics.resampling import swap_sums

Floats = NDArray[np.float64]

SignificanceMethod = Literal["exact", "monte-carlo", "max-t", "refused"]

_MOST_EXACT: Final = 16
FEWEST: Final = 6
"""2 / 2⁵ is .0625: with five clusters that differ nothing can be significant at .05."""


@dataclass(frozen=True, slots=True)
class Significance:
    """A two-sided p-value; None when `method` is "refused", with the reason in `note`.

    `n_draws` counts the swaps looked at, `n_changed` the clusters that differ. `smallest_p` is the
    smallest p that this many could ever give: when it is above .05 the test could never reject, so
    it is refused.
    """

    p: float | None
    method: SignificanceMethod
    n_draws: int
    n_clusters: int
    n_changed: int
    smallest_p: float
    unit: str = "document"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Swaps:
    """Both systems' sums, [draws, groups, 4], over the same swaps of clusters; and as they are.

    `is_exact` when these are all swaps there are, up to the mirror image that only changes signs.
    Which system is `first` says nothing: the tests are two-sided.
    """

    first: Floats
    second: Floats
    observed_first: Floats
    observed_second: Floats
    n_clusters: int
    n_changed: int
    is_exact: bool

    @property
    def smallest_p(self) -> float:
        """The smallest p-value that these swaps could give."""
        possible = min(1.0, 2.0 ** (1 - self.n_changed))
        return possible if self.is_exact else max(possible, 1 / (len(self.first) + 1))

    @property
    def is_hopeless(self) -> bool:
        """Claim that no outcome could be significant at .05: too few clusters, or too few differ.

        Systems that are identical on enough clusters are not hopeless: they do not differ, p = 1.
        """
        return self.n_clusters < FEWEST or 0 < self.n_changed < FEWEST

    def sizes(self, measure: Measure) -> Floats:
        """Give |difference| for each draw: [draws]; NaN where either score is undefined."""
        return np.abs(scores(self.first, measure) - scores(self.second, measure))

    def observed(self, measure: Measure) -> float:
        """Give |difference| as it is; NaN where either score is undefined."""
        gap = scores(self.observed_first, measure) - scores(self.observed_second, measure)
        return abs(float(gap))

    def p_value(self, is_extreme: NDArray[np.bool_]) -> float:
        """Turn a claim about each draw into a p-value: exact share, or (c + 1) / (n + 1)."""
        count = int(is_extreme.sum())
        return count / len(is_extreme) if self.is_exact else (count + 1) / (len(is_extreme) + 1)


def _is_turned(total: Floats) -> bool:
    """Tell whether to swap the systems' names, so that either order gives the same draws."""
    differing = total[np.abs(total) > SAME]
    return bool(len(differing)) and bool(differing[0] < 0)


def swaps(
    baseline: ArrayLike, candidate: ArrayLike, *, n_draws: int = 10_000, seed: int = 0
) -> Swaps:
    """Swap clusters between the systems: all ways up to 16 that differ, else `n_draws` random ones.

    Both have shape [clusters, groups, 4]. One call serves every measure and group, which is what a
    joint correction needs. The order of clusters does not matter, nor which system comes first.
    """
    first, second = checked_pair(baseline, candidate)
    if n_draws < 1:
        raise ValueError(f"at least one draw is needed, got {n_draws}")
    if _is_turned((second.sum(axis=0) - first.sum(axis=0)).ravel()):
        first, second = second, first
    gaps = second - first
    gaps = gaps[gaps.any(axis=(1, 2))]
    is_exact = len(gaps) <= _MOST_EXACT
    if len(gaps):
        moved = swap_sums(gaps, n=None if is_exact else n_draws, seed=seed)
    else:
        moved = np.zeros((1, *first.shape[1:]))
    first_total, second_total = first.sum(axis=0), second.sum(axis=0)
    largest = float(max(first_total.max(initial=0.0), second_total.max(initial=0.0)))
    return Swaps(
        first=without_residue(first_total + moved, largest=largest),
        second=without_residue(second_total - moved, largest=largest),
        observed_first=first_total,
        observed_second=second_total,
        n_clusters=len(first),
        n_changed=len(gaps),
        is_exact=is_exact,
    )


def size_note(drawn: Swaps, unit: str) -> str:
    """Say so when so few clusters differ that no result could be significant at .05."""
    if not drawn.is_hopeless:
        return ""
    if drawn.n_clusters < FEWEST:
        few = counted(drawn.n_clusters, unit)
        return f"cannot reject at this size: {few}, and at least {FEWEST} are needed"
    return (
        f"cannot reject at this size: the systems differ in {counted(drawn.n_changed, unit)}, "
        f"so the smallest possible p is {drawn.smallest_p:.3g}"
    )


def permutation_test(
    baseline: ArrayLike,
    candidate: ArrayLike,
    *,
    measure: Measure = F1,
    n_draws: int = 10_000,
    seed: int = 0,
    unit: str = "document",
    note: str = "",
) -> Significance:
    """Test whether two systems differ, by swapping their outputs document by document.

    p is the share of swaps whose |difference| is at least the observed one: exact over all 2^k
    swaps while k ≤ 16 clusters differ, else (c + 1) / (n + 1) over `n_draws` seeded ones. A swap
    that leaves a score undefined counts as at least as large. Identical systems give p = 1. With
    fewer than six clusters, or fewer than six that differ, it cannot reject at all and is refused.
    """
    first, second = checked_pair(baseline, candidate)
    drawn = swaps(relevant(first, measure), relevant(second, measure), n_draws=n_draws, seed=seed)
    observed = drawn.observed(measure)
    p: float | None = None
    method: SignificanceMethod = "refused"
    reason = "undefined: one of the systems had nothing to score (0/0)"
    if drawn.is_hopeless:
        reason = size_note(drawn, unit)
    elif not np.isnan(observed):
        sizes = drawn.sizes(measure)
        p = drawn.p_value(np.isnan(sizes) | (sizes >= observed - SAME))
        method = "exact" if drawn.is_exact else "monte-carlo"
        reason = ""
    return Significance(
        p=p,
        method=method,
        n_draws=len(drawn.first),
        n_clusters=drawn.n_clusters,
        n_changed=drawn.n_changed,
        smallest_p=drawn.smallest_p,
        unit=unit,
        note=joined(note, reason),
    )
