"""Agreement coefficients against other programs, worked examples and their own definitions."""

import random
from itertools import permutations

import numpy as np
import pytest

from goldwire.agreement.coefficients import (
    Unit,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    unitizing_alpha,
)


def labels(n: int, *, seed: int, choices: str = "ABCO") -> list[str]:
    rng = random.Random(seed)
    return rng.choices(choices, weights=range(1, len(choices) + 1), k=n)


def noisy(given: list[str], *, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice("ABCO") if rng.random() < 0.3 else label for label in given]


@pytest.mark.parametrize("seed", range(5))
def test_cohen_s_kappa_agrees_with_scikit_learn(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    first = labels(200, seed=seed)
    second = noisy(first, seed=seed + 1)
    assert cohen_kappa(first, second) == pytest.approx(metrics.cohen_kappa_score(first, second))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_passes", [2, 3, 5])
def test_fleiss_kappa_agrees_with_statsmodels(seed: int, n_passes: int) -> None:
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    truth = labels(150, seed=seed)
    passes = [noisy(truth, seed=seed * 10 + at) for at in range(n_passes)]
    table, _ = inter_rater.aggregate_raters(np.array(passes).T)
    assert fleiss_kappa(passes) == pytest.approx(inter_rater.fleiss_kappa(table))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_passes", [2, 4])
def test_nominal_alpha_agrees_with_krippendorff_s_package_with_gaps(
    seed: int, n_passes: int
) -> None:
    krippendorff = pytest.importorskip("krippendorff")
    rng = random.Random(seed)
    truth = labels(120, seed=seed)
    passes = [
        [None if rng.random() < 0.2 else label for label in noisy(truth, seed=seed * 10 + at)]
        for at in range(n_passes)
    ]
    numbers = [[np.nan if one is None else "ABCO".index(one) for one in row] for row in passes]
    expected = krippendorff.alpha(reliability_data=numbers, level_of_measurement="nominal")
    assert krippendorff_alpha(passes) == pytest.approx(expected)


def test_kappa_by_hand() -> None:
    # 4 things; agreement on 3. p_e = (3/4)(2/4) + (1/4)(2/4) = 1/2, κ = (3/4 − 1/2) / (1/2).
    assert cohen_kappa("AAAB", "AABB") == pytest.approx(0.5)
    # Fleiss takes the labels together: 5 A and 3 B of 8, p_e = 25/64 + 9/64 = 17/32.
    assert fleiss_kappa(["AAAB", "AABB"]) == pytest.approx((3 / 4 - 17 / 32) / (15 / 32))


def test_where_there_is_nothing_to_agree_on_coefficients_are_undefined() -> None:
    assert cohen_kappa("AAA", "AAA") is None
    assert fleiss_kappa(["AAA", "AAA"]) is None
    assert krippendorff_alpha(["AAA", "AAA"]) is None
    assert krippendorff_alpha([["A", None], [None, "B"]]) is None
    assert cohen_kappa([], []) is None
    assert fleiss_kappa([]) is None
    assert fleiss_kappa(["AB"]) is None
    assert unitizing_alpha([[], []], length=10) is None
    assert unitizing_alpha([[(0, 3, "A")]], length=10) is None


def test_labels_of_different_things_are_refused() -> None:
    with pytest.raises(ValueError, match="got 1 and 2"):
        cohen_kappa("A", "AB")
    with pytest.raises(ValueError, match="the same things"):
        fleiss_kappa(["A", "AB"])
    with pytest.raises(ValueError, match="for the same things"):
        krippendorff_alpha(["A", "AB"])


# Unitising: the worked example of Krippendorff (2004, p. 254), whose continuum starts at 150.

FIRST = [(225, 295, "c"), (370, 400, "c"), (180, 240, "k"), (300, 350, "k")]
SECOND = [(220, 300, "c"), (355, 375, "c"), (400, 420, "c"), (180, 240, "k"), (300, 350, "k")]


def moved(units: list[Unit], by: int) -> list[Unit]:
    return [(start + by, end + by, label) for start, end, label in units]


def only(units: list[Unit], label: str) -> list[Unit]:
    return [unit for unit in units if unit[2] == label]


@pytest.mark.parametrize(("label", "expected"), [("c", 0.7286), ("k", 1.0)])
def test_unitising_alpha_of_the_book_s_categories(label: str, expected: float) -> None:
    passes = [only(moved(units, -150), label) for units in (FIRST, SECOND)]
    assert unitizing_alpha(passes, length=300) == pytest.approx(expected, abs=5e-4)


def test_unitising_alpha_of_the_book_s_example() -> None:
    passes = [moved(units, -150) for units in (FIRST, SECOND)]
    assert unitizing_alpha(passes, length=300) == pytest.approx(0.8591, abs=5e-4)


def sections(units: list[Unit], length: int) -> list[tuple[int, int, bool]]:
    """Cut a continuum into its units and gaps: begin, length, is a unit."""
    found, at = [], 0
    for start, end, _ in sorted(units):
        found += [(at, start - at, False)] if start > at else []
        found.append((start, end - start, True))
        at = end
    return found + ([(at, length - at, False)] if at < length else [])


def literal_alpha(passes: list[list[Unit]], length: int) -> float:
    """Write Krippendorff's formulas down term by term, for one category."""
    m = len(passes)
    cut = [sections(units, length) for units in passes]
    observed = 0.0
    for one, other in permutations(cut, 2):
        for b, n, v in one:
            for c, k, w in other:
                if v and w and -n < b - c < k:
                    observed += (b - c) ** 2 + (b + n - c - k) ** 2
                elif v and not w and k - n >= b - c >= 0:
                    observed += n**2
                elif not v and w and k - n <= b - c <= 0:
                    observed += k**2
    observed /= m * (m - 1) * length**2
    n_units = sum(map(len, passes))
    expected = 0.0
    for one in cut:
        for _, n, v in one:
            if not v:
                continue
            expected += (n_units - 1) / 3 * (2 * n**3 - 3 * n**2 + n)
            gaps = [k for other in cut for _, k, w in other if not w and k >= n]
            expected += n**2 * sum(k - n + 1 for k in gaps)
    lengths = [n for one in cut for _, n, v in one if v]
    places = m * length * (m * length - 1) - sum(n * (n - 1) for n in lengths)
    return 1 - observed / (2 / length * expected / places)


@pytest.mark.parametrize("seed", range(20))
def test_unitising_alpha_agrees_with_its_formulas_written_down(seed: int) -> None:
    rng = random.Random(seed)
    passes = []
    for _ in range(rng.randint(2, 4)):
        cuts = sorted(rng.sample(range(60), 2 * rng.randint(1, 6)))
        passes.append([(a, b, "X") for a, b in zip(cuts[::2], cuts[1::2], strict=True)])
    assert unitizing_alpha(passes, length=60) == pytest.approx(literal_alpha(passes, 60))


def test_a_unit_inside_another_of_its_label_does_not_count() -> None:
    outer, inner = (0, 10, "X"), (2, 5, "X")
    plain = unitizing_alpha([[outer], [(0, 8, "X")]], length=30)
    assert unitizing_alpha([[inner, outer], [(0, 8, "X")]], length=30) == plain


def test_full_agreement_is_one_and_order_does_not_matter() -> None:
    units = moved(FIRST, -150)
    assert unitizing_alpha([units, units[::-1]], length=300) == 1.0
    assert fleiss_kappa(["ABAB", "ABAB", "ABAB"]) == 1.0
    assert krippendorff_alpha(["ABAB", "ABAB"]) == 1.0


def test_gamma_is_what_pygamma_agreement_computes_and_repeats() -> None:
    pygamma = pytest.importorskip("pygamma_agreement")
    from pyannote.core import Segment

    from goldwire.agreement.gamma import gamma_of

    first: list[Unit] = [(0, 5, "A"), (10, 15, "B")]
    second: list[Unit] = [(0, 6, "A"), (11, 15, "A")]
    assert gamma_of([first, first]) == 1.0
    found = gamma_of([first, second])
    assert found == gamma_of([first, second])
    continuum = pygamma.Continuum()
    for name, units in (("annotator 0", first), ("annotator 1", second)):
        for start, end, label in units:
            continuum.add(name, Segment(start, end), label)
    np.random.seed(0)  # noqa: NPY002  what the package draws from
    assert found == continuum.compute_gamma(n_samples=30).gamma
