"""The one idea: a metric gives credits to items; credits add up to four sums; a score divides once.

A metric maps a chunk of documents to an `Outcome`: what every gold item and every predicted item
*earned* of what it *could earn*. Summing them per document and group gives a `Tally`, and a tally
is all that micro scores, per-label scores, slices, streaming, intervals, permutation tests and
gates ever need:

    precision = p_num / p_den     what predicted items earned of what they could earn
    recall    = r_num / r_den     what gold items earned of what they could earn

Ordinary counting is the special case where an item earns 1 or 0 of 1. Because credits are kept per
item, a slice is only another grouping of the same credits, and two runs differ in exactly the gold
items whose credits differ: nothing is ever matched twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

P_NUM, P_DEN, R_NUM, R_DEN = range(4)


@dataclass(frozen=True, slots=True)
class Credits:
    """What the items of one side earned (`num`) of what they could earn (`den`); all of shape [n].

    `document` is the item's document as a position in the chunk, `group` its group as a position
    in `Outcome.groups`. `row` is the item's row in the columns of its layer, or None when the item
    is no row (a cluster, a pair of mentions): such credits cannot be sliced by item.
    An item with `den` 0 takes no part (it is *don't-care*).
    """

    document: Ints
    group: Ints
    num: Floats
    den: Floats
    row: Ints | None = None

    def regrouped(self, group: Ints) -> "Credits":
        """Give the same credits under other groups: this is all that a slice is."""
        return replace(self, group=group)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The credits of both sides of one metric on one chunk; groups are named (labels, mostly)."""

    groups: tuple[str, ...]
    gold: Credits
    predicted: Credits


@dataclass(frozen=True, slots=True)
class Tally:
    """Four sums per document and group: `sums[document, group]` = (p_num, p_den, r_num, r_den).

    `sums` has shape [documents, groups, 4]. Tallies over the same documents' chunks concatenate
    (`+`), a tally folds to one row (`fold`), and folded tallies add (`merge`); all three are
    associative, and merging is commutative with the empty tally as its zero.
    """

    groups: tuple[str, ...]
    sums: Floats

    def __add__(self, other: "Tally") -> "Tally":
        """Append the documents of the other tally to this one's."""
        groups = union_of_groups((self, other))
        return Tally(groups, np.concatenate([self.spread(groups), other.spread(groups)]))

    def fold(self) -> "Tally":
        """Sum over documents: shape [1, groups, 4]."""
        return Tally(self.groups, self.sums.sum(axis=0, keepdims=True))

    def pool(self) -> "Tally":
        """Sum over groups, which is what micro-averaging does: shape [documents, 1, 4]."""
        return Tally(("",), self.sums.sum(axis=1, keepdims=True))

    def in_order(self) -> "Tally":
        """Sort the groups by name: in a run their order is that in which labels were read."""
        order = sorted(range(len(self.groups)), key=self.groups.__getitem__)
        return Tally(tuple(self.groups[at] for at in order), self.sums[:, order])

    def spread(self, groups: Sequence[str]) -> Floats:
        """Give the sums under these groups, zero where this tally has none: [documents, groups, 4].

        Every group of this tally must be among them.
        """
        if tuple(groups) == self.groups:
            return self.sums
        position = {group: index for index, group in enumerate(groups)}
        spread = np.zeros((len(self.sums), len(position), 4))
        spread[:, [position[group] for group in self.groups]] = self.sums
        return spread

    def row(self, group: str) -> Floats:
        """Give the four sums of one group over all documents: shape [4]; zeros if unknown."""
        if group not in self.groups:
            return np.zeros(4)
        total: Floats = self.sums[:, self.groups.index(group)].sum(axis=0)
        return total


def union_of_groups(tallies: Iterable[Tally]) -> tuple[str, ...]:
    """Name the groups of all tallies, each once, in order of first appearance."""
    return tuple(dict.fromkeys(group for tally in tallies for group in tally.groups))


def merge(tallies: Iterable[Tally]) -> Tally:
    """Sum tallies over all their documents: shape [1, groups, 4]. No tally gives no groups."""
    folded = [tally.fold() for tally in tallies]
    groups = union_of_groups(folded)
    total = np.zeros((1, len(groups), 4))
    for tally in folded:
        total += tally.spread(groups)
    return Tally(groups, total)


def padded(table: Tally, n_documents: int) -> Tally:
    """Append empty documents until there are `n_documents`."""
    missing = n_documents - len(table.sums)
    if not missing:
        return table
    empty = np.zeros((missing, len(table.groups), 4))
    return Tally(table.groups, np.concatenate([table.sums, empty]))


def tally(outcome: Outcome, *, n_documents: int) -> Tally:
    """Sum an outcome's credits per document and group: shape [n_documents, groups, 4]."""
    n_groups = len(outcome.groups)
    sums = np.zeros((n_documents, n_groups, 4))
    for side, num, den in _sides(outcome):
        cell = side.document * n_groups + side.group
        size = n_documents * n_groups
        sums[:, :, num] = _summed(cell, side.num, size).reshape(n_documents, n_groups)
        sums[:, :, den] = _summed(cell, side.den, size).reshape(n_documents, n_groups)
    return Tally(outcome.groups, sums)


def folded_tally(outcome: Outcome) -> Tally:
    """Sum an outcome's credits per group, which is `tally(outcome, …).fold()`: [1, groups, 4]."""
    n_groups = len(outcome.groups)
    sums = np.zeros((1, n_groups, 4))
    for side, num, den in _sides(outcome):
        sums[0, :, num] = _summed(side.group, side.num, n_groups)
        sums[0, :, den] = _summed(side.group, side.den, n_groups)
    return Tally(outcome.groups, sums)


def _sides(outcome: Outcome) -> tuple[tuple[Credits, int, int], tuple[Credits, int, int]]:
    return (outcome.predicted, P_NUM, P_DEN), (outcome.gold, R_NUM, R_DEN)


def _summed(cell: Ints, values: Floats, size: int) -> Floats:
    """Sum values by cell; those of a constant column are counted."""
    if len(values) and not values.strides[0]:
        n: Floats = np.bincount(cell, minlength=size).astype(np.float64)
        return n * float(values[0])
    sums: Floats = np.bincount(cell, values, size).astype(np.float64, copy=False)
    return sums


@dataclass(frozen=True, slots=True)
class Ratio:
    """Precision, recall and F of four sums, as fractions 0–1; None where it is 0/0 (*undefined*).

    F with weight `beta` is (1 + b²)·P·R / (b²·P + R) (van Rijsbergen 1979). It is undefined only
    when neither side had anything to earn; when one side had, F is 0, because the other side's
    items are all wrong.
    """

    p: float | None
    r: float | None
    f1: float | None


def ratio(sums: Floats | Sequence[float], *, beta: float = 1.0) -> Ratio:
    """Divide four sums, once.

    >>> ratio([2, 3, 2, 4])
    Ratio(p=0.6666666666666666, r=0.5, f1=0.5714285714285714)
    >>> ratio([0, 2, 0, 0])
    Ratio(p=0.0, r=None, f1=0.0)
    >>> ratio([0, 0, 0, 0])
    Ratio(p=None, r=None, f1=None)
    """
    p_num, p_den, r_num, r_den = (float(value) for value in sums)
    p = p_num / p_den if p_den else None
    r = r_num / r_den if r_den else None
    if p is None and r is None:
        return Ratio(None, None, None)
    if not p or not r:
        return Ratio(p, r, 0.0)
    weight = beta * beta
    if p_num == r_num:
        # One division for plain counts, so that F1 = 2tp / (2tp + fp + fn) to the last bit.
        return Ratio(p, r, (1 + weight) * p_num / (weight * r_den + p_den))
    return Ratio(p, r, (1 + weight) * p * r / (weight * p + r))
