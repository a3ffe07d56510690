"""Coreference of entities and of events: six metrics over one contingency of clusters.

K are gold's clusters, R the system's; sums run over all documents before the one division, as the
reference scorer does (Pradhan et al. 2014). A mention that the other side lacks earns nothing.
Groups are the types of the clusters, so that a type's own figures are other rows of the same sums.
"""

from collections.abc import Callable

import numpy as np

from goldwire.columns import Chunk
from goldwire.columns.tables import Floats, Ints
from goldwire.metrics.base import Composite, Compute, Metric, Options
from goldwire.metrics.cluster_alignment import Cells, gains
from goldwire.metrics.clusters import KINDS, Clusters, Contingency, contingency
from goldwire.metrics.credits import groups_of
from goldwire.tallies import Credits, Outcome


def detection(chunk: Chunk, kind: str, options: Options) -> Outcome:
    """Mention detection: a mention earns 1 when the other side has the same span.

    P = shared ÷ predicted mentions, R = shared ÷ gold mentions, of those that are in clusters: what
    coreference can reach at best (Pradhan et al. 2012).
    """
    both = contingency(chunk, kind, options)
    return _by_mention(
        chunk,
        kind,
        both,
        *(side.has_twin.astype(np.float64) for side in (both.gold, both.predicted)),
    )


def b3(chunk: Chunk, kind: str, options: Options) -> Outcome:
    """B³ (Bagga & Baldwin 1998): R = Σ_k Σ_r |k∩r|² / |k| ÷ Σ|k|, P with the sides exchanged.

    Each mention earns |k∩r| / |k|, the share of its own cluster that its twin's cluster has.
    """
    both = contingency(chunk, kind, options)
    # Cell -1, no twin, takes the 0 at the end.
    common = np.append(both.n, 0)
    shares = (common[side.cell] / side.size[side.cluster] for side in (both.gold, both.predicted))
    return _by_mention(chunk, kind, both, *shares)


def muc(chunk: Chunk, kind: str, options: Options) -> Outcome:
    """MUC (Vilain et al. 1995): R = Σ(|k| − |p(k)|) ÷ Σ(|k| − 1), P with the sides exchanged.

    p(k) are the parts into which the other side cuts k, a mention without twin being a part of its
    own. A singleton has no link to find and takes no part.
    """
    both = contingency(chunk, kind, options)

    def earned(side: Clusters, cells: Ints) -> Floats:
        found = np.bincount(side.cluster[side.has_twin], minlength=len(side.size))
        parts = np.bincount(cells, minlength=len(side.size)) + side.size - found
        return (side.size - parts).astype(np.float64)

    return _by_cluster(
        chunk,
        kind,
        both,
        num=(earned(both.gold, both.gold_cluster), earned(both.predicted, both.predicted_cluster)),
        den=(_counts(both.gold) - 1, _counts(both.predicted) - 1),
    )


def ceaf_m(chunk: Chunk, kind: str, options: Options) -> Outcome:
    """CEAF by mentions (Luo 2005): the best one-to-one alignment under φ₃ = |k∩r|.

    R = Σφ₃ ÷ Σ|k|, P = Σφ₃ ÷ Σ|r|: the denominators count mentions, not clusters. Where several
    alignments are best, the order of the clusters in the text decides which clusters are aligned,
    and so what their types get; the totals are the same.
    """
    return aligned_by_mentions(chunk, kind, contingency(chunk, kind, options))


def aligned_by_mentions(chunk: Chunk, kind: str, both: Contingency) -> Outcome:
    """Give each cluster the mentions that it shares with its partner, of those it has (φ₃)."""
    gained = _aligned(both, both.n.astype(np.float64))
    return _by_cluster(
        chunk, kind, both, num=gained, den=(_counts(both.gold), _counts(both.predicted))
    )


def ceaf_e(chunk: Chunk, kind: str, options: Options) -> Outcome:
    """CEAF by entities (Luo 2005): the best one-to-one alignment under φ₄ = 2|k∩r| / (|k|+|r|).

    R = Σφ₄ ÷ |K|, P = Σφ₄ ÷ |R|.
    """
    both = contingency(chunk, kind, options)
    total = both.gold.size[both.gold_cluster] + both.predicted.size[both.predicted_cluster]
    gained = _aligned(both, 2 * both.n / total)
    ones = (np.ones(len(both.gold.size)), np.ones(len(both.predicted.size)))
    return _by_cluster(chunk, kind, both, num=gained, den=ones)


def lea(chunk: Chunk, kind: str, options: Options) -> Outcome:
    """LEA (Moosavi & Strube 2016): R = Σ|k|·(Σ_r link(k∩r) / link(k)) ÷ Σ|k|, link(n) = n(n−1)/2.

    A singleton has one link, to itself, which it earns when its mention is a singleton on the other
    side too.
    """
    both = contingency(chunk, kind, options)
    alone = (both.gold.size[both.gold_cluster] == 1) & (
        both.predicted.size[both.predicted_cluster] == 1
    )
    resolved = np.where(alone, 1.0, _links(both.n))

    def earned(side: Clusters, cells: Ints) -> Floats:
        of_cluster = np.bincount(cells, resolved, len(side.size))
        return side.size * of_cluster / np.maximum(_links(side.size), 1)

    return _by_cluster(
        chunk,
        kind,
        both,
        num=(earned(both.gold, both.gold_cluster), earned(both.predicted, both.predicted_cluster)),
        den=(_counts(both.gold), _counts(both.predicted)),
    )


BLANC_GROUPS = ("coreference links", "non-coreference links")


def blanc(chunk: Chunk, kind: str, options: Options) -> Outcome:
    """BLANC (Recasens & Hovy 2011; Luo et al. 2014): the mean of two F's over pairs of mentions.

    P = shared ÷ predicted pairs, R = shared ÷ gold pairs in each of two groups: coreference links,
    and pairs of mentions that are not coreferent. The mean of P, of R and of F is over the groups
    of which gold has any (the rule of 2011), after summing over documents. Where no side has a pair
    of mentions it is undefined; the reference scorer prints 1 or 0.
    """
    both = contingency(chunk, kind, options)
    n = chunk.n_documents
    common = np.bincount(both.document, _links(both.n), n)
    mentions = [np.bincount(side.document, side.size, n) for side in (both.gold, both.predicted)]
    links = [
        np.bincount(side.document, _links(side.size), n) for side in (both.gold, both.predicted)
    ]
    shared = np.bincount(both.gold.document[both.gold.cluster[both.gold.has_twin]], minlength=n)
    # Pairs of shared mentions that neither side links: all, minus gold's, minus predicted's, plus
    # those that were taken away twice.
    together = [_links_within(side, n) for side in (both.gold, both.predicted)]
    common_apart = _links(shared) - together[0] - together[1] + common
    documents = np.tile(np.arange(n), 2)
    groups = np.repeat(np.arange(2), n)
    gold, predicted = (
        Credits(
            document=documents,
            group=groups,
            num=np.concatenate([common, common_apart]),
            den=np.concatenate([linked, _links(counted) - linked]),
        )
        for counted, linked in zip(mentions, links, strict=True)
    )
    return Outcome(BLANC_GROUPS, gold, predicted)


def _counts(side: Clusters) -> Floats:
    return side.size.astype(np.float64)


def _links(n: Ints) -> Floats:
    """Count the pairs among n."""
    pairs: Floats = n * (n - 1) / 2
    return pairs


def _links_within(side: Clusters, n_documents: int) -> Floats:
    """Count, per document, the pairs of one cluster whose mentions both have twins."""
    found = np.bincount(side.cluster[side.has_twin], minlength=len(side.size))
    return np.bincount(side.document, _links(found), n_documents).astype(np.float64)


def _by_mention(
    chunk: Chunk, kind: str, both: Contingency, gold: Floats, predicted: Floats
) -> Outcome:
    layer = KINDS[kind][0]
    of_gold, of_predicted = (
        Credits(
            document=side.document[side.cluster],
            group=side.label[side.cluster],
            num=num,
            den=np.ones(len(num)),
            row=side.row,
        )
        for side, num in ((both.gold, gold), (both.predicted, predicted))
    )
    return Outcome(groups_of(chunk, layer), of_gold, of_predicted)


def _by_cluster(
    chunk: Chunk,
    kind: str,
    both: Contingency,
    *,
    num: tuple[Floats, Floats],
    den: tuple[Floats, Floats],
) -> Outcome:
    gold, predicted = (
        Credits(document=side.document, group=side.label, num=earned, den=possible)
        for side, earned, possible in zip((both.gold, both.predicted), num, den, strict=True)
    )
    return Outcome(groups_of(chunk, KINDS[kind][0]), gold, predicted)


def _aligned(both: Contingency, similarity: Floats) -> tuple[Floats, Floats]:
    """Give what each side's clusters gain in the best one-to-one alignment."""
    cells = Cells(both.gold_cluster, both.predicted_cluster, similarity)
    return gains(cells, n_gold=len(both.gold.size), n_predicted=len(both.predicted.size))


_SUMMARIES: dict[str, tuple[Callable[[Chunk, str, Options], Outcome], str]] = {
    "detection": (detection, "mentions of {}: same span on both sides"),
    "muc": (muc, "coreference of {}: links to be found (MUC-6)"),
    "b3": (b3, "coreference of {}: share of each mention's cluster (B³)"),
    "ceaf_m": (ceaf_m, "coreference of {}: aligned clusters, by mentions (CEAF φ₃)"),
    "ceaf_e": (ceaf_e, "coreference of {}: aligned clusters, by clusters (CEAF φ₄)"),
    "blanc": (blanc, "coreference of {}: links and non-links (BLANC)"),
    "lea": (lea, "coreference of {}: links weighted by cluster size (LEA)"),
}


def _bound(measure: Callable[[Chunk, str, Options], Outcome], kind: str) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return measure(chunk, kind, options)

    compute.__doc__ = measure.__doc__
    return compute


METRICS: tuple[Metric, ...] = tuple(
    Metric(
        name=f"{kind}/{name}",
        summary=summary.format(kind),
        layers=layers,
        compute=_bound(measure, kind),
        average="macro" if name == "blanc" else "micro",
        uses=("duplicates", "singletons"),
        is_local=False,
    )
    for kind, layers in (
        ("entities", ("mentions", "entities")),
        ("events", ("event_mentions", "events")),
    )
    for name, (measure, summary) in _SUMMARIES.items()
)


COMPOSITES: tuple[Composite, ...] = tuple(
    Composite(
        name=f"{kind}/conll",
        parts=tuple(f"{kind}/{name}" for name in ("muc", "b3", "ceaf_e")),
        summary=f"coreference of {kind}: mean F of MUC, B³ and CEAF φ₄ (CoNLL-2012)",
    )
    for kind in KINDS
)
"""The average of the CoNLL-2011 and 2012 shared tasks (Pradhan et al. 2012)."""
