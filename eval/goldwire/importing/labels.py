"""Labels that come with texts: brat's annotation.conf, another ontology, or the labels in use.

They are added to the corpus's ontology, which keeps what it has: an inventory is opened by nobody.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from goldwire.errors import GoldError, Problem
from goldwire.model import Annotation
from goldwire.ontology import ANY, infer_ontology

_SECTION = re.compile(r"\[(?P<name>\w+)\]\s*$")
_ARGUMENT = re.compile(r"(?P<role>[\w.-]+?)(?:[?*+]|\{[^}]*\})?\d*\s*:\s*(?P<fillers>\S+)")
_KINDS = {"entities": "entity_type", "events": "event_type", "relations": "entity_relation"}
_MACROS = {"<ENTITY>": "entity", "<EVENT>": "event", "<ANY>": ANY, "<POOL>": ANY}

Inventories = dict[str, dict[str, dict[str, Any]]]
"""Entries of inventories by label: what `$defs` hold."""


def read_labels(content: str, *, name: str) -> Inventories:
    """Read an ontology (JSON) or brat's annotation.conf; raises GoldError for neither."""
    if content.lstrip().startswith("{"):
        return _of_json(content, name=name)
    found = _of_brat(content)
    if not any(found.values()):
        problem = Problem(
            "GW844",
            "",
            "no label is defined in it",
            document=name,
            expected="an ontology in JSON, or brat's annotation.conf with [entities], [events], …",
        )
        raise GoldError("the labels cannot be used", [problem])
    return found


def labels_in_use(annotations: Iterable[Annotation]) -> Inventories:
    """Give the labels that annotations use, without definitions."""
    used = _of_json(infer_ontology(annotations).schema_text, name="labels in use")
    return {kind: entries for kind, entries in used.items() if entries}


def _of_json(content: str, *, name: str) -> Inventories:
    try:
        definitions: Mapping[str, Any] = json.loads(content)["$defs"]
        return {
            kind: {str(entry["const"]): entry for entry in definition["oneOf"]}
            for kind, definition in definitions.items()
            if "oneOf" in definition
        }
    except (ValueError, KeyError, TypeError) as error:
        problem = Problem("GW844", "", f"it is no ontology: {error!r}", document=name)
        raise GoldError("the labels cannot be used", [problem]) from error


def _of_brat(content: str) -> Inventories:
    found: Inventories = {kind: {} for kind in _KINDS.values()}
    kind = None
    for raw in content.splitlines():
        line = raw.partition("#")[0].strip()
        section = _SECTION.match(line)
        if section:
            kind = _KINDS.get(section["name"].lower())
        elif line and kind is not None and not line.startswith("<"):
            label, _, rest = line.lstrip("!").partition("\t" if "\t" in line else " ")
            if line.startswith("!") or set(label) == {"-"}:
                continue
            entry: dict[str, Any] = {"const": label.strip()}
            if kind == "event_type":
                entry["roles"] = dict(_roles(rest))
            found[kind][label.strip()] = entry
    known = {label for entries in found.values() for label in entries}
    for event in found["event_type"].values():
        for role, fillers in event["roles"].items():
            event["roles"][role] = [f for f in fillers if f in known or f in _MACROS.values()] or [
                ANY
            ]
    return {kind: entries for kind, entries in found.items() if entries}


def _roles(text: str) -> Iterator[tuple[str, list[str]]]:
    for match in _ARGUMENT.finditer(text):
        fillers = match["fillers"].rstrip(",").split("|")
        yield match["role"].rstrip("0123456789"), [_MACROS.get(one, one) for one in fillers]


def extended(ontology: Mapping[str, Any], added: Inventories) -> tuple[dict[str, Any], list[str]]:
    """Add labels to an ontology's JSON; give the new one, and the labels that are new in it.

    An event type that is known already gets the roles that are new.
    """
    definitions = dict(ontology.get("$defs", {}))
    new = []
    for kind, entries in added.items():
        inventory = dict(definitions.get(kind, {"type": "string", "oneOf": []}))
        known = {entry["const"]: dict(entry) for entry in inventory.get("oneOf", ())}
        for label, entry in entries.items():
            if label not in known:
                known[label] = entry
                new.append(label)
            elif entry.get("roles"):
                known[label]["roles"] = {**entry["roles"], **known[label].get("roles", {})}
        inventory["oneOf"] = list(known.values())
        definitions[kind] = inventory
    return {**ontology, "$defs": definitions}, new
