"""One layer of a chunk, made ready for matching: grounded rows with keys that both sides share.

Row order in the columns follows the integers of labels and fragment lists, which depend on what
was read first. Matching breaks ties by *names*, so that neither the order of items, nor that of
documents, nor the size of a chunk can change a result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from goldwire.columns import ABSENT, TRIGGER_ATTRIBUTES, Chunk, Spans, Vocabularies
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.joins import equal_real

Duplicates = Literal["count", "merge"]
Pieces = tuple[tuple[int, int], ...]

LABELS = {
    "mentions": "mentions",
    "values": "values",
    "times": "times",
    "triggers": "triggers",
    "arguments": "roles",
}
"""The vocabulary of each span layer's labels; the elements of attributions have none."""

NAMED_EXTRAS = ("level", "form", "normalised", *TRIGGER_ATTRIBUTES)
PLAIN_EXTRAS = ("head_start", "head_end")
LARGEST_KEY = 2**62


@dataclass(frozen=True, slots=True)
class View:
    """The grounded rows of one side of a layer, ascending in `key`; all arrays of shape [n].

    `row` is the row in the columns. `start` and `end` are shifted by document, so that spans of
    different documents never meet; `base` is that shift. `size` counts the covered code points.
    `span` is equal where document and span are equal, `key` where the label is equal too; both
    are comparable across the two sides, and `key` ascends in (document, start, end, fragments,
    name of the label). `ignored` rows are don't-care. `aside` lists the rows (of the columns)
    that are in no view and yet not to be counted: merged into an equal one, or don't-care and
    ungrounded.
    """

    row: Ints
    base: Ints
    start: Ints
    end: Ints
    size: Ints
    fragments: Ints
    label: Ints
    span: Ints
    key: Ints
    ignored: Bools
    aside: Ints

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Layer:
    """Both sides of one layer, and the disjoint pieces of every interned fragment list.

    `strict` pairs the real rows of equal span and label, as positions in the two views.
    """

    gold: View
    predicted: View
    pieces: tuple[Pieces, ...]
    strict: tuple[Ints, Ints]


def view(chunk: Chunk, layer: str, *, duplicates: Duplicates = "count") -> Layer:
    """Give one layer of the chunk ready for matching, made once per chunk.

    With duplicates `merge`, surplus copies of a span with the same label are left out.
    """
    return chunk.once(("matching.view", layer, duplicates), lambda: _view(chunk, layer, duplicates))


def _view(chunk: Chunk, layer: str, duplicates: Duplicates) -> Layer:
    words = chunk.vocabularies
    sides: tuple[Spans, Spans] = (getattr(chunk.gold, layer), getattr(chunk.predicted, layer))
    pieces = tuple(merged(fragments) for fragments in words.fragment_lists())
    fragment_rank = name_ranks(words.fragment_lists())
    label_rank = name_ranks(words[LABELS[layer]].names if layer in LABELS else ("",))
    rows = [np.flatnonzero(side.start != ABSENT) for side in sides]
    width = 1 + max((int(side.end.max()) for side in sides if len(side)), default=0)
    bases = [side.document[row] * width for side, row in zip(sides, rows, strict=True)]
    spans = shared_keys(
        [base + side.start[row] for base, side, row in zip(bases, sides, rows, strict=True)],
        [(side.end - side.start)[row] for side, row in zip(sides, rows, strict=True)],
        [fragment_rank[side.fragments[row]] for side, row in zip(sides, rows, strict=True)],
    )
    keys = shared_keys(
        spans,
        [label_rank[side.label[row]] for side, row in zip(sides, rows, strict=True)],
    )
    sizes = np.array([sum(end - start for start, end in piece) for piece in pieces])
    views = [
        _side(
            words, side, row=row, base=base, span=span, key=key, sizes=sizes, duplicates=duplicates
        )
        for side, row, base, span, key in zip(sides, rows, bases, spans, keys, strict=True)
    ]
    gold, predicted = views
    strict = equal_real(
        gold.key,
        predicted.key,
        gold_ignored=gold.ignored,
        predicted_ignored=predicted.ignored,
    )
    return Layer(gold, predicted, pieces, strict)


def _side(
    words: Vocabularies,
    side: Spans,
    *,
    row: Ints,
    base: Ints,
    span: Ints,
    key: Ints,
    sizes: Ints,
    duplicates: Duplicates,
) -> View:
    order = _canonical_order(words, side, row, key)
    surplus = np.empty(0, dtype=np.int64)
    if duplicates == "merge":
        order, surplus = _without_copies(order, key[order], side.ignored[row[order]])
    unplaced = np.flatnonzero(side.ignored & (side.start == ABSENT))
    aside = np.sort(np.concatenate([row[surplus], unplaced]))
    row, base, span, key = row[order], base[order], span[order], key[order]
    start, end, fragments = side.start[row], side.end[row], side.fragments[row]
    return View(
        row=row,
        base=base,
        start=base + start,
        end=base + end,
        size=np.where(fragments == 0, end - start, sizes[fragments]),
        fragments=fragments,
        label=side.label[row],
        span=span,
        key=key,
        ignored=side.ignored[row],
        aside=aside,
    )


def _canonical_order(words: Vocabularies, side: Spans, row: Ints, key: Ints) -> Ints:
    """Order rows by key; equal ones by whatever else tells them apart but their place in a file."""
    order = np.argsort(key, kind="stable")
    key = key[order]
    repeats = key[1:] == key[:-1]
    if not repeats.any():
        return order
    alike = np.flatnonzero(np.append(repeats, False) | np.insert(repeats, 0, False))
    columns: list[Ints] = []
    for name, column in side.extra.items():
        values = column[row[order[alike]]]
        if name in PLAIN_EXTRAS:
            columns.append(values)
        elif name in NAMED_EXTRAS:
            columns.append(np.append(name_ranks(words[name].names), ABSENT)[values])
    order[alike] = order[alike][np.lexsort((*columns, key[alike]))]
    return order


def _without_copies(order: Ints, key: Ints, ignored: Bools) -> tuple[Ints, Ints]:
    """Split rows into the first of every key, real ones before ignored ones, and the others."""
    by_key = np.lexsort((ignored, key))
    first = np.insert(key[by_key][1:] != key[by_key][:-1], 0, True)[: len(key)]
    kept = np.sort(by_key[first])
    return order[kept], order[np.sort(by_key[~first])]


def name_ranks(names: Sequence[str] | Sequence[Pieces]) -> Ints:
    """Give each name its place in sorted order; no names give one rank, for columns of zeros."""
    ranks = np.zeros(max(len(names), 1), dtype=np.int64)
    order = [index for _, index in sorted((name, index) for index, name in enumerate(names))]
    ranks[order] = np.arange(len(names))
    return ranks


def shared_keys(*columns: Sequence[Ints]) -> list[Ints]:
    """Pack columns into one integer per row, ordered as the tuples of their values are.

    A column is a pair of arrays, gold and predicted, of values from 0 up.
    """
    keys = [np.zeros(len(side), dtype=np.int64) for side in columns[0]]
    n_keys = 1
    for column in columns:
        size = 1 + max((int(side.max()) for side in column if len(side)), default=0)
        if n_keys * size > LARGEST_KEY:
            distinct, position = np.unique(np.concatenate(keys), return_inverse=True)
            keys = np.split(position.astype(np.int64), [len(keys[0])])
            n_keys = len(distinct)
        keys = [key * size + side for key, side in zip(keys, column, strict=True)]
        n_keys *= size
    return keys


def merged(fragments: Pieces) -> Pieces:
    """Join fragments that overlap or touch.

    >>> merged(((0, 4), (2, 6), (8, 9)))
    ((0, 6), (8, 9))
    """
    pieces: list[tuple[int, int]] = []
    for start, end in sorted(fragments):
        if pieces and start <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(pieces[-1][1], end))
        else:
            pieces.append((start, end))
    return tuple(pieces)
