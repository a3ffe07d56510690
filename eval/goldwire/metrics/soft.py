"""Soft span metrics: right code points instead of right items.

Of each document and label, the gold and the predicted spans are two multisets of code points
(nested spans of one label cover a code point twice). What both have in common is right:

    P = Σ |common| / Σ |predicted|     R = Σ |common| / Σ |gold|

No spans are paired, so nothing hangs on a choice among pairings. A code point that one side covers
more often than the other is shared out evenly among the items that cover it, which gives every
item its credit in code points. It is the intersection of bags of (position, label), as in the
character-level scoring of plagiarism (Potthast et al. 2010) and propaganda (Da San Martino et al.
2019), which takes sets instead of bags.
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns import Chunk, Spans
from goldwire.columns.tables import Bools, Floats, Ints
from goldwire.matching.views import Layer, View, view
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.credits import NOUNS, RECORD_LAYERS, credits_of, groups_of
from goldwire.tallies import Credits, Outcome


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Unbroken pieces of a side's spans on one axis, where each document and label has a stretch.

    `item` is the position in the view; all arrays of shape [pieces].
    """

    item: Ints
    start: Ints
    end: Ints


def _pieces(side: View, layer: Layer, width: int) -> _Pieces:
    shift = side.label * width
    whole = np.flatnonzero(side.fragments == 0)
    item, start, end = [whole], [(shift + side.start)[whole]], [(shift + side.end)[whole]]
    for broken in np.flatnonzero(side.fragments != 0).tolist():
        bounds = np.array(layer.pieces[int(side.fragments[broken])], dtype=np.int64)
        base = shift[broken] + side.base[broken]
        item.append(np.full(len(bounds), broken))
        start.append(base + bounds[:, 0])
        end.append(base + bounds[:, 1])
    return _Pieces(np.concatenate(item), np.concatenate(start), np.concatenate(end))


def soft(chunk: Chunk, layer: str, options: Options) -> Outcome:
    """Score a layer of spans by code points: P = common ÷ predicted, R = common ÷ gold code points.

    An ungrounded item earns 0 of 1 code point, its length being unknown. Don't-care gold does not
    count, nor do predicted code points that are not right but lie in don't-care gold of the label.
    """
    both = view(chunk, layer, duplicates=options.duplicates)
    sides = (both.gold, both.predicted)
    width = 1 + max((int(side.end.max()) for side in sides if len(side)), default=0)
    pieces = [_pieces(side, both, width) for side in sides]
    bounds = np.unique(np.concatenate([part for p in pieces for part in (p.start, p.end)]))
    real = [_cover(p, bounds, ~side.ignored[p.item]) for p, side in zip(pieces, sides, strict=True)]
    aside = [_cover(p, bounds, side.ignored[p.item]) for p, side in zip(pieces, sides, strict=True)]
    common = np.minimum(*real)
    lengths = np.diff(bounds, append=bounds[-1:])
    columns: tuple[Spans, Spans] = (getattr(chunk.gold, layer), getattr(chunk.predicted, layer))
    gold, predicted = (
        _credits(
            column,
            side,
            piece,
            bounds,
            earned=lengths * common / np.maximum(covered, 1),
            excused=lengths * (covered - common) * (other_aside > 0) / np.maximum(covered, 1),
        )
        for column, side, piece, covered, other_aside in zip(
            columns, sides, pieces, real, reversed(aside), strict=True
        )
    )
    return Outcome(groups_of(chunk, layer), gold, predicted)


def _cover(pieces: _Pieces, bounds: Ints, which: Bools) -> Ints:
    """Count how many of the pieces cover each stretch between two bounds: shape [bounds]."""
    opened = np.bincount(np.searchsorted(bounds, pieces.start[which]), minlength=len(bounds))
    closed = np.bincount(np.searchsorted(bounds, pieces.end[which]), minlength=len(bounds))
    covered: Ints = np.cumsum(opened - closed)
    return covered


def _credits(
    column: Spans, side: View, pieces: _Pieces, bounds: Ints, *, earned: Floats, excused: Floats
) -> Credits:
    """Sum what each item earns and is excused on the stretches that it covers."""
    first = np.searchsorted(bounds, pieces.start)
    counts = np.searchsorted(bounds, pieces.end) - first
    stretch = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
    item = np.repeat(pieces.item, counts)
    n = len(side)
    num, den = np.zeros(len(column)), np.ones(len(column))
    num[side.row] = np.bincount(item, earned[stretch], n)
    den[side.row] = side.size - np.bincount(item, excused[stretch], n)
    num[column.ignored], den[column.ignored] = 0, 0
    den[side.aside] = 0
    return credits_of(column, num=num, den=den)


def _compute(layer: str) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return soft(chunk, layer, options)

    compute.__doc__ = soft.__doc__
    return compute


METRICS = tuple(
    Metric(
        name=name,
        summary=f"{NOUNS[layer]}: code points covered, with the same label",
        layers=(RECORD_LAYERS[layer],),
        compute=_compute(layer),
        uses=("duplicates",),
    )
    for name, layer in (
        *((f"{layer}/soft", layer) for layer in ("mentions", "values", "times", "triggers")),
        *(
            (f"attributions/{element}_soft", f"{element}s")
            for element in ("source", "cue", "content")
        ),
    )
)
