"""Attributions as wholes: who says what, with source, cue and content right together.

No other scorer does this; goldwire defines it (docs/attribution-scoring.md). The elements alone are
scored by `attributions/source`, `/cue` and `/content`.
"""

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side, Spans
from goldwire.columns.tables import Ints
from goldwire.metrics.base import Metric, Options
from goldwire.metrics.keys import Keyed, key_of, score_keys
from goldwire.tallies import Outcome

LINKS = ("source", "content")


def strict(chunk: Chunk, options: Options) -> Outcome:
    """All three right: same source, cue and content spans; an absent element equals an absent one.

    P = right ÷ predicted attributions, R = right ÷ gold attributions.
    """
    gold, predicted = (
        _keyed(side, ("source", "cue", "content")) for side in (chunk.gold, chunk.predicted)
    )
    return score_keys(gold, predicted, groups=("",), options=options)


def cue_keyed(chunk: Chunk, options: Options) -> Outcome:
    """Given the cue: the pairs (cue, source) and (cue, content), each right when both spans are.

    Two groups, `source` and `content`; an attribution without the element has no such pair.
    """
    gold, predicted = (_linked(side) for side in (chunk.gold, chunk.predicted))
    return score_keys(gold, predicted, groups=LINKS, options=options)


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


def _keyed(side: Side, names: tuple[str, ...]) -> Keyed:
    n = len(side.attributions)
    return Keyed(
        document=side.attributions.document,
        group=np.zeros(n, dtype=np.int64),
        key=key_of(*(column for name in names for column in element(side, name))),
        valid=np.ones(n, dtype=np.bool_),
    )


def _linked(side: Side) -> Keyed:
    """List the (cue, element) pairs of all attributions, sources first."""
    parts = []
    for group, name in enumerate(LINKS):
        one = _keyed(side, ("cue", name))
        has = side.attributions[name] != ABSENT
        parts.append((one.document[has], np.full(int(has.sum()), group), one.key[has]))
    document, group_column, key = (np.concatenate([part[at] for part in parts]) for at in range(3))
    return Keyed(
        document=document,
        group=group_column,
        key=np.column_stack([group_column, key]),
        valid=np.ones(len(document), dtype=np.bool_),
    )


METRICS: tuple[Metric, ...] = (
    Metric(
        name="attributions/strict",
        summary="attributions: source, cue and content all exactly right",
        layers=("attributions",),
        compute=strict,
        uses=("duplicates",),
    ),
    Metric(
        name="attributions/cue_keyed",
        summary="attributions: (cue, source) and (cue, content) pairs exactly right",
        layers=("attributions",),
        compute=cue_keyed,
        uses=("duplicates",),
    ),
)
