"""Arguments by head: the heads of the right filler will do, whatever else its span takes in.

This is the head match of document-level argument extraction (Li et al. 2021, WikiEvents), made
one-to-one and read off annotated heads instead of a parser's. The head of a filler is that of a
mention with its span (of several the first head in the text). Groups are roles.
"""

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.maximum import most_pairs
from goldwire.metrics.base import Metric, Options
from goldwire.metrics.credits import counted
from goldwire.metrics.keys import joined, numbered_alike
from goldwire.tallies import Outcome


def head(chunk: Chunk, options: Options) -> Outcome:
    """Score arguments: P = right ÷ predicted arguments, R = right ÷ gold arguments.

    A predicted argument can answer a gold one when role and event type are equal and the heads of
    their fillers agree: both are given and equal; or one is given, and lies in the other's span,
    which lies in the span of the first (MUC-7's MIN rule); or none is given, and the spans are
    equal. As many as possible are paired, one-to-one. A filler without a place in the text is
    wrong, and so is an argument for which no partner is left.
    """
    del options
    sides = (chunk.gold, chunk.predicted)
    at, to = joined(*numbered_alike(*(_kind(side) for side in sides)))
    agree = _agree(_heads(chunk.gold)[at], _heads(chunk.predicted)[to])
    sizes = len(chunk.gold.arguments), len(chunk.predicted.arguments)
    found, answers = most_pairs(at[agree], to[agree], sizes=sizes)
    roles = chunk.vocabularies["roles"].names
    return Outcome(
        roles,
        counted(chunk.gold.arguments, paired=found),
        counted(chunk.predicted.arguments, paired=answers),
    )


def _kind(side: Side) -> Ints:
    """Give what must be equal beside the head: document, role and event type."""
    arguments = side.arguments
    of_event = side.triggers.label[arguments.extra["trigger"]]
    return np.column_stack([arguments.document, arguments.label, of_event])


def _heads(side: Side) -> Ints:
    """Give each filler's start, end, fragments, head's start and head's end: shape [arguments, 5].

    The last two are `ABSENT` without a head, all are for a filler without a place.
    """
    arguments, mentions = side.arguments, side.mentions
    heads = np.full((len(arguments), 5), ABSENT, dtype=np.int64)
    for number, column in enumerate((arguments.start, arguments.end, arguments.fragments)):
        heads[:, number] = column
    given = np.flatnonzero(mentions.extra["head_start"] != ABSENT)
    # Of repeated places the last assignment stays, so the first head in the text goes in last.
    start, end = mentions.extra["head_start"][given], mentions.extra["head_end"][given]
    order = np.lexsort((-end, -start))
    given, start, end = given[order], start[order], end[order]
    spans = np.column_stack(
        [column[given] for column in (mentions.document, mentions.start, mentions.end)]
        + [mentions.fragments[given]]
    )
    at, to = joined(*numbered_alike(np.column_stack([arguments.document, heads[:, :3]]), spans))
    heads[at, 3], heads[at, 4] = start[to], end[to]
    heads[arguments.start == ABSENT] = ABSENT
    return heads


def _agree(gold: Ints, predicted: Ints) -> Bools:
    """Claim that the heads of two fillers agree, row by row."""
    is_placed = (gold[:, 0] != ABSENT) & (predicted[:, 0] != ABSENT)
    has_gold, has_predicted = gold[:, 3] != ABSENT, predicted[:, 3] != ABSENT
    same_head = (gold[:, 3:] == predicted[:, 3:]).all(axis=1)
    same_span = (gold[:, :3] == predicted[:, :3]).all(axis=1)
    agrees: Bools = is_placed & np.select(
        [has_gold & has_predicted, has_gold, has_predicted],
        [same_head, _minimal(gold, predicted), _minimal(predicted, gold)],
        same_span,
    )
    return agrees


def _minimal(headed: Ints, other: Ints) -> Bools:
    """Claim that the other span holds the head and lies in the span of what has the head."""
    inside: Bools = (
        (other[:, 0] <= headed[:, 3])
        & (headed[:, 4] <= other[:, 1])
        & (headed[:, 0] <= other[:, 0])
        & (other[:, 1] <= headed[:, 1])
    )
    return inside


METRICS: tuple[Metric, ...] = (
    Metric(
        name="arguments/head",
        summary="arguments of events: fillers whose heads agree, event type and role",
        layers=("event_mentions",),
        compute=head,
    ),
)
