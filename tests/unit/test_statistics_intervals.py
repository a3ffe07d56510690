import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from goldwire.statistics import (
    Difference,
    Measure,
    bootstrap_difference,
    bootstrap_interval,
    detectable,
    difference,
    documents_needed,
    interval,
    non_inferiority,
)
from goldwire.statistics.intervals import largest_share

Floats = NDArray[np.float64]


def counts(*rows: tuple[int, int, int]) -> Floats:
    """Make one group's sums from (tp, fp, fn) per document."""
    tp, fp, fn = np.array(rows, dtype=np.float64).T
    return np.stack([tp, tp + fp, tp, tp + fn], axis=1)[:, None, :]


def drawn(n: int, *, seed: int, wrong: float = 2.0) -> Floats:
    random = np.random.default_rng(seed)
    tp = random.poisson(6, n) + 1
    return counts(*zip(tp, random.poisson(wrong, n), random.poisson(wrong, n), strict=True))


MIXED = counts((3, 1, 0), (2, 0, 2), (5, 1, 1), (1, 2, 0))


def test_the_logit_t_interval_by_hand() -> None:
    # TP 11, FP 4, FN 3: D = 29, F = 22/29; u = [(6, 4, 10, 2) − F·(7, 6, 12, 4)] / 29.
    f1 = 22 / 29
    u = [(6 - f1 * 7) / 29, (4 - f1 * 6) / 29, (10 - f1 * 12) / 29, (2 - f1 * 4) / 29]
    se = math.sqrt(4 / 3 * sum(value * value for value in u))
    centre = math.log(22 / 7)
    reach = 3.182446305284263 * se / (f1 * 7 / 29)  # t(.975) with 3 degrees of freedom
    found = interval(MIXED)
    assert found.value == pytest.approx(f1)
    assert found.se == pytest.approx(se)
    assert found.low == pytest.approx(1 / (1 + math.exp(-(centre - reach))))
    assert found.high == pytest.approx(1 / (1 + math.exp(-(centre + reach))))
    assert (found.method, found.n_clusters, found.n_informative) == ("logit-t", 4, 4)


def test_few_documents_are_warned_about() -> None:
    assert "only 4 documents" in interval(MIXED).note
    assert interval(drawn(10, seed=1)).note == ""


def test_a_note_comes_first_and_the_unit_is_named() -> None:
    found = interval(MIXED, unit="paragraph", note="this document only")
    assert found.note.startswith("this document only; only 4 paragraphs")
    assert found.unit == "paragraph"


def test_empty_documents_are_no_degrees_of_freedom() -> None:
    padded = np.concatenate([MIXED, np.zeros((50, 1, 4))])
    assert interval(padded) == replace(interval(MIXED), n_clusters=54)


def test_a_perfect_score_gets_the_exact_rule_of_three() -> None:
    found = interval(counts(*[(2, 0, 0)] * 59))
    # Of documents that are perfect with probability x, 59 are all perfect with probability x^59.
    assert (found.value, found.high, found.method) == (1.0, 1.0, "one-sided")
    assert found.low == pytest.approx(0.05 ** (1 / 59))
    assert interval(counts(*[(2, 0, 0)] * 58)).low == pytest.approx(0.05 ** (1 / 58))
    assert "one-sided 95% bound" in found.note


def test_a_score_of_zero_gets_an_upper_bound() -> None:
    found = interval(counts((0, 1, 1), (0, 2, 0), (0, 0, 3)))
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(1 - 0.05 ** (1 / 3))


def test_one_perfect_document_proves_next_to_nothing() -> None:
    found = interval(counts((9, 0, 0)))
    assert found.low == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("sums", "reason"),
    [
        (np.zeros((7, 1, 4)), "0/0"),
        (np.zeros((0, 1, 4)), "0/0"),
        (counts((3, 1, 1)), "one document"),
        (counts((3, 1, 1), (6, 2, 2), (3, 1, 1)), "no variance"),
    ],
)
def test_a_point_is_never_given_as_an_interval(sums: Floats, reason: str) -> None:
    for found in (interval(sums), bootstrap_interval(sums, n_resamples=10)):
        assert (found.method, found.low, found.high, found.se) == ("refused", None, None, None)
        assert reason in found.note


def test_an_undefined_score_has_no_value() -> None:
    assert interval(counts((0, 0, 2), (0, 0, 1)), measure=Measure("p")).value is None


def test_rule_of_three_is_the_clopper_pearson_bound() -> None:
    for n in (1, 10, 300):
        expected = stats.binomtest(0, n, alternative="less").proportion_ci(0.95).high
        assert largest_share(n=n, level=0.95) == pytest.approx(float(expected), rel=1e-10)


def test_the_bootstrap_agrees_with_scipy() -> None:
    sums = drawn(60, seed=3)

    def f1(tp: Floats, wrong: Floats, axis: int) -> Floats:
        total = tp.sum(axis=axis)
        return np.asarray(2 * total / (2 * total + wrong.sum(axis=axis)))

    tp = sums[:, 0, 0]
    wrong = sums[:, 0, 1] + sums[:, 0, 3] - 2 * tp
    expected = stats.bootstrap(
        (tp, wrong), f1, paired=True, method="percentile", n_resamples=20_000, rng=1
    ).confidence_interval
    found = bootstrap_interval(sums, n_resamples=20_000, seed=1)
    assert found.low == pytest.approx(expected.low, abs=0.001)
    assert found.high == pytest.approx(expected.high, abs=0.001)


def test_bootstrap_and_logit_t_agree_on_many_documents() -> None:
    sums = drawn(2_000, seed=4)
    slow, fast = bootstrap_interval(sums, n_resamples=2_000), interval(sums)
    assert slow.low == pytest.approx(fast.low, abs=0.001)
    assert slow.high == pytest.approx(fast.high, abs=0.001)


def test_a_bootstrap_on_few_documents_is_flagged() -> None:
    assert "only 19 documents" in bootstrap_interval(drawn(19, seed=1), n_resamples=10).note
    assert bootstrap_interval(drawn(20, seed=1), n_resamples=10).note == ""


def test_a_bootstrap_that_is_often_undefined_is_refused() -> None:
    # The candidate predicts in 2 of 12 documents: (10/12)^12 = 11 % of resamples have neither.
    baseline = counts(*[(2, tp, 1) for tp in range(12)])
    candidate = counts((3, 1, 0), (1, 1, 1), *[(0, 0, 3)] * 10)
    found = bootstrap_difference(baseline, candidate, measure=Measure("p"), n_resamples=1_000)
    assert (found.method, found.low, found.high) == ("refused", None, None)
    assert "of 1,000 resamples are undefined" in found.note


def test_a_bootstrap_that_is_rarely_undefined_says_so() -> None:
    # In 4 of 12 documents: (8/12)^12 = 0.8 %.
    baseline = counts(*[(2, tp, 1) for tp in range(12)])
    candidate = counts((3, 1, 0), (1, 1, 1), (2, 3, 0), (1, 0, 1), *[(0, 0, 3)] * 8)
    found = bootstrap_difference(baseline, candidate, measure=Measure("p"), n_resamples=1_000)
    assert found.method == "bootstrap"
    assert "of 1,000 resamples are undefined" in found.note


def test_the_jackknife_t_interval_by_brute_force() -> None:
    baseline, candidate = drawn(15, seed=5), drawn(15, seed=6)

    def f1(sums: Floats) -> float:
        p_num, p_den, _, r_den = sums.sum(axis=(0, 1))
        return float(2 * p_num / (p_den + r_den))

    gaps = [
        f1(np.delete(candidate, at, axis=0)) - f1(np.delete(baseline, at, axis=0))
        for at in range(15)
    ]
    se = math.sqrt(14 / 15 * sum((gap - sum(gaps) / 15) ** 2 for gap in gaps))
    value = f1(candidate) - f1(baseline)
    reach = float(stats.t.ppf(0.975, 14)) * se
    found = difference(baseline, candidate)
    assert [found.value, found.se] == pytest.approx([value, se])
    assert [found.low, found.high] == pytest.approx([value - reach, value + reach])
    assert (found.method, found.n_changed, found.note) == ("jackknife-t", 15, "")


def test_identical_systems_differ_by_what_a_rule_of_three_allows() -> None:
    sums = drawn(100, seed=7)
    found = difference(sums, sums)
    assert (found.value, found.method, found.n_changed) == (0.0, "identical", 0)
    assert found.high == pytest.approx(1 - 0.05 ** (1 / 100))
    assert found.low == -(found.high or 0.0)


def test_only_what_the_measure_sees_can_change() -> None:
    baseline, candidate = counts((3, 1, 1), (2, 0, 1)), counts((3, 1, 1), (2, 0, 2))
    assert difference(baseline, candidate, measure=Measure("p")).method == "identical"
    assert difference(baseline, candidate, measure=Measure("r")).n_changed == 1


def test_a_change_in_few_documents_is_said() -> None:
    baseline = drawn(40, seed=8)
    candidate = baseline.copy()
    candidate[3, 0, 1] += 1
    found = difference(baseline, candidate)
    assert "differ in only 1 document" in found.note
    assert (found.high or 0.0) > 0 > (found.low or 0.0)


@pytest.mark.parametrize(
    ("baseline", "candidate", "reason"),
    [
        (counts((2, 1, 1), (2, 1, 1)), counts((2, 1, 1), (2, 1, 1)) * 0, "0/0"),
        (counts((2, 1, 1)), counts((2, 1, 2)), "one document"),
        (counts((2, 1, 1), (2, 1, 1)), counts((1, 1, 2), (1, 1, 2)), "no variance"),
    ],
)
def test_a_difference_without_variance_is_refused(
    baseline: Floats, candidate: Floats, reason: str
) -> None:
    for found in (
        difference(baseline, candidate),
        bootstrap_difference(baseline, candidate, n_resamples=10),
    ):
        assert (found.method, found.low, found.high) == ("refused", None, None)
        assert reason in found.note


def test_all_in_one_document_is_refused() -> None:
    baseline = np.array([[[1, 2, 1, 2]], [[0, 0, 0, 2]], [[0, 0, 0, 2]]], dtype=np.float64)
    candidate = baseline.copy()
    candidate[0, 0, 1] = 3
    candidate[1, 0, 1] = 1
    found = difference(baseline, candidate, measure=Measure("p"))
    assert found.method == "refused"
    assert found.value == pytest.approx(1 / 4 - 1 / 2)
    assert "in one document" in found.note


def test_the_paired_bootstrap_agrees_with_the_jackknife_on_many_documents() -> None:
    baseline, candidate = drawn(1_000, seed=9), drawn(1_000, seed=10, wrong=1.8)
    slow = bootstrap_difference(baseline, candidate, n_resamples=4_000)
    fast = difference(baseline, candidate)
    assert slow.low == pytest.approx(fast.low, abs=0.001)
    assert slow.high == pytest.approx(fast.high, abs=0.001)


def test_macro_differences_leave_out_documents_too() -> None:
    macro = Measure(average="macro")
    baseline = np.concatenate([drawn(30, seed=1), drawn(30, seed=2)], axis=1)
    candidate = np.concatenate([drawn(30, seed=1), drawn(30, seed=3)], axis=1)
    # The first group is the same in both: half of the second group's difference is left.
    alone = difference(baseline[:, 1:], candidate[:, 1:])
    both = difference(baseline, candidate, measure=macro)
    assert both.value == pytest.approx((alone.value or 0) / 2)
    assert both.se == pytest.approx((alone.se or 0) / 2)


def test_systems_on_other_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="same clusters and groups"):
        difference(np.zeros((3, 1, 4)), np.zeros((4, 1, 4)))


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_that_is_no_probability_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        interval(MIXED, level=level)


def found_difference(low: float | None, high: float | None) -> Difference:
    return Difference(
        value=0.0,
        low=low,
        high=high,
        level=0.95,
        method="refused" if low is None else "jackknife-t",
        n_clusters=9,
        n_informative=9,
        n_changed=9,
        note="why",
    )


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (-0.009, 0.02, "PASS"),
        (-0.009, -0.001, "PASS"),
        (0.01, 0.03, "PASS"),
        (-0.01, 0.02, "INCONCLUSIVE"),
        (-0.03, 0.0, "INCONCLUSIVE"),
        (-0.03, -0.001, "FAIL"),
        (-0.08, -0.05, "FAIL"),
        (None, None, "INCONCLUSIVE"),
    ],
)
def test_the_gate_by_its_bounds(low: float | None, high: float | None, outcome: str) -> None:
    assert non_inferiority(found_difference(low, high), margin=0.01).outcome == outcome


def test_identical_systems_pass_the_gate() -> None:
    verdict = non_inferiority(difference(MIXED, MIXED), margin=0.0)
    assert (verdict.outcome, verdict.reason) == ("PASS", "nothing differs")


def test_a_negative_margin_is_refused() -> None:
    with pytest.raises(ValueError, match="margin"):
        non_inferiority(found_difference(-0.1, 0.1), margin=-0.01)


def test_the_detectable_effect_is_so_many_standard_errors() -> None:
    found = difference(drawn(21, seed=1), drawn(21, seed=2))
    # t(.975) = 2.085963 and t(.8) = 0.859964 with 20 degrees of freedom.
    expected = (2.085963 + 0.859964) * (found.se or 0.0)
    assert detectable(found).effect == pytest.approx(expected, rel=1e-6)


def test_one_system_alone_plans_for_an_unrelated_second_one() -> None:
    found = interval(drawn(21, seed=1))
    expected = math.sqrt(2) * (2.085963 + 0.859964) * (found.se or 0.0)
    assert detectable(found).effect == pytest.approx(expected, rel=1e-6)
    assert "unrelated" in detectable(found).note


def test_nothing_can_be_planned_without_variance() -> None:
    identical = difference(MIXED, MIXED)
    assert detectable(identical).effect is None
    assert "identical" in detectable(identical).note
    assert documents_needed(identical, effect=0.01) is None


def test_the_documents_needed_are_the_fewest_that_suffice() -> None:
    found = difference(drawn(30, seed=1), drawn(30, seed=2))
    n = documents_needed(found, effect=0.02)
    assert n is not None

    def effect(n_documents: int) -> float:
        errors = stats.t.ppf(0.975, n_documents - 1) + stats.t.ppf(0.8, n_documents - 1)
        return float(errors * (found.se or 0.0) * math.sqrt(30 / n_documents))

    assert effect(n) <= 0.02 < effect(n - 1)


def test_empty_documents_raise_the_number_needed() -> None:
    baseline, candidate = drawn(30, seed=1), drawn(30, seed=2)
    empty = np.zeros((30, 1, 4))
    dense = documents_needed(difference(baseline, candidate), effect=0.02)
    half = documents_needed(
        difference(np.concatenate([baseline, empty]), np.concatenate([candidate, empty])),
        effect=0.02,
    )
    assert half == 2 * (dense or 0)


@pytest.mark.parametrize("power", [0.2, 1.0])
def test_a_power_that_plans_for_failure_is_refused(power: float) -> None:
    with pytest.raises(ValueError, match="power"):
        detectable(interval(MIXED), power=power)


def test_an_effect_that_no_score_can_have_is_none() -> None:
    apart = difference(
        [[[9.0, 10.0, 9.0, 10.0]], [[1.0, 10.0, 1.0, 10.0]]],
        [[[1.0, 10.0, 1.0, 10.0]], [[9.0, 10.0, 9.0, 10.0]]],
    )
    found = detectable(apart)
    assert apart.se is not None
    # With one degree of freedom t(0.975) = 12.71 and t(0.8) = 1.38.
    assert (12.706 + 1.376) * apart.se > 1
    assert (found.effect, found.note) == (
        None,
        "not even a difference of 100 points would be found",
    )


def test_an_effect_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="effect"):
        documents_needed(difference(MIXED, MIXED), effect=0.0)
