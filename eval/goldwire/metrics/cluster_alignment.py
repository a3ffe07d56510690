"""The best one-to-one alignment of two partitions of clusters, for CEAF.

Best is what has the largest total similarity. Most pairs need no solver: say that two clusters are
each other's most similar, and at least as similar as their second choices are together; then some
best alignment pairs them, for breaking the pair up frees no more than those second choices. Such
pairs are settled for all documents at once, a few times over; only what stays tangled goes to a
solver, by component.

The largest total is one number, whatever the ties. Which of several best alignments is taken hangs
on the order of the clusters, so clusters must come in an order that no file can change.
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns.tables import Bools, Floats, Ints

ROUNDS = 3
"""So often sure pairs are sought. A fixed number: what becomes of a document must not hang on how
much there is to settle in the others of its chunk."""

LARGE = 40_000
"""A component of more than so many pairs of clusters, most of them empty, makes no matrix."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Pairs of clusters that share a mention, in ascending order of `gold`, then `predicted`.

    All arrays [n]; `similarity` is above 0.
    """

    gold: Ints
    predicted: Ints
    similarity: Floats

    def __len__(self) -> int:
        return len(self.gold)

    def where(self, kept: Bools | Ints) -> "Cells":
        """Give the cells that are marked, or that stand at these positions."""
        return Cells(self.gold[kept], self.predicted[kept], self.similarity[kept])


def gains(cells: Cells, *, n_gold: int, n_predicted: int) -> tuple[Floats, Floats]:
    """Align the clusters; give the similarity that each gold, and each predicted, cluster gains."""
    gained = np.zeros(n_gold), np.zeros(n_predicted)
    taken = np.zeros(n_gold, np.bool_), np.zeros(n_predicted, np.bool_)
    for _ in range(ROUNDS):
        if not len(cells):
            break
        settled = cells.where(_sure(cells))
        _give(gained, settled)
        taken[0][settled.gold] = True
        taken[1][settled.predicted] = True
        cells = cells.where(~(taken[0][cells.gold] | taken[1][cells.predicted]))
    if len(cells):
        _give(gained, _solved(cells))
    return gained


def _give(gained: tuple[Floats, Floats], chosen: Cells) -> None:
    gained[0][chosen.gold] = chosen.similarity
    gained[1][chosen.predicted] = chosen.similarity


def _sure(cells: Cells) -> Ints:
    """Find the cells that the module's argument settles: at most one per cluster."""
    best_of_gold, second_of_gold = _best_two(cells.gold, cells.similarity)
    order = np.argsort(cells.predicted, kind="stable")
    best, second = _best_two(cells.predicted[order], cells.similarity[order])
    mutual = np.zeros(len(cells), dtype=np.int64)
    second_choices = np.zeros(len(cells))
    mutual[best_of_gold] += 1
    mutual[order[best]] += 1
    second_choices[best_of_gold] += second_of_gold
    second_choices[order[best]] += second
    return np.flatnonzero((mutual == 2) & (cells.similarity >= second_choices))


def _best_two(cluster: Ints, similarity: Floats) -> tuple[Ints, Floats]:
    """Give where each cluster's best cell is (the first of equals), and how good its second is.

    Clusters ascend.
    """
    is_first = np.ones(len(cluster), dtype=np.bool_)
    is_first[1:] = cluster[1:] != cluster[:-1]
    starts = np.flatnonzero(is_first)
    number = np.cumsum(is_first) - 1
    top = np.flatnonzero(similarity == np.maximum.reduceat(similarity, starts)[number])
    best = top[np.insert(number[top][1:] != number[top][:-1], 0, True)]
    others = similarity.copy()
    others[best] = 0
    return best, np.maximum.reduceat(others, starts)


def _solved(cells: Cells) -> Cells:
    """Solve the components one by one: the small ones as matrices, large ones cell by cell."""
    golds, gold = np.unique(cells.gold, return_inverse=True)
    predictions, predicted = np.unique(cells.predicted, return_inverse=True)
    component = _components(gold, predicted, len(golds), len(predictions))
    row, heights = _places(component[: len(golds)])
    column, widths = _places(component[len(golds) :])
    local = Cells(row[gold], column[predicted], cells.similarity)
    of_cell = component[gold]
    is_large = heights * widths > LARGE
    chosen = _chosen_in_matrices(local, of_cell, heights * ~is_large, widths)
    for number in np.flatnonzero(is_large):
        members = np.flatnonzero(of_cell == number)
        chosen[members[_chosen_in_large(local.where(members))]] = True
    return cells.where(chosen)


def _chosen_in_matrices(cells: Cells, component: Ints, heights: Ints, widths: Ints) -> Bools:
    """Mark the best cells of each component; one of height 0 has none."""
    from scipy.optimize import linear_sum_assignment

    base = np.append(0, np.cumsum(heights * widths))
    inside = np.flatnonzero(heights[component])
    part = cells.where(inside)
    at = base[component[inside]] + part.gold * widths[component[inside]] + part.predicted
    cost = np.zeros(base[-1])
    cost[at] = -part.similarity
    taken = np.zeros(len(cost), dtype=np.bool_)
    for start, end, width in zip(
        base[:-1].tolist(), base[1:].tolist(), widths.tolist(), strict=True
    ):
        if start < end:
            rows, columns = linear_sum_assignment(cost[start:end].reshape(-1, width))
            taken[start + rows * width + columns] = True
    chosen = np.zeros(len(cells), dtype=np.bool_)
    chosen[inside] = taken[at]
    return chosen


def _chosen_in_large(cells: Cells) -> Bools:
    """Mark the best cells of one component, in memory that grows with its cells alone."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    n, m = 1 + int(cells.gold.max()), 1 + int(cells.predicted.max())
    # Every gold cluster can also stay alone, with a column of its own that is worth nothing.
    alone = np.arange(n)
    worth = np.append(cells.similarity, np.zeros(n))
    places = (np.append(cells.gold, alone), np.append(cells.predicted, m + alone))
    costs = csr_array((1 + worth.max() - worth, places), shape=(n, m + n))
    partner = min_weight_full_bipartite_matching(costs)[1]
    chosen: Bools = partner[cells.gold] == cells.predicted
    return chosen


def _components(gold: Ints, predicted: Ints, n_gold: int, n_predicted: int) -> Ints:
    """Number the connected components of gold clusters, then of predicted ones: shape [both]."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = n_gold + n_predicted
    graph = coo_array((np.ones(len(gold)), (gold, predicted + n_gold)), shape=(n, n))
    component: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return component


def _places(component: Ints) -> tuple[Ints, Ints]:
    """Give each cluster's place within its component, and the size of each component."""
    sizes = np.bincount(component)
    order = np.argsort(component, kind="stable")
    place = np.empty(len(component), dtype=np.int64)
    place[order] = np.arange(len(component)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return place, sizes
