import itertools

import pytest
from hypothesis import given, settings

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, EventMention, Span
from goldwire.tallies import tally
from strategies import annotations


def sums(name: str, gold: Annotation, predicted: Annotation) -> list[float]:
    chunk = build_chunk([("d", gold, predicted, None)])
    pooled = tally(find(name).compute(chunk, Options()), n_documents=1).pool()
    return [float(value) for value in pooled.sums[0, 0]]


def triggers(*items: tuple[int, int, str]) -> Annotation:
    return Annotation(
        doc_id="d",
        event_mentions=tuple(
            EventMention(type=kind, trigger=Span(start, end)) for start, end, kind in items
        ),
    )


def test_nuggets_earn_what_they_share() -> None:
    gold = triggers((0, 4, "A"), (10, 14, "A"))
    predicted = triggers((0, 4, "B"), (12, 14, "A"), (20, 22, "A"))
    # Dice is 1 for the first pair and 2·2 / (4 + 2) for the second.
    whole = 1 + 2 / 3
    assert sums("triggers/nugget", gold, predicted) == pytest.approx([whole, 3, whole, 2])
    assert sums("triggers/nugget_typed", gold, predicted) == pytest.approx([2 / 3, 3, 2 / 3, 2])


def test_the_alignment_is_the_best_and_not_the_greedy_one() -> None:
    gold = triggers((0, 8, "A"), (8, 12, "A"))
    predicted = triggers((2, 9, "A"), (0, 4, "A"))
    # Greedy takes 2·6/15 first, which leaves nothing for (8, 12); the best takes the two others.
    best = 2 * 4 / 12 + 2 * 1 / 11
    assert best > 2 * 6 / 15
    assert sums("triggers/nugget", gold, predicted)[0] == pytest.approx(best)


def test_a_trigger_without_a_place_earns_nothing_and_counts() -> None:
    record = Annotation(doc_id="d", event_mentions=(EventMention(type="A", surface="met"),))
    assert sums("triggers/nugget", record, record) == [0, 1, 0, 1]


def dice(one: EventMention, other: EventMention) -> float:
    assert one.trigger is not None
    assert other.trigger is not None
    ours, theirs = (set(range(m.trigger.start, m.trigger.end)) for m in (one, other) if m.trigger)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


@settings(max_examples=60)
@given(gold=annotations(max_items=4), predicted=annotations(max_items=4))
def test_no_alignment_shares_more(gold: Annotation, predicted: Annotation) -> None:
    few, many = sorted(
        (list(gold.event_mentions or ()), list(predicted.event_mentions or ())), key=len
    )
    for name, typed in (("triggers/nugget", False), ("triggers/nugget_typed", True)):
        best = max(
            sum(
                dice(one, other) * (not typed or one.type == other.type)
                for one, other in zip(few, order, strict=True)
            )
            for order in itertools.permutations(many, len(few))
        )
        assert sums(name, gold, predicted)[0] == pytest.approx(best)
