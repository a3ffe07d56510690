import itertools
from collections import defaultdict

from hypothesis import given, settings

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Argument, Entity, EventMention, Mention, Span
from goldwire.tallies import tally
from strategies import annotations


def sums(name: str, gold: Annotation, predicted: Annotation) -> list[float]:
    chunk = build_chunk([("d", gold, predicted, None)])
    pooled = tally(find(name).compute(chunk, Options()), n_documents=1).pool()
    return [float(value) for value in pooled.sums[0, 0]]


def record(*arguments: tuple[int, str, int]) -> Annotation:
    """Write arguments (trigger's start, role, filler's start); 0 and 10 are one entity."""
    places = {0: "e1", 10: "e1", 20: "e2"}
    return Annotation(
        doc_id="d",
        entities=(Entity(id="e1", type="PER"), Entity(id="e2", type="PER")),
        mentions=tuple(
            Mention(id=f"m{start}", entity=name, spans=(Span(start, start + 2),))
            for start, name in places.items()
        ),
        event_mentions=tuple(
            EventMention(
                type="A",
                trigger=Span(trigger, trigger + 3),
                arguments=(Argument(role=role, ref=f"m{filler}"),),
            )
            for trigger, role, filler in arguments
        ),
    )


def test_any_mention_of_the_entity_is_right() -> None:
    gold = record((50, "Agent", 0), (50, "Place", 20))
    predicted = record((50, "Agent", 10), (50, "Place", 0))
    assert sums("arguments/entity", gold, predicted) == [1, 2, 1, 2]
    assert sums("arguments/classified", gold, predicted) == [0, 2, 0, 2]


def test_two_mentions_of_an_entity_do_not_both_answer_one_argument() -> None:
    predicted = record((50, "Agent", 0), (50, "Agent", 10))
    assert sums("arguments/entity", record((50, "Agent", 0)), predicted) == [1, 2, 1, 1]


def test_attached_asks_for_the_trigger_too() -> None:
    gold, predicted = record((50, "Agent", 0)), record((60, "Agent", 10))
    assert sums("arguments/entity", gold, predicted) == [1, 1, 1, 1]
    assert sums("arguments/attached_entity", gold, predicted) == [0, 1, 0, 1]


def test_the_coreference_of_the_prediction_has_no_say() -> None:
    gold = Annotation(
        doc_id="d",
        mentions=(Mention(id="m0", type="PER", spans=(Span(0, 2),)),),
        event_mentions=(
            EventMention(
                type="A", trigger=Span(50, 53), arguments=(Argument(role="Agent", ref="m0"),)
            ),
        ),
    )
    predicted = record((50, "Agent", 10))
    assert sums("arguments/entity", gold, predicted) == [0, 1, 0, 1]
    assert sums("arguments/entity", predicted, gold) == [1, 1, 1, 1]


def test_what_has_no_place_is_wrong() -> None:
    nowhere = Annotation(
        doc_id="d",
        event_mentions=(
            EventMention(type="A", surface="met", arguments=(Argument(role="Agent", ref="?"),)),
        ),
    )
    for name in ("arguments/entity", "arguments/attached_entity"):
        assert sums(name, nowhere, nowhere) == [0, 1, 0, 1]


Found = tuple[tuple[object, ...], str]


def arguments(mine: Annotation, *, attached: bool) -> list[Found]:
    return [
        ((m.type, argument.role, m.trigger if attached else None), str(argument.ref))
        for m in mine.event_mentions or ()
        for argument in m.arguments
    ]


def places(mine: Annotation) -> dict[str, Span]:
    found = {m.id: m.spans[0] for m in mine.mentions or ()}
    found |= {v.id: v.spans[0] for v in mine.values or ()}
    return found | {t.id: t.spans[0] for t in mine.times or ()}


@settings(max_examples=100)
@given(gold=annotations(max_items=3), predicted=annotations(max_items=3))
def test_no_pairing_has_more_right(gold: Annotation, predicted: Annotation) -> None:
    entity = {m.id: str(m.entity) for m in gold.mentions or ()}
    members: dict[str, set[Span]] = defaultdict(set)
    for mention in gold.mentions or ():
        members[str(mention.entity)] |= set(mention.spans)
    ours, theirs = places(gold), places(predicted)
    for name, attached in (("arguments/entity", False), ("arguments/attached_entity", True)):
        wanted = [
            (key, members[entity[ref]] if ref in entity else {ours[ref]})
            for key, ref in arguments(gold, attached=attached)
        ]
        offered = [(key, theirs[ref]) for key, ref in arguments(predicted, attached=attached)]
        n = len(wanted)
        padded = [*range(n), *[None] * len(offered)]
        best = max(
            sum(
                at is not None and wanted[at][0] == key and span in wanted[at][1]
                for (key, span), at in zip(offered, order, strict=True)
            )
            for order in itertools.permutations(padded[: max(n, len(offered))], len(offered))
        )
        assert sums(name, gold, predicted) == [best, len(offered), best, n]
