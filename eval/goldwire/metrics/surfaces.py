"""Mentions by their words alone: for systems that give strings and no offsets.

Of each document, the gold and the predicted mentions are two bags of surfaces. A surface is folded
(case, and runs of white space) and nothing else: no Unicode normalisation form, no stemming, no
articles or punctuation taken off. A name that stands three times in the text is three gold items.
Scorers of generated strings each fold in a way of their own; goldwire defines this one.
"""

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side, dense, numbered
from goldwire.columns.tables import Bools, Ints
from goldwire.errors import UsageError
from goldwire.matching.views import name_ranks
from goldwire.metrics.base import Metric, Options
from goldwire.metrics.credits import credits_of
from goldwire.metrics.keys import copies_of
from goldwire.tallies import Credits, Outcome


def strict(chunk: Chunk, options: Options) -> Outcome:
    """Same words and same label: P = right ÷ predicted mentions, R = right ÷ gold mentions.

    Bags of (label, surface): with m gold and n predicted copies min(m, n) are right on each side.
    With duplicates `merge` the bags are sets. A mention without words is wrong; a prediction that
    only don't-care gold mentions share its words with takes no part. Raises UsageError when the
    columns hold no words.
    """
    words = _words(chunk, with_label=True)
    return _outcome(chunk, words, options, first=_none_first(chunk))


def exact(chunk: Chunk, options: Options) -> Outcome:
    """Same words, whatever the label: as `strict`, with bags of surfaces.

    P = right ÷ predicted mentions, R = right ÷ gold mentions.
    Of mentions with the same words those that are right with their label come first, then the
    others by the name of their label.
    """
    settled = [side.num == 0 for side in _sides(strict(chunk, Options()))]
    return _outcome(chunk, _words(chunk, with_label=False), options, first=settled)


def _sides(outcome: Outcome) -> tuple[Credits, Credits]:
    return outcome.gold, outcome.predicted


def _none_first(chunk: Chunk) -> list[Bools]:
    return [np.zeros(len(side.mentions), np.bool_) for side in (chunk.gold, chunk.predicted)]


def _words(chunk: Chunk, *, with_label: bool) -> tuple[Ints, Ints]:
    """Number (document, surface) or (document, surface, label) alike on both sides."""
    columns = []
    for side in (chunk.gold, chunk.predicted):
        mentions = side.mentions
        label = mentions.label if with_label else np.zeros_like(mentions.label)
        columns.append(np.stack([mentions.document, _surfaces(side), label]))
    number = dense(numbered(*np.concatenate(columns, axis=1)))
    n_gold = len(chunk.gold.mentions)
    return number[:n_gold], number[n_gold:]


def _surfaces(side: Side) -> Ints:
    mentions = side.mentions
    if "surface" not in mentions.extra:
        raise UsageError(
            "the columns hold no words of mentions: build them with surfaces=True to score text/…"
        )
    surface = mentions.extra["surface"]
    if ((surface == ABSENT) & (mentions.start != ABSENT)).any():
        raise UsageError(
            "some mentions have offsets but no words, so text/… cannot be scored: give their "
            "surface, or the documents' texts (a text-free corpus must be rehydrated first)"
        )
    return surface


def _outcome(
    chunk: Chunk, words: tuple[Ints, Ints], options: Options, *, first: list[Bools]
) -> Outcome:
    """Credit the first copies of each number, as many as the other side has real ones."""
    rank = name_ranks(chunk.vocabularies["mentions"].names)
    size = 1 + max((int(number.max(initial=0)) for number in words), default=0)
    columns = (chunk.gold.mentions, chunk.predicted.mentions)
    real = [~side.ignored for side in columns]
    has_words = [_surfaces(side) != ABSENT for side in (chunk.gold, chunk.predicted)]
    counts = [np.bincount(n[use], minlength=size) for n, use in zip(words, real, strict=True)]
    aside = [np.bincount(n[~use], minlength=size) for n, use in zip(words, real, strict=True)]
    sides = []
    for at, mentions in enumerate(columns):
        number, other = words[at], 1 - at
        tie = (~real[at] * 2 + first[at]) * len(rank) + rank[mentions.label]
        copy = copies_of(number, tie)
        surplus = np.zeros(len(copy), dtype=np.bool_)
        if options.duplicates == "merge":
            surplus = (copy > 0) & has_words[at]
        right = real[at] & has_words[at] & ~surplus & (copy < counts[other][number])
        excused = (copy < (counts[other] + aside[other])[number]) & has_words[at] & ~right
        den = np.where(~real[at] | surplus | excused, 0.0, 1.0)
        sides.append(credits_of(mentions, num=right.astype(np.float64), den=den))
    return Outcome(chunk.vocabularies["mentions"].names, sides[0], sides[1])


METRICS: tuple[Metric, ...] = (
    Metric(
        name="text/strict",
        summary="mentions by their words: same folded surface and same label",
        layers=("mentions",),
        compute=strict,
        uses=("duplicates",),
        needs_surfaces=True,
    ),
    Metric(
        name="text/exact",
        summary="mentions by their words: same folded surface, whatever the label",
        layers=("mentions",),
        compute=exact,
        uses=("duplicates",),
        needs_surfaces=True,
    ),
)
