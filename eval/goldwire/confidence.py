"""What a system's own confidences are worth: curves over thresholds, and calibration.

Nothing here is additive: a curve needs all scored items of a run in one sorted list. Input is, for
every predicted item, its confidence and whether it was right (its credit), and how many gold items
there were.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goldwire.columns import Chunk, Spans
from goldwire.metrics import Metric
from goldwire.slices import columns_of
from goldwire.tallies import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Confident:
    """The predicted items of a metric on a chunk: confidence (NaN without) and credit, both [n]."""

    confidence: Floats
    credit: Floats


def confident(outcome: Outcome, chunk: Chunk, *, metric: Metric) -> tuple[Confident, ...]:
    """Give the confidences of a metric's predicted items, none for items that are no spans.

    Don't-care items are left out.
    """
    columns = columns_of(metric)
    credits_ = outcome.predicted
    if columns is None or credits_.row is None:
        return ()
    spans: Spans = getattr(chunk.predicted, columns)
    counts = credits_.den > 0
    confidence = spans.score[credits_.row[counts]]
    return (Confident(confidence, credits_.num[counts] / credits_.den[counts]),)


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall when only items with confidence ≥ `threshold` are kept; all [k].

    Thresholds are the distinct confidences, descending; items with equal confidence come and go
    together, so the curve does not depend on the order of items.
    """

    threshold: Floats
    precision: Floats
    recall: Floats
    n_kept: Floats
    n_gold: float

    def average_precision(self) -> float | None:
        """Sum of precision times the step in recall; missed gold items never become recall.

        AP = Σ (R_k − R_{k−1})·P_k, as scikit-learn's `average_precision_score` would give if every
        missed gold item were appended with the lowest confidence. None without gold.
        """
        if not self.n_gold:
            return None
        steps = np.diff(self.recall, prepend=0.0)
        return float((steps * self.precision).sum())

    def best_f1(self) -> tuple[float, float] | None:
        """Give the threshold with the highest F1 and that F1; the highest threshold among equals.

        It was chosen on the very data that it is reported on, so it flatters: say so, or tune it on
        another split. None when there is nothing to choose.
        """
        if not len(self.threshold) or not self.n_gold:
            return None
        f1 = 2 * self.precision * self.n_kept / (self.n_kept + self.n_gold)
        best = int(np.argmax(f1))
        return float(self.threshold[best]), float(f1[best])


def precision_recall_curve(confidence: Floats, credit: Floats, *, n_gold: float) -> Curve:
    """Trace precision and recall over all thresholds.

    `confidence` [n] is any real number per predicted item (no NaN), `credit` [n] is 0–1, `n_gold`
    the number of gold items. Raises ValueError when a confidence is missing: a curve over some of
    the items would be of another system.
    """
    if np.isnan(confidence).any():
        missing = int(np.isnan(confidence).sum())
        raise ValueError(f"{missing} of {len(confidence)} predicted items have no confidence")
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    kept = np.arange(1, len(order) + 1, dtype=np.float64)
    right = np.cumsum(credit[order])
    is_last = np.ones(len(order), dtype=np.bool_)
    is_last[:-1] = sorted_confidence[1:] != sorted_confidence[:-1]
    kept, right = kept[is_last], right[is_last]
    return Curve(
        threshold=sorted_confidence[is_last],
        precision=right / kept,
        recall=right / n_gold if n_gold else np.zeros(len(right)),
        n_kept=kept,
        n_gold=n_gold,
    )


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence and accuracy lie apart, in `n_bins` equal bins of [0, 1].

    `error` is the expected calibration error Σ (n_b / n)·|accuracy_b − confidence_b| (Naeini et al.
    2015), `brier` the mean squared difference. `confidence`, `accuracy` and `n` are per bin, NaN
    where a bin is empty.
    """

    error: float
    brier: float
    confidence: Floats
    accuracy: Floats
    n: Floats


def calibration(confidence: Floats, credit: Floats, *, n_bins: int = 10) -> Calibration | None:
    """Compare confidences, which must be probabilities, with how often they were right.

    None without items. Raises ValueError for confidences outside [0, 1] or missing ones.
    """
    if not len(confidence):
        return None
    if np.isnan(confidence).any() or confidence.min() < 0 or confidence.max() > 1:
        raise ValueError("calibration needs a probability between 0 and 1 for every item")
    bins = np.minimum((confidence * n_bins).astype(np.int64), n_bins - 1)
    n = np.bincount(bins, minlength=n_bins).astype(np.float64)
    with np.errstate(invalid="ignore"):
        mean_confidence = np.bincount(bins, confidence, n_bins) / n
        accuracy = np.bincount(bins, credit, n_bins) / n
    gap = np.abs(accuracy - mean_confidence)
    return Calibration(
        error=float((np.where(n > 0, gap, 0.0) * n).sum() / n.sum()),
        brier=float(((confidence - credit) ** 2).mean()),
        confidence=mean_confidence,
        accuracy=accuracy,
        n=n,
    )
