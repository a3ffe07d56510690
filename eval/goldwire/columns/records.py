"""Records → collected rows: what the fields of records say, attribute by attribute.

Records are taken in batches: large enough that a sweep over all items of a layer costs more than
calling it, small enough that the records are still in the processor's cache.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from operator import attrgetter
from typing import TypeVar

from goldwire.columns.folding import canonical, fields_of, normalised, surface_of
from goldwire.columns.rows import Collected, Rows
from goldwire.columns.tables import ABSENT, FIELDS, TRIGGER_ATTRIBUTES, Vocabulary
from goldwire.model import (
    Annotation,
    ArticleSource,
    Entity,
    Event,
    EventMention,
    Link,
    Mention,
    Span,
    Time,
    Value,
)

IgnoreMention = Callable[[Mention], bool]
Item = TypeVar("Item")

Places = dict[str, list[int] | None]
"""Starts, ends and fragment ids of span lists; None stands for all of them absent."""


class RecordReader:
    """Puts records of one side into collected rows; `ignore` says which mentions are don't-care."""

    def __init__(self, found: Collected, *, ignore: IgnoreMention | None = None) -> None:
        self.found = found
        self.words = found.words
        self.ignore = ignore

    def add(self, records: Sequence[Annotation], texts: Sequence[str | None]) -> None:
        """Append some documents, each with its text where that is known."""
        found = self.found
        if found.needs("mentions"):
            self._add_mentions(records, texts)
        if found.needs("values", "times"):
            self._add_normalised(found.values, "values", [r.values or () for r in records])
            self._add_normalised(found.times, "times", [r.times or () for r in records])
        if found.needs("attributions"):
            self._add_attributions(records)
        if found.needs("event_mentions"):
            self._add_events(records)
        if found.needs("relations"):
            self._add_relations(records)
        found.n_documents += len(records)

    def _places(self, span_lists: Sequence[Sequence[Span]]) -> Places:
        """Give the places of span lists; an empty one has none."""
        try:
            spans = [span for (span,) in span_lists]
        except ValueError:
            places = [self._place(spans) for spans in span_lists]
            return {
                "start": [place[0] for place in places],
                "end": [place[1] for place in places],
                "fragments": [place[2] for place in places],
            }
        return _bounds(spans)

    def _place(self, spans: Sequence[Span]) -> tuple[int, int, int]:
        if len(spans) == 1:
            return spans[0].start, spans[0].end, 0
        if not spans:
            return ABSENT, ABSENT, 0
        return self.words.hull((span.start, span.end) for span in spans)

    def _link(self, links: Sequence[Link]) -> int:
        """Give the first identifier of a knowledge base, ABSENT for none or NIL."""
        for link in links:
            if link.id is not None and link.kb != "nil":
                return self.words["links"].id(f"{link.kb}:{link.id}")
        return ABSENT

    def _declare(
        self, rows: Rows, declared: Sequence[Sequence[Entity | Event]], labels: Vocabulary
    ) -> None:
        items = _flat(declared)
        rows.extend(
            map(len, declared),
            len(items),
            id=self.found.references.ids([item.id for item in items]),
            type=labels.ids([item.type for item in items]),
            link=[self._link(item.links) if item.links else ABSENT for item in items],
        )

    def _add_mentions(self, records: Sequence[Annotation], texts: Sequence[str | None]) -> None:
        found, words = self.found, self.words
        layers = [record.mentions or () for record in records]
        mentions = _flat(layers)
        labels = words["mentions"].ids([mention.type for mention in mentions])
        has_references = found.has_entities or min(labels, default=0) == ABSENT
        self._declare(
            found.entities,
            [(record.entities or ()) if has_references else () for record in records],
            words["mentions"],
        )
        found.mentions.add_scores([mention.score for mention in mentions])
        if self.ignore is not None:
            found.mentions.add_ignored(map(self.ignore, mentions))
        heads = [mention.head for mention in mentions]
        surfaces = None
        if "surface" in found.mention_attributes:
            owners = chain.from_iterable(
                [text] * len(layer) for text, layer in zip(texts, layers, strict=True)
            )
            surfaces = words["surfaces"].ids(list(map(surface_of, mentions, owners)))
        found.mentions.extend(
            map(len, layers),
            len(mentions),
            **self._places([mention.spans for mention in mentions]),
            id=found.names.ids([mention.id for mention in mentions]) if found.refers else None,
            label=labels,
            reference=found.references.ids([mention.entity for mention in mentions])
            if has_references
            else None,
            level=words["level"].ids_or_absent([mention.level for mention in mentions]),
            form=words["form"].ids_or_absent([mention.form for mention in mentions]),
            head_start=_starts(heads),
            head_end=_ends(heads),
            surface=surfaces,
        )

    def _add_normalised(
        self, rows: Rows, layer: str, items_of: Sequence[Sequence[Value | Time]]
    ) -> None:
        items = _flat(items_of)
        rows.add_scores([item.score for item in items])
        rows.extend(
            map(len, items_of),
            len(items),
            **self._places([item.spans for item in items]),
            id=self.found.names.ids([item.id for item in items]),
            label=self.words[layer].ids([item.type for item in items]),
            normalised=self.words["normalised"].ids_or_absent(
                [canonical(item.value) for item in items]
            ),
            is_implied=[ABSENT if item.spans or item.surface is not None else 1 for item in items],
        )

    def _add_events(self, records: Sequence[Annotation]) -> None:
        found, words = self.found, self.words
        self._declare(found.events, [record.events or () for record in records], words["triggers"])
        layers = [record.event_mentions or () for record in records]
        mentions = _flat(layers)
        self._add_arguments(layers)
        self._add_factuality(layers)
        found.triggers.add_scores([mention.score for mention in mentions])
        triggers = [mention.trigger for mention in mentions]
        found.triggers.extend(
            map(len, layers),
            len(mentions),
            start=_starts(triggers),
            end=_ends(triggers),
            id=found.names.ids([mention.id for mention in mentions]),
            label=words["triggers"].ids([mention.type for mention in mentions]),
            reference=found.references.ids([mention.event for mention in mentions]),
            **{
                name: words[name].ids_or_absent(list(map(attribute, mentions)))
                for name, attribute in _ATTRIBUTES.items()
            },
        )

    def _add_arguments(self, layers: Sequence[Sequence[EventMention]]) -> None:
        """Collect the arguments of event mentions whose rows come next."""
        found, words = self.found, self.words
        lists = [mention.arguments for layer in layers for mention in layer]
        arguments = _flat(lists)
        first = len(found.triggers)
        spans = [None if argument.ref is not None else argument.span for argument in arguments]
        found.arguments.add_scores([argument.score for argument in arguments])
        found.arguments.extend(
            [sum([len(mention.arguments) for mention in layer]) for layer in layers],
            len(arguments),
            start=_starts(spans),
            end=_ends(spans),
            label=words["roles"].ids([argument.role for argument in arguments]),
            item=list(chain.from_iterable(map(range, map(len, lists)))),
            trigger=_owners(lists, first),
            name=found.names.ids([argument.ref for argument in arguments]),
            rel=words["rel"].ids_or_absent([argument.rel for argument in arguments]),
        )

    def _add_factuality(self, layers: Sequence[Sequence[EventMention]]) -> None:
        found = self.found
        lists = [mention.factuality for layer in layers for mention in layer]
        judgements = _flat(lists)
        found.factuality.extend(
            [sum([len(mention.factuality) for mention in layer]) for layer in layers],
            len(judgements),
            trigger=_owners(lists, len(found.triggers)),
            name=found.names.ids([judgement.source for judgement in judgements]),
            value=self.words["factuality"].ids([judgement.value for judgement in judgements]),
        )

    def _add_attributions(self, records: Sequence[Annotation]) -> None:
        found, words = self.found, self.words
        layers = [record.attributions or () for record in records]
        items = _flat(layers)
        first = len(found.attributions)
        scores = [item.score for item in items]
        for element, spans, words_of in (
            ("source", [item.source.spans for item in items], [i.source.surface for i in items]),
            ("cue", [item.cue for item in items], [item.cue_surface for item in items]),
            ("content", [item.content for item in items], [i.content_surface for i in items]),
        ):
            rows = found.elements[element]
            # Words without a place are an element all the same: one that nothing equals.
            is_there = [
                bool(one) or words is not None for one, words in zip(spans, words_of, strict=True)
            ]
            has = [at for at, one in enumerate(is_there) if one]
            rows.add_scores([scores[at] for at in has])
            rows.extend(
                _counts_of(is_there, layers),
                len(has),
                **self._places([spans[at] for at in has]),
                attribution=[first + at for at in has],
            )
        found.attributions.extend(
            map(len, layers),
            len(items),
            id=found.names.ids([item.id for item in items]),
            parent=found.names.ids([item.parent for item in items]),
            kind=words["source_kind"].ids_or_absent([item.source.kind for item in items]),
            mention=found.names.ids([item.source.mention for item in items]),
            type=words["attribution_type"].ids_or_absent([item.type for item in items]),
            attitude=words["attribution_attitude"].ids_or_absent([item.attitude for item in items]),
            polarity=words["attribution_polarity"].ids_or_absent([item.polarity for item in items]),
        )

    def _add_relations(self, records: Sequence[Annotation]) -> None:
        found = self.found
        layers = [record.relations or () for record in records]
        relations = _flat(layers)
        found.relations.extend(
            map(len, layers),
            len(relations),
            is_event=[int(relation.layer == "event") for relation in relations],
            type=self.words["relations"].ids([relation.type for relation in relations]),
            head=found.references.ids([relation.head for relation in relations]),
            tail=found.references.ids([relation.tail for relation in relations]),
        )


_ATTRIBUTES = {name: attrgetter(name) for name in TRIGGER_ATTRIBUTES}


def add_fields(found: Collected, sources: Sequence[ArticleSource | None]) -> None:
    """Collect what is said of each article; None says nothing."""
    words = found.words
    rows = [
        [
            (
                FIELDS.index(field),
                words["field_values"].id(value),
                words["normalised_field_values"].id(normalised(value)),
            )
            for field, values in fields_of(source).items()
            for value in values
        ]
        if source is not None
        else []
        for source in sources
    ]
    flat = _flat(rows)
    found.fields.extend(
        map(len, rows),
        len(flat),
        field=[row[0] for row in flat],
        value=[row[1] for row in flat],
        normalised=[row[2] for row in flat],
    )


def _flat(lists: Iterable[Iterable[Item]]) -> list[Item]:
    return list(chain.from_iterable(lists))


def _owners(lists: Sequence[Sequence[object]], first: int) -> list[int]:
    """Give for each item of some lists the number of its list, counting from `first`."""
    return [owner for owner, items in enumerate(lists, start=first) for _ in items]


def _counts_of(is_there: Sequence[bool], layers: Sequence[Sequence[object]]) -> list[int]:
    """Count, per document, its items that are there; `is_there` tells it of all items."""
    each = iter(is_there)
    return [sum([1 for one in islice(each, len(layer)) if one]) for layer in layers]


def _bounds(spans: Sequence[Span]) -> Places:
    return {
        "start": [span.start for span in spans],
        "end": [span.end for span in spans],
        "fragments": None,
    }


def _starts(spans: Sequence[Span | None]) -> list[int] | None:
    if spans.count(None) == len(spans):
        return None
    return [ABSENT if span is None else span.start for span in spans]


def _ends(spans: Sequence[Span | None]) -> list[int] | None:
    if spans.count(None) == len(spans):
        return None
    return [ABSENT if span is None else span.end for span in spans]
