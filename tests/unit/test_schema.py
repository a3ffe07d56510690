"""The schemas themselves: valid, local, small, and usable with any ontology."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from goldwire.model import Annotation, Mention, Span
from goldwire.ontology import DEMANDS, INVENTORIES, infer_ontology, parse_ontology
from goldwire.resources import SCHEMAS, schema_text
from goldwire.validation import validate_annotation
from goldwire.validation.schema_rules import BASE, check_schema

ROOT = Path(__file__).parents[2]
FILES = [*(f"{name}.schema.json" for name in SCHEMAS), "ontology.json"]
NEWS = parse_ontology(schema_text("ontology.json"))


def references(value: Any) -> list[str]:
    members = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    own = [value["$ref"]] if isinstance(value, dict) and "$ref" in value else []
    return [*own, *(reference for member in members for reference in references(member))]


@pytest.mark.parametrize("file", FILES)
def test_a_schema_is_valid_and_has_its_own_address(file: str) -> None:
    schema = json.loads(schema_text(file))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == BASE + file


@pytest.mark.parametrize("file", FILES)
def test_every_reference_leads_somewhere(file: str) -> None:
    schemas = {name: json.loads(schema_text(name)) for name in FILES}
    for reference in references(schemas[file]):
        target, _, pointer = reference.partition("#/$defs/")
        assert pointer in schemas[target or file]["$defs"], reference


def test_the_folder_holds_these_schemas_and_no_other() -> None:
    assert sorted(path.name for path in (ROOT / "schema").iterdir()) == sorted(FILES)


def test_the_ontology_defines_what_the_schemas_refer_to() -> None:
    wanted = {
        reference.rpartition("/")[2]
        for file in FILES
        for reference in references(json.loads(schema_text(file)))
        if reference.startswith("ontology.json")
    }
    assert wanted == {*INVENTORIES, *DEMANDS}


def test_patterns_use_plain_classes() -> None:
    for file in FILES:
        assert not re.search(r'"pattern": "[^"]*\\\\[dws]', schema_text(file), re.IGNORECASE)


def test_every_field_of_a_record_is_in_both_schemas() -> None:
    """What a schema forgot, strict records could not hold."""
    prediction = json.loads(schema_text("prediction.schema.json"))
    assert set(prediction["properties"]) == set(Annotation.__struct_fields__)
    mention = prediction["$defs"]["mention"]["properties"]
    assert set(mention) == set(Mention.__struct_fields__)


def test_labels_of_another_ontology_are_enforced() -> None:
    text = json.dumps({"$id": "https://other.example/o", "$defs": {
        "entity_type": {"oneOf": [{"const": "GENE"}, {"const": "DISEASE"}]},
    }})  # fmt: skip
    genes = parse_ontology(text)
    record = gold_of_names("GENE")
    assert not validate_annotation(record, ontology=genes)
    by_news = {problem.code for problem in validate_annotation(record, ontology=NEWS)}
    assert by_news == {"GW301", "GW010"}
    (problem,) = validate_annotation(gold_of_names("GENES"), ontology=genes)
    assert (problem.code, problem.pointer) == ("GW301", "/mentions/0/type")
    assert (problem.expected, problem.fix) == ("one of GENE, DISEASE", "did you mean GENE?")


def test_gold_without_entities_is_valid_by_its_inferred_ontology() -> None:
    annotation = Annotation(doc_id="d", mentions=(Mention(type="PER", spans=(Span(0, 3),)),))
    ontology = infer_ontology([annotation])
    assert not validate_annotation(gold_of_names("PER"), ontology=ontology)


def gold_of_names(label: str) -> dict[str, Any]:
    return {
        "schema_version": "1.0.0",
        "guideline_version": "0.1.0",
        "doc_id": "d",
        "annotation_set": "gold",
        "text_ref": {"sha256": "0" * 64},
        "mentions": [{"id": "m1", "type": label, "spans": [{"start": 0, "end": 3}]}],
    }


@pytest.mark.parametrize("raw", [None, [], "gold", 3, True])
def test_what_is_no_object_is_one_problem(raw: object) -> None:
    assert [p.code for p in validate_annotation(raw, ontology=NEWS)] == ["GW012"]


def test_a_wrong_type_is_not_reported_twice() -> None:
    problems = check_schema({"doc_id": 3}, "prediction", ontology=NEWS, name="x")
    assert [(p.code, p.pointer) for p in problems] == [("GW012", "/doc_id")]
