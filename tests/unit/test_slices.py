import msgspec
import pytest

import goldwire
from goldwire.errors import UsageError
from goldwire.model import (
    Annotation,
    ArticleSource,
    Document,
    Mention,
    Publisher,
    Rights,
    Span,
    TextRef,
    Zone,
)
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents


def record(*mentions: tuple[int, int, str]) -> Annotation:
    return Annotation(
        doc_id="d",
        mentions=tuple(
            Mention(type="PER", level=level, spans=(Span(start, end),))
            for start, end, level in mentions
        ),
    )


DOCUMENT = Document(
    schema_version="1.0.0",
    doc_id="d",
    language="en",
    text_ref=TextRef(sha256="0" * 64, code_points=100),
    source=ArticleSource(),
    rights=Rights(text_status="own_work", redistribution="full_text", annotation_license="CC0-1.0"),
    zones=(
        Zone(id="z1", kind="headline", start=0, end=10, annotatable=True),
        Zone(id="z2", kind="paragraph", start=12, end=100, annotatable=True),
    ),
)
GOLD = record((0, 4, "NAM"), (20, 40, "NOM"), (25, 30, "NAM"))
PREDICTED = record((0, 4, "NAM"), (25, 30, "NOM"), (50, 52, "NAM"))


def scored(*slices: str) -> Scores:
    return score_documents(
        [GoldDocument(GOLD, DOCUMENT)], [PREDICTED], metrics=["mentions/strict"], slices=slices
    )


def sums(scores: Scores, name: str) -> tuple[float, ...]:
    return scores[f"mentions/strict@{name}"].sums


def test_zones_are_those_in_which_spans_start() -> None:
    scores = scored("zone")
    assert sums(scores, "headline") == (1, 1, 1, 1)
    assert sums(scores, "paragraph") == (1, 2, 1, 2)


def test_gold_items_have_gold_s_level_and_predicted_ones_their_own() -> None:
    scores = scored("level")
    assert sums(scores, "level=NAM") == (1, 2, 2, 2)
    assert sums(scores, "level=NOM") == (1, 1, 0, 1)


def test_nested_spans_lie_inside_another_of_their_side() -> None:
    scores = scored("nesting")
    assert sums(scores, "nested") == (0, 0, 1, 1)
    assert sums(scores, "flat") == (2, 3, 1, 2)


def test_lengths_count_code_points() -> None:
    scores = scored("length")
    assert sums(scores, "length=1-5") == (2, 3, 2, 2)
    assert sums(scores, "length=11-20") == (0, 0, 0, 1)


@pytest.mark.parametrize("by", ["zone", "level", "nesting", "length", "document"])
def test_the_slices_of_a_slicing_add_up_to_the_whole(by: str) -> None:
    scores = scored(by)
    parts = [score for score in scores.rows() if score.address.slice is not None]
    assert parts
    whole = scores["mentions/strict"].sums
    assert tuple(sum(part.sums[at] for part in parts) for at in range(4)) == whole


def test_a_slice_of_a_label_is_addressed_like_any_number() -> None:
    assert scored("zone")["mentions/strict.f1[PER]@headline"].f1 == 1.0


def test_an_unknown_slicing_is_refused() -> None:
    with pytest.raises(UsageError, match="choose from zone, level"):
        scored("phase")


def test_a_slice_that_the_run_has_not_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="no slice"):
        goldwire.score([GOLD], [PREDICTED])["mentions/strict@headline"]


def test_equal_spans_are_not_nested_in_each_other_whatever_their_labels() -> None:
    mentions = [(0, 9, "PER"), (0, 9, "ORG"), (2, 4, "PER"), (9, 12, "PER")]
    for order in (mentions, mentions[::-1]):
        both = Annotation(
            doc_id="d",
            mentions=tuple(
                Mention(type=label, spans=(Span(start, end),)) for start, end, label in order
            ),
        )
        scores = goldwire.score([both], [both], metrics="mentions/strict", slices="nesting")
        assert sums(scores, "flat") == (3, 3, 3, 3)
        assert sums(scores, "nested") == (1, 1, 1, 1)


def test_an_item_without_a_place_is_in_no_slice_by_place() -> None:
    lost = Annotation(doc_id="d", mentions=(Mention(type="PER", surface="x"),) * 2)
    scores = goldwire.score(
        [GOLD], [lost], metrics="mentions/strict", slices=["length", "nesting", "zone"]
    )
    assert sums(scores, "length=unknown") == (0, 2, 0, 0)
    assert sums(scores, "flat")[1] == 2
    assert sums(scores, "unknown")[1] == 2


def test_documents_are_sliced_by_a_field_of_their_record() -> None:
    scores = scored("document.rights.text_status", "document.source.publisher")
    assert sums(scores, "rights.text_status=own_work") == (2, 3, 2, 3)
    assert sums(scores, "source.publisher=unknown") == (2, 3, 2, 3)


def test_without_a_document_record_the_field_is_the_annotation_s() -> None:
    source = ArticleSource(publisher=Publisher(name="Ann, Co."), iptc_media_topics=("a", "b"))
    gold = msgspec.structs.replace(GOLD, source=source)
    slicings = ["document.source.publisher", "document.source.iptc_media_topics"]
    scores = goldwire.score([gold], [PREDICTED], metrics="mentions/strict", slices=slicings)
    assert sums(scores, "source.publisher=Ann, Co.") == (2, 3, 2, 3)
    assert sums(scores, "source.iptc_media_topics=a+b") == (2, 3, 2, 3)


def test_a_metric_whose_items_are_no_spans_is_sliced_by_document_alone() -> None:
    scores = goldwire.score(
        [GOLD],
        [PREDICTED],
        metrics=["mentions/strict", "links/entity_match"],
        slices=["zone", "document"],
    )
    assert "links/entity_match" in scores.not_scored
    gold = msgspec.structs.replace(GOLD, entities=())
    scores = goldwire.score(
        [gold], [gold], metrics=["mentions/strict", "entities/muc"], slices=["zone", "document"]
    )
    assert scores.unsliced == {"zone": ("entities/muc",)}


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("document.source.publsher", "did you mean document.source.publisher"),
        ("zones", "did you mean zone"),
        ("publisher", "for example document"),
    ],
)
def test_a_wrong_slicing_gets_the_nearest_right_one(name: str, near: str) -> None:
    with pytest.raises(UsageError, match=near):
        scored(name)
