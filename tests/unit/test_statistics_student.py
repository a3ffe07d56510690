import math
import os
import subprocess
import sys

import pytest
from scipy import stats

from goldwire.statistics.student import t_quantile, t_tail

DEGREES = [1, 2, 3, 4.5, 7, 19, 99, 500, 1999, 2000, 5000, 10**6]


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("p", [0.001, 0.025, 0.1, 0.5, 0.8, 0.9, 0.975, 0.995, 0.9995])
def test_quantiles_agree_with_scipy(df: float, p: float) -> None:
    assert t_quantile(p, df=df) == pytest.approx(float(stats.t.ppf(p, df)), rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("t", [-30.0, -2.0, -0.3, 0.0, 0.01, 1.0, 1.96, 4.0, 12.7, 60.0])
def test_tails_agree_with_scipy(df: float, t: float) -> None:
    assert t_tail(t, df=df) == pytest.approx(float(stats.t.sf(t, df)), rel=1e-7, abs=1e-300)


def test_textbook_quantiles() -> None:
    # Any statistics textbook's table of t, two-sided 95 %.
    assert [round(t_quantile(0.975, df=df), 3) for df in (1, 2, 5, 10, 30)] == [
        12.706,
        4.303,
        2.571,
        2.228,
        2.042,
    ]


def test_one_degree_of_freedom_is_cauchy() -> None:
    assert t_quantile(0.75, df=1) == pytest.approx(1.0, abs=1e-12)
    assert t_tail(math.sqrt(3), df=1) == pytest.approx(1 / 6, abs=1e-14)


def test_infinity_has_no_tail() -> None:
    assert t_tail(math.inf, df=3) == 0.0
    assert t_tail(-math.inf, df=3) == 1.0


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, math.nan])
def test_a_quantile_of_no_probability_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_quantile(p, df=3)


def test_no_degrees_of_freedom_are_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        t_tail(1.0, df=0)


def test_statistics_load_numpy_and_nothing_heavier() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, goldwire.statistics; print(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "numpy" in loaded
    assert not {"scipy", "pandas", "statsmodels"} & set(loaded)
