"""Records → columns: one pass over the documents of a chunk, then one sort per layer."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from goldwire.model import (
    AUTHOR,
    LAYERS,
    Annotation,
    Argument,
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

UNRESOLVED, MENTION, VALUE, TIME, EVENT, SPAN = range(len(FILLER_KINDS))

UNKNOWN_SOURCE = -2
ELEMENTS = ("source", "cue", "content")

Places = tuple[list[int], list[int], list[int] | None]
Row = tuple[int, ...]
IgnoreMention = Callable[[Mention], bool]


class _Column:
    """One integer column while it is collected; nothing is kept while all of it is `ABSENT`."""

    def __init__(self) -> None:
        self.values = array("q")
        self.n_absent = 0

    def extend(self, values: Iterable[int] | None, n: int) -> None:
        """Collect `n` values; None stands for all of them absent."""
        if values is None:
            if self.values:
                self.values.extend([ABSENT] * n)
            else:
                self.n_absent += n
        else:
            if not self.values:
                self.values.extend([ABSENT] * self.n_absent)
            self.values.extend(values)

    def finish(self, n: int) -> Ints:
        """Give the column: shape [n]."""
        if not self.values:
            return np.full(n, ABSENT, dtype=np.int64)
        return np.frombuffer(self.values, dtype=np.int64)


class _Rows:
    """Rows of one span layer while they are collected, column by column.

    Plain lists of integers: rows kept as tuples would cost more in garbage collection than in work.
    """

    def __init__(self, *extra: str) -> None:
        names = ("start", "end", "fragments", "label", "item", *extra)
        self.columns = {name: _Column() for name in names}
        self.n = 0
        self.per_document: list[int] = [0]
        self.scores: dict[int, float] = {}
        self.ignored: list[int] = []

    def __len__(self) -> int:
        return self.n

    def extend(self, n: int, places: Places, **columns: Iterable[int] | None) -> None:
        """Collect `n` rows; a column that is None is absent in all of them."""
        starts, ends, fragments = places
        self.columns["start"].extend(starts, n)
        self.columns["end"].extend(ends, n)
        self.columns["fragments"].extend(fragments, n)
        for name, values in columns.items():
            self.columns[name].extend(values, n)
        self.n += n

    def end_document(self) -> None:
        """Say that all rows of a document have been collected."""
        self.per_document.append(self.n)

    def finish(self) -> tuple[Spans, Ints]:
        """Give the spans in canonical order, and for each collected row its place among them."""
        n = self.n
        offsets = np.array(self.per_document, dtype=np.int64)
        columns = {name: column.finish(n) for name, column in self.columns.items()}
        columns["fragments"] = np.maximum(columns["fragments"], 0)
        document = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        if not self.columns["item"].values:
            columns["item"] = np.arange(n) - offsets[document]
        order = _canonical_order(
            document, *(columns[name] for name in ("start", "end", "fragments", "label", "item"))
        )
        rank = np.empty(n, dtype=np.int64)
        rank[order] = np.arange(n)
        score = np.full(n, np.nan)
        score[list(self.scores)] = list(self.scores.values())
        ignored = np.zeros(n, dtype=np.bool_)
        ignored[self.ignored] = True
        columns = {name: column[order] for name, column in columns.items()}
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


def _canonical_order(*keys: Ints) -> Ints:
    """Give the order that sorts by all keys, the first one first: one packed key if it fits."""
    n = len(keys[0])
    packed = np.zeros(n, dtype=np.int64)
    room = 2**62
    for key in keys[:-1]:
        size = int(key.max(initial=0)) + 2
        room //= size
        packed = packed * size + key + 1
    # The last key is the record's own order, which a stable sort keeps.
    return np.argsort(packed, kind="stable") if room else np.lexsort(keys[::-1])


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


class _Clusters:
    """Entities or events while they are collected; a cluster's row is its number."""

    def __init__(self) -> None:
        self.document: list[int] = []
        self.type: list[int] = []
        self.link: list[int] = []

    def __len__(self) -> int:
        return len(self.document)

    def extend(self, document: int, types: Sequence[int], links: Sequence[int]) -> None:
        """Collect clusters of one document."""
        self.document += [document] * len(types)
        self.type += types
        self.link += links

    def finish(self, n_documents: int) -> Table:
        """Give the table of all clusters."""
        columns = {
            name: np.array(values, dtype=np.int64)
            for name, values in (("type", self.type), ("link", self.link))
        }
        return Table(_offsets(np.array(self.document, dtype=np.int64), n_documents), columns)


class _Fillers:
    """What can fill a role in one document: kind, place and cluster of everything with an id."""

    def __init__(self) -> None:
        self.position: dict[str, int] = {}
        self.kind: list[int] = [UNRESOLVED]
        self.start: list[int] = [ABSENT]
        self.end: list[int] = [ABSENT]
        self.fragments: list[int] = [0]
        self.cluster: list[int] = [ABSENT]

    def add(self, kind: int, ids: Sequence[str], places: Places, clusters: Iterable[int]) -> None:
        """Name items; position 0 stays what an unknown id leads to."""
        first = len(self.kind)
        self.position.update(zip(ids, range(first, first + len(ids)), strict=True))
        self.kind += [kind] * len(ids)
        self.start += places[0]
        self.end += places[1]
        self.fragments += [0] * len(ids) if places[2] is None else places[2]
        self.cluster += clusters

    def find(self, reference: str | None) -> int:
        """Give the position of what an id names, 0 for nothing."""
        return self.position.get(reference, 0) if reference else 0


class _SideBuilder:
    """Collects the columns of one side, document by document."""

    def __init__(
        self,
        vocabularies: Vocabularies,
        *,
        layers: frozenset[str],
        ignore: IgnoreMention | None = None,
    ) -> None:
        self.vocabularies = vocabularies
        self.layers = layers
        self.ignore = ignore
        self.n_documents = 0
        self.mentions = _Rows("entity", "level", "form", "head_start", "head_end")
        self.values = _Rows("normalised")
        self.times = _Rows("normalised")
        self.triggers = _Rows("event", *TRIGGER_ATTRIBUTES)
        self.arguments = _Rows("trigger", "filler", "cluster", "rel")
        self.elements = tuple(_Rows("attribution") for _ in ELEMENTS)
        self.entities = _Clusters()
        self.events = _Clusters()
        self.attributions: list[Row] = []
        self.relations: list[Row] = []
        self.factuality: list[Row] = []

    def add(self, annotation: Annotation | None) -> None:
        """Append one document; None is a document about which this side says nothing."""
        if annotation is not None:
            self._add_layers(annotation)
        for rows in self._span_layers():
            rows.end_document()
        self.n_documents += 1

    def _add_layers(self, annotation: Annotation) -> None:
        fillers = _Fillers()
        entities: dict[str, int] = {}
        events: dict[str, int] = {}
        attributions: dict[str, int] = {}
        if "mentions" in self.layers:
            entities = self._add_mentions(annotation, fillers)
        if self.layers & {"values", "times"}:
            self._add_values_and_times(annotation, fillers)
        if "attributions" in self.layers:
            attributions = self._add_attributions(annotation, fillers)
        if "event_mentions" in self.layers:
            events = self._add_events(annotation, fillers, attributions)
        if "relations" in self.layers:
            self._add_relations(annotation, entities, events)

    def _span_layers(self) -> tuple[_Rows, ...]:
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
        table: _Clusters,
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

    def _add_mentions(self, annotation: Annotation, fillers: _Fillers) -> dict[str, int]:
        words = self.vocabularies
        labels = words["mentions"]
        entities = annotation.entities or ()
        types: dict[str | None, str] = {entity.id: entity.type for entity in entities}
        numbers = self._declare(self.entities, entities, labels)
        mentions = annotation.mentions or ()
        names = [mention.type for mention in mentions]
        label_ids = labels.ids(
            [
                types.get(mention.entity, "") if name is None else name
                for name, mention in zip(names, mentions, strict=True)
            ]
        )
        clusters = self._clusters(self.entities, numbers, [m.entity for m in mentions], label_ids)
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
        fillers.add(MENTION, [mention.id for mention in mentions], places, clusters)
        return numbers

    def _declare(
        self, table: _Clusters, declared: Sequence[Entity | Event], labels: Vocabulary
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

    def _add_scores(self, rows: _Rows, scores: Sequence[float | None], first: int) -> None:
        if scores.count(None) < len(scores):
            rows.scores.update(
                (at, score) for at, score in enumerate(scores, start=first) if score is not None
            )

    def _add_values_and_times(self, annotation: Annotation, fillers: _Fillers) -> None:
        normalised = self.vocabularies["normalised"]
        layers: tuple[tuple[int, _Rows, Vocabulary, Sequence[Value | Time]], ...] = (
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
        self, annotation: Annotation, fillers: _Fillers, attributions: dict[str, int]
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
        self, arguments: Sequence[tuple[int, int, Argument]], fillers: _Fillers
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

    def _add_attributions(self, annotation: Annotation, fillers: _Fillers) -> dict[str, int]:
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
            [numbers.get(item.parent, ABSENT) if item.parent else ABSENT for item in items],
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
        rows: _Rows,
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
        arguments = _with(arguments, "trigger", _moved(trigger_rank, arguments.extra["trigger"]))
        sources, cues, contents = (rows.finish() for rows in self.elements)
        names = ("item", *ELEMENTS, "kind", "parent", "entity", *ATTRIBUTION_ATTRIBUTES)
        attributions = _table(names, self.attributions, n)
        placed = {
            name: _moved(rank, attributions[name])
            for name, (_, rank) in zip(ELEMENTS, (sources, cues, contents), strict=True)
        }
        factuality = _table(("trigger", "attribution", "value"), self.factuality, n)
        judged = {"trigger": _moved(trigger_rank, factuality["trigger"])}
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
            relations=_table(("item", "is_event", "type", "head", "tail"), self.relations, n),
            factuality=Table(factuality.offsets, {**factuality.columns, **judged}),
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
    "attributions": {"mentions"},
    "events": {"event_mentions"},
    "event_mentions": {"mentions", "values", "times", "attributions"},
    "relations": {"mentions", "event_mentions"},
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
    layers: Iterable[str] = LAYERS,
) -> Chunk:
    """Put documents into columns; `ignore` says which gold mentions are don't-care.

    Record layers that are not among `layers`, nor referred to by them, stay empty.
    """
    vocabularies = Vocabularies() if vocabularies is None else vocabularies
    needed = with_needs(layers)
    gold = _SideBuilder(vocabularies, layers=needed, ignore=ignore)
    predicted = _SideBuilder(vocabularies, layers=needed)
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
    layers: Iterable[str] = LAYERS,
    size: int = CHUNK_SIZE,
) -> Iterator[Chunk]:
    """Stream documents as chunks that share one set of vocabularies."""
    vocabularies = Vocabularies() if vocabularies is None else vocabularies
    stream = iter(documents)
    # Records are dropped as soon as they are in columns: a batch kept alive costs several times
    # its own reading in garbage collection.
    while True:
        batch = islice(stream, size)
        chunk = build_chunk(batch, vocabularies=vocabularies, ignore=ignore, layers=layers)
        if not chunk.n_documents:
            return
        yield chunk
