"""Laws of the statistics, whatever the sums are."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goldwire.statistics import (
    Measure,
    bootstrap_difference,
    bootstrap_interval,
    cluster_sums,
    difference,
    interval,
    max_t_tests,
    non_inferiority,
    permutation_test,
)

Floats = NDArray[np.float64]

MEASURES = st.builds(
    Measure,
    st.sampled_from(["p", "r", "f1"]),
    st.sampled_from([0.5, 1.0, 2.0]),
    st.sampled_from(["micro", "macro"]),
)


@st.composite
def pairs(draw: st.DrawFn, *, most: int = 25) -> tuple[Floats, Floats]:
    """Draw two systems' sums on the same documents, some empty, some credits fractional."""
    n = draw(st.integers(1, most))
    groups = draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    gold = random.poisson(draw(st.sampled_from([0.4, 3.0])), (n, groups))
    is_fractional = draw(st.booleans())

    def system() -> Floats:
        found = random.binomial(gold, 0.7).astype(np.float64)
        predicted = found + random.poisson(0.5, (n, groups))
        p_num = found * random.random((n, groups)) if is_fractional else found
        return np.stack([p_num, predicted, found, gold], axis=2)

    baseline, candidate = system(), system()
    same = random.random(n) < draw(st.sampled_from([0.0, 0.5, 1.0]))
    candidate[same] = baseline[same]
    return baseline, candidate


def negated(value: float | None) -> float | None:
    return None if value is None else -value


def close(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return abs(found - expected) < 1e-9


@given(pairs(), MEASURES)
def test_an_interval_holds_its_value_and_stays_between_0_and_1(
    pair: tuple[Floats, Floats], measure: Measure
) -> None:
    found = interval(pair[0], measure=measure)
    if found.low is None or found.high is None or found.value is None:
        assert found.method == "refused"
        assert found.note
    else:
        assert 0 <= found.low <= found.value <= found.high <= 1 + 1e-12
        assert found.low < found.high


@given(pairs(), MEASURES, st.integers(0, 99))
def test_the_order_of_documents_never_matters(
    pair: tuple[Floats, Floats], measure: Measure, shuffle: int
) -> None:
    baseline, candidate = pair
    order = np.random.default_rng(shuffle).permutation(len(baseline))
    for given_order, other in (
        (interval(baseline, measure=measure), interval(baseline[order], measure=measure)),
        (
            bootstrap_interval(baseline, measure=measure, n_resamples=50),
            bootstrap_interval(baseline[order], measure=measure, n_resamples=50),
        ),
    ):
        assert close(given_order.low, other.low)
        assert close(given_order.high, other.high)
        assert given_order.method == other.method
    tested = permutation_test(baseline, candidate, measure=measure, n_draws=100)
    assert tested == permutation_test(
        baseline[order], candidate[order], measure=measure, n_draws=100
    )


@given(pairs(), MEASURES)
def test_swapping_the_systems_negates_a_difference_and_keeps_its_p_value(
    pair: tuple[Floats, Floats], measure: Measure
) -> None:
    there = difference(*pair, measure=measure)
    back = difference(*pair[::-1], measure=measure)
    assert close(there.value, negated(back.value))
    assert close(there.low, negated(back.high))
    assert close(there.high, negated(back.low))
    assert permutation_test(*pair, measure=measure, n_draws=100) == permutation_test(
        *pair[::-1], measure=measure, n_draws=100
    )


@given(pairs(), MEASURES)
def test_identical_systems_do_not_differ(pair: tuple[Floats, Floats], measure: Measure) -> None:
    baseline = pair[0]
    found = difference(baseline, baseline, measure=measure)
    assume(found.method != "refused")
    assert (found.value, found.method) == (0.0, "identical")
    expected = 1.0 if len(baseline) >= 6 else None
    assert permutation_test(baseline, baseline, measure=measure).p == expected
    assert non_inferiority(found, margin=0.0).outcome == "PASS"


@given(pairs(most=16), MEASURES, st.sampled_from([2.0, 8.0, 0.25]))
def test_scaling_all_sums_changes_nothing(
    pair: tuple[Floats, Floats], measure: Measure, factor: float
) -> None:
    baseline, candidate = pair
    plain = difference(baseline, candidate, measure=measure)
    scaled = difference(baseline * factor, candidate * factor, measure=measure)
    assert close(plain.low, scaled.low)
    assert close(plain.se, scaled.se)
    assert close(
        permutation_test(baseline, candidate, measure=measure).p,
        permutation_test(baseline * factor, candidate * factor, measure=measure).p,
    )


@given(pairs(), MEASURES)
def test_empty_documents_change_no_interval(pair: tuple[Floats, Floats], measure: Measure) -> None:
    padded = [np.concatenate([sums, np.zeros((5, *sums.shape[1:]))]) for sums in pair]
    assert close(interval(pair[0], measure=measure).low, interval(padded[0], measure=measure).low)
    assert close(difference(*pair, measure=measure).se, difference(*padded, measure=measure).se)


@given(pairs())
def test_a_higher_level_gives_a_wider_interval(pair: tuple[Floats, Floats]) -> None:
    wide, narrow = interval(pair[0], level=0.99), interval(pair[0], level=0.9)
    assume(wide.low is not None)
    assert (wide.low or 0) <= (narrow.low or 0)
    assert (wide.high or 0) >= (narrow.high or 0)


@given(pairs())
def test_clusters_of_one_are_the_documents_themselves(pair: tuple[Floats, Floats]) -> None:
    assert (cluster_sums(pair[0], np.arange(len(pair[0]))) == pair[0]).all()


@settings(max_examples=25)
@given(pairs(), MEASURES)
def test_p_values_of_many_tests_lie_between_their_smallest_and_1(
    pair: tuple[Floats, Floats], measure: Measure
) -> None:
    for found in max_t_tests(*pair, measure=measure, n_draws=100):
        assert found.p is None or found.smallest_p - 1e-12 <= found.p <= 1


@settings(max_examples=25)
@given(pairs(), MEASURES, st.integers(0, 5))
def test_a_seed_decides_everything(
    pair: tuple[Floats, Floats], measure: Measure, seed: int
) -> None:
    once = bootstrap_difference(*pair, measure=measure, n_resamples=30, seed=seed)
    again = bootstrap_difference(*pair, measure=measure, n_resamples=30, seed=seed)
    assert once == again


@pytest.mark.parametrize("count", [1, 2])
def test_whole_numbers_of_any_type_are_sums(count: int) -> None:
    sums = np.tile([2, 3, 2, 4], (count, 1, 1)).astype(np.int32)
    assert interval(sums).value == pytest.approx(4 / 7)
