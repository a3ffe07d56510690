import itertools
from collections import defaultdict

from hypothesis import given, settings

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Argument, Entity, Event, EventMention, Mention, Span
from goldwire.tallies import tally
from strategies import annotations

FILLERS, MENTIONS = "events/ceaf_rme", "events/ceaf_rme_mentions"
Filler = frozenset[Span]
Template = tuple[str, dict[str, set[tuple[str, Filler]]]]


def sums(name: str, gold: Annotation, predicted: Annotation) -> list[float]:
    chunk = build_chunk([("d", gold, predicted, None)])
    pooled = tally(find(name).compute(chunk, Options()), n_documents=1).pool()
    return [float(value) for value in pooled.sums[0, 0]]


def record(*arguments: tuple[str, str, int], types: str = "AA") -> Annotation:
    """Write arguments (event, role, filler's start); 0, 10 and 20 are one entity."""
    places = {0: "e1", 10: "e1", 20: "e1", 30: "e2", 40: "e3"}
    return Annotation(
        doc_id="d",
        entities=tuple(Entity(id=name, type="PER") for name in ("e1", "e2", "e3")),
        mentions=tuple(
            Mention(id=f"m{start}", entity=name, spans=(Span(start, start + 2),))
            for start, name in places.items()
        ),
        events=(Event(id="v1", type=types[0]), Event(id="v2", type=types[1])),
        event_mentions=tuple(
            EventMention(
                type="A",
                event=event,
                trigger=Span(50 + at, 53 + at),
                arguments=(Argument(role=role, ref=f"m{filler}"),),
            )
            for at, (event, role, filler) in enumerate(arguments)
        ),
    )


def test_a_filler_in_the_wrong_event_is_wrong() -> None:
    gold = record(("v1", "Agent", 0), ("v1", "Place", 30), ("v2", "Agent", 40))
    mixed = record(("v1", "Agent", 0), ("v1", "Place", 30), ("v1", "Agent", 40))
    assert sums(FILLERS, gold, mixed) == [2, 3, 2, 3]
    # The first entity has three mentions, the others one each.
    assert sums(MENTIONS, gold, mixed) == [4, 5, 4, 5]


def test_an_event_s_mentions_are_one_template_and_a_filler_counts_once_in_it() -> None:
    gold = record(("v1", "Agent", 0), ("v1", "Agent", 10), ("v1", "Place", 30))
    predicted = record(("v2", "Place", 30), ("v2", "Agent", 20))
    assert sums(FILLERS, gold, predicted) == [2, 2, 2, 2]


def test_events_of_different_types_are_never_aligned() -> None:
    gold, predicted = record(("v1", "Agent", 0)), record(("v1", "Agent", 0), types="BA")
    assert sums(FILLERS, gold, predicted) == [0, 1, 0, 1]
    assert sums(MENTIONS, gold, predicted) == [0, 3, 0, 3]


def test_two_fillers_may_share_mentions_with_one_but_only_one_of_them_is_aligned() -> None:
    gold = record(("v1", "Agent", 0))
    apart = Annotation(
        doc_id="d",
        events=(Event(id="v1", type="A"),),
        event_mentions=(
            EventMention(
                type="A",
                event="v1",
                trigger=Span(50, 53),
                arguments=(
                    Argument(role="Agent", span=Span(0, 2)),
                    Argument(role="Agent", span=Span(10, 12)),
                ),
            ),
        ),
    )
    assert sums(FILLERS, gold, apart) == [2, 2, 1, 1]
    assert sums(MENTIONS, gold, apart) == [1, 2, 1, 3]


def templates(mine: Annotation) -> list[Template]:
    spans: dict[str, set[Span]] = defaultdict(set)
    of = {m.id: str(m.entity) for m in mine.mentions or ()}
    for mention in mine.mentions or ():
        spans[str(mention.entity)] |= set(mention.spans)
    for value in mine.values or ():
        spans[value.id] |= set(value.spans)
    for time in mine.times or ():
        spans[time.id] |= set(time.spans)
    found: dict[str, Template] = {event.id: (event.type, {}) for event in mine.events or ()}
    for event_mention in mine.event_mentions or ():
        for argument in event_mention.arguments:
            reference = str(argument.ref)
            filler = (of.get(reference, ""), frozenset(spans[of.get(reference, reference)]))
            found[str(event_mention.event)][1].setdefault(argument.role, set()).add(filler)
    return list(found.values())


def shared(gold: Template, predicted: Template) -> tuple[int, int]:
    """Count predicted fillers that share a span with gold, and gold ones with predicted."""
    if gold[0] != predicted[0]:
        return 0, 0
    counts = [0, 0]
    for role in gold[1].keys() & predicted[1].keys():
        ours, theirs = gold[1][role], predicted[1][role]
        counts[0] += sum(any(one & other for _, one in ours) for _, other in theirs)
        counts[1] += sum(any(one & other for _, other in theirs) for _, one in ours)
    return counts[0], counts[1]


def mentions_shared(gold: Template, predicted: Template) -> int:
    if gold[0] != predicted[0]:
        return 0
    total = 0
    for role in gold[1].keys() & predicted[1].keys():
        ours = [one for _, one in gold[1][role]]
        theirs = [one for _, one in predicted[1][role]]
        ours += [frozenset()] * max(len(theirs) - len(ours), 0)
        total += max(
            sum(len(one & other) for one, other in zip(theirs, order, strict=True))
            for order in itertools.permutations(ours, len(theirs))
        )
    return total


@settings(max_examples=150)
@given(gold=annotations(), predicted=annotations())
def test_no_alignment_of_templates_gains_more(gold: Annotation, predicted: Annotation) -> None:
    ours, theirs = templates(gold), templates(predicted)
    empty: Template = ("", {})
    padded = ours + [empty] * max(len(theirs) - len(ours), 0)
    orders = list(itertools.permutations(padded, len(theirs)))
    best = max(
        (
            tuple(map(sum, zip((0, 0), *map(shared, order, theirs), strict=True)))
            for order in orders
        ),
        default=(0, 0),
    )
    n = [sum(len(role) for _, roles in side for role in roles.values()) for side in (theirs, ours)]
    assert sums(FILLERS, gold, predicted) == [best[0], n[0], best[1], n[1]]
    most = max(sum(map(mentions_shared, order, theirs)) for order in orders)
    n = [
        sum(len(spans) for _, roles in side for role in roles.values() for _, spans in role)
        for side in (theirs, ours)
    ]
    assert sums(MENTIONS, gold, predicted) == [most, n[0], most, n[1]]
