"""What all metrics of one layer of spans share: its names, and credits for its rows."""

import numpy as np

from goldwire.columns import Chunk, Spans
from goldwire.columns.numbering import constant
from goldwire.columns.tables import Floats, Ints
from goldwire.matching.views import LABELS
from goldwire.tallies import Credits

NOUNS = {
    "mentions": "mentions",
    "values": "values",
    "times": "times",
    "triggers": "triggers",
    "sources": "attribution sources",
    "cues": "attribution cues",
    "contents": "attribution contents",
}
RECORD_LAYERS = {
    "mentions": "mentions",
    "values": "values",
    "times": "times",
    "triggers": "event_mentions",
    "sources": "attributions",
    "cues": "attributions",
    "contents": "attributions",
}
"""The record layer behind each layer of spans: what a run must have attempted."""


NO_ROWS: Ints = np.zeros(0, dtype=np.int64)


def groups_of(chunk: Chunk, layer: str) -> tuple[str, ...]:
    """Name the labels of a layer of spans; the elements of attributions are one nameless group."""
    return chunk.vocabularies[LABELS[layer]].names if layer in LABELS else ("",)


def credits_of(side: Spans, *, num: Floats, den: Floats) -> Credits:
    """Give one side's credits, row by row, each to the row's own label."""
    return Credits(
        document=side.document,
        group=side.label,
        num=num,
        den=den,
        row=np.arange(len(side)),
    )


def counted(side: Spans, *, paired: Ints, excused: Ints = NO_ROWS) -> Credits:
    """Give 1 of 1 to every paired row, 0 of 1 to the others, 0 of 0 to the excused ones."""
    num = np.zeros(len(side))
    num[paired] = 1
    den: Floats = constant(np.float64(1), len(side))
    if len(excused) or side.ignored.any():
        den = np.ones(len(side))
        den[side.ignored] = 0
        den[excused] = 0
    return credits_of(side, num=num, den=den)
