"""Which of its places each item gets: all items at once, by their order where they have one.

Items of one label share no place. Where items follow the text, their places form a *chain*: starts
never go back, and copies of an item go forward. Of all chains the best has (1) most items, (2) the
closest agreement (the lowest sum of costs), (3) the fewest overlaps, unless items are known to
overlap, (4) the earliest places. What the chain leaves out, and everything where there is no order,
gets its first place that is still free.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from goldwire.grounding.candidates import Candidate
from goldwire.grounding.chain import Places, best_chain
from goldwire.grounding.folds import BARE, CASELESS, TYPOGRAPHIC, fold, trimmed
from goldwire.grounding.model import TIERS, Grounding, Order, Placed, Range, Rule, Sought
from goldwire.grounding.nearness import nearest

IN_ORDER = 0.9
"""The share of neighbours that must follow the text for their order to be taken as the text's."""

MAX_PLACES = 500_000
MAX_STEPS = 1_000_000_000
"""Places of all items, and items times distinct starts, beyond which no chain is looked for.

That would take more than seconds; items are then placed as if they had no order.
"""


@dataclass(frozen=True, slots=True)
class _Item:
    """A sought item that has at least one place; `key` is shared by copies of one item."""

    at: int
    sought: Sought
    key: tuple[str, str]
    candidates: tuple[Candidate, ...]


def assign(
    text: str, sought: Sequence[Sought], candidates: Sequence[Sequence[Candidate]]
) -> Grounding:
    """Give every item one of its candidates, or say why it gets none; both of shape [items]."""
    items = [
        _Item(at, one, (one.label, fold(trimmed(one.words), BARE)), tuple(places))
        for at, (one, places) in enumerate(zip(sought, candidates, strict=True))
        if places
    ]
    free = [item for item in items if item.sought.given is None]
    taken = {(one.label, one.given) for one in sought if one.given is not None}
    answers: dict[int, Placed] = {}
    order: Order = "document"
    if free:
        in_line = [item for item in items if item.sought.near is None]
        order = _order_of(in_line)
        costs = _costs(free)
        is_flat = _is_flat(in_line)
        for sequence in _sequences(in_line, order):
            for item, candidate, choices in _chained(sequence, costs, is_flat=is_flat):
                place = (item.sought.label, candidate.span)
                if item.sought.given is None and place not in taken:
                    taken.add(place)
                    answers[item.at] = _placed(item, candidate, "chain", choices)
    answers.update(_leftovers([item for item in free if item.at not in answers], taken, text))
    return Grounding(
        tuple(answers.get(at) or _without_candidate(one) for at, one in enumerate(sought)), order
    )


def _leftovers(
    items: Sequence[_Item], taken: set[tuple[str, Range]], text: str
) -> Iterator[tuple[int, Placed]]:
    """Place what no chain holds at its first free place, or at the one nearest to its anchor."""
    spans: dict[int, tuple[Range, ...]] = {}
    first_free: dict[tuple[str, int], int] = {}
    for item in items:
        places, label, near = item.candidates, item.sought.label, item.sought.near
        # Places are only ever taken, so that copies need not look again where one has looked.
        which = (label, id(places))
        at = first_free.get(which, 0)
        while at < len(places) and (label, places[at].span) in taken:
            at += 1
        first_free[which] = at
        if at == len(places):
            yield item.at, Placed("surplus", n_candidates=len(places))
            continue
        rule: Rule = "leftmost"
        chosen = places[at]
        if near is not None:
            rule = "nearest"
            open_places = [place for place in places[at:] if (label, place.span) not in taken]
            chosen = nearest(open_places, near, text)
        taken.add((label, chosen.span))
        if id(places) not in spans:
            spans[id(places)] = tuple(place.span for place in places)
        yield item.at, _placed(item, chosen, rule, spans[id(places)])


def _placed(item: _Item, candidate: Candidate, rule: Rule, choices: tuple[Range, ...]) -> Placed:
    return Placed(
        "placed",
        candidate.span,
        tier=TIERS[candidate.tier],
        rule=rule,
        n_candidates=len(item.candidates),
        choices=choices,
        distance=candidate.distance,
    )


def _without_candidate(sought: Sought) -> Placed:
    if sought.given is not None:
        return Placed("given", sought.given, rule="given", choices=(sought.given,))
    return Placed("ungroundable" if trimmed(sought.words) else "empty")


def _order_of(items: Sequence[_Item]) -> Order:
    """Tell what the items' order follows, from those that can stand in one place only.

    Where these say nothing at all, items are taken to follow the text, as most systems' do.
    """
    seen: set[tuple[str, str]] = set()
    sure: list[tuple[str, int]] = []
    for item in items:
        if len(item.candidates) == 1 and item.key not in seen:
            seen.add(item.key)
            sure.append((item.sought.label, item.candidates[0].span[0]))
    steps = [(one, next_) for (_, one), (_, next_) in itertools.pairwise(sure)]
    if _is_in_order(steps):
        return "document"
    last: dict[str, int] = {}
    steps = []
    for label, start in sure:
        if label in last:
            steps.append((last[label], start))
        last[label] = start
    return "per-label" if steps and _is_in_order(steps) else "none"


def _is_flat(items: Sequence[_Item]) -> bool:
    """Claim that no two items overlap, as far as those tell that can stand in one place only."""
    spans = sorted({item.candidates[0].span for item in items if len(item.candidates) == 1})
    return all(one[1] <= next_[0] for one, next_ in itertools.pairwise(spans))


def _is_in_order(steps: Sequence[tuple[int, int]]) -> bool:
    return sum(one <= next_ for one, next_ in steps) >= IN_ORDER * len(steps)


def _sequences(items: Sequence[_Item], order: Order) -> list[list[_Item]]:
    """Split items into the sequences that follow the text."""
    if order == "none":
        return []
    sequences: dict[str, list[_Item]] = {}
    for item in items:
        sequences.setdefault("" if order == "document" else item.sought.label, []).append(item)
    return list(sequences.values())


def _costs(items: Sequence[_Item]) -> list[int]:
    """Say what each tier costs: its distance from the text, but nothing for what it never keeps.

    A system that writes everything small does not mean the places in small letters only.
    """
    costs = list(range(len(TIERS)))
    words = [item.sought.words for item in items]
    lowest = {min(candidate.tier for candidate in item.candidates) for item in items}
    if TYPOGRAPHIC in lowest and all(fold(one, TYPOGRAPHIC) == one for one in words):
        costs[TYPOGRAPHIC] = 0
    if CASELESS in lowest and (
        all(one == one.lower() for one in words) or all(one == one.upper() for one in words)
    ):
        costs[TYPOGRAPHIC] = costs[CASELESS] = 0
    return costs


def _chained(
    sequence: Sequence[_Item], costs: Sequence[int], *, is_flat: bool
) -> list[tuple[_Item, Candidate, tuple[Range, ...]]]:
    """Give the items of the best chain with their places and those that they could also have."""
    places: dict[int, Places] = {}
    numbers: dict[tuple[str, str], int] = {}
    for item in sequence:
        numbers.setdefault(item.key, len(numbers))
        # Copies share their candidates.
        if id(item.candidates) not in places:
            columns = [
                (one.span[0], one.span[1], costs[one.tier] + one.distance)
                for one in item.candidates
            ]
            places[id(item.candidates)] = Places(*np.array(columns, np.int64).T.copy())
    n_places = sum(len(item.candidates) for item in sequence)
    n_starts = sum(len(one.start) for one in places.values())
    if n_places > MAX_PLACES or len(sequence) * n_starts > MAX_STEPS:
        return []
    links = best_chain(
        [places[id(item.candidates)] for item in sequence],
        [numbers[item.key] for item in sequence],
        is_flat=is_flat,
    )
    return [
        (
            sequence[link.item],
            sequence[link.item].candidates[link.chosen],
            tuple(sequence[link.item].candidates[other].span for other in link.choices),
        )
        for link in links
    ]
