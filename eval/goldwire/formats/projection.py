"""Projection: what is left of a document when a format holds only some of its fields.

Every writer writes the projection and nothing else, so what is lost is known exactly: each loss
names the JSON Pointer of one field or item of the record that was to be written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from goldwire.formats.base import AnnotatedText, Format
from goldwire.formats.ledger import Ledger
from goldwire.model import (
    LAYERS,
    Annotation,
    Attribution,
    Entity,
    Event,
    EventMention,
    Mention,
    Record,
    Relation,
    Time,
    Value,
    layer_of,
)

CONTIGUOUS_MENTIONS = frozenset({"type", "spans"})
"""The fields of formats of bare labelled spans."""

HEADER = ("doc_id", "annotation_set", "text_ref")
"""Fields of the record that no loss is listed for: they are the file's own matter."""


_RECORDS: Mapping[str, type[Record]] = {
    "entities": Entity,
    "mentions": Mention,
    "values": Value,
    "times": Time,
    "events": Event,
    "event_mentions": EventMention,
    "attributions": Attribution,
    "relations": Relation,
}


def all_fields() -> dict[str, frozenset[str]]:
    """Give every field of every layer."""
    return {layer: frozenset(record.__struct_fields__) for layer, record in _RECORDS.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """The part of an annotation that a format holds, and where its mentions stood before."""

    annotation: Annotation
    positions: tuple[int, ...]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions that are left."""
        return self.annotation.mentions or ()


def project(document: AnnotatedText, target: Format, ledger: Ledger) -> Kept:
    """Give the part of an annotation that a format holds, and list the rest as losses.

    A mention's type is its entity's where the format has types but no entities. Mentions in pieces
    are left out where the format cannot hold them, as are items without a place.
    """
    annotation = document.annotation
    if "entities" not in target.fields:
        annotation = typed(annotation)
    changes: dict[str, object] = {}
    positions: tuple[int, ...] = ()
    for name in annotation.__struct_fields__:
        value = getattr(annotation, name)
        if name in HEADER or value is msgspec.UNSET or value is None:
            continue
        if name not in LAYERS:
            ledger.lose("field", "dropped", f"/{name}", document=document.doc_id)
            changes[name] = None
        elif name not in target.fields:
            for at, _ in enumerate(value):
                where = f"/{name}/{at}"
                ledger.lose("layer", "dropped", where, name, document=document.doc_id)
            changes[name] = msgspec.UNSET
        else:
            kept = tuple(_items(annotation, name, target, ledger))
            changes[name] = tuple(item for _, item in kept)
            if name == "mentions":
                positions = tuple(at for at, _ in kept)
    return Kept(msgspec.structs.replace(annotation, **changes), positions)


def typed(annotation: Annotation) -> Annotation:
    """Give every mention the type of its entity, unless it has its own."""
    types = {entity.id: entity.type for entity in annotation.entities or ()}
    if not types or not annotation.mentions:
        return annotation
    mentions = tuple(
        mention
        if mention.type is not None or mention.entity not in types
        else msgspec.structs.replace(mention, type=types[mention.entity])
        for mention in annotation.mentions
    )
    return msgspec.structs.replace(annotation, mentions=mentions)


def _items(
    annotation: Annotation, layer: str, target: Format, ledger: Ledger
) -> Iterable[tuple[int, Record]]:
    for at, item in enumerate(layer_of(annotation, layer)):
        where = f"/{layer}/{at}"
        spans = getattr(item, "spans", None)
        if spans is not None and not spans and "unplaced" not in target.capabilities:
            ledger.lose("unplaced-item", "dropped", where, document=annotation.doc_id)
        elif spans is not None and len(spans) > 1 and "discontinuous" not in target.capabilities:
            ledger.lose("discontinuous", "dropped", where, document=annotation.doc_id)
        elif isinstance(item, Mention) and item.type is None and "entities" not in target.fields:
            ledger.lose("without-type", "dropped", where, document=annotation.doc_id)
        else:
            yield at, _fields(item, target.fields[layer], where, ledger, annotation.doc_id)


def _fields(
    item: Record, kept: frozenset[str], where: str, ledger: Ledger, document: str
) -> Record:
    lost = {
        name: default
        for name, default in _defaults(item).items()
        if name not in kept and getattr(item, name) != default
    }
    for name in lost:
        ledger.lose("field", "dropped", f"{where}/{name}", name, document=document)
    return msgspec.structs.replace(item, **lost) if lost else item


def _defaults(item: Record) -> Mapping[str, object]:
    return {
        field.encode_name: field.default
        for field in msgspec.structs.fields(item)
        if field.default is not msgspec.NODEFAULT
    }
