"""Tables → collected rows: the same columns as `records` makes, without making records.

Every method has its twin in `goldwire.columns.records`; what a field means is said there.
"""

from typing import Any

import numpy as np

from goldwire.columns.folding import canonical
from goldwire.columns.numbering import constant
from goldwire.columns.rows import Collected, Rows
from goldwire.columns.tables import (
    ABSENT,
    ATTRIBUTION_ATTRIBUTES,
    TRIGGER_ATTRIBUTES,
    Ints,
    Vocabulary,
)
from goldwire.formats.frames import Frame

Places = dict[str, Ints | None]


class FrameReader:
    """Puts rows of tables of one side into collected rows."""

    def __init__(self, found: Collected) -> None:
        self.found = found
        self.words = found.words

    def add(self, frame: Frame) -> None:
        """Append some documents."""
        found = self.found
        if found.needs("mentions"):
            self._add_mentions(frame)
        if found.needs("values", "times"):
            self._add_normalised(found.values, "values", frame)
            self._add_normalised(found.times, "times", frame)
        if found.needs("attributions"):
            self._add_attributions(frame)
        if found.needs("event_mentions"):
            self._add_events(frame)
        if found.needs("relations"):
            self._add_relations(frame)
        found.n_documents += len(frame)

    def _places(self, frame: Frame, name: str) -> Places:
        """Give the places of a column of span lists; an empty one has none."""
        counts, spans = frame.items(name)
        if (counts == 1).all():
            return {"start": spans.integers("start"), "end": spans.integers("end")}
        start, end, fragments = (np.full(len(counts), nothing) for nothing in (ABSENT, ABSENT, 0))
        starts, ends = (_or_absent(spans.integers(side), len(spans)) for side in ("start", "end"))
        first = np.cumsum(counts) - counts
        single = counts == 1
        start[single], end[single] = starts[first[single]], ends[first[single]]
        for at in np.flatnonzero(counts > 1).tolist():
            pieces = slice(first[at], first[at] + counts[at])
            start[at], end[at], fragments[at] = self.words.hull(
                zip(starts[pieces].tolist(), ends[pieces].tolist(), strict=True)
            )
        return {"start": start, "end": end, "fragments": fragments}

    def _add_scores(self, rows: Rows, frame: Frame) -> None:
        scores = frame.floats("score")
        if scores is not None:
            rows.add_scores(scores)

    def _declare(self, rows: Rows, frame: Frame, name: str, labels: Vocabulary) -> None:
        counts, declared = frame.items(name)
        links = None
        if declared.has("links").any():
            links = [self._link(found or ()) for found in declared.objects("links")]
        rows.extend(
            counts,
            len(declared),
            id=_ids(declared, "id", self.found.references),
            type=_ids(declared, "type", labels),
            link=links,
        )

    def _link(self, links: Any) -> int:
        for link in links:
            if link["id"] is not None and link["kb"] != "nil":
                return self.words["links"].id(f"{link['kb']}:{link['id']}")
        return ABSENT

    def _add_mentions(self, frame: Frame) -> None:
        found, words = self.found, self.words
        counts, mentions = frame.items("mentions")
        labels = _ids(mentions, "type", words["mentions"])
        has_references = found.has_entities or labels is None or bool((labels == ABSENT).any())
        if has_references:
            self._declare(found.entities, frame, "entities", words["mentions"])
        else:
            found.entities.extend(np.zeros(len(frame), dtype=np.int64), 0)
        self._add_scores(found.mentions, mentions)
        head = mentions.part("head")
        found.mentions.extend(
            counts,
            len(mentions),
            **self._places(mentions, "spans"),
            id=_ids(mentions, "id", found.names) if found.refers else None,
            label=labels,
            reference=_ids(mentions, "entity", found.references) if has_references else None,
            level=_ids(mentions, "level", words["level"]),
            form=_ids(mentions, "form", words["form"]),
            head_start=head.integers("start"),
            head_end=head.integers("end"),
        )

    def _add_normalised(self, rows: Rows, layer: str, frame: Frame) -> None:
        counts, items = frame.items(layer)
        values = [canonical(value) for value in items.objects("value")]
        self._add_scores(rows, items)
        n_spans, _ = items.items("spans")
        is_implied = (n_spans == 0) & ~items.has("surface")
        rows.extend(
            counts,
            len(items),
            **self._places(items, "spans"),
            id=_ids(items, "id", self.found.names),
            label=_ids(items, "type", self.words[layer]),
            normalised=self.words["normalised"].ids_or_absent(values),
            is_implied=np.where(is_implied, 1, ABSENT),
        )

    def _add_events(self, frame: Frame) -> None:
        found, words = self.found, self.words
        self._declare(found.events, frame, "events", words["triggers"])
        counts, mentions = frame.items("event_mentions")
        self._add_arguments(mentions, counts)
        self._add_factuality(mentions, counts)
        self._add_scores(found.triggers, mentions)
        trigger = mentions.part("trigger")
        found.triggers.extend(
            counts,
            len(mentions),
            start=trigger.integers("start"),
            end=trigger.integers("end"),
            id=_ids(mentions, "id", found.names),
            label=_ids(mentions, "type", words["triggers"]),
            reference=_ids(mentions, "event", found.references),
            **{name: _ids(mentions, name, words[name]) for name in TRIGGER_ATTRIBUTES},
        )

    def _add_arguments(self, mentions: Frame, counts: Ints) -> None:
        found, words = self.found, self.words
        n_each, arguments = mentions.items("arguments")
        span, by_reference = arguments.part("span"), arguments.has("ref")
        start, end = (span.integers(side) for side in ("start", "end"))
        self._add_scores(found.arguments, arguments)
        found.arguments.extend(
            _per_document(n_each, counts),
            len(arguments),
            start=None if start is None else np.where(by_reference, ABSENT, start),
            end=None if end is None else np.where(by_reference, ABSENT, end),
            label=_ids(arguments, "role", words["roles"]),
            item=np.arange(len(arguments)) - np.repeat(np.cumsum(n_each) - n_each, n_each),
            trigger=len(found.triggers) + np.repeat(np.arange(len(n_each)), n_each),
            name=_ids(arguments, "ref", found.names),
            rel=_ids(arguments, "rel", words["rel"]),
        )

    def _add_factuality(self, mentions: Frame, counts: Ints) -> None:
        found = self.found
        n_each, judgements = mentions.items("factuality")
        found.factuality.extend(
            _per_document(n_each, counts),
            len(judgements),
            trigger=len(found.triggers) + np.repeat(np.arange(len(n_each)), n_each),
            name=_ids(judgements, "source", found.names),
            value=_ids(judgements, "value", self.words["factuality"]),
        )

    def _add_attributions(self, frame: Frame) -> None:
        found, words = self.found, self.words
        counts, items = frame.items("attributions")
        first = len(found.attributions)
        source = items.part("source")
        scores = items.floats("score")
        for element, (owner, name) in {
            "source": (source, "spans"),
            "cue": (items, "cue"),
            "content": (items, "content"),
        }.items():
            n_spans, _ = owner.items(name)
            has = n_spans > 0
            rows = found.elements[element]
            if scores is not None:
                rows.add_scores(scores[has])
            rows.extend(
                _per_document(has.astype(np.int64), counts),
                int(has.sum()),
                **{
                    side: None if column is None else column[has]
                    for side, column in self._places(owner, name).items()
                },
                attribution=first + np.flatnonzero(has),
            )
        found.attributions.extend(
            counts,
            len(items),
            id=_ids(items, "id", found.names),
            parent=_ids(items, "parent", found.names),
            kind=_ids(source, "kind", words["source_kind"]),
            mention=_ids(source, "mention", found.names),
            **{
                name: _ids(items, name, words[f"attribution_{name}"])
                for name in ATTRIBUTION_ATTRIBUTES
            },
        )

    def _add_relations(self, frame: Frame) -> None:
        found = self.found
        counts, relations = frame.items("relations")
        layers = relations.texts("layer")
        is_event = None
        if layers is not None:
            is_event = np.array([int(name == "event") for name in layers.names])[layers.code]
        found.relations.extend(
            counts,
            len(relations),
            is_event=is_event,
            type=_ids(relations, "type", self.words["relations"]),
            head=_ids(relations, "head", found.references),
            tail=_ids(relations, "tail", found.references),
        )


def _ids(frame: Frame, name: str, words: Vocabulary) -> Ints | None:
    """Give a column of strings as integers of a vocabulary, None when no row has one."""
    texts = frame.texts(name)
    if texts is None:
        return None
    number: Ints = np.array([*words.ids(texts.names), ABSENT], dtype=np.int64)
    return number[texts.code]


def _or_absent(column: Ints | None, n: int) -> Ints:
    return constant(np.int64(ABSENT), n) if column is None else column


def _per_document(n_each: Ints, counts: Ints) -> Ints:
    """Sum what items have over the items of each document."""
    through = np.append(0, np.cumsum(n_each))
    last = np.cumsum(counts)
    sums: Ints = through[last] - through[last - counts]
    return sums
