"""Relations between entities and between events, known by their type and their two ends.

An end is an entity or event, not a mention: the entities of both sides are aligned one-to-one in
each document so that as many mentions as possible are shared, as CEAF does (Luo 2005), and a
relation is right when the other side has one of its type between the partners of its ends. So a
relation with an end that the other side does not have at all is wrong. Direction matters. Groups
are the types of relations.

Two entities of one type with the very same mentions cannot be told apart: which of them a relation
is about is then settled by their order in the record, the one case in which that matters.
"""

from dataclasses import replace

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side, Spans, Table, numbered
from goldwire.columns.tables import Ints
from goldwire.matching.heaviest import Weighted, heaviest
from goldwire.matching.views import name_ranks
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.clusters import KINDS, Clusters, contingency
from goldwire.metrics.keys import Keyed, key_of, score_keys
from goldwire.tallies import Outcome

EVERY = tuple(KINDS)


def relations(chunk: Chunk, options: Options, *, kinds: tuple[str, ...]) -> Outcome:
    """Score relations by (layer, type, head, tail): P = right ÷ predicted, R = right ÷ gold.

    Ends are equal when the alignment makes them partners. Copies of a relation are a multiset, or
    merge; those of mentions never do here, for an entity may have no other.
    """
    partners = {kind: _partners(chunk, kind, options) for kind in kinds}
    gold, predicted = (
        _keyed(side, {kind: partners[kind][at] for kind in kinds})
        for at, side in enumerate((chunk.gold, chunk.predicted))
    )
    return score_keys(
        gold, predicted, groups=chunk.vocabularies["relations"].names, options=options
    )


def _keyed(side: Side, numbers: dict[str, Ints]) -> Keyed:
    """Give the relations of the kinds that are numbered; a cluster without partner is `ABSENT`."""
    table = side.relations
    head, tail = np.full(len(table), ABSENT), np.full(len(table), ABSENT)
    part = np.zeros(len(table), dtype=np.bool_)
    for kind, number in numbers.items():
        of_kind = table["is_event"] == EVERY.index(kind)
        part |= of_kind
        # A reference that leads nowhere takes the last place.
        extended = np.append(number, ABSENT)
        head[of_kind] = extended[table["head"][of_kind]]
        tail[of_kind] = extended[table["tail"][of_kind]]
    key = key_of(table["is_event"], table["type"], head, tail)
    return Keyed(
        document=table.document[part],
        group=table["type"][part],
        key=key[part],
        valid=((head != ABSENT) & (tail != ABSENT))[part],
    )


def _partners(chunk: Chunk, kind: str, options: Options) -> tuple[Ints, Ints]:
    """Number a kind's clusters, partners alike, `ABSENT` without one: shape [clusters] each."""
    return chunk.once(("relations.partners", kind), lambda: _align(chunk, kind, options))


def _align(chunk: Chunk, kind: str, options: Options) -> tuple[Ints, Ints]:
    # Merging copies of mentions could leave an entity without any, and a relation without an end.
    both = contingency(chunk, kind, replace(options, singletons="keep", duplicates="count"))
    of_gold, of_predicted = (_origin(clusters) for clusters in (both.gold, both.predicted))
    one, other = _places(chunk, kind, (of_gold, of_predicted))
    at, to = one[both.gold_cluster], other[both.predicted_cluster]
    # The earliest first, in an order that exchanging the sides leaves as it is.
    order = np.lexsort((to, at, np.maximum(at, to), np.minimum(at, to)))
    shared = Weighted(
        both.gold_cluster, both.predicted_cluster, both.n[:, None], np.ones_like(both.n)[:, None]
    ).where(order)
    best = heaviest(shared)
    numbers = []
    for side, rows, cluster in (
        (chunk.gold, of_gold, shared.gold[best]),
        (chunk.predicted, of_predicted, shared.predicted[best]),
    ):
        number = np.full(len(_table(side, kind)), ABSENT)
        number[_spans(side, kind).extra[KINDS[kind][1]][rows[cluster]]] = np.arange(len(best))
        numbers.append(number)
    return numbers[0], numbers[1]


def _origin(clusters: Clusters) -> Ints:
    """Give the row of each cluster's first mention."""
    first: Ints = clusters.row[np.unique(clusters.cluster, return_index=True)[1]]
    return first


def _places(chunk: Chunk, kind: str, rows: tuple[Ints, Ints]) -> list[Ints]:
    """Number these rows of the two sides alike, ascending by document and span."""
    ranks = name_ranks(chunk.vocabularies.fragment_lists())
    columns = []
    for side, at in zip((chunk.gold, chunk.predicted), rows, strict=True):
        spans = _spans(side, kind)
        fragments = ranks[spans.fragments[at]]
        columns.append([spans.document[at], spans.start[at], spans.end[at], fragments])
    number = numbered(*(np.concatenate(pair) for pair in zip(*columns, strict=True)))
    return np.split(number, [len(rows[0])])


def _spans(side: Side, kind: str) -> Spans:
    spans: Spans = getattr(side, KINDS[kind][0])
    return spans


def _table(side: Side, kind: str) -> Table:
    table: Table = getattr(side, kind)
    return table


def _bound(kinds: tuple[str, ...]) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return relations(chunk, options, kinds=kinds)

    compute.__doc__ = relations.__doc__
    return compute


METRICS: tuple[Metric, ...] = tuple(
    Metric(
        name=f"relations/{name}",
        summary=f"relations{words}: same type between aligned ends",
        layers=("relations",),
        compute=_bound(kinds),
        uses=("duplicates",),
        is_local=False,
    )
    for name, kinds, words in (
        ("typed", EVERY, ""),
        ("entity", ("entities",), " of entities"),
        ("event", ("events",), " of events"),
    )
)
