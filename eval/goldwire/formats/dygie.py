"""DyGIE++'s JSON Lines: sentences of tokens with entities, relations, events and coreference.

Token numbers run through the document and both ends are inclusive. For predictions the layers
called `predicted_…` are read where there are any.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import UNSET, structs

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.graph import Edge, connect
from goldwire.formats.items import number, whole
from goldwire.formats.json_values import items_of, values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document
from goldwire.formats.tokenized import Token, Tokenized, placed
from goldwire.model import Annotation, Argument, EventMention, Mention, Span
from goldwire.offsets import TokenMap

_LAYERS = ("ner", "relations", "events", "clusters")


def sniff(sample: Sample) -> int:
    """Claim records of sentences of tokens with one of DyGIE's layers."""
    return 2 if any(
        _is_sentences(record.get("sentences"))
        and any(key in record or f"predicted_{key}" in record for key in _LAYERS)
        for record in sample.objects
    ) else 0  # fmt: skip


def _is_sentences(value: object) -> bool:
    sentences = items_of(value)
    return bool(sentences) and all(
        isinstance(one, list) and all(isinstance(token, str) for token in one) for one in sentences
    )


def read(source: Source) -> Reading:
    """Read a document a record."""
    ledger = Ledger(source.name)
    documents = []
    found = list(values(source.data, ledger))
    for order, (where, value) in enumerate(found, start=1):
        if not isinstance(value, Mapping) or not _is_sentences(value.get("sentences")):
            ledger.refuse("GW703", where, "a record without sentences of tokens",
                          fix="correct the record")  # fmt: skip
            continue
        sentences = tuple(
            tuple(Token(str(token), ()) for token in items_of(sentence))
            for sentence in items_of(value["sentences"])
        )
        tokens = [token.word for sentence in sentences for token in sentence]
        given = value.get("doc_key")
        doc_id = str(given) if given in source.texts.by_id else source.texts.id_of_tokens(
            tokens
        ) or name_document(
            source, ledger, given=given, number=order, is_alone=len(found) == 1, where=where
        )  # fmt: skip
        text, places, is_own = placed(Tokenized(doc_id, sentences), source, ledger)
        reader = _Record(value, doc_id, text, places, ledger, where, is_gold=source.is_gold)
        annotation = reader.annotation()
        if is_own:
            annotation = structs.replace(annotation, text_ref=text_ref(text))
        documents.append(AnnotatedText(annotation, text if is_own else None))
    dialect = {"tokens": "of the document, inclusive ends"}
    return Reading(tuple(documents), tuple(ledger.losses), dialect, tuple(ledger.problems))


@dataclass(slots=True)
class _Record:
    """One record while its layers are read; mentions are known by their token range."""

    value: Mapping[str, object]
    doc_id: str
    text: str
    places: TokenMap
    ledger: Ledger
    where: str
    is_gold: bool = False
    mentions: dict[tuple[int, int], list[Mention]] = field(default_factory=dict)

    def annotation(self) -> Annotation:
        """Make the record; ranges that only relations, events or clusters name are mentions too."""
        for row in self._rows("ner"):
            self._mention(row[:2], label=_string(row, 2), score=number(_cell(row, 4)))
        edges = [edge for row in self._rows("relations") for edge in self._edge(row)]
        events: list[tuple[tuple[int, int], EventMention]] = []
        is_attempted = self._layer("events") is not None
        for event in self._rows("events"):
            events += self._event(event)
        clusters = [
            [self._id(pair) for pair in items_of(cluster)]
            for cluster in items_of(self._layer("clusters"))
        ]
        triggers = self._event_clusters(events)
        mentions = tuple(mention for found in self.mentions.values() for mention in found)
        annotation = Annotation(
            doc_id=self.doc_id,
            mentions=mentions,
            event_mentions=tuple(event for _, event in events) if is_attempted else UNSET,
        )
        return connect(annotation, self.ledger, clusters=[*clusters, *triggers], edges=edges)

    def _layer(self, key: str) -> object:
        predicted = self.value.get(f"predicted_{key}")
        return self.value.get(key) if self.is_gold or predicted is None else predicted

    def _rows(self, key: str) -> Iterator[list[object]]:
        """Give the rows of a layer that stands in one list for each sentence."""
        for sentence in items_of(self._layer(key)):
            for row in items_of(sentence):
                yield items_of(row)

    def _lose(self, row: object) -> None:
        self.ledger.lose(
            "unreadable-item", "unreadable", self.where, str(row)[:60], document=self.doc_id
        )

    def _spans(self, pair: Sequence[object]) -> tuple[Span, ...]:
        first, last = whole(_cell(pair, 0)), whole(_cell(pair, 1))
        span = None if first is None or last is None else self.places.span(first, last + 1)
        return () if span is None else (Span(*span, self.text[slice(*span)]),)

    def _mention(
        self, pair: Sequence[object], *, label: str | None, score: float | None = None
    ) -> Mention:
        spans = self._spans(pair)
        if not spans:
            self._lose(pair)
        key = (whole(_cell(pair, 0)) or 0, whole(_cell(pair, 1)) or 0)
        known = self.mentions.setdefault(key, [])
        name = f"m{key[0]}-{key[1]}" + (f"-{len(known)}" if known else "")
        known.append(Mention(id=name, type=label, spans=spans, score=score))
        return known[-1]

    def _id(self, pair: object) -> str:
        """Give the id of the mention of a range, which is made where there is none yet."""
        cells = items_of(pair)
        key = (whole(_cell(cells, 0)) or 0, whole(_cell(cells, 1)) or 0)
        if key in self.mentions:
            return self.mentions[key][0].id
        return self._mention(cells[:2], label=None).id

    def _edge(self, row: list[object]) -> Iterator[Edge]:
        if len(row) < 5 or not isinstance(row[4], str):
            self._lose(row)
            return
        head, tail = self._id(row[:2]), self._id(row[2:4])
        yield Edge(row[4], head, tail, where=self.where, score=number(_cell(row, 6)))

    def _event(self, parts: list[object]) -> Iterator[tuple[tuple[int, int], EventMention]]:
        """Read `[[token, type], [start, end, role], …]`; a trigger may have two ends."""
        trigger = items_of(_cell(parts, 0))
        label_at = next((at for at, cell in enumerate(trigger) if isinstance(cell, str)), None)
        if label_at not in {1, 2}:
            self._lose(parts)
            return
        ends = trigger[:label_at] * (2 if label_at == 1 else 1)
        spans = self._spans(ends)
        if not spans:
            self._lose(parts)
        arguments = [items_of(part) for part in parts[1:]]
        key = (whole(ends[0]) or 0, whole(ends[1]) or 0)
        yield (
            key,
            EventMention(
                id=f"e{key[0]}-{key[1]}-{trigger[label_at]}",
                type=str(trigger[label_at]),
                trigger=spans[0] if spans else None,
                score=number(_cell(trigger, label_at + 2)),
                arguments=tuple(
                    Argument(
                        role=_string(row, 2) or "",
                        ref=self._id(row[:2]),
                        score=number(_cell(row, 4)),
                    )
                    for row in arguments
                ),
            ),
        )

    def _event_clusters(
        self, events: Sequence[tuple[tuple[int, int], EventMention]]
    ) -> list[list[str]]:
        by_place = {key: event.id for key, event in events}
        clusters = []
        for cluster in items_of(self.value.get("event_clusters")):
            pairs = [items_of(pair) for pair in items_of(cluster)]
            keys = [(whole(_cell(one, 0)) or 0, whole(_cell(one, 1)) or 0) for one in pairs]
            clusters.append([by_place[key] for key in keys if key in by_place])
        return clusters


def _cell(row: Sequence[object], at: int) -> object:
    return row[at] if at < len(row) else None


def _string(row: Sequence[object], at: int) -> str | None:
    cell = _cell(row, at)
    return cell if isinstance(cell, str) else None


FORMAT = Format(
    name="dygie",
    title="DyGIE++'s JSON Lines",
    suffixes=(".jsonl", ".json"),
    sniff=sniff,
    read=read,
)
