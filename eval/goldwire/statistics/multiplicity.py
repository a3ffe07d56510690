"""Many comparisons at once: of twenty labels one is "significant" by chance.

Holm's correction holds however the tests depend on each other. Where all of them come from the same
documents, the *max-T* correction uses that dependence and rejects more: every draw of the
permutation swaps the same documents for all groups.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goldwire.statistics.intervals import joined
from goldwire.statistics.measures import F1, SAME, Measure, scores
from goldwire.statistics.permutation import Significance, Swaps, size_note, swaps

Floats = NDArray[np.float64]


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Adjust p-values for being several (Holm 1979); None, a test that was refused, stays None.

    >>> holm([0.01, None, 0.04, 0.03])
    (0.03, None, 0.06, 0.06)
    """
    known = [(p, at) for at, p in enumerate(p_values) if p is not None]
    if any(not 0.0 <= p <= 1.0 for p, _ in known):
        raise ValueError(f"p-values must lie between 0 and 1, got {list(p_values)}")
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for n_smaller, (p, at) in enumerate(sorted(known)):
        largest = max(largest, min(1.0, (len(known) - n_smaller) * p))
        adjusted[at] = largest
    return tuple(adjusted)


def _per_group(sums: Floats, measure: Measure) -> Floats:
    """Score each group by itself: [..., groups]."""
    return scores(sums[..., None, :], measure)


def _step_down(drawn: Swaps, observed: Floats, sizes: Floats) -> Floats:
    """Give Westfall and Young's adjusted p-values for |T| [groups] and draws [draws, groups]."""
    descending = np.argsort(-observed, kind="stable")
    # Each hypothesis competes with those that are no larger than it: the larger are settled.
    rivals = np.maximum.accumulate(sizes[:, descending[::-1]], axis=1)[:, ::-1]
    adjusted = np.empty(len(observed))
    largest = 0.0
    for rank, group in enumerate(descending):
        largest = max(largest, drawn.p_value(rivals[:, rank] >= observed[group] - SAME))
        adjusted[group] = largest
    return adjusted


def max_t_tests(
    baseline: ArrayLike,
    candidate: ArrayLike,
    *,
    measure: Measure = F1,
    n_draws: int = 10_000,
    seed: int = 0,
    unit: str = "document",
    note: str = "",
) -> tuple[Significance, ...]:
    """Test every group at once; p is adjusted for their number (Westfall and Young 1993).

    Both have shape [clusters, groups, 4]; groups may be labels, slices or whole metrics side by
    side. Each group's |difference| is divided by its root mean square over the draws, and the
    step-down maximum over groups gives p. A group that is undefined as it is or in some draw is
    refused, as all are when too few clusters differ; one that never changes gives p = 1.
    """
    drawn = swaps(baseline, candidate, n_draws=n_draws, seed=seed)
    observed = np.abs(
        _per_group(drawn.observed_first, measure) - _per_group(drawn.observed_second, measure)
    )
    sizes = np.abs(_per_group(drawn.first, measure) - _per_group(drawn.second, measure))
    is_tested = ~(np.isnan(observed) | np.isnan(sizes).any(axis=0)) & (not drawn.is_hopeless)
    spread = np.sqrt(np.square(sizes[:, is_tested]).mean(axis=0))
    scale = np.where(spread > SAME, spread, 1.0)
    adjusted = iter(_step_down(drawn, observed[is_tested] / scale, sizes[:, is_tested] / scale))
    return tuple(
        Significance(
            p=float(next(adjusted)) if tested else None,
            method="max-t" if tested else "refused",
            n_draws=len(sizes),
            n_clusters=drawn.n_clusters,
            n_changed=drawn.n_changed,
            smallest_p=drawn.smallest_p,
            unit=unit,
            note=joined(
                note,
                size_note(drawn, unit) or ("" if tested else "undefined in some swap (0/0)"),
            ),
        )
        for tested in is_tested.tolist()
    )
