"""The best one-to-one assignment of one connected group of spans, exact to the last tie.

The objective is lexicographic: most pairs with the same span, most with the same label, most
pairs, the largest sum of intersection over union, and then the earliest edges. All but the last
are packed into one integer per edge (the ratios brought to their common denominator), so that no
rounding can make or break a tie. A guess is improved until potentials prove that nothing is
better; they also tell which edges lie in some best assignment, and of those the earliest are kept.
"""

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from goldwire.columns.tables import Bools, Ints
from goldwire.matching.earliest import earliest
from goldwire.matching.exchange import FREE, Exact, Network, potentials

FEW = 16
"""Up to so many edges the first guess is greedy, which spares the import of scipy."""


@dataclass(frozen=True, slots=True)
class Group:
    """Edges of one component, the earliest in canonical order first; arrays of shape [edges].

    `gold` and `predicted` count from 0 within the group. `same_span` and `same_label` are claims
    about the two ends, `common` of `union` code points are shared.
    """

    gold: Ints
    predicted: Ints
    same_span: Bools
    same_label: Bools
    common: Ints
    union: Ints


def best_assignment(group: Group) -> Ints:
    """Give the edges of the best assignment, as ascending positions."""
    weight = _weights(group)
    partner = _first_guess(group)
    while True:
        network = Network(group.gold, group.predicted, weight, partner)
        potential, cycle = potentials(network)
        if not cycle:
            break
        partner = network.exchanged(cycle)
    partner = earliest(network, potential)
    chosen: Ints = np.flatnonzero(partner[group.gold] == group.predicted)
    return chosen


def _base(group: Group) -> int:
    """Give a number above any count of pairs."""
    return 2 + int(min(group.gold.max(), group.predicted.max()))


def _weights(group: Group) -> Exact:
    """Pack the first four parts of the objective of each edge into one integer: shape [edges]."""
    denominator = math.lcm(*np.unique(group.union).tolist())
    base = _base(group)
    level = ((group.same_span * base + group.same_label) * base + 1) * base
    # No sum of gains along a walk reaches base⁵ · denominator.
    if base**5 * denominator < 2**61:
        return level * denominator + group.common * (denominator // group.union)
    share = group.common.astype(np.object_) * (denominator // group.union.astype(np.object_))
    return cast("Exact", level.astype(np.object_) * denominator + share)


def _first_guess(group: Group) -> Ints:
    """Guess a partner or `FREE` for each gold vertex: it decides how long the search takes, only.

    shape [gold vertices].
    """
    n = 1 + int(group.gold.max())
    base = float(_base(group))
    level = ((group.same_span * base + group.same_label) * base + 1) * base
    guess = level + group.common / group.union
    if len(guess) <= FEW:
        return _greedy(group, guess, n)
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    # Every gold vertex also has a partner of its own that is worth nothing.
    m = 1 + int(group.predicted.max())
    own = np.arange(n)
    cost = 1 + guess.max() - np.append(guess, np.zeros(n))
    places = (np.append(group.gold, own), np.append(group.predicted, m + own))
    matrix = csr_array((cost, places), shape=(n, m + n))
    assigned = min_weight_full_bipartite_matching(matrix)[1]
    guessed: Ints = np.where(assigned < m, assigned, FREE).astype(np.int64)
    return guessed


def _greedy(group: Group, guess: NDArray[np.float64], n: int) -> Ints:
    partner = np.full(n, FREE, dtype=np.int64)
    taken: set[int] = set()
    for edge in np.argsort(-guess, kind="stable").tolist():
        gold, predicted = int(group.gold[edge]), int(group.predicted[edge])
        if partner[gold] == FREE and predicted not in taken:
            partner[gold] = predicted
            taken.add(predicted)
    return partner
