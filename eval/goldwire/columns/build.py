"""Records → columns: one pass over the documents of a chunk, then one sort per layer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

from goldwire.columns.folding import fields_of, normalised, surface_of
from goldwire.columns.rows import (
    EVENT,
    MENTION,
    SPAN,
    TIME,
    VALUE,
    Clusters,
    Fillers,
    Places,
    Row,
    Rows,
    moved,
    table_of,
    with_column,
)
from goldwire.columns.tables import (
    ABSENT,
    ATTRIBUTION_ATTRIBUTES,
    FIELDS,
    TRIGGER_ATTRIBUTES,
    Chunk,
    Side,
    Table,
    Vocabularies,
    Vocabulary,
)
from goldwire.model import (
    AUTHOR,
    LAYERS,
    Annotation,
    Argument,
    ArticleSource,
    Document,
    Entity,
    Event,
    Link,
    Mention,
    Span,
    Time,
    Value,
)

CHUNK_SIZE = 1_000
"""Documents in a chunk: large enough for numpy to pay, small enough to stay in the cache."""

UNKNOWN_SOURCE = UNKNOWN_PARENT = -2
ELEMENTS = ("source", "cue", "content")

DEFAULT_LAYERS = (*LAYERS, "source")
NO_TEXTS: Mapping[str, str] = MappingProxyType({})

IgnoreMention = Callable[[Mention], bool]


class _SideBuilder:
    """Collects the columns of one side, document by document."""

    def __init__(
        self,
        vocabularies: Vocabularies,
        *,
        layers: frozenset[str],
        ignore: IgnoreMention | None = None,
        surfaces: bool = False,
    ) -> None:
        self.vocabularies = vocabularies
        self.layers = layers
        self.refers = bool(layers & {"event_mentions", "attributions"})
        self.ignore = ignore
        self.surfaces = surfaces
        self.n_documents = 0
        extra = ("surface",) if surfaces else ()
        self.mentions = Rows("entity", "level", "form", "head_start", "head_end", *extra)
        self.values = Rows("normalised")
        self.times = Rows("normalised")
        self.triggers = Rows("event", *TRIGGER_ATTRIBUTES)
        self.arguments = Rows("trigger", "filler", "cluster", "rel")
        self.elements = tuple(Rows("attribution") for _ in ELEMENTS)
        self.entities = Clusters()
        self.events = Clusters()
        self.attributions: list[Row] = []
        self.relations: list[Row] = []
        self.factuality: list[Row] = []
        self.fields: list[Row] = []

    def add(
        self,
        annotation: Annotation | None,
        *,
        source: ArticleSource | None = None,
        text: str | None = None,
    ) -> None:
        """Append one document; None is a document about which this side says nothing.

        `source` holds where the record itself does not say where the article comes from.
        """
        if annotation is not None:
            self._add_layers(annotation, text)
            source = source if annotation.source is None else annotation.source
        if source is not None and "source" in self.layers:
            self._add_fields(source)
        for rows in self._span_layers():
            rows.end_document()
        self.n_documents += 1

    def _add_layers(self, annotation: Annotation, text: str | None) -> None:
        fillers = Fillers()
        entities: dict[str, int] = {}
        events: dict[str, int] = {}
        attributions: dict[str, int] = {}
        if "mentions" in self.layers:
            entities = self._add_mentions(annotation, fillers)
            if self.surfaces:
                self._add_surfaces(annotation.mentions or (), text)
        if self.layers & {"values", "times"}:
            self._add_values_and_times(annotation, fillers)
        if "attributions" in self.layers:
            attributions = self._add_attributions(annotation, fillers)
        if "event_mentions" in self.layers:
            events = self._add_events(annotation, fillers, attributions)
        if "relations" in self.layers:
            self._add_relations(annotation, entities, events)

    def _span_layers(self) -> tuple[Rows, ...]:
        return (
            self.mentions,
            self.values,
            self.times,
            self.triggers,
            self.arguments,
            *self.elements,
        )

    def _places(self, span_lists: Sequence[Sequence[Span]]) -> Places:
        """Give starts, ends and fragment ids (None: all 0) of span lists.

        An empty span list gives ABSENT for start and end.
        """
        try:
            spans = [span for (span,) in span_lists]
        except ValueError:
            places = [self._place(spans) for spans in span_lists]
            return [p[0] for p in places], [p[1] for p in places], [p[2] for p in places]
        return [span.start for span in spans], [span.end for span in spans], None

    def _place(self, spans: Sequence[Span]) -> tuple[int, int, int]:
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

    def _clusters(
        self,
        table: Clusters,
        numbers: dict[str, int],
        references: Sequence[str | None],
        labels: Sequence[int],
    ) -> list[int]:
        """Give the cluster of each mention; one that nobody declared is made, alone if unnamed."""
        first = len(table)
        n = len(references)
        if references.count(None) == n:
            table.extend(self.n_documents, labels, [ABSENT] * n)
            return list(range(first, first + n))
        declared = [numbers.get(reference or "") for reference in references]
        if None not in declared:
            return [number for number in declared if number is not None]
        found = []
        for reference, label in zip(references, labels, strict=True):
            number = numbers.get(reference) if reference is not None else None
            if number is None:
                number = len(table)
                table.extend(self.n_documents, (label,), (ABSENT,))
                if reference is not None:
                    numbers[reference] = number
            found.append(number)
        return found

    def _add_mentions(self, annotation: Annotation, fillers: Fillers) -> dict[str, int]:
        words = self.vocabularies
        labels = words["mentions"]
        entities = annotation.entities or ()
        types: dict[str | None, str] = {entity.id: entity.type for entity in entities}
        numbers = self._declare(self.entities, entities, labels)
        mentions = annotation.mentions or ()
        names = [mention.type for mention in mentions]
        if None in names:
            names = [
                types.get(mention.entity, "") if name is None else name
                for name, mention in zip(names, mentions, strict=True)
            ]
        label_ids = labels.ids(names)
        clusters: list[int] | None = None
        if "entities" in self.layers:
            references = [mention.entity for mention in mentions]
            clusters = self._clusters(self.entities, numbers, references, label_ids)
        places = self._places([mention.spans for mention in mentions])
        first = len(self.mentions)
        head_starts, head_ends = self._heads([mention.head for mention in mentions])
        self.mentions.extend(
            len(mentions),
            places,
            label=label_ids,
            entity=clusters,
            level=words["level"].ids_or_absent([mention.level for mention in mentions]),
            form=words["form"].ids_or_absent([mention.form for mention in mentions]),
            head_start=head_starts,
            head_end=head_ends,
        )
        self._add_scores(self.mentions, [mention.score for mention in mentions], first)
        if self.ignore is not None:
            self.mentions.ignored += [
                first + at for at, mention in enumerate(mentions) if self.ignore(mention)
            ]
        if self.refers and clusters is not None:
            fillers.add(MENTION, [mention.id for mention in mentions], places, clusters)
        return numbers

    def _add_surfaces(self, mentions: Sequence[Mention], text: str | None) -> None:
        ids = self.vocabularies["surfaces"].ids([surface_of(mention, text) for mention in mentions])
        self.mentions.columns["surface"].extend(ids, len(ids))

    def _add_fields(self, source: ArticleSource) -> None:
        words = self.vocabularies
        for field, values in fields_of(source).items():
            self.fields += [
                (
                    self.n_documents,
                    FIELDS.index(field),
                    words["field_values"].id(value),
                    words["normalised_field_values"].id(normalised(value)),
                )
                for value in values
            ]

    def _declare(
        self, table: Clusters, declared: Sequence[Entity | Event], labels: Vocabulary
    ) -> dict[str, int]:
        """Add the clusters that a record declares; give their numbers by id."""
        numbers = {item.id: at for at, item in enumerate(declared, start=len(table))}
        links = [self._link(item.links) if item.links else ABSENT for item in declared]
        table.extend(self.n_documents, labels.ids([item.type for item in declared]), links)
        return numbers

    def _heads(
        self, heads: Sequence[Span | None]
    ) -> tuple[list[int], list[int]] | tuple[None, None]:
        if heads.count(None) == len(heads):
            return None, None
        return (
            [ABSENT if head is None else head.start for head in heads],
            [ABSENT if head is None else head.end for head in heads],
        )

    def _add_scores(self, rows: Rows, scores: Sequence[float | None], first: int) -> None:
        if scores.count(None) < len(scores):
            rows.scores.update(
                (at, score) for at, score in enumerate(scores, start=first) if score is not None
            )

    def _add_values_and_times(self, annotation: Annotation, fillers: Fillers) -> None:
        normalised = self.vocabularies["normalised"]
        layers: tuple[tuple[int, Rows, Vocabulary, Sequence[Value | Time]], ...] = (
            (VALUE, self.values, self.vocabularies["values"], annotation.values or ()),
            (TIME, self.times, self.vocabularies["times"], annotation.times or ()),
        )
        for kind, rows, labels, items in layers:
            if not items:
                continue
            places = self._places([item.spans for item in items])
            fillers.add(kind, [item.id for item in items], places, [ABSENT] * len(items))
            # A time that is only implied stands in no text: no system can be asked for it.
            kept = [at for at, item in enumerate(items) if item.spans or item.surface is not None]
            first = len(rows)
            starts, ends, fragments = places
            rows.extend(
                len(kept),
                (
                    [starts[at] for at in kept],
                    [ends[at] for at in kept],
                    None if fragments is None else [fragments[at] for at in kept],
                ),
                label=labels.ids([items[at].type for at in kept]),
                item=kept,
                normalised=normalised.ids_or_absent([_canonical(items[at].value) for at in kept]),
            )
            self._add_scores(rows, [items[at].score for at in kept], first)

    def _add_events(
        self, annotation: Annotation, fillers: Fillers, attributions: dict[str, int]
    ) -> dict[str, int]:
        words = self.vocabularies
        types = words["triggers"]
        numbers = self._declare(self.events, annotation.events or (), types)
        mentions = annotation.event_mentions or ()
        if not mentions:
            return numbers
        label_ids = types.ids([mention.type for mention in mentions])
        clusters = self._clusters(self.events, numbers, [m.event for m in mentions], label_ids)
        places = self._places([() if m.trigger is None else (m.trigger,) for m in mentions])
        first = len(self.triggers)
        self.triggers.extend(
            len(mentions),
            places,
            label=label_ids,
            event=clusters,
            polarity=words["polarity"].ids_or_absent([m.polarity for m in mentions]),
            tense=words["tense"].ids_or_absent([m.tense for m in mentions]),
            genericity=words["genericity"].ids_or_absent([m.genericity for m in mentions]),
            aspect=words["aspect"].ids_or_absent([m.aspect for m in mentions]),
            dct_rel=words["dct_rel"].ids_or_absent([m.dct_rel for m in mentions]),
            medium=words["medium"].ids_or_absent([m.medium for m in mentions]),
            direction=words["direction"].ids_or_absent([m.direction for m in mentions]),
        )
        self._add_scores(self.triggers, [m.score for m in mentions], first)
        fillers.add(EVENT, [m.id for m in mentions], places, clusters)
        self._add_arguments(
            [
                (trigger, item, argument)
                for trigger, mention in enumerate(mentions, start=first)
                for item, argument in enumerate(mention.arguments)
            ],
            fillers,
        )
        values = words["factuality"]
        for trigger, mention in enumerate(mentions, start=first):
            for judgement in mention.factuality:
                by = ABSENT if judgement.source == AUTHOR else UNKNOWN_SOURCE
                by = attributions.get(judgement.source, by)
                row = (self.n_documents, trigger, by, values.id(judgement.value))
                self.factuality.append(row)
        return numbers

    def _add_arguments(
        self, arguments: Sequence[tuple[int, int, Argument]], fillers: Fillers
    ) -> None:
        """Collect all arguments of a document, given with their trigger's row and own position."""
        words = self.vocabularies
        find = fillers.position.get
        at = [find(argument.ref, 0) if argument.ref else 0 for _, _, argument in arguments]
        for place, (_, _, argument) in enumerate(arguments):
            if argument.ref is None and argument.span is not None:
                at[place] = len(fillers.kind)
                fillers.add(SPAN, ("",), self._places([(argument.span,)]), (ABSENT,))
        first = len(self.arguments)
        self.arguments.extend(
            len(arguments),
            (
                [fillers.start[filler] for filler in at],
                [fillers.end[filler] for filler in at],
                [fillers.fragments[filler] for filler in at],
            ),
            label=words["roles"].ids([argument.role for _, _, argument in arguments]),
            item=[item for _, item, _ in arguments],
            trigger=[trigger for trigger, _, _ in arguments],
            filler=[fillers.kind[filler] for filler in at],
            cluster=[fillers.cluster[filler] for filler in at],
            rel=words["rel"].ids_or_absent([argument.rel for _, _, argument in arguments]),
        )
        self._add_scores(self.arguments, [argument.score for _, _, argument in arguments], first)

    def _add_attributions(self, annotation: Annotation, fillers: Fillers) -> dict[str, int]:
        words = self.vocabularies
        items = annotation.attributions or ()
        first = len(self.attributions)
        numbers = {item.id: first + at for at, item in enumerate(items) if item.id}
        if not items:
            return numbers
        scores = [item.score for item in items]
        elements = [
            self._add_elements(rows, spans, scores, first)
            for rows, spans in zip(
                self.elements,
                (
                    [item.source.spans for item in items],
                    [item.cue for item in items],
                    [item.content for item in items],
                ),
                strict=True,
            )
        ]
        n = len(items)
        columns = (
            [self.n_documents] * n,
            range(n),
            *elements,
            words["source_kind"].ids_or_absent([item.source.kind for item in items]),
            [numbers.get(item.parent, UNKNOWN_PARENT) if item.parent else ABSENT for item in items],
            [fillers.cluster[fillers.find(item.source.mention)] for item in items],
            words["attribution_type"].ids_or_absent([item.type for item in items]),
            words["attribution_attitude"].ids_or_absent([item.attitude for item in items]),
            words["attribution_polarity"].ids_or_absent([item.polarity for item in items]),
        )
        filled = ([ABSENT] * n if column is None else column for column in columns)
        self.attributions.extend(zip(*filled, strict=True))
        return numbers

    def _add_elements(
        self,
        rows: Rows,
        spans: Sequence[Sequence[Span]],
        scores: Sequence[float | None],
        first: int,
    ) -> list[int]:
        """Collect one element of a document's attributions; give their rows, ABSENT without."""
        has = [at for at, found in enumerate(spans) if found]
        start = len(rows)
        rows.extend(
            len(has),
            self._places([spans[at] for at in has]),
            label=[0] * len(has),
            item=has,
            attribution=[first + at for at in has],
        )
        self._add_scores(rows, [scores[at] for at in has], start)
        placed = [ABSENT] * len(spans)
        for row, at in enumerate(has, start=start):
            placed[at] = row
        return placed

    def _add_relations(
        self, annotation: Annotation, entities: dict[str, int], events: dict[str, int]
    ) -> None:
        types = self.vocabularies["relations"]
        for item, relation in enumerate(annotation.relations or ()):
            is_event = relation.layer == "event"
            ends = events if is_event else entities
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
        triggers, trigger_rank = self.triggers.finish()
        arguments, _ = self.arguments.finish()
        arguments = with_column(
            arguments, "trigger", moved(trigger_rank, arguments.extra["trigger"])
        )
        sources, cues, contents = (rows.finish() for rows in self.elements)
        names = ("item", *ELEMENTS, "kind", "parent", "entity", *ATTRIBUTION_ATTRIBUTES)
        attributions = table_of(names, self.attributions, n)
        placed = {
            name: moved(rank, attributions[name])
            for name, (_, rank) in zip(ELEMENTS, (sources, cues, contents), strict=True)
        }
        factuality = table_of(("trigger", "attribution", "value"), self.factuality, n)
        judged = {"trigger": moved(trigger_rank, factuality["trigger"])}
        return Side(
            mentions=self.mentions.finish()[0],
            values=self.values.finish()[0],
            times=self.times.finish()[0],
            triggers=triggers,
            arguments=arguments,
            sources=sources[0],
            cues=cues[0],
            contents=contents[0],
            entities=self.entities.finish(n),
            events=self.events.finish(n),
            attributions=Table(attributions.offsets, {**attributions.columns, **placed}),
            relations=table_of(("item", "is_event", "type", "head", "tail"), self.relations, n),
            factuality=Table(factuality.offsets, {**factuality.columns, **judged}),
            fields=table_of(("field", "value", "normalised"), self.fields, n),
        )


def _canonical(value: float | str | None) -> str | None:
    """Write a normalised value so that 2500, 2500.0 and "2500" are one value."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip()
    return str(int(value)) if value == int(value) else repr(value)


Aligned = tuple[str, Annotation | None, Annotation | None, Document | None]
"""One document of a run: its id, gold, prediction, and its document record where there is one."""


NEEDS = {
    "entities": {"mentions"},
    "attributions": {"mentions", "entities"},
    "events": {"event_mentions"},
    "event_mentions": {"mentions", "entities", "values", "times", "attributions"},
    "relations": {"mentions", "entities", "event_mentions"},
}
"""Which layers the columns of a layer refer to."""


def with_needs(layers: Iterable[str]) -> frozenset[str]:
    """Add the layers that these refer to, however indirectly."""
    found = set(layers)
    while missing := {need for layer in found for need in NEEDS.get(layer, ())} - found:
        found |= missing
    return frozenset(found)


def build_chunk(
    documents: Iterable[Aligned],
    *,
    vocabularies: Vocabularies | None = None,
    ignore: IgnoreMention | None = None,
    layers: Iterable[str] = DEFAULT_LAYERS,
    surfaces: bool = False,
    texts: Mapping[str, str] = NO_TEXTS,
) -> Chunk:
    """Put documents into columns; `ignore` says which gold mentions are don't-care.

    Record layers that are not among `layers`, nor referred to by them, stay empty; the layer
    `source` is what records say of the article. With `surfaces` mentions have their words as a
    column, taken from the text (`texts` by document id) where the record leaves them out.
    """
    vocabularies = Vocabularies() if vocabularies is None else vocabularies
    needed = with_needs(layers)
    gold = _SideBuilder(vocabularies, layers=needed, ignore=ignore, surfaces=surfaces)
    predicted = _SideBuilder(vocabularies, layers=needed, surfaces=surfaces)
    doc_ids: list[str] = []
    records: list[Document | None] = []
    for doc_id, gold_record, predicted_record, document in documents:
        text = texts.get(doc_id)
        gold.add(gold_record, source=None if document is None else document.source, text=text)
        predicted.add(predicted_record, text=text)
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
    layers: Iterable[str] = DEFAULT_LAYERS,
    surfaces: bool = False,
    texts: Mapping[str, str] = NO_TEXTS,
    size: int = CHUNK_SIZE,
) -> Iterator[Chunk]:
    """Stream documents as chunks that share one set of vocabularies; see `build_chunk`."""
    vocabularies = Vocabularies() if vocabularies is None else vocabularies
    stream = iter(documents)
    # Records are dropped as soon as they are in columns: a batch kept alive costs several times
    # its own reading in garbage collection.
    while True:
        batch = islice(stream, size)
        chunk = build_chunk(
            batch,
            vocabularies=vocabularies,
            ignore=ignore,
            layers=layers,
            surfaces=surfaces,
            texts=texts,
        )
        if not chunk.n_documents:
            return
        yield chunk
