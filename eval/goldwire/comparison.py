"""Comparing systems on the same gold: paired differences, and the gold items lost and gained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldwire.errors import UsageError
from goldwire.explanation import Explained
from goldwire.metrics import find
from goldwire.scores import Scores
from goldwire.statistics import (
    Difference,
    Measure,
    Significance,
    difference,
    holm,
    permutation_test,
)

ALPHA = 0.05
SEED = 0
"""The seed of all random draws: the same input gives the same p-values."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of a candidate against the baseline; scores are F1 as fractions 0–1.

    `p` is None where no difference could be significant, because too few documents differ;
    `adjusted_p` is Holm's, over all metrics of this comparison.
    """

    metric: str
    baseline: float | None
    candidate: float | None
    difference: Difference
    significance: Significance
    p: float | None
    adjusted_p: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate against the baseline: its metrics, and what it lost and gained."""

    compared: tuple[Compared, ...]
    lost: tuple[Explained, ...]
    gained: tuple[Explained, ...]


def compare_scores(baseline: Scores, candidate: Scores) -> Comparison:
    """Compare two runs over the same gold, both scored with `per_document` and `explain`.

    Raises UsageError when gold, options or versions differ: then the numbers are not comparable.
    """
    check_comparable(baseline, candidate)
    names = [name for name in baseline if name in candidate]
    found: list[tuple[str, Difference, Significance]] = []
    for name in names:
        groups = tuple(
            dict.fromkeys((*baseline.tallies[name].groups, *candidate.tallies[name].groups))
        )
        sums = [scores.tallies[name].spread(groups) for scores in (baseline, candidate)]
        measure = Measure(beta=baseline.options.beta, average=find(name).average)
        found.append(
            (
                name,
                difference(*sums, measure=measure),
                permutation_test(*sums, measure=measure, seed=SEED),
            )
        )
    p_values = [test.p if test.smallest_p <= ALPHA else None for _, _, test in found]
    adjusted = holm(p_values)
    return Comparison(
        compared=tuple(
            Compared(name, baseline[name].f1, candidate[name].f1, change, test, p, holm_p)
            for (name, change, test), p, holm_p in zip(found, p_values, adjusted, strict=True)
        ),
        lost=tuple(_only_right_in(baseline, candidate)),
        gained=tuple(_only_right_in(candidate, baseline)),
    )


def check_comparable(baseline: Scores, candidate: Scores) -> None:
    """Raise UsageError that says what differs between the signatures of two runs."""
    one, other = (dict(scores.shared_signature().options) for scores in (baseline, candidate))
    # A run that gives offsets needs no grounding, and can be compared with one that does.
    optional = {"ground"} - (one.keys() & other.keys())
    keys = (one.keys() | other.keys()) - optional
    differing = sorted(key for key in keys if one.get(key) != other.get(key))
    if differing:
        told = "; ".join(f"{key}: {one.get(key)} and {other.get(key)}" for key in differing)
        raise UsageError(f"these runs are not comparable, they differ in {told}")


def _only_right_in(one: Scores, other: Scores) -> Iterator[Explained]:
    """Walk the gold items that one run has right and the other has not, in textual order."""
    right = set(_right(other.explained))
    for item, key in zip(_correct(one.explained), _right(one.explained), strict=True):
        if key not in right:
            yield item


def _correct(items: Sequence[Explained]) -> Iterator[Explained]:
    return (item for item in items if item.category == "CORRECT")


def _right(items: Sequence[Explained]) -> Iterator[tuple[str, str, int, int, str]]:
    for item in _correct(items):
        if item.gold is not None:
            yield item.doc_id, item.layer, item.gold.start, item.gold.end, item.gold.label
