"""What could have been seen: the smallest true difference that this many documents would show."""

import math
from dataclasses import dataclass

from goldwire.statistics.differences import Difference
from goldwire.statistics.intervals import Interval
from goldwire.statistics.student import t_quantile

_MOST_DOCUMENTS = 10**9


@dataclass(frozen=True, slots=True)
class Detectable:
    """The minimum detectable effect, a fraction, at this `level` (two-sided) and `power`.

    `effect` is None when there is no standard error to plan with, and when it would have to be 1 or
    more, which no score can differ by; `note` says why.
    """

    effect: float | None
    level: float
    power: float
    n_clusters: int
    note: str = ""


def _checked_power(power: float) -> float:
    if not 0.5 <= power < 1.0:
        raise ValueError(f"power must be at least 0.5 and below 1, such as 0.8, got {power}")
    return power


def _standard_errors(*, n: int, level: float, power: float) -> float:
    """Count the standard errors that a difference must have: t(1 − α/2) + t(power), n − 1 df."""
    return t_quantile((1 + level) / 2, df=n - 1) + t_quantile(power, df=n - 1)


def detectable(estimate: Interval | Difference, *, power: float = 0.8) -> Detectable:
    """Give the smallest true difference that such a comparison finds with this probability.

    MDE = (t(1 − α/2) + t(power))·SE with n − 1 degrees of freedom, n the informative clusters.
    From an `Interval`, one system alone, it supposes a second one with the same, unrelated errors,
    SE·√2; paired outputs are mostly alike, and then less is enough.
    """
    _checked_power(power)
    is_alone = isinstance(estimate, Interval)
    effect = None
    note = f"no standard error: {estimate.note}"
    if estimate.se and estimate.n_informative > 1:
        se = estimate.se * math.sqrt(2) if is_alone else estimate.se
        effect = se * _standard_errors(n=estimate.n_informative, level=estimate.level, power=power)
        note = "against a system with unrelated errors" if is_alone else ""
        if effect >= 1:
            effect, note = None, "not even a difference of 100 points would be found"
    return Detectable(effect, estimate.level, power, estimate.n_clusters, note)


def documents_needed(difference: Difference, *, effect: float, power: float = 0.8) -> int | None:
    """Give how many clusters like these would show a true difference of `effect` (a fraction).

    The smallest n whose minimum detectable effect is at most `effect`, uninformative clusters
    included at their present share. None when there is no standard error to plan with.
    """
    _checked_power(power)
    if not effect > 0:
        raise ValueError(f"effect must be positive, got {effect}")
    if not difference.se or difference.n_informative < 2:
        return None
    spread = difference.se * math.sqrt(difference.n_informative)
    low, high = 1, _MOST_DOCUMENTS
    while high - low > 1:
        n = (low + high) // 2
        errors = _standard_errors(n=n, level=difference.level, power=power)
        low, high = (low, n) if errors * spread / math.sqrt(n) <= effect else (n, high)
    return math.ceil(high * difference.n_clusters / difference.n_informative)
