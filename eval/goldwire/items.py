"""Gold items one by one: what each is, and which a system has not right under a metric.

An item is known by document, layer, place and label, never by an id, so two runs over the same gold
have the same items, and a list of them can be kept in a file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from goldwire.columns import ABSENT, Chunk, Spans, dense, numbered
from goldwire.columns.tables import Ints
from goldwire.explanation import Explained, explain_wrong
from goldwire.matching.views import Duplicates
from goldwire.metrics import Metric
from goldwire.metrics.keys import copies_of
from goldwire.slices import columns_of
from goldwire.tallies import Outcome

ITEMLESS = frozenset({"entities", "events", "links", "relations", "document", "text"})
"""Layers whose credits are no single gold items (clusters, links): documents stand for them."""

VOCABULARIES = {
    "mentions": "mentions",
    "values": "values",
    "times": "times",
    "triggers": "triggers",
    "arguments": "roles",
}
_WHITE = re.compile(r"\s+")
SHOWN_CONTEXT = 24
"""How many code points of the text are shown on either side of an item."""


@dataclass(frozen=True, slots=True)
class GoldItem:
    """A gold item: `key` names it in files, without a word of the text.

    `of` is what it belongs to (an argument's trigger). `words`, `before` and `after` show it in its
    text and are None where the text is not known; `now` is what the run has in its place, where
    that is explained. They are no part of its identity.
    """

    doc_id: str
    layer: str
    start: int
    end: int
    label: str
    of: str = ""
    copy: int = 0
    words: str | None = field(default=None, compare=False)
    before: str | None = field(default=None, compare=False)
    after: str | None = field(default=None, compare=False)
    now: Explained | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """Name the item in one line, the same in every run over the same gold.

        >>> GoldItem("d1", "arguments", 5, 9, "Agent", of="20:24 Attack").key
        'd1 arguments 5:9 Agent of 20:24 Attack'
        """
        of = f" of {self.of}" if self.of else ""
        copy = f" copy {self.copy + 1}" if self.copy else ""
        return (
            f"{self.doc_id} {self.layer} {self.start}:{self.end} {self.label}".rstrip() + of + copy
        )

    def shown(self, *, with_text: bool = True) -> str:
        """Give the key, then the words in their context where they are known and may be shown."""
        if not with_text or self.words is None:
            return self.key
        return f"{self.key}  {self.before}[{self.words}]{self.after}"


def has_items(metric: Metric) -> bool:
    """Claim that the metric's gold credits belong to single gold items."""
    return metric.layer not in ITEMLESS and _columns(metric) is not None


def _columns(metric: Metric) -> str | None:
    return "attributions" if metric.name == "attributions/strict" else columns_of(metric)


def wrong_items(
    outcome: Outcome,
    chunk: Chunk,
    *,
    metric: Metric,
    texts: Mapping[str, str],
    duplicates: Duplicates = "count",
) -> Iterator[GoldItem]:
    """Walk the gold items that count under a metric and do not have their full credit.

    In textual order; don't-care items are left out. Only these are made, since two runs over the
    same gold differ in nothing else. Nothing is yielded for metrics whose credits belong to no
    rows. Those of B³ belong to the mentions of a cluster, which are right when all of the cluster
    is together.
    """
    columns = _columns(metric)
    credits_ = outcome.gold
    if columns is None or (credits_.row is None and columns != "attributions"):
        return
    rows = np.arange(len(credits_.num)) if credits_.row is None else credits_.row
    is_wrong = (credits_.den > 0) & (credits_.num < credits_.den - 1e-9)
    table = chunk.once(("items", columns), lambda: _table(chunk, columns))
    now = chunk.once(
        ("wrong", columns, duplicates),
        lambda: explain_wrong(chunk, columns, texts=texts, duplicates=duplicates),
    )
    for row in rows[is_wrong].tolist():
        yield table.item(row, texts=texts, now=now.get(row))


@dataclass(frozen=True, slots=True)
class _Table:
    """What is needed to write the rows of one layer's columns as items; columns are lists [n]."""

    chunk: Chunk
    layer: str
    document: list[int]
    start: list[int]
    end: list[int]
    label: list[str]
    of: list[str]
    copy: list[int]

    def item(self, row: int, *, texts: Mapping[str, str], now: Explained | None) -> GoldItem:
        doc_id = self.chunk.doc_ids[self.document[row]]
        start, end = self.start[row], self.end[row]
        before, words, after = _context(texts.get(doc_id), start, end)
        return GoldItem(
            doc_id,
            self.layer,
            start,
            end,
            self.label[row],
            self.of[row],
            self.copy[row],
            words,
            before,
            after,
            now,
        )


def _table(chunk: Chunk, columns: str) -> _Table:
    side = chunk.gold
    names: tuple[str, ...] = ("",)
    if columns == "attributions":
        places = [_place_of_attribution(chunk, row) for row in range(len(side.attributions))]
        document = side.attributions.document
        start, end = np.array(places, dtype=np.int64).reshape(-1, 2).T
        label = owner = np.zeros(len(places), dtype=np.int64)
        of = [""] * len(places)
    else:
        spans: Spans = getattr(side, columns)
        document, start, end = spans.document, spans.start, spans.end
        vocabulary = VOCABULARIES.get(columns)
        names = chunk.vocabularies[vocabulary].names if vocabulary else names
        label = spans.label if vocabulary else np.zeros(len(spans), dtype=np.int64)
        owner = spans.extra["trigger"] if columns == "arguments" else np.zeros_like(label)
        of = _owners(chunk, owner) if columns == "arguments" else [""] * len(spans)
    number = dense(numbered(document, start, end, label, owner))
    return _Table(
        chunk=chunk,
        layer=columns,
        document=document.tolist(),
        start=start.tolist(),
        end=end.tolist(),
        label=["" if one == ABSENT else names[one] for one in label.tolist()],
        of=of,
        copy=copies_of(number, np.arange(len(number))).tolist(),
    )


def _owners(chunk: Chunk, trigger: Ints) -> list[str]:
    """Name the trigger of each argument by its place and type."""
    triggers, types = chunk.gold.triggers, chunk.vocabularies["triggers"].names
    return [
        f"{triggers.start[one]}:{triggers.end[one]} {types[int(triggers.label[one])]}"
        for one in trigger.tolist()
    ]


def _place_of_attribution(chunk: Chunk, row: int) -> tuple[int, int]:
    """Give the span of an attribution's cue, or of its content where it has no cue."""
    side = chunk.gold
    for name, spans in (("cue", side.cues), ("content", side.contents), ("source", side.sources)):
        at = int(side.attributions[name][row])
        if at != ABSENT:
            return int(spans.start[at]), int(spans.end[at])
    return ABSENT, ABSENT


def _context(text: str | None, start: int, end: int) -> tuple[str | None, str | None, str | None]:
    """Give an item's words between what stands before and after it; None without a text."""
    if text is None or start < 0:
        return None, None, None
    first, last = max(0, start - SHOWN_CONTEXT), end + SHOWN_CONTEXT
    before = "…" * (first > 0) + _WHITE.sub(" ", text[first:start]).lstrip()
    after = _WHITE.sub(" ", text[end:last]).rstrip() + "…" * (last < len(text))
    return before, " ".join(text[start:end].split()), after
