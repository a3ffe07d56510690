"""Attributions as wholes: who says what, with source, cue and content right together.

No other scorer does this; goldwire defines it (docs/attribution-scoring.md). The elements alone are
scored by `attributions/source`, `/cue` and `/content`, and near misses by `attributions/soft`.

An element is known by its span, fragments and all. An element that an attribution lacks equals an
element that another one lacks: an author who leaves the source out is rightly found to have none.
"""

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.maximum import most_pairs
from goldwire.metrics.attribution_alignment import soft
from goldwire.metrics.attribution_elements import ELEMENTS, element
from goldwire.metrics.base import Metric, Options
from goldwire.metrics.keys import (
    Keyed,
    copies_of,
    joined,
    key_of,
    numbered_alike,
    score_keys,
)
from goldwire.tallies import Credits, Outcome

LINKS = ("source", "content")


def strict(chunk: Chunk, options: Options) -> Outcome:
    """All three right: same source, cue and content spans; an absent element equals an absent one.

    P = right ÷ predicted attributions, R = right ÷ gold attributions. Copies count as a multiset.
    """
    gold, predicted = (_keyed(side, ELEMENTS) for side in (chunk.gold, chunk.predicted))
    return score_keys(gold, predicted, groups=("",), options=options)


def cue_keyed(chunk: Chunk, options: Options) -> Outcome:
    """Given the cue: the pairs (cue, source) and (cue, content), each right when both spans are.

    P = right ÷ predicted pairs, R = right ÷ gold pairs. Two groups, `source` and `content`; an
    attribution without the element has no such pair. A pair with a wrong cue is wrong: this is no
    accuracy on the cues that happened to be found.
    """
    gold, predicted = (_linked(side) for side in (chunk.gold, chunk.predicted))
    return score_keys(gold, predicted, groups=LINKS, options=options)


def parent(chunk: Chunk, options: Options) -> Outcome:
    """Nesting: the pairs (cue, cue of the attribution around it), each right when both spans are.

    P = right ÷ predicted attributions that name a parent, R = right ÷ gold ones. A predicted parent
    that is no attribution of the record is wrong.
    """
    gold, predicted = (_nested(side) for side in (chunk.gold, chunk.predicted))
    return score_keys(gold, predicted, groups=("",), options=options)


def source_entity(chunk: Chunk, options: Options) -> Outcome:
    """Same cue and the right source, named by any of its mentions.

    A predicted source is right when its span is that of the gold source or of any mention of the
    gold source's entity, or when both attributions have none. Attributions with the same cue are
    paired one-to-one, as many right ones as possible: P = right ÷ predicted attributions,
    R = right ÷ gold ones. Not symmetric: gold's coreference decides.
    """
    del options
    return _credited(chunk, _right_sources(chunk), given=None)


def source_entity_given_cue(chunk: Chunk, options: Options) -> Outcome:
    """Of attributions whose cue is found, the share with the right source, as an accuracy.

    As `source_entity`, divided by the attributions paired by their cue: with m gold and n predicted
    ones of a cue these are min(m, n). So P = R; how many there were is p_den.
    """
    del options
    gold, predicted = (_cues(side) for side in (chunk.gold, chunk.predicted))
    numbers = numbered_alike(gold, predicted)
    pairs = _right_sources(chunk)
    copies = []
    for number, paired in zip(numbers, pairs, strict=True):
        is_wrong = np.ones(len(number), dtype=np.int64)
        is_wrong[paired] = 0
        copies.append(copies_of(number, is_wrong))
    n = 1 + max((int(number.max(initial=0)) for number in numbers), default=0)
    keys = [number + copy * n for number, copy in zip(numbers, copies, strict=True)]
    given = (np.isin(keys[0], keys[1]), np.isin(keys[1], keys[0]))
    return _credited(chunk, pairs, given=given)


def _keyed(side: Side, names: tuple[str, ...]) -> Keyed:
    n = len(side.attributions)
    return Keyed(
        document=side.attributions.document,
        group=np.zeros(n, dtype=np.int64),
        key=key_of(*(column for name in names for column in element(side, name))),
        valid=np.ones(n, dtype=np.bool_),
    )


def _linked(side: Side) -> Keyed:
    """List the (cue, element) pairs of all attributions, sources first."""
    parts = []
    for group, name in enumerate(LINKS):
        one = _keyed(side, ("cue", name))
        has = side.attributions[name] != ABSENT
        parts.append((one.document[has], np.full(int(has.sum()), group), one.key[has]))
    document, group_column, key = (np.concatenate([part[at] for part in parts]) for at in range(3))
    return Keyed(
        document=document,
        group=group_column,
        key=np.column_stack([group_column, key]),
        valid=np.ones(len(document), dtype=np.bool_),
    )


def _nested(side: Side) -> Keyed:
    """List the (cue, parent's cue) pairs of the attributions that name a parent."""
    cues = np.column_stack(element(side, "cue"))
    around = side.attributions["parent"]
    has = np.flatnonzero(around != ABSENT)
    is_known = around[has] >= 0
    return Keyed(
        document=side.attributions.document[has],
        group=np.zeros(len(has), dtype=np.int64),
        key=np.column_stack([cues[has], cues[np.maximum(around[has], 0)], is_known]),
        valid=is_known,
    )


def _cues(side: Side) -> Ints:
    return np.column_stack([side.attributions.document, *element(side, "cue")])


def _right_sources(chunk: Chunk) -> tuple[Ints, Ints]:
    """Pair attributions one-to-one that have the same cue and, by gold's coreference, one source.

    Gives the rows of as many pairs as there can be, gold and predicted.
    """
    return chunk.once("attributions.right_sources", lambda: _pair_by_source(chunk))


def _pair_by_source(chunk: Chunk) -> tuple[Ints, Ints]:
    at, to = joined(*numbered_alike(_cues(chunk.gold), _cues(chunk.predicted)))
    owner, accepted = _accepted(chunk.gold)
    offered = np.column_stack([at, np.column_stack(element(chunk.predicted, "source"))[to]])
    wanted, found = numbered_alike(np.column_stack([owner, accepted]), offered)
    right = np.isin(found, wanted)
    sizes = len(chunk.gold.attributions), len(chunk.predicted.attributions)
    return most_pairs(at[right], to[right], sizes=sizes)


def _accepted(side: Side) -> tuple[Ints, Ints]:
    """List the spans that name each attribution's source: its row, and the span [n, 3].

    They are its own span (or none) and those of all grounded mentions of its entity.
    """
    mentions, entity = side.mentions, side.attributions["entity"]
    known = np.flatnonzero(entity != ABSENT)
    grounded = np.flatnonzero(mentions.start != ABSENT)
    at, to = joined(entity[known], mentions.extra["entity"][grounded])
    by_mention = np.column_stack([mentions.start, mentions.end, mentions.fragments])
    return (
        np.concatenate([np.arange(len(entity)), known[at]]),
        np.concatenate([np.column_stack(element(side, "source")), by_mention[grounded[to]]]),
    )


def _credited(
    chunk: Chunk, pairs: tuple[Ints, Ints], *, given: tuple[Bools, Bools] | None
) -> Outcome:
    """Give 1 to every paired attribution, of 1 to all of them or to those that are `given`."""
    sides = []
    for at, side in enumerate((chunk.gold, chunk.predicted)):
        n = len(side.attributions)
        den = np.ones(n) if given is None else given[at].astype(np.float64)
        num = np.zeros(n)
        num[pairs[at]] = 1
        document = side.attributions.document
        sides.append(Credits(document, np.zeros(n, dtype=np.int64), num, den))
    return Outcome(("",), sides[0], sides[1])


METRICS: tuple[Metric, ...] = (
    Metric(
        name="attributions/strict",
        summary="attributions: source, cue and content all exactly right",
        layers=("attributions",),
        compute=strict,
        uses=("duplicates",),
    ),
    Metric(
        name="attributions/cue_keyed",
        summary="attributions: (cue, source) and (cue, content) pairs exactly right",
        layers=("attributions",),
        compute=cue_keyed,
        uses=("duplicates",),
    ),
    Metric(
        name="attributions/soft",
        summary="attributions: how much of source, cue and content agrees when best aligned",
        layers=("attributions",),
        compute=soft,
    ),
    Metric(
        name="attributions/source_entity",
        summary="attributions: same cue, and a source that names the right entity",
        layers=("attributions",),
        compute=source_entity,
        is_local=False,
    ),
    Metric(
        name="attributions/source_entity_given_cue",
        summary="attributions whose cue is found: share with a source that names the right entity",
        layers=("attributions",),
        compute=source_entity_given_cue,
        is_local=False,
    ),
    Metric(
        name="attributions/parent",
        summary="attributions: same cue, and nested in one with the right cue",
        layers=("attributions",),
        compute=parent,
        uses=("duplicates",),
    ),
)
