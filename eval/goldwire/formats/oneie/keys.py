"""The keys of OneIE's input for what its output and its kin call otherwise."""

from collections.abc import Mapping

from goldwire.formats.json_values import items_of, objects

_SPLIT = str.maketrans("-", "_")


def plain(record: Mapping[str, object]) -> dict[str, object]:
    """Make keys such as `golden-entity-mentions` those of OneIE, at every depth.

    >>> plain({"golden-event-mentions": [{"event_type": "A", "arguments": [{"entity-id": 1}]}]})
    {'event_mentions': [{'event_type': 'A', 'arguments': [{'entity_id': 1}]}]}
    """
    found: dict[str, object] = {}
    for key, value in record.items():
        name = key.translate(_SPLIT).removeprefix("golden_")
        name = "tokens" if name == "words" else name
        found[name] = _plain(value)
    if "sentence" in found and "text" not in found:
        found["text"] = found.pop("sentence")
    return found


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key).translate(_SPLIT): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def graph_of(record: dict[str, object]) -> dict[str, object]:
    """Turn the graph that OneIE puts out into the layers that it takes in; others stay as they are.

    ACE's arguments that name no entity refer to the one with their own range.
    """
    graph = record.get("graph")
    if not isinstance(graph, Mapping):
        return _with_entities(record) if _lacks_ids(record) else record
    entities = [items_of(row) for row in items_of(graph.get("entities"))]
    triggers = [items_of(row) for row in items_of(graph.get("triggers"))]
    roles = [items_of(row) for row in items_of(graph.get("roles"))]
    relations = [items_of(row) for row in items_of(graph.get("relations"))]
    return {
        **record,
        "entity_mentions": [
            {"id": at, **dict(zip(_ENTITY, row, strict=False))} for at, row in enumerate(entities)
        ],
        "event_mentions": [
            {
                "id": f"event-{at}",
                "event_type": row[2] if len(row) > 2 else None,
                "trigger": dict(zip(("start", "end"), row, strict=False)),
                "score": row[3] if len(row) > 3 else None,
                "arguments": [
                    dict(zip(("entity_id", "role", "score"), role[1:], strict=False))
                    for role in roles
                    if role[:1] == [at]
                ],
            }
            for at, row in enumerate(triggers)
        ],
        "relation_mentions": [
            {
                "relation_type": row[2],
                "arguments": [{"entity_id": row[0]}, {"entity_id": row[1]}],
            }
            for row in relations
            if len(row) > 2
        ],
    }


_ENTITY = ("start", "end", "entity_type", "mention_type", "score")


def _lacks_ids(record: Mapping[str, object]) -> bool:
    return any(
        "entity_id" in part and "id" not in part for part in objects(record.get("entity_mentions"))
    ) or any(
        "entity_id" not in argument
        for event in objects(record.get("event_mentions"))
        for argument in objects(event.get("arguments"))
    )


def _with_entities(record: Mapping[str, object]) -> dict[str, object]:
    """Let arguments refer to entities by the ids that those have, or get, here."""
    by_place: dict[tuple[object, object], object] = {}
    named: list[object] = []
    for at, part in enumerate(objects(record.get("entity_mentions"))):
        name = part.get("id", part.get("entity_id", at))
        by_place.setdefault((part.get("start"), part.get("end")), name)
        named.append({**part, "id": name})
    events = [
        {
            **event,
            "arguments": [
                {
                    **argument,
                    "entity_id": argument.get(
                        "entity_id", by_place.get((argument.get("start"), argument.get("end")))
                    ),
                }
                for argument in objects(event.get("arguments"))
            ],
        }
        for event in objects(record.get("event_mentions"))
    ]
    return {**record, "entity_mentions": named, "event_mentions": events}
