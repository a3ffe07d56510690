"""The adjudication record explains every difference between a pass and the gold, and no other.

Items are compared by what they say and where, never by id: a mention by its extent, an event
mention by its trigger, an attribution by its cue, an entity or event by its first mention, a
relation by its type and both ends. Coreference is compared link by link: the nearest mention
before this one that names the same thing.
"""

import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldwire.model import (
    Annotation,
    Attribution,
    Document,
    Entity,
    Event,
    EventMention,
    Mention,
    Span,
    Time,
    Value,
)

ROOT = Path(__file__).parents[2]
DOCUMENT = "ip-20220113-kz-withdrawal"
RECORD_PATH = ROOT / "annotations" / "adjudication" / f"{DOCUMENT}.json"
NOWHERE = "-"

Facts = dict[tuple[str, str, str], str | None]
"""What a record says: (layer, key, field) → value; the field `exists` is there for every item."""


def read_annotation(path: str) -> Annotation:
    return msgspec.json.decode((ROOT / path).read_bytes(), type=Annotation)


def spans_key(spans: Iterable[Span]) -> str:
    return "+".join(f"{span.start}-{span.end}" for span in spans) or NOWHERE


def start_of(key: str) -> tuple[int, int]:
    start, end = key.split("+", maxsplit=1)[0].split("-")
    return int(start), int(end)


def time_key(time: Time) -> str:
    return spans_key(time.spans) if time.spans else f"implied:{time.type}:{time.value}"


def antecedents(clusters: dict[str, str]) -> dict[str, str]:
    """Map each key to the nearest key before it in the same cluster, the first to `NOWHERE`."""
    latest: dict[str, str] = {}
    found = {}
    for key in sorted(clusters, key=start_of):
        found[key] = latest.get(clusters[key], NOWHERE)
        latest[clusters[key]] = key
    return found


class Keys:
    """The names that do not depend on ids, for all items of one annotation."""

    def __init__(self, annotation: Annotation) -> None:
        mentions: list[Mention] = list(annotation.mentions or ())
        triggers: list[EventMention] = list(annotation.event_mentions or ())
        values: list[Value] = list(annotation.values or ())
        times: list[Time] = list(annotation.times or ())
        self.by_id = {mention.id: spans_key(mention.spans) for mention in mentions}
        self.by_id |= {value.id: spans_key(value.spans) for value in values}
        self.by_id |= {time.id: time_key(time) for time in times}
        self.by_id |= {item.id: spans_key([item.trigger]) for item in triggers if item.trigger}
        self.by_id |= {item.id: spans_key(item.cue) for item in annotation.attributions or ()}
        clusters = {self.by_id[item.id]: str(item.entity) for item in mentions}
        clusters |= {self.by_id[item.id]: str(item.event) for item in triggers}
        self.antecedents = antecedents(clusters)
        for key in sorted(clusters, key=start_of, reverse=True):
            self.by_id[clusters[key]] = key

    def __getitem__(self, item_id: str | None) -> str | None:
        return None if item_id is None else self.by_id[item_id]


def plain(item: msgspec.Struct, fields: str) -> dict[str, str | None]:
    found = {}
    for field in fields.split():
        value: Any = getattr(item, field)
        found[field] = None if value is None else str(value)
    return found


def links_said(item: Entity | Event) -> str | None:
    return " ".join(f"{link.kb}:{link.id}:{link.status}" for link in item.links) or None


def items_said(annotation: Annotation) -> Iterator[tuple[str, str, dict[str, str | None]]]:
    """Walk everything that an annotation says as (layer, key, fields).

    Left out are `difficult` and `note`, an annotator's remarks on the own work, and ids.
    """
    keys = Keys(annotation)
    for entity in annotation.entities or ():
        fields = plain(entity, "type subtype canonical_name group generic")
        yield "entities", keys.by_id[entity.id], fields | {"links": links_said(entity)}
    for mention in annotation.mentions or ():
        key = spans_key(mention.spans)
        head = spans_key([mention.head] if mention.head else [])
        fields = plain(mention, "level form") | {"head": head}
        yield "mentions", key, fields | {"antecedent": keys.antecedents[key]}
    for value in annotation.values or ():
        yield "values", spans_key(value.spans), plain(value, "type value mod unit")
    for time in annotation.times or ():
        fields = plain(time, "type value mod function")
        fields |= {"signal": spans_key([time.signal] if time.signal else [])}
        fields |= {name: keys[getattr(time, name)] for name in ("anchor", "begin", "end")}
        yield "times", time_key(time), fields
    for event in annotation.events or ():
        yield "events", keys.by_id[event.id], plain(event, "type") | {"links": links_said(event)}
    for item in annotation.event_mentions or ():
        yield from event_mention_said(item, keys)
    for attribution in annotation.attributions or ():
        yield "attributions", spans_key(attribution.cue), attribution_said(attribution, keys)
    for relation in annotation.relations or ():
        ends = f"{keys[relation.head]} {relation.type} {keys[relation.tail]}"
        yield "relations", f"{relation.layer} {ends}", {}


def event_mention_said(
    item: EventMention, keys: Keys
) -> Iterator[tuple[str, str, dict[str, str | None]]]:
    key = keys.by_id[item.id]
    fields = plain(item, "type polarity tense genericity aspect dct_rel medium direction")
    fields["antecedent"] = keys.antecedents[key]
    for fact in item.factuality:
        source = fact.source if fact.source == "AUTHOR" else keys[fact.source]
        fields[f"factuality {source}"] = fact.value
    yield "event_mentions", key, fields
    for argument in item.arguments:
        yield "arguments", f"{key} {argument.role} {keys[argument.ref]}", {"rel": argument.rel}


def attribution_said(item: Attribution, keys: Keys) -> dict[str, str | None]:
    fields = plain(item, "type attitude polarity")
    fields |= {"source.kind": item.source.kind, "source.spans": spans_key(item.source.spans)}
    fields |= {"source.mention": keys[item.source.mention], "content": spans_key(item.content)}
    fields |= {"supplement": spans_key(item.supplement)}
    return fields | {"time": keys[item.time], "parent": keys[item.parent]}


def facts_of(annotation: Annotation) -> Facts:
    facts: Facts = {}
    for layer, key, fields in items_said(annotation):
        facts[layer, key, "exists"] = "yes"
        facts.update({(layer, key, field): value for field, value in fields.items()})
    return facts


def differences(sides: tuple[Facts, Facts, Facts]) -> dict[tuple[str, str, str], list[str | None]]:
    """Find where A, B and gold do not all agree; fields only of items that all three have.

    The arguments of an event mention count only where all three have the event mention.
    """
    found = {}
    for fact in sorted(set(itertools.chain.from_iterable(sides))):
        layer, key, field = fact
        owner = ("event_mentions", key.split()[0]) if layer == "arguments" else (layer, key)
        parents = [(*owner, "exists")] if layer == "arguments" else []
        parents += [(layer, key, "exists")] if field != "exists" else []
        if all(parent in side for side in sides for parent in parents):
            said = [side.get(fact) for side in sides]
            if len(set(said)) > 1:
                found[fact] = said
    return found


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(RECORD_PATH.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def sides(record: dict[str, Any]) -> tuple[Facts, Facts, Facts]:
    a, b, gold = (facts_of(read_annotation(record["files"][side])) for side in ("A", "B", "gold"))
    return a, b, gold


def decided(record: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for decision in record["decisions"]:
        for item in decision["items"]:
            yield decision, item


def test_every_difference_is_decided_and_no_decision_is_stale(
    record: dict[str, Any], sides: tuple[Facts, Facts, Facts]
) -> None:
    recorded = {
        (decision["layer"], item["key"], decision["field"]): [item[x] for x in ("A", "B", "gold")]
        for decision, item in decided(record)
        if decision["layer"] != "zones"
    }
    assert recorded == differences(sides)


def test_no_difference_is_decided_twice(record: dict[str, Any]) -> None:
    keys = [(d["layer"], item["key"], d["field"]) for d, item in decided(record)]
    assert len(keys) == len(set(keys))


def test_the_kind_of_a_decision_says_whether_the_passes_agreed(record: dict[str, Any]) -> None:
    for decision, item in decided(record):
        assert (decision["kind"] == "disagreement") == (item["A"] != item["B"]), item
        assert decision["kind"] in {"disagreement", "rule_change", "correction"}


def test_every_decision_gives_its_reason_and_has_an_id_of_its_own(record: dict[str, Any]) -> None:
    ids = [decision["id"] for decision in record["decisions"]]
    assert len(ids) == len(set(ids))
    assert all(decision["reason"] and decision["rules"] for decision in record["decisions"])


def test_decided_zones_are_the_zones_of_the_document(record: dict[str, Any]) -> None:
    path = ROOT / "corpus" / DOCUMENT / "document.json"
    document = msgspec.json.decode(path.read_bytes(), type=Document)
    kinds = {f"{zone.start}-{zone.end}": zone.kind for zone in document.zones}
    zones = [(item["key"], item["gold"]) for d, item in decided(record) if d["layer"] == "zones"]
    assert zones
    assert all(kinds[key] == kind for key, kind in zones)


def test_the_comparison_sees_a_changed_field_and_a_moved_coreference_link() -> None:
    def annotation(entity: str, level: str) -> Annotation:
        cats = Mention(id="m1", entity="e1", level="NOM", spans=(Span(0, 3),), head=Span(0, 3))
        they = Mention(id="m2", entity=entity, level=level, spans=(Span(9, 13),), head=Span(9, 13))
        return Annotation(doc_id="d", mentions=(cats, they), entities=())

    first, second = facts_of(annotation("e1", "NOM")), facts_of(annotation("e2", "PRO"))
    assert differences((first, first, second)) == {
        ("mentions", "9-13", "antecedent"): ["0-3", "0-3", NOWHERE],
        ("mentions", "9-13", "level"): ["NOM", "NOM", "PRO"],
    }
