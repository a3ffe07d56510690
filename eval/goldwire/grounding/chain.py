"""The best chain through places: a dynamic programme over items in their order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Link:
    """One item of a chain: the place that it gets, and all that some largest chain gives it.

    `chosen` and `choices` index the item's own places.
    """

    item: int
    chosen: int
    choices: tuple[int, ...]


def best_chain(
    starts: Sequence[Ints], costs: Sequence[Ints], is_copy: Sequence[bool]
) -> list[Link]:
    """Choose at most one place per item so that starts never decrease from item to item.

    `starts` (ascending) and `costs` have shape [items][places]. An item that `is_copy` of an
    earlier one must start after all items before it, not with them. The chain has the most items,
    then the lowest sum of costs; then it prefers, item by item, to hold it and to hold it early.
    Time: items times distinct starts, a few nanoseconds each.
    """
    if not starts:
        return []
    distinct = np.unique(np.concatenate(starts))
    ranks = [np.searchsorted(distinct, places) for places in starts]
    # One item outweighs all costs together, so that one sum orders chains by both.
    unit = 1 + sum(int(cost.max()) for cost in costs)
    weights = [unit - cost for cost in costs]
    onwards = _onwards(ranks, weights, is_copy, len(distinct))
    best = max(int(sums.max()) for sums in onwards)
    largest = -(-best // unit)
    links: list[Link] = []
    # Sums of the best chains that end before an item, by the rank up to which they reach.
    before = np.zeros(len(distinct) + 1, np.int64)
    left, reached = best, 0
    for item, (rank, weight, after) in enumerate(zip(ranks, weights, onwards, strict=True)):
        allowed = rank + (0 if is_copy[item] else 1)
        through = before[allowed] + after
        _raise(before[1:], rank, before[allowed] + weight)
        fits = np.flatnonzero((after == left) & (rank >= reached + is_copy[item] * bool(links)))
        if left and len(fits):
            chosen = int(fits[0])
            choices = np.flatnonzero(-(-through // unit) == largest)
            links.append(Link(item, chosen, tuple(choices.tolist())))
            left -= int(weight[chosen])
            reached = int(rank[chosen])
    return links


def _onwards(
    ranks: Sequence[Ints], weights: Sequence[Ints], is_copy: Sequence[bool], n: int
) -> list[Ints]:
    """Sum the best chain that begins with each place of each item: [items][places]."""
    sums: list[Ints] = []
    # By descending rank, so that the best from a rank on is a running maximum.
    after = np.zeros(n + 1, np.int64)
    for rank, weight, copies in zip(
        reversed(ranks), reversed(weights), reversed(is_copy), strict=True
    ):
        behind = n - 1 - rank
        total = weight + after[behind]
        sums.append(total)
        _raise(after, behind + copies, total)
    return sums[::-1]


def _raise(running: Ints, at: Ints, values: Ints) -> None:
    """Let a running maximum know of new values."""
    first = int(at.min())
    part = running[first:]
    np.maximum.at(part, at - first, values)
    np.maximum.accumulate(part, out=part)
