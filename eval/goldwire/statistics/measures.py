"""Scores as smooth functions of four sums, and what each cluster contributes to them.

Input is `sums` of shape [clusters, groups, 4], the last axis being (p_num, p_den, r_num, r_den) as
in a `Tally`; a *cluster* is what was drawn independently, mostly a document. With a, b, c, d for
the four sums over all clusters and w = beta²,

    precision = a / b,    recall = c / d,    F = (1 + w)·a·c / (w·a·d + c·b)

where a ≠ c is allowed: nothing here assumes that both sides count the same true positives.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SAME = 1e-9
"""Scores closer than this are the same: credits such as 1/3 + 2/3 do not add up to 1 exactly."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Which score is meant: `p`, `r` or `f1` (with `beta` it is F_beta), and how groups average.

    `micro` adds the groups' sums before it divides; `macro` is the plain mean over the groups that
    are defined, each system by its own.
    """

    name: Literal["p", "r", "f1"] = "f1"
    beta: float = 1.0
    average: Literal["micro", "macro"] = "micro"

    def __post_init__(self) -> None:
        if self.name not in {"p", "r", "f1"} or self.average not in {"micro", "macro"}:
            raise ValueError(f"no such measure: {self.average} {self.name}")
        if not self.beta > 0:
            raise ValueError(f"beta must be positive, got {self.beta}")


F1 = Measure()
"""Micro-averaged F1, which every function here assumes when no measure is given."""


def checked(sums: ArrayLike) -> Floats:
    """Give the sums as floats [clusters, groups, 4]; ValueError for any other shape, or for NaN."""
    values = np.asarray(sums, dtype=np.float64)
    if values.ndim != 3 or values.shape[2] != 4:
        raise ValueError(f"sums must have shape [clusters, groups, 4], got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("sums must be finite numbers")
    return values


def checked_pair(baseline: ArrayLike, candidate: ArrayLike) -> tuple[Floats, Floats]:
    """Give both systems' sums; ValueError unless they hold the same clusters and groups."""
    first, second = checked(baseline), checked(candidate)
    if first.shape != second.shape:
        raise ValueError(
            f"both systems must have the same clusters and groups, "
            f"got shapes {first.shape} and {second.shape}"
        )
    return first, second


def cluster_sums(sums: ArrayLike, clusters: ArrayLike) -> Floats:
    """Add the rows that share a cluster: shape [distinct clusters, groups, 4], in ascending order.

    `clusters` [rows] holds an integer per row, such as the publisher of each document. Documents
    that resemble each other (one publisher, one topic, one day) are one draw, not many.
    """
    values = checked(sums)
    keys = np.asarray(clusters)
    if keys.shape != values.shape[:1]:
        raise ValueError(f"{len(values)} rows need as many clusters, got shape {keys.shape}")
    distinct, position = np.unique(keys, return_inverse=True)
    added = np.zeros((len(distinct), *values.shape[1:]))
    np.add.at(added, position, values)
    return added


def _divided(numerator: Floats, denominator: Floats) -> Floats:
    quotient = np.full(np.shape(denominator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator != 0)
    return quotient


def _ratios(sums: Floats, measure: Measure) -> Floats:
    a, b, c, d = (sums[..., position] for position in range(4))
    if measure.name == "p":
        return _divided(a, b)
    if measure.name == "r":
        return _divided(c, d)
    weight = measure.beta**2
    f = _divided((1 + weight) * a * c, weight * a * d + c * b)
    # Something to earn and nothing earned is 0; only when neither side had anything is it 0/0.
    f[np.isnan(f) & (b + d > 0)] = 0.0
    return f


def _mean_of_defined(ratios: Floats) -> Floats:
    is_defined = ~np.isnan(ratios)
    return _divided(
        np.where(is_defined, ratios, 0.0).sum(axis=-1), is_defined.sum(axis=-1).astype(np.float64)
    )


def scores(sums: Floats, measure: Measure = F1) -> Floats:
    """Divide sums of shape [..., groups, 4] into scores of shape [...]; NaN where undefined (0/0).

    >>> float(scores(np.array([[2.0, 3.0, 2.0, 4.0]])))
    0.5714285714285714
    """
    if measure.average == "micro":
        return _ratios(np.asarray(sums.sum(axis=-2))[..., None, :], measure)[..., 0]
    return _mean_of_defined(_ratios(sums, measure))


def relevant(sums: Floats, measure: Measure = F1) -> Floats:
    """Keep what the measure sees: [clusters, groups, 4], pooled to one group when it is micro.

    Sums that it never reads become 0, so that two clusters are equal exactly when the measure
    cannot tell them apart.
    """
    kept = sums.sum(axis=1, keepdims=True) if measure.average == "micro" else sums.copy()
    if measure.name != "f1":
        kept[..., slice(2, 4) if measure.name == "p" else slice(2)] = 0.0
    return kept


def without_residue(sums: Floats, *, largest: float) -> Floats:
    """Set to 0 what floats leave of 0.1 + 0.2 − 0.3: it would turn 0/0 into a score."""
    return np.where(np.abs(sums) < SAME * max(1.0, largest), 0.0, sums)


def informative(sums: Floats, measure: Measure = F1) -> Bools:
    """Mark the clusters that can move the measure at all: those with something to earn; [clusters].

    An empty document (no gold item, no prediction) tells nothing, and is no degree of freedom.
    """
    precision_side = sums[..., 1].sum(axis=1) != 0
    recall_side = sums[..., 3].sum(axis=1) != 0
    if measure.name == "p":
        return np.asarray(precision_side)
    if measure.name == "r":
        return np.asarray(recall_side)
    return np.asarray(precision_side | recall_side)


def _gradients(total: Floats, measure: Measure) -> Floats:
    """Differentiate each group's score by its four sums: [groups, 4]; 0 where it has no slope."""
    a, b, c, d = total.T
    zero = np.zeros(len(total))
    ratio = np.nan_to_num(_ratios(total, measure))
    if measure.name == "p":
        slopes = (_divided(zero + 1, b), -_divided(ratio, b), zero, zero)
    elif measure.name == "r":
        slopes = (zero, zero, _divided(zero + 1, d), -_divided(ratio, d))
    else:
        weight = measure.beta**2
        below = weight * a * d + c * b
        slopes = (
            _divided((1 + weight) * c - ratio * weight * d, below),
            -_divided(ratio * c, below),
            _divided((1 + weight) * a - ratio * b, below),
            -_divided(ratio * weight * a, below),
        )
    return np.nan_to_num(np.stack(slopes, axis=1))


def influences(sums: Floats, measure: Measure = F1) -> Floats:
    """Give each cluster's first-order contribution to the score: shape [clusters], adding up to 0.

    u_i = ∇score(total) · sums_i. Because a score does not change when all four sums double, the
    contributions cancel (Euler). For plain counts and F1 it is
    u_i = (2·tp_i − F·(2·tp_i + fp_i + fn_i)) / (2·TP + FP + FN).
    """
    if measure.average == "micro":
        sums = sums.sum(axis=1, keepdims=True)
    total = sums.sum(axis=0)
    is_defined = ~np.isnan(_ratios(total, measure))
    slopes = _gradients(total, measure) / max(1, int(is_defined.sum()))
    return np.asarray(np.tensordot(sums, slopes, axes=2))


def left_out(sums: Floats, measure: Measure = F1) -> Floats:
    """Give the score without each cluster in turn: shape [clusters]; NaN where nothing is left."""
    if measure.average == "micro":
        sums = sums.sum(axis=1, keepdims=True)
    rest = sums.sum(axis=0) - sums
    return scores(without_residue(rest, largest=float(sums.max(initial=0.0))), measure)
