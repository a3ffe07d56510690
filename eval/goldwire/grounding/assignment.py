"""Which of its places each item gets: all items at once, by their order where they have one.

Items of one label share no place. Where items follow the text, their places form a *chain*: starts
never go back, and copies of an item go forward. Of all chains the best has (1) most items, (2) the
closest agreement (the lowest sum of costs), (3) the fewest overlaps, unless items are known to
overlap, (4) the earliest places. What the chain leaves out, and everything where there is no order,
gets its first place that is still free.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from goldwire.grounding.candidates import Candidate
from goldwire.grounding.chain import Places, best_chain
from goldwire.grounding.evidence import Item, costs_of, is_flat_list, order_of, sequences_of
from goldwire.grounding.folds import BARE, fold, trimmed
from goldwire.grounding.model import TIERS, Grounding, Order, Placed, Range, Rule, Sought
from goldwire.grounding.nearness import nearest

MAX_PLACES = 500_000
MAX_STEPS = 1_000_000_000
"""Places of all items, and items times distinct starts, beyond which no chain is looked for.

That would take more than seconds; items are then placed as if they had no order.
"""


def assign(
    text: str, sought: Sequence[Sought], candidates: Sequence[Sequence[Candidate]]
) -> Grounding:
    """Give every item one of its candidates, or say why it gets none; both of shape [items]."""
    taken = {(one.label, one.given) for one in sought if one.given is not None}
    items = [
        Item(at, one, (one.label, fold(trimmed(one.words), BARE)), tuple(places), tuple(places))
        for at, (one, places) in enumerate(zip(sought, candidates, strict=True))
        if places
    ]
    free = [item for item in items if item.sought.given is None]
    answers: dict[int, Placed] = {}
    order: Order = "document"
    if free:
        costs = costs_of(free)
        items = _with_likely(items, taken, costs)
        free = [item for item in items if item.sought.given is None]
        answers = {
            item.at: Placed("surplus", n_candidates=len(item.places))
            for item in free
            if not item.likely
        }
        items = [item for item in items if item.likely]
        in_line = [item for item in items if item.sought.near is None]
        order = order_of(in_line)
        is_flat = is_flat_list(in_line)
        for sequence in sequences_of(in_line, order):
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
    items: Sequence[Item], taken: set[tuple[str, Range]], costs: Sequence[int]
) -> list[Item]:
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
    items: Sequence[Item],
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


def _placed(item: Item, candidate: Candidate, rule: Rule, choices: tuple[Range, ...]) -> Placed:
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


def _chained(
    sequence: Sequence[Item], costs: Sequence[int], *, is_flat: bool
) -> list[tuple[Item, Candidate, tuple[Range, ...]]]:
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
