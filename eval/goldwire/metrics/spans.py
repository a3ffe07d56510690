"""Span metrics: whether the system found the right words, and gave them the right labels.

For every layer of spans the same modes, each an own maximum one-to-one matching (the table in
`goldwire.matching.pairs`). A gold item's credit goes to the gold label, a predicted item's to the
predicted label. Ungrounded items earn nothing and count; don't-care gold, and predictions that it
excuses, do not count.
"""

import numpy as np

from goldwire.columns import Chunk, Spans
from goldwire.columns.tables import Floats, Ints
from goldwire.errors import UsageError
from goldwire.matching import Pairs, pair, threshold
from goldwire.matching.views import LABELS
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.tallies import Credits, Outcome

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

SUMMARIES = {
    "strict": "same span and same label",
    "exact": "same span, whatever the label",
    "type": "overlapping, with the same label",
    "overlap": "overlapping, whatever the label",
    "head": "same label, and heads that agree",
}


def groups_of(chunk: Chunk, layer: str) -> tuple[str, ...]:
    """Name the labels of a span layer; elements of attributions have one group without a name."""
    return chunk.vocabularies[LABELS[layer]].names if layer in LABELS else ("",)


def credits_of(side: Spans, *, num: Floats, den: Floats) -> Credits:
    """Give one side's credits, item by item, each to the item's own label."""
    return Credits(
        document=side.document,
        group=side.label,
        num=num,
        den=den,
        row=np.arange(len(side)),
    )


def counted(side: Spans, *, paired: Ints, excused: Ints) -> Credits:
    """Give 1 of 1 to every paired row, 0 of 1 to the others, 0 of 0 to the excused ones."""
    num = np.zeros(len(side))
    num[paired] = 1
    den = np.ones(len(side))
    den[side.ignored] = 0
    den[excused] = 0
    return credits_of(side, num=num, den=den)


def outcome(chunk: Chunk, layer: str, pairs: Pairs) -> Outcome:
    """Turn the pairs of a layer into credits."""
    gold: Spans = getattr(chunk.gold, layer)
    predicted: Spans = getattr(chunk.predicted, layer)
    return Outcome(
        groups_of(chunk, layer),
        counted(gold, paired=pairs.gold, excused=pairs.excused_gold),
        counted(predicted, paired=pairs.predicted, excused=pairs.excused),
    )


def _by_mode(layer: str, mode: str) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return outcome(chunk, layer, pair(chunk, layer, mode, duplicates=options.duplicates))

    compute.__doc__ = f"""Count {NOUNS[layer]} that are paired under mode `{mode}`.

    P = pairs / predicted items, R = pairs / gold items, by a maximum one-to-one matching.
    `strict` and `exact` are the CoNLL-2003 and ACE/TAC conventions with multisets instead of sets;
    they agree with seqeval's strict mode, seqscore and nervaluate's strict and exact schemas.
    """
    return compute


def mode_metric(name: str, layer: str, mode: str) -> Metric:
    """Make the metric of a layer of spans (a field of `Side`) under one mode."""
    if mode.startswith("iou@"):
        summary = f"same label, sharing at least {mode[4:]} of their union"
    else:
        summary = SUMMARIES[mode]
    return Metric(
        name=name,
        summary=f"{NOUNS[layer]}: {summary}",
        layers=(RECORD_LAYERS[layer],),
        compute=_by_mode(layer, mode),
        uses=("duplicates",),
    )


def iou(layer: str, measure: str) -> Metric:
    """Make the metric of a name such as `mentions/iou@0.7`; raises UsageError for a wrong one."""
    if layer not in LABELED:
        raise UsageError(
            f"no layer {layer!r} has a metric {measure}: choose one of {', '.join(LABELED)}"
        )
    threshold(measure)
    return mode_metric(f"{layer}/{measure}", layer, measure)


LABELED = ("mentions", "values", "times", "triggers")
DEFAULT_IOU = "iou@0.5"

METRICS: tuple[Metric, ...] = (
    *(
        mode_metric(f"{layer}/{mode}", layer, mode)
        for layer in ("mentions", "values", "times")
        for mode in ("strict", "exact", "type", "overlap", DEFAULT_IOU)
    ),
    mode_metric("mentions/head", "mentions", "head"),
    mode_metric("triggers/identified", "triggers", "exact"),
    mode_metric("triggers/classified", "triggers", "strict"),
    *(
        mode_metric(f"triggers/{mode}", "triggers", mode)
        for mode in ("type", "overlap", DEFAULT_IOU)
    ),
    *(
        mode_metric(f"attributions/{element}{suffix}", f"{element}s", mode)
        for element in ("source", "cue", "content")
        for suffix, mode in (("", "exact"), ("_overlap", "overlap"), ("_iou@0.5", "iou@0.5"))
    ),
)
