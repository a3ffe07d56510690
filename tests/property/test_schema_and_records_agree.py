"""The two doors agree: what the schema lets pass, msgspec reads, and the other way round.

Readers decode with msgspec because it is fast; `goldwire validate` explains with the schema. So a
record that one takes and the other refuses would be a hole. The difference that remains is on
purpose: the schema also refuses empty ids, and gold's schema is stricter than any decoder.
"""

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.model import Annotation, Document, Manifest
from goldwire.ontology import parse_ontology
from goldwire.resources import schema_text
from goldwire.validation import validate_annotation
from goldwire.validation.schema_rules import _quick_validator, _validator, check_schema

ROOT = Path(__file__).parents[2]
DOC_ID = "ip-20220113-kz-withdrawal"
NEWS = parse_ontology(schema_text("ontology.json"))

FULL_SPAN = {"start": 0, "end": 3, "text": "abc"}
FULL_PREDICTION: dict[str, Any] = {
    "schema_version": "1.0.0",
    "guideline_version": "0.1.0",
    "doc_id": "d",
    "annotation_set": "prediction",
    "annotator": {"id": "s", "kind": "system", "name": "n", "version": "1"},
    "text_ref": {"sha256": "0" * 64, "code_points": 3, "utf8_bytes": 3},
    "source": {
        "publisher": {"name": "P", "url": "u"},
        "headline": "h",
        "claimed_sources": [{"name": "n", "kind": "agency"}],
        "iptc_media_topics": ["medtop:16000000"],
    },
    "entities": [
        {"id": "e", "type": "PER", "subtype": "s", "canonical_name": "c", "group": True,
         "generic": False, "note": "n",
         "links": [{"kb": "wikidata", "id": "Q1", "status": "verified", "evidence": "e"}]}
    ],
    "mentions": [
        {"id": "m", "entity": "e", "type": "PER", "level": "NAM", "form": "noun", "score": 0.5,
         "spans": [FULL_SPAN], "head": FULL_SPAN, "surface": "abc", "difficult": True, "note": "n"}
    ],
    "values": [
        {"id": "v", "type": "QUANT", "spans": [FULL_SPAN], "value": 3, "mod": "NONE", "unit": "kg",
         "surface": "abc", "score": 1, "difficult": False, "note": "n"}
    ],
    "times": [
        {"id": "t", "type": "DATE", "value": "2022", "spans": [FULL_SPAN], "mod": "START",
         "anchor": "t2", "begin": "t2", "end": "t2", "function": "NONE", "signal": FULL_SPAN,
         "surface": "abc", "score": 1, "difficult": False, "note": "n"},
        {"id": "t2", "type": "DATE", "value": "2023", "surface": "abc"},
    ],
    "events": [
        {"id": "ev", "type": "Contact.Meet", "note": "n",
         "links": [{"kb": "wikidata", "id": None, "status": "to_verify"}]}
    ],
    "event_mentions": [
        {"id": "em", "event": "ev", "type": "Contact.Meet", "trigger": FULL_SPAN, "polarity": "POS",
         "tense": "PAST", "genericity": "SPECIFIC", "aspect": "NONE", "dct_rel": "BEFORE",
         "medium": "REMOTE", "direction": "UP", "surface": "abc", "score": 0.1, "difficult": True,
         "note": "n", "factuality": [{"source": "AUTHOR", "value": "CT+"}],
         "arguments": [{"role": "Participant", "ref": "m", "rel": "CONTAINS", "score": 0.2},
                       {"role": "Topic", "span": FULL_SPAN, "surface": "abc"}]}
    ],
    "attributions": [
        {"id": "a",
         "source": {"kind": "NAMED", "spans": [FULL_SPAN], "mention": "m", "surface": "abc"},
         "cue_surface": "abc", "content_surface": "abc", "cue": [FULL_SPAN],
         "content": [FULL_SPAN], "supplement": [FULL_SPAN], "time": "t",
         "type": "DIRECT", "attitude": "BELIEF", "polarity": "POS", "parent": None, "score": 1.0,
         "difficult": False, "note": "n"}
    ],
    "relations": [
        {"id": "r", "layer": "entity", "type": "LEADS", "head": "e", "tail": "e2", "score": 0.3,
         "difficult": False, "note": "n"}
    ],
}  # fmt: skip
"""A prediction with every field that there is."""

WRONG: list[Any] = [None, True, 0, -1, 1.5, "x", [], ["x"], {}, {"x": 1}]
MISSING = object()


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps: list[str | int] = []
    if isinstance(value, dict):
        steps = [*value, "unheard_of"]
    elif isinstance(value, list):
        steps = list(range(len(value)))
    deeper = [
        found
        for step in steps
        if step != "unheard_of"
        for found in paths(value[step], (*path, step))
    ]
    return [*((*path, step) for step in steps), *deeper]


def changed(record: Any, path: tuple[str | int, ...], value: Any) -> Any:
    result: Any = copy.deepcopy(record)
    target: Any = result
    for step in path[:-1]:
        target = target[step]
    if value is not MISSING:
        target[path[-1]] = value
    elif isinstance(target, list):
        target.pop(int(path[-1]))
    else:
        target.pop(path[-1], None)
    return result


def is_decoded(record: Any, kind: type[Annotation | Document | Manifest]) -> bool:
    try:
        msgspec.json.decode(json.dumps(record), type=kind)
    except msgspec.ValidationError:
        return False
    return True


@settings(max_examples=400)
@given(st.sampled_from(paths(FULL_PREDICTION)), st.sampled_from([*WRONG, MISSING]))
def test_a_structural_fault_in_a_prediction_is_refused_by_both_or_by_none(
    path: tuple[str | int, ...], value: Any
) -> None:
    record = changed(FULL_PREDICTION, path, value)
    faults = {
        problem.code for problem in check_schema(record, "prediction", ontology=NEWS, name="")
    }
    if is_decoded(record, Annotation):
        # A decoder takes an empty string or a length below zero; the schema may still refuse it.
        assert faults <= {"GW015", "GW016"}, faults
    else:
        everything = validate_annotation(record, ontology=NEWS, profile="prediction")
        assert faults or everything


def test_the_full_prediction_is_taken_by_both() -> None:
    assert is_decoded(FULL_PREDICTION, Annotation)
    assert not check_schema(FULL_PREDICTION, "prediction", ontology=NEWS, name="")


RECORDS = [
    (f"annotations/gold/{DOC_ID}.json", "annotation", Annotation),
    (f"corpus/{DOC_ID}/document.json", "document", Document),
    ("corpus/manifest.json", "manifest", Manifest),
]


@pytest.mark.parametrize(("path", "schema", "kind"), RECORDS, ids=[r[1] for r in RECORDS])
def test_what_the_strict_schemas_take_can_be_read(
    path: str, schema: str, kind: type[Annotation | Document | Manifest]
) -> None:
    record = json.loads((ROOT / path).read_bytes())
    # A handful of items of every layer has all the shapes; more would only take longer.
    small = {
        name: value[:3] if isinstance(value, list) else value for name, value in record.items()
    }

    @settings(max_examples=150)
    @given(st.sampled_from(paths(small)), st.sampled_from([*WRONG, MISSING]))
    def check(place: tuple[str | int, ...], value: Any) -> None:
        spoilt = changed(small, place, value)
        if not check_schema(spoilt, schema, ontology=NEWS, name=""):
            assert is_decoded(spoilt, kind) or validate_annotation(spoilt, ontology=NEWS)

    check()


@pytest.mark.parametrize(("path", "schema", "kind"), RECORDS, ids=[r[1] for r in RECORDS])
def test_what_was_read_and_written_again_is_still_valid(
    path: str, schema: str, kind: type[Annotation | Document | Manifest]
) -> None:
    record = msgspec.json.decode((ROOT / path).read_bytes(), type=kind)
    again = msgspec.json.decode(msgspec.json.encode(record))
    assert not check_schema(again, schema, ontology=NEWS, name="")


@settings(max_examples=300)
@given(st.data())
def test_the_quick_validator_judges_as_the_thorough_one(data: st.DataObject) -> None:
    pytest.importorskip("jsonschema_rs")
    path, schema, _ = data.draw(st.sampled_from(RECORDS))
    record = json.loads((ROOT / path).read_bytes())
    small = {
        name: value[:2] if isinstance(value, list) else value for name, value in record.items()
    }
    place = data.draw(st.sampled_from(paths(small)))
    spoilt = changed(small, place, data.draw(st.sampled_from([*WRONG, MISSING])))
    quick = _quick_validator(schema, NEWS)
    assert quick is not None
    assert quick.is_valid(spoilt) == _validator(schema, NEWS).is_valid(spoilt)
