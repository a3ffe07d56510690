"""Attributions and arguments that give words and no offsets."""

from pathlib import Path

import pytest

from goldwire.grounding import ground
from goldwire.inputs import open_run
from goldwire.model import (
    Annotation,
    Argument,
    Attribution,
    EventMention,
    Mention,
    Source,
    Span,
)
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents

TEXT = (
    "Zas said troops left. Tokayev said he met Zas.\n\n"
    #        9                   22      30       42
    "Zas said he was glad. Tokayev met Zas in Almaty."
    # 48     57              70      78  82     89
)


def span(words: str, nth: int = 0) -> Span:
    at = -1
    for _ in range(nth + 1):
        at = TEXT.index(words, at + 1)
    return Span(at, at + len(words))


def attribution(source: Span | None, cue: Span | None, content: Span | None) -> Attribution:
    return Attribution(
        source=Source(spans=() if source is None else (source,)),
        cue=() if cue is None else (cue,),
        content=() if content is None else (content,),
    )


def words(source: str | None, cue: str | None, content: str | None) -> Attribution:
    return Attribution(source=Source(surface=source), cue_surface=cue, content_surface=content)


def places(*attributions: Attribution) -> list[tuple[int | None, ...]]:
    found = ground(Annotation(doc_id="d", attributions=attributions), TEXT)
    return [
        tuple(
            spans[0].start if spans else None for spans in (one.source.spans, one.cue, one.content)
        )
        for one in found.prediction.attributions or ()
    ]


def scored(gold: Attribution, predicted: Attribution) -> Scores:
    return score_documents(
        [GoldDocument(Annotation(doc_id="d", attributions=(gold,)), text=TEXT)],
        [Annotation(doc_id="d", attributions=(predicted,))],
        metrics=(
            "attributions/strict",
            "attributions/source",
            "attributions/cue",
            "attributions/content",
            "attributions/soft",
        ),
    )


def test_cues_stand_near_their_content_and_sources_near_their_cue() -> None:
    assert places(
        words("Zas", "said", "he was glad"),
        words("Tokayev", "said", "he met Zas"),
        words("Zas", "said", "troops left"),
    ) == [(48, 52, 57), (22, 30, 35), (0, 4, 9)]


def test_attributions_may_share_source_and_cue() -> None:
    assert places(words("Zas", "said", "troops"), words("Zas", "said", "left")) == [
        (0, 4, 9),
        (0, 4, 16),
    ]


def test_parts_with_spans_are_anchors_and_stay() -> None:
    given = Attribution(
        source=Source(surface="Zas"), cue=(span("said", 2),), content_surface="he was glad"
    )
    assert places(given) == [(48, 52, 57)]


def test_without_anchors_cues_follow_the_text() -> None:
    assert places(words(None, "said", None), words(None, "said", None)) == [
        (None, 4, None),
        (None, 30, None),
    ]


def test_placed_attributions_score_like_those_with_offsets() -> None:
    gold = attribution(span("Zas", 2), span("said", 2), span("he was glad"))
    scores = scored(gold, words("Zas", "said", "he was glad"))
    assert {scores[name].f1 for name in scores} == {1.0}
    assert scores.grounding is not None
    assert dict(scores.grounding.layers["attributions"].tiers) == {"exact": 3}


def test_words_that_are_not_there_are_no_missing_part() -> None:
    # Gold leaves the source out; a source made up is wrong, not the same as none.
    gold = attribution(None, span("said", 2), span("he was glad"))
    right = scored(gold, words(None, "said", "he was glad"))
    wrong = scored(gold, words("Nazarbayev", "said", "he was glad"))
    assert right["attributions/strict"].f1 == 1.0
    assert list(wrong["attributions/strict"].sums) == [0, 1, 0, 1]
    assert list(wrong["attributions/source"].sums) == [0, 1, 0, 0]
    assert wrong["attributions/soft"].f1 == 2 / 3
    assert wrong.grounding is not None
    assert wrong.grounding.total().hallucination_rate == 1 / 3


def test_an_attribution_of_words_that_are_not_there_is_not_an_empty_one() -> None:
    scores = scored(Attribution(), words("Nazarbayev", "denied", "all of it"))
    assert {scores[name].f1 for name in scores} == {0.0}


def test_arguments_stand_near_their_trigger() -> None:
    event = EventMention(
        type="Meet",
        surface="met",
        arguments=(
            Argument(role="Participant", surface="Tokayev"),
            Argument(role="Participant", surface="Zas"),
            Argument(role="Place", surface="Almaty"),
            Argument(role="Place", surface="Bergen"),
        ),
    )
    record = Annotation(doc_id="d", event_mentions=(event, event))
    found = ground(record, TEXT)
    starts = [
        [argument.span and argument.span.start for argument in one.arguments]
        for one in found.prediction.event_mentions or ()
    ]
    assert starts == [[22, 42, 89, None], [70, 82, 89, None]]
    assert found.summaries()["arguments"].unplaced == {"ungroundable": 2}


def test_placed_arguments_score_and_made_up_ones_are_wrong() -> None:
    gold = Annotation(
        doc_id="d",
        mentions=(Mention(id="m", type="PER", spans=(span("Zas", 3),)),),
        event_mentions=(
            EventMention(
                type="Meet",
                trigger=span("met", 1),
                arguments=(Argument(role="Participant", ref="m"),),
            ),
        ),
    )
    predicted = Annotation(
        doc_id="d",
        mentions=(),
        event_mentions=(
            EventMention(
                type="Meet",
                trigger=span("met", 1),
                arguments=(
                    Argument(role="Participant", surface="Zas"),
                    Argument(role="Participant", surface="Nazarbayev"),
                ),
            ),
        ),
    )
    scores = score_documents(
        [GoldDocument(gold, text=TEXT)], [predicted], metrics=("arguments/classified",)
    )
    assert list(scores["arguments/classified"].sums) == [1, 2, 1, 1]


def test_rows_of_tables_with_words_are_grounded_too(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    table = arrow.Table.from_pylist(
        [
            {
                "doc_id": "d",
                "attributions": [
                    {"cue_surface": "said", "content_surface": "he was glad", "id": "a"}
                ],
            }
        ]
    )
    parquet.write_table(table, tmp_path / "run.parquet")
    gold = attribution(None, span("said", 2), span("he was glad"))
    scores = score_documents(
        [GoldDocument(Annotation(doc_id="d", attributions=(gold,)), text=TEXT)],
        open_run([str(tmp_path / "run.parquet")]).scan(),
        metrics=("attributions/strict",),
    )
    assert scores["attributions/strict"].f1 == 1.0
