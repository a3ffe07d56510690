"""Templates: whole events with the entities that fill their roles, aligned before they are scored.

CEAF-RME (Chen et al. 2023, "IterX"): the templates of a document are the events, each with a type
and, for every role, the different entities that fill it in any mention of the event. Templates of
one type are aligned one-to-one, and only fillers of the same role in aligned templates can be
right: an argument that is right but stands in the wrong event is wrong. A template without fillers
does not count. Fillers are those of CEAF-REE (`templates`), sets of spans; groups are roles.

Where IterX lets each predicted filler find only the first of several gold fillers it shares a
mention with, and hangs on the order of the file for ties, here it finds them all, and of equally
good alignments the one that finds most gold fillers is taken, then the earliest.
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns import Chunk, Side, dense, numbered
from goldwire.columns.tables import Floats, Ints
from goldwire.matching.heaviest import Weighted, heaviest
from goldwire.metrics.base import Metric, Options
from goldwire.metrics.cluster_alignment import Cells, gains
from goldwire.metrics.keys import joined, numbered_alike
from goldwire.metrics.templates import Fillers, fillers
from goldwire.tallies import Credits, Outcome


@dataclass(frozen=True, slots=True)
class Templates:
    """One side's fillers `within` events; `type` and `place` of each filler's event: [fillers].

    The place numbers the events of each document from 0.
    """

    fillers: Fillers
    type: Ints
    place: Ints


@dataclass(frozen=True, slots=True)
class Shared:
    """Pairs of fillers of one document, type and role that share spans; all arrays [pairs].

    `common` counts the spans; `pair` numbers the pairs of templates that they belong to, of which
    `gold_template` and `predicted_template` [template pairs] say which ones they are.
    """

    gold: Ints
    predicted: Ints
    common: Ints
    pair: Ints
    gold_template: Ints
    predicted_template: Ints


def ceaf_rme(chunk: Chunk, options: Options) -> Outcome:
    """Count fillers: right when they share a mention with one of the aligned template (φ⊆).

    P = right ÷ predicted fillers, R = found ÷ gold fillers. Several predicted fillers may share
    mentions with one gold filler, so right and found may differ. The alignment has the most right
    ones.
    """
    del options
    gold, predicted = _templates(chunk)
    shared = _shared(gold, predicted)
    sides = (gold.fillers, predicted.fillers)
    n_pairs = len(shared.gold_template)
    right = np.bincount(_first(shared.pair, shared.predicted), minlength=n_pairs)
    found = np.bincount(_first(shared.pair, shared.gold), minlength=n_pairs)
    # More found only decides among equally many right ones: it weighs less than one of these.
    chosen = heaviest(
        Weighted(
            shared.gold_template,
            shared.predicted_template,
            np.column_stack([right, found]),
            np.column_stack([np.ones_like(right), np.full_like(found, len(gold.fillers.size) + 1)]),
        )
    )
    kept = np.isin(shared.pair, chosen)
    ones = np.ones(len(sides[0].size)), np.ones(len(sides[1].size))
    earned = np.zeros_like(ones[0]), np.zeros_like(ones[1])
    earned[0][shared.gold[kept]] = 1
    earned[1][shared.predicted[kept]] = 1
    return _outcome(chunk, sides, num=earned, den=ones)


def ceaf_rme_mentions(chunk: Chunk, options: Options) -> Outcome:
    """Count mentions of fillers: those that aligned fillers of aligned templates share (φ₃).

    φ₃ = |gold ∩ predicted| over spans. P = Σφ₃ ÷ spans of predicted fillers, R = Σφ₃ ÷ spans of
    gold fillers. Fillers of two templates are aligned one-to-one so that Σφ₃ is largest, and then
    templates so that the total is. A filler without a place in the text counts as one span.
    """
    del options
    gold, predicted = _templates(chunk)
    shared = _shared(gold, predicted)
    sides = (gold.fillers, predicted.fillers)
    n_pairs = len(shared.gold_template)
    # A filler once for every template that its own meets, so that all are aligned in one go.
    apart = [
        dense(shared.pair * (len(side.size) + 1) + at)
        for side, at in zip(sides, (shared.gold, shared.predicted), strict=True)
    ]
    order = np.lexsort((apart[1], apart[0]))
    cells = Cells(apart[0][order], apart[1][order], shared.common[order].astype(np.float64))
    gained = gains(cells, n_gold=_size(apart[0]), n_predicted=_size(apart[1]))
    pair_of = np.zeros(_size(apart[0]), dtype=np.int64)
    pair_of[apart[0]] = shared.pair
    similarity = np.bincount(pair_of, gained[0], n_pairs).round().astype(np.int64)
    chosen = heaviest(
        Weighted(
            shared.gold_template,
            shared.predicted_template,
            similarity[:, None],
            np.ones((n_pairs, 1), dtype=np.int64),
        )
    )
    kept = np.isin(shared.pair, chosen)
    earned = np.zeros(len(sides[0].size)), np.zeros(len(sides[1].size))
    earned[0][shared.gold[kept]] = gained[0][apart[0][kept]]
    earned[1][shared.predicted[kept]] = gained[1][apart[1][kept]]
    sizes = (np.maximum(sides[0].size, 1.0), np.maximum(sides[1].size, 1.0))
    return _outcome(chunk, sides, num=earned, den=sizes)


def _templates(chunk: Chunk) -> tuple[Templates, Templates]:
    return chunk.once(
        "event_templates", lambda: (_by_event(chunk.gold), _by_event(chunk.predicted))
    )


def _by_event(side: Side) -> Templates:
    """Find the fillers of each event, the events of a document being ordered by first triggers.

    Of events with one first trigger, the one whose fillers' spans come first in the text is first.
    """
    event = side.triggers.extra["event"]
    n = 1 + int(event.max(initial=-1))
    first = np.zeros(n, dtype=np.int64)
    # Triggers ascend in the text, and of repeated places the last assignment stays.
    first[event[::-1]] = np.arange(len(event))[::-1]
    document = side.triggers.document[first]
    found = fillers(side, within=event[side.arguments.extra["trigger"]])
    number = dense(numbered(document, side.triggers.start[first], side.triggers.end[first]))
    held: dict[int, list[list[int]]] = {
        at: [] for at in np.flatnonzero(np.bincount(number)[number] > 1).tolist()
    }
    concerned = np.flatnonzero(np.isin(found.within[found.filler], list(held)))
    owners = found.within[found.filler[concerned]]
    for at, span in zip(owners.tolist(), found.span[concerned].tolist(), strict=True):
        held[at].append(span)
    tie = np.zeros(n, dtype=np.int64)
    for rank, at in enumerate(sorted(held, key=lambda at: sorted(held[at]))):
        tie[at] = rank
    order = np.lexsort((tie, number))
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n) - np.searchsorted(document[order], document[order])
    return Templates(found, side.events["type"][found.within], place[found.within])


def _shared(gold: Templates, predicted: Templates) -> Shared:
    """Find the fillers that share spans, and the templates in which they do."""
    keys = [
        np.column_stack(
            [
                np.column_stack([side.fillers.document, side.type, side.fillers.role])[
                    side.fillers.filler
                ],
                side.fillers.span,
            ]
        )
        for side in (gold, predicted)
    ]
    at, to = joined(*numbered_alike(keys[0], keys[1]))
    width = max(len(predicted.fillers.size), 1)
    pairs, common = np.unique(
        gold.fillers.filler[at] * width + predicted.fillers.filler[to], return_counts=True
    )
    one, other = np.divmod(pairs, width)
    ours, theirs = gold.place[one], predicted.place[other]
    # The earliest first, in an order that exchanging the sides leaves as it is.
    order = (np.maximum(ours, theirs), np.minimum(ours, theirs), ours, theirs)
    templates = (gold.fillers.within[one], predicted.fillers.within[other])
    both, pair = np.unique(np.column_stack([*order, *templates]), axis=0, return_inverse=True)
    return Shared(
        gold=one,
        predicted=other,
        common=common.astype(np.int64),
        pair=pair.reshape(-1),
        gold_template=both[:, 4],
        predicted_template=both[:, 5],
    )


def _first(pair: Ints, filler: Ints) -> Ints:
    """Give the pair of templates of every different (pair, filler)."""
    _, first = np.unique(np.column_stack([pair, filler]), axis=0, return_index=True)
    of_first: Ints = pair[first]
    return of_first


def _size(numbers: Ints) -> int:
    return 1 + int(numbers.max(initial=-1))


def _outcome(
    chunk: Chunk,
    sides: tuple[Fillers, Fillers],
    *,
    num: tuple[Floats, Floats],
    den: tuple[Floats, Floats],
) -> Outcome:
    gold, predicted = (
        Credits(side.document, side.role, earned, possible)
        for side, earned, possible in zip(sides, num, den, strict=True)
    )
    return Outcome(chunk.vocabularies["roles"].names, gold, predicted)


METRICS: tuple[Metric, ...] = (
    Metric(
        name="events/ceaf_rme",
        summary="role fillers of aligned events: those that share a mention (CEAF-RME φ⊆)",
        layers=("event_mentions", "events"),
        compute=ceaf_rme,
        is_local=False,
    ),
    Metric(
        name="events/ceaf_rme_mentions",
        summary="role fillers of aligned events, by their mentions (CEAF-RME φ₃)",
        layers=("event_mentions", "events"),
        compute=ceaf_rme_mentions,
        is_local=False,
    ),
)
