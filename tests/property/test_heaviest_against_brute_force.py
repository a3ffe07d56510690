"""The heaviest assignment against all assignments, in fractions, with many ties."""

import random
from fractions import Fraction
from itertools import combinations

import numpy as np

from goldwire.matching.heaviest import Weighted, heaviest

Edge = tuple[int, int, tuple[tuple[int, int], ...]]


def edges_of(chance: random.Random) -> list[Edge]:
    """Make up to nine edges among four by four vertices, of weights that often tie."""
    n, m = chance.randint(1, 4), chance.randint(1, 4)
    places = chance.sample([(i, j) for i in range(n) for j in range(m)], chance.randint(1, n * m))
    denominators = chance.choice([(1, 2), (1, 2, 3, 6), (7, 11, 13)])
    return [
        (i, j, tuple((chance.randint(1, 2), chance.choice(denominators)) for _ in range(2)))
        for i, j in sorted(places)[:9]
    ]


def weighted(edges: list[Edge]) -> Weighted:
    parts = np.array([parts for _, _, parts in edges], dtype=np.int64)
    return Weighted(
        np.array([i for i, _, _ in edges]),
        np.array([j for _, j, _ in edges]),
        parts[:, :, 0],
        parts[:, :, 1],
    )


def weight_of(edges: list[Edge], chosen: tuple[int, ...]) -> Fraction:
    return sum((Fraction(a, b) for at in chosen for a, b in edges[at][2]), Fraction(0))


def is_matching(edges: list[Edge], chosen: tuple[int, ...]) -> bool:
    ends = [edges[at][:2] for at in chosen]
    return len({i for i, _ in ends}) == len({j for _, j in ends}) == len(chosen)


def earliest_heaviest(edges: list[Edge]) -> tuple[int, ...]:
    """Try every set of edges; of the heaviest take the one whose list of edges comes first."""
    candidates = [
        chosen
        for size in range(len(edges) + 1)
        for chosen in combinations(range(len(edges)), size)
        if is_matching(edges, chosen)
    ]
    return min(candidates, key=lambda chosen: (-weight_of(edges, chosen), chosen))


def test_the_heaviest_and_of_these_the_earliest_is_chosen() -> None:
    chance = random.Random(5)
    for _ in range(1_500):
        edges = edges_of(chance)
        assert tuple(heaviest(weighted(edges)).tolist()) == earliest_heaviest(edges)


def test_components_are_solved_as_if_alone() -> None:
    chance = random.Random(6)
    for _ in range(100):
        parts = [edges_of(chance) for _ in range(5)]
        together = [
            (i + 10 * at, j + 10 * at, weights)
            for at, edges in enumerate(parts)
            for i, j, weights in edges
        ]
        apart = [earliest_heaviest(edges) for edges in parts]
        base = np.cumsum([0, *map(len, parts)]).tolist()
        expected = [base[at] + edge for at, chosen in enumerate(apart) for edge in chosen]
        assert heaviest(weighted(together)).tolist() == expected


def test_fractions_too_fine_for_floats_decide() -> None:
    # Two ways to pair: 1/3 + 1/p against 1/3 + 1/q, which differ by 1e-18.
    p, q = 1_000_000_007, 1_000_000_009
    edges: list[Edge] = [
        (0, 0, ((1, 3), (1, 3))),
        (0, 1, ((1, q), (1, 3))),
        (1, 0, ((1, 3), (1, 3))),
        (1, 1, ((1, p), (1, 3))),
    ]
    assert heaviest(weighted(edges)).tolist() == [0, 3]
    assert earliest_heaviest(edges) == (0, 3)
    edges[1], edges[3] = (0, 1, edges[3][2]), (1, 1, edges[1][2])
    assert heaviest(weighted(edges)).tolist() == [1, 2]


def test_no_edges_give_no_assignment() -> None:
    none = np.empty(0, dtype=np.int64)
    assert heaviest(Weighted(none, none, none.reshape(0, 1), none.reshape(0, 1))).tolist() == []
