"""The gate: may a candidate replace the baseline? PASS, FAIL or INCONCLUSIVE, with reasons.

Item by item (the default, and the only honest way on a small corpus): it fails when a gold item
that the baseline had right is lost. Statistically (with a margin): non-inferiority of every metric,
which a small corpus cannot decide and then says so. Floors hold in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from goldwire.comparison import Comparison
from goldwire.errors import UsageError
from goldwire.scores import Scores
from goldwire.signature import Address
from goldwire.statistics import non_inferiority

Outcome = Literal["PASS", "FAIL", "INCONCLUSIVE"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the gate looked at: what, the outcome and the reason."""

    what: str
    outcome: Outcome
    reason: str


def judge(
    comparison: Comparison, candidate: Scores, *, margin: float | None, floors: Mapping[str, float]
) -> tuple[Finding, ...]:
    """Judge a candidate by items, or statistically with a margin (a fraction), and by its floors.

    Raises UsageError for a floor on a metric that was not scored.
    """
    found = [*_by_items(comparison)] if margin is None else [*_by_margin(comparison, margin)]
    for name, floor in floors.items():
        found.append(_floor(candidate, name, floor))
    return tuple(found)


def verdict(findings: tuple[Finding, ...]) -> Outcome:
    """Sum up: FAIL when anything failed, else INCONCLUSIVE when anything is open, else PASS."""
    outcomes = {finding.outcome for finding in findings}
    if "FAIL" in outcomes:
        return "FAIL"
    return "INCONCLUSIVE" if "INCONCLUSIVE" in outcomes else "PASS"


def _by_items(comparison: Comparison) -> tuple[Finding, ...]:
    lost, gained = len(comparison.lost), len(comparison.gained)
    outcome: Outcome = "FAIL" if lost else "PASS"
    return (Finding("items", outcome, f"{lost} gold items lost, {gained} gained"),)


def _by_margin(comparison: Comparison, margin: float) -> tuple[Finding, ...]:
    findings = []
    for one in comparison.compared:
        found = non_inferiority(one.difference, margin=margin)
        findings.append(Finding(one.metric, found.outcome, found.reason))
    return tuple(findings)


def _floor(candidate: Scores, name: str, floor: float) -> Finding:
    address = Address.parse(name)
    try:
        score = candidate[name]
    except KeyError as error:
        raise UsageError(f"--min {name}: {error.args[0]}") from error
    value = getattr(score, address.measure or "f1")
    what = f"{name} ≥ {floor:g}"
    if value is None:
        return Finding(what, "FAIL", "it is undefined: nothing to find and nothing found")
    return Finding(what, "PASS" if value >= floor else "FAIL", f"it is {value:.4f}")
