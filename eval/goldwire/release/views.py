"""Views: the configs of a release. `documents` is everything; the others are flat rows of it.

All hold strings for labels, so that every reader sees names; only `tokens` has class labels. Words
are null wherever a document's text is withheld or masked; offsets and labels are always there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from goldwire.formats.released import COLUMNS, Kind, ReleasedDocument, released_row, struct_kind
from goldwire.model import (
    Attribution,
    Entity,
    Event,
    EventMention,
    Factuality,
    Link,
    Mention,
    Record,
    Relation,
    Span,
    Time,
    Value,
    layer_of,
)
from goldwire.release.tokens import tag_names, token_rows

T = TypeVar("T", bound=Record)
Row = dict[str, Any]

_LINK = tuple(struct_kind(Link))
_FACTUALITY = tuple(struct_kind(Factuality))

TAGS = "tags"
"""The kind of a list of class labels: numbers whose names are those of `tag_names`."""


@dataclass(frozen=True, slots=True)
class View:
    """One config: its columns and how a document's rows are made.

    `rows` is given the released document, its exact text where the builder has it, and the number
    of every tag.
    """

    name: str
    summary: str
    columns: Mapping[str, Kind]
    rows: Callable[[ReleasedDocument, str | None, Mapping[str, int]], Iterator[Row]]


def _items(row: ReleasedDocument, layer: str, kind: type[T]) -> list[T]:
    return [item for item in layer_of(row.annotation, layer) if isinstance(item, kind)]


def _place(name: str, spans: Sequence[Span], *, prefix: str = "") -> Row:
    """Give the hull of spans as start, end and words (fragments are joined by a blank)."""
    words = [span.text for span in spans if span.text is not None]
    return {
        f"{prefix}start": min((span.start for span in spans), default=None),
        f"{prefix}end": max((span.end for span in spans), default=None),
        name: " ".join(words) if words else None,
    }


def _fragments(spans: Sequence[Span]) -> list[Row]:
    return [{"start": span.start, "end": span.end} for span in spans]


def _zone_of(row: ReleasedDocument, spans: Sequence[Span]) -> str | None:
    zones = (
        zone.kind
        for zone in row.document.zones
        if spans and zone.start <= spans[0].start < zone.end
    )
    return next(zones, None)


def _fields(item: Record, names: Sequence[str]) -> Row:
    return {name: getattr(item, name) for name in names}


def _documents(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    yield released_row(row)


def _entities(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    mentions = _items(row, "mentions", Mention)
    for entity in _items(row, "entities", Entity):
        yield {
            "doc_id": row.doc_id,
            "entity": entity.id,
            **_fields(entity, ("type", "subtype", "canonical_name", "group", "generic")),
            "n_mentions": sum(mention.entity == entity.id for mention in mentions),
            "links": [_fields(link, _LINK) for link in entity.links],
        }


def _mentions(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    types = {entity.id: entity.type for entity in _items(row, "entities", Entity)}
    for mention in _items(row, "mentions", Mention):
        yield {
            "doc_id": row.doc_id,
            "mention": mention.id,
            "entity": mention.entity,
            "type": mention.type or types.get(mention.entity or ""),
            **_fields(mention, ("level", "form")),
            **_place("text", mention.spans),
            "fragments": _fragments(mention.spans),
            **_place("head_text", () if mention.head is None else (mention.head,), prefix="head_"),
            "zone": _zone_of(row, mention.spans),
        }


def _values(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    for value in _items(row, "values", Value):
        is_number = isinstance(value.value, int | float)
        yield {
            "doc_id": row.doc_id,
            "value_id": value.id,
            "type": value.type,
            "number": float(value.value) if isinstance(value.value, int | float) else None,
            "value": None if is_number else value.value,
            **_fields(value, ("mod", "unit")),
            **_place("text", value.spans),
            "fragments": _fragments(value.spans),
        }


def _times(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    for time in _items(row, "times", Time):
        yield {
            "doc_id": row.doc_id,
            "time": time.id,
            **_fields(time, ("type", "value", "mod", "anchor")),
            "begin_time": time.begin,
            "end_time": time.end,
            "function": time.function,
            **_place("text", time.spans),
            "fragments": _fragments(time.spans),
            **_place(
                "signal_text", () if time.signal is None else (time.signal,), prefix="signal_"
            ),
        }


_EVENT_ATTRIBUTES = (
    "polarity",
    "tense",
    "genericity",
    "aspect",
    "dct_rel",
    "medium",
    "direction",
)


def _events(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    known = {event.id for event in _items(row, "events", Event)}
    for mention in _items(row, "event_mentions", EventMention):
        yield {
            "doc_id": row.doc_id,
            "event_mention": mention.id,
            "event": mention.event if mention.event in known else None,
            "type": mention.type,
            **_place("trigger", () if mention.trigger is None else (mention.trigger,)),
            **_fields(mention, _EVENT_ATTRIBUTES),
            "factuality": [_fields(found, _FACTUALITY) for found in mention.factuality],
            "n_arguments": len(mention.arguments),
        }


def _arguments(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    fillers: dict[str, tuple[str, tuple[Span, ...], str | None]] = {}
    for layer, kind in (("mentions", Mention), ("values", Value), ("times", Time)):
        for item in _items(row, layer, kind):
            spans: tuple[Span, ...] = getattr(item, "spans", ())
            fillers[getattr(item, "id", "")] = (layer, spans, getattr(item, "entity", None))
    mentions = _items(row, "event_mentions", EventMention)
    for mention in mentions:
        trigger = () if mention.trigger is None else (mention.trigger,)
        fillers[mention.id] = ("event_mentions", trigger, None)
    for mention in mentions:
        for argument in mention.arguments:
            layer, spans, entity = fillers.get(argument.ref or "", ("", (), None))
            yield {
                "doc_id": row.doc_id,
                "event_mention": mention.id,
                "event": mention.event,
                "event_type": mention.type,
                "role": argument.role,
                "filler_layer": layer or None,
                "filler": argument.ref,
                "entity": entity,
                "rel": argument.rel,
                **_place("text", spans),
            }


def _attributions(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    entities = {mention.id: mention.entity for mention in _items(row, "mentions", Mention)}
    for found in _items(row, "attributions", Attribution):
        yield {
            "doc_id": row.doc_id,
            "attribution": found.id,
            **_fields(found, ("type", "attitude", "polarity", "parent", "time")),
            "source_kind": found.source.kind,
            "source_mention": found.source.mention,
            "source_entity": entities.get(found.source.mention or ""),
            **_place("source", found.source.spans, prefix="source_"),
            **_place("cue", found.cue, prefix="cue_"),
            **_place("content", found.content, prefix="content_"),
            "source_fragments": _fragments(found.source.spans),
            "content_fragments": _fragments(found.content),
            "supplement_fragments": _fragments(found.supplement),
        }


def _relations(row: ReleasedDocument, _: str | None, __: Mapping[str, int]) -> Iterator[Row]:
    types = {item.id: item.type for item in _items(row, "entities", Entity)}
    types |= {item.id: item.type for item in _items(row, "events", Event)}
    for relation in _items(row, "relations", Relation):
        yield {
            "doc_id": row.doc_id,
            "relation": relation.id,
            **_fields(relation, ("layer", "type", "head")),
            "head_type": types.get(relation.head),
            "tail": relation.tail,
            "tail_type": types.get(relation.tail),
        }


def _tokens(
    row: ReleasedDocument, text: str | None, number_by_tag: Mapping[str, int]
) -> Iterator[Row]:
    shown = row.text
    for found in token_rows(row, text or ""):
        places = list(zip(found.starts, found.ends, strict=True))
        if text is None or shown is None:
            # Where every word begins and ends is the shape of the text: masked is for that.
            names = ("tokens", "starts", "ends", "ner_tags")
            zone = {"doc_id": row.doc_id, "zone": found.zone, "zone_kind": found.zone_kind}
            yield zone | dict.fromkeys(names)
            continue
        yield {
            "doc_id": row.doc_id,
            "zone": found.zone,
            "zone_kind": found.zone_kind,
            "tokens": [shown[start:end] for start, end in places],
            "starts": list(found.starts),
            "ends": list(found.ends),
            "ner_tags": [number_by_tag[tag] for tag in found.tags],
        }


_SPAN_COLUMNS: dict[str, Kind] = {"start": "int64", "end": "int64", "text": "string"}
_FRAGMENTS: Kind = [{"start": "int64", "end": "int64"}]


def _strings(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, "string")


def _prefixed(prefix: str, name: str) -> dict[str, Kind]:
    return {f"{prefix}start": "int64", f"{prefix}end": "int64", name: "string"}


VIEWS: tuple[View, ...] = (
    View(
        "documents",
        "One row per document: record, gold layers and, where it may be passed on, the text.",
        COLUMNS,
        _documents,
    ),
    View(
        "entities",
        "One row per entity: what mentions refer to.",
        {
            **_strings("doc_id", "entity", "type", "subtype", "canonical_name"),
            "group": "bool",
            "generic": "bool",
            "n_mentions": "int64",
            "links": [struct_kind(Link)],
        },
        _entities,
    ),
    View(
        "mentions",
        "One row per mention of an entity.",
        {
            **_strings("doc_id", "mention", "entity", "type", "level", "form"),
            **_SPAN_COLUMNS,
            "fragments": _FRAGMENTS,
            **_prefixed("head_", "head_text"),
            "zone": "string",
        },
        _mentions,
    ),
    View(
        "values",
        "One row per number, amount or title.",
        {
            **_strings("doc_id", "value_id", "type"),
            "number": "float64",
            **_strings("value", "mod", "unit"),
            **_SPAN_COLUMNS,
            "fragments": _FRAGMENTS,
        },
        _values,
    ),
    View(
        "times",
        "One row per TIMEX3 time; a time that is only implied has no place.",
        {
            **_strings("doc_id", "time", "type", "value", "mod", "anchor"),
            **_strings("begin_time", "end_time", "function"),
            **_SPAN_COLUMNS,
            "fragments": _FRAGMENTS,
            **_prefixed("signal_", "signal_text"),
        },
        _times,
    ),
    View(
        "events",
        "One row per event mention: its trigger, attributes, and how certain who says it is.",
        {
            **_strings("doc_id", "event_mention", "event", "type"),
            **_prefixed("", "trigger"),
            **_strings(*_EVENT_ATTRIBUTES),
            "factuality": [struct_kind(Factuality)],
            "n_arguments": "int64",
        },
        _events,
    ),
    View(
        "arguments",
        "One row per argument of an event mention: who or what takes part, and how.",
        {
            **_strings("doc_id", "event_mention", "event", "event_type", "role"),
            **_strings("filler_layer", "filler", "entity", "rel"),
            **_SPAN_COLUMNS,
        },
        _arguments,
    ),
    View(
        "attributions",
        "One row per attribution: who says what, and by which words.",
        {
            **_strings("doc_id", "attribution", "type", "attitude", "polarity", "parent", "time"),
            **_strings("source_kind", "source_mention", "source_entity"),
            **_prefixed("source_", "source"),
            **_prefixed("cue_", "cue"),
            **_prefixed("content_", "content"),
            "source_fragments": _FRAGMENTS,
            "content_fragments": _FRAGMENTS,
            "supplement_fragments": _FRAGMENTS,
        },
        _attributions,
    ),
    View(
        "relations",
        "One row per relation between two entities or two events.",
        _strings("doc_id", "relation", "layer", "type", "head", "head_type", "tail", "tail_type"),
        _relations,
    ),
    View(
        "tokens",
        "One row per annotatable zone: tokens with offsets and IOB2 tags of the heads of names.",
        {
            **_strings("doc_id", "zone", "zone_kind"),
            "tokens": ["string"],
            "starts": ["int64"],
            "ends": ["int64"],
            "ner_tags": TAGS,
        },
        _tokens,
    ),
)


def numbered_tags(entity_types: Sequence[str]) -> dict[str, int]:
    """Number the tags of an inventory of entity types."""
    return {tag: number for number, tag in enumerate(tag_names(entity_types))}
