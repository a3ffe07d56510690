"""Gold of somebody's annotation: spans moved and quoted anew, ids made valid, events completed.

Nothing is guessed. What gold cannot hold is listed as a loss, and what cannot be right is a
problem, so that a corpus is either imported as it was meant or not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from goldwire.errors import Problem
from goldwire.importing.texts import Normal, normal_words
from goldwire.model import LAYERS, Annotation

_ID = re.compile(r"[A-Za-z][0-9A-Za-z_.:-]{0,127}")
_PREFIXES = {
    "entities": "E",
    "mentions": "m",
    "values": "v",
    "times": "t",
    "events": "V",
    "event_mentions": "ev",
    "attributions": "a",
    "relations": "r",
}
_REFERENCES = frozenset(
    "entity event ref mention time parent head tail anchor begin end source".split()
)
_NOT_IN_GOLD = frozenset({"surface", "score"})


@dataclass(frozen=True, slots=True)
class Completed:
    """A record as gold, what it lost, and why it cannot be gold, if it cannot."""

    record: dict[str, Any]
    losses: tuple[str, ...]
    problems: tuple[Problem, ...]


def complete(annotation: Annotation, *, original: str, normal: Normal) -> Completed:
    """Make gold of an annotation of `original`, whose normal form is `normal`."""
    # Through JSON, because the layers are to be changed in place: lists, not tuples.
    record: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(annotation))
    layers = {name: record[name] for name in LAYERS if name in record}
    losses = sorted(set(_leave_out(layers)))
    problems = list(_move(layers, "", original=original, normal=normal, name=annotation.doc_id))
    _number(layers)
    problems += _complete_entities(layers, name=annotation.doc_id)
    _complete_events(layers)
    return Completed(layers, tuple(losses), tuple(problems))


def _leave_out(value: Any, pointer: str = "") -> Iterator[str]:
    """Remove the fields that gold does not have, and name each kind of them once."""
    if isinstance(value, dict):
        for key in _NOT_IN_GOLD & value.keys():
            del value[key]
            yield f"{pointer}/{key}"
        for key, member in value.items():
            yield from _leave_out(member, f"{pointer}/{key}")
    elif isinstance(value, list):
        for member in value:
            yield from _leave_out(member, pointer)


def _move(
    value: Any, pointer: str, *, original: str, normal: Normal, name: str
) -> Iterator[Problem]:
    """Move every span, and quote it anew; a span that has no place is a problem."""
    if isinstance(value, list):
        for at, member in enumerate(value):
            yield from _move(member, f"{pointer}/{at}", original=original, normal=normal, name=name)
        return
    if not isinstance(value, dict):
        return
    if not (isinstance(value.get("start"), int) and isinstance(value.get("end"), int)):
        for key, member in value.items():
            yield from _move(
                member, f"{pointer}/{key}", original=original, normal=normal, name=name
            )
        return
    start, end = value["start"], value["end"]
    problem = _fault(start, end, value.get("text"), original=original, normal=normal)
    if problem is not None:
        message, found, expected = problem
        yield Problem(
            "GW841",
            pointer,
            message,
            document=name,
            found=found,
            expected=expected,
            fix="correct the annotation, or its text, and import again",
        )
        return
    value["start"], value["end"] = int(normal.moved[start]), int(normal.moved[end])
    value["text"] = normal.text[value["start"] : value["end"]]


def _fault(
    start: int, end: int, quoted: str | None, *, original: str, normal: Normal
) -> tuple[str, str, str] | None:
    if end > len(original):
        return "the span ends beyond the text", f"{start}:{end}", f"at most {len(original)}"
    words = original[start:end]
    if quoted is not None and quoted != words:
        return "the span quotes other words than stand there", repr(quoted), repr(words)
    first, last = normal.moved[start], normal.moved[end]
    if first < 0 or last < 0:
        return (
            "the span begins or ends inside what is one character in NFC with LF",
            f"{start}:{end} {words!r}",
            "a span of whole characters",
        )
    moved = normal.text[first:last]
    if moved != normal_words(words):
        return "the span does not hold the same words after NFC", repr(moved), repr(words)
    return None


def _number(layers: dict[str, Any]) -> None:
    """Give every item a valid id that no other has, and let references follow."""
    taken: set[str] = set()
    renamed: dict[str, str] = {}
    for layer, items in layers.items():
        for number, item in enumerate(items, start=1):
            old = item.get("id", "")
            new = old if _ID.fullmatch(old) else _PREFIXES[layer] + _slug(old or str(number))
            while new in taken:
                new = f"{new}.{_PREFIXES[layer]}{number}"
            taken.add(new)
            item["id"] = new
            if old:
                renamed.setdefault(old, new)
    _follow(layers, renamed)


def _slug(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z_.:-]", "-", text)[:100]


def _follow(value: Any, renamed: dict[str, str]) -> None:
    if isinstance(value, list):
        for member in value:
            _follow(member, renamed)
    elif isinstance(value, dict):
        for key, member in value.items():
            if key in _REFERENCES and isinstance(member, str):
                value[key] = renamed.get(member, member)
            else:
                _follow(member, renamed)


def _complete_entities(layers: dict[str, Any], *, name: str) -> Iterator[Problem]:
    """Where entities are annotated, let every mention have one; its type is the entity's."""
    if "entities" not in layers:
        return
    types = {entity["id"]: entity["type"] for entity in layers["entities"]}
    for at, mention in enumerate(layers.get("mentions", ())):
        if "entity" not in mention:
            entity = {"id": f"E.{mention['id']}", "type": mention.get("type", "")}
            layers["entities"].append(entity)
            types[entity["id"]] = entity["type"]
            mention["entity"] = entity["id"]
        said = mention.pop("type", None)
        known = types.get(mention["entity"])
        if said is not None and known is not None and said != known:
            yield Problem(
                "GW842",
                f"/mentions/{at}/type",
                "the mention has another type than its entity",
                document=name,
                found=said,
                expected=known,
                fix="give all mentions of an entity one type",
            )


def _complete_events(layers: dict[str, Any]) -> None:
    """Give every event mention without an event one of its own: no coreference is claimed."""
    if "event_mentions" not in layers:
        return
    events = layers.setdefault("events", [])
    for mention in layers["event_mentions"]:
        if "event" not in mention:
            mention["event"] = f"V.{mention['id']}"
            events.append({"id": mention["event"], "type": mention["type"]})
