"""Who could be paired with whom: equal keys and overlapping spans, found by sorting."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from goldwire.columns import Chunk
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.views import Duplicates, Layer, Pieces, View, view


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of positions in the two views whose spans share `common` > 0 of `union` code points.

    All arrays have shape [edges]; rows ascend in (gold, predicted).
    """

    gold: Ints
    predicted: Ints
    common: Ints
    union: Ints

    def __len__(self) -> int:
        return len(self.gold)

    def where(self, mask: Bools) -> "Edges":
        """Give the edges that the mask keeps."""
        return Edges(self.gold[mask], self.predicted[mask], self.common[mask], self.union[mask])


def overlaps(chunk: Chunk, layer: str, *, duplicates: Duplicates = "count") -> Edges:
    """Give all overlapping pairs of a layer, don't-care rows included, made once per chunk."""
    return chunk.once(
        ("matching.overlaps", layer, duplicates),
        lambda: overlap_edges(view(chunk, layer, duplicates=duplicates)),
    )


def overlap_edges(layer: Layer) -> Edges:
    """Find every pair of spans that share a code point.

    A gold span can only meet the predicted spans that start before its end, of which a prefix can
    be skipped: those before the first whose end, or an earlier one's, lies beyond the gold start.
    Cost is n log n plus the size of these ranges. Fragments decide for discontinuous spans.
    """
    gold, predicted = layer.gold, layer.predicted
    if not len(gold) or not len(predicted):
        none = np.empty(0, dtype=np.int64)
        return Edges(none, none, none, none)
    furthest = np.maximum.accumulate(predicted.end)
    first = np.searchsorted(furthest, gold.start, side="right")
    last = np.searchsorted(predicted.start, gold.end, side="left")
    lengths = np.maximum(last - first, 0)
    at = np.repeat(np.arange(len(gold)), lengths)
    before = np.cumsum(lengths) - lengths
    to = np.arange(len(at)) + np.repeat(first - before, lengths)
    meets = predicted.end[to] > gold.start[at]
    at, to = at[meets], to[meets]
    common = np.minimum(gold.end[at], predicted.end[to]) - np.maximum(
        gold.start[at], predicted.start[to]
    )
    broken = np.flatnonzero((gold.fragments[at] != 0) | (predicted.fragments[to] != 0))
    if len(broken):
        common[broken] = _common_of_fragments(layer, at[broken], to[broken])
        shares = common > 0
        at, to, common = at[shares], to[shares], common[shares]
    return Edges(at, to, common, gold.size[at] + predicted.size[to] - common)


def _common_of_fragments(layer: Layer, at: Ints, to: Ints) -> Ints:
    pairs = zip(
        _pieces(layer.gold, at, layer.pieces),
        _pieces(layer.predicted, to, layer.pieces),
        strict=True,
    )
    return np.fromiter((_common(one, other) for one, other in pairs), np.int64, len(at))


def _pieces(side: View, positions: Ints, pieces: tuple[Pieces, ...]) -> Iterator[Pieces]:
    for position in positions.tolist():
        fragments = int(side.fragments[position])
        if fragments:
            yield pieces[fragments]
        else:
            base = side.base[position]
            yield ((int(side.start[position] - base), int(side.end[position] - base)),)


def _common(one: Pieces, other: Pieces) -> int:
    """Count the code points that two ascending lists of disjoint pieces share."""
    common = i = j = 0
    while i < len(one) and j < len(other):
        common += max(0, min(one[i][1], other[j][1]) - max(one[i][0], other[j][0]))
        if one[i][1] <= other[j][1]:
            i += 1
        else:
            j += 1
    return common
