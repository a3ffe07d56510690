"""What the integrity rules look at: one record with its text, and a way to name each item's place.

A record may hold items that cannot be read at all. They are reported once, by their schema fault;
the rules see the others, and know which ids the unreadable ones have or name, so that one fault
does not set off a second.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, TypeVar

import msgspec

from goldwire.errors import Problem
from goldwire.model import (
    LAYERS,
    RECORDS,
    Annotation,
    Document,
    Record,
    Span,
    layer_of,
)
from goldwire.ontology import Ontology
from goldwire.validation.reading import child

Profile = Literal["gold", "prediction"]
T = TypeVar("T", bound=Record)


@dataclass(frozen=True)
class Subject:
    """A record under examination.

    `positions` gives for each layer the places in the file of the items that could be read;
    `layer_by_id` knows all ids, `named_unread` all strings inside unreadable items, and
    `nameless` the layers in which some item has no id. `broken` holds the pointers that are
    already reported: no further rule looks at spans there.
    """

    annotation: Annotation
    name: str
    ontology: Ontology
    document: Document | None = None
    text: str | None = None
    profile: Profile = "gold"
    positions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    layer_by_id: Mapping[str, str] = field(default_factory=dict)
    named_unread: frozenset[str] = frozenset()
    nameless: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()

    @property
    def is_gold(self) -> bool:
        """Whether the strict rules of gold apply."""
        return self.profile == "gold"

    @cached_property
    def by_id(self) -> Mapping[str, Record]:
        """The readable items by id; the first one where an id stands twice."""
        found: dict[str, Record] = {}
        for layer in LAYERS:
            for item in layer_of(self.annotation, layer):
                found.setdefault(getattr(item, "id", ""), item)
        found.pop("", None)
        return found

    @cached_property
    def ids_by_layer(self) -> Mapping[str, frozenset[str]]:
        """The ids of the readable items of every layer."""
        return {
            layer: frozenset(getattr(item, "id", "") for item in layer_of(self.annotation, layer))
            for layer in LAYERS
        }

    def each(self, layer: str, kind: type[T]) -> Iterator[tuple[str, T]]:
        """Walk the readable items of a layer with their JSON Pointers."""
        items = layer_of(self.annotation, layer)
        for position, item in zip(self.positions[layer], items, strict=True):
            if isinstance(item, kind):
                yield f"/{layer}/{position}", item

    def attempted(self, layer: str) -> bool:
        """Claim that the layer is in the record."""
        return layer in self.annotation.attempted()

    def get(self, item_id: str | None, kind: type[T]) -> T | None:
        """Look up an item of one kind by its id."""
        found = self.by_id.get(item_id or "")
        return found if isinstance(found, kind) else None

    def problem(self, code: str, pointer: str, message: str, **details: str) -> Problem:
        """Make a problem of this record."""
        return Problem(code, pointer, message, document=self.name, **details)

    def without_broken(self, problems: list[Problem]) -> "Subject":
        """Give the same subject, its faulty spans marked."""
        return replace(self, broken=self.broken | {problem.pointer for problem in problems})

    def is_sound(self, pointer: str) -> bool:
        """Claim that no span at or below a pointer is reported already."""
        return not any(place == pointer or place.startswith(f"{pointer}/") for place in self.broken)


@dataclass(frozen=True, slots=True)
class Readable:
    """The items of a raw record that can be read, and why the others cannot."""

    annotation: Annotation
    positions: Mapping[str, tuple[int, ...]]
    layer_by_id: Mapping[str, str]
    named_unread: frozenset[str]
    nameless: frozenset[str]
    failures: tuple[tuple[str, str], ...]


def read_items(raw: Mapping[str, Any]) -> Readable:
    """Read every item of a raw record by itself; `failures` are pointers with msgspec's words."""
    positions: dict[str, tuple[int, ...]] = {}
    layer_by_id: dict[str, str] = {}
    unread: set[str] = set()
    nameless: set[str] = set()
    failures: list[tuple[str, str]] = []
    layers: dict[str, Any] = {}
    for layer in LAYERS:
        items = raw.get(layer)
        positions[layer] = ()
        if not isinstance(items, list):
            continue
        readable = []
        for position, item in enumerate(items):
            try:
                readable.append((position, msgspec.convert(item, RECORDS[layer])))
            except msgspec.ValidationError as error:
                failures.append((f"/{layer}/{position}", str(error)))
                unread.update(_strings(item))
            item_id = item.get("id") if isinstance(item, dict) else None
            if isinstance(item_id, str) and item_id:
                layer_by_id.setdefault(item_id, layer)
            else:
                nameless.add(layer)
        positions[layer] = tuple(position for position, _ in readable)
        layers[layer] = tuple(item for _, item in readable)
    head: dict[str, Any] = {}
    for name in ("schema_version", "guideline_version", "annotation_set", "text_ref", "source"):
        if name in raw:
            try:
                msgspec.convert({"doc_id": "", name: raw[name]}, Annotation)
            except msgspec.ValidationError as error:
                failures.append((f"/{name}", str(error)))
            else:
                head[name] = raw[name]
    doc_id = raw.get("doc_id")
    head["doc_id"] = doc_id if isinstance(doc_id, str) else ""
    annotation = msgspec.structs.replace(msgspec.convert(head, Annotation), **layers)
    return Readable(
        annotation,
        positions,
        layer_by_id,
        frozenset(unread),
        frozenset(nameless),
        tuple(failures),
    )


def spans_of(pointer: str, item: Record) -> Iterator[tuple[str, Span]]:
    """Walk all spans of an item with their JSON Pointers."""
    for name in item.__struct_fields__:
        value = getattr(item, name)
        yield from _spans_in(child(pointer, name), value)


def _spans_in(pointer: str, value: object) -> Iterator[tuple[str, Span]]:
    if isinstance(value, Span):
        yield pointer, value
    elif isinstance(value, tuple):
        for position, member in enumerate(value):
            yield from _spans_in(child(pointer, position), member)
    elif isinstance(value, Record):
        yield from spans_of(pointer, value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    members = value.values() if isinstance(value, dict) else ()
    for member in value if isinstance(value, list) else members:
        yield from _strings(member)
