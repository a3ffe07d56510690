import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from goldwire.statistics import Measure, holm, max_t_tests, permutation_test, scores

Floats = NDArray[np.float64]

MEASURES = [
    Measure(),
    Measure("p"),
    Measure("r"),
    Measure(beta=2.0),
    Measure(average="macro"),
    Measure("p", average="macro"),
]


def drawn(n: int, *, seed: int, groups: int = 2, wrong: float = 1.5) -> Floats:
    random = np.random.default_rng(seed)
    size = (n, groups)
    tp = random.poisson(3, size)
    spurious, missed = random.poisson(wrong, size), random.poisson(1.5, size)
    return np.stack([tp, tp + spurious, tp, tp + missed], axis=2).astype(np.float64)


def brute_force(baseline: Floats, candidate: Floats, measure: Measure) -> float:
    """Enumerate all 2^n swaps, one at a time."""
    observed = abs(scores(candidate.sum(axis=0), measure) - scores(baseline.sum(axis=0), measure))
    extreme = 0
    for swapped in itertools.product([False, True], repeat=len(baseline)):
        chosen = np.array(swapped)[:, None, None]
        first = np.where(chosen, candidate, baseline).sum(axis=0)
        second = np.where(chosen, baseline, candidate).sum(axis=0)
        gap = abs(scores(second, measure) - scores(first, measure))
        extreme += bool(np.isnan(gap) or gap >= observed - 1e-9)
    return extreme / float(2 ** len(baseline))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_exact_p_values_agree_with_brute_force(measure: Measure, seed: int) -> None:
    baseline, candidate = drawn(8, seed=seed), drawn(8, seed=seed + 100, wrong=0.7)
    found = permutation_test(baseline, candidate, measure=measure)
    assert found.method == "exact"
    assert found.p == brute_force(baseline, candidate, measure)


def test_exact_p_values_of_fractional_credit_agree_with_brute_force() -> None:
    random = np.random.default_rng(5)
    baseline, candidate = drawn(7, seed=1), drawn(7, seed=2)
    baseline[..., [0, 2]] *= random.random((7, 2, 2))
    candidate[..., [0, 2]] *= random.random((7, 2, 2))
    assert permutation_test(baseline, candidate).p == brute_force(baseline, candidate, Measure())


def test_exact_p_values_agree_with_scipy() -> None:
    baseline, candidate = drawn(9, seed=11, groups=1), drawn(9, seed=12, groups=1)

    def gap(first: NDArray[np.intp], second: NDArray[np.intp]) -> float:
        both = np.stack([baseline, candidate])
        at = np.arange(9)
        return float(scores(both[second, at].sum(axis=0)) - scores(both[first, at].sum(axis=0)))

    expected = stats.permutation_test(
        (np.zeros(9, dtype=np.intp), np.ones(9, dtype=np.intp)),
        lambda first, second: gap(first.astype(np.intp), second.astype(np.intp)),
        permutation_type="samples",
        vectorized=False,
        n_resamples=10**6,
    )
    assert permutation_test(baseline, candidate).p == pytest.approx(expected.pvalue)


def test_drawn_p_values_lie_near_the_exact_one() -> None:
    # 18 documents differ: too many to enumerate here, few enough to do so in the test.
    baseline, candidate = drawn(18, seed=3, groups=1), drawn(18, seed=4, groups=1, wrong=0.8)
    candidate[..., 3] = baseline[..., 3]
    candidate[..., 0] = candidate[..., 2] = np.minimum(candidate[..., 0], baseline[..., 3])
    gaps = candidate - baseline
    assert gaps.any(axis=(1, 2)).sum() > 16
    coins = (np.arange(2**18)[:, None] >> np.arange(18)) & 1
    moved = (coins.astype(np.float64) @ gaps.reshape(18, 4))[:, None, :]
    sizes = np.abs(scores(candidate.sum(axis=0) - moved) - scores(baseline.sum(axis=0) + moved))
    exact = float((sizes >= sizes[0] - 1e-9).mean())
    found = permutation_test(baseline, candidate)
    assert (found.method, found.n_draws) == ("monte-carlo", 10_000)
    assert found.p == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 10_000) ** 0.5)


def test_a_drawn_p_value_counts_the_observation_itself() -> None:
    baseline = drawn(60, seed=5, wrong=6.0)
    candidate = baseline.copy()
    candidate[..., 1] = candidate[..., 0]
    found = permutation_test(baseline, candidate, n_draws=999)
    assert found.p == found.smallest_p == 1 / 1000


def test_documents_that_do_not_differ_do_not_matter() -> None:
    baseline, candidate = drawn(7, seed=6), drawn(7, seed=7)
    same = drawn(500, seed=8)
    # The documents added move both scores, but the test stays exact over 2^7 swaps.
    found = permutation_test(np.concatenate([baseline, same]), np.concatenate([candidate, same]))
    assert (found.method, found.n_changed, found.n_draws) == ("exact", 7, 64)
    assert found.n_clusters == 507


@pytest.mark.parametrize("n_changed", [1, 5, 6])
def test_a_test_says_when_it_cannot_reject(n_changed: int) -> None:
    baseline = drawn(30, seed=9)
    candidate = baseline.copy()
    candidate[:n_changed, 0, 1] += 1
    found = permutation_test(baseline, candidate)
    assert found.smallest_p == 2 / 2**n_changed
    assert found.p == (None if n_changed < 6 else found.smallest_p)
    assert ("cannot reject at this size" in found.note) is (n_changed < 6)


@pytest.mark.parametrize("n", [1, 5])
def test_below_six_clusters_there_is_never_a_p_value(n: int) -> None:
    same = drawn(n, seed=9)
    for found in (
        permutation_test(same, same),
        permutation_test(same, drawn(n, seed=10)),
        *max_t_tests(same, drawn(n, seed=10)),
    ):
        assert (found.p, found.method) == (None, "refused")
        assert "cannot reject at this size" in found.note


def test_identical_systems_have_a_p_value_of_one() -> None:
    sums = drawn(30, seed=10)
    assert permutation_test(sums, sums).p == 1.0


def test_an_undefined_score_is_not_tested() -> None:
    baseline = drawn(6, seed=1)
    candidate = baseline.copy()
    candidate[..., [0, 1]] = 0
    found = permutation_test(baseline, candidate, measure=Measure("p"))
    assert (found.p, found.method) == (None, "refused")
    assert "0/0" in found.note


def test_no_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one draw"):
        permutation_test(drawn(3, seed=1), drawn(3, seed=2), n_draws=0)


def test_holm_agrees_with_statsmodels() -> None:
    multitest = pytest.importorskip(
        "statsmodels.stats.multitest", reason="statsmodels, the referee, is not installed"
    )
    p_values = np.random.default_rng(1).random(25) ** 3
    expected = multitest.multipletests(p_values, method="holm")[1]
    assert holm(p_values.tolist()) == pytest.approx(tuple(expected), rel=1e-14)


def test_holm_by_hand() -> None:
    assert holm([0.02, None, 0.01]) == (0.02, None, 0.02)
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()


def test_holm_refuses_what_is_no_probability() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.1, 1.1])


def test_max_t_of_one_group_is_the_plain_test() -> None:
    baseline, candidate = drawn(40, seed=1, groups=1), drawn(40, seed=2, groups=1)
    (found,) = max_t_tests(baseline, candidate)
    assert found.p == permutation_test(baseline, candidate).p


def test_max_t_of_copies_costs_nothing_where_holm_pays_for_each() -> None:
    baseline, candidate = drawn(40, seed=1, groups=1), drawn(40, seed=2, groups=1)
    plain = permutation_test(baseline, candidate).p
    found = max_t_tests(np.repeat(baseline, 10, axis=1), np.repeat(candidate, 10, axis=1))
    assert [one.p for one in found] == [plain] * 10


def test_max_t_by_brute_force() -> None:
    baseline, candidate = drawn(7, seed=21, groups=3), drawn(7, seed=22, groups=3)
    candidate[:, 1] = baseline[:, 1]
    candidate[:, 1, 1] += np.arange(7)
    rows = []
    for swapped in itertools.product([False, True], repeat=7):
        chosen = np.array(swapped)[:, None, None]
        first = np.where(chosen, candidate, baseline).sum(axis=0)
        second = np.where(chosen, baseline, candidate).sum(axis=0)
        rows.append([abs(float(scores(second[[g]]) - scores(first[[g]]))) for g in range(3)])
    sizes = np.array(rows)
    t = sizes / np.sqrt((sizes**2).mean(axis=0))
    expected = [0.0] * 3
    order = sorted(range(3), key=lambda group: -t[0, group])
    largest = 0.0
    for rank, group in enumerate(order):
        rivals = t[:, order[rank:]].max(axis=1)
        largest = max(largest, float((rivals >= t[0, group] - 1e-9).mean()))
        expected[group] = largest
    found = max_t_tests(baseline, candidate)
    assert [one.p for one in found] == pytest.approx(expected)


def test_max_t_never_reports_less_than_the_plain_test() -> None:
    baseline, candidate = drawn(40, seed=31, groups=6), drawn(40, seed=32, groups=6, wrong=1.0)
    joint = max_t_tests(baseline, candidate)
    assert all(one.p is not None and one.method == "max-t" for one in joint)
    assert min(one.p or 0 for one in joint) >= 1 / 10_001


def test_a_group_that_is_undefined_is_not_tested_and_the_others_are() -> None:
    baseline, candidate = drawn(10, seed=1), drawn(10, seed=2)
    baseline[:, 0] = candidate[:, 0] = 0.0
    first, second = max_t_tests(baseline, candidate)
    assert (first.p, first.method) == (None, "refused")
    assert second.p == permutation_test(baseline[:, 1:], candidate[:, 1:]).p


def test_a_group_that_never_changes_is_not_significant() -> None:
    baseline, candidate = drawn(10, seed=1), drawn(10, seed=2)
    candidate[:, 0] = baseline[:, 0]
    assert max_t_tests(baseline, candidate)[0].p == 1.0
