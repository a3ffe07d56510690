"""Pairs gold and predicted spans: one-to-one, optimal, and independent of the order of items."""

from goldwire.matching.alignment import ALONE, AlignedSide, Alignment, Category, align
from goldwire.matching.pairs import MODES, Pairs, pair, threshold

__all__ = [
    "ALONE",
    "MODES",
    "AlignedSide",
    "Alignment",
    "Category",
    "Pairs",
    "align",
    "pair",
    "threshold",
]
