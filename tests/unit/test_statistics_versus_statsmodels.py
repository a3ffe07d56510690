"""Standard errors and power against statsmodels, which computes them by other ways."""

import numpy as np
import pytest
from numpy.typing import NDArray

from goldwire.statistics import Measure, detectable, difference, interval

regression = pytest.importorskip("statsmodels.regression.linear_model")
power = pytest.importorskip("statsmodels.stats.power")

Floats = NDArray[np.float64]


def drawn(n: int, *, seed: int, share: float = 0.7) -> tuple[Floats, Floats, Floats]:
    """Draw predictions that are right or wrong [items], their documents, and the sums of these."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 12, n)
    document = np.repeat(np.arange(n), sizes)
    easy = random.normal(0, 0.15, n)[document]
    right = (random.random(len(document)) < np.clip(share + easy, 0, 1)).astype(np.float64)
    tp, predicted = np.bincount(document, right, n), sizes.astype(np.float64)
    return right, document.astype(np.float64), np.stack([tp, predicted, tp, predicted], 1)[:, None]


@pytest.mark.parametrize("n", [10, 40, 200])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_standard_error_of_precision_is_the_cluster_robust_one(n: int, seed: int) -> None:
    right, document, sums = drawn(n, seed=seed)
    # Precision is the mean over predictions of being right; documents are the clusters.
    fitted = regression.OLS(right, np.ones((len(right), 1))).fit(
        cov_type="cluster", cov_kwds={"groups": document.astype(np.int64)}
    )
    found = interval(sums, measure=Measure("p"))
    assert found.value == pytest.approx(fitted.params[0])
    assert found.se == pytest.approx(fitted.bse[0])


@pytest.mark.parametrize("n", [20, 60, 400])
def test_the_minimum_detectable_effect_has_the_power_it_claims(n: int) -> None:
    _, _, baseline = drawn(n, seed=3)
    _, _, candidate = drawn(n, seed=3, share=0.75)
    candidate[..., [1, 3]] = baseline[..., [1, 3]]
    candidate[..., [0, 2]] = np.minimum(candidate[..., [0, 2]], candidate[..., [1, 3]])
    change = difference(baseline, candidate)
    effect = detectable(change, power=0.8).effect
    assert effect is not None
    assert change.se is not None
    # Cohen's d of a mean of n differences whose standard error is se: effect / (se · √n).
    found = power.TTestPower().power(
        effect_size=effect / (change.se * n**0.5), nobs=change.n_informative, alpha=0.05
    )
    assert found == pytest.approx(0.8, abs=0.01)
