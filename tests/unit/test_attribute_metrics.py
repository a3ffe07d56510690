from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import (
    AUTHOR,
    Annotation,
    Attribution,
    EventMention,
    Factuality,
    Mention,
    Source,
    Span,
)
from goldwire.tallies import tally


def sums(
    name: str, gold: Annotation, predicted: Annotation, options: Options | None = None
) -> dict[str, list[float]]:
    chunk = build_chunk([("d", gold, predicted, None)], ignore=lambda mention: mention.difficult)
    found = tally(find(name).compute(chunk, options or Options()), n_documents=1)
    rows = zip(found.groups, found.sums[0].tolist(), strict=True)
    return {group: row for group, row in rows if any(row)}


def triggers(*items: tuple[int, str, str | None]) -> Annotation:
    return Annotation(
        doc_id="d",
        event_mentions=tuple(
            EventMention(type=kind, trigger=Span(start, start + 3), tense=tense)
            for start, kind, tense in items
        ),
    )


GOLD = triggers((0, "A", "PAST"), (10, "A", "PAST"), (20, "A", "FUTURE"), (30, "A", None))
PREDICTED = triggers(
    (0, "A", "PAST"), (10, "A", "FUTURE"), (20, "B", "FUTURE"), (30, "A", "PAST"), (40, "A", "PAST")
)


def test_accuracy_asks_only_about_items_that_both_sides_have() -> None:
    found = sums("triggers/tense_accuracy", GOLD, PREDICTED)
    assert found == {"PAST": [1, 2, 1, 2]}


def test_the_f_asks_about_all_items_with_the_attribute_whatever_their_type() -> None:
    found = sums("triggers/tense_f", GOLD, PREDICTED)
    assert found == {"PAST": [1, 3, 1, 2], "FUTURE": [1, 2, 1, 1]}


def test_a_value_that_the_prediction_leaves_out_is_wrong() -> None:
    left_out = triggers((0, "A", None))
    assert sums("triggers/tense_accuracy", GOLD, left_out) == {"PAST": [0, 1, 0, 1]}
    assert sums("triggers/tense_f", GOLD, left_out) == {
        "PAST": [0, 0, 0, 2],
        "FUTURE": [0, 0, 0, 1],
    }


def test_copies_are_paired_so_that_as_many_as_possible_agree() -> None:
    gold = triggers((0, "A", "PAST"), (0, "A", "FUTURE"))
    predicted = triggers((0, "A", "FUTURE"), (0, "A", "NONE"), (0, "A", "NONE"))
    found = sums("triggers/tense_accuracy", gold, predicted)
    assert found == {"FUTURE": [1, 1, 1, 1], "PAST": [0, 1, 0, 1]}


def mentions(*items: tuple[int, str, bool]) -> Annotation:
    return Annotation(
        doc_id="d",
        mentions=tuple(
            Mention(type="PER", level=level, spans=(Span(start, start + 2),), difficult=difficult)
            for start, level, difficult in items
        ),
    )


def test_dont_care_mentions_and_what_they_excuse_take_no_part() -> None:
    gold = mentions((0, "NAM", False), (10, "NAM", True))
    predicted = mentions((0, "NOM", False), (10, "NOM", False))
    for measure in ("accuracy", "f"):
        found = sums(f"mentions/level_{measure}", gold, predicted)
        assert [sum(row[at] for row in found.values()) for at in range(4)] == [0, 1, 0, 1]


def test_merged_copies_are_scored_once() -> None:
    gold = mentions((0, "NAM", False))
    predicted = mentions((0, "NAM", False), (0, "NAM", False))
    assert sums("mentions/level_f", gold, predicted) == {"NAM": [1, 2, 1, 1]}
    merged = Options(duplicates="merge")
    assert sums("mentions/level_f", gold, predicted, merged) == {"NAM": [1, 1, 1, 1]}


def attributions(*items: tuple[int, str]) -> Annotation:
    return Annotation(
        doc_id="d",
        attributions=tuple(
            Attribution(cue=(Span(cue, cue + 4),), content=(Span(0, 1),), type=kind)
            for cue, kind in items
        ),
    )


def test_attributions_are_had_by_both_sides_when_their_cue_is() -> None:
    gold = attributions((50, "DIRECT"), (60, "INDIRECT"), (70, "DIRECT"))
    predicted = attributions((50, "DIRECT"), (60, "DIRECT"))
    accuracy = sums("attributions/type_accuracy", gold, predicted)
    assert accuracy == {"DIRECT": [1, 1, 1, 1], "INDIRECT": [0, 1, 0, 1]}
    assert sums("attributions/type_f", gold, predicted) == {
        "DIRECT": [1, 2, 1, 2],
        "INDIRECT": [0, 0, 0, 1],
    }


def judged(*judgements: tuple[int, str, str], cue: int = 50) -> Annotation:
    return Annotation(
        doc_id="d",
        attributions=(
            Attribution(id="a1", source=Source(kind="NAMED"), cue=(Span(cue, cue + 4),)),
        ),
        event_mentions=tuple(
            EventMention(
                type="A",
                trigger=Span(start, start + 3),
                factuality=(Factuality(source=source, value=value),),
            )
            for start, source, value in judgements
        ),
    )


def test_factuality_knows_a_source_by_its_cue() -> None:
    gold = judged((0, AUTHOR, "CT+"), (10, "a1", "CT+"), (20, "a1", "PR+"), (30, AUTHOR, "CT-"))
    predicted = judged((0, AUTHOR, "CT+"), (10, "a1", "CT+"), (20, "a1", "CT+"), (30, "a1", "CT-"))
    author = sums("triggers/factuality_author_accuracy", gold, predicted)
    assert author == {"CT+": [1, 1, 1, 1], "CT-": [0, 1, 0, 1]}
    source = sums("triggers/factuality_source_accuracy", gold, predicted)
    assert source == {"CT+": [1, 1, 1, 1], "PR+": [0, 1, 0, 1]}
    both = sums("triggers/factuality_f", gold, predicted)
    assert both == {"CT+": [2, 3, 2, 2], "PR+": [0, 0, 0, 1], "CT-": [0, 1, 0, 1]}


def test_a_source_elsewhere_or_nowhere_is_wrong() -> None:
    gold = judged((10, "a1", "CT+"))
    for predicted in (judged((10, "a1", "CT+"), cue=60), judged((10, "a9", "CT+"))):
        assert sums("triggers/factuality_f", gold, predicted) == {"CT+": [0, 1, 0, 1]}
        assert sums("triggers/factuality_source_accuracy", gold, predicted) == {}
    nowhere = judged((10, "a9", "CT+"))
    assert sums("triggers/factuality_f", nowhere, nowhere) == {"CT+": [0, 1, 0, 1]}


def test_type_accuracy_is_over_the_spans_that_both_sides_have() -> None:
    def mentions(*items: tuple[int, str]) -> Annotation:
        return Annotation(
            doc_id="d",
            mentions=tuple(Mention(type=label, spans=(Span(at, at + 2),)) for at, label in items),
        )

    # At 0 right, at 10 wrong; 20 is missed and 30 is spurious: neither is asked for a type. Of two
    # gold items on one span the one that agrees is paired.
    gold = mentions((0, "PER"), (10, "ORG"), (20, "GPE"), (40, "ORG"), (40, "GPE"))
    predicted = mentions((0, "PER"), (10, "PER"), (30, "GPE"), (40, "GPE"))
    chunk = build_chunk([("d", gold, predicted, None)])
    table = tally(find("mentions/type_accuracy").compute(chunk, Options()), n_documents=1)
    assert table.pool().sums[0, 0].tolist() == [2, 3, 2, 3]
    assert table.row("ORG").tolist() == [0, 1, 0, 1]
