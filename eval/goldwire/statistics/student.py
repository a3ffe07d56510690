"""Student's t distribution in plain floats: loading scipy.stats would take longer than scoring."""

import math
from functools import lru_cache
from statistics import NormalDist

_TINY = 1e-300
_CONVERGED = 1e-15
_MAX_STEPS = 10_000
_NEARLY_NORMAL = 2_000


def _continued_fraction(a: float, b: float, x: float) -> float:
    """Evaluate the continued fraction of the incomplete beta function by Lentz's method.

    DLMF 8.17.22; it converges fast for x < (a + 1) / (a + b + 2).
    """
    c = 1.0
    d = 1.0 / ((1.0 - (a + b) * x / (a + 1.0)) or _TINY)
    fraction = d
    for m in range(1, _MAX_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for coefficient in (even, odd):
            d = 1.0 / ((1.0 + coefficient * d) or _TINY)
            c = (1.0 + coefficient / c) or _TINY
            fraction *= c * d
        if abs(c * d - 1.0) < _CONVERGED:
            break
    return fraction


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b) for 0 < x < 1."""
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1.0) / (a + b + 2.0):
        return math.exp(log_front) * _continued_fraction(a, b, x) / a
    return 1.0 - math.exp(log_front) * _continued_fraction(b, a, 1.0 - x) / b


def t_tail(t: float, *, df: float) -> float:
    """Give P(T > t) for Student's t with `df` > 0 degrees of freedom.

    >>> t_tail(0.0, df=7)
    0.5
    >>> round(t_tail(1.0, df=1), 12)
    0.25
    """
    if df <= 0:
        raise ValueError(f"degrees of freedom must be positive, got {df}")
    if not t:
        return 0.5
    if math.isinf(t):
        return 0.0 if t > 0 else 1.0
    upper = 0.5 * _incomplete_beta(df / 2.0, 0.5, df / (df + t * t))
    return upper if t > 0 else 1.0 - upper


def _density(t: float, df: float) -> float:
    log_norm = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi)
    return math.exp(log_norm - (df + 1) / 2 * math.log1p(t * t / df))


def _expanded_quantile(z: float, df: float) -> float:
    """Expand the quantile about the normal one, `z`, in powers of 1 / df (Abramowitz 26.7.5)."""
    return (
        z
        + (z**3 + z) / (4 * df)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * df**3)
    )


@lru_cache(maxsize=256)
def t_quantile(p: float, *, df: float) -> float:
    """Give the t that Student's t stays below with probability `p`, 0 < p < 1.

    >>> round(t_quantile(0.975, df=9), 4)
    2.2622
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"a probability strictly between 0 and 1 is needed, got {p}")
    if p < 0.5:
        return -t_quantile(1.0 - p, df=df)
    z = NormalDist().inv_cdf(p)
    if df >= _NEARLY_NORMAL:
        return _expanded_quantile(z, df)
    # Right of 0 the distribution function is concave and the normal quantile lies left of the root,
    # so Newton's steps approach it from the left and never overshoot.
    tail = 1.0 - p
    t = z
    for _ in range(_MAX_STEPS):
        step = (t_tail(t, df=df) - tail) / _density(t, df)
        t += step
        if abs(step) <= 1e-13 * max(1.0, t):
            break
    return t
