import pytest

import goldwire
from goldwire.errors import UsageError
from goldwire.model import (
    Annotation,
    ArticleSource,
    Document,
    Mention,
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
