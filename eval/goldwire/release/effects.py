"""What a change of the gold does to the scores of systems: the same runs against old and new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldwire.errors import GoldwireError
from goldwire.inputs import open_run
from goldwire.release.revisions import State
from goldwire.scores import Scores
from goldwire.scoring import HEADLINE, score_documents


@dataclass(frozen=True, slots=True)
class Effect:
    """One metric's F1 (a fraction, None where undefined) of one run in one split, old and new."""

    run: str
    split: str
    metric: str
    old: float | None
    new: float | None

    @property
    def is_changed(self) -> bool:
        """Whether the change of the gold changed the score."""
        return self.old != self.new


def effects(
    old: State, new: State, runs: Sequence[str], *, metrics: Sequence[str] = HEADLINE
) -> Iterator[Effect]:
    """Score every run against every split that both states have.

    A run that cannot be scored against one of them (its documents are gone) is undefined there.
    """
    for path in runs:
        for split in old.splits or {"": ()}:
            if split and split not in new.splits:
                continue
            scores = [_score(state, split, path, metrics) for state in (old, new)]
            if scores[0] is None and scores[1] is None:
                continue
            for metric in metrics:
                before, after = (_f1(one, metric) for one in scores)
                yield Effect(path, split, metric, before, after)


def _score(state: State, split: str, path: str, metrics: Sequence[str]) -> Scores | None:
    try:
        return score_documents(
            state.gold_documents(split or None),
            open_run([path]),
            metrics=metrics,
            on_error="count",
        )
    except GoldwireError:
        return None


def _f1(scores: Scores | None, metric: str) -> float | None:
    if scores is None or metric not in scores:
        return None
    return scores[metric].f1
