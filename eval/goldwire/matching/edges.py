"""Who could be paired with whom: equal keys and overlapping spans, found by sorting."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from goldwire.columns import Chunk
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.views import Duplicates, Layer, Pieces, View, view


@dataclass(frozen=True)
class Edges:
    """Pairs of positions in the two views of a layer whose spans overlap.

    All arrays have shape [edges]; rows ascend in (gold, predicted).
    """

    layer: Layer
    gold: Ints
    predicted: Ints

    def __len__(self) -> int:
        return len(self.gold)

    @cached_property
    def common(self) -> Ints:
        """How many code points the two spans share: above 0."""
        gold, predicted = self.layer.gold, self.layer.predicted
        at, to = self.gold, self.predicted
        common: Ints = np.minimum(gold.end[at], predicted.end[to]) - np.maximum(
            gold.start[at], predicted.start[to]
        )
        broken = np.flatnonzero((gold.fragments[at] != 0) | (predicted.fragments[to] != 0))
        if len(broken):
            common[broken] = _common_of_fragments(self.layer, at[broken], to[broken])
        return common

    @cached_property
    def union(self) -> Ints:
        """How many code points the two spans cover together."""
        sizes = self.layer.gold.size[self.gold] + self.layer.predicted.size[self.predicted]
        union: Ints = sizes - self.common
        return union

    def at(self, places: Ints) -> "Edges":
        """Give the edges at these places, in this order."""
        return Edges(self.layer, self.gold[places], self.predicted[places])

    def where(self, mask: Bools) -> "Edges":
        """Give the edges that the mask keeps."""
        return self if mask.all() else self.at(np.flatnonzero(mask))


def overlaps(chunk: Chunk, layer: str, *, duplicates: Duplicates = "count") -> Edges:
    """Give all overlapping pairs of a layer, don't-care rows included, made once per chunk."""
    return chunk.once(
        ("matching.overlaps", layer, duplicates),
        lambda: overlap_edges(view(chunk, layer, duplicates=duplicates)),
    )


def lone_and_tied(
    chunk: Chunk, layer: str, *, duplicates: Duplicates = "count"
) -> tuple[Edges, Edges]:
    """Split the overlaps into those of spans that overlap no other, and the rest; made once."""

    def split() -> tuple[Edges, Edges]:
        edges = overlaps(chunk, layer, duplicates=duplicates)
        gold_degree = np.bincount(edges.gold, minlength=1)
        predicted_degree = np.bincount(edges.predicted, minlength=1)
        is_lone = (gold_degree[edges.gold] == 1) & (predicted_degree[edges.predicted] == 1)
        return edges.where(is_lone), edges.where(~is_lone)

    return chunk.once(("matching.lone_and_tied", layer, duplicates), split)


def overlap_edges(layer: Layer) -> Edges:
    """Find every pair of spans that share a code point.

    A gold span can only meet the predicted spans that start before its end, of which a prefix can
    be skipped: those before the first whose end, or an earlier one's, lies beyond the gold start.
    Cost is n log n plus the size of these ranges. Fragments decide for discontinuous spans.
    """
    gold, predicted = layer.gold, layer.predicted
    if not len(gold) or not len(predicted):
        none = np.empty(0, dtype=np.int64)
        return Edges(layer, none, none)
    furthest = np.maximum.accumulate(predicted.end)
    first = np.searchsorted(furthest, gold.start, side="right")
    last = np.searchsorted(predicted.start, gold.end, side="left")
    lengths = np.maximum(last - first, 0)
    at = np.repeat(np.arange(len(gold)), lengths)
    before = np.cumsum(lengths) - lengths
    to = np.arange(len(at)) + np.repeat(first - before, lengths)
    edges = Edges(layer, at, to).where(predicted.end[to] > gold.start[at])
    if gold.fragments.any() or predicted.fragments.any():
        return edges.where(edges.common > 0)
    return edges


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
