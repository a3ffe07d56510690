"""Arguments of events: who or what takes part, and how, by the keys that the field uses.

An argument is known by its filler's span, not by its id. The keys are those of TextEE (Huang et al.
2024), scored as multisets. A filler that is an event is known by its trigger's span; a reference
that leads nowhere is wrong. Groups are roles.

These are figures from end to end: an argument of a trigger that was missed is missed. How well
arguments are found *given the trigger* is another question, with metrics of its own. An extractor
that was handed gold's triggers is scored by any of them; what it was handed is said in its name.
"""

from collections.abc import Callable

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side
from goldwire.columns.tables import Ints
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.keys import Keyed, key_of, numbered_alike, score_keys
from goldwire.tallies import Outcome

KEYS: dict[str, tuple[tuple[str, ...], str]] = {
    "identified": (("type", "filler"), "filler and event type"),
    "classified": (("type", "filler", "role"), "filler, event type and role"),
    "attached_identified": (("trigger", "type", "filler"), "filler, event type and trigger"),
    "attached_classified": (
        ("trigger", "type", "filler", "role"),
        "filler, event type, trigger and role",
    ),
}
"""The parts of each metric's key, and how they are called."""


def score_arguments(chunk: Chunk, options: Options, *, parts: tuple[str, ...]) -> Outcome:
    """Score arguments by a key: P = right ÷ predicted arguments, R = right ÷ gold arguments.

    Parts: `filler` (span), `role`, `type` (of the event mention), `trigger` (its span).
    """
    gold, predicted = (_keyed(side, parts) for side in (chunk.gold, chunk.predicted))
    return score_keys(gold, predicted, groups=chunk.vocabularies["roles"].names, options=options)


def score_given_trigger(chunk: Chunk, options: Options, *, parts: tuple[str, ...]) -> Outcome:
    """Score arguments of the event mentions whose trigger both sides have (span and event type).

    As `attached_…`, P = right ÷ predicted arguments, R = right ÷ gold arguments, where arguments of
    triggers that the other side lacks take no part: so it says nothing about missed events. Of
    triggers that stand several times the arguments are pooled.
    """
    triggers = [
        key_of(side.triggers.document, side.triggers.start, side.triggers.end, side.triggers.label)
        for side in (chunk.gold, chunk.predicted)
    ]
    numbers = numbered_alike(*triggers)
    sides = []
    for at, side in enumerate((chunk.gold, chunk.predicted)):
        is_given = np.isin(numbers[at], numbers[1 - at]) & (side.triggers.start != ABSENT)
        kept = is_given[side.arguments.extra["trigger"]]
        sides.append(_keyed(side, parts).where(kept))
    names = chunk.vocabularies["roles"].names
    return score_keys(sides[0], sides[1], groups=names, options=options)


def _keyed(side: Side, parts: tuple[str, ...]) -> Keyed:
    arguments, triggers = side.arguments, side.triggers
    trigger = arguments.extra["trigger"]
    columns: dict[str, tuple[Ints, ...]] = {
        "filler": (arguments.start, arguments.end, arguments.fragments),
        "role": (arguments.label,),
        "type": (triggers.label[trigger],),
        "trigger": (triggers.start[trigger], triggers.end[trigger]),
    }
    is_placed = triggers.start[trigger] != ABSENT
    return Keyed(
        document=arguments.document,
        group=arguments.label,
        key=key_of(*(column for part in parts for column in columns[part])),
        valid=(arguments.start != ABSENT) & (is_placed | ("trigger" not in parts)),
        row=np.arange(len(arguments)),
    )


def _bound(score: Callable[..., Outcome], parts: tuple[str, ...]) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return score(chunk, options, parts=parts)

    compute.__doc__ = score.__doc__
    return compute


METRICS: tuple[Metric, ...] = (
    *(
        Metric(
            name=f"arguments/{name}",
            summary=f"arguments of events: same {meaning}",
            layers=("event_mentions",),
            compute=_bound(score_arguments, parts),
            uses=("duplicates",),
        )
        for name, (parts, meaning) in KEYS.items()
    ),
    *(
        Metric(
            name=f"arguments/{name}_given_trigger",
            summary=f"arguments of events whose trigger is found: same {meaning}",
            layers=("event_mentions",),
            compute=_bound(score_given_trigger, KEYS[f"attached_{name}"][0]),
            uses=("duplicates",),
        )
        for name, meaning in (("identified", "filler"), ("classified", "filler and role"))
    ),
)
