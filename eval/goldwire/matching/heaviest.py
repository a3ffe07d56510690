"""The heaviest one-to-one assignment of weighted edges: the largest sum of weights, exactly.

A weight is a sum of fractions, so that sums of different weights can tie or differ by less than
floats can tell. Most vertices need no search: where everybody on one side prefers somebody else on
the other, they all get their wish. What is left is solved in whole numbers, the fractions of a
component being brought to their common denominator; of equally heavy assignments the one with the
earliest edges is taken, so that nothing hangs on the order of vertices.
"""

import math
from dataclasses import dataclass
from typing import cast

import numpy as np

from goldwire.columns.tables import Bools, Floats, Ints
from goldwire.matching.earliest import earliest
from goldwire.matching.exchange import FREE, Exact, Network, potentials
from goldwire.matching.maximum import components

MARGIN = 1e-9
"""A wish must beat the next one by this much, far above the rounding of floats."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """Edges between `gold` and `predicted` vertices, the earliest first; both of shape [edges].

    The weight of an edge is the sum over k of `numerator[edge, k] / denominator[edge, k]`, above 0;
    both have shape [edges, k].
    """

    gold: Ints
    predicted: Ints
    numerator: Ints
    denominator: Ints

    def __len__(self) -> int:
        return len(self.gold)

    @property
    def weight(self) -> Floats:
        """The weights as floats: shape [edges]."""
        weight: Floats = (self.numerator / self.denominator).sum(axis=1)
        return weight

    def where(self, kept: Ints) -> "Weighted":
        """Give the edges at these positions."""
        return Weighted(
            self.gold[kept], self.predicted[kept], self.numerator[kept], self.denominator[kept]
        )


def heaviest(edges: Weighted) -> Ints:
    """Give the edges of the heaviest assignment, as ascending positions."""
    if not len(edges):
        return np.empty(0, dtype=np.int64)
    n_gold = 1 + int(edges.gold.max())
    n = n_gold + 1 + int(edges.predicted.max())
    other = edges.predicted + n_gold
    root = components(n, edges.gold, other)[edges.gold]
    chosen = []
    is_open = np.ones(len(edges), dtype=np.bool_)
    for wisher, wished in ((edges.gold, other), (other, edges.gold)):
        wishes, is_granted = _wishes(edges.weight, wisher, wished, root, n)
        granted = is_granted[root] & is_open
        chosen.append(np.flatnonzero(wishes & granted))
        is_open &= ~granted
    left = np.flatnonzero(is_open)
    left = left[np.argsort(root[left], kind="stable")]
    cuts = np.flatnonzero(np.diff(root[left])) + 1
    groups = np.split(left, cuts) if len(left) else ()
    chosen.extend(members[_solve(edges.where(members))] for members in groups)
    return np.sort(np.concatenate(chosen))


def _wishes(weight: Floats, wisher: Ints, wished: Ints, root: Ints, n: int) -> tuple[Bools, Bools]:
    """Claim of each edge that its end on one side prefers it, and of each component that all can.

    The sum of everybody's best edge bounds any assignment, so when these edges are a matching and
    no wish was a near tie, they are the one heaviest assignment. Shapes [edges] and [n].
    """
    best = np.zeros(n)
    np.maximum.at(best, wisher, weight)
    wishes = weight >= best[wisher] - MARGIN
    n_wishes = np.bincount(wisher[wishes], minlength=n)
    n_wishers = np.bincount(wished[wishes], minlength=n)
    is_granted = np.ones(n, dtype=np.bool_)
    is_granted[root[(n_wishes[wisher] > 1) | (n_wishers[wished] > 1)]] = False
    return wishes, is_granted


def _solve(edges: Weighted) -> Ints:
    """Give the heaviest assignment of one component, as ascending positions."""
    gold = np.unique(edges.gold, return_inverse=True)[1].reshape(-1)
    predicted = np.unique(edges.predicted, return_inverse=True)[1].reshape(-1)
    weight = _whole(edges)
    partner = _first_guess(gold, predicted, edges.weight)
    while True:
        network = Network(gold, predicted, weight, partner)
        potential, cycle = potentials(network)
        if not cycle:
            break
        partner = network.exchanged(cycle)
    partner = earliest(network, potential)
    chosen: Ints = np.flatnonzero(partner[gold] == predicted)
    return chosen


def _whole(edges: Weighted) -> Exact:
    """Bring all weights to their common denominator: whole numbers, shape [edges]."""
    denominator = math.lcm(*np.unique(edges.denominator).tolist())
    factor = denominator // edges.denominator.astype(np.object_)
    whole = (edges.numerator.astype(np.object_) * factor).sum(axis=1)
    # No gain along a walk exceeds the sum of all weights.
    fits = sum(whole.tolist()) < 2**61
    return cast("Exact", whole.astype(np.int64) if fits else whole)


def _first_guess(gold: Ints, predicted: Ints, weight: Floats) -> Ints:
    """Guess a partner or `FREE` for each gold vertex, in floats: shape [gold vertices]."""
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((1 + int(gold.max()), 1 + int(predicted.max())))
    table[gold, predicted] = weight
    partner = np.full(len(table), FREE, dtype=np.int64)
    rows, columns = linear_sum_assignment(table, maximize=True)
    is_edge = table[rows, columns] > 0
    partner[rows[is_edge]] = columns[is_edge]
    return partner
