"""Entity linking: whether mentions lead to the right entry of a knowledge base, or to none (NIL).

The measures are TAC KBP's (Ji et al. 2014; Hachey et al. 2014), under names close to neleval's. A
mention has the identifier of its entity, the first that the entity gives; an entity without one is
NIL. Spans must be equal; a mention without a place in the text is wrong. Copies are a multiset, or
sets with duplicates `merge`, which is what neleval does. Don't-care gold mentions, and predictions
on the same span, take no part. Groups are the types of the mentions.
"""

from dataclasses import replace

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side
from goldwire.columns.tables import Bools, Ints
from goldwire.matching.views import name_ranks
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.clusters import Mentions, intersect, mentions_of
from goldwire.metrics.coreference import aligned_by_mentions
from goldwire.metrics.credits import groups_of
from goldwire.metrics.keys import Keyed, key_of, score_keys
from goldwire.tallies import Outcome

LINKED, NIL = "linked", "NIL"

STRONG: dict[str, tuple[tuple[str, ...], str | None, str]] = {
    "strong_mention": ((), None, "same span"),
    "strong_typed": (("type",), None, "same span and type"),
    "strong_link": (("link",), LINKED, "linked mentions: same span and identifier"),
    "strong_nil": ((), NIL, "NIL mentions: same span, NIL on both sides"),
    "strong_all": (("link",), None, "same span, and same identifier or NIL on both sides"),
    "typed_all": (("type", "link"), None, "same span, type, and identifier or NIL"),
}
"""What must be equal beside the span, which mentions take part, and that in words."""


def _mentions(chunk: Chunk) -> tuple[Mentions, Mentions]:
    """Give the mentions that take part, every copy of them."""

    def make() -> tuple[Mentions, Mentions]:
        sides = (chunk.gold.mentions, chunk.predicted.mentions)
        ranks = name_ranks(chunk.vocabularies["mentions"].names)
        return mentions_of(sides, "entity", ranks=ranks, duplicates="count")

    return chunk.once("linked mentions", make)


def _link(side: Side) -> Ints:
    """Give the identifier of each mention's entity, `ABSENT` for NIL: shape [rows]."""
    return side.entities["link"][side.mentions.extra["entity"]]


def _is(link: Ints, which: str | None) -> Bools:
    if which is None:
        return np.ones(len(link), dtype=np.bool_)
    found: Bools = (link == ABSENT) == (which == NIL)
    return found


def _strong(name: str) -> Compute:
    also, which, words = STRONG[name]

    def compute(chunk: Chunk, options: Options) -> Outcome:
        gold, predicted = (
            _keyed(side, mentions, also=also, which=which)
            for side, mentions in zip((chunk.gold, chunk.predicted), _mentions(chunk), strict=True)
        )
        return score_keys(gold, predicted, groups=groups_of(chunk, "mentions"), options=options)

    compute.__doc__ = f"""Count mentions: {words}.

    P = right ÷ predicted mentions, R = right ÷ gold mentions, of those that take part. With
    duplicates `merge` it is neleval's {name.replace("typed_all", "strong_typed_all")} match.
    """
    return compute


def _keyed(side: Side, mentions: Mentions, *, also: tuple[str, ...], which: str | None) -> Keyed:
    spans, link = side.mentions, _link(side)
    row = mentions.row[_is(link, which)[mentions.row]]
    columns = {"type": spans.label, "link": link}
    key = (spans.start, spans.end, spans.fragments, *(columns[name] for name in also))
    return Keyed(
        document=spans.document[row],
        group=spans.label[row],
        key=key_of(*(column[row] for column in key)),
        valid=spans.start[row] != ABSENT,
        row=row,
    )


def entity_match(chunk: Chunk, options: Options) -> Outcome:
    """Count the identifiers that each document mentions, as a set (Cornolti et al. 2013).

    P = right ÷ predicted identifiers, R = right ÷ gold identifiers, summed over documents, as in
    neleval. An identifier counts under the type of an entity that has it: the first by name.
    """
    gold, predicted = (
        _identifiers(side, mentions)
        for side, mentions in zip((chunk.gold, chunk.predicted), _mentions(chunk), strict=True)
    )
    groups = groups_of(chunk, "mentions")
    return score_keys(gold, predicted, groups=groups, options=replace(options, duplicates="merge"))


def _identifiers(side: Side, mentions: Mentions) -> Keyed:
    """Give the linked entities that have a mention."""
    entity = np.unique(mentions.cluster)
    entity = entity[side.entities["link"][entity] != ABSENT]
    return Keyed(
        document=side.entities.document[entity],
        group=side.entities["type"][entity],
        key=key_of(side.entities["link"][entity]),
        valid=np.ones(len(entity), dtype=np.bool_),
    )


def nil_ceaf(chunk: Chunk, options: Options) -> Outcome:
    """CEAF by mentions (Luo 2005; TAC KBP 2014) over the clusters of NIL mentions.

    R = Σφ₃ ÷ gold NIL mentions, P = Σφ₃ ÷ predicted NIL mentions, under the best alignment of NIL
    entities. The names of NIL entities are never compared. An entity is of one document, so no
    cluster spans documents: it is neleval's mention_ceaf restricted to NIL, when no NIL identifier
    stands in two documents. Singletons always count.
    """
    among = (_link(chunk.gold) == ABSENT, _link(chunk.predicted) == ABSENT)
    both = intersect(chunk, "entities", replace(options, singletons="keep"), among=among)
    return aligned_by_mentions(chunk, "entities", both)


METRICS: tuple[Metric, ...] = (
    *(
        Metric(
            name=f"links/{name}",
            summary=f"entity linking: {words}",
            layers=("mentions", "entities"),
            compute=_strong(name),
            uses=("duplicates",),
            is_local=name in {"strong_mention", "strong_typed"},
        )
        for name, (_, _, words) in STRONG.items()
    ),
    Metric(
        name="links/entity_match",
        summary="entity linking: identifiers that a document mentions",
        layers=("mentions", "entities"),
        compute=entity_match,
        is_local=False,
    ),
    Metric(
        name="links/nil_ceaf",
        summary="entity linking: aligned clusters of NIL mentions (CEAF φ₃)",
        layers=("mentions", "entities"),
        compute=nil_ceaf,
        uses=("duplicates",),
        is_local=False,
    ),
)
