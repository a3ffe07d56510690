"""Whatever JSON a system prints, it is an answer that can be saved, or an error of the document."""

import json
from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from goldwire.extractors import ExtractionError
from goldwire.extractors.answers import read_answer
from goldwire.extractors.conversation import _json
from goldwire.extractors.llm_prompt import LAYERS as ASKED
from goldwire.extractors.llm_reply import json_object, record_of
from goldwire.model import LAYERS, Annotation
from goldwire.offsets import Convention

TEXT = "\U0001f600 Ann met Bob."
KEYS = ("start", "end", "length", "label", "text", "layer", "type", "spans", "trigger", *LAYERS)

words = st.text(st.characters(), max_size=4) | st.sampled_from(["\ud83d", "PER", "mentions", "d"])
numbers = st.integers() | st.floats() | st.integers(-3, 20)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | words, inner, max_size=4)
    ),
    max_leaves=12,
)
places = st.fixed_dictionaries({"start": numbers, "end": numbers}, optional={"text": words})
answers = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just("d"),
        "spans": st.lists(places | values, max_size=4),
        "mentions": st.lists(st.fixed_dictionaries({"spans": st.lists(places)}), max_size=3),
        **{layer: values for layer in LAYERS if layer != "mentions"},
        "usage": values,
        "notes": values,
        "source": values,
    },
)


@given(values | answers, st.sampled_from([Convention(), Convention("utf16", "inclusive")]))
@example({"mentions": [{"surface": "\ud83d"}]}, Convention())
@example({"spans": [{"start": 10**30, "end": 10**31}]}, Convention())
@example({"values": [{"type": "QUANT", "value": 10**30}]}, Convention())
def test_any_value_is_an_answer_that_can_be_saved_or_an_extraction_error(
    value: object, convention: Convention
) -> None:
    try:
        answer = read_answer(value, doc_id="d", text=TEXT, convention=convention)
    except ExtractionError:
        return
    saved = msgspec.json.encode(answer.annotation)
    assert msgspec.json.decode(saved, type=Annotation).doc_id == "d"


@given(st.lists(places, max_size=6))
def test_no_item_is_lost_whatever_its_place(spans: list[dict[str, Any]]) -> None:
    answer = read_answer({"spans": spans}, doc_id="d", text=TEXT)
    mentions = answer.annotation.mentions or ()
    assert len(mentions) == len(spans)
    without_place = [mention for mention in mentions if not mention.spans]
    assert len([note for note in answer.notes if "has no place" in note]) == len(without_place)


@given(st.binary(max_size=40) | values.map(lambda value: json.dumps(value).encode()))
def test_no_line_of_a_program_is_fatal(line: bytes) -> None:
    _json(line)


def test_a_line_that_is_nested_without_end_is_noise() -> None:
    assert _json(b'{"a":' * 200_000) is None


@given(values)
def test_any_reply_of_a_model_is_an_answer_that_can_be_saved_or_an_extraction_error(
    value: object,
) -> None:
    try:
        found = json_object(json.dumps(value), ASKED)
        record = record_of(found, ASKED, [])
        answer = read_answer({"doc_id": "d", **record}, doc_id="d", text=TEXT)
    except ExtractionError:
        return
    assert set(ASKED) <= set(answer.annotation.attempted())
    msgspec.json.encode(answer.annotation)
