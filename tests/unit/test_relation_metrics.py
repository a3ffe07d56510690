import itertools
from collections import Counter, defaultdict

from hypothesis import assume, given, settings

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Entity, Event, EventMention, Mention, Relation, Span
from goldwire.tallies import tally
from strategies import annotations


def sums(name: str, gold: Annotation, predicted: Annotation) -> list[float]:
    chunk = build_chunk([("d", gold, predicted, None)])
    pooled = tally(find(name).compute(chunk, Options()), n_documents=1).pool()
    return [float(value) for value in pooled.sums[0, 0]]


def record(
    entities: dict[str, list[int]], *relations: tuple[str, str, str], events: str = ""
) -> Annotation:
    return Annotation(
        doc_id="d",
        entities=tuple(Entity(id=name, type="PER") for name in entities),
        mentions=tuple(
            Mention(entity=name, spans=(Span(start, start + 2),))
            for name, starts in entities.items()
            for start in starts
        ),
        events=tuple(Event(id=name, type="A") for name in events),
        event_mentions=tuple(
            EventMention(event=name, type="A", trigger=Span(50 + at, 51 + at))
            for at, name in enumerate(events)
        ),
        relations=tuple(
            Relation(layer="event" if head in events else "entity", type=kind, head=head, tail=tail)
            for head, kind, tail in relations
        ),
    )


GOLD = record(
    {"e1": [0, 5, 9], "e2": [20], "e3": [30]}, ("e1", "PART_OF", "e2"), ("e2", "PART_OF", "e3")
)


def test_ends_are_entities_whatever_they_are_called() -> None:
    predicted = record({"x": [0, 5], "y": [20], "z": [9]}, ("x", "PART_OF", "y"))
    assert sums("relations/typed", GOLD, predicted) == [1, 1, 1, 2]


def test_only_one_entity_is_the_partner() -> None:
    predicted = record({"x": [0, 5], "y": [20], "z": [9]}, ("z", "PART_OF", "y"))
    assert sums("relations/typed", GOLD, predicted) == [0, 1, 0, 2]


def test_type_and_direction_matter() -> None:
    predicted = record({"x": [0, 5], "y": [20]}, ("y", "PART_OF", "x"), ("x", "MEMBER_OF", "y"))
    assert sums("relations/typed", GOLD, predicted) == [0, 2, 0, 2]


def test_a_relation_to_what_the_other_side_lacks_is_wrong() -> None:
    predicted = record({"x": [0], "w": [70]}, ("x", "PART_OF", "w"), ("x", "PART_OF", "nobody"))
    assert sums("relations/typed", GOLD, predicted) == [0, 2, 0, 2]


def test_relations_of_events_are_another_layer() -> None:
    gold = record({"e": [0], "f": [4]}, ("a", "BEFORE", "b"), ("e", "PART_OF", "f"), events="ab")
    predicted = record(
        {"e": [0], "f": [4]}, ("b", "BEFORE", "a"), ("e", "PART_OF", "f"), events="ab"
    )
    assert sums("relations/event", gold, predicted) == [0, 1, 0, 1]
    assert sums("relations/entity", gold, predicted) == [1, 1, 1, 1]
    assert sums("relations/typed", gold, predicted) == [1, 2, 1, 2]


Sets = dict[str, set[Span]]


def clusters(mine: Annotation) -> Sets:
    found: Sets = defaultdict(set)
    for mention in mine.mentions or ():
        found[str(mention.entity)] |= set(mention.spans)
    for event_mention in mine.event_mentions or ():
        assert event_mention.trigger is not None
        found[str(event_mention.event)].add(event_mention.trigger)
    return found


def alignments(ours: Sets, theirs: Sets, kind: str) -> list[dict[str, str]]:
    """List all the best ones, as predicted id → gold id."""
    names = [name for name in ours if name.startswith(kind)]
    others: list[str | None] = [name for name in theirs if name.startswith(kind)]
    others += [None] * len(names)
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for order in itertools.permutations(others, len(names)):
        pairs = {
            other: name
            for name, other in zip(names, order, strict=True)
            if other is not None and ours[name] & theirs[other]
        }
        worth = sum(len(ours[name] & theirs[other]) for other, name in pairs.items())
        if pairs not in found[worth]:
            found[worth].append(pairs)
    return found[max(found)]


@settings(max_examples=100)
@given(gold=annotations(), predicted=annotations())
def test_relations_are_right_as_the_best_alignment_has_it(
    gold: Annotation, predicted: Annotation
) -> None:
    for mine in (gold, predicted):
        spans = [m.spans for m in mine.mentions or ()]
        triggers = [m.trigger for m in mine.event_mentions or ()]
        assume(len(set(spans)) == len(spans) and len(set(triggers)) == len(triggers))
    ours, theirs = clusters(gold), clusters(predicted)
    possible = []
    wanted = Counter((r.type, r.head, r.tail) for r in gold.relations or ())
    for entities, events in itertools.product(
        alignments(ours, theirs, "e"), alignments(ours, theirs, "v")
    ):
        partner = entities | events
        found = Counter(
            (r.type, partner.get(r.head, ""), partner.get(r.tail, ""))
            for r in predicted.relations or ()
        )
        possible.append((wanted & found).total())
    right = sums("relations/typed", gold, predicted)
    assert right[0] == right[2]
    assert right[0] in possible
    assert right[1::2] == [len(predicted.relations or ()), len(gold.relations or ())]


def test_merging_copies_of_mentions_takes_no_end_from_a_relation() -> None:
    """Two events with one trigger: without the copy one of them would have no mention left."""
    record = Annotation(
        doc_id="d",
        events=tuple(Event(id=name, type=kind) for name, kind in (("a", "A"), ("b", "B"))),
        event_mentions=tuple(
            EventMention(id=f"x{name}", event=name, type=kind, trigger=Span(0, 3))
            for name, kind in (("a", "A"), ("b", "B"))
        ),
        relations=(Relation(id="r", layer="event", type="BEFORE", head="a", tail="b"),),
    )
    chunk = build_chunk([("d", record, record, None)])
    outcome = find("relations/event").compute(chunk, Options(duplicates="merge"))
    assert tally(outcome, n_documents=1).pool().sums[0, 0].tolist() == [1, 1, 1, 1]
