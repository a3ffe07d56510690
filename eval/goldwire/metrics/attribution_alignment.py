"""Attributions aligned one-to-one by how much of their source, cue and content agrees.

The likeness of two attributions is the mean of three Dice coefficients, one per element, over code
points (fragments of discontinuous elements included):

    dice = 2 · common / (gold + predicted)      likeness = (source + cue + content) / 3

An element that both lack agrees (1), one that only one of them lacks does not (0). Attributions
that share no code point in any element are not alike at all, whatever both of them lack. No other
scorer does this; goldwire defines it (docs/attribution-scoring.md).
"""

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side, Spans, numbered
from goldwire.columns.tables import Floats, Ints
from goldwire.matching.edges import overlaps
from goldwire.matching.heaviest import Weighted, heaviest
from goldwire.matching.joins import equal_pairs
from goldwire.matching.views import name_ranks, view
from goldwire.metrics.attribution_elements import ELEMENTS, element
from goldwire.metrics.base import Options
from goldwire.tallies import Credits, Outcome


def soft(chunk: Chunk, options: Options) -> Outcome:
    """Partial credit: the likeness of aligned attributions, summed.

    The alignment is the one-to-one alignment of each document with the largest sum of likeness.
    P = Σ likeness ÷ predicted attributions, R = Σ likeness ÷ gold attributions.
    """
    del options
    edges = _alike(chunk)
    best = heaviest(edges)
    likeness = edges.weight[best] / len(ELEMENTS)
    return Outcome(
        ("",),
        _credits(chunk.gold, edges.gold[best], likeness),
        _credits(chunk.predicted, edges.predicted[best], likeness),
    )


def _credits(side: Side, rows: Ints, likeness: Floats) -> Credits:
    n = len(side.attributions)
    num = np.zeros(n)
    num[rows] = likeness
    # Summed by size, so that the order of items cannot show in the last bit of the sum.
    order = np.argsort(num, kind="stable")
    document = side.attributions.document[order]
    return Credits(document, np.zeros(n, dtype=np.int64), num[order], np.ones(n))


def _alike(chunk: Chunk) -> Weighted:
    """Give every pair of attributions of a document that are alike, the earliest first."""
    n_predicted = max(len(chunk.predicted.attributions), 1)
    shared = [_overlapping(chunk, name) for name in ELEMENTS]
    void_gold, void_predicted = _void_pairs(chunk)
    pairs = np.unique(
        np.concatenate(
            [
                void_gold * n_predicted + void_predicted,
                *(at * n_predicted + to for at, to, _, _ in shared),
            ]
        )
    )
    gold, predicted = np.divmod(pairs, n_predicted)
    numerator = np.zeros((len(pairs), len(ELEMENTS)), dtype=np.int64)
    denominator = np.ones_like(numerator)
    for k, (name, (at, to, common, both)) in enumerate(zip(ELEMENTS, shared, strict=True)):
        place = np.searchsorted(pairs, at * n_predicted + to)
        numerator[place, k], denominator[place, k] = 2 * common, both
        lacking = chunk.gold.attributions[name][gold] == ABSENT
        lacking &= chunk.predicted.attributions[name][predicted] == ABSENT
        numerator[lacking, k] = 1
    order = _earliest_first(chunk, gold, predicted)
    return Weighted(gold, predicted, numerator, denominator).where(order)


def _overlapping(chunk: Chunk, name: str) -> tuple[Ints, Ints, Ints, Ints]:
    """Give the attributions whose elements of this name overlap, and by how much.

    Gold and predicted rows, the code points in common, and the sum of both elements' code points.
    """
    edges = overlaps(chunk, f"{name}s")
    both = view(chunk, f"{name}s")
    rows = []
    for side, elements, positions in (
        (chunk.gold, both.gold, edges.gold),
        (chunk.predicted, both.predicted, edges.predicted),
    ):
        spans: Spans = getattr(side, f"{name}s")
        rows.append(spans.extra["attribution"][elements.row[positions]])
    return rows[0], rows[1], edges.common, edges.union + edges.common


def _void_pairs(chunk: Chunk) -> tuple[Ints, Ints]:
    """Pair the attributions that have no element at all: they are the same."""
    void = [
        np.flatnonzero((_spans(side) == ABSENT).all(axis=1))
        for side in (chunk.gold, chunk.predicted)
    ]
    sides = (chunk.gold.attributions.document, chunk.predicted.attributions.document)
    at, to = equal_pairs(sides[0][void[0]], sides[1][void[1]])
    return void[0][at], void[1][to]


def _spans(side: Side) -> Ints:
    return np.column_stack([column for name in ELEMENTS for column in element(side, name)])


def _earliest_first(chunk: Chunk, gold: Ints, predicted: Ints) -> Ints:
    """Order pairs by the smaller, then the larger of the two attributions, whatever their side.

    Attributions ascend by their elements' spans, of which fragment lists ascend as lists do:
    exchanging the sides gives the same order.
    """
    ranks = np.append(name_ranks(chunk.vocabularies.fragment_lists()), ABSENT)
    keys = []
    for side in (chunk.gold, chunk.predicted):
        spans = _spans(side)
        spans[:, 2::3] = ranks[spans[:, 2::3]]
        keys.append(np.column_stack([side.attributions.document, spans]))
    number = numbered(*np.concatenate(keys).T)
    one, other = number[gold], number[len(keys[0]) + predicted]
    order: Ints = np.lexsort((predicted, gold, np.maximum(one, other), np.minimum(one, other)))
    return order
