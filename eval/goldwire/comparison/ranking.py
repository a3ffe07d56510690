"""A leaderboard that does not pretend: systems in order, with the groups that nothing separates.

Every two systems are compared by the paired permutation test, all pairs adjusted by Holm. Systems
that share a letter are tied: the documents do not tell them apart.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from string import ascii_lowercase

from goldwire.clustering import DOCUMENT
from goldwire.comparison.paired import ALPHA, SEED, System, evidence
from goldwire.signature import Address
from goldwire.statistics import Interval, holm, interval, permutation_test


@dataclass(frozen=True, slots=True)
class Ranked:
    """One system's place under one metric; `letters` name its tied groups.

    `interval` is over documents, of the mean run; `mean` and `spread` are over the system's runs,
    None for a single run: they say how much luck of the seed there is, and nothing about documents.
    """

    name: str
    interval: Interval
    letters: str
    n_runs: int
    mean: float | None = None
    spread: float | None = None


def leaderboard(
    systems: Sequence[System], metric: str, *, cluster: str = DOCUMENT
) -> tuple[Ranked, ...]:
    """Rank systems by a metric's F1, the best first; undefined ones last."""
    address = Address.parse(metric)
    intervals = []
    for system in systems:
        one = evidence(system, system, address, cluster=cluster)
        intervals.append(interval(one.baseline, measure=one.measure, unit=one.unit, note=one.note))
    order = sorted(
        range(len(systems)),
        key=lambda at: (intervals[at].value is None, -(intervals[at].value or 0.0), at),
    )
    ranked = [systems[at] for at in order]
    letters = _letters(len(ranked), _separated(ranked, address, cluster=cluster))
    return tuple(
        Ranked(
            name=system.name,
            interval=intervals[at],
            letters=letters[place],
            n_runs=len(system.runs),
            mean=None if (spread := system.spread(metric)) is None else spread[0],
            spread=None if spread is None else spread[1],
        )
        for place, (at, system) in enumerate(zip(order, ranked, strict=True))
    )


def _separated(
    systems: Sequence[System], address: Address, *, cluster: str
) -> set[tuple[int, int]]:
    """Name the pairs of places whose systems differ, Holm-adjusted over all pairs."""
    pairs = list(combinations(range(len(systems)), 2))
    p_values = []
    for one, other in pairs:
        both = evidence(systems[one], systems[other], address, cluster=cluster)
        test = permutation_test(both.baseline, both.candidate, measure=both.measure, seed=SEED)
        p_values.append(test.p)
    return {
        pair for pair, p in zip(pairs, holm(p_values), strict=True) if p is not None and p < ALPHA
    }


def _letters(n: int, separated: Collection[tuple[int, int]]) -> list[str]:
    """Give each place the letters of its tied groups (insert and absorb, Piepho 2004).

    Two places share a letter exactly when they are not separated.

    >>> _letters(3, {(0, 2)})
    ['a', 'ab', 'b']
    """
    groups: list[frozenset[int]] = [frozenset(range(n))]
    for one, other in sorted(separated):
        split: list[frozenset[int]] = []
        for group in groups:
            split += [group - {one}, group - {other}] if {one, other} <= group else [group]
        distinct = list(dict.fromkeys(split))
        groups = [group for group in distinct if not any(group < larger for larger in distinct)]
    groups.sort(key=sorted)
    names = [_name(at) for at in range(len(groups))]
    return [
        "".join(name for name, group in zip(names, groups, strict=True) if place in group)
        for place in range(n)
    ]


def _name(at: int) -> str:
    """Name a group: a … z, then a1, b1 and so on."""
    turn, letter = divmod(at, len(ascii_lowercase))
    return ascii_lowercase[letter] + (str(turn) if turn else "")
