"""The elements of attributions as columns: one row per attribution, not one per span."""

import numpy as np

from goldwire.columns import ABSENT, Side, Spans
from goldwire.columns.tables import Ints

ELEMENTS = ("source", "cue", "content")


def element(side: Side, name: str) -> tuple[Ints, Ints, Ints]:
    """Give start, end and fragments of one element of every attribution; ABSENT without it."""
    spans: Spans = getattr(side, f"{name}s")
    rows = side.attributions[name]
    found = rows != ABSENT
    columns = []
    for column in (spans.start, spans.end, spans.fragments):
        values = np.full(len(rows), ABSENT, dtype=np.int64)
        values[found] = column[rows[found]]
        columns.append(values)
    return columns[0], columns[1], columns[2]
