"""Arguments by entity: any mention of the right entity will do as the filler.

This is the coreference match of document-level argument extraction (Li et al. 2021, WikiEvents),
made one-to-one: two predicted mentions of one entity do not both answer one gold argument. A filler
that is no mention, and gold's own filler in any case, is known by its span. Groups are roles.
"""

import numpy as np

from goldwire.columns import ABSENT, FILLER_KINDS, Chunk, Side
from goldwire.columns.tables import Ints
from goldwire.matching.maximum import most_pairs
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.credits import counted
from goldwire.metrics.keys import joined, numbered_alike
from goldwire.tallies import Outcome

MENTION = FILLER_KINDS.index("mention")


def by_entity(chunk: Chunk, options: Options, *, attached: bool) -> Outcome:
    """Score arguments: P = right ÷ predicted arguments, R = right ÷ gold arguments.

    A predicted argument can answer a gold one when role and event type are equal (and, if
    `attached`, the trigger's span) and its filler's span is that of any mention of the gold
    filler's entity; as many as possible are paired, one-to-one. Not symmetric: gold's coreference
    decides.
    """
    del options
    at, to = _pairs(chunk, attached=attached)
    return Outcome(
        chunk.vocabularies["roles"].names,
        counted(chunk.gold.arguments, paired=at),
        counted(chunk.predicted.arguments, paired=to),
    )


def _pairs(chunk: Chunk, *, attached: bool) -> tuple[Ints, Ints]:
    owner, accepted = _accepted(chunk.gold)
    kinds = [_kind(side, attached=attached) for side in (chunk.gold, chunk.predicted)]
    answers = np.flatnonzero(chunk.predicted.arguments.start != ABSENT)
    if attached:
        answers = answers[kinds[1][answers, 3] != ABSENT]
    wanted = np.column_stack([kinds[0][owner], accepted])
    offered = np.column_stack([kinds[1], _filler(chunk.predicted)])[answers]
    at, to = joined(*numbered_alike(wanted, offered))
    width = max(len(chunk.predicted.arguments), 1)
    gold, predicted = np.divmod(np.unique(owner[at] * width + answers[to]), width)
    sizes = len(chunk.gold.arguments), len(chunk.predicted.arguments)
    return most_pairs(gold, predicted, sizes=sizes)


def _kind(side: Side, *, attached: bool) -> Ints:
    """Give what must be equal beside the filler: document, role, event type, perhaps trigger."""
    arguments, triggers = side.arguments, side.triggers
    at = arguments.extra["trigger"]
    trigger = (triggers.start[at], triggers.end[at]) if attached else ()
    return np.column_stack([arguments.document, arguments.label, triggers.label[at], *trigger])


def _filler(side: Side) -> Ints:
    spans = side.arguments
    return np.column_stack([spans.start, spans.end, spans.fragments])


def _accepted(side: Side) -> tuple[Ints, Ints]:
    """List the spans that answer each argument: its row, and the span [n, 3].

    They are its own filler's and those of all grounded mentions of the filler's entity.
    """
    arguments, mentions = side.arguments, side.mentions
    is_mention = arguments.extra["filler"] == MENTION
    known = np.flatnonzero(is_mention & (arguments.extra["cluster"] != ABSENT))
    grounded = np.flatnonzero(mentions.start != ABSENT)
    at, to = joined(arguments.extra["cluster"][known], mentions.extra["entity"][grounded])
    by_mention = np.column_stack([mentions.start, mentions.end, mentions.fragments])
    return (
        np.concatenate([np.arange(len(arguments)), known[at]]),
        np.concatenate([_filler(side), by_mention[grounded[to]]]),
    )


def _bound(attached: bool) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return by_entity(chunk, options, attached=attached)

    compute.__doc__ = by_entity.__doc__
    return compute


METRICS: tuple[Metric, ...] = tuple(
    Metric(
        name=f"arguments/{name}",
        summary=f"arguments of events: any mention of the filler's entity, {words}",
        layers=("event_mentions",),
        compute=_bound(attached),
        is_local=False,
    )
    for name, attached, words in (
        ("entity", False, "event type and role"),
        ("attached_entity", True, "event type, trigger and role"),
    )
)
