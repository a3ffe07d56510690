"""Equal values on both sides, joined one-to-one by sorting."""

import numpy as np

from goldwire.columns.numbering import copies
from goldwire.columns.tables import Bools, Ints


def equal_pairs(gold: Ints, predicted: Ints) -> tuple[Ints, Ints]:
    """Pair equal values of two ascending arrays one-to-one, first with first; give positions.

    The n-th copy on one side goes with the n-th on the other, so surplus copies stay alone.

    >>> equal_pairs(np.array([3, 5, 5]), np.array([1, 5, 5, 5]))
    (array([1, 2]), array([1, 2]))
    """
    if not len(predicted):
        none = np.empty(0, dtype=np.int64)
        return none, none
    partner = np.searchsorted(predicted, gold) + copies(gold)
    is_equal = predicted[np.minimum(partner, len(predicted) - 1)] == gold
    found = np.flatnonzero(is_equal & (partner < len(predicted)))
    return found, partner[found]


def equal_real(
    gold: Ints, predicted: Ints, *, gold_ignored: Bools, predicted_ignored: Bools
) -> tuple[Ints, Ints]:
    """Pair equal values of rows that are not don't-care, as positions; keys ascend."""
    if not gold_ignored.any() and not predicted_ignored.any():
        return equal_pairs(gold, predicted)
    gold_real, predicted_real = np.flatnonzero(~gold_ignored), np.flatnonzero(~predicted_ignored)
    at, to = equal_pairs(gold[gold_real], predicted[predicted_real])
    return gold_real[at], predicted_real[to]
