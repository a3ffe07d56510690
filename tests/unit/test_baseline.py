"""The baseline on sentences made up for these tests; it must know nothing of any corpus."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.extractors.baseline import BaselineExtractor
from goldwire.extractors.baseline.dates import find_times
from goldwire.extractors.baseline.events import lexicon
from goldwire.extractors.baseline.gazetteer import gazetteer
from goldwire.model import Annotation
from goldwire.pairing import spans_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "eval" / "goldwire" / "extractors" / "baseline"


def extract(text: str, date: str | None = "2021-06-09") -> Annotation:
    return BaselineExtractor().extract(text, doc_id="d", reference_date=date)


def labelled(record: Annotation) -> set[tuple[str, str]]:
    types = {entity.id: entity.type for entity in record.entities or ()}
    return {(m.spans[0].text or "", types[m.entity or ""]) for m in record.mentions or ()}


def test_persons_places_and_bodies_are_found_by_shape_and_gazetteer() -> None:
    found = labelled(
        extract("Prime Minister Ana Silva of Portugal met the Fisheries Council in Oslo.")
    )
    assert ("Prime Minister Ana Silva", "PER") in found
    assert ("Portugal", "GPE") in found
    assert ("the Fisheries Council", "ORG") in found
    assert ("Oslo", "GPE") in found


def test_a_country_its_adjective_and_its_mentions_are_one_entity() -> None:
    record = extract("Norway and the Norwegian government agreed. Norway signed.")
    entities = {m.spans[0].text: m.entity for m in record.mentions or ()}
    assert entities["Norway"] == entities["Norwegian"]


def test_a_headline_in_capitals_gives_listed_names_only() -> None:
    assert labelled(extract("PERU AND CHILE SIGN FISHING PACT")) == {
        ("PERU", "GPE"),
        ("CHILE", "GPE"),
    }


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("It began on Monday.", "Monday", "2021-06-07"),
        ("It began on Wednesday.", "Wednesday", "2021-06-09"),
        ("It will begin on Monday.", "Monday", "2021-06-14"),
        ("It began on March 3.", "March 3", "2021-03-03"),
        ("It began on Dec. 24.", "Dec. 24", "2020-12-24"),
        ("It began on 24 December 2019.", "24 December 2019", "2019-12-24"),
        ("It began yesterday.", "yesterday", "2021-06-08"),
        ("It took three weeks.", "three weeks", "P3W"),
        ("It took 12 hours.", "12 hours", "PT12H"),
    ],
)
def test_dates_are_normalised_to_the_reference_date(text: str, words: str, value: str) -> None:
    [time] = find_times(text, reference_date="2021-06-09")
    assert (time.spans[0].text, time.value) == (words, value)


def test_a_full_date_in_the_text_is_the_reference() -> None:
    first, second = find_times("Tue 1 June 2021: It ended on Sunday.")
    assert (first.value, second.value) == ("2021-06-01", "2021-05-30")


def test_without_any_reference_a_relative_date_has_no_value() -> None:
    [time] = find_times("It began on Monday.")
    assert time.value is None


@pytest.mark.parametrize(
    ("text", "source", "cue", "content", "kind"),
    [
        (
            "Two ships sank, according to the harbour office.",
            "the harbour office",
            "According to".lower(),
            "Two ships sank",
            "INDIRECT",
        ),
        (
            "The mayor said that the bridge was safe.",
            "The mayor",
            "said",
            "that the bridge was safe",
            "INDIRECT",
        ),
        ("“We are ready,” said Ana Silva.", "Ana Silva", "said", "“We are ready,”", "DIRECT"),
    ],
)
def test_attributions_have_source_cue_and_content(
    text: str, source: str, cue: str, content: str, kind: str
) -> None:
    [found] = extract(text).attributions or ()
    assert found.source.spans[0].text == source
    assert found.cue[0].text == cue
    assert found.content[0].text == content
    assert found.type == kind


def test_triggers_take_their_arguments_from_the_sentence() -> None:
    [found] = extract("Belgium deployed to Kenya on Monday.").event_mentions or ()
    assert (found.type, found.trigger and found.trigger.text) == ("Movement.Deploy", "deployed")
    assert [argument.role for argument in found.arguments] == ["Mover", "Destination", "Time"]


@given(st.text(max_size=300))
def test_any_text_gives_spans_that_stand_in_it(text: str) -> None:
    record = extract(text)
    assert record == extract(text)
    for _, span in spans_of(record):
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize("unit", ["A ", "((( ", "“ ", "Minister ", "said that ", "A.B. "])
def test_long_monotonous_text_is_no_trap(unit: str) -> None:
    assert extract(unit * 4000).doc_id == "d"


def test_nothing_in_the_extractor_knows_the_corpus() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.is_file()
    )
    assert "annotations" not in re.sub(r"\"\"\".*?\"\"\"", "", code, flags=re.DOTALL)
    specific = (
        "Zhanaozen Mangystau Pavlodar Kazinform Nurmagambetov Talasov Zas Serdyukov "
        "Sagintayev Tokayev Mukhamedzhan Stanislav Anatoly Bakytzhan Kassym LPG petroleum "
        "peacekeep terrorism skirmish gratitude conferencing farewell"
    ).split()
    article = (ROOT / "corpus" / "ip-20220113-kz-withdrawal" / "text.txt").read_text("utf-8")
    assert [word for word in specific if word not in article] == []
    assert [word for word in specific if re.search(rf"\b{word}", code)] == []


def test_the_lexicon_and_the_gazetteer_are_broad() -> None:
    assert len({lexeme.type for lexeme in lexicon().values()}) == 20
    assert len(lexicon()) > 200
    assert sum(kind == "country" for kind, _ in gazetteer().values()) > 190
