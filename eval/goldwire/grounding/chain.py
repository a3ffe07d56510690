"""The best chain through places: a dynamic programme over items in their order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

NO_KEY = -1


@dataclass(frozen=True, slots=True)
class Link:
    """One item of a chain: the place that it gets, and all that some largest chain gives it.

    `chosen` and `choices` index the item's own places.
    """

    item: int
    chosen: int
    choices: tuple[int, ...]


def best_chain(starts: Sequence[Ints], costs: Sequence[Ints], keys: Sequence[int]) -> list[Link]:
    """Choose at most one place per item so that starts never decrease from item to item.

    `starts` (ascending) and `costs` have shape [items][places]; items with one `key` (≥ 0) are
    copies, and copies that follow each other in the chain may not start together. The chain has the
    most items, then the lowest sum of costs; then it prefers, item by item, to hold it and to hold
    it early. Time: items times distinct starts, a few nanoseconds each.
    """
    if not starts:
        return []
    distinct = np.unique(np.concatenate(starts))
    ranks = [np.searchsorted(distinct, places) for places in starts]
    # One item outweighs all costs together, so that one sum orders chains by both.
    unit = 1 + sum(int(cost.max()) for cost in costs)
    weights = [unit - cost for cost in costs]
    onwards = _onwards(ranks, weights, keys, len(distinct))
    left = max(int(sums.max()) for sums in onwards)
    largest = -(-left // unit)
    so_far = _Sums(len(distinct))
    links: list[Link] = []
    used: set[tuple[int, int]] = set()
    reached = 0
    for item, (rank, weight, after, key) in enumerate(
        zip(ranks, weights, onwards, keys, strict=True)
    ):
        before = so_far.up_to(rank, key)
        so_far.add(rank, key, before + weight)
        if not left:
            continue
        fits = np.flatnonzero((after == left) & (rank >= reached)).tolist()
        chosen = next((place for place in fits if (key, int(rank[place])) not in used), None)
        if chosen is not None:
            choices = np.flatnonzero(-(-(before + after) // unit) == largest)
            links.append(Link(item, chosen, tuple(choices.tolist())))
            left -= int(weight[chosen])
            reached = int(rank[chosen])
            used.add((key, reached))
    return links


def _onwards(
    ranks: Sequence[Ints], weights: Sequence[Ints], keys: Sequence[int], n: int
) -> list[Ints]:
    """Sum the best chain that begins with each place of each item: [items][places]."""
    sums: list[Ints] = []
    after = _Sums(n)
    for rank, weight, key in zip(reversed(ranks), reversed(weights), reversed(keys), strict=True):
        mirrored = n - 1 - rank
        total = weight + after.up_to(mirrored, key)
        after.add(mirrored, key, total)
        sums.append(total)
    return sums[::-1]


class _Sums:
    """The best sums of chains by the rank at which they end, and by the key of their last item.

    Of each rank the best sum is kept, and the best with another key than that one's: what a copy
    may follow.
    """

    def __init__(self, n: int) -> None:
        self.below = np.zeros(n + 1, np.int64)
        self.best = np.zeros(n, np.int64)
        self.key = np.full(n, NO_KEY, np.int64)
        self.other = np.zeros(n, np.int64)

    def up_to(self, rank: Ints, key: int) -> Ints:
        """Give the best sums that an item with this key can follow at these ranks."""
        together = np.where(self.key[rank] == key, self.other[rank], self.best[rank])
        return np.maximum(self.below[rank], together)

    def add(self, rank: Ints, key: int, sums: Ints) -> None:
        """Take in chains that end at these ranks, distinct and ascending or descending."""
        best, last = self.best[rank], self.key[rank]
        is_better, is_same = sums > best, last == key
        runner_up = np.where(is_better, best, sums)
        self.other[rank] = np.where(
            is_same, self.other[rank], np.maximum(self.other[rank], runner_up)
        )
        self.best[rank] = np.maximum(best, sums)
        self.key[rank] = np.where(is_better, key, last)
        first = int(rank.min())
        running = self.below[first + 1 :]
        running[rank - first] = np.maximum(running[rank - first], sums)
        np.maximum.accumulate(running, out=running)
