"""A language model's reply → an annotation whose items have words and no places yet."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from goldwire.extractors import ExtractionError

_SHOWN = 200
_WORDS = ("text", "surface", "mention", "trigger", "name")


def json_object(reply: str, layers: Sequence[str]) -> Mapping[str, Any]:
    r"""Find the JSON object with any of the layers in a reply, be it fenced or between remarks.

    Raises ExtractionError when there is none: half an answer is no answer.

    >>> json_object('Here you are: ```json\n{"mentions": []}\n``` Anything else?', ["mentions"])
    {'mentions': []}
    """
    decoder = json.JSONDecoder()
    at = reply.find("{")
    while at >= 0:
        try:
            value, _ = decoder.raw_decode(reply, at)
        except ValueError:
            value = None
        if isinstance(value, Mapping) and any(layer in value for layer in layers):
            return value
        at = reply.find("{", at + 1)
    shown = reply[:_SHOWN] + ("…" if len(reply) > _SHOWN else "")
    raise ExtractionError(
        "malformed", f"the reply holds no JSON object with {', '.join(layers)}: {shown!r}"
    )


def record_of(value: Mapping[str, Any], layers: Sequence[str], notes: list[str]) -> dict[str, Any]:
    """Turn the reply's object into a prediction record without `doc_id`.

    All `layers` are there: the model was asked for them. Items that are no objects, and keys that
    nobody asked for, are noted.
    """
    record: dict[str, Any] = {layer: [] for layer in layers}
    entities: dict[str, str] = {}
    by_words: dict[str, str] = {}
    for layer in layers:
        for at, given in enumerate(_listed(value.get(layer), layer, notes)):
            item: dict[str, Any] = {"type": str(given.get("type", given.get("label", "")))}
            words = next((str(given[key]) for key in _WORDS if given.get(key)), None)
            if words is not None:
                item["surface"] = words
            if layer != "event_mentions":
                item["id"] = f"{layer[0]}{at}"
                by_words.setdefault(words or "", item["id"])
            if layer == "mentions" and given.get("entity"):
                item["entity"] = entities.setdefault(str(given["entity"]), f"e{len(entities)}")
            if layer in ("values", "times") and isinstance(given.get("value"), str | int | float):
                item["value"] = given["value"] if layer == "values" else str(given["value"])
            if layer == "event_mentions":
                item["arguments"] = _arguments(given, by_words, f"/{layer}/{at}", notes)
            record[layer].append(item)
    if entities:
        record["entities"] = [
            {"id": identity, "type": _first_type(record["mentions"], identity)}
            for identity in entities.values()
        ]
    notes.extend(f"/{key}: nobody asked for it" for key in value if key not in layers)
    return record


def _listed(given: object, layer: str, notes: list[str]) -> list[Mapping[str, Any]]:
    """Give the items of a layer; in `{"PER": ["Ann"]}` the key is the type."""
    if given is None:
        notes.append(f"/{layer}: missing, although it was asked for")
        return []
    if isinstance(given, Mapping):
        return [
            item if isinstance(item, Mapping) else {"type": label, "text": str(item)}
            for label, items in given.items()
            for item in (items if isinstance(items, list) else [items])
        ]
    items = given if isinstance(given, list) else [given]
    found: list[Mapping[str, Any]] = []
    for at, item in enumerate(items):
        if isinstance(item, Mapping):
            found.append(item)
        else:
            notes.append(f"/{layer}/{at}: no object, taken as words without a type")
            found.append({"text": str(item)})
    return found


def _arguments(
    given: Mapping[str, Any], by_words: Mapping[str, str], pointer: str, notes: list[str]
) -> list[dict[str, Any]]:
    """Give an event's arguments; one whose words are no item fills its role in vain."""
    found: list[dict[str, Any]] = []
    arguments = given.get("arguments") or []
    if isinstance(arguments, Mapping):
        arguments = [{"role": role, "text": words} for role, words in arguments.items()]
    for at, argument in enumerate(arguments if isinstance(arguments, list) else []):
        if not isinstance(argument, Mapping):
            notes.append(f"{pointer}/arguments/{at}: no object, so it fills no role")
            continue
        words = str(argument.get("text", ""))
        if words not in by_words:
            notes.append(f"{pointer}/arguments/{at}: {words!r} is no item of the reply")
        item: dict[str, Any] = {"role": str(argument.get("role", ""))}
        found.append(item | {"ref": by_words.get(words, f"no item: {words}")})
    return found


def _first_type(mentions: list[dict[str, Any]], entity: str) -> str:
    return next(str(item["type"]) for item in mentions if item.get("entity") == entity)
