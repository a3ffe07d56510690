"""Arguments of events: who or what takes part, and how, by the keys that the field uses.

An argument is known by its filler's span, not by its id. The keys are those of TextEE (Huang et al.
2024), scored as multisets. A filler that is an event is known by its trigger's span; a reference
that leads nowhere is wrong. Groups are roles.
"""

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side
from goldwire.columns.tables import Ints
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.keys import Keyed, key_of, score_keys
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


def _bound(parts: tuple[str, ...]) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return score_arguments(chunk, options, parts=parts)

    compute.__doc__ = score_arguments.__doc__
    return compute


METRICS: tuple[Metric, ...] = tuple(
    Metric(
        name=f"arguments/{name}",
        summary=f"arguments of events: same {meaning}",
        layers=("event_mentions",),
        compute=_bound(parts),
        uses=("duplicates",),
    )
    for name, (parts, meaning) in KEYS.items()
)
