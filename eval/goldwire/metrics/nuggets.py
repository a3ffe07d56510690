"""Event nuggets: triggers aligned by how many code points they share.

The measure of TAC KBP's event nugget task (Mitamura et al. 2015; EvmEval 1.8), whose own alignment
is greedy; ours is the one with the largest sum.
"""

import numpy as np

from goldwire.columns import Chunk, Spans
from goldwire.columns.tables import Floats, Ints
from goldwire.matching.edges import overlaps
from goldwire.matching.heaviest import Weighted, heaviest
from goldwire.matching.views import View, view
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.credits import credits_of, groups_of
from goldwire.tallies import Credits, Outcome


def nuggets(chunk: Chunk, options: Options, *, typed: bool) -> Outcome:
    """Sum the Dice coefficients of triggers that are aligned one-to-one in each document.

    Dice = 2 · common / (gold + predicted), in code points; P = Σ Dice ÷ predicted triggers,
    R = Σ Dice ÷ gold triggers, under the alignment with the largest sum. `typed` aligns only
    triggers of one type. A trigger without a place in the text earns nothing and counts.
    """
    both = view(chunk, "triggers", duplicates=options.duplicates)
    edges = overlaps(chunk, "triggers", duplicates=options.duplicates)
    if typed:
        edges = edges.where(both.gold.label[edges.gold] == both.predicted.label[edges.predicted])
    # Exchanging the sides leaves the order of the edges as it is.
    one, other = both.gold.key[edges.gold], both.predicted.key[edges.predicted]
    order = np.lexsort(
        (edges.predicted, edges.gold, np.maximum(one, other), np.minimum(one, other))
    )
    total = edges.union + edges.common
    dice = Weighted(edges.gold, edges.predicted, 2 * edges.common[:, None], total[:, None]).where(
        order
    )
    best = heaviest(dice)
    return Outcome(
        groups_of(chunk, "triggers"),
        _credits(chunk.gold.triggers, both.gold, dice.gold[best], dice.weight[best]),
        _credits(chunk.predicted.triggers, both.predicted, dice.predicted[best], dice.weight[best]),
    )


def _credits(spans: Spans, side: View, at: Ints, dice: Floats) -> Credits:
    num, den = np.zeros(len(spans)), np.ones(len(spans))
    num[side.row[at]] = dice
    den[side.aside] = 0
    return credits_of(spans, num=num, den=den)


def _bound(typed: bool) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return nuggets(chunk, options, typed=typed)

    compute.__doc__ = nuggets.__doc__
    return compute


METRICS: tuple[Metric, ...] = tuple(
    Metric(
        name=name,
        summary=f"triggers: code points shared when best aligned (Dice), {words}",
        layers=("event_mentions",),
        compute=_bound(typed),
        uses=("duplicates",),
    )
    for name, typed, words in (
        ("triggers/nugget", False, "whatever the type"),
        ("triggers/nugget_typed", True, "with the same type"),
    )
)
