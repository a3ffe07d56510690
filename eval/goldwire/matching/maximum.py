"""Maximum matchings of a bipartite graph whose matched *sets* are unique and symmetric.

A graph has many maximum matchings, and which items they leave out decides what each label earns.
So the matched sets are pinned down: on either side, items are taken in order of priority whenever
the items taken so far can still all be matched (the greedy basis of a transversal matroid). One
maximum matching covers both sets at once (Mendelsohn & Dulmage 1958). Both sides follow the same
rule, so that exchanging them exchanges the sets.

Edges come in stages: what can be matched by better edges alone is covered first, and covering
more with the next stage never uncovers an item (augmenting paths keep their inner vertices).
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns.numbering import copies, distinct
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.augment import combine, cover, neighbours, turned

FREE = -1


@dataclass(frozen=True, slots=True)
class Graph:
    """A bipartite graph: `gold`, `predicted`, `stage` of shape [edges], 0 being the best stage.

    `gold_priority` and `predicted_priority` rank the vertices of each side, lowest first; they are
    distinct.
    """

    gold: Ints
    predicted: Ints
    stage: Ints
    gold_priority: Ints
    predicted_priority: Ints


def maximum_matching(graph: Graph, settled: tuple[Ints, Ints] | None = None) -> Ints:
    """Give each gold vertex its partner, `FREE` for none: shape [gold vertices].

    `settled` are pairs that a maximum matching of stage 0 may hold, covering its matched sets:
    equal keys, where stage 0 joins exactly those. Linear for isolated pairs and stars, which are
    nearly everything; breadth-first augmentation, O(vertices × edges) at worst, for the rest.
    """
    partner = np.full(len(graph.gold_priority), FREE, dtype=np.int64)
    in_star = _match_stars(graph, partner)
    rest = np.flatnonzero(~in_star)
    if len(rest) and settled is not None:
        # Stars need no help, and what is settled outside them starts the search.
        is_outside = np.zeros(len(partner), dtype=np.bool_)
        is_outside[graph.gold[rest]] = True
        outside = is_outside[settled[0]]
        partner[settled[0][outside]] = settled[1][outside]
        rest = rest[~_is_finished(graph, rest, partner)]
    if len(rest):
        _match_rest(graph, rest, partner)
    return partner


def most_pairs(gold: Ints, predicted: Ints, *, sizes: tuple[int, int]) -> tuple[Ints, Ints]:
    """Pair as many as can be paired one to one along edges of equal worth, the earliest first.

    `gold`, `predicted`: shape [edges], the ends of each edge; `sizes`: how many vertices the sides
    have. Gives the pairs, in the order of gold.
    """
    edges = Graph(
        gold=gold,
        predicted=predicted,
        stage=np.zeros(len(gold), dtype=np.int64),
        gold_priority=np.arange(sizes[0]),
        predicted_priority=np.arange(sizes[1]),
    )
    partner = maximum_matching(edges)
    paired = np.flatnonzero(partner != FREE)
    return paired, partner[paired]


def _match_stars(graph: Graph, partner: Ints) -> Bools:
    """Match the components that are one edge or one star; claim which edges lie in them."""
    gold, predicted = graph.gold, graph.predicted
    gold_degree = np.bincount(gold, minlength=len(graph.gold_priority))
    predicted_degree = np.bincount(predicted, minlength=len(graph.predicted_priority))
    in_star: Bools = (gold_degree[gold] == 1) & (predicted_degree[predicted] == 1)
    partner[gold[in_star]] = predicted[in_star]
    tied = np.flatnonzero(~in_star)
    centred_on_gold, centred_on_predicted = star_edges(
        gold[tied], predicted[tied], gold_degree, predicted_degree
    )
    for edges, centre, leaf, priority in (
        (tied[centred_on_gold], gold, predicted, graph.predicted_priority),
        (tied[centred_on_predicted], predicted, gold, graph.gold_priority),
    ):
        order = edges[np.lexsort((priority[leaf[edges]], graph.stage[edges], centre[edges]))]
        best = order[copies(centre[order]) == 0]
        partner[gold[best]] = predicted[best]
    in_star[tied] = centred_on_gold | centred_on_predicted
    return in_star


def star_edges(
    gold: Ints, predicted: Ints, gold_degree: Ints, predicted_degree: Ints
) -> tuple[Bools, Bools]:
    """Claim which edges belong to a star around their gold and around their predicted vertex.

    A component is a star around a vertex when all neighbours of it have degree 1; an isolated
    edge counts as one around its gold vertex only.
    """
    busiest_at_gold = np.zeros_like(gold_degree)
    np.maximum.at(busiest_at_gold, gold, predicted_degree[predicted])
    busiest_at_predicted = np.zeros_like(predicted_degree)
    np.maximum.at(busiest_at_predicted, predicted, gold_degree[gold])
    around_gold = (predicted_degree[predicted] == 1) & (busiest_at_gold[gold] == 1)
    around_predicted = (gold_degree[gold] == 1) & (busiest_at_predicted[predicted] == 1)
    return around_gold, around_predicted & ~around_gold


def components(n: int, one: Ints, other: Ints) -> Ints:
    """Name the component of each of `n` vertices by its smallest vertex: shape [n]."""
    root = np.arange(n)
    while True:
        lowest = np.minimum(root[one], root[other])
        np.minimum.at(root, root[one], lowest)
        np.minimum.at(root, root[other], lowest)
        while (root[root] != root).any():
            root = root[root]
        if (root[one] == root[other]).all():
            return root


def _is_finished(graph: Graph, rest: Ints, partner: Ints) -> Bools:
    """Extend the settled pairs where that is forced; claim which edges need no search any more.

    Lone edges between uncovered vertices are added first. A component is finished if one side is
    covered, so that no matching is larger, and on neither side there was a choice: the side is
    covered, or it is covered by settled pairs alone.
    """
    gold, predicted = graph.gold[rest], graph.predicted[rest]
    n_gold, n_predicted = len(graph.gold_priority), len(graph.predicted_priority)
    gold_settled = partner != FREE
    predicted_settled = np.zeros(n_predicted, dtype=np.bool_)
    predicted_settled[partner[gold_settled]] = True
    open_edges = np.flatnonzero(~gold_settled[gold] & ~predicted_settled[predicted])
    gold_degree = np.bincount(gold[open_edges], minlength=n_gold)
    predicted_degree = np.bincount(predicted[open_edges], minlength=n_predicted)
    lone = open_edges[
        (gold_degree[gold[open_edges]] == 1) & (predicted_degree[predicted[open_edges]] == 1)
    ]
    gold_added = np.zeros(n_gold, dtype=np.bool_)
    gold_added[gold[lone]] = True
    predicted_added = np.zeros(n_predicted, dtype=np.bool_)
    predicted_added[predicted[lone]] = True

    # Few vertices are left, so they are numbered anew.
    dense_gold, n_left = _renumbered(gold, n_gold)
    dense_predicted, n_right = _renumbered(predicted, n_predicted)
    component = components(n_left + n_right, dense_gold, dense_predicted + n_left)[dense_gold]

    def holds(claim_of_gold: Bools, claim_of_predicted: Bools) -> tuple[Bools, Bools]:
        """Claim for each component that some gold and that some predicted vertex is so."""
        found = np.zeros((2, n_left + n_right), dtype=np.bool_)
        found[0, component[claim_of_gold[gold]]] = True
        found[1, component[claim_of_predicted[predicted]]] = True
        return found[0], found[1]

    gold_open, predicted_open = holds(
        ~(gold_settled | gold_added), ~(predicted_settled | predicted_added)
    )
    gold_chosen, predicted_chosen = holds(gold_added, predicted_added)
    finished = (
        ~(gold_open & predicted_open)
        & ~(gold_open & gold_chosen)
        & ~(predicted_open & predicted_chosen)
    )[component]
    added = lone[finished[lone]]
    partner[gold[added]] = predicted[added]
    return finished


def _renumbered(vertices: Ints, n: int) -> tuple[Ints, int]:
    """Number the vertices that occur, of `n`, from 0 without gaps; also give how many they are."""
    occurs = np.zeros(n, dtype=np.bool_)
    occurs[vertices] = True
    number = np.cumsum(occurs) - 1
    return number[vertices], int(number[-1]) + 1 if n else 0


def _match_rest(graph: Graph, rest: Ints, partner: Ints) -> None:
    """Match what is left by augmenting paths, stage by stage, from both sides."""
    stages = graph.stage[rest]
    gold_order = _in_order(graph.gold[rest], graph.gold_priority)
    predicted_order = _in_order(graph.predicted[rest], graph.predicted_priority)
    partner_of_gold = {v: int(partner[v]) for v in gold_order if partner[v] != FREE}
    for stage in distinct(stages).tolist():
        edges = rest[stages <= stage]
        gold, predicted = graph.gold[edges].tolist(), graph.predicted[edges].tolist()
        by_gold = cover(gold_order, neighbours(gold, predicted), partner_of_gold)
        by_predicted = cover(predicted_order, neighbours(predicted, gold), turned(partner_of_gold))
        partner_of_gold = combine(by_gold, by_predicted)
    for vertex, found in partner_of_gold.items():
        partner[vertex] = found


def _in_order(vertices: Ints, priority: Ints) -> list[int]:
    """List each vertex once, lowest priority first."""
    once = distinct(vertices)
    ordered: list[int] = once[np.argsort(priority[once])].tolist()
    return ordered
