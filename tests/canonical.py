"""Records as formats can compare them: without ids, with references spelt out."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from goldwire.formats import Loss
from goldwire.model import Annotation

Record = dict[str, Any]


def without(annotation: Annotation, losses: Iterable[Loss]) -> Record:
    """Take the listed fields and items out of a record: what must be left after a conversion."""
    record: Record = msgspec.json.decode(msgspec.json.encode(annotation))
    types = {entity["id"]: entity["type"] for entity in record.get("entities", ())}
    for mention in record.get("mentions", ()):
        # Where entities cannot be held, a mention takes over its entity's type.
        mention["resolved"] = mention.get("type") or types.get(mention.get("entity"))
    pointers = [loss.where.split("/")[1:] for loss in losses if loss.kind == "dropped"]
    for pointer in sorted(pointers, key=_deepest_first, reverse=True):
        _remove(record, pointer, types)
    return record


def _deepest_first(pointer: list[str]) -> tuple[Any, ...]:
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in pointer)


def _remove(record: Record, pointer: list[str], types: dict[str, str]) -> None:
    *path, last = pointer
    place: Any = record
    for part in path:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if isinstance(place, list):
        place.pop(int(last))
    elif last == "status":
        place[last] = "to_verify"
    else:
        place.pop(last)
        if last == "type" and path[0] == "mentions":
            place["resolved"] = types[place["entity"]]


def canonical(record: Record | Annotation) -> dict[str, Any]:
    """Spell a record out without ids; a cluster of one mention is no cluster."""
    if isinstance(record, Annotation):
        record = without(record, ())
    keys: dict[str, Any] = {}
    for layer in ("mentions", "times", "values"):
        for item in record.get(layer, ()):
            keys[item.get("id") or str(id(item))] = _key(item)
    for event in record.get("event_mentions", ()):
        keys[event["id"]] = _key(event)
    mentions: dict[str, list[Any]] = {entity["id"]: [] for entity in record.get("entities", ())}
    for mention in record.get("mentions", ()):
        if mention.get("entity") in mentions:
            mentions[mention["entity"]].append(_key(mention))
    happenings: dict[str, list[Any]] = {event["id"]: [] for event in record.get("events", ())}
    for event in record.get("event_mentions", ()):
        if event.get("event") in happenings:
            happenings[event["event"]].append(_key(event))
    ends = {name: repr(sorted(map(repr, found))) for name, found in (mentions | happenings).items()}
    kinds = {event["id"]: event.get("type") for event in record.get("events", ())}
    return {
        "items": Counter(repr((layer, _key(item))) for layer in ("mentions", "times", "values")
                         for item in record.get(layer, ())),
        "clusters": Counter(ends[name] for name, found in mentions.items() if len(found) > 1),
        "events": Counter(
            repr((ends[name], kinds[name] or found[0][1].get("type")))
            for name, found in happenings.items() if len(found) > 1
        ),
        "links": Counter(
            repr((ends[entity["id"]], sorted(map(repr, entity["links"]))))
            for entity in record.get("entities", ())
            if entity.get("links")
        ),
        "event_mentions": Counter(
            repr((_key(event), sorted(repr((one["role"], keys.get(one.get("ref")), one.get("rel")))
                                      for one in event.get("arguments", ()))))
            for event in record.get("event_mentions", ())
        ),
        "attributions": Counter(
            repr((_key(one), _parent(one, record))) for one in record.get("attributions", ())
        ),
        "relations": Counter(
            repr((one["layer"], one["type"], ends.get(one["head"]), ends.get(one["tail"])))
            for one in record.get("relations", ())
        ),
    }  # fmt: skip


def _parent(attribution: Record, record: Record) -> Any:
    by_id = {one["id"]: one for one in record.get("attributions", ()) if one.get("id")}
    parent = by_id.get(attribution.get("parent"))
    return None if parent is None else _key(parent)


_REFERENCES = {"id", "entity", "event", "arguments", "parent", "type", "resolved"}


def _key(item: Record) -> Any:
    """Give what an item says by itself: its type as resolved, its spans as numbers."""
    kind = item.get("resolved", item.get("type"))
    rest = {name: _plain(value) for name, value in sorted(item.items()) if name not in _REFERENCES}
    return (repr(rest), {"type": kind})


def _plain(value: Any) -> Any:
    """Leave out quotes: a span is where it is."""
    if isinstance(value, dict) and {"start", "end"} <= set(value):
        return (value["start"], value["end"])
    if isinstance(value, dict):
        inner = {name: _plain(part) for name, part in sorted(value.items())}
        return {name: part for name, part in inner.items() if part not in ([], {})}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
