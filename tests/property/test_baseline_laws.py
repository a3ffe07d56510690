"""Laws of the baseline extractor on any text, however strange."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.extractors.baseline import BaselineExtractor
from goldwire.model import Annotation
from goldwire.ontology import parse_ontology
from goldwire.pairing import spans_of
from goldwire.resources import schema_text
from goldwire.validation import validate_annotation

PIECES = (
    "President", "Ida Holm", "Holm", "the", "The", "Ministry", "of", "WHO", "(GSC)", "Peru",
    "Peruvian", "New York", "police", "the country", "300", "over 1,200", "$5", "7%", "on",
    "Monday", "3 May 2021", "2021-05-03", "two weeks ago", "said", "told", "that", "according to",
    "described", "as", "“", "”", '"', ",", ".", ". ", "\n", "’s", "'s", "-", "(", ")", "arrested",
    "withdrew", "stepped down", "from", "to", "by", "was", "will", "not", "he", "A.", "ÅÉ",
    "İstanbul", "ﬃ", "\u00a0", "\u2028", "𝔘𝔫𝔦", "٣", "²", "_", "ABC DEF",
)  # fmt: skip
ONTOLOGY = parse_ontology(schema_text("ontology.json"))
newsy = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)
texts = st.text(max_size=200) | newsy | st.lists(st.sampled_from(PIECES)).map("".join)


def extracted(text: str, reference_date: str | None = None) -> Annotation:
    return BaselineExtractor().extract(text, doc_id="d", reference_date=reference_date)


@given(text=texts)
@settings(max_examples=150, deadline=None)
def test_every_span_lies_in_the_text_and_carries_its_words(text: str) -> None:
    for _, span in spans_of(extracted(text)):
        assert text[span.start : span.end] == span.text
        assert span.text == span.text.strip()


@given(text=texts)
@settings(max_examples=150, deadline=None)
def test_the_output_is_always_a_valid_prediction(text: str) -> None:
    problems = validate_annotation(
        extracted(text), ontology=ONTOLOGY, text=text, profile="prediction"
    )
    assert problems == ()


@given(text=texts)
@settings(max_examples=50, deadline=None)
def test_one_text_gives_one_answer(text: str) -> None:
    assert extracted(text) == extracted(text)


@given(text=texts, reference=st.dates().map(str) | st.text(max_size=12))
@settings(max_examples=100, deadline=None)
def test_any_reference_date_is_survived(text: str, reference: str) -> None:
    assert extracted(text, reference).doc_id == "d"


@given(text=newsy)
@settings(max_examples=50, deadline=None)
def test_blank_lines_before_a_text_only_shift_it(text: str) -> None:
    shift = 2
    before = [(s.start + shift, s.end + shift) for _, s in spans_of(extracted(text))]
    assert [(s.start, s.end) for _, s in spans_of(extracted("\n\n" + text))] == before


@pytest.mark.parametrize(
    "unit",
    ["a ", "(((", "A", "A b ", "Minister Ab ", "Council of Ab ", "Monday ", "Ab said that ",
     "according to Ab, ", "“ab” said Ab, ", "12 ", "1,234,", "the country’s ", "Ab-", "Jan. ",
     "Peru. ", "The army attacked ", "\n", " "],
)  # fmt: skip
def test_two_hundred_thousand_monotonous_characters_take_seconds_not_minutes(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    start = time.process_time()
    extracted(text)
    # Linear work takes about a second; a quadratic search would need minutes.
    assert time.process_time() - start < 20
