import numpy as np
import pytest
from numpy.typing import NDArray

from goldwire.statistics import F1, Measure, cluster_sums, scores
from goldwire.statistics.measures import influences, informative, left_out, relevant
from goldwire.tallies import ratio

Floats = NDArray[np.float64]

MEASURES = [
    Measure(name, beta, average)
    for name in ("p", "r", "f1")
    for beta in (0.5, 1.0, 2.0)
    for average in ("micro", "macro")
]


def some_sums(*, n: int = 12, groups: int = 3, seed: int = 0) -> Floats:
    """Draw sums whose two numerators differ, as BLANC's and many-to-one credit do."""
    random = np.random.default_rng(seed)
    numerators = random.integers(1, 6, size=(n, groups, 2))
    extra = random.integers(0, 4, size=(n, groups, 2))
    return np.stack([numerators, numerators + extra], axis=3).reshape(n, groups, 4) * 1.0


@pytest.mark.parametrize("measure", MEASURES)
def test_scores_agree_with_the_ratio_of_tallies(measure: Measure) -> None:
    sums = some_sums().sum(axis=0)
    rows = [sums.sum(axis=0)] if measure.average == "micro" else list(sums)
    expected = [getattr(ratio(row, beta=measure.beta), measure.name) for row in rows]
    assert scores(sums, measure) == pytest.approx(np.mean(expected), rel=1e-14)


@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        ([0, 0, 0, 0], (np.nan, np.nan, np.nan)),
        ([0, 3, 0, 0], (0, np.nan, 0)),
        ([0, 0, 0, 2], (np.nan, 0, 0)),
        ([0, 3, 0, 2], (0, 0, 0)),
        ([2, 2, 2, 2], (1, 1, 1)),
        ([1, 2, 3, 4], (0.5, 0.75, 0.6)),
    ],
)
def test_scores_of_small_sums_by_hand(sums: list[int], expected: tuple[float, ...]) -> None:
    table = np.array([sums], dtype=np.float64)
    found = [float(scores(table, Measure(name))) for name in ("p", "r", "f1")]
    assert found == pytest.approx(list(expected), nan_ok=True)


def test_macro_is_the_mean_of_defined_groups() -> None:
    sums = np.array([[1, 2, 1, 1], [0, 0, 0, 5], [0, 0, 0, 0]], dtype=np.float64)
    assert scores(sums, Measure("p", average="macro")) == 0.5
    assert scores(sums, Measure("r", average="macro")) == 0.5
    # F1 is 2·1 / (2 + 1) = 2/3 for the first, 0 for the second, undefined for the third.
    assert scores(sums, Measure("f1", average="macro")) == pytest.approx(1 / 3)


@pytest.mark.parametrize("measure", MEASURES)
def test_influence_is_the_slope_of_the_score_in_a_documents_weight(measure: Measure) -> None:
    sums = some_sums()
    step = 1e-6
    for at, influence in enumerate(influences(sums, measure)):
        weights = np.ones((len(sums), 1, 1))
        weights[at] += step
        above = scores((weights * sums).sum(axis=0), measure)
        weights[at] -= 2 * step
        below = scores((weights * sums).sum(axis=0), measure)
        assert influence == pytest.approx(float(above - below) / (2 * step), abs=1e-8)


def test_influence_of_plain_counts_is_the_textbook_formula() -> None:
    tp, fp, fn = np.array([[3, 1, 0], [2, 0, 2], [5, 1, 1]]).T
    sums = np.stack([tp, tp + fp, tp, tp + fn], axis=1)[:, None, :] * 1.0
    total = 2 * tp.sum() + fp.sum() + fn.sum()
    f1 = 2 * tp.sum() / total
    expected = (2 * tp - f1 * (2 * tp + fp + fn)) / total
    assert influences(sums) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("measure", MEASURES)
def test_leaving_out_is_scoring_the_rest(measure: Measure) -> None:
    sums = some_sums()
    expected = [
        float(scores(np.delete(sums, at, axis=0).sum(axis=0), measure)) for at in range(len(sums))
    ]
    assert left_out(sums, measure) == pytest.approx(expected, abs=1e-12)


def test_leaving_out_all_fractional_credit_leaves_nothing() -> None:
    sums = np.array([[[0.1, 0.1, 0.1, 0.1]], [[0.2, 0.2, 0.2, 0.2]], [[0, 0, 0, 0]]])
    sums[2] = sums[0]
    only = sums.copy()
    only[1:] = 0.0
    assert np.isnan(left_out(only)[0])


def test_a_document_without_anything_to_earn_is_not_informative() -> None:
    sums = np.array([[[0, 0, 0, 0]], [[0, 1, 0, 0]], [[0, 0, 0, 1]]], dtype=np.float64)
    assert informative(sums, Measure("p")).tolist() == [False, True, False]
    assert informative(sums, Measure("r")).tolist() == [False, False, True]
    assert informative(sums, F1).tolist() == [False, True, True]


def test_relevant_sums_forget_what_the_measure_never_reads() -> None:
    sums = np.array([[[1, 2, 3, 4], [5, 6, 7, 8]]], dtype=np.float64)
    assert relevant(sums, Measure("p")).tolist() == [[[6, 8, 0, 0]]]
    assert relevant(sums, Measure("r", average="macro")).tolist() == [[[0, 0, 3, 4], [0, 0, 7, 8]]]


def test_clusters_add_up_in_ascending_order() -> None:
    sums = np.arange(12.0).reshape(3, 1, 4)
    found = cluster_sums(sums, np.array([9, 4, 9]))
    assert found.tolist() == [[[4, 5, 6, 7]], [[8, 10, 12, 14]]]


@pytest.mark.parametrize("shape", [(3, 4), (3, 1, 3), (4,)])
def test_sums_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        cluster_sums(np.zeros(shape), np.zeros(shape[0]))


def test_rows_without_a_cluster_are_refused() -> None:
    with pytest.raises(ValueError, match="as many clusters"):
        cluster_sums(np.zeros((3, 1, 4)), np.zeros(2))


def test_sums_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        cluster_sums(np.full((3, 1, 4), np.nan), np.zeros(3))


def test_a_measure_without_meaning_is_refused() -> None:
    with pytest.raises(ValueError, match="no such measure"):
        Measure("f2")  # type: ignore[arg-type]  # that it is refused is the claim
    with pytest.raises(ValueError, match="beta"):
        Measure(beta=0.0)
