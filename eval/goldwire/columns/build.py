"""Records → columns: one pass over the documents of a chunk, then one sort per layer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from goldwire.columns.tables import (
    ABSENT,
    ATTRIBUTION_ATTRIBUTES,
    FILLER_KINDS,
    TRIGGER_ATTRIBUTES,
    Chunk,
    Ints,
    Side,
    Spans,
    Table,
    Vocabularies,
    Vocabulary,
)
from goldwire.model import AUTHOR, Annotation, Document, Link, Mention, Span, Time, Value

CHUNK_SIZE = 1_000
"""Documents in a chunk: large enough for numpy to pay, small enough to stay in the cache."""

UNRESOLVED, MENTION, VALUE, TIME, EVENT, SPAN = range(len(FILLER_KINDS))

Place = tuple[int, int, int]
Row = tuple[int, ...]
IgnoreMention = Callable[[Mention], bool]


class _Rows:
    """Rows of one span layer while they are collected; `finish` sorts them into `Spans`."""

    def __init__(self, *extra: str) -> None:
        self.names = ("document", "start", "end", "fragments", "label", "item", *extra)
        self.rows: list[Row] = []
        self.scores: dict[int, float] = {}
        self.ignored: list[int] = []

    def add(self, row: Row, score: float | None = None) -> int:
        """Collect a row; give its number in order of collection."""
        number = len(self.rows)
        self.rows.append(row)
        if score is not None:
            self.scores[number] = score
        return number

    def finish(self, n_documents: int) -> tuple[Spans, Ints]:
        """Give the spans in canonical order, and for each collected row its place among them."""
        n = len(self.rows)
        table = np.array(self.rows, dtype=np.int64).reshape(n, len(self.names))
        order = np.lexsort(table[:, 5::-1].T)
        columns = dict(zip(self.names, table[order].T.copy(), strict=True))
        rank = np.empty(n, dtype=np.int64)
        rank[order] = np.arange(n)
        score = np.full(n, np.nan)
        score[list(self.scores)] = list(self.scores.values())
        ignored = np.zeros(n, dtype=np.bool_)
        ignored[self.ignored] = True
        offsets = _offsets(columns.pop("document"), n_documents)
        spans = Spans(
            offsets=offsets,
            start=columns.pop("start"),
            end=columns.pop("end"),
            fragments=columns.pop("fragments"),
            label=columns.pop("label"),
            item=columns.pop("item"),
            ignored=ignored[order],
            score=score[order],
            extra=columns,
        )
        return spans, rank


def _offsets(document: Ints, n_documents: int) -> Ints:
    offsets = np.zeros(n_documents + 1, dtype=np.int64)
    np.cumsum(np.bincount(document, minlength=n_documents), out=offsets[1:])
    return offsets


def _table(names: Sequence[str], rows: list[Row], n_documents: int) -> Table:
    """Make a table of rows (document, *names), which must ascend in document."""
    matrix = np.array(rows, dtype=np.int64).reshape(len(rows), len(names) + 1).T.copy()
    return Table(_offsets(matrix[0], n_documents), dict(zip(names, matrix[1:], strict=True)))


def _moved(rank: Ints, numbers: Ints) -> Ints:
    """Follow collected row numbers through a sort; negative ones mean absence and stay."""
    return np.where(numbers < 0, numbers, rank[np.maximum(numbers, 0)]) if len(rank) else numbers


@dataclass
class _Named:
    """What the ids of one document stand for, while its layers are read."""

    fillers: dict[str, tuple[int, Place, int]] = field(default_factory=dict)
    entities: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)
    attributions: dict[str, int] = field(default_factory=dict)


class _SideBuilder:
    """Collects the columns of one side, document by document."""

    def __init__(self, vocabularies: Vocabularies, ignore: IgnoreMention | None) -> None:
        self.vocabularies = vocabularies
        self.ignore = ignore
        self.n_documents = 0
        self.mentions = _Rows("entity", "level", "form", "head_start", "head_end")
        self.values = _Rows("normalised")
        self.times = _Rows("normalised")
        self.triggers = _Rows("event", *TRIGGER_ATTRIBUTES)
        self.arguments = _Rows("trigger", "filler", "cluster", "rel")
        self.sources = _Rows("attribution")
        self.cues = _Rows("attribution")
        self.contents = _Rows("attribution")
        self.entities: list[Row] = []
        self.events: list[Row] = []
        self.attributions: list[Row] = []
        self.relations: list[Row] = []
        self.factuality: list[Row] = []

    def add(self, annotation: Annotation | None) -> None:
        """Append one document; None is a document about which this side says nothing."""
        if annotation is not None:
            named = _Named()
            self._add_mentions(annotation, named)
            self._add_values_and_times(annotation, named)
            self._add_events(annotation, named)
            self._add_attributions(annotation, named)
            self._add_factuality(annotation, named)
            self._add_relations(annotation, named)
        self.n_documents += 1

    def _place(self, spans: Sequence[Span]) -> Place:
        """Give (start, end, fragments) of a span list; no spans give ABSENT twice."""
        if len(spans) == 1:
            return spans[0].start, spans[0].end, 0
        if not spans:
            return ABSENT, ABSENT, 0
        pieces = tuple(sorted((span.start, span.end) for span in spans))
        interned = self.vocabularies.fragments
        fragment = interned.setdefault(pieces, len(interned))
        return pieces[0][0], max(end for _, end in pieces), fragment

    def _link(self, links: Sequence[Link]) -> int:
        """Give the first identifier of a knowledge base, ABSENT for none or NIL."""
        for link in links:
            if link.id is not None and link.kb != "nil":
                return self.vocabularies["links"].id(f"{link.kb}:{link.id}")
        return ABSENT

    def _add_mentions(self, annotation: Annotation, named: _Named) -> None:
        document = self.n_documents
        words = self.vocabularies
        labels, levels, forms = words["mentions"], words["level"], words["form"]
        types: dict[str, str] = {}
        for entity in annotation.entities or ():
            types[entity.id] = entity.type
            named.entities[entity.id] = len(self.entities)
            self.entities.append((document, labels.id(entity.type), self._link(entity.links)))
        for item, mention in enumerate(annotation.mentions or ()):
            reference = mention.entity
            label = mention.type
            if label is None:
                label = types.get(reference, "") if reference is not None else ""
            label_id = labels.id(label)
            number = named.entities.get(reference) if reference is not None else None
            if number is None:
                number = len(self.entities)
                self.entities.append((document, label_id, ABSENT))
                if reference is not None:
                    named.entities[reference] = number
            place = self._place(mention.spans)
            head = mention.head
            row = self.mentions.add(
                (
                    document,
                    *place,
                    label_id,
                    item,
                    number,
                    levels.id_or_absent(mention.level),
                    forms.id_or_absent(mention.form),
                    *((ABSENT, ABSENT) if head is None else (head.start, head.end)),
                ),
                mention.score,
            )
            if self.ignore is not None and self.ignore(mention):
                self.mentions.ignored.append(row)
            if mention.id:
                named.fillers[mention.id] = (MENTION, place, number)
                named.mentions[mention.id] = number

    def _add_values_and_times(self, annotation: Annotation, named: _Named) -> None:
        document = self.n_documents
        normalised = self.vocabularies["normalised"]
        layers: tuple[tuple[int, _Rows, Vocabulary, Sequence[Value | Time]], ...] = (
            (VALUE, self.values, self.vocabularies["values"], annotation.values or ()),
            (TIME, self.times, self.vocabularies["times"], annotation.times or ()),
        )
        for kind, rows, labels, items in layers:
            for position, item in enumerate(items):
                place = self._place(item.spans)
                if item.id:
                    named.fillers[item.id] = (kind, place, ABSENT)
                if place[0] == ABSENT and item.surface is None:
                    # A time that is only implied stands in no text: no system can be asked for it.
                    continue
                value = None if item.value is None else _canonical(item.value)
                row = (
                    document,
                    *place,
                    labels.id(item.type),
                    position,
                    normalised.id_or_absent(value),
                )
                rows.add(row, item.score)

    def _add_events(self, annotation: Annotation, named: _Named) -> None:
        document = self.n_documents
        words = self.vocabularies
        types, roles, rels = words["triggers"], words["roles"], words["rel"]
        for event in annotation.events or ():
            named.events[event.id] = len(self.events)
            self.events.append((document, types.id(event.type), self._link(event.links)))
        attributes = [words[name] for name in TRIGGER_ATTRIBUTES]
        rows: list[int] = []
        for item, mention in enumerate(annotation.event_mentions or ()):
            label = types.id(mention.type)
            number = named.events.get(mention.event) if mention.event is not None else None
            if number is None:
                number = len(self.events)
                self.events.append((document, label, ABSENT))
                if mention.event is not None:
                    named.events[mention.event] = number
            place = self._place(() if mention.trigger is None else (mention.trigger,))
            rows.append(
                self.triggers.add(
                    (
                        document,
                        *place,
                        label,
                        item,
                        number,
                        *(
                            vocabulary.id_or_absent(getattr(mention, name))
                            for vocabulary, name in zip(attributes, TRIGGER_ATTRIBUTES, strict=True)
                        ),
                    ),
                    mention.score,
                )
            )
            if mention.id:
                named.fillers[mention.id] = (EVENT, place, number)
        for row, mention in zip(rows, annotation.event_mentions or (), strict=True):
            for item, argument in enumerate(mention.arguments):
                if argument.ref is not None:
                    kind, place, cluster = named.fillers.get(
                        argument.ref, (UNRESOLVED, (ABSENT, ABSENT, 0), ABSENT)
                    )
                else:
                    spans = () if argument.span is None else (argument.span,)
                    kind, place, cluster = SPAN, self._place(spans), ABSENT
                self.arguments.add(
                    (
                        document,
                        *place,
                        roles.id(argument.role),
                        item,
                        row,
                        kind,
                        cluster,
                        rels.id_or_absent(argument.rel),
                    ),
                    argument.score,
                )

    def _add_attributions(self, annotation: Annotation, named: _Named) -> None:
        document = self.n_documents
        words = self.vocabularies
        kinds = words["source_kind"]
        attributes = [words[f"attribution_{name}"] for name in ATTRIBUTION_ATTRIBUTES]
        attributions = annotation.attributions or ()
        first = len(self.attributions)
        for position, attribution in enumerate(attributions):
            if attribution.id:
                named.attributions[attribution.id] = first + position
        for item, attribution in enumerate(attributions):
            number = len(self.attributions)
            elements = [
                rows.add((document, *self._place(spans), 0, item, number), attribution.score)
                if spans
                else ABSENT
                for rows, spans in (
                    (self.sources, attribution.source.spans),
                    (self.cues, attribution.cue),
                    (self.contents, attribution.content),
                )
            ]
            self.attributions.append(
                (
                    document,
                    item,
                    *elements,
                    kinds.id_or_absent(attribution.source.kind),
                    named.attributions.get(attribution.parent or "", ABSENT),
                    named.mentions.get(attribution.source.mention or "", ABSENT),
                    *(
                        vocabulary.id_or_absent(getattr(attribution, name))
                        for vocabulary, name in zip(attributes, ATTRIBUTION_ATTRIBUTES, strict=True)
                    ),
                )
            )

    def _add_factuality(self, annotation: Annotation, named: _Named) -> None:
        """Needs the document's triggers to be the last ones collected, in the record's order."""
        values = self.vocabularies["factuality"]
        mentions = annotation.event_mentions or ()
        first = len(self.triggers.rows) - len(mentions)
        for position, mention in enumerate(mentions):
            for judgement in mention.factuality:
                by = ABSENT if judgement.source == AUTHOR else -2
                self.factuality.append(
                    (
                        self.n_documents,
                        first + position,
                        named.attributions.get(judgement.source, by),
                        values.id(judgement.value),
                    )
                )

    def _add_relations(self, annotation: Annotation, named: _Named) -> None:
        types = self.vocabularies["relations"]
        for item, relation in enumerate(annotation.relations or ()):
            is_event = relation.layer == "event"
            ends = named.events if is_event else named.entities
            self.relations.append(
                (
                    self.n_documents,
                    item,
                    int(is_event),
                    types.id(relation.type),
                    ends.get(relation.head, ABSENT),
                    ends.get(relation.tail, ABSENT),
                )
            )

    def finish(self) -> Side:
        """Sort every layer and let row references follow."""
        n = self.n_documents
        triggers, trigger_rank = self.triggers.finish(n)
        arguments, _ = self.arguments.finish(n)
        arguments = _with(arguments, "trigger", _moved(trigger_rank, arguments.extra["trigger"]))
        elements = {
            "source": self.sources.finish(n),
            "cue": self.cues.finish(n),
            "content": self.contents.finish(n),
        }
        names = ("item", "source", "cue", "content", "kind", "parent", "entity")
        attributions = _table((*names, *ATTRIBUTION_ATTRIBUTES), self.attributions, n)
        placed = {name: _moved(rank, attributions[name]) for name, (_, rank) in elements.items()}
        factuality = _table(("trigger", "attribution", "value"), self.factuality, n)
        return Side(
            mentions=self.mentions.finish(n)[0],
            values=self.values.finish(n)[0],
            times=self.times.finish(n)[0],
            triggers=triggers,
            arguments=arguments,
            sources=elements["source"][0],
            cues=elements["cue"][0],
            contents=elements["content"][0],
            entities=_table(("type", "link"), self.entities, n),
            events=_table(("type", "link"), self.events, n),
            attributions=Table(attributions.offsets, {**attributions.columns, **placed}),
            relations=_table(("item", "is_event", "type", "head", "tail"), self.relations, n),
            factuality=Table(
                factuality.offsets,
                {
                    **factuality.columns,
                    "trigger": _moved(trigger_rank, factuality["trigger"]),
                },
            ),
        )


def _with(spans: Spans, name: str, column: Ints) -> Spans:
    return Spans(
        spans.offsets,
        spans.start,
        spans.end,
        spans.fragments,
        spans.label,
        spans.item,
        spans.ignored,
        spans.score,
        {**spans.extra, name: column},
    )


def _canonical(value: float | str) -> str:
    """Write a normalised value so that 2500, 2500.0 and "2500" are one value."""
    if isinstance(value, str):
        return value.strip()
    return str(int(value)) if value == int(value) else repr(value)


Aligned = tuple[str, Annotation | None, Annotation | None, Document | None]
"""One document of a run: its id, gold, prediction, and its document record where there is one."""


def build_chunk(
    documents: Iterable[Aligned],
    *,
    vocabularies: Vocabularies | None = None,
    ignore: IgnoreMention | None = None,
) -> Chunk:
    """Put documents into columns; `ignore` says which gold mentions are don't-care."""
    vocabularies = Vocabularies() if vocabularies is None else vocabularies
    gold = _SideBuilder(vocabularies, ignore)
    predicted = _SideBuilder(vocabularies, None)
    doc_ids: list[str] = []
    records: list[Document | None] = []
    for doc_id, gold_record, predicted_record, document in documents:
        gold.add(gold_record)
        predicted.add(predicted_record)
        doc_ids.append(doc_id)
        records.append(document)
    return Chunk(
        doc_ids=tuple(doc_ids),
        gold=gold.finish(),
        predicted=predicted.finish(),
        vocabularies=vocabularies,
        documents=tuple(records),
    )


def chunks(
    documents: Iterable[Aligned],
    *,
    vocabularies: Vocabularies | None = None,
    ignore: IgnoreMention | None = None,
    size: int = CHUNK_SIZE,
) -> Iterator[Chunk]:
    """Stream documents as chunks that share one set of vocabularies."""
    vocabularies = Vocabularies() if vocabularies is None else vocabularies
    stream = iter(documents)
    # Records are dropped as soon as they are in columns: a batch kept alive costs several times
    # its own reading in garbage collection.
    while True:
        chunk = build_chunk(islice(stream, size), vocabularies=vocabularies, ignore=ignore)
        if not chunk.n_documents:
            return
        yield chunk
