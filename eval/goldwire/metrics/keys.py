"""Scoring by key: an item is right when the other side has an item with the same key.

This is the field's "set of tuples" scoring, done with multisets: a key that occurs twice on one
side and once on the other is right once, and the surplus copy is wrong.
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns import dense, numbered
from goldwire.columns.numbering import are_among, copies
from goldwire.columns.tables import Bools, Ints
from goldwire.metrics.base import Options
from goldwire.tallies import Credits, Floats, Outcome


@dataclass(frozen=True, slots=True)
class Keyed:
    """The items of one side: all arrays [n], `key` [n, k]. Items with `valid` False never match."""

    document: Ints
    group: Ints
    key: Ints
    valid: Bools
    row: Ints | None = None

    def where(self, kept: Bools) -> "Keyed":
        """Give the items that are marked."""
        return Keyed(
            self.document[kept],
            self.group[kept],
            self.key[kept],
            self.valid[kept],
            None if self.row is None else self.row[kept],
        )


def key_of(*columns: Ints) -> Ints:
    """Put integer columns [n] side by side as keys [n, k]."""
    return np.stack(columns, axis=1) if columns else np.zeros((0, 0), dtype=np.int64)


def score_keys(
    gold: Keyed, predicted: Keyed, *, groups: tuple[str, ...], options: Options
) -> Outcome:
    """Give each item 1 when it has a twin with the same document and key, each twin used once.

    With duplicates `merge` surplus copies take no part instead of being wrong.
    """
    numbers, copy_of = _numbered(gold, predicted, groups)
    n_numbers = 1 + max((int(number.max(initial=0)) for number in numbers), default=0)
    keys = [number + copy * n_numbers for number, copy in zip(numbers, copy_of, strict=True)]
    sides = []
    for at, (side, other) in enumerate(((gold, predicted), (predicted, gold))):
        right = side.valid & are_among(keys[at], keys[1 - at][other.valid])
        num: Floats = right.astype(np.float64)
        den = np.ones(len(num))
        if options.duplicates == "merge":
            den[(copy_of[at] > 0) & side.valid] = 0
            num[den == 0] = 0
        sides.append(
            Credits(document=side.document, group=side.group, num=num, den=den, row=side.row)
        )
    return Outcome(groups, sides[0], sides[1])


def _numbered(
    gold: Keyed, predicted: Keyed, groups: tuple[str, ...]
) -> tuple[list[Ints], list[Ints]]:
    """Number equal (document, key) alike on both sides, and the copies of each on its own side.

    Copies are numbered by the names of their groups, so that no order of items can matter.
    """
    place = np.argsort(np.argsort(np.array(groups)))
    both = np.concatenate(
        [np.column_stack([side.document, side.key]) for side in (gold, predicted)]
    )
    number = dense(numbered(*both.T))
    numbers = [number[: len(gold.document)], number[len(gold.document) :]]
    ties = (place[gold.group], place[predicted.group])
    return numbers, [copies_of(one, tie) for one, tie in zip(numbers, ties, strict=True)]


def copies_of(number: Ints, tie: Ints) -> Ints:
    """Number the copies of each value from 0, in ascending order of `tie`: shape [n]."""
    order = np.argsort(number, kind="stable")
    ascending = number[order]
    repeats = ascending[1:] == ascending[:-1]
    copy = np.zeros(len(number), dtype=np.int64)
    if repeats.any():
        alike = order[np.append(repeats, False) | np.insert(repeats, 0, False)]
        alike = alike[np.lexsort((tie[alike], number[alike]))]
        copy[alike] = copies(number[alike])
    return copy


def numbered_alike(gold: Ints, predicted: Ints) -> tuple[Ints, Ints]:
    """Number rows of integers alike on both sides: shapes [gold rows] and [predicted rows]."""
    number = dense(numbered(*np.concatenate([gold, predicted]).T))
    return number[: len(gold)], number[len(gold) :]


def joined(gold: Ints, predicted: Ints) -> tuple[Ints, Ints]:
    """Give all pairs of positions with equal values, ascending in gold.

    >>> joined(np.array([3, 5]), np.array([5, 1, 5]))
    (array([1, 1]), array([0, 2]))
    """
    order = np.argsort(predicted, kind="stable")
    first = np.searchsorted(predicted[order], gold, side="left")
    counts = np.searchsorted(predicted[order], gold, side="right") - first
    at = np.repeat(np.arange(len(gold)), counts)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    return at, order[np.repeat(first, counts) + nth]
