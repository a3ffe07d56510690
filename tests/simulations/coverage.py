"""Simulate how often intervals cover, tests reject and the gate errs; exit 1 if any is off.

Run by `just coverage`, not by pytest: it takes about a minute. Corpora are drawn from a model of
documents whose items err together: a document has 1 + negative-binomial gold items, its difficulty
is shared by both systems, and each system adds luck of its own. Its constants were set so that
F1 is about 0.80, the standard error of a difference on 20 documents about 0.03, and an interval
over items that claims 95 % covers about 60 %, as in the study that the defaults were chosen by,
whose rates are `REFERENCE`. Nothing else was fitted. True values come from two million documents.

Every check compares a simulated rate with the rate of that study, within three Monte Carlo
standard errors of both simulations and a stated allowance for the model being another one.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goldwire.statistics import (
    F1,
    Measure,
    bootstrap_interval,
    detectable,
    difference,
    interval,
    non_inferiority,
    permutation_test,
    scores,
)

Floats = NDArray[np.float64]

RUNS = 1_000
MODEL_ALLOWANCE = 0.02
MACRO = Measure(average="macro")


@dataclass(frozen=True, slots=True)
class World:
    """Parameters of the model: items per document, and one logit of recall per system."""

    recall: tuple[float, ...] = (1.56, 1.89)
    spurious: float = -1.85
    items: float = 14.0
    shape: float = 1.2
    difficulty: float = 0.9
    luck: float = 0.43
    groups: int = 1

    def draw(self, n: int, random: np.random.Generator) -> Floats:
        """Draw `n` documents: sums [systems, n, groups, 4] of plain counts."""
        size = (n, self.groups)
        mean = self.items / self.groups
        rate = random.gamma(self.shape, mean / self.shape, size=(n, 1)) * np.ones(size)
        # One item at least, of a label at random, so that no document is empty.
        gold = random.poisson(rate)
        gold[np.arange(n), random.integers(self.groups, size=n)] += 1
        hard = self.difficulty * random.standard_normal((n, 1))
        return np.stack([self._system(logit, gold, hard, random) for logit in self.recall])

    def _system(
        self, logit: float, gold: NDArray[np.int64], hard: Floats, random: np.random.Generator
    ) -> Floats:
        luck = self.luck * random.standard_normal((len(gold), 1))
        tp = random.binomial(gold, 1 / (1 + np.exp(-(logit + hard + luck))))
        fp = random.poisson(gold * np.exp(self.spurious - 0.5 * (hard + luck)))
        return np.stack([tp, tp + fp, tp, gold], axis=2).astype(np.float64)

    def truth(self, measure: Measure = F1) -> Floats:
        """Give each system's score over two million documents: [systems]."""
        random = np.random.Generator(np.random.SFC64(7))
        total = sum(self.draw(100_000, random).sum(axis=1) for _ in range(20))
        return scores(np.asarray(total), measure)


@dataclass(frozen=True, slots=True)
class Check:
    """A simulated rate beside the one that it must have: a value with a tolerance, or a limit."""

    name: str
    rate: float
    low: float
    high: float
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.low <= self.rate <= self.high

    def __str__(self) -> str:
        sign = "ok " if self.holds else "OFF"
        return (
            f"{sign} {self.name:<58} {self.rate:.3f}  [{self.low:.3f}, {self.high:.3f}] {self.note}"
        )


def around(name: str, rate: float, expected: float, *, runs: int, note: str = "") -> Check:
    """Demand a rate near the expected one, which was itself simulated with 1,000 runs."""
    spread = np.sqrt(expected * (1 - expected) * (1 / runs + 1 / 1000))
    reach = 3 * float(spread) + MODEL_ALLOWANCE
    return Check(name, rate, max(0.0, expected - reach), min(1.0, expected + reach), note)


def corpora(world: World, n: int, *, runs: int, seed: int) -> Iterator[Floats]:
    """Draw `runs` corpora of `n` documents."""
    random = np.random.Generator(np.random.SFC64([seed, n]))
    for _ in range(runs):
        yield world.draw(n, random)


def wilson_over_items(sums: Floats) -> tuple[float, float]:
    """Pretend that items are independent: Wilson's interval of TP / (TP + FP + FN), as F1."""
    tp, predicted, _, gold = sums.sum(axis=(0, 1))
    n, z = predicted + gold - tp, 1.959964
    centre = (tp + z * z / 2) / (n + z * z)
    reach = z / (n + z * z) * np.sqrt(tp * (n - tp) / n + z * z / 4)
    low, high = centre - reach, centre + reach
    return 2 * low / (1 + low), 2 * high / (1 + high)


REFERENCE = {
    # documents: items (Wilson), logit-delta t, percentile bootstrap, jackknife-t of a difference
    5: (0.627, 0.904, 0.784, 0.954),
    10: (0.660, 0.920, 0.875, 0.940),
    20: (0.606, 0.918, 0.888, 0.961),
    50: (0.595, 0.928, 0.912, 0.945),
    100: (0.620, 0.940, 0.936, 0.953),
}


METHODS = ("items (Wilson)", "logit-delta t", "percentile bootstrap", "jackknife-t, difference")


def covers(low: float | None, high: float | None, truth: float) -> bool:
    return low is not None and high is not None and low <= truth <= high


def coverage() -> Iterator[Check]:
    """Compare coverage with the study's table."""
    world = World()
    truth = world.truth()
    gap = float(truth[1] - truth[0])
    print(f"true F1 {truth[0]:.4f}, true difference {gap:+.4f}")
    for n, expected in REFERENCE.items():
        hits = np.zeros(4)
        for baseline, candidate in corpora(world, n, runs=RUNS, seed=1):
            wilson = wilson_over_items(baseline)
            single = interval(baseline)
            resampled = bootstrap_interval(baseline, n_resamples=1_000)
            paired = difference(baseline, candidate)
            hits += (
                covers(*wilson, truth[0]),
                covers(single.low, single.high, truth[0]),
                covers(resampled.low, resampled.high, truth[0]),
                covers(paired.low, paired.high, gap),
            )
        for name, hit, wanted in zip(METHODS, hits, expected, strict=True):
            yield around(f"coverage, {name}, {n} documents", hit / RUNS, wanted, runs=RUNS)


def macro_coverage() -> Iterator[Check]:
    """Check the intervals of macro averages, which the study has not: at least 90 % covered."""
    world = World(groups=5)
    truth = world.truth(MACRO)
    for n in (20, 100):
        hits = np.zeros(2)
        for baseline, candidate in corpora(world, n, runs=RUNS, seed=2):
            single = interval(baseline, measure=MACRO)
            paired = difference(baseline, candidate, measure=MACRO)
            hits += (
                covers(single.low, single.high, truth[0]),
                covers(paired.low, paired.high, truth[1] - truth[0]),
            )
        for name, hit in zip(("logit t", "jackknife-t, difference"), hits, strict=True):
            yield Check(f"coverage, macro, {name}, {n} documents", hit / RUNS, 0.90, 1.0)


def sparse_coverage() -> Iterator[Check]:
    """Check one rare label: whatever is answered, interval or bound, must cover 90 %."""
    worlds = {
        "rare label": World(groups=20),
        "rare label, nearly perfect": World((4.5, 4.5), -4.5, groups=20),
        "rare label, nearly hopeless": World((-4.0, -4.0), -1.0, groups=20),
    }
    for name, world in worlds.items():
        truth = float(world.truth(MACRO)[0])
        for n in (10, 20, 100):
            answers = [
                interval(baseline[:, :1]) for baseline, _ in corpora(world, n, runs=RUNS, seed=3)
            ]
            given = [answer for answer in answers if answer.method != "refused"]
            bounds = sum(answer.method == "one-sided" for answer in given)
            rate = sum(covers(answer.low, answer.high, truth) for answer in given) / len(given)
            refused = 1 - len(given) / RUNS
            note = f"F1 {truth:.2f}, bounds {bounds / RUNS:.0%}, refused {refused:.0%}"
            yield Check(f"coverage, {name}, {n} documents", rate, 0.90, 1.0, note)


def rejection() -> Iterator[Check]:
    """Compare how often the permutation test rejects a true null hypothesis at 5 %."""
    world = World(recall=(1.56, 1.56))
    for n, expected in ((5, 0.0), (10, 0.046), (20, 0.040), (50, 0.056), (100, 0.044)):
        tests = (
            permutation_test(first, second, n_draws=999, seed=run)
            for run, (first, second) in enumerate(corpora(world, n, runs=RUNS, seed=4))
        )
        # A test that is refused, as all are below six documents, rejects nothing.
        rejected = sum(test.p is not None and test.p <= 0.05 for test in tests)
        yield around(
            f"permutation rejects a true null, {n} documents", rejected / RUNS, expected, runs=RUNS
        )


def verdicts(world: World, n: int, *, runs: int, margin: float) -> dict[str, float]:
    """Give the share of each verdict, and the mean minimum detectable effect as "MDE"."""
    shares = dict.fromkeys(("PASS", "FAIL", "INCONCLUSIVE", "MDE"), 0.0)
    for baseline, candidate in corpora(world, n, runs=runs, seed=5):
        found = difference(baseline, candidate)
        shares[non_inferiority(found, margin=margin).outcome] += 1 / runs
        shares["MDE"] += (detectable(found).effect or 0.0) / runs
    return shares


def gate() -> Iterator[Check]:
    """Check the gate: an A/A comparison must not fail, a true loss of five points must not pass."""
    alike = World(recall=(1.56, 1.56))
    lossy = World(recall=(1.56, 1.08))
    truth = lossy.truth()
    print(f"true loss {truth[1] - truth[0]:+.4f}")
    for n, mde in ((20, 0.087), (100, 0.038), (500, 0.017)):
        shares = verdicts(alike, n, runs=400, margin=0.02)
        note = "A/A, margin .02: " + ", ".join(
            f"{name} {share:.3f}" for name, share in shares.items() if name != "MDE"
        )
        yield Check(
            f"minimum detectable effect, {n} documents", shares["MDE"], 0.8 * mde, 1.25 * mde, note
        )
    shares = verdicts(alike, 200, runs=400, margin=0.02)
    yield Check("gate fails A/A, 200 documents", shares["FAIL"], 0.0, 0.05)
    shares = verdicts(lossy, 500, runs=400, margin=0.02)
    yield Check("gate passes a loss of five points, 500 documents", shares["PASS"], 0.0, 0.01)


def main() -> int:
    """Run all checks, print them as a table and say whether all hold."""
    started = time.perf_counter()
    n_off = 0
    parts: tuple[Callable[[], Iterator[Check]], ...] = (
        coverage,
        macro_coverage,
        sparse_coverage,
        rejection,
        gate,
    )
    for part in parts:
        for check in part():
            n_off += not check.holds
            print(check, flush=True)
    print(f"{n_off} checks are off; {time.perf_counter() - started:.0f} s")
    return 1 if n_off else 0


if __name__ == "__main__":
    sys.exit(main())
