"""Laws of tallies: they add up in any order and grouping, and a ratio divides once."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.tallies import (
    P_DEN,
    P_NUM,
    R_DEN,
    R_NUM,
    Credits,
    Outcome,
    Tally,
    merge,
    ratio,
    tally,
    union_of_groups,
)

GROUPS = ("ORG", "PER", "GPE", "")
ZERO = merge([])


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """A tally of whole numbers, so that sums are exact; it may have no documents or no groups."""
    groups = tuple(draw(st.lists(st.sampled_from(GROUPS), unique=True)))
    n = draw(st.integers(0, 3))
    size = n * len(groups) * 4
    values = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    return Tally(groups, np.array(values, dtype=np.float64).reshape(n, len(groups), 4))


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[Outcome, int]:
    """An outcome of at most eight items a side, over at most three documents."""
    groups = tuple(draw(st.lists(st.sampled_from(GROUPS), min_size=1, unique=True)))
    n_documents = draw(st.integers(1, 3))

    def side() -> Credits:
        n = draw(st.integers(0, 8))

        def ints(highest: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
            drawn = draw(st.lists(st.integers(0, highest), min_size=n, max_size=n))
            return np.array(drawn, dtype=np.int64)

        den = ints(3).astype(np.float64)
        return Credits(ints(n_documents - 1), ints(len(groups) - 1), np.minimum(ints(3), den), den)

    return Outcome(groups, side(), side()), n_documents


def by_group(table: Tally) -> dict[str, list[float]]:
    """Give the sums of every group over all documents, whatever the order of the groups."""
    return {group: table.row(group).tolist() for group in sorted(table.groups)}


@given(tallies(), tallies(), tallies())
def test_merging_is_associative(a: Tally, b: Tally, c: Tally) -> None:
    left, right = merge([merge([a, b]), c]), merge([a, merge([b, c])])
    assert by_group(left) == by_group(right) == by_group(merge([a, b, c]))


@given(tallies(), tallies())
def test_merging_is_commutative(a: Tally, b: Tally) -> None:
    assert by_group(merge([a, b])) == by_group(merge([b, a]))


@given(tallies())
def test_the_empty_tally_is_the_zero_of_merging(a: Tally) -> None:
    assert ZERO.groups == ()
    assert by_group(merge([a, ZERO])) == by_group(merge([ZERO, a])) == by_group(a.fold())


@given(tallies(), tallies())
def test_merging_sums_what_both_have_group_by_group(a: Tally, b: Tally) -> None:
    merged = by_group(merge([a, b]))
    assert merged.keys() == {*a.groups, *b.groups}
    for group, row in merged.items():
        assert row == (a.row(group) + b.row(group)).tolist()


@given(tallies(), tallies(), tallies())
def test_concatenation_is_associative_and_keeps_documents_in_order(
    a: Tally, b: Tally, c: Tally
) -> None:
    left, right = (a + b) + c, a + (b + c)
    assert left.groups == right.groups == union_of_groups([a, b, c])
    assert np.array_equal(left.sums, right.sums)
    parts = np.concatenate([table.spread(left.groups) for table in (a, b, c)])
    assert np.array_equal(left.sums, parts)


@given(tallies(), tallies())
def test_folding_a_concatenation_is_merging(a: Tally, b: Tally) -> None:
    assert by_group((a + b).fold()) == by_group(merge([a, b]))


@given(tallies(), st.permutations(GROUPS))
def test_spreading_moves_groups_and_fills_with_zeros(a: Tally, groups: list[str]) -> None:
    spread = a.spread(groups)
    assert spread.shape == (len(a.sums), len(groups), 4)
    for at, group in enumerate(groups):
        expected = a.sums[:, a.groups.index(group)] if group in a.groups else 0
        assert (spread[:, at] == expected).all()


def test_spreading_refuses_to_lose_a_group() -> None:
    with pytest.raises(KeyError):
        Tally(("ORG",), np.ones((1, 1, 4))).spread(("PER",))


@given(tallies())
def test_pooling_and_folding_commute(a: Tally) -> None:
    assert a.pool().fold().sums.tolist() == a.fold().pool().sums.tolist()
    assert a.pool().groups == ("",)
    assert a.pool().sums.sum() == a.sums.sum()


@given(tallies())
def test_an_unknown_group_has_zeros(a: Tally) -> None:
    assert a.row("nobody").tolist() == [0, 0, 0, 0]


@given(tallies(), tallies())
def test_groups_are_united_in_order_of_first_appearance(a: Tally, b: Tally) -> None:
    assert union_of_groups([a, b]) == (*a.groups, *(g for g in b.groups if g not in a.groups))


@given(outcomes())
def test_a_tally_holds_the_sums_of_credits(made: tuple[Outcome, int]) -> None:
    outcome, n_documents = made
    sums = tally(outcome, n_documents=n_documents).sums
    assert sums.shape == (n_documents, len(outcome.groups), 4)
    expected = np.zeros_like(sums)
    for side, num, den in ((outcome.predicted, P_NUM, P_DEN), (outcome.gold, R_NUM, R_DEN)):
        for document, group, earned, possible in zip(
            side.document, side.group, side.num, side.den, strict=True
        ):
            expected[document, group, num] += earned
            expected[document, group, den] += possible
    assert np.array_equal(sums, expected)


@given(outcomes())
def test_other_groups_share_out_the_same_credits(made: tuple[Outcome, int]) -> None:
    outcome, n_documents = made
    sides = [
        side.regrouped(np.arange(len(side.num)) % 2) for side in (outcome.gold, outcome.predicted)
    ]
    sliced = tally(Outcome(("even", "odd"), sides[0], sides[1]), n_documents=n_documents)
    whole = tally(outcome, n_documents=n_documents)
    assert np.array_equal(sliced.pool().sums, whole.pool().sums)


@st.composite
def four_sums(draw: st.DrawFn) -> tuple[int, int, int, int]:
    p_den, r_den = draw(st.integers(0, 40)), draw(st.integers(0, 40))
    return draw(st.integers(0, p_den)), p_den, draw(st.integers(0, r_den)), r_den


@given(four_sums(), st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(2)]))
def test_a_ratio_is_the_quotient_of_fractions(
    sums: tuple[int, int, int, int], beta: Fraction
) -> None:
    p_num, p_den, r_num, r_den = sums
    p = Fraction(p_num, p_den) if p_den else None
    r = Fraction(r_num, r_den) if r_den else None
    found = ratio([float(value) for value in sums], beta=float(beta))
    assert found.p == (None if p is None else float(p))
    assert found.r == (None if r is None else float(r))
    if p is None and r is None:
        assert found.f1 is None
    elif not p or not r:
        assert found.f1 == 0
    else:
        f = (1 + beta**2) * p * r / (beta**2 * p + r)
        assert found.f1 == pytest.approx(float(f), rel=1e-15)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_plain_counts_give_f1_to_the_last_bit(tp: int, fp: int, fn: int) -> None:
    found = ratio([tp, tp + fp, tp, tp + fn])
    assert found.f1 == (2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None)


@given(four_sums())
def test_exchanging_sides_exchanges_precision_and_recall(sums: tuple[int, int, int, int]) -> None:
    there, back = ratio(sums), ratio([*sums[2:], *sums[:2]])
    assert (there.p, there.r) == (back.r, back.p)
    assert there.f1 == (None if back.f1 is None else pytest.approx(back.f1, rel=1e-15))


@given(four_sums())
def test_f_lies_between_precision_and_recall(sums: tuple[int, int, int, int]) -> None:
    found = ratio(sums)
    if found.p is not None and found.r is not None and found.f1 is not None:
        low, high = sorted((found.p, found.r))
        assert low - 1e-12 <= found.f1 <= high + 1e-12
