"""Sums over resampled clusters: the same bits for a seed, whatever the machine, numpy or threads.

A resample is a weight per cluster, so all resamples of all systems, groups and measures are one
matrix product. Three things make it reproducible to the last bit:

- random bits come from `SFC64.random_raw`, whose stream numpy guarantees (NEP 19); the methods of
  `Generator` may change between versions;
- every sum is exact, because the columns hold multiples of a power of two and no sum outgrows the
  float's significand: in whatever order a threaded product adds, it gets the same number;
- clusters are first brought into an order of their own content, so the caller's order is no input.

Weights are made in small chunks, so memory does not grow with the number of resamples × clusters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Weights = NDArray[np.float32] | NDArray[np.float64]

# A chunk's counts stay in the second-level cache; measured best among 0.1 to 2 million.
_CHUNK: Final = 250_000
# A product's threads wait for each other, and where they share a core (a container with a quota)
# each wait costs milliseconds: few large products then take a second, many small ones a minute.
_BLOCK: Final = 4_000_000
_FLOAT32_BITS: Final = 24
_FLOAT64_BITS: Final = 53


@dataclass(frozen=True, slots=True)
class _Columns:
    """Distinct columns [clusters, distinct], and where each of the original ones went."""

    values: Weights
    position: NDArray[np.intp]

    def spread(self, products: Floats) -> Floats:
        """Put [resamples, distinct] back under the original columns: [resamples, columns]."""
        return products[:, self.position]


def _on_exact_grid(table: Floats, *, largest_sum: float) -> Weights:
    """Round to multiples of a power of two for which every sum up to `largest_sum` is exact."""
    is_whole = bool((table == np.rint(table)).all())
    if is_whole and largest_sum < 2**_FLOAT32_BITS:
        return table.astype(np.float32)
    bits = 0 if largest_sum < 1 else int(np.ceil(np.log2(largest_sum))) + 1
    scale = 2.0 ** (_FLOAT64_BITS - bits)
    return np.rint(table * scale) / scale


def _distinct(table: Floats, *, largest_sum: float) -> _Columns:
    """Keep each column once: p_num is mostly r_num, and gold is the same for every system."""
    first: dict[bytes, int] = {}
    position = np.array(
        [first.setdefault(column.tobytes(), len(first)) for column in table.T], dtype=np.intp
    )
    _, keep = np.unique(position, return_index=True)
    return _Columns(_on_exact_grid(table[:, keep], largest_sum=largest_sum), position)


def ordered_by_content(table: Floats) -> Floats:
    """Sort rows by their bytes; which order that is does not matter, only that it is always one."""
    # Adding 0 turns −0.0 into 0.0, which equals it but has other bytes.
    rows = np.ascontiguousarray(table + 0.0)
    if not rows.size:
        return rows
    keys = rows.astype("<f8", copy=False).view(np.dtype((np.void, rows.shape[1] * 8))).ravel()
    return rows[np.argsort(keys, kind="stable")]


def _lanes(bits: np.random.SFC64, n: int) -> NDArray[np.uint32]:
    """Draw `n` (even) random 32-bit numbers, two from each raw 64-bit one, low half first."""
    raw = np.asarray(bits.random_raw(n // 2), dtype=np.uint64)
    return raw.astype("<u8", copy=False).view("<u4")


def _bootstrap_weights(n_clusters: int, *, n: int, seed: int) -> Iterator[Weights]:
    """Yield how often each cluster is drawn, chunk by chunk: [chunk, clusters], rows sum to n."""
    bits = np.random.SFC64(seed)
    rows = max(2, _CHUNK // n_clusters // 2 * 2)
    first = (np.arange(rows, dtype=np.int64) * n_clusters)[:, None]
    for start in range(0, n, rows):
        n_rows = min(rows, n - start)
        size = n_rows * n_clusters
        # Lemire (2019): the upper half of lane × n is uniform on 0 … n − 1; its bias, at most
        # n / 2³², is far below what any number of resamples could show.
        drawn = np.multiply(_lanes(bits, size + size % 2)[:size], n_clusters, dtype=np.uint64)
        drawn >>= np.uint64(32)
        cells = drawn.view(np.int64).reshape(n_rows, n_clusters)
        cells += first[:n_rows]
        yield np.bincount(cells.ravel(), minlength=size).reshape(n_rows, -1).astype(np.float32)


def _swap_weights(n_clusters: int, *, n: int, seed: int) -> Iterator[Weights]:
    """Yield a fair coin per cluster, chunk by chunk: 0 or 1, shape [chunk, clusters]."""
    bits = np.random.SFC64(seed)
    width = (n_clusters + 7) // 8
    rows = max(8, _CHUNK // n_clusters // 8 * 8)
    for start in range(0, n, rows):
        n_rows = min(rows, n - start)
        raw = np.asarray(bits.random_raw((n_rows * width + 7) // 8), dtype=np.uint64)
        packed = raw.astype("<u8", copy=False).view(np.uint8)[: n_rows * width]
        coins = np.unpackbits(packed.reshape(n_rows, width), axis=1, count=n_clusters)
        yield coins.astype(np.float32)


def _all_swaps(n_clusters: int) -> Iterator[Weights]:
    """Yield every way of swapping all clusters but the last: [2^(clusters − 1), clusters]."""
    codes = np.arange(2 ** (n_clusters - 1), dtype=np.int64)
    yield ((codes[:, None] >> np.arange(n_clusters)) & 1).astype(np.float32)


def _products(columns: _Columns, chunks: Iterator[Weights], *, n: int) -> Floats:
    """Multiply `n` rows of weights, block by block: [n, distinct columns]."""
    values: NDArray[Any] = columns.values
    products = np.empty((n, values.shape[1]))
    block = np.empty((min(n, max(1, _BLOCK // len(values))), len(values)), dtype=values.dtype)
    done = filled = 0
    for weights in chunks:
        for part in np.split(weights, range(len(block) - filled, len(weights), len(block))):
            block[filled : filled + len(part)] = part
            filled += len(part)
            if filled == len(block) or done + filled == n:
                products[done : done + filled] = block[:filled] @ values
                done, filled = done + filled, 0
    return products


def bootstrap_sums(sums: Floats, *, n: int, seed: int) -> Floats:
    """Sum over `n` resamples of the clusters, drawn with replacement: [n, *sums.shape[1:]].

    `sums` has shape [clusters, …] and no negative values. Columns of several systems side by side
    share the resamples, which makes their comparison paired.
    """
    table = ordered_by_content(sums.reshape(len(sums), -1))
    largest = float(table.max(initial=0.0)) * len(table)
    columns = _distinct(table, largest_sum=largest)
    products = _products(columns, _bootstrap_weights(len(table), n=n, seed=seed), n=n)
    return columns.spread(products).reshape(n, *sums.shape[1:])


def swap_sums(differences: Floats, *, n: int | None, seed: int) -> Floats:
    """Sum differences [clusters, …] over random halves of the clusters: [n, …].

    Without `n` over every subset that leaves one particular cluster out, 2^(clusters − 1) of them:
    the others mirror these.
    """
    table = ordered_by_content(differences.reshape(len(differences), -1))
    largest = float(np.abs(table).sum(axis=0).max(initial=0.0))
    columns = _distinct(table, largest_sum=largest)
    if n is None:
        n = 2 ** (len(table) - 1)
        chunks = _all_swaps(len(table))
    else:
        chunks = _swap_weights(len(table), n=n, seed=seed)
    return columns.spread(_products(columns, chunks, n=n)).reshape(n, *differences.shape[1:])
