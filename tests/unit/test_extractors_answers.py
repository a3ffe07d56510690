from typing import Any

import pytest

from goldwire.errors import UsageError
from goldwire.extractors import ExtractionError
from goldwire.extractors.answers import read_answer, read_convention
from goldwire.model import Annotation, Mention, Span
from goldwire.offsets import Convention

TEXT = "\U0001f600 Ann met Bob."


def read(value: object, *, convention: Convention = Convention()) -> Annotation:
    return read_answer(value, doc_id="d", text=TEXT, convention=convention).annotation


def test_a_prediction_record_is_taken_as_it_is() -> None:
    record = {"doc_id": "d", "mentions": [{"type": "PER", "spans": [{"start": 2, "end": 5}]}]}
    assert read(record) == Annotation(
        doc_id="d", mentions=(Mention(type="PER", spans=(Span(2, 5),)),)
    )


@pytest.mark.parametrize(
    "span",
    [
        {"start": 2, "end": 5, "label": "PER"},
        {"start": 2, "end": 5, "type": "PER", "layer": "mentions"},
        {"start": 2, "length": 3, "entity_group": "PER", "unknown": 1},
        [2, 5, "PER"],
    ],
)
def test_lenient_spans_are_mentions(span: object) -> None:
    expected = (Mention(type="PER", spans=(Span(2, 5),)),)
    assert read({"id": "d", "spans": [span]}).mentions == expected
    assert read([span]).mentions == expected


def test_lenient_spans_may_name_another_layer() -> None:
    found = read(
        {
            "spans": [
                {"start": 2, "end": 5, "label": "DATE", "layer": "times", "value": "2022"},
                {"start": 6, "end": 9, "label": "Meet", "layer": "event_mentions"},
            ]
        }
    )
    assert found.attempted() == ("times", "event_mentions")
    [time] = found.times or ()
    [event] = found.event_mentions or ()
    assert (time.type, time.value, time.spans) == ("DATE", "2022", (Span(2, 5),))
    assert (event.type, event.trigger) == ("Meet", Span(6, 9))


def test_no_spans_at_all_means_that_mentions_were_looked_for_in_vain() -> None:
    assert read({"id": "d", "spans": []}).attempted() == ("mentions",)


def test_words_without_offsets_stay_without_a_place() -> None:
    [mention] = read({"spans": [{"text": "Ann", "label": "PER"}]}).mentions or ()
    assert (mention.surface, mention.spans) == ("Ann", ())


@pytest.mark.parametrize(
    ("declared", "start", "end"),
    [
        ("utf16", 3, 6),
        ("utf8", 5, 8),
        ("utf16,length", 3, 3),
        ({"unit": "utf16", "end": "inclusive", "base": 1}, 4, 6),
        ({"unit": "code_points", "end": "inclusive"}, 2, 4),
    ],
)
def test_declared_offsets_are_converted_wherever_there_is_a_place(
    declared: object, start: int, end: int
) -> None:
    convention = read_convention(declared)
    place = {"start": start, "end": end}
    record: dict[str, Any] = {
        "doc_id": "d",
        "mentions": [{"type": "PER", "spans": [place], "head": place}],
        "event_mentions": [
            {"type": "Meet", "trigger": place, "arguments": [{"role": "A", "span": place}]}
        ],
        "attributions": [{"source": {"spans": [place]}, "cue": [place]}],
    }
    found = read(record, convention=convention)
    [mention], [event] = found.mentions or (), found.event_mentions or ()
    [attribution] = found.attributions or ()
    places = [
        *mention.spans,
        mention.head,
        event.trigger,
        event.arguments[0].span,
        *attribution.source.spans,
        *attribution.cue,
    ]
    assert set(places) == {Span(2, 5)}


def test_offsets_that_are_none_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="declares its offsets as 'feet'"):
        read_convention("feet")


@pytest.mark.parametrize("place", [{"start": 1, "end": 3}, {"start": 40, "end": 43}])
def test_a_converted_span_that_is_none_costs_the_place_and_is_noted(
    place: dict[str, object],
) -> None:
    # 1 is between the two halves of the face.
    answer = read_answer(
        {"spans": [{**place, "label": "PER", "text": "Ann"}]},
        doc_id="d",
        text=TEXT,
        convention=Convention(unit="utf16"),
    )
    [mention] = answer.annotation.mentions or ()
    # As a surface the words would be found in the text, and the system's error put right.
    assert (mention.surface, mention.spans, mention.type) == (None, (), "PER")
    assert "'text': 'Ann'" in (mention.note or "")
    assert "is no span of the text, so the item has no place" in answer.notes[0]


def test_a_trigger_that_is_no_span_costs_the_place_too() -> None:
    trigger = {"start": 5, "end": 2, "text": "met"}
    [event] = read({"event_mentions": [{"type": "Meet", "trigger": trigger}]}).event_mentions or ()
    assert (event.trigger, event.surface) == (None, None)
    assert event.note == "given as {'start': 5, 'end': 2, 'text': 'met'}"


@pytest.mark.parametrize("end", [2**31, 10**30, "5", None, 5.0, True])
def test_what_no_offset_can_be_is_no_place(end: object) -> None:
    [mention] = read({"spans": [{"start": 2, "end": end, "label": "PER"}]}).mentions or ()
    assert (mention.type, mention.spans) == ("PER", ())


def test_of_several_places_none_is_left_when_one_is_none() -> None:
    spans = [{"start": 2, "end": 5}, {"start": 9, "end": 6}]
    found = read({"mentions": [{"spans": spans}], "attributions": [{"cue": spans}]})
    assert [mention.spans for mention in found.mentions or ()] == [()]
    assert [attribution.cue for attribution in found.attributions or ()] == [()]


def test_usage_is_counted() -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "cost": 0.5}
    answer = read_answer({"spans": [], "usage": usage}, doc_id="d", text=TEXT)
    assert (answer.tokens_in, answer.tokens_out, answer.cost) == (7, 2, 0.5)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3, "expected a JSON object as an answer, found int"),
        ({}, "the answer has no `spans` or a layer"),
        ({"id": "d"}, "the answer has no `spans` or a layer"),
        ({"id": "e", "spans": []}, "asked for 'd', but the answer is for 'e'"),
        ({"doc_id": 1, "spans": []}, "asked for 'd', but the answer is for 1"),
        ({"id": "d", "error": "no"}, "the extractor says: no"),
        ({"spans": 3}, "/spans: expected an array, found int"),
        ({"spans": [3]}, "/spans/0: expected an object, found int"),
        ({"spans": [{"layer": "events"}]}, "/spans/0/layer: 'events' is none of mentions, values"),
        ({"mentions": [{"tpye": "PER"}]}, "/mentions/0/tpye: unknown field 'tpye'"),
        ({"mentions": 3}, "/mentions: Expected `array`, got `int`"),
    ],
)
def test_what_is_no_answer_is_refused_with_the_place(value: object, message: str) -> None:
    with pytest.raises(ExtractionError) as raised:
        read(value)
    assert message in str(raised.value)
