"""What a list of items tells about itself: whether it follows the text, nests, and keeps case.

The witnesses are the items that can stand in one place only, so that words which the text does not
have change nothing.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from goldwire.grounding.candidates import Candidate
from goldwire.grounding.folds import CASELESS, TYPOGRAPHIC, fold
from goldwire.grounding.model import TIERS, Order, Sought

IN_ORDER = 0.9
"""The share of neighbours that must follow the text for their order to be taken as the text's."""


@dataclass(frozen=True, slots=True)
class Item:
    """A sought item that has at least one place; `key` is shared by copies of one item.

    `places` are all that it can have, `likely` those that are close enough: the closest, and no
    more distant ones than it takes to have one for every copy. Both are in textual order.
    """

    at: int
    sought: Sought
    key: tuple[str, str]
    places: tuple[Candidate, ...]
    likely: tuple[Candidate, ...]


def order_of(items: Sequence[Item]) -> Order:
    """Tell what the items' order follows, from those that can stand in one place only.

    Where these say nothing at all, items are taken to follow the text, as most systems' do.
    """
    seen: set[tuple[str, str]] = set()
    sure: list[tuple[str, int]] = []
    for item in items:
        if len(item.likely) == 1 and item.key not in seen:
            seen.add(item.key)
            sure.append((item.sought.label, item.likely[0].span[0]))
    steps = [(one, next_) for (_, one), (_, next_) in itertools.pairwise(sure)]
    if _follows_the_text(steps):
        return "document"
    last: dict[str, int] = {}
    steps = []
    for label, start in sure:
        if label in last:
            steps.append((last[label], start))
        last[label] = start
    return "per-label" if steps and _follows_the_text(steps) else "none"


def is_flat_list(items: Sequence[Item]) -> bool:
    """Claim that no two items overlap, as far as those tell that can stand in one place only."""
    spans = sorted({item.likely[0].span for item in items if len(item.likely) == 1})
    return all(one[1] <= next_[0] for one, next_ in itertools.pairwise(spans))


def _follows_the_text(steps: Sequence[tuple[int, int]]) -> bool:
    return sum(one <= next_ for one, next_ in steps) >= IN_ORDER * len(steps)


def sequences_of(items: Sequence[Item], order: Order) -> list[list[Item]]:
    """Split items into the sequences that follow the text."""
    if order == "none":
        return []
    sequences: dict[str, list[Item]] = {}
    for item in items:
        sequences.setdefault("" if order == "document" else item.sought.label, []).append(item)
    return list(sequences.values())


def costs_of(items: Sequence[Item]) -> list[int]:
    """Say what each tier costs: its distance from the text, or nothing if no item ever keeps it.

    A system that writes everything small does not mean the places in small letters only.
    """
    costs = list(range(len(TIERS)))
    words = [item.sought.words for item in items]
    distinct = {id(item.places): item.places for item in items}
    lowest = {min(place.tier for place in places) for places in distinct.values()}
    if TYPOGRAPHIC in lowest and all(fold(one, TYPOGRAPHIC) == one for one in words):
        costs[TYPOGRAPHIC] = 0
    if CASELESS in lowest and (
        all(one == one.lower() for one in words) or all(one == one.upper() for one in words)
    ):
        costs[TYPOGRAPHIC] = costs[CASELESS] = 0
    return costs
