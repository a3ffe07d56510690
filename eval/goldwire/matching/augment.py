"""Augmenting paths in plain Python, for the few components that are neither an edge nor a star."""

from collections import deque
from collections.abc import Mapping, Sequence

Neighbours = Mapping[int, Sequence[int]]
Partners = dict[int, int]


def neighbours(one: Sequence[int], other: Sequence[int]) -> dict[int, list[int]]:
    """List the other ends of each vertex's edges, in the order of the edges."""
    found: dict[int, list[int]] = {}
    for vertex, neighbour in zip(one, other, strict=True):
        found.setdefault(vertex, []).append(neighbour)
    return found


def turned(partners: Mapping[int, int]) -> Partners:
    """Read a matching from its other side."""
    return {other: one for one, other in partners.items()}


def cover(order: Sequence[int], edges: Neighbours, partners: Mapping[int, int]) -> Partners:
    """Extend a matching over the vertices of one side, each in its turn if that is possible.

    Every vertex that is covered stays so, on both sides. The result is a maximum matching (Kuhn
    1955; Berge 1957): a vertex that cannot be covered in its turn never can be later.
    """
    matched = dict(partners)
    owner = turned(matched)
    # What a failed search reached can never lie on an augmenting path again.
    dead: set[int] = set()
    for vertex in order:
        if vertex not in matched and vertex in edges:
            _augment(vertex, edges, matched, owner, dead)
    return matched


def _augment(
    root: int, edges: Neighbours, matched: Partners, owner: Partners, dead: set[int]
) -> None:
    reached_from: Partners = {}
    queue = deque([root])
    while queue:
        vertex = queue.popleft()
        for other in edges.get(vertex, ()):
            if other in reached_from or other in dead:
                continue
            reached_from[other] = vertex
            if other in owner:
                queue.append(owner[other])
                continue
            end: int | None = other
            while end is not None:
                start = reached_from[end]
                released = matched.get(start)
                matched[start], owner[end] = end, start
                end = released
            return
    dead.update(reached_from)


def combine(by_gold: Mapping[int, int], by_predicted: Mapping[int, int]) -> Partners:
    """Give a matching that covers what the first covers in gold and the second in predicted.

    Both are maximum matchings of one graph, gold → predicted and predicted → gold. From a
    predicted vertex that only the second covers, edges of both alternate and end at one that only
    the first covers: along this path the second's edges replace the first's.
    """
    pairs = dict(by_gold)
    covered = set(by_gold.values())
    for vertex in by_predicted:
        if vertex in covered:
            continue
        step: int | None = vertex
        while step is not None and step in by_predicted:
            gold = by_predicted[step]
            pairs[gold], step = step, by_gold.get(gold)
    return pairs
