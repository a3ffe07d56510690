"""Projection: what is left of a document when a format holds only some of its fields.

Every writer writes the projection and nothing else, so what is lost is known exactly: each loss
names the JSON Pointer of one field or item of the record that was to be written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import msgspec

from goldwire.formats.base import AnnotatedText
from goldwire.formats.ledger import Ledger
from goldwire.model import (
    LAYERS,
    RECORDS,
    Annotation,
    Mention,
    Record,
    Span,
    layer_of,
)

CONTIGUOUS_MENTIONS = frozenset({"type", "spans"})
"""The fields of formats of bare labelled spans."""

HEADER = ("doc_id", "annotation_set", "text_ref")
"""Fields of the record that no loss is listed for: they are the file's own matter."""


def all_fields() -> dict[str, frozenset[str]]:
    """Give every field of every layer."""
    return {layer: frozenset(record.__struct_fields__) for layer, record in RECORDS.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """The part of an annotation that a format holds, and where its items stood before."""

    annotation: Annotation
    positions: Mapping[str, tuple[int, ...]]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions that are left."""
        return self.annotation.mentions or ()

    def places(self, layer: str) -> tuple[str, ...]:
        """Give the JSON Pointers of a layer's items in the record that was to be written."""
        return tuple(f"/{layer}/{at}" for at in self.positions.get(layer, ()))


def project(
    document: AnnotatedText,
    ledger: Ledger,
    *,
    fields: Mapping[str, frozenset[str]],
    can: frozenset[str] = frozenset(),
) -> Kept:
    """Give the part of an annotation that a format holds, and list the rest as losses.

    `fields` are those of each layer that it holds, `can` what else: discontinuous, unplaced. A
    mention's type is its entity's where the format has types but no entities. Items beyond the end
    of the text are left out.
    """
    annotation = document.annotation
    if "entities" not in fields:
        annotation = typed(annotation)
    changes: dict[str, object] = {}
    positions: dict[str, tuple[int, ...]] = {}
    for name in annotation.__struct_fields__:
        value = getattr(annotation, name)
        if name in HEADER or value is msgspec.UNSET or value is None:
            continue
        if name not in LAYERS:
            ledger.lose("field", "dropped", f"/{name}", document=document.doc_id)
            changes[name] = None
        elif name not in fields:
            for at, _ in enumerate(value):
                where = f"/{name}/{at}"
                ledger.lose("layer", "dropped", where, name, document=document.doc_id)
            changes[name] = msgspec.UNSET
        else:
            kept = []
            for at, item in enumerate(layer_of(annotation, name)):
                reason = _reason(item, document, can=can, has_entities="entities" in fields)
                if reason:
                    where = f"/{name}/{at}"
                    ledger.lose(reason, "dropped", where, document=document.doc_id)
                else:
                    where = f"/{name}/{at}"
                    kept.append((at, _fields(item, fields[name], where, ledger, document.doc_id)))
            changes[name] = tuple(item for _, item in kept)
            positions[name] = tuple(at for at, _ in kept)
    return Kept(msgspec.structs.replace(annotation, **changes), positions)


def typed(annotation: Annotation) -> Annotation:
    """Give every mention the type of its entity, unless it has its own."""
    types = {entity.id: entity.type for entity in annotation.entities or ()}
    if not types or not annotation.mentions:
        return annotation
    mentions = tuple(
        mention
        if mention.type or mention.entity not in types
        else msgspec.structs.replace(mention, type=types[mention.entity])
        for mention in annotation.mentions
    )
    return msgspec.structs.replace(annotation, mentions=mentions)


def _reason(
    item: Record, document: AnnotatedText, *, can: frozenset[str], has_entities: bool
) -> str:
    """Say why an item as a whole cannot be held, or nothing."""
    spans = getattr(item, "spans", None)
    if spans is not None and not spans and "unplaced" not in can:
        return "unplaced-item"
    if spans is not None and len(spans) > 1 and "discontinuous" not in can:
        return "discontinuous"
    has_type_elsewhere = has_entities and getattr(item, "entity", None) is not None
    if isinstance(item, Mention) and not item.type and not has_type_elsewhere:
        return "without-type"
    length = None if document.text is None else len(document.text)
    if length is not None and any(span.end > length for span in _spans_in(item)):
        return "outside-text"
    return ""


_SPAN_FIELDS = frozenset(
    "spans head signal trigger arguments span source cue content supplement".split()
)


def _spans_in(value: object) -> Iterator[Span]:
    """Find every span of an item, at any depth."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _spans_in(part)
    elif isinstance(value, Record):
        for name in _SPAN_FIELDS & set(value.__struct_fields__):
            yield from _spans_in(getattr(value, name))


def _fields(
    item: Record, kept: frozenset[str], where: str, ledger: Ledger, document: str
) -> Record:
    lost = {
        name: default
        for name, default in _defaults(type(item)).items()
        if name not in kept and getattr(item, name) != default
    }
    for name in lost:
        ledger.lose("field", "dropped", f"{where}/{name}", name, document=document)
    return msgspec.structs.replace(item, **lost) if lost else item


@cache
def _defaults(kind: type[Record]) -> Mapping[str, object]:
    return {
        field.encode_name: field.default
        for field in msgspec.structs.fields(kind)
        if field.default is not msgspec.NODEFAULT
    }
