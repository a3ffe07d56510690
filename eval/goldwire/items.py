"""Gold items one by one: what each is, and whether a system has it right under a metric.

An item is known by document, layer, place and label, never by an id, so two runs over the same gold
have the same items, and a list of them can be kept in a file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from goldwire.columns import ABSENT, Chunk, Spans
from goldwire.columns.tables import Ints
from goldwire.metrics import Metric
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
    text and are None where the text is not known; they are no part of its identity.
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


def results(
    outcome: Outcome, chunk: Chunk, *, metric: Metric, texts: Mapping[str, str]
) -> Iterator[tuple[GoldItem, bool]]:
    """Walk the gold items that count under a metric, and say which have their full credit.

    In textual order; don't-care items are left out. Nothing is yielded for metrics whose credits
    belong to no rows. Those of B³ belong to the mentions of a cluster, which are right when all of
    the cluster is together.
    """
    columns = _columns(metric)
    credits_ = outcome.gold
    if columns is None or (credits_.row is None and columns != "attributions"):
        return
    rows = np.arange(len(credits_.num)) if credits_.row is None else credits_.row
    is_right = credits_.num >= credits_.den - 1e-9
    labels, spans, of = _described(chunk, columns, rows)
    copies: dict[GoldItem, int] = {}
    for at in np.flatnonzero(credits_.den > 0).tolist():
        doc_id = chunk.doc_ids[int(credits_.document[at])]
        start, end = spans[at]
        item = GoldItem(doc_id, columns, start, end, labels[at], of[at])
        copy = copies[item] = copies.get(item, -1) + 1
        yield _in_text(item, texts.get(doc_id), copy), bool(is_right[at])


def _described(
    chunk: Chunk, columns: str, rows: Ints
) -> tuple[list[str], list[tuple[int, int]], list[str]]:
    """Give label, place and owner of each row."""
    side = chunk.gold
    if columns == "attributions":
        places = [_place_of_attribution(chunk, row) for row in rows.tolist()]
        return [""] * len(places), places, [""] * len(places)
    spans: Spans = getattr(side, columns)
    places = list(zip(spans.start[rows].tolist(), spans.end[rows].tolist(), strict=True))
    if columns not in VOCABULARIES:
        return [""] * len(places), places, [""] * len(places)
    names = chunk.vocabularies[VOCABULARIES[columns]].names
    labels = ["" if label == ABSENT else names[label] for label in spans.label[rows].tolist()]
    if columns != "arguments":
        return labels, places, [""] * len(places)
    triggers, types = side.triggers, chunk.vocabularies["triggers"].names
    owners = spans.extra["trigger"][rows].tolist()
    return (
        labels,
        places,
        [
            f"{triggers.start[one]}:{triggers.end[one]} {types[int(triggers.label[one])]}"
            for one in owners
        ],
    )


def _place_of_attribution(chunk: Chunk, row: int) -> tuple[int, int]:
    """Give the span of an attribution's cue, or of its content where it has no cue."""
    side = chunk.gold
    for name, spans in (("cue", side.cues), ("content", side.contents), ("source", side.sources)):
        at = int(side.attributions[name][row])
        if at != ABSENT:
            return int(spans.start[at]), int(spans.end[at])
    return ABSENT, ABSENT


def _in_text(item: GoldItem, text: str | None, copy: int) -> GoldItem:
    words = before = after = None
    if text is not None and item.start >= 0:
        words = " ".join(text[item.start : item.end].split())
        first, last = max(0, item.start - SHOWN_CONTEXT), item.end + SHOWN_CONTEXT
        before = "…" * (first > 0) + _WHITE.sub(" ", text[first : item.start]).lstrip()
        after = _WHITE.sub(" ", text[item.end : last]).rstrip() + "…" * (last < len(text))
    return GoldItem(
        item.doc_id,
        item.layer,
        item.start,
        item.end,
        item.label,
        item.of,
        copy,
        words,
        before,
        after,
    )
