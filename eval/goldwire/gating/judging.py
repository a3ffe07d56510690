"""The gate: may a candidate replace the baseline? PASS, FAIL or INCONCLUSIVE, with reasons.

Item by item (the default, and the only honest way on a small corpus): it fails when a gold item
that the baseline had right is lost. Statistically (with a margin): non-inferiority of every metric,
which a small corpus cannot decide and then says so. Floors hold in both.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from goldwire.comparison.paired import Compared, Comparison, System
from goldwire.errors import UsageError
from goldwire.gating.allowances import Allowance, Sifted, sift
from goldwire.signature import Address
from goldwire.statistics import documents_needed, non_inferiority
from goldwire.statistics.intervals import counted

Outcome = Literal["PASS", "FAIL", "INCONCLUSIVE"]

ITEM_METRICS: tuple[str, ...] = (
    "mentions/strict",
    "entities/b3",
    "values/strict",
    "times/strict",
    "times/value",
    "triggers/classified",
    "arguments/attached_classified",
    "attributions/strict",
)
"""The metrics that say whether an item is right, when no metric is named: each layer's strictest.

Coreference has no single items; there each document's B³ stands for them.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the gate looked at: what, the outcome and the reason."""

    what: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict and what it rests on.

    `margin` is None item by item; `sifted` parts the losses by the allow-list.
    """

    verdict: Outcome
    findings: tuple[Finding, ...]
    comparison: Comparison
    sifted: Sifted
    margin: float | None = None


def judge(
    comparison: Comparison,
    candidate: System,
    *,
    margin: float | None = None,
    floors: Mapping[str, float] | None = None,
    allowances: Sequence[Allowance] = (),
    today: dt.date = dt.date.min,
) -> Judgement:
    """Judge a candidate by items, or statistically with a margin (a fraction), and by its floors.

    `candidate` is what the floors are about: it may have documents that the baseline has not.
    Raises UsageError for a floor on a metric that was not scored, and for a margin or a floor that
    is no fraction.
    """
    if margin is not None and not 0 <= margin < 1:
        # In points instead of fractions every loss would be tolerated.
        raise UsageError(
            "margin is a fraction of at least 0 and below 1, such as 0.02 for two points, got "
            f"{margin:g}"
        )
    sifted = sift(comparison.lost, allowances, today=today)
    if margin is None:
        found = [_by_items(comparison, sifted)]
    else:
        found = [_by_margin(one, margin) for one in comparison.compared]
    found += [floor_finding(candidate, name, floor) for name, floor in (floors or {}).items()]
    findings = tuple(found)
    return Judgement(verdict(findings), findings, comparison, sifted, margin)


def verdict(findings: Sequence[Finding]) -> Outcome:
    """Sum up: FAIL when anything failed, else INCONCLUSIVE when anything is open, else PASS."""
    outcomes = {finding.outcome for finding in findings}
    if "FAIL" in outcomes:
        return "FAIL"
    return "INCONCLUSIVE" if "INCONCLUSIVE" in outcomes else "PASS"


def _by_items(comparison: Comparison, sifted: Sifted) -> Finding:
    outcome: Outcome = "FAIL" if sifted.remaining else "PASS"
    reason = f"{counted(len(sifted.remaining), 'gold item')} lost, {len(comparison.gained)} gained"
    if sifted.excused:
        reason += f", {len(sifted.excused)} lost but allowed"
    if comparison.unstable:
        reason += f", {len(comparison.unstable)} unstable"
    return Finding("items", outcome, reason)


def _by_margin(one: Compared, margin: float) -> Finding:
    found = non_inferiority(one.difference, margin=margin)
    reason = found.reason
    if found.outcome == "INCONCLUSIVE" and margin > 0:
        needed = documents_needed(one.difference, effect=margin)
        if needed is not None:
            reason += f"; the margin would need about {needed:,} {one.difference.unit}s"
    if one.difference.unit == "paragraph":
        reason += ", in this document only"
    return Finding(one.metric, found.outcome, reason)


def floor_finding(candidate: System, name: str, floor: float) -> Finding:
    """Check an absolute floor; of several runs the mean counts."""
    if not 0 <= floor <= 1:
        raise UsageError(f"{name}: a floor is a fraction from 0 to 1, such as 0.80, got {floor:g}")
    address = Address.parse(name)
    values = []
    for run in candidate.runs:
        try:
            score = run[name]
        except KeyError as error:
            raise UsageError(f"--min {name}: {error.args[0]}") from error
        values.append(getattr(score, address.measure or "f1"))
    what = f"{name} ≥ {floor:g}"
    if None in values:
        return Finding(what, "FAIL", "it is undefined: nothing to find and nothing found")
    value = fmean(values)
    return Finding(what, "PASS" if value >= floor else "FAIL", f"it is {value:.4f}")
