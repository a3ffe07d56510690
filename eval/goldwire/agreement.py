"""Agreement of annotators: every metric between every pair of passes over the same documents.

F1 between two annotators is symmetric (swapping them swaps P and R), needs no chance model for
spans (Hripcsak & Rothschild 2005), and comes from the same credits as every other score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from goldwire.model import Annotation
from goldwire.pairing import GoldDocument
from goldwire.scoring import score_documents
from goldwire.tallies import P_DEN, R_DEN

METRICS: tuple[str, ...] = (
    "mentions/strict",
    "mentions/head",
    "entities/b3",
    "entities/ceaf_e",
    "values/strict",
    "times/strict",
    "times/value",
    "triggers/identified",
    "triggers/classified",
    "events/b3",
    "arguments/attached_classified",
    "attributions/source",
    "attributions/cue",
    "attributions/content",
    "attributions/strict",
)
"""What agreement is reported on; a pass that did not attempt a layer has none there."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two annotators agree under one metric: F1, and how many items each has."""

    metric: str
    first: str
    second: str
    f1: float | None
    n_first: float
    n_second: float


def agreements(
    passes: Mapping[str, Iterable[Annotation]], *, metrics: Sequence[str] = METRICS
) -> tuple[Agreement, ...]:
    """Compare every pair of annotators over the documents that the first of the pair has.

    `passes` maps an annotator's name to all of its records. Raises DataError when the documents of
    two passes differ: agreement over different texts means nothing.
    """
    records = {name: tuple(annotations) for name, annotations in passes.items()}
    found: list[Agreement] = []
    for first, second in combinations(records, 2):
        scores = score_documents(
            [GoldDocument(annotation) for annotation in records[first]],
            records[second],
            metrics=metrics,
        )
        found.extend(
            Agreement(
                metric=score.address.metric,
                first=first,
                second=second,
                f1=score.f1,
                n_first=score.sums[R_DEN],
                n_second=score.sums[P_DEN],
            )
            for score in scores.rows()
        )
    return tuple(found)
