"""`align`: the one alignment behind SemEval categories, explanations and confusion matrices.

Pairs of overlapping spans, one-to-one, best in this order: (1) most strict pairs, (2) most pairs
with the same span, (3) most overlapping pairs with the same label, (4) most pairs, (5) the largest
sum of intersection over union, (6) the earliest: pairs are written as (smaller, larger) of their
two spans, listed in ascending order (start, end, fragments, name of the label), and the list that
comes first is taken. The order of items never matters; exchanging sides exchanges the pairs.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from goldwire.columns import Chunk, Spans
from goldwire.columns.tables import Bools, Floats, Ints
from goldwire.matching.assignment import Group, best_assignment
from goldwire.matching.edges import Edges, overlaps
from goldwire.matching.maximum import components, star_edges
from goldwire.matching.views import Duplicates, Layer, view

ALONE = -1


class Category(IntEnum):
    """What became of an item; a pair's two items have the same category.

    CORRECT: same span and label. TYPE: same span, another label. BOUNDARY: overlapping, same
    label. BOTH: overlapping, another label. MISSED gold and SPURIOUS predictions have no partner;
    a DUPLICATE is a spurious prediction that copies a correct one. IGNORED items do not count:
    don't-care gold, and predictions without a partner that overlap it; copies that were merged.
    """

    CORRECT = 0
    TYPE = 1
    BOUNDARY = 2
    BOTH = 3
    MISSED = 4
    SPURIOUS = 5
    DUPLICATE = 6
    IGNORED = 7


@dataclass(frozen=True, slots=True)
class AlignedSide:
    """What the alignment says of each row of one side; all of shape [rows].

    `category` holds `Category` values, `partner` the row on the other side or `ALONE`.
    `n_overlapping` counts the rows on the other side that overlap it, don't-care ones excepted:
    a prediction with two or more *merges* gold items, a gold item with two or more is *split*.
    """

    category: Ints
    partner: Ints
    n_overlapping: Ints


@dataclass(frozen=True, slots=True)
class Alignment:
    """The best alignment of a layer: its pairs by gold row, and what it says of every row.

    `iou` of a pair is the share of their union, in code points, that both cover.
    """

    gold_rows: Ints
    predicted_rows: Ints
    iou: Floats
    gold: AlignedSide
    predicted: AlignedSide

    def __len__(self) -> int:
        return len(self.gold_rows)


def align(chunk: Chunk, layer: str, *, duplicates: Duplicates = "count") -> Alignment:
    """Align the rows of a layer of spans (a field of `Side`), made once per chunk."""
    return chunk.once(
        ("matching.align", layer, duplicates), lambda: _align(chunk, layer, duplicates)
    )


def _align(chunk: Chunk, layer: str, duplicates: Duplicates) -> Alignment:
    both = view(chunk, layer, duplicates=duplicates)
    every = overlaps(chunk, layer, duplicates=duplicates)
    is_real = ~both.gold.ignored[every.gold] & ~both.predicted.ignored[every.predicted]
    edges = every.where(is_real)
    partner = _partners(both, edges)
    gold = np.flatnonzero(partner != ALONE)
    predicted = partner[gold]
    category = _categories(both, gold, predicted)
    gold_side: Spans = getattr(chunk.gold, layer)
    predicted_side: Spans = getattr(chunk.predicted, layer)

    gold_category = np.full(len(gold_side), Category.MISSED, dtype=np.int64)
    gold_category[_set_aside(both, every, of_gold=True)] = Category.IGNORED
    gold_category[both.gold.row[gold]] = category
    predicted_category = np.full(len(predicted_side), Category.SPURIOUS, dtype=np.int64)
    predicted_category[_copies(both, gold[category == Category.CORRECT])] = Category.DUPLICATE
    predicted_category[_set_aside(both, every, of_gold=False)] = Category.IGNORED
    predicted_category[both.predicted.row[predicted]] = category

    gold_rows, predicted_rows = both.gold.row[gold], both.predicted.row[predicted]
    order = np.argsort(gold_rows)
    return Alignment(
        gold_rows=gold_rows[order],
        predicted_rows=predicted_rows[order],
        iou=_iou(edges, partner)[order],
        gold=AlignedSide(
            gold_category,
            _placed(len(gold_side), gold_rows, predicted_rows),
            np.bincount(both.gold.row[edges.gold], minlength=len(gold_side)),
        ),
        predicted=AlignedSide(
            predicted_category,
            _placed(len(predicted_side), predicted_rows, gold_rows),
            np.bincount(both.predicted.row[edges.predicted], minlength=len(predicted_side)),
        ),
    )


def _partners(both: Layer, edges: Edges) -> Ints:
    """Give each gold position its best partner: strict pairs, then the best of what is left.

    Equal keys on both sides are used up by strict pairs, so these never stand in the way: the
    most strict pairs are the multiset's, whatever copies they join.
    """
    gold, predicted = both.strict
    partner = np.full(len(both.gold), ALONE, dtype=np.int64)
    partner[gold] = predicted
    taken = np.zeros(len(both.predicted), dtype=np.bool_)
    taken[predicted] = True
    left = edges.where((partner[edges.gold] == ALONE) & ~taken[edges.predicted])
    left = _in_order(both, left)
    gold_degree = np.bincount(left.gold, minlength=len(both.gold))
    predicted_degree = np.bincount(left.predicted, minlength=len(both.predicted))
    around_gold, around_predicted = star_edges(
        left.gold, left.predicted, gold_degree, predicted_degree
    )
    same_span, same_label = _sameness(both, left.gold, left.predicted)
    quality = (~same_label, ~same_span)
    iou = left.common / left.union
    for is_member, centre in ((around_gold, left.gold), (around_predicted, left.predicted)):
        star = np.flatnonzero(is_member)
        order = star[
            np.lexsort((star, -iou[star], *(claim[star] for claim in quality), centre[star]))
        ]
        best = order[np.unique(centre[order], return_index=True)[1]]
        partner[left.gold[best]] = left.predicted[best]
    tangled = np.flatnonzero(~(around_gold | around_predicted))
    for members in _groups(both, left, tangled):
        group = Group(
            gold=np.unique(left.gold[members], return_inverse=True)[1],
            predicted=np.unique(left.predicted[members], return_inverse=True)[1],
            same_span=same_span[members],
            same_label=same_label[members],
            common=left.common[members],
            union=left.union[members],
        )
        chosen = members[best_assignment(group)]
        partner[left.gold[chosen]] = left.predicted[chosen]
    return partner


def _in_order(both: Layer, edges: Edges) -> Edges:
    """Put edges in the order of objective 6: by the smaller, then the larger key of their ends."""
    one, other = both.gold.key[edges.gold], both.predicted.key[edges.predicted]
    order = np.lexsort(
        (edges.predicted, edges.gold, np.maximum(one, other), np.minimum(one, other))
    )
    return edges.at(order)


def _groups(both: Layer, edges: Edges, tangled: Ints) -> list[Ints]:
    """Split edges into those of each component, in their order."""
    if not len(tangled):
        return []
    n_gold = len(both.gold)
    root = components(
        n_gold + len(both.predicted), edges.gold[tangled], edges.predicted[tangled] + n_gold
    )[edges.gold[tangled]]
    order = np.argsort(root, kind="stable")
    return np.split(tangled[order], np.flatnonzero(np.diff(root[order])) + 1)


def _sameness(both: Layer, gold: Ints, predicted: Ints) -> tuple[Bools, Bools]:
    return (
        both.gold.span[gold] == both.predicted.span[predicted],
        both.gold.label[gold] == both.predicted.label[predicted],
    )


def _categories(both: Layer, gold: Ints, predicted: Ints) -> Ints:
    same_span, same_label = _sameness(both, gold, predicted)
    categories: Ints = np.where(
        same_span,
        np.where(same_label, Category.CORRECT, Category.TYPE),
        np.where(same_label, Category.BOUNDARY, Category.BOTH),
    ).astype(np.int64)
    return categories


def _copies(both: Layer, correct: Ints) -> Ints:
    """List the predicted rows that have the key of a correct pair."""
    return both.predicted.row[np.isin(both.predicted.key, both.gold.key[correct])]


def _set_aside(both: Layer, every: Edges, *, of_gold: bool) -> Ints:
    """List the rows that do not count unless they are paired: don't-care, excused or merged."""
    one, other = (both.gold, both.predicted) if of_gold else (both.predicted, both.gold)
    at, to = (every.gold, every.predicted) if of_gold else (every.predicted, every.gold)
    excused = one.ignored.copy()
    excused[at[other.ignored[to]]] = True
    return np.concatenate([one.row[excused], one.aside])


def _iou(edges: Edges, partner: Ints) -> Floats:
    """Give the IoU of each pair, by gold position; edges ascend in (gold, predicted)."""
    paired = partner[edges.gold] == edges.predicted
    shares: Floats = edges.common[paired] / edges.union[paired]
    return shares


def _placed(n: int, rows: Ints, values: Ints) -> Ints:
    placed = np.full(n, ALONE, dtype=np.int64)
    placed[rows] = values
    return placed
