import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from goldwire.statistics import resampling
from goldwire.statistics.resampling import bootstrap_sums, ordered_by_content, swap_sums

Floats = NDArray[np.float64]

DIGEST = """
import hashlib, numpy as np
from goldwire.statistics.resampling import bootstrap_sums, swap_sums
bits = np.random.SFC64(3)
sums = (bits.random_raw(700 * 20).astype("u8") >> np.uint64(61)).reshape(700, 20).astype(float)
found = [bootstrap_sums(x, n=200, seed=1) for x in (sums, sums / 7)]
found += [swap_sums(x, n=200, seed=1) for x in (sums - 3, (sums - 3) / 7)]
print(hashlib.sha256(b"".join(x.tobytes() for x in found)).hexdigest())
"""


def digest(threads: int) -> str:
    limits = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads)
    )
    found = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env={**os.environ, **limits, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.strip()


def test_resamples_have_the_same_bits_with_one_thread_and_with_two() -> None:
    one = digest(1)
    assert len(one) == hashlib.sha256().digest_size * 2
    assert digest(2) == one


def test_bootstrap_sums_are_sums_of_as_many_documents() -> None:
    ones = np.ones((37, 2, 4))
    assert (bootstrap_sums(ones, n=11, seed=1) == 37).all()


@pytest.mark.parametrize("n_documents", [1, 2, 7, 300])
@pytest.mark.parametrize("n", [1, 5, 3000])
def test_draws_follow_the_documented_stream(n_documents: int, n: int) -> None:
    # Rebuilt one number at a time: low half of each raw number first, index = half · n >> 32.
    if n * n_documents > 50_000:
        n = 50
    values = np.arange(n_documents, dtype=np.float64)
    raw = np.random.SFC64(9).random_raw((n * n_documents + 1) // 2).tolist()
    halves = [half for number in raw for half in (number & 0xFFFFFFFF, number >> 32)]
    ordered = ordered_by_content(values[:, None])[:, 0]
    expected = [
        sum(
            float(ordered[half * n_documents >> 32])
            for half in halves[row * n_documents : (row + 1) * n_documents]
        )
        for row in range(n)
    ]
    assert bootstrap_sums(values[:, None], n=n, seed=9)[:, 0].tolist() == expected


def test_the_number_of_draws_does_not_change_the_first_ones() -> None:
    # 3,001 resamples of 999 documents need several chunks.
    sums = np.random.default_rng(1).integers(0, 9, (999, 3)).astype(np.float64)
    many = bootstrap_sums(sums, n=3_001, seed=4)
    assert (bootstrap_sums(sums, n=10, seed=4) == many[:10]).all()
    swaps = swap_sums(sums - 4, n=3_001, seed=4)
    assert (swap_sums(sums - 4, n=10, seed=4) == swaps[:10]).all()


@pytest.mark.parametrize("block", [1, 999, 7_000, 300_000])
def test_the_size_of_a_product_does_not_matter(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = np.random.default_rng(1).random((999, 3))
    expected = [bootstrap_sums(sums, n=601, seed=4), swap_sums(sums - 0.5, n=601, seed=4)]
    monkeypatch.setattr(resampling, "_BLOCK", block)
    found = [bootstrap_sums(sums, n=601, seed=4), swap_sums(sums - 0.5, n=601, seed=4)]
    assert (np.array(found) == np.array(expected)).all()


def test_draws_have_the_moments_of_a_bootstrap() -> None:
    values = np.random.default_rng(2).poisson(4, 50).astype(np.float64)
    found = bootstrap_sums(values[:, None], n=20_000, seed=5)[:, 0]
    deviation = float(values.std()) * 50**0.5
    assert found.mean() == pytest.approx(values.sum(), abs=4 * deviation / 20_000**0.5)
    assert found.std() == pytest.approx(deviation, rel=0.03)


def test_swaps_are_fair_coins() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0])
    found = swap_sums(values[:, None], n=16_000, seed=6)[:, 0]
    counts = np.bincount(found.astype(np.int64), minlength=16)
    assert len(counts) == 16
    assert abs(counts - 1000).max() < 5 * 1000**0.5


def test_all_swaps_are_each_subset_once_but_for_one_document() -> None:
    values = np.array([1.0, 2.0, 4.0])
    found = swap_sums(values[:, None], n=None, seed=0)[:, 0]
    assert len(set(found.tolist())) == 4
    # With their mirror images these are all eight.
    assert sorted([*found.tolist(), *(7 - found).tolist()]) == list(range(8))


def test_totals_beyond_single_precision_stay_exact() -> None:
    large = np.full((3, 1), 2.0**24 + 1)
    assert (bootstrap_sums(large, n=5, seed=1) == 3 * (2.0**24 + 1)).all()


def test_order_by_content_ignores_the_order_given_and_the_sign_of_zero() -> None:
    rows = np.array([[1.0, -2.0], [0.0, 5.0], [-0.0, 5.0], [3.5, 1.0]])
    one, other = ordered_by_content(rows), ordered_by_content(rows[::-1])
    assert one.tobytes() == other.tobytes()
    assert sorted(map(tuple, one.tolist())) == sorted(map(tuple, rows.tolist()))
