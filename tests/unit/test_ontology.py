"""Ontologies: declared, inferred, and what they answer."""

import json
from typing import Any

import pytest

from goldwire.errors import GoldError
from goldwire.model import Annotation, Argument, Entity, EventMention, Mention, Span
from goldwire.ontology import (
    DEMANDS,
    INVENTORIES,
    infer_ontology,
    nearest,
    parse_ontology,
)
from goldwire.resources import schema_text

NEWS = parse_ontology(schema_text("ontology.json"))


def small(**definitions: Any) -> str:
    return json.dumps({"title": "small", "$defs": definitions})


def test_the_news_ontology_defines_every_inventory_and_every_label() -> None:
    assert set(NEWS.inventories) == set(INVENTORIES)
    for kind in INVENTORIES:
        for name in NEWS.labels(kind):
            assert NEWS.definition(kind, name).endswith("."), (kind, name)


def test_entity_types_and_roles_of_the_news_ontology() -> None:
    assert NEWS.labels("entity_type") == ("PER", "ORG", "GPE", "LOC", "FAC", "ART", "MEASURE")
    assert len(NEWS.labels("event_type")) == 20
    assert set(NEWS.roles_of("Conflict.Attack")) == {
        "Attacker", "Target", "Instrument", "Place", "Time",
    }  # fmt: skip
    assert NEWS.roles_of("Nothing.Known") == ()


def test_fillers_may_be_labels_or_whole_layers() -> None:
    assert NEWS.allows("Conflict.Attack", "Place", layer="entity", label="GPE")
    assert not NEWS.allows("Conflict.Attack", "Place", layer="entity", label="PER")
    assert NEWS.allows("Conflict.Attack", "Time", layer="time", label="DATE")
    assert NEWS.allows("Contact.Request", "Topic", layer="event", label="Aid.Provide")
    assert not NEWS.allows("Contact.Request", "Agent", layer="entity", label="PER")


def test_codes_of_other_schemes_say_what_they_rest_on() -> None:
    codes = {(code.scheme, code.code): code.basis for code in NEWS.codes("Movement.Withdraw")}
    assert codes["cameo", "0874"] == "read"
    assert codes["acled", "Strategic developments/Other"] == "judgement"
    assert codes["rich_ere", "Movement.TransportPerson"] == "memory"


def test_symmetric_relations_are_marked() -> None:
    symmetric = [r for r in NEWS.labels("event_relation") if NEWS.is_symmetric("event", r)]
    assert symmetric == ["OVERLAP", "SIMULTANEOUS"]


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [("PERS", "PER"), ("gpe", "GPE"), ("Measures", "MEASURE"), ("zzz", None)],
)
def test_the_nearest_label_is_suggested(word: str, suggestion: str | None) -> None:
    assert NEWS.nearest("entity_type", word) == suggestion
    assert nearest(word, ()) is None


def test_an_ontology_may_leave_inventories_open() -> None:
    ontology = parse_ontology(small(entity_type={"oneOf": [{"const": "GENE"}]}))
    assert ontology.labels("entity_type") == ("GENE",)
    assert ontology.labels("event_type") == ()
    definitions = json.loads(ontology.schema_text)["$defs"]
    assert set(definitions) == {*INVENTORIES, *DEMANDS}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"$defs": {"entity_type": {"oneOf": [1]}}}'])
def test_a_malformed_ontology_is_refused(text: str) -> None:
    with pytest.raises(GoldError) as refusal:
        parse_ontology(text)
    assert [problem.code for problem in refusal.value.problems] == ["GW321"]


def test_a_role_with_an_unknown_filler_is_refused_with_a_suggestion() -> None:
    text = small(
        entity_type={"oneOf": [{"const": "PERSON"}]},
        event_type={"oneOf": [{"const": "Meet", "roles": {"Who": ["PERSONS"]}}]},
    )
    with pytest.raises(GoldError) as refusal:
        parse_ontology(text)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.fix) == ("GW322", "did you mean PERSON?")


def test_labels_and_roles_are_inferred_from_use() -> None:
    annotation = Annotation(
        doc_id="d",
        entities=(Entity(id="e", type="ORG"),),
        mentions=(Mention(type="PER", spans=(Span(0, 1),)), Mention(spans=(Span(1, 2),))),
        event_mentions=(EventMention(type="Meet", arguments=(Argument(role="Who", ref="e"),)),),
    )
    ontology = infer_ontology([annotation])
    assert ontology.origin == "inferred"
    assert ontology.labels("entity_type") == ("ORG", "PER")
    assert ontology.roles_of("Meet") == ("Who",)
    assert ontology.allows("Meet", "Who", layer="event", label="Any")
    assert ontology.labels("value_type") == ()
