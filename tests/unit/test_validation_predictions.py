"""The prediction profile: lenient where a system may leave out or name freely, and only there."""

# ruff: noqa: E501 - one case a line reads as a table

from typing import Any

import pytest

from goldwire.model import Annotation, Mention, Span
from goldwire.ontology import parse_ontology
from goldwire.resources import schema_text
from goldwire.validation import validate_annotation

NEWS = parse_ontology(schema_text("ontology.json"))
TEXT = "Zas met Tokayev in Almaty."


def codes(text: str | None = TEXT, **layers: Any) -> list[tuple[str, str]]:
    problems = validate_annotation(
        {"doc_id": "d", **layers}, ontology=NEWS, text=text, profile="prediction"
    )
    return [(problem.code, problem.pointer) for problem in problems]


def span(start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, **more}


@pytest.mark.parametrize(
    "layers",
    [
        {},
        {"mentions": []},
        {"mentions": [{"type": "PER", "surface": "Zas"}]},
        {"mentions": [{"id": "1", "type": "Персона", "spans": [span(0, 3)], "score": 1}]},
        {"mentions": [{"id": "T 1", "entity": "cluster 7", "spans": [span(0, 3)]}]},
        {"mentions": [{"spans": [span(0, 4)]}, {"spans": [span(2, 7)]}, {"spans": [span(0, 4)]}]},
        {"mentions": [{"level": None, "score": None, "surface": "x"}]},
        {"values": [{"id": "1", "type": "N", "surface": "3"}], "times": [{"id": "1", "type": "DATE", "surface": "now", "value": "now"}]},
        {"event_mentions": [{"type": "Meet", "trigger": span(4, 7), "arguments": [{"role": "A", "span": span(0, 3)}]}]},
        {"attributions": [{"cue": [span(4, 7)], "source": {"spans": [span(0, 3)]}}]},
        {"relations": [{"layer": "entity", "type": "KNOWS", "head": "a", "tail": "b"}]},
        {"source": None, "annotator": {"id": "s", "kind": "any"}, "annotation_set": "prediction"},
    ],
)  # fmt: skip
def test_what_a_system_may_say(layers: dict[str, Any]) -> None:
    assert codes(**layers) == []


@pytest.mark.parametrize(
    ("layers", "problem"),
    [
        ({"mention": []}, ("GW011", "/mention")),
        ({"mentions": [{"span": span(0, 3)}]}, ("GW011", "/mentions/0/span")),
        ({"mentions": None}, ("GW012", "/mentions")),
        ({"mentions": [{"type": "PER"}]}, ("GW110", "/mentions/0")),
        ({"mentions": [{"type": "", "surface": "x"}]}, ("GW016", "/mentions/0/type")),
        ({"mentions": [{"surface": "x", "score": "high"}]}, ("GW012", "/mentions/0/score")),
        ({"mentions": [{"spans": [span(3, 3)]}]}, ("GW101", "/mentions/0/spans/0")),
        ({"mentions": [{"spans": [span(0, 99)]}]}, ("GW104", "/mentions/0/spans/0")),
        ({"mentions": [{"spans": [span(0, 3, text="Za")]}]}, ("GW103", "/mentions/0/spans/0")),
        ({"mentions": [{"spans": [span(0, 3)], "surface": "Za"}]}, ("GW115", "/mentions/0/surface")),
        ({"mentions": [{"id": "1", "surface": "x"}, {"id": "1", "surface": "y"}]}, ("GW201", "/mentions/1/id")),
        ({"entities": [], "mentions": [{"entity": "e", "surface": "x"}]}, ("GW202", "/mentions/0/entity")),
        ({"entities": [{"id": "e", "type": "PER"}], "mentions": [{"entity": "e", "type": "ORG", "surface": "x"}]}, ("GW305", "/mentions/0/type")),
        ({"event_mentions": [{"type": "Meet", "surface": "met", "arguments": [{"role": "A"}]}]}, ("GW211", "/event_mentions/0/arguments/0")),
        ({"event_mentions": [{"trigger": span(4, 7)}]}, ("GW010", "/event_mentions/0")),
        ({"relations": [{"layer": "entity", "type": "KNOWS", "head": "a", "tail": "a"}]}, ("GW206", "/relations/0")),
    ],
)  # fmt: skip
def test_what_a_system_may_not_say(layers: dict[str, Any], problem: tuple[str, str]) -> None:
    assert codes(**layers) == [problem]


def test_without_the_text_only_the_shape_is_checked() -> None:
    assert codes(text=None, mentions=[{"spans": [span(90, 99, text="Zas")]}]) == []


def test_a_record_is_checked_like_its_json() -> None:
    fine = Annotation(doc_id="d", mentions=(Mention(type="PER", spans=(Span(0, 3),)),))
    assert not validate_annotation(fine, ontology=NEWS, text=TEXT, profile="prediction")
    outside = Annotation(doc_id="d", mentions=(Mention(type="PER", spans=(Span(0, 99),)),))
    (problem,) = validate_annotation(outside, ontology=NEWS, text=TEXT, profile="prediction")
    assert (problem.code, problem.pointer) == ("GW104", "/mentions/0/spans/0")
