"""Documents → chunks: which layers are put into columns, and how many documents at a time."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from types import MappingProxyType

import numpy as np

from goldwire.columns.assembly import assemble
from goldwire.columns.frames import FrameReader
from goldwire.columns.records import IgnoreMention, RecordReader, add_fields
from goldwire.columns.rows import Collected
from goldwire.columns.tables import Chunk, Side, Vocabularies
from goldwire.formats.tables import Batch, row_of, whole
from goldwire.model import LAYERS, Annotation, ArticleSource, Document

CHUNK_SIZE = 1000
"""Documents in a chunk: large enough for numpy to pay, small enough to stay in the cache."""

BATCH_SIZE = 8
"""Records that are held at a time: so few that they are taken apart while in the cache."""

LARGEST_BLOCK = 2**24
"""Bytes that freed blocks may have to be kept for the next chunk."""

DEFAULT_LAYERS = (*LAYERS, "source")
NO_TEXTS: Mapping[str, str] = MappingProxyType({})
NOTHING = Annotation(doc_id="")
"""The record of a side that says nothing about a document."""

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
    gold, predicted = (
        _SideBuilder(
            Collected(vocabularies, layers=needed, surfaces=surfaces), ignore=only_gold, texts=texts
        )
        for only_gold in (ignore, None)
    )
    doc_ids: list[str] = []
    records: list[Document | None] = []
    for doc_id, gold_record, predicted_record, document in documents:
        gold.add(doc_id, gold_record, document)
        predicted.add(doc_id, predicted_record, None)
        doc_ids.append(doc_id)
        records.append(document)
    return Chunk(
        doc_ids=tuple(doc_ids),
        gold=gold.finish(),
        predicted=predicted.finish(),
        vocabularies=vocabularies,
        documents=tuple(records),
    )


class _SideBuilder:
    """Collects one side: records a few at a time, rows of a table as many as follow each other."""

    def __init__(
        self, found: Collected, *, ignore: IgnoreMention | None, texts: Mapping[str, str]
    ) -> None:
        self.found = found
        self.texts = texts
        self.records = RecordReader(found, ignore=ignore)
        self.frames = FrameReader(found)
        # Words and don't-care rules are matters of whole records.
        self.takes_rows = ignore is None and "surface" not in found.mention_attributes
        self.batch: Batch | None = None
        self.waiting: list[tuple[str, Annotation | None, Document | None]] = []

    def add(self, doc_id: str, record: Annotation | None, document: Document | None) -> None:
        """Take one document; None is a record that says nothing."""
        if record is not None:
            row = row_of(record) if self.takes_rows else None
            batch = None if row is None else row.batch
            if batch is not self.batch:
                self._collect()
                self.batch = batch
        self.waiting.append((doc_id, record, document))
        if self.batch is None and len(self.waiting) == BATCH_SIZE:
            self._collect()

    def _collect(self) -> None:
        if not self.waiting:
            return
        doc_ids, records, documents = zip(*self.waiting, strict=True)
        if self.batch is None:
            self.records.add(
                [NOTHING if record is None else whole(record) for record in records],
                [self.texts.get(doc_id) for doc_id in doc_ids],
            )
        else:
            rows = map(row_of, records)
            self.frames.add(self.batch.rows([-1 if row is None else row.at for row in rows]))
        if "source" in self.found.layers:
            add_fields(self.found, list(map(_source, records, documents)))
        # Records are dropped as soon as they are in columns: what is kept leaves the cache.
        self.waiting.clear()

    def finish(self) -> Side:
        """Give the side of all documents taken."""
        self._collect()
        return assemble(self.found)


def _keep_memory() -> None:
    """Have the C library keep blocks as large as a chunk's columns when they are freed.

    glibc gives blocks back to the system from a size on that rises with the largest one freed so
    far. Every column would be new memory, zeroed page by page, which costs more than filling it.
    """
    np.empty(LARGEST_BLOCK, dtype=np.uint8)


def _source(record: Annotation | None, document: Document | None) -> ArticleSource | None:
    """Give what the record says of the article, else what the document's own record does."""
    if record is not None and record.source is not None:
        return record.source
    return None if document is None else document.source


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
    _keep_memory()
    for first in stream:
        yield build_chunk(
            chain((first,), islice(stream, size - 1)),
            vocabularies=vocabularies,
            ignore=ignore,
            layers=layers,
            surfaces=surfaces,
            texts=texts,
        )
