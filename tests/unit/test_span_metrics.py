"""Span metrics on small cases whose numbers are worked out by hand."""

import pytest

from goldwire.columns import Chunk, build_chunk
from goldwire.errors import UsageError
from goldwire.matching import pair, threshold
from goldwire.metrics import Options, find
from goldwire.metrics.semeval import Counts, confusion, schema_counts
from goldwire.model import Annotation, Attribution, EventMention, Mention, Source, Span, Time
from goldwire.tallies import tally

Item = tuple[int, int, str]


def mentions(*items: Item) -> Annotation:
    return Annotation(
        doc_id="d",
        mentions=tuple(
            Mention(type=label, spans=(Span(start, end),)) for start, end, label in items
        ),
    )


def chunk_of(gold: Annotation, predicted: Annotation) -> Chunk:
    return build_chunk([("d", gold, predicted, None)], ignore=lambda mention: mention.difficult)


def sums(chunk: Chunk, name: str, options: Options | None = None) -> list[float]:
    """Give p_num, p_den, r_num, r_den over all labels."""
    outcome = find(name).compute(chunk, options or Options())
    total: list[float] = tally(outcome, n_documents=1).sums.sum(axis=(0, 1)).tolist()
    return total


def label_sums(chunk: Chunk, name: str, label: str) -> list[float]:
    outcome = find(name).compute(chunk, Options())
    row: list[float] = tally(outcome, n_documents=1).row(label).tolist()
    return row


NESTED = chunk_of(
    mentions((0, 5, "A"), (0, 5, "B"), (10, 20, "A"), (12, 15, "B"), (30, 40, "A")),
    mentions((0, 5, "B"), (0, 5, "C"), (10, 20, "A"), (12, 16, "B"), (33, 43, "A"), (50, 51, "A")),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mentions/strict", [2, 6, 2, 5]),
        ("mentions/exact", [3, 6, 3, 5]),
        ("mentions/type", [4, 6, 4, 5]),
        ("mentions/overlap", [5, 6, 5, 5]),
        # 3 of 4 code points are shared in 12:15 and 12:16; 7 of 13 in 30:40 and 33:43.
        ("mentions/iou@0.5", [4, 6, 4, 5]),
        ("mentions/iou@0.75", [3, 6, 3, 5]),
        ("mentions/iou@0.76", [2, 6, 2, 5]),
        ("mentions/head", [2, 6, 2, 5]),
        # A: 10 + 7 of 10 + 10 + 1 predicted, of 5 + 10 + 10 gold; B: 5 + 3 of 5 + 4, of 5 + 3.
        ("mentions/soft", [25, 35, 25, 33]),
        ("mentions/semeval_partial", [4, 6, 4, 5]),
        ("mentions/semeval_type", [4, 6, 4, 5]),
    ],
)
def test_a_nested_case_scores_as_worked_out_by_hand(name: str, expected: list[float]) -> None:
    assert sums(NESTED, name) == pytest.approx(expected, abs=1e-12)


def test_each_side_s_credit_goes_to_its_own_label() -> None:
    chunk = chunk_of(mentions((0, 5, "A")), mentions((0, 5, "B")))
    assert label_sums(chunk, "mentions/exact", "A") == [0, 0, 1, 1]
    assert label_sums(chunk, "mentions/exact", "B") == [1, 1, 0, 0]


def test_of_several_labels_on_a_span_the_agreeing_one_is_credited() -> None:
    chunk = chunk_of(mentions((0, 5, "A"), (0, 5, "B")), mentions((0, 5, "B")))
    assert label_sums(chunk, "mentions/exact", "B") == [1, 1, 1, 1]
    assert label_sums(chunk, "mentions/exact", "A") == [0, 0, 0, 1]


def test_surplus_copies_are_wrong_unless_merged() -> None:
    chunk = chunk_of(mentions((0, 5, "A")), mentions((0, 5, "A"), (0, 5, "A"), (0, 5, "A")))
    merge = Options(duplicates="merge")
    for measure in ("strict", "exact", "type", "overlap", "iou@0.5", "semeval_type"):
        assert sums(chunk, f"mentions/{measure}") == [1, 3, 1, 1]
        assert sums(chunk, f"mentions/{measure}", merge) == [1, 1, 1, 1]
    assert sums(chunk, "mentions/soft") == pytest.approx([5, 15, 5, 5])
    assert sums(chunk, "mentions/soft", merge) == [5, 5, 5, 5]


def test_an_ungrounded_mention_is_wrong_under_every_mode() -> None:
    gold = mentions((0, 5, "A"))
    predicted = Annotation(doc_id="d", mentions=(Mention(type="A", surface="Paris"),))
    for measure in ("strict", "exact", "type", "overlap", "iou@0.5", "head", "semeval_partial"):
        assert sums(chunk_of(gold, predicted), f"mentions/{measure}") == [0, 1, 0, 1]
    assert sums(chunk_of(gold, predicted), "mentions/soft") == [0, 1, 0, 5]


def test_what_lies_on_dont_care_gold_is_neither_right_nor_wrong() -> None:
    gold = Annotation(
        doc_id="d",
        mentions=(
            Mention(type="A", spans=(Span(0, 5),), difficult=True),
            Mention(type="A", spans=(Span(20, 25),)),
        ),
    )
    chunk = chunk_of(gold, mentions((0, 5, "A"), (3, 6, "A"), (0, 5, "B"), (20, 25, "A")))
    assert sums(chunk, "mentions/strict") == [1, 3, 1, 1]
    assert sums(chunk, "mentions/exact") == [1, 2, 1, 1]
    assert sums(chunk, "mentions/type") == [1, 2, 1, 1]
    assert sums(chunk, "mentions/overlap") == [1, 1, 1, 1]
    assert sums(chunk, "mentions/semeval_partial") == [1, 1, 1, 1]
    # B's five code points and 5:6 of A are on no gold of their label.
    assert sums(chunk, "mentions/soft") == [5, 11, 5, 5]


def test_overlap_of_discontinuous_mentions_counts_their_fragments() -> None:
    def broken(*spans: tuple[int, int]) -> Annotation:
        mention = Mention(type="A", spans=tuple(Span(start, end) for start, end in spans))
        return Annotation(doc_id="d", mentions=(mention,))

    in_the_gap = chunk_of(broken((0, 3), (8, 10)), broken((4, 7)))
    assert sums(in_the_gap, "mentions/overlap") == [0, 1, 0, 1]
    # 3 + 1 of the union's 3 + 2 + 1 code points are shared.
    partly = chunk_of(broken((0, 3), (8, 10)), broken((0, 3), (9, 11)))
    assert sums(partly, "mentions/iou@0.66") == [1, 1, 1, 1]
    assert sums(partly, "mentions/iou@0.67") == [0, 1, 0, 1]
    assert sums(partly, "mentions/soft") == [4, 5, 4, 5]
    assert sums(partly, "mentions/strict") == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("gold_head", "span", "predicted_head", "agrees"),
    [
        ((8, 12), (4, 12), (8, 12), True),
        ((8, 12), (4, 12), (4, 12), False),
        ((8, 12), (4, 12), None, True),
        ((8, 12), (4, 11), None, False),
        ((8, 12), (0, 14), None, False),
        (None, (4, 12), None, False),
        (None, (0, 12), None, True),
        (None, (0, 14), (8, 12), True),
        (None, (1, 14), (8, 12), False),
    ],
)
def test_heads_agree_as_the_definition_says(
    gold_head: tuple[int, int] | None,
    span: tuple[int, int],
    predicted_head: tuple[int, int] | None,
    agrees: bool,
) -> None:
    def one(bounds: tuple[int, int], head: tuple[int, int] | None) -> Annotation:
        mention = Mention(
            type="A", spans=(Span(*bounds),), head=None if head is None else Span(*head)
        )
        return Annotation(doc_id="d", mentions=(mention,))

    chunk = chunk_of(one((0, 12), gold_head), one(span, predicted_head))
    assert sums(chunk, "mentions/head") == [agrees, 1, agrees, 1]


def test_a_time_is_right_when_its_value_is() -> None:
    def times(*values: str | None) -> Annotation:
        items = (
            Time(type="DATE", value=value, spans=(Span(10 * i, 10 * i + 4),))
            for i, value in enumerate(values)
        )
        return Annotation(doc_id="d", times=tuple(items))

    chunk = chunk_of(times("2024-05-01", "2024", None), times("2024-05-01", "2025", None))
    assert sums(chunk, "times/strict") == [3, 3, 3, 3]
    assert sums(chunk, "times/value") == [2, 3, 2, 3]


def test_of_copies_with_different_values_the_right_one_is_found() -> None:
    def times(*values: str) -> Annotation:
        items = tuple(Time(type="DATE", value=value, spans=(Span(0, 4),)) for value in values)
        return Annotation(doc_id="d", times=items)

    chunk = chunk_of(times("2024"), times("2023", "2025", "2024"))
    assert sums(chunk, "times/value") == [1, 3, 1, 1]


def test_triggers_are_identified_by_span_and_classified_by_type() -> None:
    def triggers(*items: Item) -> Annotation:
        mentions = (EventMention(type=label, trigger=Span(a, b)) for a, b, label in items)
        return Annotation(doc_id="d", event_mentions=tuple(mentions))

    chunk = chunk_of(triggers((0, 4, "X"), (6, 9, "X")), triggers((0, 4, "Y"), (6, 8, "X")))
    assert sums(chunk, "triggers/identified") == [1, 2, 1, 2]
    assert sums(chunk, "triggers/classified") == [0, 2, 0, 2]
    assert sums(chunk, "triggers/type") == [1, 2, 1, 2]
    assert sums(chunk, "triggers/overlap") == [2, 2, 2, 2]


def test_elements_of_attributions_are_scored_as_spans_of_one_group() -> None:
    def attribution(source: Span, cue: Span, content: Span) -> Annotation:
        return Annotation(
            doc_id="d",
            attributions=(
                Attribution(source=Source(spans=(source,)), cue=(cue,), content=(content,)),
            ),
        )

    chunk = chunk_of(
        attribution(Span(0, 4), Span(5, 9), Span(10, 20)),
        attribution(Span(0, 4), Span(5, 8), Span(15, 20)),
    )
    assert sums(chunk, "attributions/source") == [1, 1, 1, 1]
    assert sums(chunk, "attributions/cue") == [0, 1, 0, 1]
    assert sums(chunk, "attributions/cue_overlap") == [1, 1, 1, 1]
    assert sums(chunk, "attributions/content_iou") == [1, 1, 1, 1]
    assert sums(chunk, "attributions/content_soft") == [5, 5, 5, 10]


@pytest.mark.parametrize("mode", ["iou@0", "iou@1.01", "iou@", "iou@x", "iou@1/2", "iou@-1"])
def test_an_unusable_threshold_is_refused(mode: str) -> None:
    with pytest.raises(UsageError, match="threshold"):
        threshold(mode)


@pytest.mark.parametrize(
    ("layer", "mode"), [("times", "head"), ("mentions", "value"), ("mentions", "x")]
)
def test_a_mode_that_a_layer_does_not_know_is_refused(layer: str, mode: str) -> None:
    with pytest.raises(UsageError, match="cannot be paired"):
        pair(NESTED, layer, mode)


def test_iou_metrics_are_made_for_layers_with_labels_only() -> None:
    assert find("triggers/iou@0.9").name == "triggers/iou@0.9"
    with pytest.raises(UsageError, match="there is no entities/iou"):
        find("entities/iou@0.9")


def test_all_four_schemas_count_the_pairs_of_one_alignment() -> None:
    """One correct, one of another label, one shifted, one of both kinds, one missed, one extra."""
    chunk = chunk_of(
        mentions((0, 5, "A"), (10, 15, "A"), (20, 25, "A"), (30, 35, "A"), (40, 45, "A")),
        mentions((0, 5, "A"), (10, 15, "B"), (20, 26, "A"), (30, 36, "B"), (50, 55, "A")),
    )
    assert schema_counts(chunk, "mentions") == {
        "strict": Counts(1, 3, 0, 1, 1),
        "exact": Counts(2, 2, 0, 1, 1),
        "partial": Counts(2, 0, 2, 1, 1),
        "type": Counts(2, 2, 0, 1, 1),
    }


def test_rates_follow_the_muc5_formulas() -> None:
    counts = Counts(correct=4, incorrect=1, partial=2, missed=3, spurious=2)
    assert (counts.possible, counts.actual) == (10, 9)
    assert counts.precision == 5 / 9
    assert counts.recall == 0.5
    assert counts.err == 7 / 12
    assert counts.und == 0.3
    assert counts.ovg == 2 / 9
    assert counts.sub == 2 / 7
    assert counts.ser == 0.7
    assert counts + Counts(1, 1, 1, 1, 1) == Counts(5, 2, 3, 4, 3)
    assert Counts().err is None


def test_the_confusion_matrix_has_a_place_for_missed_and_spurious() -> None:
    chunk = chunk_of(
        mentions((0, 5, "B"), (10, 15, "A"), (40, 45, "A")),
        mentions((0, 5, "B"), (10, 15, "B"), (50, 55, "C")),
    )
    found = confusion(chunk, "mentions")
    assert found.labels == ("A", "B", "C")
    assert found.counts.tolist() == [[0, 1, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
    only_a = confusion(chunk_of(mentions((0, 1, "A")), mentions((0, 1, "A"))), "mentions")
    assert (found + only_a).counts.tolist()[0] == [1, 1, 0, 1]
