"""The gate: whether a candidate is proven not to be worse than its baseline by more than a margin.

"No significant loss" proves nothing on few documents, and a fixed tolerance without an interval
fails a quarter of all harmless changes there. So there are three answers, and on small corpora
the honest one is mostly INCONCLUSIVE.
"""

from dataclasses import dataclass
from typing import Literal

from goldwire.statistics.differences import Difference

Outcome = Literal["PASS", "FAIL", "INCONCLUSIVE"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says, the margin it was asked about (a fraction), and why in one clause."""

    outcome: Outcome
    margin: float
    reason: str


def non_inferiority(difference: Difference, *, margin: float) -> Verdict:
    """Judge a candidate: PASS, FAIL or INCONCLUSIVE.

    PASS when even the lower bound is above −margin (0.01 is one point); else FAIL when even the
    upper bound is below 0; else INCONCLUSIVE. With the usual 95 % interval each proof errs in at
    most 2.5 % of cases. Systems that are identical on every cluster PASS: nothing was lost, and
    what the corpus cannot show about other documents is in the difference's own note. A refused
    interval is INCONCLUSIVE, never a PASS. ValueError for a negative margin.
    """
    if not margin >= 0:
        raise ValueError(f"margin must be 0 or more, got {margin}")
    if difference.method == "identical":
        return Verdict("PASS", margin, "nothing differs")
    if difference.low is None or difference.high is None:
        return Verdict("INCONCLUSIVE", margin, f"no interval: {difference.note}")
    if difference.low > -margin:
        return Verdict("PASS", margin, "a loss as large as the margin is ruled out")
    if difference.high < 0:
        return Verdict("FAIL", margin, "a loss is proven")
    return Verdict("INCONCLUSIVE", margin, "neither a loss nor its absence is proven")
