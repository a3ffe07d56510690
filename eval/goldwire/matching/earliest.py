"""Of all best matchings, the one with the earliest edges.

Potentials that prove a matching the best leave no slack on exactly the steps of which exchanges
to other best matchings consist. Edge by edge, in order, an edge is kept if such an exchange brings
it in without giving up those kept before.
"""

from collections import deque
from collections.abc import Iterator

import numpy as np

from goldwire.columns.tables import Ints
from goldwire.matching.augment import neighbours
from goldwire.matching.exchange import FREE, Exact, Network


def earliest(network: Network, potential: Exact) -> Ints:
    """Give the partners in the best matching that has the earliest of the network's edges.

    `potential` must prove the network's own matching the best.
    """
    at, to = network.gold, network.predicted + network.n_gold
    is_tight = potential[at] + network.weight == potential[to]
    is_pair = network.partner[at] == network.predicted
    if (is_pair | ~is_tight).all():
        return network.partner
    search = _Search(network, potential, at[is_tight], to[is_tight])
    possible = is_tight | is_pair
    for gold, predicted in zip(at[possible].tolist(), to[possible].tolist(), strict=True):
        search.keep(gold, predicted)
    return search.partners()


class _Search:
    """The state of the search: the present pairs, the kept vertices, the steps without slack."""

    def __init__(self, network: Network, potential: Exact, gold: Ints, predicted: Ints) -> None:
        self.n_gold = network.n_gold
        self.hub = network.hub
        self.partner = {
            int(one): int(network.partner[one]) + self.n_gold
            for one in np.flatnonzero(network.partner != FREE)
        }
        self.owner = {other: one for one, other in self.partner.items()}
        self.edges = neighbours(gold.tolist(), predicted.tolist())
        self.tight = set(zip(gold.tolist(), predicted.tolist(), strict=True))
        self.at_hub = set(np.flatnonzero(potential[: self.hub] == potential[self.hub]).tolist())
        self.kept: set[int] = set()

    def partners(self) -> Ints:
        """Give the present partners: shape [gold vertices]."""
        partner = np.full(self.n_gold, FREE, dtype=np.int64)
        for one, other in self.partner.items():
            partner[one] = other - self.n_gold
        return partner

    def keep(self, gold: int, predicted: int) -> None:
        """Keep an edge, if a best matching with all that was kept before holds it."""
        if gold in self.kept or predicted in self.kept:
            return
        if self.partner.get(gold) != predicted:
            walk = self._walk(predicted, gold)
            if not walk:
                return
            self._exchange([gold, *walk])
        self.kept |= {gold, predicted}

    def _walk(self, start: int, goal: int) -> list[int]:
        """List the vertices of a walk without slack from start up to, but not including, goal."""
        came_from = {start: start}
        queue = deque([start])
        while queue:
            vertex = queue.popleft()
            for following in self._steps(vertex):
                if following in came_from or following in self.kept:
                    continue
                came_from[following] = vertex
                if following == goal:
                    walk = [vertex]
                    while walk[-1] != start:
                        walk.append(came_from[walk[-1]])
                    return walk[::-1]
                queue.append(following)
        return []

    def _steps(self, vertex: int) -> Iterator[int]:
        """Give the vertices to which a step without slack leads."""
        if vertex == self.hub:
            for other in self.at_hub:
                is_gold = other < self.n_gold
                if (other not in self.partner) if is_gold else (other in self.owner):
                    yield other
        elif vertex < self.n_gold:
            yield from self.edges.get(vertex, ())
            if vertex in self.partner and vertex in self.at_hub:
                yield self.hub
        elif vertex in self.owner:
            if (self.owner[vertex], vertex) in self.tight:
                yield self.owner[vertex]
        elif vertex in self.at_hub:
            yield self.hub

    def _exchange(self, cycle: list[int]) -> None:
        """Go round a cycle: pairs that it enters from their predicted end part, others form."""
        steps = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        for one, other in steps:
            if self.n_gold <= one < self.hub and other < self.n_gold:
                del self.partner[other], self.owner[one]
        for one, other in steps:
            if one < self.n_gold <= other < self.hub:
                self.partner[one], self.owner[other] = other, one
