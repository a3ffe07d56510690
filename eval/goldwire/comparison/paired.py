"""Comparing systems on the same gold: paired differences, and the gold items lost and gained.

A system is one run or several (seeds, repeats). Several count as their mean: the sums of each
document are averaged over the runs, so documents stay what evidence comes from. An item is lost
when every run of the baseline had it and no run of the candidate has it; an item that some runs of
a system have and others have not is *unstable*, and speaks neither for nor against.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

import numpy as np

from goldwire.clustering import DOCUMENT, clusters
from goldwire.comparison.changes import Change, changes
from goldwire.errors import UsageError
from goldwire.metrics import find
from goldwire.scores import Scores
from goldwire.scoring import bootstrap_name
from goldwire.signature import Address, Signature
from goldwire.statistics import (
    Detectable,
    Difference,
    Measure,
    Significance,
    bootstrap_difference,
    cluster_sums,
    detectable,
    difference,
    documents_needed,
    holm,
    interval,
    max_t_tests,
    permutation_test,
)
from goldwire.statistics import scores as divided
from goldwire.tallies import Floats, Tally, union_of_groups

ALPHA = 0.05
SEED = 0
"""The seed of all random draws: the same input gives the same p-values."""
N_DRAWS = 10_000
EFFECT = 0.01
"""The difference for which the number of documents needed is given unless another is named."""

Adjustment = Literal["holm", "max-t"]


@dataclass(frozen=True, slots=True)
class System:
    """A system under its name, with the scores of each of its runs over the same gold."""

    name: str
    runs: tuple[Scores, ...]

    def spread(self, name: str) -> tuple[float, float] | None:
        """Give mean and standard deviation of F1 over the runs; None for a single run."""
        values = [run[name].f1 for run in self.runs]
        known = [value for value in values if value is not None]
        return (fmean(known), stdev(known)) if len(known) > 1 else None


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric, or one slice of it, of a candidate against the baseline; fractions 0–1.

    `p` is None where no difference could be significant, because too few documents differ;
    `adjusted_p` is corrected for all metrics and slices of this comparison. `needed` is how many
    clusters like these would show a true difference of `effect`. `wrong` is how much of what each
    predicted was not right (p_den − p_num), baseline first.
    """

    metric: str
    baseline: float | None
    candidate: float | None
    difference: Difference
    significance: Significance
    p: float | None
    adjusted_p: float | None
    detectable: Detectable
    effect: float
    needed: int | None
    wrong: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate against the baseline: its metrics, and what it lost and gained."""

    compared: tuple[Compared, ...]
    lost: tuple[Change, ...]
    gained: tuple[Change, ...]
    unstable: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sums of two systems over the same clusters, [clusters, groups, 4], and what these are."""

    baseline: Floats
    candidate: Floats
    measure: Measure
    unit: str
    note: str


def compare_scores(baseline: Scores, candidate: Scores) -> Comparison:
    """Compare two runs over the same gold, both scored with `per_document` and `explain`.

    Raises UsageError when gold, options or versions differ: then the numbers are not comparable.
    """
    return compare_systems(System("baseline", (baseline,)), System("candidate", (candidate,)))


def compare_systems(
    baseline: System,
    candidate: System,
    *,
    metrics: Sequence[str] | None = None,
    items: Sequence[str] | None = None,
    cluster: str = DOCUMENT,
    adjust: Adjustment = "holm",
    effect: float = EFFECT,
    bootstrap: bool = False,
) -> Comparison:
    """Compare two systems under `metrics`, and slice by slice; without them under all they share.

    `items` are the metrics that tell which gold items were lost: the same ones unless named.
    `cluster` is what counts as one draw: documents, or an attribute of theirs. A single document is
    cut into paragraphs, for metrics of spans alone, and labelled "this document only".
    Raises UsageError when gold, options or versions differ.
    """
    for run in (*baseline.runs[1:], *candidate.runs):
        check_comparable(baseline.runs[0], run)
    names = list(_addresses(baseline, candidate, metrics))
    found = [
        (name, evidence(baseline, candidate, Address.parse(name), cluster=cluster))
        for name in names
    ]
    differences = [
        (bootstrap_difference if bootstrap else difference)(
            one.baseline, one.candidate, measure=one.measure, unit=one.unit, note=one.note
        )
        for _, one in found
    ]
    tests = [
        permutation_test(
            one.baseline,
            one.candidate,
            measure=one.measure,
            n_draws=N_DRAWS,
            seed=SEED,
            unit=one.unit,
        )
        for _, one in found
    ]
    adjusted = (
        holm([test.p for test in tests])
        if adjust == "holm"
        else _max_t([one for _, one in found], tests)
    )
    scored = [name for name in names if name in baseline.runs[0].tallies]
    told = scored if items is None else [name for name in items if name in scored]
    moved = changes(baseline.runs, candidate.runs, metrics=told)
    return Comparison(
        compared=tuple(
            Compared(
                metric=name,
                baseline=_divided(one.baseline, one.measure),
                candidate=_divided(one.candidate, one.measure),
                difference=change,
                significance=test,
                p=test.p,
                adjusted_p=p,
                detectable=_detectable(change, one),
                effect=effect,
                needed=documents_needed(change, effect=effect),
                wrong=(_wrong(one.baseline), _wrong(one.candidate)),
            )
            for (name, one), change, test, p in zip(
                found, differences, tests, adjusted, strict=True
            )
        ),
        lost=moved.lost,
        gained=moved.gained,
        unstable=moved.unstable,
    )


def signature_of(
    *systems: System, bootstrap: bool = False, adjust: Adjustment | None = None
) -> Signature:
    """Give what all numbers of comparable systems rest on: with `adjust` also their tests."""
    run = systems[0].runs[0]
    shared = run.shared_signature()
    # Only runs that needed grounding say how it was done.
    every = [dict(one.shared_signature().options) for system in systems for one in system.runs]
    options = {key: value for one in every for key, value in one.items()}
    fields = {"ci": bootstrap_name(run.cluster) if bootstrap else f"jackknife-t.95.{run.cluster}"}
    if adjust is not None:
        fields |= {"perm": f"{N_DRAWS}.s{SEED}", "adj": adjust}
    return Signature(shared.address, {**options, **fields})


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


def _addresses(baseline: System, candidate: System, metrics: Sequence[str] | None) -> Iterator[str]:
    """Name what both systems have numbers for: each metric, then its slices in any run."""
    runs = (*baseline.runs, *candidate.runs)
    for name in baseline.runs[0]:
        if not all(name in run for run in runs) or (metrics is not None and name not in metrics):
            continue
        yield name
        parts = dict.fromkeys(part for run in runs for metric, part in run.sliced if metric == name)
        yield from (str(Address(name, slice=part)) for part in parts)


def evidence(baseline: System, candidate: System, address: Address, *, cluster: str) -> Evidence:
    """Give what both systems earned under a metric or a slice of it, cluster by cluster."""
    first = baseline.runs[0]
    metric = find(address.metric)
    tables = [[_table(run, address) for run in one.runs] for one in (baseline, candidate)]
    unit, note = cluster, ""
    if len(first.tallies[address.metric].sums) == 1 and address.slice is None and metric.is_local:
        parts = [
            [run.paragraphs[address.metric] for run in one.runs if address.metric in run.paragraphs]
            for one in (baseline, candidate)
        ]
        if all(parts):
            tables, unit, note = parts, "paragraph", "this document only"
    groups = union_of_groups(table for side in tables for table in side)
    sums = [np.mean([table.spread(groups) for table in side], axis=0) for side in tables]
    if unit not in (DOCUMENT, "paragraph"):
        numbers = clusters(first.doc_ids, first.documents, by=cluster)
        sums = [cluster_sums(one, numbers) for one in sums]
    return Evidence(sums[0], sums[1], first.measure(address), unit, note)


def _table(run: Scores, address: Address) -> Tally:
    if len(run.tallies[address.metric].sums) != run.pairing.n_documents:
        raise ValueError("comparing needs per-document tallies: score with per_document=True")
    if address.slice is None:
        return run.tallies[address.metric]
    empty = Tally((), np.zeros((run.pairing.n_documents, 0, 4)))
    return run.sliced.get((address.metric, address.slice), empty)


def _max_t(found: Sequence[Evidence], tests: Sequence[Significance]) -> tuple[float | None, ...]:
    """Adjust by the maximum over all metrics and slices, every draw swapping the same clusters."""
    tested = [at for at, one in enumerate(found) if one.measure.average == "micro"]
    adjusted: list[float | None] = [None] * len(found)
    if len({len(found[at].baseline) for at in tested}) > 1 or len(tested) < len(found):
        raise UsageError(
            "max-t needs the same clusters and micro averages throughout: use Holm's correction "
            "for a single document or for entities/blanc and events/blanc"
        )
    sides = [
        np.concatenate(
            [getattr(found[at], side).sum(axis=1, keepdims=True) for at in tested], axis=1
        )
        for side in ("baseline", "candidate")
    ]
    for at, one in zip(
        tested, max_t_tests(*sides, measure=found[tested[0]].measure, seed=SEED), strict=True
    ):
        adjusted[at] = one.p if tests[at].p is not None else None
    return tuple(adjusted)


def _detectable(change: Difference, one: Evidence) -> Detectable:
    """Give what could have been seen; for identical systems what the candidate's own spread says.

    Without any difference there is nothing to learn a paired standard error from.
    """
    if change.method != "identical":
        return detectable(change)
    return detectable(interval(one.candidate, measure=one.measure, unit=one.unit))


def _wrong(sums: Floats) -> float:
    p_num, p_den, _, _ = sums.sum(axis=(0, 1)).tolist() if sums.size else (0.0,) * 4
    return float(p_den - p_num)


def _divided(sums: Floats, measure: Measure) -> float | None:
    value = float(divided(sums.sum(axis=0), measure))
    return None if np.isnan(value) else value
