"""Records as columns: where rows go, what integers mean, and what is left out."""

from collections.abc import Iterator

import numpy as np
import pytest

from goldwire.columns import (
    ABSENT,
    FIELDS,
    FILLER_KINDS,
    Chunk,
    Side,
    Spans,
    Vocabularies,
    Vocabulary,
    build_chunk,
    chunks,
    dense,
    numbered,
)
from goldwire.columns.numbering import are_among
from goldwire.columns.references import Names
from goldwire.model import (
    AUTHOR,
    Annotation,
    Argument,
    ArticleSource,
    Attribution,
    Entity,
    Event,
    EventMention,
    Factuality,
    Link,
    Mention,
    Publisher,
    Relation,
    Source,
    Span,
    Time,
    Value,
)

NOTHING = Annotation(doc_id="d", mentions=())


def chunk_of(*gold: Annotation | None) -> Chunk:
    return build_chunk([(str(at), one, None, None) for at, one in enumerate(gold)])


def mention(start: int, end: int, label: str = "PER", entity: str | None = None) -> Mention:
    return Mention(type=label, spans=(Span(start, end),), entity=entity)


def places(spans: Spans) -> list[tuple[int, int]]:
    return list(zip(spans.start.tolist(), spans.end.tolist(), strict=True))


def names(chunk: Chunk, kind: str, ids: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    words = chunk.vocabularies[kind].names
    return ["" if at == ABSENT else words[at] for at in ids.tolist()]


def sides(chunk: Chunk) -> Iterator[Side]:
    yield from (chunk.gold, chunk.predicted)


def test_offsets_give_each_document_its_rows_even_when_it_has_none() -> None:
    chunk = chunk_of(
        Annotation(doc_id="a", mentions=(mention(0, 1), mention(2, 3))),
        None,
        NOTHING,
        Annotation(doc_id="b", mentions=(mention(4, 5),)),
    )
    assert chunk.n_documents == 4
    assert chunk.doc_ids == ("0", "1", "2", "3")
    assert chunk.gold.mentions.offsets.tolist() == [0, 2, 2, 2, 3]
    assert chunk.gold.mentions.document.tolist() == [0, 0, 3]
    assert chunk.predicted.mentions.offsets.tolist() == [0, 0, 0, 0, 0]
    assert chunk.gold.attributions.offsets.tolist() == [0, 0, 0, 0, 0]


def test_rows_ascend_by_document_start_end_and_label_then_as_in_the_record() -> None:
    first = Annotation(
        doc_id="a",
        mentions=(
            mention(5, 9, "ORG"),
            mention(5, 7, "PER"),
            mention(0, 3, "PER"),
            mention(5, 7, "ORG"),
            mention(5, 7, "PER"),
        ),
    )
    second = Annotation(doc_id="b", mentions=(mention(0, 1, "PER"),))
    mentions = chunk_of(first, second).gold.mentions
    assert places(mentions) == [(0, 3), (5, 7), (5, 7), (5, 7), (5, 9), (0, 1)]
    # ORG was read first, so its integer is the lower one.
    assert mentions.label.tolist() == [1, 0, 1, 1, 0, 1]
    assert mentions.item.tolist() == [2, 3, 1, 4, 0, 0]


def test_labels_are_integers_that_both_sides_share() -> None:
    gold = Annotation(
        doc_id="d",
        entities=(Entity(id="e", type="ORG"),),
        mentions=(Mention(entity="e", spans=(Span(0, 1),)), mention(2, 3, "PER")),
    )
    predicted = Annotation(doc_id="d", mentions=(mention(0, 1, "PER"), mention(2, 3, "LOC")))
    chunk = build_chunk([("d", gold, predicted, None)])
    assert [names(chunk, "mentions", side.mentions.label) for side in sides(chunk)] == [
        ["ORG", "PER"],
        ["PER", "LOC"],
    ]


def test_chunks_share_their_vocabularies_and_hold_no_more_than_their_size() -> None:
    stream = [
        (str(at), Annotation(doc_id="d", mentions=(mention(0, 1, label),)), None, None)
        for at, label in enumerate(["A", "B", "A", "C", "B"])
    ]
    made = list(chunks(stream, size=2))
    assert [chunk.doc_ids for chunk in made] == [("0", "1"), ("2", "3"), ("4",)]
    assert len({id(chunk.vocabularies) for chunk in made}) == 1
    assert [chunk.gold.mentions.label.tolist() for chunk in made] == [[0, 1], [0, 2], [1]]
    assert list(chunks([])) == []


def test_ungrounded_mentions_have_no_place() -> None:
    one = Annotation(
        doc_id="d",
        mentions=(mention(3, 4), Mention(type="PER", surface="Kim", score=0.5), mention(0, 1)),
    )
    mentions = chunk_of(one).gold.mentions
    assert places(mentions) == [(ABSENT, ABSENT), (0, 1), (3, 4)]
    assert mentions.item.tolist() == [1, 2, 0]
    assert mentions.score[0] == 0.5
    assert np.isnan(mentions.score[1:]).all()


def test_broken_spans_are_interned_whatever_the_order_of_their_pieces() -> None:
    gold = Annotation(
        doc_id="d",
        mentions=(
            Mention(type="PER", spans=(Span(6, 9), Span(0, 3))),
            Mention(type="PER", spans=(Span(0, 4), Span(6, 9))),
            mention(0, 9),
        ),
    )
    predicted = Annotation(
        doc_id="d", mentions=(Mention(type="PER", spans=(Span(0, 3), Span(6, 9))),)
    )
    chunk = build_chunk([("d", gold, predicted, None)])
    assert places(chunk.gold.mentions) == [(0, 9), (0, 9), (0, 9)]
    assert chunk.gold.mentions.fragments.tolist() == [0, 1, 2]
    assert chunk.gold.mentions.item.tolist() == [2, 0, 1]
    assert chunk.predicted.mentions.fragments.tolist() == [1]
    assert chunk.vocabularies.fragment_lists() == (
        (),
        ((0, 3), (6, 9)),
        ((0, 4), (6, 9)),
    )


def test_times_that_are_only_implied_are_left_out_and_can_still_be_referred_to() -> None:
    one = Annotation(
        doc_id="d",
        times=(
            Time(id="t0", type="DATE", value="2022-01-13"),
            Time(id="t1", type="DATE", value="2022-01-12", spans=(Span(8, 12),)),
            Time(id="t2", type="DATE", surface="last week"),
        ),
        event_mentions=(
            EventMention(
                type="Meet",
                trigger=Span(0, 3),
                arguments=(Argument(role="Time", ref="t0"), Argument(role="Time", ref="t1")),
            ),
        ),
    )
    chunk = chunk_of(one)
    assert places(chunk.gold.times) == [(ABSENT, ABSENT), (8, 12)]
    assert chunk.gold.times.item.tolist() == [2, 1]
    assert names(chunk, "normalised", chunk.gold.times.extra["normalised"]) == ["", "2022-01-12"]
    arguments = chunk.gold.arguments
    assert places(arguments) == [(ABSENT, ABSENT), (8, 12)]
    assert [FILLER_KINDS[kind] for kind in arguments.extra["filler"].tolist()] == ["time", "time"]


def test_numbers_and_their_spellings_are_one_normalised_value() -> None:
    written: list[float | str] = [2500, 2500.0, "2500", " 2500 "]
    values = tuple(
        Value(type="QUANT", value=value, spans=(Span(at, at + 1),))
        for at, value in enumerate(written)
    )
    chunk = chunk_of(
        Annotation(doc_id="d", values=(*values, Value(type="Q", spans=(Span(9, 10),))))
    )
    assert names(chunk, "normalised", chunk.gold.values.extra["normalised"]) == ["2500"] * 4 + [""]


def test_references_follow_the_sort() -> None:
    one = Annotation(
        doc_id="d",
        mentions=(mention(30, 33),),
        event_mentions=(
            EventMention(
                id="x1",
                type="Meet",
                trigger=Span(20, 24),
                arguments=(Argument(role="Place", span=Span(2, 5)),),
                factuality=(Factuality(source="a2", value="PR+"),),
            ),
            EventMention(
                id="x0",
                type="Meet",
                trigger=Span(10, 14),
                arguments=(Argument(role="Who", ref="x1"), Argument(role="Who", ref="lost")),
                factuality=(
                    Factuality(source=AUTHOR, value="CT+"),
                    Factuality(source="nobody", value="CT-"),
                ),
            ),
        ),
        attributions=(
            Attribution(
                id="a1", cue=(Span(8, 9),), content=(Span(50, 60),), parent="a2", source=Source()
            ),
            Attribution(
                id="a2",
                cue=(Span(4, 5),),
                content=(Span(40, 45),),
                source=Source(spans=(Span(0, 2),)),
                parent="lost",
            ),
        ),
    )
    gold = chunk_of(one).gold
    triggers, arguments = gold.triggers, gold.arguments
    assert places(triggers) == [(10, 14), (20, 24)]
    assert places(arguments) == [(ABSENT, ABSENT), (2, 5), (20, 24)]
    assert triggers.start[arguments.extra["trigger"]].tolist() == [10, 20, 10]
    kinds = [FILLER_KINDS[kind] for kind in arguments.extra["filler"].tolist()]
    assert kinds == ["unresolved", "span", "event"]

    attributions = gold.attributions
    assert places(gold.cues) == [(4, 5), (8, 9)]
    assert gold.cues.start[attributions["cue"]].tolist() == [8, 4]
    assert gold.contents.start[attributions["content"]].tolist() == [50, 40]
    assert attributions["source"].tolist() == [ABSENT, 0]
    assert gold.cues.extra["attribution"].tolist() == [1, 0]
    assert attributions["parent"].tolist() == [1, -2]

    judged = gold.factuality
    assert triggers.start[judged["trigger"]].tolist() == [20, 10, 10]
    assert judged["attribution"].tolist() == [1, ABSENT, -2]


def test_references_count_in_the_chunk_not_in_the_document() -> None:
    one = Annotation(
        doc_id="d",
        attributions=(
            Attribution(id="a0", cue=(Span(0, 1),)),
            Attribution(id="a1", cue=(Span(2, 3),), parent="a0"),
        ),
        event_mentions=(
            EventMention(
                type="Meet", trigger=Span(5, 6), arguments=(Argument(role="Who", span=Span(7, 8)),)
            ),
        ),
    )
    gold = chunk_of(one, one).gold
    assert gold.attributions["parent"].tolist() == [ABSENT, 0, ABSENT, 2]
    assert gold.cues.extra["attribution"].tolist() == [0, 1, 2, 3]
    assert gold.arguments.extra["trigger"].tolist() == [0, 1]


def test_clusters_are_those_declared_and_one_for_each_mention_that_has_none() -> None:
    one = Annotation(
        doc_id="d",
        entities=(
            Entity(id="e1", type="PER", links=(Link(kb="wikidata", id="Q42", status="checked"),)),
            Entity(id="e2", type="ORG", links=(Link(kb="nil", id="n1", status="checked"),)),
        ),
        mentions=(
            mention(0, 1, entity="e1"),
            mention(2, 3, "GPE"),
            mention(4, 5, entity="e1"),
            mention(6, 7, "LOC", entity="undeclared"),
            mention(8, 9, "LOC", entity="undeclared"),
        ),
        relations=(
            Relation(layer="entity", type="IN", head="e2", tail="e1"),
            Relation(layer="entity", type="IN", head="lost", tail="e1"),
        ),
    )
    chunk = chunk_of(one)
    gold = chunk.gold
    assert gold.mentions.extra["entity"].tolist() == [0, 2, 0, 3, 3]
    assert names(chunk, "mentions", gold.entities["type"]) == ["PER", "ORG", "GPE", "LOC"]
    assert names(chunk, "links", gold.entities["link"]) == ["wikidata:Q42", "", "", ""]
    assert gold.relations["head"].tolist() == [1, ABSENT]
    assert gold.relations["tail"].tolist() == [0, 0]
    assert gold.relations["is_event"].tolist() == [0, 0]


def test_events_have_clusters_and_a_relation_of_events_leads_to_them() -> None:
    one = Annotation(
        doc_id="d",
        events=(Event(id="v1", type="Meet"), Event(id="v2", type="Move")),
        event_mentions=(
            EventMention(event="v2", type="Move", trigger=Span(3, 4)),
            EventMention(event="v2", type="Move", trigger=Span(0, 1)),
        ),
        relations=(Relation(layer="event", type="BEFORE", head="v1", tail="v2"),),
    )
    gold = chunk_of(one).gold
    assert gold.triggers.extra["event"].tolist() == [1, 1]
    assert len(gold.events) == 2
    assert (gold.relations["is_event"].tolist(), gold.relations["head"].tolist()) == ([1], [0])
    assert gold.relations["tail"].tolist() == [1]


def test_only_gold_can_be_dont_care() -> None:
    one = Annotation(doc_id="d", mentions=(mention(2, 3, "ORG"), mention(0, 1, "PER")))
    chunk = build_chunk([("d", one, one, None)], ignore=lambda found: found.type == "ORG")
    assert chunk.gold.mentions.ignored.tolist() == [False, True]
    assert not chunk.predicted.mentions.ignored.any()


def test_layers_that_nobody_asked_for_stay_empty_but_those_referred_to_do_not() -> None:
    one = Annotation(
        doc_id="d",
        source=ArticleSource(headline="A"),
        mentions=(mention(0, 1),),
        times=(Time(type="DATE", spans=(Span(2, 3),)),),
        attributions=(Attribution(cue=(Span(4, 5),)),),
    )
    asked = [("d", one, None, None)]
    of_attributions = build_chunk(asked, layers=("attributions",)).gold
    counts = [len(of_attributions.mentions), len(of_attributions.times), len(of_attributions.cues)]
    assert counts == [1, 0, 1]
    assert len(of_attributions.fields) == 0
    of_source = build_chunk(asked, layers=("source",)).gold
    assert (len(of_source.fields), len(of_source.mentions)) == (1, 0)


def test_fields_of_the_article_are_rows() -> None:
    said = ArticleSource(publisher=Publisher(name="The Paper"), credit_line="BY: The  Paper")
    chunk = chunk_of(NOTHING, Annotation(doc_id="d", source=said))
    fields = chunk.gold.fields
    assert fields.offsets.tolist() == [0, 0, 2]
    assert [FIELDS[at] for at in fields["field"].tolist()] == ["publisher", "credit_line"]
    assert names(chunk, "field_values", fields["value"]) == ["The Paper", "BY: The  Paper"]
    assert names(chunk, "normalised_field_values", fields["normalised"]) == [
        "the paper",
        "by the paper",
    ]


def test_words_of_mentions_are_a_column_only_when_asked_for() -> None:
    one = Annotation(
        doc_id="d",
        mentions=(
            Mention(type="PER", spans=(Span(4, 7, text="Lee"),)),
            Mention(type="PER", surface=" KIM "),
            mention(0, 3),
        ),
    )
    assert "surface" not in chunk_of(one).gold.mentions.extra
    asked = [("d", one, None, None)]
    with_text = build_chunk(asked, surfaces=True, texts={"d": "Kim Lee"})
    assert names(with_text, "surfaces", with_text.gold.mentions.extra["surface"]) == [
        "kim",
        "kim",
        "lee",
    ]
    without = build_chunk(asked, surfaces=True).gold.mentions
    assert (without.extra["surface"] == ABSENT).tolist() == [False, True, False]


def test_swapping_exchanges_the_sides_and_forgets_what_was_computed() -> None:
    one = Annotation(doc_id="d", mentions=(mention(0, 1),))
    chunk = build_chunk([("d", one, None, None)])
    assert chunk.once("key", lambda: 1) == 1
    assert chunk.once("key", lambda: 2) == 1
    swapped = chunk.swapped()
    assert swapped.predicted is chunk.gold
    assert swapped.gold is chunk.predicted
    assert swapped.once("key", lambda: 2) == 2


def test_a_vocabulary_numbers_names_in_order_of_first_appearance() -> None:
    words = Vocabulary()
    assert [words.id(name) for name in ("b", "a", "b")] == [0, 1, 0]
    assert words.ids(["a", None, "c", "a"]) == [1, ABSENT, 2, 1]
    assert words.ids_or_absent([None, None]) is None
    assert words.ids_or_absent([None, "c"]) == [ABSENT, 2]
    assert words.names == ("b", "a", "c")
    assert len(words) == 3
    vocabularies = Vocabularies()
    assert vocabularies["new"] is vocabularies["new"]


@pytest.mark.parametrize("high", [3, 2**31, 2**40])
def test_equal_rows_have_equal_numbers_that_ascend_as_rows_do(high: int) -> None:
    random = np.random.default_rng(10)
    columns = [random.integers(-1, 3, 200) * (high // 3) for _ in range(4)]
    columns = [np.where(column < 0, ABSENT, column) for column in columns]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    number = numbered(*columns)
    expected = {row: at for at, row in enumerate(sorted(set(rows)))}
    assert dense(number).tolist() == [expected[row] for row in rows]


@pytest.mark.parametrize("high", [5, 2**40])
def test_values_are_among_others_whether_few_or_far_apart(high: int) -> None:
    values = np.array([0, high, high - 1, 3])
    assert are_among(values, np.array([high, 3, 3])).tolist() == [False, True, False, True]
    assert are_among(values, np.array([], dtype=np.int64)).tolist() == [False] * 4


def test_ids_that_hardly_repeat_are_found_by_sorting_and_the_last_of_a_document_wins() -> None:
    document = np.array([0, 0, 0, 1, 1])
    names = Names(document, np.array([7_000_000, 9, 9, ABSENT, 7_000_000]))
    asked = np.array([9, 7_000_000, ABSENT, 8])
    assert names.find(np.zeros(4, dtype=np.int64), asked).tolist() == [2, 0, ABSENT, ABSENT]
    assert names.find(np.ones(4, dtype=np.int64), asked).tolist() == [ABSENT, 4, ABSENT, ABSENT]
    near = Names(document, np.array([1, 0, 0, ABSENT, 1]))
    assert near.find(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0])).tolist() == [2, 0, 4, ABSENT]
