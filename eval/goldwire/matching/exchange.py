"""Exchanges in a weighted matching: cycles that improve it, potentials that prove it the best.

A matching is read as a network. A step from a gold to a predicted vertex adds their edge and gains
its weight; a step from a predicted vertex to its gold partner removes theirs and loses it. One
more vertex, the hub, stands for having no partner: an unmatched gold vertex can start from it,
one that lost its partner can end there, and likewise on the other side. A closed walk is an
exchange, and a matching is the best exactly when no exchange gains anything (Ahuja, Magnanti &
Orlin 1993, section 9.3).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from goldwire.columns.tables import Ints

FREE = -1
Exact = Ints
"""Integers of 64 bits where their sums fit; else Python's own, without limit, as objects."""


@dataclass(frozen=True)
class Network:
    """Edges `gold[i]`–`predicted[i]` of weight `weight[i]`, and each gold vertex's partner.

    In the network, predicted vertex j is vertex `n_gold` + j; the hub is the last vertex.
    """

    gold: Ints
    predicted: Ints
    weight: Exact
    partner: Ints

    @property
    def n_gold(self) -> int:
        """How many gold vertices there are."""
        return len(self.partner)

    @cached_property
    def hub(self) -> int:
        """The vertex that stands for having no partner."""
        return self.n_gold + int(self.predicted.max()) + 1

    @cached_property
    def steps(self) -> tuple[Ints, Ints, Exact]:
        """List all steps as (from, to, gain), ascending in `to`."""
        is_pair = self.partner[self.gold] == self.predicted
        matched = np.flatnonzero(self.partner != FREE)
        owner = self.owner
        unmatched, free = np.flatnonzero(self.partner == FREE), np.flatnonzero(owner == FREE)
        taken = np.flatnonzero(owner != FREE)
        other = self.predicted + self.n_gold
        start = np.where(is_pair, other, self.gold)
        end = np.where(is_pair, self.gold, other)
        gain = np.where(is_pair, -self.weight, self.weight)
        hub = self.hub
        start = np.concatenate(
            [
                start,
                np.full_like(unmatched, hub),
                free + self.n_gold,
                matched,
                np.full_like(taken, hub),
            ]
        )
        end = np.concatenate(
            [
                end,
                unmatched,
                np.full_like(free, hub),
                np.full_like(matched, hub),
                taken + self.n_gold,
            ]
        )
        gain = np.concatenate([gain, np.zeros(len(start) - len(gain), dtype=gain.dtype)])
        order = np.argsort(end, kind="stable")
        return start[order], end[order], gain[order]

    @cached_property
    def owner(self) -> Ints:
        """The gold partner of each predicted vertex, `FREE` for none."""
        owner = np.full(self.hub - self.n_gold, FREE, dtype=np.int64)
        matched = np.flatnonzero(self.partner != FREE)
        owner[self.partner[matched]] = matched
        return owner

    def exchanged(self, cycle: list[int]) -> Ints:
        """Give the partners after an exchange: vertices, each of which leads to the next."""
        partner = self.partner.copy()
        for start, end in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            if start < self.n_gold:
                partner[start] = FREE if end == self.hub else end - self.n_gold
        return partner


def potentials(network: Network) -> tuple[Exact, list[int]]:
    """Give the largest gain of any walk that ends at each vertex, or an exchange that gains.

    Bellman and Ford's method, all vertices at once. While the vertices' predecessors form no
    cycle, the gains are those of simple walks, so that they settle; a cycle among predecessors
    always gains.
    """
    start, end, gain = network.steps
    potential = np.zeros(network.hub + 1, dtype=gain.dtype)
    came_from = np.arange(network.hub + 1)
    has_risen = np.ones(network.hub + 1, dtype=np.bool_)
    while True:
        steps = np.flatnonzero(has_risen[start])
        reached = potential[start[steps]] + gain[steps]
        better = reached > potential[end[steps]]
        if not better.any():
            return potential, []
        steps, reached = steps[better], reached[better]
        ends = end[steps]
        firsts = np.flatnonzero(np.append(True, ends[1:] != ends[:-1]))
        best = np.maximum.reduceat(reached, firsts)
        best_steps = reached == np.repeat(best, np.diff(np.append(firsts, len(ends))))
        came_from[ends[best_steps]] = start[steps[best_steps]]
        potential[ends[firsts]] = best
        has_risen[:] = False
        has_risen[ends[firsts]] = True
        cycle = _cycle_among(came_from.tolist())
        if cycle:
            return potential, cycle


def _cycle_among(came_from: list[int]) -> list[int]:
    """List a cycle of predecessors, first to last; empty if there is none. A root is its own."""
    seen_by = [-1] * len(came_from)
    for start in range(len(came_from)):
        vertex = start
        while seen_by[vertex] < 0 and came_from[vertex] != vertex:
            seen_by[vertex] = start
            vertex = came_from[vertex]
        if seen_by[vertex] == start and came_from[vertex] != vertex:
            cycle = [vertex]
            while came_from[cycle[-1]] != vertex:
                cycle.append(came_from[cycle[-1]])
            return cycle[::-1]
    return []
