"""One fault at a time, planted in the valid gold: each is found once, by its code and its place."""

# ruff: noqa: E501 - one fault a line reads as a table

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from goldwire.ontology import Ontology
from goldwire.validation import load_ontology, read_json, validate_annotation
from goldwire.validation.codes import CODES
from goldwire.validation.records import document_of

ROOT = Path(__file__).parents[2]
DOC_ID = "ip-20220113-kz-withdrawal"
Gold = dict[str, Any]
Plant = Callable[[Gold], object]


class Fault(NamedTuple):
    """A change to the gold, and the one problem that it must give.

    In `place` an item is named by its id, or by `#` and its position.
    """

    name: str
    plant: Plant
    code: str
    place: str


def item(gold: Gold, layer: str, item_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in gold[layer] if item["id"] == item_id)
    return found


def put(layer: str, item_id: str, /, **fields: Any) -> Plant:
    """Change fields of an item; `...` removes one."""

    def plant(gold: Gold) -> None:
        target = item(gold, layer, item_id)
        for name, value in fields.items():
            if value is ...:
                del target[name]
            else:
                target[name] = value

    return plant


def top(**fields: Any) -> Plant:
    """Change top-level fields; `...` removes one."""

    def plant(gold: Gold) -> None:
        for name, value in fields.items():
            if value is ...:
                del gold[name]
            else:
                gold[name] = value

    return plant


def add(layer: str, /, **fields: Any) -> Plant:
    return lambda gold: gold[layer].append(fields)


def span(start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "text": TEXT[start:end]}


def shift(layer: str, item_id: str, /, *path: str | int, **fields: Any) -> Plant:
    """Change fields of something inside an item; `...` removes one."""

    def plant(gold: Gold) -> None:
        target: Any = item(gold, layer, item_id)
        for step in path:
            target = target[step]
        for name, value in fields.items():
            if value is ...:
                del target[name]
            else:
                target[name] = value

    return plant


def clone(layer: str, item_id: str, /, **fields: Any) -> Plant:
    return lambda gold: gold[layer].append(copy.deepcopy(item(gold, layer, item_id)) | fields)


def argue(mention_id: str, **argument: str) -> Plant:
    return lambda gold: item(gold, "event_mentions", mention_id)["arguments"].append(argument)


def judge(mention_id: str, source: str, value: str = "CT+") -> Plant:
    return lambda gold: item(gold, "event_mentions", mention_id)["factuality"].append(
        {"source": source, "value": value}
    )


TEXT = (ROOT / "corpus" / DOC_ID / "text.txt").read_bytes().decode("utf-8")
BLANK = TEXT.index("TWITTER")

SHAPE = (
    Fault("guideline version missing", top(guideline_version=...), "GW010", ""),
    Fault("layer misspelt", lambda g: g.update(event_mention=[]), "GW011", "event_mention"),
    Fault("field misspelt", put("mentions", "m_h_kaz", levle="NAM"), "GW011", "m_h_kaz/levle"),
    Fault("layer is an object", top(relations={}), "GW012", "relations"),
    Fault("item is a string", lambda g: g["relations"].append("r99"), "GW012", "relations/#48"),
    Fault("set is unknown", top(annotation_set="silver"), "GW013", "annotation_set"),
    Fault("set is a prediction", top(annotation_set="prediction"), "GW013", "annotation_set"),
    Fault("schema of the future", top(schema_version="2.0.0"), "GW014", "schema_version"),
    Fault("version is no version", top(guideline_version="v2"), "GW014", "guideline_version"),
    Fault("id starts with a digit", put("relations", "r48", id="48r"), "GW014", "relations/#46/id"),
    Fault("head is missing", put("mentions", "m_h_kaz", head=...), "GW010", "m_h_kaz"),
    Fault("level is missing", put("mentions", "m_h_kaz", level=...), "GW010", "m_h_kaz"),
    Fault("level is null", put("mentions", "m_h_kaz", level=None), "GW012", "m_h_kaz/level"),
    Fault("mention has its own type", put("mentions", "m_h_kaz", type="GPE"), "GW021", "m_h_kaz/type"),
    Fault("spans are empty", put("mentions", "m_h_kaz", spans=[]), "GW016", "m_h_kaz/spans"),
    Fault("start is negative", shift("values", "v4", "spans", 0, start=-1), "GW015", "v4/spans/0/start"),
    Fault("start is a string", shift("values", "v4", "spans", 0, start="603"), "GW012", "v4/spans/0/start"),
    Fault("end is true", shift("values", "v4", "spans", 0, end=True), "GW012", "v4/spans/0/end"),
    Fault("start is 603.0", shift("values", "v4", "spans", 0, start=603.0), "GW020", "v4"),
    Fault("span has quote and check", shift("values", "v4", "spans", 0, check="hmac:" + "0" * 16), "GW018", "v4/spans/0"),
    Fault("two cues", shift("attributions", "a1", cue=[span(151, 160), span(161, 163)]), "GW016", "a1/cue"),
    Fault("tense is missing", put("event_mentions", "em01", tense=...), "GW010", "em01"),
    Fault("no factuality", put("event_mentions", "em01", factuality=[]), "GW016", "em01/factuality"),
    Fault("attitude is missing", put("attributions", "a1", attitude=...), "GW010", "a1"),
    Fault("argument without ref", argue("em01", role="Agent"), "GW010", "em01/arguments/2"),
    Fault("events without their mentions", top(event_mentions=...), "GW019", ""),
    Fault("link to an unknown base", put("events", "ev_met", links=[{"kb": "imdb", "id": "tt1", "status": "verified"}]), "GW013", "ev_met/links/0/kb"),
    Fault("relation of no layer", put("relations", "r01", layer="events"), "GW013", "r01/layer"),
)  # fmt: skip

SPANS = (
    Fault("span is backwards", shift("values", "v4", "spans", 0, start=611, end=603), "GW101", "v4/spans/0"),
    Fault("span is empty", shift("values", "v4", "spans", 0, end=603), "GW101", "v4/spans/0"),
    Fault("check is wrong", shift("values", "v4", "spans", 0, text=..., check="hmac:" + "0" * 16), "GW102", "v4/spans/0"),
    Fault("quote differs", shift("values", "v4", "spans", 0, text="governor"), "GW103", "v4/spans/0"),
    Fault("offsets are off by one", shift("mentions", "m_p3_kazinform", "spans", 0, start=691, end=700), "GW103", "m_p3_kazinform/spans/0"),
    Fault("head is off by one", shift("mentions", "m_h_troops", "head", start=12, end=18), "GW103", "m_h_troops/head"),
    Fault("trigger is off by one", shift("event_mentions", "em09", "trigger", start=967, end=972), "GW103", "em09/trigger"),
    Fault("signal is off by one", shift("times", "t7", "signal", start=1572, end=1574), "GW103", "t7/signal"),
    Fault("content is off by one", shift("attributions", "a1", "content", 0, start=88), "GW103", "a1/content/0"),
    Fault("span ends after the text", shift("values", "v4", "spans", 0, end=9999), "GW104", "v4/spans/0"),
    Fault("space at the end", put("values", "v4", spans=[span(603, 612)]), "GW105", "v4/spans/0"),
    Fault("space at the start", put("event_mentions", "em19", trigger=span(1708, 1719)), "GW105", "em19/trigger"),
    Fault("mention in boilerplate", lambda g: (
        add("entities", id="E_twitter", type="ORG")(g),
        add("mentions", id="m_twitter", entity="E_twitter", level="NAM", form="noun", spans=[span(BLANK, BLANK + 7)], head=span(BLANK, BLANK + 7))(g),
    ), "GW106", "mentions/m_twitter/spans/0"),
    Fault("trigger across paragraphs", put("event_mentions", "em19", trigger=span(1803, 1819)), "GW106", "em19/trigger"),
    Fault("head outside", put("mentions", "m_p2_excapital", head=span(282, 288)), "GW107", "m_p2_excapital/head"),
    Fault("mentions cross", put("mentions", "m_p8_red", spans=[span(1383, 1439)]), "GW108", "m_p8_regions/spans/0"),
    Fault("same extent twice", clone("mentions", "m_p9_lpg", id="m_again"), "GW109", "m_again/spans/0"),
    Fault("discontinuous mention", put("mentions", "m_p8_red", spans=[span(1383, 1386), span(1388, 1414)]), "GW111", "m_p8_red/spans"),
    Fault("fragments touch", put("attributions", "a5", content=[span(1264, 1274), span(1274, 1380)]), "GW112", "a5/content/1"),
    Fault("fragments out of order", put("attributions", "a5", content=[span(1292, 1380), span(1264, 1291)]), "GW112", "a5/content/1"),
    Fault("trigger twice", clone("event_mentions", "em19", id="em99"), "GW113", "em99"),
    Fault("value twice", clone("values", "v4", id="v99"), "GW114", "v99"),
    Fault("time twice", clone("times", "t8", id="t99"), "GW114", "t99"),
    Fault("span without quote", shift("values", "v4", "spans", 0, text=...), "GW116", "v4/spans/0"),
)  # fmt: skip

REFERENCES = (
    Fault("id twice in a layer", put("relations", "r49", id="r48"), "GW201", "relations/#47/id"),
    Fault("id twice across layers", put("relations", "r49", id="em24"), "GW201", "relations/#47/id"),
    Fault("entity does not exist", put("mentions", "m_p4_mechanism", entity="E_mechanismus"), "GW202", "m_p4_mechanism/entity"),
    Fault("event does not exist", put("event_mentions", "em21", event="ev_appeals"), "GW202", "em21/event"),
    Fault("argument does not exist", shift("event_mentions", "em01", "arguments", 0, ref="m_h_troop"), "GW202", "em01/arguments/0/ref"),
    Fault("anchor does not exist", put("times", "t7", anchor="t00"), "GW202", "t7/anchor"),
    Fault("end does not exist", put("times", "t3", end="t00"), "GW202", "t3/end"),
    Fault("relation to nothing", put("relations", "r49", tail="E_nowhere"), "GW202", "r49/tail"),
    Fault("factuality of nobody", shift("event_mentions", "em02", "factuality", 1, source="a9"), "GW202", "em02/factuality/1/source"),
    Fault("parent does not exist", put("attributions", "a4", parent="a33"), "GW202", "a4/parent"),
    Fault("argument is an entity", shift("event_mentions", "em01", "arguments", 0, ref="E_force"), "GW203", "em01/arguments/0/ref"),
    Fault("entity relation between events", put("relations", "r49", head="ev_met"), "GW203", "r49/head"),
    Fault("factuality of a mention", shift("event_mentions", "em02", "factuality", 1, source="m_p1_media"), "GW203", "em02/factuality/1/source"),
    Fault("attribution time is a value", put("attributions", "a1", time="v5"), "GW203", "a1/time"),
    Fault("source is an entity", shift("attributions", "a1", "source", mention="E_localmedia"), "GW203", "a1/source/mention"),
    Fault("entity without mention", add("entities", id="E_lonely", type="PER"), "GW204", "E_lonely"),
    Fault("event without mention", add("events", id="ev_lonely", type="Life.Die"), "GW205", "ev_lonely"),
    Fault("relation to itself", put("relations", "r49", tail="E_tajikistan"), "GW206", "r49"),
    Fault("relation twice", clone("relations", "r49", id="r99"), "GW207", "r99"),
    Fault("symmetric relation both ways", lambda g: (
        add("relations", id="r98", layer="event", type="OVERLAP", head="ev_met", tail="ev_thank")(g),
        add("relations", id="r99", layer="event", type="OVERLAP", head="ev_thank", tail="ev_met")(g),
    ), "GW207", "relations/r99"),
    Fault("argument twice", argue("em01", role="Origin", ref="m_h_kaz"), "GW208", "em01/arguments/2"),
    Fault("event is its own topic", argue("em11", role="Topic", ref="em11"), "GW209", "em11/arguments/#"),
    Fault("before and after", add("relations", id="r99", layer="event", type="BEFORE", head="ev_clash", tail="ev_protest"), "GW210", "r99"),
)  # fmt: skip

LABELS = (
    Fault("unknown entity type", put("entities", "E_lpg", type="GAS"), "GW301", "E_lpg/type"),
    Fault("unknown level", put("mentions", "m_h_kaz", level="NAME"), "GW301", "m_h_kaz/level"),
    Fault("unknown value type", put("values", "v4", type="JOB"), "GW301", "v4/type"),
    Fault("unknown time type", put("times", "t8", type="PERIOD"), "GW301", "t8/type"),
    Fault("unknown event type", put("event_mentions", "em21", type="Contact.Beg"), "GW301", "em21/type"),
    Fault("unknown tense", put("event_mentions", "em01", tense="PERFECT"), "GW301", "em01/tense"),
    Fault("unknown factuality", shift("event_mentions", "em01", "factuality", 0, value="CT"), "GW301", "em01/factuality/0/value"),
    Fault("unknown source kind", shift("attributions", "a1", "source", kind="GROUP"), "GW301", "a1/source/kind"),
    Fault("unknown relation", put("relations", "r49", type="MEMBER"), "GW301", "r49/type"),
    Fault("event relation between entities", put("relations", "r49", type="BEFORE"), "GW301", "r49/type"),
    Fault("unknown time relation", shift("event_mentions", "em08", "arguments", 1, rel="DURING"), "GW301", "em08/arguments/1/rel"),
    Fault("mention and event differ", put("event_mentions", "em21", type="Contact.Thank"), "GW302", "em21/type"),
    Fault("event and all mentions differ", put("events", "ev_withdraw", type="Movement.Deploy"), "GW302", "ev_withdraw/type"),
    Fault("role of another type", shift("event_mentions", "em01", "arguments", 0, role="Attacker"), "GW303", "em01/arguments/0/role"),
    Fault("place is a person", argue("em01", role="Place", ref="m_p10_tokayev"), "GW304", "em01/arguments/2/ref"),
    Fault("time is a place", shift("event_mentions", "em01", "arguments", 1, role="Time"), "GW304", "em01/arguments/1/ref"),
    Fault("instrument is a title", argue("em19", role="Instrument", ref="v4"), "GW304", "em19/arguments/1/ref"),
    Fault("measure is an event", argue("em16", role="Measure", ref="em17"), "GW304", "em16/arguments/2/ref"),
    Fault("rel on a place", shift("event_mentions", "em01", "arguments", 1, rel="CONTAINS"), "GW306", "em01/arguments/1/rel"),
    Fault("medium of a withdrawal", put("event_mentions", "em01", medium="REMOTE"), "GW307", "em01/medium"),
    Fault("direction of a meeting", put("event_mentions", "em08", direction="UP"), "GW307", "em08/direction"),
    Fault("military person", put("entities", "E_zas", subtype="military"), "GW308", "E_zas/subtype"),
    Fault("unknown subtype", put("entities", "E_csto", subtype="naval"), "GW308", "E_csto/subtype"),
)  # fmt: skip

ATTRIBUTIONS = (
    Fault("implicit source with words", shift("attributions", "a1", "source", kind="IMPLICIT"), "GW401", "a1/source"),
    Fault("named source without words", shift("attributions", "a2", "source", spans=...), "GW401", "a2/source"),
    Fault("parents in a circle", put("attributions", "a3", parent="a4"), "GW402", "a3/parent"),
    Fault("own parent", put("attributions", "a1", parent="a1"), "GW402", "a1/parent"),
    Fault("nested elsewhere", put("attributions", "a4", parent="a5"), "GW403", "a4/content"),
    Fault("attribution twice", clone("attributions", "a7", id="a99"), "GW404", "a99"),
    Fault("author twice", judge("em01", "AUTHOR"), "GW405", "em01/factuality/1/source"),
    Fault("source twice", judge("em02", "a1", "Uu"), "GW405", "em02/factuality/2/source"),
    Fault("no author", lambda g: item(g, "event_mentions", "em02")["factuality"].pop(0), "GW406", "em02/factuality"),
    Fault("source says something else", judge("em01", "a1"), "GW407", "em01/factuality/1/source"),
    Fault("mention of another source", shift("attributions", "a1", "source", mention="m_p3_kazinform"), "GW408", "a1/source/mention"),
    Fault("cue in the content", put("attributions", "a1", cue=[span(140, 143)]), "GW409", "a1/content"),
)  # fmt: skip

TIMES = (
    Fault("date in words", put("times", "t8", value="a while"), "GW501", "t8/value"),
    Fault("date in another order", put("times", "t7", value="02-01-2022"), "GW501", "t7/value"),
    Fault("30 February", put("times", "t7", value="2022-02-30"), "GW502", "t7/value"),
    Fault("month 13", put("times", "t7", value="2022-13"), "GW502", "t7/value"),
    Fault("week 53 of 2022", put("times", "t7", value="2022-W53"), "GW502", "t7/value"),
    Fault("25 o'clock", put("times", "t7", type="TIME", value="2022-01-02T25:00"), "GW502", "t7/value"),
    Fault("date with a duration's value", put("times", "t7", value="P1D"), "GW503", "t7/value"),
    Fault("duration with a date's value", put("times", "t8", value="2022-01-02"), "GW503", "t8/value"),
    Fault("anchored on itself", put("times", "t7", anchor="t7"), "GW504", "t7/anchor"),
    Fault("anchored in a circle", put("times", "t0", anchor="t7"), "GW504", "t0/anchor"),
    Fault("ends before it begins", put("times", "t4", value="2022-01-03"), "GW505", "t3/end"),
    Fault("signal in the extent", put("times", "t8", signal=span(1889, 1890)), "GW506", "t8/signal"),
    Fault("unused implied time", add("times", id="t99", type="DATE", value="2021", function="NONE"), "GW507", "t99"),
    Fault("two publication times", put("times", "t1", function="PUBLICATION_TIME"), "GW509", "t1/function"),
    Fault("number in words", put("values", "v8", value="fourteen"), "GW510", "v8/value"),
    Fault("eleven days are not ten", put("times", "t3", value="P11D"), "GW511", "t3"),
    Fault("ends with a duration", put("times", "t3", end="t8"), "GW512", "t3/end"),
)  # fmt: skip

FAULTS = (*SHAPE, *SPANS, *REFERENCES, *LABELS, *ATTRIBUTIONS, *TIMES)


@pytest.fixture(scope="module")
def gold() -> Gold:
    record: Gold = json.loads((ROOT / "annotations" / "gold" / f"{DOC_ID}.json").read_bytes())
    return record


@pytest.fixture(scope="module")
def document_json() -> Any:
    path = ROOT / "corpus" / DOC_ID / "document.json"
    return read_json(path, name=str(path)).value


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(ROOT)[0]


def pointer_of(gold: Gold, place: str) -> str:
    """Turn a place such as `m_x/spans/0` into a JSON Pointer."""
    steps = place.split("/") if place else []
    resolved: list[str] = []
    for step in steps:
        found = [
            [layer, str(position)]
            for layer, items in gold.items()
            if isinstance(items, list)
            for position, candidate in enumerate(items)
            if isinstance(candidate, dict) and candidate.get("id") == step
        ]
        if found and len(resolved) < 2:
            resolved = found[0]
        else:
            resolved.append(step.removeprefix("#"))
    return "".join(f"/{step}" for step in resolved)


def test_the_gold_itself_has_no_fault(gold: Gold, document_json: Any, ontology: Ontology) -> None:
    document = document_of(document_json)
    assert not validate_annotation(gold, ontology=ontology, document=document, text=TEXT)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_planted_fault_is_reported_once_with_code_and_place(
    fault: Fault, gold: Gold, document_json: Any, ontology: Ontology
) -> None:
    faulty = copy.deepcopy(gold)
    fault.plant(faulty)
    problems = validate_annotation(
        faulty, ontology=ontology, document=document_of(document_json), text=TEXT
    )
    assert [problem.code for problem in problems] == [fault.code], problems
    expected = pointer_of(faulty, fault.place)
    pattern = re.escape(expected) + (r"\d+" if expected.endswith("/") else "")
    assert re.fullmatch(pattern, problems[0].pointer), problems[0]
    assert problems[0].document == DOC_ID


def test_faults_in_different_places_are_all_reported(
    gold: Gold, document_json: Any, ontology: Ontology
) -> None:
    faulty = copy.deepcopy(gold)
    planted = [
        fault
        for fault in FAULTS
        if fault.name
        in {"head is missing", "span is backwards", "relation to itself", "number in words"}
    ]
    for fault in planted:
        fault.plant(faulty)
    problems = validate_annotation(
        faulty, ontology=ontology, document=document_of(document_json), text=TEXT
    )
    assert sorted(p.code for p in problems) == sorted(f.code for f in planted)


def test_every_fault_is_a_different_one() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 60
    assert {fault.code for fault in FAULTS} <= set(CODES)
