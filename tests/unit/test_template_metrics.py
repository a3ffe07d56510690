import itertools
from collections import defaultdict

import pytest
from hypothesis import given, settings

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Argument, Entity, EventMention, Mention, Span, Time
from goldwire.tallies import tally
from strategies import annotations

NAMES = ("events/ceaf_ree", "events/ceaf_ree_prop")


def sums(name: str, gold: Annotation, predicted: Annotation) -> list[float]:
    chunk = build_chunk([("d", gold, predicted, None)])
    pooled = tally(find(name).compute(chunk, Options()), n_documents=1).pool()
    return [float(value) for value in pooled.sums[0, 0]]


def record(*arguments: Argument) -> Annotation:
    places = {"e1": (0, 10), "e2": (20,), "e3": (30,)}
    return Annotation(
        doc_id="d",
        entities=tuple(Entity(id=name, type="PER") for name in places),
        mentions=tuple(
            Mention(id=f"m{start}", entity=name, spans=(Span(start, start + 2),))
            for name, starts in places.items()
            for start in starts
        ),
        times=(Time(id="t1", type="DATE", spans=(Span(40, 44),)),),
        event_mentions=(EventMention(type="A", trigger=Span(50, 52), arguments=arguments),),
    )


def test_an_entity_fills_a_role_once_by_whichever_mention() -> None:
    gold = record(Argument(role="Agent", ref="m0"), Argument(role="Agent", ref="m20"))
    predicted = record(Argument(role="Agent", ref="m0"), Argument(role="Agent", ref="m10"))
    for name in NAMES:
        assert sums(name, gold, predicted) == [1, 1, 1, 2]


def test_a_span_alone_is_an_entity_of_one_mention() -> None:
    gold = record(Argument(role="Agent", ref="m0"), Argument(role="Time", ref="t1"))
    predicted = record(
        Argument(role="Agent", span=Span(10, 12)), Argument(role="Time", span=Span(40, 44))
    )
    for name in NAMES:
        assert sums(name, gold, predicted) == [2, 2, 2, 2]
    # Gold's span alone holds half of what the predicted entity has.
    assert sums("events/ceaf_ree", predicted, gold) == [1, 2, 1, 2]
    assert sums("events/ceaf_ree_prop", predicted, gold) == [1.5, 2, 1.5, 2]


def test_another_role_is_wrong_and_a_reference_to_nothing_too() -> None:
    gold = record(Argument(role="Agent", ref="m0"))
    predicted = record(Argument(role="Place", ref="m0"), Argument(role="Agent", ref="nobody"))
    for name in NAMES:
        assert sums(name, gold, predicted) == [0, 2, 0, 1]


def fillers(mine: Annotation) -> dict[str, set[tuple[str, frozenset[Span]]]]:
    spans: dict[str, set[Span]] = defaultdict(set)
    of = {m.id: str(m.entity) for m in mine.mentions or ()}
    for mention in mine.mentions or ():
        spans[str(mention.entity)] |= set(mention.spans)
    for value in mine.values or ():
        spans[value.id] |= set(value.spans)
    for time in mine.times or ():
        spans[time.id] |= set(time.spans)
    named: dict[str, set[tuple[str, frozenset[Span]]]] = defaultdict(set)
    for event in mine.event_mentions or ():
        for argument in event.arguments:
            reference = str(argument.ref)
            found = frozenset(spans[of.get(reference, reference)])
            # Two entities of the same spans stay two; two values on one span are one filler.
            named[argument.role].add((of.get(reference, ""), found))
    return named


@settings(max_examples=100)
@given(gold=annotations(), predicted=annotations())
def test_no_alignment_gains_more(gold: Annotation, predicted: Annotation) -> None:
    ours, theirs = fillers(gold), fillers(predicted)
    for name, whole in zip(NAMES, (True, False), strict=True):
        best = 0.0
        for role in set(ours) & set(theirs):
            golds, others = [s for _, s in ours[role]], [s for _, s in theirs[role]]
            golds += [frozenset()] * max(len(others) - len(golds), 0)
            best += max(
                sum(
                    (one <= other if whole else len(one & other) / len(one))
                    for one, other in zip(others, order, strict=True)
                )
                for order in itertools.permutations(golds, len(others))
            )
        total = [sum(map(len, side.values())) for side in (theirs, ours)]
        found = sums(name, gold, predicted)
        assert found == pytest.approx([best, total[0], best, total[1]])
