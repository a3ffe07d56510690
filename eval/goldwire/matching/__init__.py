"""Pairs gold and predicted spans: one-to-one, optimal, and independent of the order of items."""

from goldwire.matching.pairs import MODES, Pairs, pair, threshold

__all__ = ["MODES", "Pairs", "pair", "threshold"]
