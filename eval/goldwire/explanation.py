"""Explanations: what became of every gold and every predicted item, and with which partner.

They come from the one alignment of each layer (`matching.align`), so their sums agree with the
tallies: CORRECT pairs are the true positives of `strict`, CORRECT and TYPE those of `exact`.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from goldwire.columns import Chunk, Spans
from goldwire.matching import ALONE, AlignedSide, Category, align
from goldwire.matching.views import Duplicates

LAYERS: Mapping[str, tuple[str, str, str]] = {
    "mentions": ("mentions", "mentions", "mentions"),
    "values": ("values", "values", "values"),
    "times": ("times", "times", "times"),
    "triggers": ("triggers", "triggers", "event_mentions"),
    "attributions/source": ("sources", "", "attributions"),
    "attributions/cue": ("cues", "", "attributions"),
    "attributions/content": ("contents", "", "attributions"),
}
"""What is explained: its columns, the vocabulary of its labels, and its layer of the record."""


SHOWN_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Item:
    """One item as an explanation shows it; `words` is None where the text is not known.

    Of a discontinuous item `start` and `end` are its hull, and `fragments` its parts.
    """

    start: int
    end: int
    label: str
    words: str | None
    fragments: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        parts = self.fragments or ((self.start, self.end),)
        place = "+".join(f"{start}:{end}" for start, end in parts)
        if self.start < 0:
            place = "no place in the text"
        shown = self.words if self.words is None else textwrap.shorten(self.words, SHOWN_WIDTH)
        words = "" if shown is None else f" “{shown}”"
        return f"{place}{words} {self.label}".rstrip()


@dataclass(frozen=True, slots=True)
class Explained:
    """A pair, or an item without partner, with its category.

    `iou` is the shared part of a pair's union, 0 without partner. Of items that are not correct,
    `is_merge`: the prediction overlaps several gold items; `is_split`: several predictions overlap
    the gold item.
    """

    doc_id: str
    layer: str
    category: str
    gold: Item | None
    predicted: Item | None
    iou: float = 0.0
    is_merge: bool = False
    is_split: bool = False

    @property
    def record_layer(self) -> str:
        """The layer of the record that holds the items."""
        return LAYERS[self.layer][2]

    def __str__(self) -> str:
        shape = " MERGE" * self.is_merge + " SPLIT" * self.is_split
        if self.gold is not None and self.predicted is not None:
            what = f"{self.gold}"
            if self.category != Category.CORRECT.name:
                what += f"  predicted as {self.predicted}"
                what += f" (overlap {self.iou:.2f})" if self.iou < 1 else ""
        else:
            what = str(self.gold or self.predicted)
        return f"{self.category + shape:<10} {self.layer}: {what}"


def explain_chunk(
    chunk: Chunk,
    *,
    texts: Mapping[str, str],
    layers: frozenset[str],
    duplicates: Duplicates = "count",
) -> Iterator[Explained]:
    """Explain the items of all layers whose record layer is among `layers`, in textual order."""
    for name, (columns, vocabulary, record_layer) in LAYERS.items():
        if record_layer not in layers:
            continue
        gold, predicted, iou = _sides(chunk, columns, vocabulary, texts, duplicates=duplicates)
        rows = range(len(gold.spans))
        explained = [*_of_gold(name, gold, predicted, iou, rows), *_of_predicted(name, predicted)]
        place = {doc_id: position for position, doc_id in enumerate(chunk.doc_ids)}
        explained.sort(key=lambda found: (place[found.doc_id], _at(found)))
        yield from explained


def explain_wrong(
    chunk: Chunk, columns: str, *, texts: Mapping[str, str], duplicates: Duplicates = "count"
) -> dict[int, Explained]:
    """Explain the gold rows of one layer's columns that are not correct, by row.

    Empty for columns that are not explained, such as arguments.
    """
    for name, (of_layer, vocabulary, _) in LAYERS.items():
        if of_layer == columns:
            gold, predicted, iou = _sides(chunk, columns, vocabulary, texts, duplicates=duplicates)
            rows = np.flatnonzero(gold.aligned.category != Category.CORRECT).tolist()
            found = _of_gold(name, gold, predicted, iou, rows)
            return dict(zip(rows, found, strict=True))
    return {}


def _sides(
    chunk: Chunk,
    columns: str,
    vocabulary: str,
    texts: Mapping[str, str],
    *,
    duplicates: Duplicates,
) -> "tuple[_Side, _Side, dict[int, float]]":
    """Align a layer; give both sides, and the shared part of each paired gold row's union."""
    labels = chunk.vocabularies[vocabulary].names if vocabulary else ("",)
    alignment = align(chunk, columns, duplicates=duplicates)
    pieces = chunk.vocabularies.fragment_lists()
    gold, predicted = (
        _Side(chunk, spans, labels, texts, aligned, spans.document.tolist(), pieces)
        for spans, aligned in (
            (getattr(chunk.gold, columns), alignment.gold),
            (getattr(chunk.predicted, columns), alignment.predicted),
        )
    )
    iou = dict(zip(alignment.gold_rows.tolist(), alignment.iou.tolist(), strict=True))
    return gold, predicted, iou


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a layer with what is needed to write its rows as items."""

    chunk: Chunk
    spans: Spans
    labels: tuple[str, ...]
    texts: Mapping[str, str]
    aligned: AlignedSide
    document: Sequence[int]
    pieces: Sequence[tuple[tuple[int, int], ...]]

    def doc_id(self, row: int) -> str:
        return self.chunk.doc_ids[self.document[row]]

    def item(self, row: int) -> Item:
        start, end = int(self.spans.start[row]), int(self.spans.end[row])
        fragments = self.pieces[int(self.spans.fragments[row])]
        text = self.texts.get(self.doc_id(row))
        words = None
        if text is not None and start >= 0:
            parts = (text[first:last].split() for first, last in fragments or ((start, end),))
            words = " … ".join(" ".join(part) for part in parts)
        return Item(start, end, self.labels[int(self.spans.label[row])], words, fragments)


def _of_gold(
    name: str, gold: _Side, predicted: _Side, iou: Mapping[int, float], rows: Iterable[int]
) -> Iterator[Explained]:
    for row in rows:
        partner = int(gold.aligned.partner[row])
        paired = partner != ALONE
        category = Category(int(gold.aligned.category[row]))
        wrong = category != Category.CORRECT
        yield Explained(
            doc_id=gold.doc_id(row),
            layer=name,
            category=category.name,
            gold=gold.item(row),
            predicted=predicted.item(partner) if paired else None,
            iou=iou.get(row, 0.0),
            is_merge=wrong and paired and int(predicted.aligned.n_overlapping[partner]) > 1,
            is_split=wrong and int(gold.aligned.n_overlapping[row]) > 1,
        )


def _of_predicted(name: str, predicted: _Side) -> Iterator[Explained]:
    for row in range(len(predicted.spans)):
        if predicted.aligned.partner[row] == ALONE:
            yield Explained(
                doc_id=predicted.doc_id(row),
                layer=name,
                category=Category(int(predicted.aligned.category[row])).name,
                gold=None,
                predicted=predicted.item(row),
                is_merge=int(predicted.aligned.n_overlapping[row]) > 1,
            )


def _at(explained: Explained) -> tuple[int, int]:
    item = explained.gold or explained.predicted
    return (0, 0) if item is None else (item.start, item.end)
