"""Label inventories: which labels a corpus has, what they mean, and which roles go with them.

An ontology is a schema fragment: its `$defs` are inventories whose `oneOf` entries hold the labels
(`schema/ontology.json`). Gold that declares none gets one inferred from the labels that it uses.
"""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from goldwire.errors import GoldError, Problem
from goldwire.model import Annotation, layer_of

INVENTORIES = (
    "entity_type",
    "mention_level",
    "form",
    "value_type",
    "value_mod",
    "time_type",
    "time_mod",
    "time_function",
    "time_rel",
    "event_type",
    "polarity",
    "tense",
    "genericity",
    "aspect",
    "dct_rel",
    "medium",
    "direction",
    "factuality",
    "attribution_type",
    "attitude",
    "source_kind",
    "entity_relation",
    "event_relation",
    "zone_kind",
)
"""Every inventory that the schemas refer to; one that an ontology leaves out is open."""

DEMANDS = ("gold_mention", "gold_event_mention", "gold_attribution")
"""The definitions by which an ontology says what its gold must state of every item."""

FILLER_LAYERS = ("entity", "value", "time", "event")
ANY = "any"

Basis = Literal["read", "memory", "judgement"]


@dataclass(frozen=True, slots=True)
class Code:
    """The nearest code of another scheme, and what the mapping rests on."""

    scheme: str
    code: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Label:
    """One label of an inventory; all but the first three fields are empty for most."""

    name: str
    title: str = ""
    definition: str = ""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    symmetric: bool = False
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Ontology:
    """The inventories of one corpus. Two ontologies are equal when their schema texts are."""

    name: str
    origin: Literal["declared", "inferred"]
    schema_text: str = field(repr=False)
    inventories: Mapping[str, Mapping[str, Label]] = field(repr=False, compare=False)

    @property
    def description(self) -> str:
        """The ontology in a few words, for reports: its name, and whether it was declared."""
        return f"{self.name} ({self.origin})"

    def labels(self, kind: str) -> tuple[str, ...]:
        """Give the labels of an inventory, in its order; none when it is open."""
        return tuple(self.inventories.get(kind, ()))

    def label(self, kind: str, name: str) -> Label | None:
        """Look one label up, or None when the inventory does not have it."""
        return self.inventories.get(kind, {}).get(name)

    def definition(self, kind: str, name: str) -> str:
        """Give what a label means, in one sentence; empty when nothing says so."""
        found = self.label(kind, name)
        return found.definition if found else ""

    def roles_of(self, event_type: str) -> tuple[str, ...]:
        """Give the roles of an event type; none when the type is unknown."""
        found = self.label("event_type", event_type)
        return tuple(found.roles) if found else ()

    def fillers(self, event_type: str, role: str) -> tuple[str, ...]:
        """Give what may fill a role: labels, layers (`entity`, `time`, …), or `any`."""
        found = self.label("event_type", event_type)
        return found.roles.get(role, ()) if found else ()

    def allows(self, event_type: str, role: str, *, layer: str, label: str) -> bool:
        """Claim that an item of this layer (`entity`, `value`, …) and label may fill the role."""
        allowed = self.fillers(event_type, role)
        return ANY in allowed or layer in allowed or label in allowed

    def codes(self, event_type: str) -> tuple[Code, ...]:
        """Give the nearest codes of other schemes."""
        found = self.label("event_type", event_type)
        return found.codes if found else ()

    def is_symmetric(self, relation_layer: str, relation_type: str) -> bool:
        """Claim that a relation reads the same both ways."""
        found = self.label(f"{relation_layer}_relation", relation_type)
        return found.symmetric if found else False

    def nearest(self, kind: str, name: str) -> str | None:
        """Suggest the label that a misspelt or foreign one may mean, or None."""
        return nearest(name, self.labels(kind))


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that looks most like a word, ignoring case; None when none does.

    >>> nearest("PERSON", ["PER", "ORG", "GPE"])
    'PER'
    >>> nearest("banana", ["PER", "ORG"]) is None
    True
    """
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def parse_ontology(content: str | bytes, *, place: str = "ontology") -> Ontology:
    """Read an ontology from its JSON text, or from the bytes of its file.

    Raises GoldError for one that is malformed or whose roles name fillers that it does not define.
    """
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        raw = json.loads(text)
        definitions = raw["$defs"]
        inventories = {
            kind: _inventory(definitions[kind])
            for kind in definitions
            if "oneOf" in definitions[kind]
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = Problem(
            "GW321",
            "",
            f"the ontology cannot be read: {error!r}",
            document=place,
            expected="a JSON schema whose $defs hold inventories with oneOf entries",
        )
        raise GoldError("the ontology cannot be used", [problem]) from error
    ontology = Ontology(
        name=str(raw.get("title", place)),
        origin="declared",
        schema_text=json.dumps(_completed(raw)),
        inventories=MappingProxyType(inventories),
    )
    problems = _unknown_fillers(ontology, place=place)
    if problems:
        raise GoldError("the ontology cannot be used", problems)
    return ontology


def infer_ontology(annotations: Iterable[Annotation]) -> Ontology:
    """Make an ontology of the labels and roles that annotations use; any filler is allowed."""
    used: dict[str, dict[str, dict[str, Any]]] = {
        kind: {} for kind in ("entity_type", "value_type", "time_type", "event_type")
    }
    for annotation in annotations:
        for layer, kind in (
            ("entities", "entity_type"),
            ("mentions", "entity_type"),
            ("values", "value_type"),
            ("times", "time_type"),
            ("events", "event_type"),
            ("event_mentions", "event_type"),
        ):
            for item in layer_of(annotation, layer):
                name = getattr(item, "type", None)
                if name is not None:
                    entry = used[kind].setdefault(name, {"const": name})
                    for argument in getattr(item, "arguments", ()):
                        entry.setdefault("roles", {})[argument.role] = [ANY]
    definitions = {
        kind: {"type": "string", "oneOf": [entries[name] for name in sorted(entries)]}
        for kind, entries in used.items()
        if entries
    }
    raw = {"title": "inferred from the labels in use", "$defs": definitions}
    parsed = parse_ontology(json.dumps(raw), place="inferred ontology")
    return Ontology(parsed.name, "inferred", parsed.schema_text, parsed.inventories)


def _inventory(definition: dict[str, Any]) -> Mapping[str, Label]:
    shared_roles = definition.get("roles", {})
    shared_basis = definition.get("code_basis", {})
    return MappingProxyType(
        {
            str(entry["const"]): Label(
                name=str(entry["const"]),
                title=entry.get("title", ""),
                definition=entry.get("description", ""),
                roles={
                    role: tuple(fillers)
                    for role, fillers in (entry.get("roles", {}) | shared_roles).items()
                },
                attributes=tuple(entry.get("attributes", ())),
                subtypes=tuple(entry.get("subtypes", ())),
                symmetric=bool(entry.get("symmetric", False)),
                codes=tuple(
                    Code(scheme, code, (shared_basis | entry.get("code_basis", {}))[scheme])
                    for scheme, codes in entry.get("codes", {}).items()
                    for code in codes
                ),
            )
            for entry in definition["oneOf"]
        }
    )


def _completed(raw: dict[str, Any]) -> dict[str, Any]:
    """Add what the other schemas refer to and this ontology leaves open."""
    open_inventories = {kind: {"type": "string", "minLength": 1} for kind in INVENTORIES}
    no_demands: dict[str, Any] = {name: {} for name in DEMANDS}
    return raw | {"$defs": open_inventories | no_demands | raw["$defs"]}


def _unknown_fillers(ontology: Ontology, *, place: str) -> list[Problem]:
    known = {ANY, *FILLER_LAYERS}
    for kind in ("entity_type", "value_type", "time_type", "event_type"):
        known.update(ontology.labels(kind))
    return [
        Problem(
            "GW322",
            "/$defs/event_type",
            f"{event_type} lets {filler!r} fill {role}, which is no label of this ontology",
            document=place,
            expected="a label of entities, values, times or events, a layer, or any",
            fix=f"did you mean {near}?" if (near := nearest(filler, known)) else "",
        )
        for event_type in ontology.labels("event_type")
        for role in ontology.roles_of(event_type)
        for filler in ontology.fillers(event_type, role)
        if filler not in known
    ]
