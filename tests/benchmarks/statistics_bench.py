"""Speed and memory of resampling, at the size that DESIGN promises (`just bench-statistics`).

10,000 resamples × 10,000 documents × 20 labels × 2 systems: a paired bootstrap, and a permutation
test of every label at once, in less than a second and 200 MB each. Each job runs in a process of
its own, so that its peak is its own; times are CPU seconds of all threads, minima over rounds, as
the machine may be shared.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from goldwire.statistics import (
    Measure,
    bootstrap_difference,
    bootstrap_interval,
    max_t_tests,
    permutation_test,
)

N_RESAMPLES = N_DOCUMENTS = 10_000
N_LABELS = 20
MOST_SECONDS, MOST_MEGABYTES = 1.0, 200.0
MACRO = Measure(average="macro")


def systems() -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Draw two systems over the same gold: sums [documents, labels, 4] each."""
    random = np.random.Generator(np.random.SFC64(1))
    gold = random.poisson(3, (N_DOCUMENTS, N_LABELS))
    found = []
    for share in (0.80, 0.81):
        tp = random.binomial(gold, share)
        found.append(np.stack([tp, tp + random.poisson(0.5, gold.shape), tp, gold], axis=2))
    return [one.astype(np.float64) for one in found]


JOBS: dict[str, Callable[[np.ndarray, np.ndarray], object]] = {
    "bootstrap of one score, macro": lambda one, _: bootstrap_interval(one, measure=MACRO),
    "paired bootstrap, macro over labels": lambda one, other: bootstrap_difference(
        one, other, measure=MACRO
    ),
    "permutation test, micro": permutation_test,
    "permutation test, macro over labels": lambda one, other: permutation_test(
        one, other, measure=MACRO
    ),
    "max-T over all labels": max_t_tests,
}


def peak() -> float:
    """Give this process's peak memory in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measure(name: str) -> None:
    """Run one job and print seconds and megabytes beyond libraries and data."""
    one, other = systems()
    before, start = peak(), time.process_time()
    JOBS[name](one, other)
    print(json.dumps([time.process_time() - start, peak() - before]))


def main() -> int:
    """Print the figures; exit 1 when one is above what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    if args.job:
        measure(args.job)
        return 0
    best = dict.fromkeys(JOBS, (float("inf"), float("inf")))
    for _ in range(args.rounds):
        for name in JOBS:
            done = subprocess.run(
                [sys.executable, __file__, "--job", name],
                capture_output=True,
                text=True,
                check=True,
            )
            seconds, megabytes = json.loads(done.stdout)
            best[name] = (min(best[name][0], seconds), min(best[name][1], megabytes))
    print(f"{N_RESAMPLES:,} resamples × {N_DOCUMENTS:,} documents × {N_LABELS} labels × 2 systems")
    for name, (seconds, megabytes) in best.items():
        holds = seconds < MOST_SECONDS and megabytes < MOST_MEGABYTES
        print(f"{'ok ' if holds else 'OFF'} {name:38} {seconds:6.2f} CPU s  {megabytes:6.0f} MB")
    return int(any(s >= MOST_SECONDS or m >= MOST_MEGABYTES for s, m in best.values()))


if __name__ == "__main__":
    sys.exit(main())
