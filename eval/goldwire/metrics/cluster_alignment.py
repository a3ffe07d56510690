"""The best one-to-one alignment of two partitions of clusters, for CEAF.

Best is what has the largest total similarity. Most pairs need no solver: say that two clusters are
each other's most similar, and at least as similar as their second choices are together; then some
best alignment pairs them, for breaking the pair up frees no more than those second choices. Such
pairs are settled for all documents at once, again and again; only what stays tangled goes to a
solver, by component.

The largest total is one number, whatever the ties. Which of several best alignments is taken hangs
on the order of the clusters, so clusters must come in an order that no file can change.
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns.tables import Bools, Floats, Ints

WORTHWHILE = 0.05
"""A round of settling goes on to another if it removed at least this share of the cells."""


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
    while len(cells):
        settled = cells.where(_sure(cells))
        _give(gained, settled)
        taken = np.zeros(n_gold, np.bool_), np.zeros(n_predicted, np.bool_)
        taken[0][settled.gold] = True
        taken[1][settled.predicted] = True
        before = len(cells)
        cells = cells.where(~(taken[0][cells.gold] | taken[1][cells.predicted]))
        if before - len(cells) < WORTHWHILE * before:
            break
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
    """Solve the components one by one."""
    from scipy.optimize import linear_sum_assignment

    golds, gold = np.unique(cells.gold, return_inverse=True)
    predictions, predicted = np.unique(cells.predicted, return_inverse=True)
    component = _components(gold, predicted, len(golds), len(predictions))
    row, heights = _places(component[: len(golds)])
    column, widths = _places(component[len(golds) :])
    base = np.append(0, np.cumsum(heights * widths))
    of_cell = component[gold]
    at = base[of_cell] + row[gold] * widths[of_cell] + column[predicted]
    cost = np.zeros(base[-1])
    cost[at] = -cells.similarity
    chosen = np.zeros(len(cost), dtype=np.bool_)
    for start, end, width in zip(
        base[:-1].tolist(), base[1:].tolist(), widths.tolist(), strict=True
    ):
        rows, columns = linear_sum_assignment(cost[start:end].reshape(-1, width))
        chosen[start + rows * width + columns] = True
    return cells.where(chosen[at])


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
