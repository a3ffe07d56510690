"""Role fillers of whole documents: who fills which role anywhere in the text, as entities.

CEAF-REE (Du et al. 2021, "GRIT"): for each document and role, the predicted fillers are aligned
one-to-one with the gold ones. A filler is an entity: the set of all spans of its mentions, or, when
it is no mention, its own span alone. A predicted entity is right when it lies wholly in its gold
partner; it need not have found all mentions. Groups are roles.

An entity that fills a role twice is one filler. A filler without any place in the text, or a
reference that leads nowhere, earns nothing and still counts (GRIT's own program counts an empty
entity as right).
"""

from dataclasses import dataclass

import numpy as np

from goldwire.columns import ABSENT, FILLER_KINDS, Chunk, Side, Spans, dense, numbered
from goldwire.columns.tables import Floats, Ints
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.cluster_alignment import Cells, gains
from goldwire.metrics.keys import joined, numbered_alike
from goldwire.tallies import Credits, Outcome

MENTION = FILLER_KINDS.index("mention")


@dataclass(frozen=True, slots=True)
class Fillers:
    """The entities that fill roles on one side, and the spans that name them.

    `document`, `within` (what the roles are filled in: one event, or the whole document), `role`
    and `size` (how many spans) have shape [fillers]; of each span `filler` says whose it is and
    `span` is a row [spans, 3] of start, end and fragments.
    """

    document: Ints
    within: Ints
    role: Ints
    size: Ints
    filler: Ints
    span: Ints


def ceaf_ree(chunk: Chunk, options: Options, *, whole: bool) -> Outcome:
    """Align role fillers: P = Σφ ÷ predicted fillers, R = Σφ ÷ gold fillers, the largest Σφ.

    φ = |gold ∩ predicted| / |predicted| over spans; with `whole` it is 1 if that is 1, else 0. Not
    symmetric: it is the predicted entity that must lie in gold's.
    """
    del options
    gold, predicted = chunk.once(
        "templates.fillers",
        lambda: (
            fillers(chunk.gold, within=np.zeros(len(chunk.gold.arguments), dtype=np.int64)),
            fillers(
                chunk.predicted, within=np.zeros(len(chunk.predicted.arguments), dtype=np.int64)
            ),
        ),
    )
    at, to, common = _shared(gold, predicted)
    if whole:
        inside = common == predicted.size[to]
        at, to, common = at[inside], to[inside], common[inside]
    cells = Cells(at, to, common / predicted.size[to])
    gained = gains(cells, n_gold=len(gold.size), n_predicted=len(predicted.size))
    return Outcome(
        chunk.vocabularies["roles"].names,
        _credits(gold, gained[0]),
        _credits(predicted, gained[1]),
    )


def _credits(side: Fillers, num: Floats) -> Credits:
    # Summed by size, so that the order of items cannot show in the last bit of the sum.
    order = np.argsort(num, kind="stable")
    return Credits(side.document[order], side.role[order], num[order], np.ones(len(num)))


def fillers(side: Side, *, within: Ints) -> Fillers:
    """Find the different fillers of each document, thing `within` which they are, and role."""
    arguments, mentions = side.arguments, side.mentions
    row = np.arange(len(arguments))
    is_entity = (arguments.extra["filler"] == MENTION) & (arguments.extra["cluster"] != ABSENT)
    is_span = ~is_entity & (arguments.start != ABSENT)
    number = dense(
        numbered(
            arguments.document,
            within,
            arguments.label,
            np.where(is_entity, arguments.extra["cluster"], ABSENT),
            *(
                np.where(is_span, column, ABSENT)
                for column in (arguments.start, arguments.end, arguments.fragments)
            ),
            np.where(is_entity | is_span, ABSENT, row),
        )
    )
    _, first = np.unique(number, return_index=True)
    entity = np.where(is_entity, arguments.extra["cluster"], ABSENT)[first]
    alone = np.flatnonzero(is_span[first])
    several = np.flatnonzero(entity != ABSENT)
    placed = np.flatnonzero(mentions.start != ABSENT)
    at, to = joined(entity[several], mentions.extra["entity"][placed])
    named = np.unique(
        np.concatenate(
            [
                _named(alone, arguments, first[alone]),
                _named(several[at], mentions, placed[to]),
            ]
        ),
        axis=0,
    )
    return _in_order(arguments.document[first], within[first], arguments.label[first], named)


def _in_order(document: Ints, within: Ints, role: Ints, named: Ints) -> Fillers:
    """Order fillers by their first spans, in each thing and role; `named` ascends."""
    size = np.bincount(named[:, 0], minlength=len(document))
    start, end = np.full(len(size), ABSENT), np.full(len(size), ABSENT)
    filler, first = np.unique(named[:, 0], return_index=True)
    start[filler], end[filler] = named[first, 1], named[first, 2]
    order = np.lexsort((size, end, start, role, within, document))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Fillers(
        document[order], within[order], role[order], size[order], rank[named[:, 0]], named[:, 1:]
    )


def _named(filler: Ints, spans: Spans, rows: Ints) -> Ints:
    """Put fillers beside the spans at these rows: shape [n, 4]."""
    columns = (spans.start, spans.end, spans.fragments)
    return np.column_stack([filler, *(column[rows] for column in columns)])


def _shared(gold: Fillers, predicted: Fillers) -> tuple[Ints, Ints, Ints]:
    """Find the fillers of one document and role that share spans, and how many they share."""
    keys = [
        np.column_stack([side.document[side.filler], side.role[side.filler], side.span])
        for side in (gold, predicted)
    ]
    at, to = joined(*numbered_alike(keys[0], keys[1]))
    width = max(len(predicted.document), 1)
    pairs, common = np.unique(gold.filler[at] * width + predicted.filler[to], return_counts=True)
    return *np.divmod(pairs, width), common.astype(np.int64)


def _bound(whole: bool) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return ceaf_ree(chunk, options, whole=whole)

    compute.__doc__ = ceaf_ree.__doc__
    return compute


METRICS: tuple[Metric, ...] = tuple(
    Metric(
        name=f"events/{name}",
        summary=f"role fillers of a document as entities, {words} (CEAF-REE)",
        layers=("event_mentions",),
        compute=_bound(whole),
        is_local=False,
    )
    for name, whole, words in (
        ("ceaf_ree", True, "wholly inside gold's"),
        ("ceaf_ree_prop", False, "by the share inside gold's"),
    )
)
