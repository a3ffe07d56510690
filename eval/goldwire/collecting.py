"""What is kept of the chunks that have been scored: tallies, slices, counts and explanations.

Everything here adds up over chunks, so that nothing else of a chunk needs to stay in memory.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from goldwire.columns import ABSENT, FILLER_KINDS, Chunk, Side, Spans
from goldwire.confidence import Confident, confident
from goldwire.errors import UsageError
from goldwire.explanation import Explained, explain_chunk
from goldwire.items import GoldItem, wrong_items
from goldwire.metrics import Metric, Options
from goldwire.metrics.credits import RECORD_LAYERS
from goldwire.metrics.semeval import Confusion, Counts, confusion, schema_counts
from goldwire.metrics.spans import LABELED
from goldwire.model import Document
from goldwire.pairing import GoldDocument
from goldwire.slices import SINGLE_DOCUMENT, document_rows, document_slices, slice_tallies
from goldwire.slicing import document_slice, is_of_documents
from goldwire.tallies import Outcome, Tally, folded_tally, merge, padded, tally


class Collected:
    """The results of one run so far; `add` takes the next chunk."""

    def __init__(
        self,
        *,
        metrics: Sequence[Metric],
        options: Options,
        slices: Sequence[str],
        per_document: bool,
        confidence: bool,
        categories: bool,
        explain: bool = False,
        items: bool = False,
    ) -> None:
        self.metrics = metrics
        self.options = options
        self.slices = slices
        self.categories = categories
        self.counts: dict[str, dict[str, Counts]] = {}
        self.confusions: dict[str, Confusion] = {}
        self.unsliced: dict[str, dict[str, None]] = {}
        self.of_documents: dict[str, dict[str, str]] = {
            by: {} for by in slices if is_of_documents(by)
        }
        self.per_document = per_document
        self.confidence: dict[str, list[Confident]] | None = {} if confidence else None
        self.layers = frozenset(layer for metric in metrics for layer in metric.layers)
        self.needs_surfaces = any(metric.needs_surfaces for metric in metrics)
        self.impossible: dict[str, str] = {}
        self.tallies: dict[str, Tally] = {}
        self.sliced: dict[tuple[str, str], Tally] = {}
        self.oddities: Counter[str] = Counter()
        self.paragraphs: dict[str, Tally] = {}
        self.explained: list[Explained] = []
        self.explain = explain
        self.items = items
        self.wrong: dict[str, dict[GoldItem, None]] = {}
        self.doc_ids: list[str] = []
        self.documents: list[Document | None] = []

    def seen(self, gold: Iterable[GoldDocument]) -> Iterator[GoldDocument]:
        """Pass documents on, and take note of the document slices that they are in."""
        for item in gold:
            for by, names in self.of_documents.items():
                names[item.doc_id] = document_slice(item, by)
            yield item

    def add(self, chunk: Chunk, *, texts: Mapping[str, str]) -> None:
        """Score a chunk; texts show its items, where they are explained."""
        self.oddities.update(count_oddities(chunk.predicted))
        for metric in self.metrics:
            if metric.name not in self.impossible:
                self._add_metric(metric, chunk, texts=texts)
        if self.categories:
            self._add_categories(chunk)
        for names in self.of_documents.values():
            for doc_id in chunk.doc_ids:
                del names[doc_id]
        if self.per_document:
            self.doc_ids.extend(chunk.doc_ids)
            self.documents.extend(chunk.documents or [None] * chunk.n_documents)
        if self.explain:
            self.explained.extend(
                explain_chunk(
                    chunk, texts=texts, layers=self.layers, duplicates=self.options.duplicates
                )
            )

    def _add_metric(self, metric: Metric, chunk: Chunk, *, texts: Mapping[str, str]) -> None:
        try:
            outcome = metric.compute(chunk, self.options)
        except UsageError as reason:
            self.impossible[metric.name] = str(reason)
            return
        made = (
            tally(outcome, n_documents=chunk.n_documents)
            if self.per_document or self.of_documents
            else folded_tally(outcome)
        )
        before = self.tallies.get(metric.name)
        if self.per_document:
            self.tallies[metric.name] = made if before is None else before + made
            if chunk.n_documents == 1:
                self._add_paragraphs(metric, outcome, chunk)
        else:
            self.tallies[metric.name] = merge(filter(None, (before, made)))
        if self.confidence is not None:
            found = confident(outcome, chunk, metric=metric)
            self.confidence.setdefault(metric.name, []).extend(found)
        for by in self.slices:
            self._add_slices(metric, outcome, made, chunk, by=by)
        if self.items:
            found_wrong = wrong_items(
                outcome,
                chunk,
                metric=metric,
                texts=texts,
                duplicates=self.options.duplicates,
            )
            self.wrong.setdefault(metric.name, {}).update(dict.fromkeys(found_wrong))

    def _add_slices(
        self, metric: Metric, outcome: Outcome, made: Tally, chunk: Chunk, *, by: str
    ) -> None:
        if by in self.of_documents:
            names = self.of_documents[by]
            cut = document_rows if self._keeps_rows(by) else document_slices
            parts = cut(made, [names[doc_id] for doc_id in chunk.doc_ids])
        else:
            parts = slice_tallies(outcome, chunk, metric=metric, by=by)
            if not parts:
                self.unsliced.setdefault(by, {})[metric.name] = None
        for name, part in parts.items():
            key = (metric.name, name)
            before = self.sliced.get(key)
            if self._keeps_rows(by):
                # A slice that earlier chunks did not have is empty in their documents.
                earlier = padded(before or Tally((), np.zeros((0, 0, 4))), len(self.doc_ids))
                self.sliced[key] = earlier + part
            else:
                self.sliced[key] = merge(filter(None, (before, part)))

    def _keeps_rows(self, by: str) -> bool:
        """Claim that slices are kept document by document: when all is, and they span several."""
        return self.per_document and by not in SINGLE_DOCUMENT

    def slices_in_full(self) -> Iterator[tuple[tuple[str, str], Tally]]:
        """Give the slices; those that were kept document by document with a row for each."""
        lasting = any(self._keeps_rows(by) for by in self.slices)
        for key, part in self.sliced.items():
            is_single = key[1].partition("=")[0] in SINGLE_DOCUMENT
            yield key, padded(part, len(self.doc_ids)) if lasting and not is_single else part

    def _add_categories(self, chunk: Chunk) -> None:
        """Add what became of the items of every layer of spans that the metrics are about."""
        for layer in LABELED:
            if RECORD_LAYERS[layer] not in self.layers:
                continue
            duplicates = self.options.duplicates
            before = self.counts.setdefault(layer, {})
            for schema, found in schema_counts(chunk, layer, duplicates=duplicates).items():
                before[schema] = before.get(schema, Counts()) + found
            matrix = confusion(chunk, layer, duplicates=duplicates)
            known = self.confusions.get(layer)
            self.confusions[layer] = matrix if known is None else known + matrix

    def keep_layers(self, scored: Collection[str]) -> None:
        """Leave counts and explanations of other layers out: their items have no score either."""
        others = [name for name in self.counts if RECORD_LAYERS[name] not in scored]
        for name in others:
            del self.counts[name], self.confusions[name]
        self.explained = [one for one in self.explained if one.record_layer in scored]

    def _add_paragraphs(self, metric: Metric, outcome: Outcome, chunk: Chunk) -> None:
        parts = slice_tallies(outcome, chunk, metric=metric, by="paragraph")
        if parts:
            self.paragraphs[metric.name] = _in_a_row(parts.values())


def _in_a_row(tallies: Iterable[Tally]) -> Tally:
    """Put tallies one after the other: shape [all documents, groups, 4]."""
    first, *others = tallies
    for other in others:
        first = first + other
    return first


def count_oddities(side: Side) -> dict[str, int]:
    """Count what a system predicted that cannot be right as it stands, and is scored as wrong."""
    counts = {}
    for layer in ("mentions", "values", "times", "triggers"):
        spans: Spans = getattr(side, layer)
        is_placed = spans.start != ABSENT
        columns = (spans.document, spans.start, spans.end, spans.fragments, spans.label)
        # Rows are in canonical order, so copies of a span and label stand next to each other.
        is_copy = is_placed[1:].copy()
        for column in columns:
            is_copy &= column[1:] == column[:-1]
        counts[f"{layer} that are copies of another"] = int(is_copy.sum())
        counts[f"{layer} without a place in the text"] = int((~is_placed).sum())
    lost = side.arguments.extra["filler"] == FILLER_KINDS.index("unresolved")
    counts["arguments whose reference leads nowhere"] = int(lost.sum())
    ends = (side.relations["head"] == ABSENT) | (side.relations["tail"] == ABSENT)
    counts["relations with an end that leads nowhere"] = int(ends.sum())
    counts["attributions whose parent is not in the record"] = int(
        (side.attributions["parent"] < ABSENT).sum()
    )
    counts["judgements of factuality by a source that is not in the record"] = int(
        (side.factuality["attribution"] < ABSENT).sum()
    )
    return {what: n for what, n in counts.items() if n}
