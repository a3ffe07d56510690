import itertools

from hypothesis import given, settings

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Argument, EventMention, Mention, Span
from goldwire.tallies import tally
from strategies import annotations


def sums(name: str, gold: Annotation, predicted: Annotation) -> list[float]:
    chunk = build_chunk([("d", gold, predicted, None)])
    pooled = tally(find(name).compute(chunk, Options()), n_documents=1).pool()
    return [float(value) for value in pooled.sums[0, 0]]


def event(trigger: int, type_: str, *arguments: tuple[str, int, int]) -> EventMention:
    return EventMention(
        type=type_,
        trigger=Span(trigger, trigger + 3),
        arguments=tuple(
            Argument(role=role, span=Span(start, end)) for role, start, end in arguments
        ),
    )


def record(*events: EventMention, mentions: tuple[Mention, ...] = ()) -> Annotation:
    return Annotation(doc_id="d", event_mentions=events, mentions=mentions)


GOLD = record(event(50, "A", ("Agent", 0, 4), ("Place", 10, 14)), event(60, "A", ("Agent", 20, 24)))


def test_arguments_of_a_missed_trigger_take_no_part_when_the_trigger_is_given() -> None:
    predicted = record(event(50, "A", ("Agent", 0, 4), ("Agent", 10, 14)))
    assert sums("arguments/identified_given_trigger", GOLD, predicted) == [2, 2, 2, 2]
    assert sums("arguments/classified_given_trigger", GOLD, predicted) == [1, 2, 1, 2]
    assert sums("arguments/attached_identified", GOLD, predicted) == [2, 2, 2, 3]


def test_a_trigger_of_another_type_is_not_found() -> None:
    predicted = record(event(50, "B", ("Agent", 0, 4)), event(60, "A", ("Agent", 20, 24)))
    assert sums("arguments/classified_given_trigger", GOLD, predicted) == [1, 1, 1, 1]


def headed(start: int, end: int, head: tuple[int, int] | None) -> Mention:
    return Mention(
        id=f"m{start}-{end}",
        type="PER",
        spans=(Span(start, end),),
        head=None if head is None else Span(*head),
    )


def test_a_filler_is_right_when_its_head_is_whatever_else_it_takes_in() -> None:
    gold = record(event(50, "A", ("Agent", 0, 20)), mentions=(headed(0, 20, (4, 8)),))
    same_head = record(event(50, "A", ("Agent", 2, 9)), mentions=(headed(2, 9, (4, 8)),))
    other_head = record(event(50, "A", ("Agent", 2, 9)), mentions=(headed(2, 9, (2, 3)),))
    assert sums("arguments/head", gold, same_head) == [1, 1, 1, 1]
    assert sums("arguments/head", gold, other_head) == [0, 1, 0, 1]


def test_a_filler_without_head_must_hold_the_other_s_head_and_lie_in_its_span() -> None:
    gold = record(event(50, "A", ("Agent", 0, 20)), mentions=(headed(0, 20, (4, 8)),))
    for start, end, right in ((4, 8, 1), (0, 20, 1), (5, 9, 0), (4, 21, 0)):
        predicted = record(event(50, "A", ("Agent", start, end)))
        assert sums("arguments/head", gold, predicted) == [right, 1, right, 1]
        assert sums("arguments/head", predicted, gold) == [right, 1, right, 1]


def test_without_any_head_spans_must_be_equal() -> None:
    predicted = record(event(50, "A", ("Agent", 0, 4), ("Place", 10, 13)))
    assert sums("arguments/head", GOLD, predicted) == [1, 2, 1, 3]


def test_two_fillers_with_one_head_do_not_both_answer_one_argument() -> None:
    gold = record(event(50, "A", ("Agent", 0, 20)), mentions=(headed(0, 20, (4, 8)),))
    predicted = record(event(50, "A", ("Agent", 4, 8), ("Agent", 3, 9)))
    assert sums("arguments/head", gold, predicted) == [1, 2, 1, 1]


Filler = tuple[str, str, Span, Span | None]


def fillers(mine: Annotation) -> list[Filler]:
    by_id = {item.id: item.spans[0] for item in mine.mentions or ()}
    by_id |= {item.id: item.spans[0] for item in mine.values or ()}
    by_id |= {item.id: item.spans[0] for item in mine.times or ()}
    heads: dict[Span, list[Span]] = {}
    for mention in mine.mentions or ():
        if mention.head is not None:
            heads.setdefault(mention.spans[0], []).append(mention.head)
    found = []
    for happening in mine.event_mentions or ():
        for argument in happening.arguments:
            span = by_id[str(argument.ref)]
            head = min(heads.get(span, ()), key=lambda one: (one.start, one.end), default=None)
            found.append((happening.type, argument.role, span, head))
    return found


def agree(gold: Filler, predicted: Filler) -> bool:
    if gold[:2] != predicted[:2]:
        return False
    (span, head), (other, other_head) = gold[2:], predicted[2:]
    if head is not None and other_head is not None:
        return head == other_head
    if head is None and other_head is None:
        return span == other
    if head is None:
        (span, head), (other, other_head) = (other, other_head), (span, head)
    assert head is not None
    return (
        other.start <= head.start
        and head.end <= other.end
        and span.start <= other.start
        and other.end <= span.end
    )


@settings(max_examples=80)
@given(gold=annotations(max_items=3), predicted=annotations(max_items=3))
def test_no_pairing_by_heads_has_more_pairs(gold: Annotation, predicted: Annotation) -> None:
    ours, theirs = fillers(gold), fillers(predicted)
    if max(len(ours), len(theirs)) > 6:
        return
    small, large = sorted((ours, theirs), key=len)
    best = max(sum(map(agree, small, order)) for order in itertools.permutations(large, len(small)))
    assert sums("arguments/head", gold, predicted) == [best, len(theirs), best, len(ours)]
