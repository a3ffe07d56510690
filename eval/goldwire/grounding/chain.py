"""The best chain through places: a dynamic programme over items in their order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

NO_KEY = -1


@dataclass(frozen=True, slots=True)
class Places:
    """All places of one item in textual order: starts, ends and costs, each of shape [places]."""

    start: Ints
    end: Ints
    cost: Ints


@dataclass(frozen=True, slots=True)
class Link:
    """One item of a chain: the place that it gets, and all that some largest chain gives it.

    `chosen` and `choices` index the item's own places.
    """

    item: int
    chosen: int
    choices: tuple[int, ...]


def best_chain(items: Sequence[Places], keys: Sequence[int], *, is_flat: bool) -> list[Link]:
    """Choose at most one place per item so that starts never decrease from item to item.

    Items with one `key` (≥ 0) are copies, and copies that follow each other in the chain may not
    start together. The chain has the most items, then the lowest sum of costs, then, if `is_flat`,
    the fewest items that overlap the one before; then it prefers, item by item, to hold it and to
    hold it early. Time: items times distinct starts, a few nanoseconds each.
    """
    if not items:
        return []
    starts = np.unique(np.concatenate([places.start for places in items]))
    # One unit of cost outweighs all overlaps, one item all costs: a single sum orders chains.
    price = len(items) + 1 if is_flat else 1
    unit = price * (1 + sum(int(places.cost.max()) for places in items))
    ranked = [
        _Ranked(
            np.searchsorted(starts, places.start),
            np.searchsorted(starts, places.end),
            unit - price * places.cost,
            key,
        )
        for places, key in zip(items, keys, strict=True)
    ]
    onwards = _onwards(ranked, len(starts), overlap=int(is_flat))
    left = max(int(sums.max()) for sums in onwards)
    largest = -(-left // unit)
    so_far = _Sums(len(starts))
    clear = np.zeros(len(starts) + 1, np.int64)
    links: list[Link] = []
    used: set[tuple[int, int]] = set()
    reached = beyond = 0
    for item, (one, after) in enumerate(zip(ranked, onwards, strict=True)):
        before = so_far.up_to(one.rank, one.key)
        if is_flat:
            before = np.maximum(before - (before > 0), clear[one.rank])
        so_far.add(one.rank, one.key, before + one.weight)
        if is_flat:
            _raise(clear, one.end, before + one.weight)
        if not left:
            continue
        wanted = after - (is_flat and bool(links)) * (one.rank < beyond)
        fits = np.flatnonzero((wanted == left) & (one.rank >= reached)).tolist()
        chosen = next((at for at in fits if (one.key, int(one.rank[at])) not in used), None)
        if chosen is not None:
            choices = np.flatnonzero(-(-(before + after) // unit) == largest)
            links.append(Link(item, chosen, tuple(choices.tolist())))
            left = int(after[chosen] - one.weight[chosen])
            reached, beyond = int(one.rank[chosen]), int(one.end[chosen])
            used.add((one.key, reached))
    return links


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An item's places by the ranks of distinct starts; `end` is the first rank clear of them."""

    rank: Ints
    end: Ints
    weight: Ints
    key: int


def _onwards(items: Sequence[_Ranked], n: int, *, overlap: int) -> list[Ints]:
    """Sum the best chain that begins with each place of each item: [items][places]."""
    sums: list[Ints] = []
    after = _Sums(n)
    for one in reversed(items):
        mirrored = n - 1 - one.rank
        following = after.up_to(mirrored, one.key)
        if overlap:
            following = np.maximum(following - (following > 0), after.below[n - one.end])
        total = one.weight + following
        after.add(mirrored, one.key, total)
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
        """Take in chains that end at these ranks, which are distinct."""
        best, last, other = self.best[rank], self.key[rank], self.other[rank]
        is_better = sums > best
        runner_up = np.where(is_better, best, sums)
        self.other[rank] = np.where(last == key, other, np.maximum(other, runner_up))
        self.best[rank] = np.maximum(best, sums)
        self.key[rank] = np.where(is_better, key, last)
        _raise(self.below, rank + 1, sums)


def _raise(running: Ints, at: Ints, sums: Ints) -> None:
    """Let a running maximum know of new sums."""
    first = int(at.min())
    part = running[first:]
    np.maximum.at(part, at - first, sums)
    np.maximum.accumulate(part, out=part)
