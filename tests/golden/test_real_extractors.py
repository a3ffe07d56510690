"""Raw output of systems that nobody here wrote, scored; every expected number was counted by hand.

The counts were made against the gold mention by mention: see the comments. They must be counted
again when the gold changes.
"""

import json
from pathlib import Path
from typing import Any

import pytest

import goldwire
from goldwire.explanation import Item
from goldwire.inputs import open_gold
from goldwire.labels import LabelMap
from goldwire.model import Annotation, Attribution, Span, Time
from goldwire.scoring import score_documents
from samples import article_texts, read_file

ROOT = Path(__file__).parents[2]
RAW = ROOT.parent / "shared" / "extractors"
DOC_ID = "ip-20220113-kz-withdrawal"

pytestmark = pytest.mark.skipif(
    not RAW.is_dir(), reason="the raw outputs lie beside the project (../shared/extractors)"
)


def raw(system: str) -> Any:
    return json.loads((RAW / system / "raw.json").read_text(encoding="utf-8"))


def as_printed(system: str) -> Annotation:
    """Read the raw output as goldwire reads any file, against the article's text."""
    _, reading = read_file(RAW / system / "raw.json", article_texts())
    [document] = reading.documents
    return document.annotation


def spacy_ruler() -> Annotation:
    """Code points, half-open: 48 mentions (28 ORG, 16 GPE, 4 PERSON) and 5 DATE."""
    return as_printed("spacy-blank-ruler")


def counts(scores: goldwire.Scores, name: str) -> tuple[float, ...]:
    return scores[name].sums


@pytest.fixture(scope="module")
def ruler() -> goldwire.Scores:
    return goldwire.score(
        ROOT,
        [spacy_ruler()],
        selection=goldwire.Selection(label_map=LabelMap.parse(["PERSON=PER", "DATE=times:DATE"])),
    )


def test_the_ruler_s_mentions_are_counted_as_by_hand(ruler: goldwire.Scores) -> None:
    # Strict: all 16 GPE and the 6 CSTO are right; none of the 4 persons has the right extent.
    assert counts(ruler, "mentions/strict") == (22, 48, 22, 81)
    # Exact adds RUSSIA (ORG for GPE) and LPG (ORG for ART).
    assert counts(ruler, "mentions/exact") == (24, 48, 24, 81)
    # Type adds to strict: the 4 persons, one of RUSSIA/LED/TROOPS inside the troops (ORG), one of
    # INDEPENDENT/PRESS and one of NEWS/AGENCIES.
    assert counts(ruler, "mentions/type") == (29, 48, 29, 81)
    # Overlap: as type, but RUSSIA pairs with the country and LED or TROOPS with the troops, and
    # LPG with LPG.
    assert counts(ruler, "mentions/overlap") == (31, 48, 31, 81)


def test_the_ruler_s_labels_are_counted_as_by_hand(ruler: goldwire.Scores) -> None:
    # Gold has 40 GPE, of which 16 were found.
    assert counts(ruler, "mentions/strict[GPE]")[:3] == (16, 16, 16)
    assert counts(ruler, "mentions/strict[ORG]")[:3] == (6, 28, 6)
    assert counts(ruler, "mentions/strict[PER]")[:3] == (0, 4, 0)


def test_the_ruler_s_dates_are_counted_as_by_hand(ruler: goldwire.Scores) -> None:
    # Both Thursdays and both Wednesdays; "13 January 2022" lacks its weekday. Gold has 8 in text.
    assert counts(ruler, "times/strict") == (4, 5, 4, 8)
    assert counts(ruler, "times/value") == (0, 5, 0, 8)


def test_layers_that_the_ruler_did_not_attempt_are_not_scored(ruler: goldwire.Scores) -> None:
    assert "triggers/classified" in ruler.not_scored
    assert "attributions/strict" in ruler.not_scored
    with pytest.raises(KeyError, match="did not attempt"):
        ruler["triggers/classified"]


def test_without_a_map_persons_are_wrong_and_said_to_be_unknown() -> None:
    scores = goldwire.score(ROOT, [spacy_ruler()])
    assert counts(scores, "mentions/strict") == (22, 53, 22, 81)
    assert dict(scores.unknown_labels["mentions"]) == {"DATE": "", "PERSON": "PER"}


def test_chrono_node_s_dates_are_counted_as_by_hand() -> None:
    # UTF-16 offsets equal code points here: the article has no astral character.
    times = tuple(
        Time(
            type="DATE",
            value=item["start"][:10],
            spans=(Span(item["index"], item["index"] + len(item["text"]), item["text"]),),
        )
        for item in raw("chrono-node")
    )
    scores = goldwire.score(
        ROOT,
        [Annotation(doc_id=DOC_ID, times=times)],
        metrics=["times/strict", "times/value", "times/exact", "times/overlap"],
    )
    # Right extent: "Thu 13 January 2022", the second "Thursday", the second "Wednesday", "Jan. 2";
    # the three others take a preposition or a comma along ("Within 10 days" is DATE for DURATION).
    assert counts(scores, "times/strict") == (4, 7, 4, 8)
    assert counts(scores, "times/value") == (4, 7, 4, 8)
    assert counts(scores, "times/exact") == (4, 7, 4, 8)
    assert counts(scores, "times/overlap") == (7, 7, 7, 8)


def test_flashtext_s_names_are_counted_as_by_hand() -> None:
    scores = goldwire.score(ROOT, [as_printed("flashtext")], metrics=["mentions/strict"])
    # 9 Kazakhstan, 2 Belarus, 2 Armenia, 1 Kyrgyzstan, 2 Tajikistan, 6 CSTO: all of them right. The
    # last entry of the file is no item but a probe: unreadable, and so counted as wrong.
    assert counts(scores, "mentions/strict") == (22, 23, 22, 81)


def test_compromise_s_places_are_counted_as_by_hand() -> None:
    scores = goldwire.score(
        ROOT,
        [as_printed("compromise")],
        metrics=["mentions/strict"],
        selection=goldwire.Selection(
            label_map=LabelMap.parse(
                ["places=GPE", "people=PER", "organizations=ORG"]
                + [f"{label}=" for label in ("dates", "numbers", "acronyms", "quotations", "urls")]
            )
        ),
    )
    # 17 places, 8 organizations and 4 people. Right are those without a comma, a full stop or more
    # words: 4 Kazakhstan, 2 Tajikistan and 1 Almaty alone, and 3 CSTO.
    assert counts(scores, "mentions/strict") == (10, 29, 10, 81)


def test_regex_cues_are_counted_as_by_hand() -> None:
    cues = [entry for entry in raw("regex-attribution")["spans"] if entry[0] == "cue"]
    record = Annotation(
        doc_id=DOC_ID,
        attributions=tuple(Attribution(cue=(Span(entry[1], entry[2]),)) for entry in cues),
    )
    scores = goldwire.score(
        ROOT, [record], metrics=["attributions/cue", "attributions/content", "attributions/strict"]
    )
    # Three "according to" are exact; "expressed", "described" and "declared" are too short.
    assert counts(scores, "attributions/cue") == (3, 6, 3, 7)
    assert counts(scores, "attributions/content") == (0, 0, 0, 7)
    assert counts(scores, "attributions/strict") == (0, 6, 0, 7)


# Five items of each category, looked up by hand in the article and in the gold. There are only two
# mentions with the right span and a wrong label, and none that is wrong in both.
Place = tuple[int, int, str] | None
EXPECTED: dict[str, list[tuple[Place, Place]]] = {
    "CORRECT": [
        ((41, 51, "GPE"), None),
        ((343, 350, "GPE"), None),
        ((501, 505, "ORG"), None),
        ((1304, 1314, "GPE"), None),
        ((1973, 1983, "GPE"), None),
    ],
    "TYPE": [
        ((0, 6, "GPE"), (0, 6, "ORG")),
        ((1664, 1667, "ART"), (1664, 1667, "ORG")),
    ],
    "BOUNDARY": [
        ((442, 499, "PER"), (470, 499, "PER")),
        ((501, 537, "PER"), (516, 537, "PER")),
        ((539, 590, "PER"), (563, 590, "PER")),
        ((596, 632, "PER"), (603, 632, "PER")),
        # Of the two halves the longer one shares more: INDEPENDENT, 11 of 17 characters.
        ((2046, 2063, "ORG"), (2046, 2057, "ORG")),
    ],
    "MISSED": [
        ((282, 288, "GPE"), None),
        ((1063, 1066, "PER"), None),
        ((1316, 1324, "GPE"), None),
        ((1812, 1819, "PER"), None),
        ((1609, 1618, "GPE"), None),
    ],
    "SPURIOUS": [
        (None, (18, 23, "ORG")),
        (None, (36, 40, "ORG")),
        (None, (2064, 2067, "ORG")),
        (None, (2189, 2196, "ORG")),
        (None, (2247, 2255, "ORG")),
    ],
}


@pytest.fixture(scope="module")
def explained() -> goldwire.Scores:
    return score_documents(
        open_gold(str(ROOT)),
        [spacy_ruler()],
        metrics=["mentions/strict", "mentions/exact"],
        selection=goldwire.Selection(label_map=LabelMap.parse(["PERSON=PER", "DATE=times:DATE"])),
        explain=True,
    )


@pytest.mark.parametrize("category", EXPECTED)
def test_the_ruler_s_items_are_explained_as_by_hand(
    category: str, explained: goldwire.Scores
) -> None:
    def place(item: Item | None) -> tuple[int, int, str] | None:
        return None if item is None else (item.start, item.end, item.label)

    found = {
        (item.category, place(item.gold), place(item.predicted)) for item in explained.explained
    }
    for gold, predicted in EXPECTED[category]:
        partner = gold if category == "CORRECT" else predicted
        assert (category, gold, partner) in found
    if category == "TYPE":
        assert sum(item.category == category for item in explained.explained) == 2


def test_what_became_of_items_agrees_with_the_tallies(explained: goldwire.Scores) -> None:
    def n(*categories: str) -> int:
        return sum(item.category in categories for item in explained.explained)

    assert n("CORRECT") == explained["mentions/strict"].sums[0]
    assert n("CORRECT", "TYPE") == explained["mentions/exact"].sums[0]
    assert n("CORRECT", "TYPE", "BOUNDARY", "BOTH", "MISSED") == 81
    assert n("CORRECT", "TYPE", "BOUNDARY", "BOTH", "SPURIOUS", "DUPLICATE") == 48
