"""Agreement coefficients from labels alone: chance-corrected, for any number of annotators.

Undefined (None) wherever there is no variation to agree on: everybody gave everything one label.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Labels = Sequence[Hashable | None]


def cohen_kappa(first: Labels, second: Labels) -> float | None:
    """Give Cohen's kappa (1960) of two annotators' labels of the same things.

    κ = (p_o − p_e) / (1 − p_e), p_e from each annotator's own label frequencies. None when both
    gave all things the same single label, or without things.
    """
    n = len(first)
    if n != len(second):
        raise ValueError(f"both must label the same things, got {n} and {len(second)} labels")
    if not n:
        return None
    observed = sum(one == other for one, other in zip(first, second, strict=True)) / n
    of_first, of_second = Counter(first), Counter(second)
    expected = sum(count * of_second[label] for label, count in of_first.items()) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def fleiss_kappa(passes: Sequence[Labels]) -> float | None:
    """Give Fleiss' kappa (1971) of two or more annotators who all labelled the same things.

    Chance agreement comes from the label frequencies of all annotators together, so it differs
    from Cohen's even for two. None when there was one label only, or without things.
    """
    m, n = len(passes), len(passes[0]) if passes else 0
    if any(len(labels) != n for labels in passes):
        raise ValueError("all annotators must label the same things")
    if m < 2 or not n:
        return None
    pairs = 0
    for labels in zip(*passes, strict=True):
        pairs += sum(count * (count - 1) for count in Counter(labels).values())
    observed = pairs / (n * m * (m - 1))
    shares = Counter(label for labels in passes for label in labels)
    expected = sum((count / (n * m)) ** 2 for count in shares.values())
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(passes: Sequence[Labels]) -> float | None:
    """Give Krippendorff's alpha for nominal labels; None among the labels means not labelled.

    α = 1 − D_o / D_e over the coincidences of labels of things that two or more labelled
    (Krippendorff 2011). None when all labels are one, or when nothing was labelled twice.
    """
    if len({len(labels) for labels in passes}) > 1:
        raise ValueError("all annotators must have a label or None for the same things")
    totals: Counter[Hashable] = Counter()
    disagreement = 0.0
    for labels in zip(*passes, strict=True):
        given = Counter(label for label in labels if label is not None)
        m = given.total()
        if m < 2:
            continue
        totals.update(given)
        disagreement += (m * m - sum(count * count for count in given.values())) / (m - 1)
    n = totals.total()
    if not n:
        return None
    expected = (n * n - sum(count * count for count in totals.values())) / (n - 1)
    return None if not expected else 1 - disagreement / expected


Unit = tuple[int, int, str]
"""Start, end (half-open) and category of something marked on a continuum."""


def unitizing_alpha(passes: Sequence[Sequence[Unit]], *, length: int) -> float | None:
    """Give Krippendorff's alpha for unitising (1995; 2004, ch. 11): who marked what, and where.

    Units lie on a continuum 0 … `length`. Of units of one category and annotator that overlap, only
    the longest count (the first of equals), as the coefficient knows no nesting within a category.
    Categories are pooled, α = 1 − Σ D_o / Σ D_e. None when nobody marked anything.
    """
    if len(passes) < 2 or length < 1:
        return None
    categories = sorted({category for units in passes for _, _, category in units})
    observed = expected = 0.0
    for category in categories:
        marked = [_outermost(units, category) for units in passes]
        observed += _observed(marked, length)
        expected += _expected(marked, length)
    return None if not expected else 1 - observed / expected


def _outermost(units: Sequence[Unit], category: str) -> Ints:
    """Give the units of a category that overlap no longer one, in order: shape [n, 2]."""
    kept: list[tuple[int, int]] = []
    own = {(start, end) for start, end, name in units if name == category}
    for start, end in sorted(own, key=lambda unit: (unit[0] - unit[1], unit)):
        # Those kept do not overlap, so only the neighbours in order can overlap a new one.
        at = bisect_left(kept, (start, end))
        follows = at == 0 or kept[at - 1][1] <= start
        if follows and (at == len(kept) or end <= kept[at][0]):
            kept.insert(at, (start, end))
    return np.array(kept, dtype=np.int64).reshape(-1, 2)


def _observed(marked: Sequence[Ints], length: int) -> float:
    m = len(marked)
    total = 0.0
    for one, other in combinations(marked, 2):
        total += _crossing(one, other) + _alone(one, other) + _alone(other, one)
    return 2 * total / (m * (m - 1) * length**2)


def _crossing(one: Ints, other: Ints) -> float:
    """Sum the squared distances of the boundaries of units that overlap."""
    total = 0.0
    for start, end in one.tolist():
        near = other[(other[:, 0] < end) & (other[:, 1] > start)]
        total += float(np.square(near - (start, end)).sum())
    return total


def _alone(one: Ints, other: Ints) -> float:
    """Sum the squared lengths of units of one that lie in gaps of the other."""
    total = 0.0
    for start, end in one.tolist():
        if not ((other[:, 0] < end) & (other[:, 1] > start)).any():
            total += (end - start) ** 2
    return total


def _expected(marked: Sequence[Ints], length: int) -> float:
    m = len(marked)
    units = np.concatenate([one[:, 1] - one[:, 0] for one in marked]).astype(np.float64)
    gaps = np.sort(np.concatenate([_gaps(one, length) for one in marked])).astype(np.float64)
    if not len(units):
        return 0.0
    # Σ (gap − unit + 1) over the gaps that the unit fits in, from the sums of the longest gaps.
    first = np.searchsorted(gaps, units)
    sums = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])
    n_fitting = len(gaps) - first
    fitting = sums[first] - n_fitting * (units - 1)
    among_units = (len(units) - 1) / 3 * (2 * units**3 - 3 * units**2 + units)
    total = (among_units + units**2 * fitting).sum()
    places = m * length * (m * length - 1) - (units * (units - 1)).sum()
    return float(2 / length * total / places)


def _gaps(units: Ints, length: int) -> Ints:
    """Give the lengths of what an annotator left unmarked; none of length 0."""
    starts = np.concatenate([[0], units[:, 1]])
    ends = np.concatenate([units[:, 0], [length]])
    lengths = ends - starts
    return np.asarray(lengths[lengths > 0])
