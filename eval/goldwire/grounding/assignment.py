"""Which of its places each item gets: all items at once, by their order where they have one.

Items of one label share no place. Where items follow the text, their places form a *chain*: starts
never go back, and copies of an item go forward. Of all chains the best has (1) most items, (2) the
closest agreement (the lowest sum of costs), (3) the fewest overlaps, unless items are known to
overlap, (4) the earliest places. What the chain leaves out, and everything where there is no order,
gets its first place that is still free.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
    """A sought item that has at least one place; `key` is shared by copies of one item.

    `places` are all that it can have, `likely` those that are close enough: the closest, and no
    more distant ones than it takes to have one for every copy. Both are in textual order.
    """

    at: int
    sought: Sought
    key: tuple[str, str]
    places: tuple[Candidate, ...]
    likely: tuple[Candidate, ...]


def assign(
    text: str, sought: Sequence[Sought], candidates: Sequence[Sequence[Candidate]]
) -> Grounding:
    """Give every item one of its candidates, or say why it gets none; both of shape [items]."""
    taken = {(one.label, one.given) for one in sought if one.given is not None}
    items = [
        _Item(at, one, (one.label, fold(trimmed(one.words), BARE)), tuple(places), tuple(places))
        for at, (one, places) in enumerate(zip(sought, candidates, strict=True))
        if places
    ]
    free = [item for item in items if item.sought.given is None]
    answers: dict[int, Placed] = {}
    order: Order = "document"
    if free:
        costs = _costs(free)
        items = _with_likely(items, taken, costs)
        free = [item for item in items if item.sought.given is None]
        answers = {
            item.at: Placed("surplus", n_candidates=len(item.places))
            for item in free
            if not item.likely
        }
        items = [item for item in items if item.likely]
        in_line = [item for item in items if item.sought.near is None]
        order = _order_of(in_line)
        is_flat = _is_flat(in_line)
        for sequence in _sequences(in_line, order):
            for item, candidate, choices in _chained(sequence, costs, is_flat=is_flat):
                place = (item.sought.label, candidate.span)
                if item.sought.given is None and place not in taken:
                    taken.add(place)
                    answers[item.at] = _placed(item, candidate, "chain", choices)
        rest = [item for item in free if item.at not in answers]
        answers.update(_leftovers(rest, taken, text, costs=costs))
    return Grounding(
        tuple(answers.get(at) or _without_candidate(one) for at, one in enumerate(sought)), order
    )


def _with_likely(
    items: Sequence[_Item], taken: set[tuple[str, Range]], costs: Sequence[int]
) -> list[_Item]:
    """Tell the likely places of every item: what stands closer goes before all else.

    A name that the text has once as it is written is meant there, not in a headline in capitals.
    """
    n_copies = Counter(item.key for item in items if item.sought.given is None)
    known: dict[tuple[int, str, int], tuple[Candidate, ...]] = {}
    found = []
    for item in items:
        label, n = item.sought.label, n_copies[item.key]
        if item.sought.given is not None:
            found.append(item)
            continue
        which = (id(item.places), label, n)
        if which not in known:
            likely = tuple(p for p in item.places if (label, p.span) not in taken)
            if n < len(likely):
                limit = sorted(_cost(place, costs) for place in likely)[n - 1]
                likely = tuple(p for p in likely if _cost(p, costs) <= limit)
            known[which] = likely
        found.append(replace(item, likely=known[which]))
    return found


def _cost(place: Candidate, costs: Sequence[int]) -> int:
    return costs[place.tier] + place.distance


def _leftovers(
    items: Sequence[_Item],
    taken: set[tuple[str, Range]],
    text: str,
    *,
    costs: Sequence[int],
) -> Iterator[tuple[int, Placed]]:
    """Place what no chain holds at its closest free place, the first of equals.

    Items with an anchor get the likely place nearest to it.
    """
    spans: dict[int, tuple[Range, ...]] = {}
    ranked: dict[int, list[Candidate]] = {}
    first_free: dict[tuple[str, int], int] = {}
    for item in items:
        label, near, key = item.sought.label, item.sought.near, id(item.places)
        if key not in ranked:
            ranked[key] = sorted(item.places, key=lambda place: (_cost(place, costs), place.span))
        # Places are only ever taken, so that copies need not look again where one has looked.
        at = first_free.get((label, key), 0)
        while at < len(ranked[key]) and (label, ranked[key][at].span) in taken:
            at += 1
        first_free[label, key] = at
        if at == len(ranked[key]):
            yield item.at, Placed("surplus", n_candidates=len(item.places))
            continue
        rule: Rule = "leftmost"
        chosen = ranked[key][at]
        if near is not None:
            rule = "nearest"
            free = [place for place in item.likely if (label, place.span) not in taken]
            chosen = nearest(free or [chosen], near, text)
        taken.add((label, chosen.span))
        if id(item.likely) not in spans:
            spans[id(item.likely)] = tuple(place.span for place in item.likely)
        choices = spans[id(item.likely)]
        yield item.at, _placed(item, chosen, rule, choices)


def _placed(item: _Item, candidate: Candidate, rule: Rule, choices: tuple[Range, ...]) -> Placed:
    return Placed(
        "placed",
        candidate.span,
        tier=TIERS[candidate.tier],
        rule=rule,
        n_candidates=len(item.places),
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
        if len(item.likely) == 1 and item.key not in seen:
            seen.add(item.key)
            sure.append((item.sought.label, item.likely[0].span[0]))
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
    spans = sorted({item.likely[0].span for item in items if len(item.likely) == 1})
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
    distinct = {id(item.places): item.places for item in items}
    lowest = {min(place.tier for place in places) for places in distinct.values()}
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
        if id(item.likely) not in places:
            columns = [(one.span[0], one.span[1], _cost(one, costs)) for one in item.likely]
            places[id(item.likely)] = Places(*np.array(columns, np.int64).T.copy())
    n_places = sum(len(item.likely) for item in sequence)
    n_starts = sum(len(one.start) for one in places.values())
    if n_places > MAX_PLACES or len(sequence) * n_starts > MAX_STEPS:
        return []
    links = best_chain(
        [places[id(item.likely)] for item in sequence],
        [numbers[item.key] for item in sequence],
        is_flat=is_flat,
    )
    return [
        (
            sequence[link.item],
            sequence[link.item].likely[link.chosen],
            tuple(sequence[link.item].likely[other].span for other in link.choices),
        )
        for link in links
    ]
