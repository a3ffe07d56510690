"""Factuality: how certain an event is, according to the author and to each source in the text.

A judgement says who (the author, or the source of an attribution) holds which trigger how certain
(Saurí & Pustejovsky 2012). A source is known by its attribution's cue: that is where the judgement
is read off. A judgement by an attribution that the record lacks is wrong. Groups are the values.
"""

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.views import name_ranks
from goldwire.metrics.attributes import Valued, accuracy
from goldwire.metrics.attribution_elements import element
from goldwire.metrics.base import Metric, Options
from goldwire.metrics.keys import Keyed, key_of, score_keys
from goldwire.tallies import Outcome


def factuality_f(chunk: Chunk, options: Options) -> Outcome:
    """Score judgements by (trigger's span, source's cue or the author, value), as multisets.

    P = right ÷ predicted judgements, R = right ÷ gold judgements.
    """
    gold, predicted = (_keyed(side) for side in (chunk.gold, chunk.predicted))
    return score_keys(gold, predicted, groups=_names(chunk), options=options)


def author_accuracy(chunk: Chunk, options: Options) -> Outcome:
    """Of the triggers that both sides have (span, type), the share with the author's right value.

    Triggers that gold's author judges count; one that the prediction's author does not judge is
    wrong. P = R; how many there were is p_den. Not symmetric: gold decides which triggers count.
    """
    del options
    ranks = name_ranks(_names(chunk))
    gold, predicted = (_by_author(side, ranks) for side in (chunk.gold, chunk.predicted))
    return accuracy(gold, predicted, names=_names(chunk))


def source_accuracy(chunk: Chunk, options: Options) -> Outcome:
    """Of the judgements by sources that both sides have, the share with the right value.

    Both sides have a judgement when span and type of the trigger and the source's cue are equal;
    whether all of them are found is `factuality_f`'s matter. P = R; how many is p_den.
    """
    del options
    gold, predicted = (_by_source(side) for side in (chunk.gold, chunk.predicted))
    return accuracy(gold, predicted, names=_names(chunk))


def _names(chunk: Chunk) -> tuple[str, ...]:
    return chunk.vocabularies["factuality"].names


def _trigger(side: Side, *, typed: bool) -> tuple[Ints, ...]:
    """Give the columns that identify the trigger of each judgement; only triggers have types."""
    triggers, at = side.triggers, side.factuality["trigger"]
    label = (triggers.label[at],) if typed else ()
    return triggers.start[at], triggers.end[at], *label


def _cue(side: Side) -> tuple[Ints, ...]:
    """Give the cue of each judgement's source: `ABSENT` for the author and the unknown."""
    by = side.factuality["attribution"]
    return tuple(np.append(column, ABSENT)[np.maximum(by, -1)] for column in element(side, "cue"))


def _placed(side: Side) -> Bools:
    placed: Bools = side.triggers.start[side.factuality["trigger"]] != ABSENT
    return placed


def _keyed(side: Side) -> Keyed:
    table = side.factuality
    by = table["attribution"]
    return Keyed(
        document=table.document,
        group=table["value"],
        key=key_of(*_trigger(side, typed=False), by == ABSENT, *_cue(side), table["value"]),
        valid=_placed(side) & (by >= ABSENT),
    )


def _by_source(side: Side) -> Valued:
    table = side.factuality
    return Valued(
        document=table.document,
        key=key_of(*_trigger(side, typed=True), *_cue(side)),
        value=table["value"],
        row=None,
    ).where(_placed(side) & (table["attribution"] >= 0))


def _by_author(side: Side, ranks: Ints) -> Valued:
    """List the placed triggers with the author's value: of several the first by name."""
    triggers, table = side.triggers, side.factuality
    by_author = np.flatnonzero(table["attribution"] == ABSENT)
    by_author = by_author[np.argsort(-ranks[table["value"][by_author]], kind="stable")]
    value = np.full(len(triggers), ABSENT, dtype=np.int64)
    # Of repeated places the last assignment stays.
    value[table["trigger"][by_author]] = table["value"][by_author]
    return Valued(
        document=triggers.document,
        key=key_of(triggers.start, triggers.end, triggers.label),
        value=value,
        row=np.arange(len(triggers)),
    ).where(triggers.start != ABSENT)


METRICS: tuple[Metric, ...] = (
    Metric(
        name="triggers/factuality_author_accuracy",
        summary="triggers found: share with the author's right factuality",
        layers=("event_mentions",),
        compute=author_accuracy,
    ),
    Metric(
        name="triggers/factuality_source_accuracy",
        summary="factuality judged by the same source of the same trigger: share that is right",
        layers=("event_mentions", "attributions"),
        compute=source_accuracy,
    ),
    Metric(
        name="triggers/factuality_f",
        summary="factuality: same trigger, source and value",
        layers=("event_mentions",),
        compute=factuality_f,
        uses=("duplicates",),
    ),
)
