"""Attributes of what was found: tense of triggers, level of mentions, attitude of attributions.

Every attribute has two metrics, which answer different questions and must never be mixed:

    accuracy    of the items that both sides have, the share whose attribute is right
    f           of all items with the attribute, those whose span and attribute are right

They are the attribute accuracy and the attribute F of TempEval-3 (UzZaman et al. 2013).

A trigger or mention is had by both sides when span and type are equal (when the type itself is
asked for, when the span is), an attribution when its cue is. Groups are the values of the
attribute. Don't-care mentions, and predictions that they excuse, take no part.
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns import (
    ABSENT,
    ATTRIBUTION_ATTRIBUTES,
    TRIGGER_ATTRIBUTES,
    Chunk,
    Side,
    Spans,
    dense,
    numbered,
)
from goldwire.columns.tables import Bools, Ints
from goldwire.matching import pair
from goldwire.matching.views import name_ranks
from goldwire.metrics.attribution_elements import element
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.credits import NOUNS, RECORD_LAYERS, groups_of
from goldwire.metrics.keys import Keyed, copies_of, key_of, score_keys
from goldwire.tallies import Credits, Outcome

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "mentions": ("level", "form"),
    "triggers": TRIGGER_ATTRIBUTES,
    "attributions": ATTRIBUTION_ATTRIBUTES,
}
"""The attributes that are scored, by the layer whose items have them."""


@dataclass(frozen=True, slots=True)
class Valued:
    """The items of one side and what is said of them: all arrays [n], `key` [n, k].

    `key` is what makes items of the two sides the same; `value` is `ABSENT` where nothing is said.
    """

    document: Ints
    key: Ints
    value: Ints
    row: Ints | None

    def where(self, kept: Bools) -> "Valued":
        """Give the items that are marked."""
        return Valued(
            self.document[kept],
            self.key[kept],
            self.value[kept],
            None if self.row is None else self.row[kept],
        )


def accuracy(gold: Valued, predicted: Valued, *, names: tuple[str, ...]) -> Outcome:
    """Of the items that both sides have, the share with the right value, given that gold has one.

    Items with equal keys are paired one-to-one, m and n of a key as min(m, n) pairs, those with
    equal values first and then in order of value. Both sides get the same credits, so P = R; how
    many pairs there were is p_den. A value that the prediction leaves out is wrong. Not symmetric:
    gold decides which pairs count.
    """
    at, to = _paired(gold, predicted, name_ranks(names))
    counts = gold.value[at] != ABSENT
    at, to = at[counts], to[counts]
    num = (gold.value[at] == predicted.value[to]).astype(np.float64)
    of_gold, of_predicted = (
        Credits(
            document=side.document[items],
            group=gold.value[at],
            num=num,
            den=np.ones(len(num)),
            row=None if side.row is None else side.row[items],
        )
        for side, items in ((gold, at), (predicted, to))
    )
    return Outcome(names, of_gold, of_predicted)


def end_to_end(
    gold: Valued, predicted: Valued, *, names: tuple[str, ...], options: Options
) -> Outcome:
    """Score (item, value) by key: P = right ÷ predicted values, R = right ÷ gold values.

    An item about which nothing is said has no key; copies count as a multiset.
    """
    sides = [
        Keyed(
            document=side.document,
            group=side.value,
            key=np.column_stack([side.key, side.value]),
            valid=np.ones(len(side.value), dtype=np.bool_),
            row=side.row,
        )
        for side in (one.where(one.value != ABSENT) for one in (gold, predicted))
    ]
    return score_keys(sides[0], sides[1], groups=names, options=options)


def _paired(gold: Valued, predicted: Valued, ranks: Ints) -> tuple[Ints, Ints]:
    """Pair the items with equal keys one-to-one: positions on either side."""
    n = len(gold.document)
    both = np.concatenate(
        [np.column_stack([side.document, side.key]) for side in (gold, predicted)]
    )
    number = dense(numbered(*both.T))
    value = np.append(ranks, len(ranks))[np.concatenate([gold.value, predicted.value])]
    with_value = np.split(dense(numbered(number, value)), [n])
    copies = [copies_of(one, np.zeros(len(one), dtype=np.int64)) for one in with_value]
    most = len(number) + 1
    twins = [one * most + copy for one, copy in zip(with_value, copies, strict=True)]
    keys = []
    for side, (items, order) in enumerate(
        zip(np.split(number, [n]), np.split(value, [n]), strict=True)
    ):
        is_alone = ~np.isin(twins[side], twins[1 - side])
        keys.append(items * most + copies_of(items, is_alone * (len(ranks) + 1) + order))
    _, at, to = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    return at, to


def _spans(
    chunk: Chunk, layer: str, attribute: str | None, *, typed: bool
) -> tuple[Valued, Valued]:
    """List the placed items of a layer of spans that take part, by span and perhaps label.

    Their value is the attribute's, or without one the label.
    """
    pairs = pair(chunk, layer, "exact")
    sides = []
    for side, excused in ((chunk.gold, pairs.excused_gold), (chunk.predicted, pairs.excused)):
        spans: Spans = getattr(side, layer)
        part = spans.start != ABSENT
        part[excused] = False
        label = (spans.label,) if typed else ()
        sides.append(
            Valued(
                document=spans.document,
                key=key_of(spans.start, spans.end, spans.fragments, *label),
                value=spans.label if attribute is None else spans.extra[attribute],
                row=np.arange(len(spans)),
            ).where(part)
        )
    return sides[0], sides[1]


def _attributions(chunk: Chunk, attribute: str) -> tuple[Valued, Valued]:
    """List the attributions that have a cue, by it."""

    def of(side: Side) -> Valued:
        table = side.attributions
        return Valued(
            document=table.document,
            key=key_of(*element(side, "cue")),
            value=table[attribute],
            row=None,
        ).where(table["cue"] != ABSENT)

    return of(chunk.gold), of(chunk.predicted)


def _items(chunk: Chunk, layer: str, attribute: str, *, typed: bool) -> tuple[Valued, Valued]:
    if layer == "attributions":
        return _attributions(chunk, attribute)
    return _spans(chunk, layer, attribute, typed=typed)


def _names(chunk: Chunk, layer: str, attribute: str) -> tuple[str, ...]:
    kind = f"attribution_{attribute}" if layer == "attributions" else attribute
    return chunk.vocabularies[kind].names


def _accuracy(layer: str, attribute: str) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        del options
        gold, predicted = _items(chunk, layer, attribute, typed=True)
        return accuracy(gold, predicted, names=_names(chunk, layer, attribute))

    compute.__doc__ = accuracy.__doc__
    return compute


def _end_to_end(layer: str, attribute: str) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        gold, predicted = _items(chunk, layer, attribute, typed=False)
        names = _names(chunk, layer, attribute)
        return end_to_end(gold, predicted, names=names, options=options)

    compute.__doc__ = end_to_end.__doc__
    return compute


def _metrics(layer: str, attribute: str) -> tuple[Metric, Metric]:
    noun, spot = NOUNS.get(layer, layer), "cue" if layer == "attributions" else "span"
    layers = (RECORD_LAYERS.get(layer, layer),)
    return (
        Metric(
            name=f"{layer}/{attribute}_accuracy",
            summary=f"{noun} found: share with the right {attribute}",
            layers=layers,
            compute=_accuracy(layer, attribute),
        ),
        Metric(
            name=f"{layer}/{attribute}_f",
            summary=f"{noun}: same {spot} and same {attribute}",
            layers=layers,
            compute=_end_to_end(layer, attribute),
            uses=("duplicates",),
        ),
    )


def type_accuracy(chunk: Chunk, options: Options, *, layer: str) -> Outcome:
    """Of the items whose span both sides have, the share with the right type (gold's label).

    P = R = right ÷ pairs. As `accuracy`, with spans as the keys and labels as the values: items of
    one span are paired one-to-one, those of equal types first. From end to end it is the layer's
    `strict` (of triggers `classified`).
    """
    del options
    gold, predicted = _spans(chunk, layer, None, typed=False)
    return accuracy(gold, predicted, names=groups_of(chunk, layer))


def _type_accuracy(layer: str) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return type_accuracy(chunk, options, layer=layer)

    compute.__doc__ = type_accuracy.__doc__
    return compute


METRICS: tuple[Metric, ...] = (
    *(
        Metric(
            name=f"{layer}/type_accuracy",
            summary=f"{NOUNS[layer]} whose span is found: share with the right type",
            layers=(RECORD_LAYERS[layer],),
            compute=_type_accuracy(layer),
        )
        for layer in ("mentions", "values", "times", "triggers")
    ),
    *(
        metric
        for layer, attributes in ATTRIBUTES.items()
        for attribute in attributes
        for metric in _metrics(layer, attribute)
    ),
)
