"""Collected rows → a side of a chunk: references followed, one sort per layer of spans."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from goldwire.columns.numbering import constant
from goldwire.columns.references import Clusters, Filler, Fillers, Names, clustered, fillers
from goldwire.columns.rows import PLACE, Collected, Rows
from goldwire.columns.tables import (
    ABSENT,
    ATTRIBUTION_ATTRIBUTES,
    FILLER_KINDS,
    TRIGGER_ATTRIBUTES,
    Bools,
    Floats,
    Ints,
    Side,
    Spans,
    Table,
)
from goldwire.model import AUTHOR

UNRESOLVED, MENTION, VALUE, TIME, EVENT, SPAN = range(len(FILLER_KINDS))
UNKNOWN = -2
"""Stands where a reference to an attribution leads nowhere."""


Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Layer:
    """The rows of a layer in the records' order: all arrays [n] but `offsets` [documents + 1]."""

    offsets: Ints
    document: Ints
    columns: Mapping[str, Ints]
    score: Floats
    ignored: Bools

    def __len__(self) -> int:
        return len(self.document)

    def __getitem__(self, column: str) -> Ints:
        return self.columns[column]

    @property
    def item(self) -> Ints:
        """The position of each row in its document."""
        return np.arange(len(self)) - self.offsets[self.document]

    @property
    def names(self) -> Names:
        """The rows by their ids."""
        return Names(self.document, self["id"])

    def filler(self, kind: int, cluster: Ints | None = None) -> Filler:
        """Give the rows as what can fill a role."""
        start, end, fragments = (self[name] for name in PLACE)
        return Filler(kind, self.document, self["id"], start, end, fragments, cluster)

    def only(self, kept: Bools) -> "Layer":
        """Give the rows that are marked."""
        before = np.append(0, np.cumsum(kept))
        return Layer(
            before[self.offsets],
            self.document[kept],
            {name: column[kept] for name, column in self.columns.items()},
            self.score[kept],
            self.ignored[kept],
        )

    def table(self, *names: str, **more: Ints) -> Table:
        """Give some columns, and more of them, as a table."""
        return Table(self.offsets, {**{name: self[name] for name in names}, **more})


def assemble(found: Collected) -> Side:
    """Follow all references and sort every layer of spans."""
    n = found.n_documents
    mentions, values, times = (
        _layer(rows, n) for rows in (found.mentions, found.values, found.times)
    )
    triggers, attributions = _layer(found.triggers, n), _layer(found.attributions, n)
    entities, entity, label = _entities(found, mentions)
    events, event = clustered(
        _declared(_layer(found.events, n)),
        document=triggers.document,
        reference=triggers["reference"],
        label=triggers["label"],
    )
    trigger_spans, rank = _spans(
        triggers,
        label=triggers["label"],
        event=event,
        **{name: triggers[name] for name in TRIGGER_ATTRIBUTES},
    )
    mention_fillers = (
        mentions.filler(MENTION, entity),
        values.filler(VALUE),
        times.filler(TIME),
    )
    elements = {name: _layer(rows, n) for name, rows in found.elements.items()}
    placed = {name: _element(layer, attributions) for name, layer in elements.items()}
    return Side(
        mentions=_spans(
            mentions,
            label=label,
            entity=entity,
            **{name: mentions[name] for name in found.mention_attributes},
        )[0],
        values=_normalised(values),
        times=_normalised(times),
        triggers=trigger_spans,
        arguments=_arguments(
            _layer(found.arguments, n),
            fillers((*mention_fillers, triggers.filler(EVENT, event))),
            rank=rank,
        ),
        sources=placed["source"][0],
        cues=placed["cue"][0],
        contents=placed["content"][0],
        entities=entities.table(n),
        events=events.table(n),
        attributions=_attributions(
            attributions,
            fillers(mention_fillers),
            **{name: row for name, (_, row) in placed.items()},
        ),
        relations=_relations(_layer(found.relations, n), entities, events),
        factuality=_factuality(
            _layer(found.factuality, n),
            attributions,
            author=found.names.id(AUTHOR),
            rank=rank,
        ),
        fields=_layer(found.fields, n).table("field", "value", "normalised"),
    )


def _layer(rows: Rows, n_documents: int) -> Layer:
    offsets = rows.offsets(n_documents)
    document = np.repeat(np.arange(n_documents), np.diff(offsets))
    return Layer(offsets, document, rows.finish(), rows.all_scores(), rows.all_ignored())


def _spans(
    layer: Layer, *, label: Ints, item: Ints | None = None, **extra: Ints
) -> tuple[Spans, Ints]:
    """Give the spans in canonical order, and for each collected row its place among them."""
    start, end, fragments = layer["start"], layer["end"], layer["fragments"]
    fragments = (
        np.maximum(fragments, 0) if fragments.strides[0] else constant(np.int64(0), len(layer))
    )
    item = layer.item if item is None else item
    order = _canonical_order(layer.document, start, end, fragments, label, item)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    spans = Spans(
        offsets=layer.offsets,
        start=_sorted(start, order),
        end=_sorted(end, order),
        fragments=_sorted(fragments, order),
        label=_sorted(label, order),
        item=_sorted(item, order),
        ignored=_sorted(layer.ignored, order),
        score=_sorted(layer.score, order),
        extra={name: _sorted(column, order) for name, column in extra.items()},
    )
    return spans, rank


def _sorted(column: NDArray[Kind], order: Ints) -> NDArray[Kind]:
    """Put a column in order; a constant one is."""
    return column[order] if column.strides[0] else column


def _canonical_order(*keys: Ints) -> Ints:
    """Give the order that sorts by all keys, the first one first: one packed key if it fits."""
    packed = np.zeros(len(keys[0]), dtype=np.int64)
    room = 2**62
    for key in keys[:-1]:
        size = int(key.max(initial=0)) + 2
        room //= size
        packed = packed * size + key + 1
    # The last key is the record's own order, which a stable sort keeps.
    return np.argsort(packed, kind="stable") if room else np.lexsort(keys[::-1])


def _declared(layer: Layer) -> Clusters:
    return Clusters(layer.document, layer["id"], layer["type"], layer["link"])


def _entities(found: Collected, mentions: Layer) -> tuple[Clusters, Ints, Ints]:
    """Give the entities, and each mention's entity and label.

    A mention without a type of its own has that of its declared entity, or the empty label.
    """
    declared = _declared(_layer(found.entities, found.n_documents))
    document, reference, label = mentions.document, mentions["reference"], mentions["label"]
    lacking = np.flatnonzero(label == ABSENT)
    if len(lacking):
        named = declared.names().find(document[lacking], reference[lacking])
        types = np.append(declared.type, ABSENT)[named]
        if (types == ABSENT).any():
            types[types == ABSENT] = found.words["mentions"].id("")
        label = label.copy()
        label[lacking] = types
    if not found.has_entities:
        return declared, constant(np.int64(ABSENT), len(mentions)), label
    return *clustered(declared, document=document, reference=reference, label=label), label


def _normalised(layer: Layer) -> Spans:
    """Give values or times; a time that is only implied stands in no text, so none is asked for."""
    item, kept = layer.item, layer["is_implied"] == ABSENT
    if not kept.all():
        layer, item = layer.only(kept), item[kept]
    return _spans(layer, item=item, label=layer["label"], normalised=layer["normalised"])[0]


def _arguments(layer: Layer, found: Fillers, *, rank: Ints) -> Spans:
    """Give the arguments with the place of what fills them: what they refer to, or a span."""
    row = found.find(layer.document, layer["name"])
    has_span = layer["start"] != ABSENT
    places = {name: np.where(has_span, layer[name], getattr(found, name)[row]) for name in PLACE}
    return _spans(
        replace(layer, columns={**layer.columns, **places}),
        label=layer["label"],
        item=layer["item"],
        trigger=rank[layer["trigger"]],
        filler=np.where(has_span, SPAN, found.kind[row]),
        cluster=found.cluster[row],
        rel=layer["rel"],
    )[0]


def _element(layer: Layer, attributions: Layer) -> tuple[Spans, Ints]:
    """Give one element of the attributions, and the row of each attribution's, `ABSENT` without."""
    attribution = layer["attribution"]
    spans, rank = _spans(
        layer,
        label=constant(np.int64(0), len(layer)),
        item=attributions.item[attribution],
        attribution=attribution,
    )
    row = np.full(len(attributions), ABSENT, dtype=np.int64)
    row[attribution] = rank
    return spans, row


def _attributions(layer: Layer, found: Fillers, **elements: Ints) -> Table:
    parent = layer.names.find(layer.document, layer["parent"])
    return layer.table(
        "kind",
        *ATTRIBUTION_ATTRIBUTES,
        item=layer.item,
        parent=np.where((parent == ABSENT) & (layer["parent"] != ABSENT), UNKNOWN, parent),
        entity=found.cluster[found.find(layer.document, layer["mention"])],
        **elements,
    )


def _relations(layer: Layer, entities: Clusters, events: Clusters) -> Table:
    is_event = layer["is_event"] == 1

    def end(name: str) -> Ints:
        of_events, of_entities = (
            clusters.names().find(layer.document, layer[name]) for clusters in (events, entities)
        )
        return np.where(is_event, of_events, of_entities)

    return layer.table("is_event", "type", item=layer.item, head=end("head"), tail=end("tail"))


def _factuality(layer: Layer, attributions: Layer, *, author: int, rank: Ints) -> Table:
    by = attributions.names.find(layer.document, layer["name"])
    unknown = (by == ABSENT) & (layer["name"] != author)
    return layer.table(
        "value", trigger=rank[layer["trigger"]], attribution=np.where(unknown, UNKNOWN, by)
    )
