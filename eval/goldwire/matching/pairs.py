"""`pair`: the maximum one-to-one matching of one layer under one mode's own edges.

| mode | gold and predicted may be paired when |
|---|---|
| `strict` | they have the same span and label |
| `exact` | they have the same span |
| `type` | they overlap and have the same label |
| `overlap` | they overlap |
| `iou@t` | they have the same label and share at least `t` of their union, in code points |
| `head` | they have the same label and their heads agree (mentions) |
| `value` | they have the same span, label and normalised value, or none both (values, times) |

Heads agree when both are given and equal; when one is given, and lies in the other's span, which
lies in the span of the first (MUC-7's MIN rule); when none is given, and the spans are equal.

Because every mode is matched by itself, another prediction can never lower the number of pairs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from goldwire.columns import ABSENT, Chunk, Spans
from goldwire.columns.numbering import are_among
from goldwire.columns.tables import Bools, Ints
from goldwire.errors import UsageError
from goldwire.matching.edges import Edges, lone_and_tied
from goldwire.matching.joins import equal_pairs, equal_real
from goldwire.matching.maximum import FREE, Graph, maximum_matching
from goldwire.matching.views import Duplicates, Layer, View, name_ranks, shared_keys, view

MODES = ("strict", "exact", "type", "overlap", "iou@t", "head", "value")
NORMALISED = ("values", "times")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of the columns that are paired one-to-one: `gold[i]` with `predicted[i]`, by gold row.

    `excused` are predicted rows that take no part, neither right nor wrong: left over and paired
    with don't-care gold if it counted, or merged into an equal row. `excused_gold` are the gold
    rows that take no part: don't-care, or merged. All ascend.
    """

    gold: Ints
    predicted: Ints
    excused_gold: Ints
    excused: Ints

    def __len__(self) -> int:
        return len(self.gold)


def pair(chunk: Chunk, layer: str, mode: str, *, duplicates: Duplicates = "count") -> Pairs:
    """Pair the rows of a layer of spans (a field of `Side`), made once per chunk.

    As many pairs as the mode allows. Which rows are paired is unique: on each side, rows with a
    strict partner first, then those with one of their own label, then the others, earlier ones
    (start, end, fragments, name of the label) first, while the pairs stay a maximum. Surplus
    copies of a span are rows like others (`count`) or left out (`merge`). Predictions that
    don't-care gold would excuse come last in their turn. Raises UsageError for an unknown mode.
    """
    return chunk.once(
        ("matching.pair", layer, mode, duplicates), lambda: _pair(chunk, layer, mode, duplicates)
    )


def threshold(mode: str) -> Fraction:
    """Read the threshold of a mode such as `iou@0.5`, as an exact fraction above 0, at most 1.

    >>> threshold("iou@0.7")
    Fraction(7, 10)
    """
    written = re.fullmatch(r"iou@([0-9]*\.?[0-9]{1,6})", mode)
    value = Fraction(written[1]) if written else Fraction(0)
    if not 0 < value <= 1:
        raise UsageError(
            f"{mode!r} has no usable threshold: write a decimal above 0 and up to 1, as in iou@0.5"
        )
    return value


def _pair(chunk: Chunk, layer: str, mode: str, duplicates: Duplicates) -> Pairs:
    both = view(chunk, layer, duplicates=duplicates)
    gold, predicted = both.gold, both.predicted
    if mode == "strict":
        return _by_keys(both, gold.key, predicted.key, both.strict)
    if mode == "exact":
        return _by_spans(both)
    if mode == "value" and layer in NORMALISED:
        values = _normalised(chunk, both, layer)
        gold_keys, predicted_keys = shared_keys((gold.key, predicted.key), values)
        equal = equal_real(
            gold_keys,
            predicted_keys,
            gold_ignored=gold.ignored,
            predicted_ignored=predicted.ignored,
        )
        return _by_keys(both, gold_keys, predicted_keys, equal)
    lone, tied = (
        _edges(chunk, both, layer, mode, edges)
        for edges in lone_and_tied(chunk, layer, duplicates=duplicates)
    )
    return _by_edges(both, lone, tied, holds_strict=mode != "head")


def _edges(chunk: Chunk, both: Layer, layer: str, mode: str, edges: Edges) -> Edges:
    """Keep the overlaps that a mode admits."""
    if mode == "overlap":
        return edges
    same = edges.where(both.gold.label[edges.gold] == both.predicted.label[edges.predicted])
    if mode == "type":
        return same
    if mode.startswith("iou@"):
        least = threshold(mode)
        return same.where(same.common * least.denominator >= same.union * least.numerator)
    if mode == "head" and layer == "mentions":
        return same.where(_heads_agree(chunk, both, same))
    raise UsageError(f"{layer} cannot be paired by {mode!r}: choose one of {', '.join(MODES)}")


def _by_keys(both: Layer, gold_keys: Ints, predicted_keys: Ints, equal: tuple[Ints, Ints]) -> Pairs:
    return _finished(
        both,
        equal[0],
        equal[1],
        excusable_gold=_is_among(gold_keys, predicted_keys[both.predicted.ignored]),
        excusable_predicted=_is_among(predicted_keys, gold_keys[both.gold.ignored]),
    )


def _by_spans(both: Layer) -> Pairs:
    """Pair by equal keys and then, so that labels agree first, what is left by equal spans."""
    gold, predicted = both.strict
    gold_left = _left_over(both.gold, gold)
    predicted_left = _left_over(both.predicted, predicted)
    at, to = equal_pairs(both.gold.span[gold_left], both.predicted.span[predicted_left])
    return _finished(
        both,
        np.concatenate([gold, gold_left[at]]),
        np.concatenate([predicted, predicted_left[to]]),
        excusable_gold=_is_among(both.gold.span, both.predicted.span[both.predicted.ignored]),
        excusable_predicted=_is_among(both.predicted.span, both.gold.span[both.gold.ignored]),
    )


def _normalised(chunk: Chunk, both: Layer, layer: str) -> tuple[Ints, Ints]:
    """Give the normalised value of each position by its rank among all; 0 where there is none."""
    gold: Spans = getattr(chunk.gold, layer)
    predicted: Spans = getattr(chunk.predicted, layer)
    rank = np.append(name_ranks(chunk.vocabularies["normalised"].names), ABSENT)
    return (
        1 + rank[gold.extra["normalised"][both.gold.row]],
        1 + rank[predicted.extra["normalised"][both.predicted.row]],
    )


def _is_among(values: Ints, ignored: Ints) -> Bools:
    return are_among(values, ignored)


def _left_over(side: View, taken: Ints) -> Ints:
    is_left = ~side.ignored
    is_left[taken] = False
    return np.flatnonzero(is_left)


def _by_edges(both: Layer, lone: Edges, tied: Edges, *, holds_strict: bool) -> Pairs:
    """Pair by edges: strict ones, then those of the same label, then the others.

    `lone` edges join spans that have no other edge. `holds_strict` claims that every strict pair
    is among the edges.
    """
    gold, predicted = both.gold, both.predicted
    excusable_gold = np.zeros(len(gold), dtype=np.bool_)
    excusable_predicted = np.zeros(len(predicted), dtype=np.bool_)
    if gold.ignored.any() or predicted.ignored.any():
        for edges in (lone, tied):
            excusable_gold[edges.gold[predicted.ignored[edges.predicted]]] = True
            excusable_predicted[edges.predicted[gold.ignored[edges.gold]]] = True
        lone, tied = (
            edges.where(~gold.ignored[edges.gold] & ~predicted.ignored[edges.predicted])
            for edges in (lone, tied)
        )
    is_strict = gold.key[tied.gold] == predicted.key[tied.predicted]
    is_same_label = gold.label[tied.gold] == predicted.label[tied.predicted]
    graph = Graph(
        gold=tied.gold,
        predicted=tied.predicted,
        stage=np.where(is_strict, 0, np.where(is_same_label, 1, 2)),
        gold_priority=np.arange(len(gold)) + len(gold) * excusable_gold,
        predicted_priority=np.arange(len(predicted)) + len(predicted) * excusable_predicted,
    )
    partner = maximum_matching(graph, both.strict if holds_strict else None)
    partner[lone.gold] = lone.predicted
    paired = np.flatnonzero(partner != FREE)
    return _finished(
        both,
        paired,
        partner[paired],
        excusable_gold=excusable_gold,
        excusable_predicted=excusable_predicted,
    )


def _finished(
    both: Layer,
    gold: Ints,
    predicted: Ints,
    *,
    excusable_gold: Bools,
    excusable_predicted: Bools,
) -> Pairs:
    gold_rows, predicted_rows = both.gold.row[gold], both.predicted.row[predicted]
    if (gold_rows[1:] < gold_rows[:-1]).any():
        order = np.argsort(gold_rows)
        gold_rows, predicted_rows = gold_rows[order], predicted_rows[order]
    return Pairs(
        gold=gold_rows,
        predicted=predicted_rows,
        excused_gold=_excused(both.gold, gold, excusable_gold),
        excused=_excused(both.predicted, predicted, excusable_predicted),
    )


def _excused(side: View, paired: Ints, excusable: Bools) -> Ints:
    excused = excusable | side.ignored
    excused[paired] = False
    rows: Ints = np.sort(np.concatenate([side.row[excused], side.aside]))
    return rows


def _heads_agree(chunk: Chunk, both: Layer, edges: Edges) -> Bools:
    """Claim that the heads of two overlapping mentions agree, as the module's table says."""
    gold, predicted = both.gold, both.predicted
    at, to = edges.gold, edges.predicted
    gold_head = _heads(chunk.gold.mentions.extra, gold, at)
    predicted_head = _heads(chunk.predicted.mentions.extra, predicted, to)
    gold_span = (gold.start - gold.base)[at], (gold.end - gold.base)[at]
    predicted_span = (
        (predicted.start - predicted.base)[to],
        (predicted.end - predicted.base)[to],
    )
    gold_has, predicted_has = gold_head[0] != ABSENT, predicted_head[0] != ABSENT
    equal_heads = (gold_head[0] == predicted_head[0]) & (gold_head[1] == predicted_head[1])
    agree: Bools = np.select(
        [gold_has & predicted_has, gold_has, predicted_has],
        [
            equal_heads,
            _lies_in(gold_head, predicted_span) & _lies_in(predicted_span, gold_span),
            _lies_in(predicted_head, gold_span) & _lies_in(gold_span, predicted_span),
        ],
        gold.span[at] == predicted.span[to],
    )
    return agree


Bounds = tuple[Ints, Ints]


def _heads(extra: Mapping[str, Ints], side: View, positions: Ints) -> Bounds:
    rows = side.row[positions]
    return extra["head_start"][rows], extra["head_end"][rows]


def _lies_in(inner: Bounds, outer: Bounds) -> Bools:
    lies: Bools = (outer[0] <= inner[0]) & (inner[1] <= outer[1])
    return lies
