"""Span metrics: whether the system found the right words, and gave them the right labels.

For every layer of spans the same modes, each an own maximum one-to-one matching (the table in
`goldwire.matching.pairs`). A gold item's credit goes to the gold label, a predicted item's to the
predicted label. Ungrounded items earn nothing and count; don't-care gold, and predictions that it
excuses, do not count.
"""

from goldwire.columns import Chunk, Spans
from goldwire.errors import UsageError
from goldwire.matching import Pairs, pair, threshold
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.credits import NOUNS, RECORD_LAYERS, counted, groups_of
from goldwire.tallies import Outcome

LABELED = ("mentions", "values", "times", "triggers")
DEFAULT_IOU = "iou@0.5"
SUMMARIES = {
    "strict": "same span and same label",
    "exact": "same span, whatever the label",
    "type": "overlapping, with the same label",
    "overlap": "overlapping, whatever the label",
    "head": "same label, and heads that agree",
    "value": "same span, label and normalised value",
}


_RATES = (
    """P = pairs ÷ predicted items, R = pairs ÷ gold items, by a maximum one-to-one matching."""
)

DEFINITIONS = {
    "strict": f"""Pair items of the same span and the same label.

{_RATES}
The convention of CoNLL-2003 (Tjong Kim Sang & De Meulder 2003), ACE and TAC, with multisets instead
of sets; it agrees with seqeval's strict mode, with seqscore and with nervaluate's strict schema. Of
triggers it is trigger classification (Ji & Grishman 2008; TextEE, Huang et al. 2024).
""",
    "exact": f"""Pair items of the same span, whatever their labels; those that agree come first.

{_RATES}
It agrees with nervaluate's exact schema. Of triggers it is trigger identification (Ji & Grishman
2008; TextEE, Huang et al. 2024).
""",
    "type": f"""Pair items that overlap and have the same label.

{_RATES}
MUC's idea of the right type with boundaries aside (Chinchor & Sundheim 1993). SemEval-2013's `type`
schema (`mentions/semeval_type`) counts the pairs of one alignment instead of a maximum of its own.
""",
    "overlap": f"""Pair items that share at least one code point, whatever their labels.

{_RATES}
The lenient match of biomedical and opinion extraction (Tsai et al. 2006; Breck et al. 2007), made
one-to-one.
""",
    "iou": f"""Pair items with the same label that share at least `t` of their union in code points.

{_RATES}
The threshold is part of the name (`iou@0.5`, `iou@0.7`) and compared as an exact fraction. The
overlap criterion of object detection (Everingham et al. 2010), on text. The elements of
attributions have no labels.
""",
    "head": f"""Pair mentions with the same label whose heads agree.

{_RATES}
MUC-7's MIN rule (Hirschman & Chinchor 1997) and ACE's head match; when they agree stands in the
table of modes.
""",
    "value": f"""Pair items with the same span, the same label and the same normalised value.

{_RATES}
TempEval-3's strict match with the attribute right (UzZaman et al. 2013): values are equal as
written, numbers as numbers; two items without a value agree. Merging duplicates goes by span and
label, and keeps the first value in sorted order.
""",
}
"""What every mode counts; the metrics of all layers share these words."""


BARE = {"exact": "same span", "overlap": "overlapping"}
"""The same for elements of attributions, which have no labels."""

ELEMENTS = ("source", "cue", "content")


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

    compute.__doc__ = DEFINITIONS[mode.partition("@")[0]]
    return compute


def mode_metric(name: str, layer: str, mode: str) -> Metric:
    """Make the metric of a layer of spans (a field of `Side`) under one mode."""
    if mode.startswith("iou@"):
        label = "same label, " if layer in LABELED else ""
        words = f"{label}sharing at least {mode[4:]} of their union"
    else:
        words = (SUMMARIES if layer in LABELED else BARE)[mode]
    return Metric(
        name=name,
        summary=f"{NOUNS[layer]}: {words}",
        layers=(RECORD_LAYERS[layer],),
        compute=_by_mode(layer, mode),
        uses=("duplicates",),
    )


def iou(layer: str, measure: str) -> Metric:
    """Make the metric of a name such as `mentions/iou@0.7` or `attributions/source_iou@0.7`.

    Raises UsageError for a wrong one.
    """
    element, _, mode = measure.rpartition("_")
    columns = f"{element}s" if layer == "attributions" else layer
    if columns not in NOUNS or (layer != "attributions" and element):
        of_elements = ", ".join(f"attributions/{one}_iou" for one in ELEMENTS)
        raise UsageError(
            f"there is no {layer}/{measure}: write a threshold after one of "
            f"{', '.join(f'{one}/iou' for one in LABELED)}, {of_elements}"
        )
    threshold(mode)
    return mode_metric(f"{layer}/{measure}", columns, mode)


METRICS: tuple[Metric, ...] = (
    *(
        mode_metric(f"{layer}/{mode}", layer, mode)
        for layer in ("mentions", "values", "times")
        for mode in ("strict", "exact", "type", "overlap", DEFAULT_IOU)
    ),
    mode_metric("mentions/head", "mentions", "head"),
    mode_metric("values/value", "values", "value"),
    mode_metric("times/value", "times", "value"),
    mode_metric("triggers/identified", "triggers", "exact"),
    mode_metric("triggers/classified", "triggers", "strict"),
    *(
        mode_metric(f"triggers/{mode}", "triggers", mode)
        for mode in ("type", "overlap", DEFAULT_IOU)
    ),
    *(
        mode_metric(f"attributions/{element}{suffix}", f"{element}s", mode)
        for element in ELEMENTS
        for suffix, mode in (("", "exact"), ("_overlap", "overlap"), ("_iou", DEFAULT_IOU))
    ),
)
