"""Two partitions of mentions, gold's and a system's, and how they intersect.

A mention is its exact span in its document. Copies of a span are a multiset: the first copy of one
side is the twin of the first of the other, and so on; first is the copy in the largest cluster,
then in the one that starts earliest. A surplus copy has no twin: it earns nothing and still counts.
With duplicates `merge` only first copies are left, as the reference scorer does it.
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns import Chunk, Spans, dense, numbered
from goldwire.columns.tables import Bools, Ints
from goldwire.metrics.base import Options

KINDS = {"entities": ("mentions", "entity"), "events": ("triggers", "event")}
"""What is partitioned: the span layer, and the column that holds the cluster."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """One side's partition. Arrays of mentions [n], then arrays of clusters [c].

    `row` is a mention's row in the columns, `cluster` its cluster, `twin` the position of the same
    mention on the other side or -1. `document`, `size` and `label` are per cluster.
    """

    row: Ints
    cluster: Ints
    twin: Ints
    document: Ints
    size: Ints
    label: Ints


@dataclass(frozen=True, slots=True)
class Contingency:
    """Both partitions and their non-empty intersections, in ascending order of the two clusters.

    `n[i]` mentions are in `gold_cluster[i]` and in `predicted_cluster[i]`.
    """

    gold: Clusters
    predicted: Clusters
    gold_cluster: Ints
    predicted_cluster: Ints
    n: Ints

    @property
    def document(self) -> Ints:
        """The document of each intersection."""
        return self.gold.document[self.gold_cluster]


def contingency(chunk: Chunk, kind: str, options: Options) -> Contingency:
    """Intersect the two partitions of `entities` or `events`, made once per chunk."""
    return chunk.once(
        ("clusters", kind, options.singletons, options.duplicates),
        lambda: _contingency(chunk, kind, options),
    )


def _contingency(chunk: Chunk, kind: str, options: Options) -> Contingency:
    layer, column = KINDS[kind]
    sides = [getattr(chunk.gold, layer), getattr(chunk.predicted, layer)]
    rows = [np.flatnonzero(~side.ignored) for side in sides]
    keys = _numbers(sides, rows)
    n_spans = 1 + max((int(key.max(initial=0)) for key in keys), default=0)
    for at, side in enumerate(sides):
        cluster = side.extra[column]
        copy = _copies(keys[at], cluster[rows[at]])
        if options.duplicates == "merge":
            rows[at], keys[at] = rows[at][copy == 0], keys[at][copy == 0]
        else:
            keys[at] = keys[at] + copy * n_spans
        if options.singletons == "drop":
            kept = _in_company(cluster[rows[at]])
            rows[at], keys[at] = rows[at][kept], keys[at][kept]
    _, in_gold, in_predicted = np.intersect1d(
        keys[0], keys[1], assume_unique=True, return_indices=True
    )
    twins = [np.full(len(row), -1, dtype=np.int64) for row in rows]
    twins[0][in_gold], twins[1][in_predicted] = in_predicted, in_gold
    gold, predicted = (
        _clusters(side, side.extra[column], row, twin)
        for side, row, twin in zip(sides, rows, twins, strict=True)
    )
    both = gold.cluster[in_gold] * max(len(predicted.size), 1) + predicted.cluster[in_predicted]
    cells, n = np.unique(both, return_counts=True)
    return Contingency(
        gold=gold,
        predicted=predicted,
        gold_cluster=cells // max(len(predicted.size), 1),
        predicted_cluster=cells % max(len(predicted.size), 1),
        n=n,
    )


def _in_company(cluster: Ints) -> Bools:
    """Mark the mentions whose cluster has two or more."""
    several: Bools = np.bincount(cluster)[cluster] > 1 if len(cluster) else np.zeros(0, np.bool_)
    return several


def _numbers(sides: list[Spans], rows: list[Ints]) -> list[Ints]:
    """Number the mentions of both sides so that equal numbers are the same span in a document."""
    places = [
        [column[row] for column in (side.document, side.start, side.end, side.fragments)]
        for side, row in zip(sides, rows, strict=True)
    ]
    both = [np.concatenate(pair) for pair in zip(*places, strict=True)]
    number = dense(numbered(*both))
    return [number[: len(rows[0])], number[len(rows[0]) :]]


def _copies(number: Ints, cluster: Ints) -> Ints:
    """Number the copies of each span from 0: the one in the largest, then earliest, cluster first.

    Copies do not make a cluster larger.
    """
    n = len(number)
    rank = np.zeros(n, dtype=np.int64)
    if not n or np.bincount(number).max() == 1:
        return rank
    width = int(number.max()) + 1
    distinct = np.unique(cluster * width + number) // width
    size = np.bincount(distinct, minlength=int(cluster.max()) + 1)
    first = np.full(len(size), n, dtype=np.int64)
    np.minimum.at(first, cluster, np.arange(n))
    order = np.lexsort((np.arange(n), first[cluster], -size[cluster], number))
    is_first = np.ones(n, dtype=np.bool_)
    is_first[1:] = number[order[1:]] != number[order[:-1]]
    starts = np.flatnonzero(is_first)
    rank[order] = np.arange(n) - np.repeat(starts, np.diff([*starts, n]))
    return rank


def _clusters(side: Spans, cluster: Ints, row: Ints, twin: Ints) -> Clusters:
    _, first, compact, size = np.unique(
        cluster[row], return_index=True, return_inverse=True, return_counts=True
    )
    return Clusters(
        row=row,
        cluster=compact.reshape(-1),
        twin=twin,
        document=side.document[row][first],
        size=size,
        label=side.label[row][first],
    )
