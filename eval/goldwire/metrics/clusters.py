"""Two partitions of mentions, gold's and a system's, and how they intersect.

A mention is its exact span (all its fragments) in its document; a trigger likewise, whatever its
event type. A mention without a place in the text equals no other: it earns nothing and still
counts. Don't-care gold mentions, and the predicted ones that only they equal, are in no cluster.

Copies of a span are a multiset: the first copy of one side is the twin of the first of the other,
and so on; a surplus copy has no twin, earns nothing and still counts. Which copy is first hangs on
what the clusters hold, never on the order in a file: the one in the cluster with most spans, then
in the one whose spans come first in the text. With duplicates `merge` only first copies are left,
as in the reference scorer, which drops the others.
"""

from dataclasses import dataclass, replace

import numpy as np

from goldwire.columns import ABSENT, Chunk, Spans, dense, numbered
from goldwire.columns.numbering import LARGEST, copies
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.views import LABELS, name_ranks
from goldwire.metrics.base import Options

KINDS = {"entities": ("mentions", "entity"), "events": ("triggers", "event")}
"""What is partitioned: the span layer, and the column that holds the cluster."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """One side's partition. Arrays of mentions [n], then arrays of clusters [c].

    `row` is a mention's row in the columns, `cluster` its cluster, and `cell` the intersection that
    holds it and its twin, a position in the arrays of the `Contingency`, or -1 without a twin.
    `document`, `size` and `label` are per cluster; a cluster's label is its first mention's.
    """

    row: Ints
    cluster: Ints
    cell: Ints
    document: Ints
    size: Ints
    label: Ints

    @property
    def has_twin(self) -> Bools:
        """Which mentions the other side has too: shape [n]."""
        return self.cell >= 0


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


@dataclass(frozen=True, slots=True)
class Mentions:
    """One side's mentions before they are partitioned: all arrays [n], in ascending order of `key`.

    Equal keys on the two sides are the same mention, if it is placed in the text.
    """

    key: Ints
    row: Ints
    cluster: Ints
    placed: Bools
    ignored: Bools

    def only(self, kept: Bools) -> "Mentions":
        """Give those that are marked."""
        if kept.all():
            return self
        return self.at(kept)

    def at(self, index: Bools | Ints) -> "Mentions":
        """Give those at an index, in its order."""
        return Mentions(
            key=self.key[index],
            row=self.row[index],
            cluster=self.cluster[index],
            placed=self.placed[index],
            ignored=self.ignored[index],
        )


def contingency(chunk: Chunk, kind: str, options: Options) -> Contingency:
    """Intersect the two partitions of `entities` or `events`, made once per chunk."""
    return chunk.once(
        ("clusters", kind, options.singletons, options.duplicates),
        lambda: intersect(chunk, kind, options),
    )


def intersect(
    chunk: Chunk, kind: str, options: Options, *, among: tuple[Bools, Bools] | None = None
) -> Contingency:
    """Intersect the two partitions, or what they make of the rows that are marked on each side."""
    layer, column = KINDS[kind]
    sides: tuple[Spans, Spans] = (getattr(chunk.gold, layer), getattr(chunk.predicted, layer))
    ranks = name_ranks(chunk.vocabularies[LABELS[layer]].names)
    gold, predicted = mentions_of(
        sides, column, ranks=ranks, duplicates=options.duplicates, among=among
    )
    if options.singletons == "drop":
        gold, predicted = (side.only(_in_company(side.cluster)) for side in (gold, predicted))
    gold, predicted = _renumbered(gold), _renumbered(predicted)
    in_gold, in_predicted = twins(gold, predicted)
    width = int(predicted.cluster.max(initial=0)) + 1
    cell, first, n = _grouped(gold.cluster[in_gold] * width + predicted.cluster[in_predicted])
    of_gold = _clusters(sides[0], gold, in_gold, cell)
    of_predicted = _clusters(sides[1], predicted, in_predicted, cell)
    return Contingency(
        gold=of_gold,
        predicted=of_predicted,
        gold_cluster=gold.cluster[in_gold[first]],
        predicted_cluster=predicted.cluster[in_predicted[first]],
        n=n,
    )


def mentions_of(
    sides: tuple[Spans, Spans],
    column: str,
    *,
    ranks: Ints,
    duplicates: str,
    among: tuple[Bools, Bools] | None = None,
) -> tuple[Mentions, Mentions]:
    """Number the mentions of both sides alike, and leave out what takes no part.

    `column` names the extra column that holds the cluster, `ranks` orders labels by their names;
    rows that are not marked in `among` are as if they were not there.
    """
    mentions = [
        Mentions(key, np.arange(len(side)), side.extra[column], side.start != ABSENT, side.ignored)
        for key, side in zip(_keys(sides), sides, strict=True)
    ]
    if among is not None:
        mentions = [side.only(marked) for side, marked in zip(mentions, among, strict=True)]
    if any((side.key[1:] == side.key[:-1]).any() for side in mentions):
        mentions = _told_apart(
            [
                _in_order(side, label=ranks[spans.label[side.row]])
                for side, spans in zip(mentions, sides, strict=True)
            ],
            duplicates=duplicates,
        )
    gold, predicted = mentions
    if gold.ignored.any() or predicted.ignored.any():
        in_gold, in_predicted = twins(gold, predicted)
        aside = [side.ignored.copy() for side in mentions]
        aside[0][in_gold] |= predicted.ignored[in_predicted]
        aside[1][in_predicted] |= gold.ignored[in_gold]
        return gold.only(~aside[0]), predicted.only(~aside[1])
    return gold, predicted


def twins(gold: Mentions, predicted: Mentions) -> tuple[Ints, Ints]:
    """Find the mentions that both sides have: their positions on either side, in one order."""
    if not len(predicted.key):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    place = np.minimum(np.searchsorted(predicted.key, gold.key), len(predicted.key) - 1)
    found = np.flatnonzero((predicted.key[place] == gold.key) & gold.placed)
    return found, place[found]


def _keys(sides: tuple[Spans, Spans]) -> list[Ints]:
    """Number spans in their documents alike on both sides; keys leave room for copy numbers."""
    columns = [
        np.concatenate(pair)
        for pair in zip(
            *((side.document, side.start, side.end, side.fragments) for side in sides), strict=True
        )
    ]
    number = numbered(*columns)
    if number.max(initial=0) > LARGEST // (len(number) + 1):
        number = dense(number)
    return np.split(number, [len(sides[0])])


def _told_apart(mentions: list[Mentions], *, duplicates: str) -> list[Mentions]:
    """Number the copies of each span, and make the number part of its key; or keep the first."""
    copy_numbers = [copies(side.key) for side in mentions]
    most = 1 + max(int(copy.max(initial=0)) for copy in copy_numbers)
    apart = [
        replace(side, key=side.key * most + copy)
        for side, copy in zip(mentions, copy_numbers, strict=True)
    ]
    if duplicates == "merge":
        return [
            side.only((copy == 0) | ~side.placed)
            for side, copy in zip(apart, copy_numbers, strict=True)
        ]
    return apart


def _in_order(side: Mentions, *, label: Ints) -> Mentions:
    """Sort the copies of each span: real ones first, then as the module says, then by label."""
    repeated = np.flatnonzero(np.isin(side.key, side.key[copies(side.key) > 0]))
    rank = _content_ranks(side, label, np.unique(side.cluster[repeated]))
    keys = (label, rank[side.cluster], side.ignored, side.key)
    order = np.arange(len(side.key))
    order[repeated] = repeated[np.lexsort([key[repeated] for key in keys])]
    return side.at(order)


def _content_ranks(side: Mentions, label: Ints, concerned: Ints) -> Ints:
    """Rank some clusters: most spans first, then by their spans, then by labels."""
    ranks = np.zeros(int(side.cluster.max(initial=0)) + 1, dtype=np.int64)
    held: dict[int, list[tuple[int, int]]] = {cluster: [] for cluster in concerned.tolist()}
    members = np.flatnonzero(np.isin(side.cluster, concerned))
    columns = (column[members].tolist() for column in (side.cluster, side.key, label))
    for cluster, key, name in zip(*columns, strict=True):
        held[cluster].append((key, name))
    content = {
        cluster: (-len({key for key, _ in items}), sorted(items)) for cluster, items in held.items()
    }
    for rank, cluster in enumerate(sorted(content, key=content.__getitem__)):
        ranks[cluster] = rank
    return ranks


def _in_company(cluster: Ints) -> Bools:
    """Mark the mentions whose cluster has two or more."""
    several: Bools = np.bincount(cluster, minlength=1)[cluster] > 1
    return several


def _grouped(values: Ints) -> tuple[Ints, Ints, Ints]:
    """Number values from 0 in ascending order; also give where each is first, and how often."""
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    is_first = np.ones(len(values), dtype=np.bool_)
    is_first[1:] = ascending[1:] != ascending[:-1]
    number = np.empty(len(values), dtype=np.int64)
    number[order] = np.cumsum(is_first) - 1
    starts = np.flatnonzero(is_first)
    return number, order[starts], np.diff(np.append(starts, len(values)))


def _renumbered(side: Mentions) -> Mentions:
    """Number clusters from 0 without gaps, in the order of their first mentions."""
    n = len(side.row)
    first = np.full(int(side.cluster.max(initial=0)) + 1, n, dtype=np.int64)
    # Of repeated places the last assignment stays, so the first mention goes in last.
    first[side.cluster[::-1]] = np.arange(n)[::-1]
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first, kind="stable")] = np.arange(len(first))
    return replace(side, cluster=number[side.cluster])


def _clusters(spans: Spans, side: Mentions, shared: Ints, cells: Ints) -> Clusters:
    """Describe the clusters, and note where their mentions meet the other side's."""
    cell = np.full(len(side.row), -1, dtype=np.int64)
    cell[shared] = cells
    size = np.bincount(side.cluster)
    first = np.empty(len(size), dtype=np.int64)
    first[side.cluster[::-1]] = side.row[::-1]
    return Clusters(
        row=side.row,
        cluster=side.cluster,
        cell=cell,
        document=spans.document[first],
        size=size,
        label=spans.label[first],
    )
