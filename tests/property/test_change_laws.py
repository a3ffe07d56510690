"""Laws of the items lost and gained, on random documents with every layer."""

from collections.abc import Sequence
from random import Random

import pytest

from goldwire.comparison.changes import Change, changes
from goldwire.gating.judging import ITEM_METRICS
from goldwire.items import has_items
from goldwire.metrics import find
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents
from random_records import disturbed, whole

LAYERS = ("mentions", "entities", "values", "times", "events", "event_mentions", "attributions")
METRICS = (*ITEM_METRICS, "mentions/overlap", "attributions/source")


def scored(gold: Annotation, predicted: Annotation) -> Scores:
    return score_documents(
        [GoldDocument(gold)],
        [predicted],
        metrics=METRICS,
        per_document=True,
        items=True,
        layers=LAYERS,
    )


def keys(found: Sequence[Change]) -> list[str]:
    return [change.key for change in found]


@pytest.fixture(params=range(40))
def triple(request: pytest.FixtureRequest) -> tuple[Annotation, Annotation, Annotation]:
    rng = Random(request.param)
    gold = whole(rng, "d")
    return gold, disturbed(rng, gold), disturbed(rng, gold)


def test_what_one_loses_the_other_gains(triple: tuple[Annotation, Annotation, Annotation]) -> None:
    gold, one, other = triple
    runs = [scored(gold, one)], [scored(gold, other)]
    there = changes(*runs, metrics=METRICS)
    back = changes(*runs[::-1], metrics=METRICS)
    assert keys(there.lost) == keys(back.gained)
    assert keys(there.gained) == keys(back.lost)
    assert there.unstable == back.unstable == ()


def test_nothing_changes_between_a_system_and_itself(
    triple: tuple[Annotation, Annotation, Annotation],
) -> None:
    gold, one, _ = triple
    found = changes([scored(gold, one)], [scored(gold, one)], metrics=METRICS)
    assert found.lost == found.gained == found.unstable == ()


def test_items_and_sums_tell_the_same(triple: tuple[Annotation, Annotation, Annotation]) -> None:
    gold, one, other = triple
    for run in (scored(gold, one), scored(gold, other)):
        for name in METRICS:
            if name in run.tallies and has_items(find(name)):
                _, _, r_num, r_den = run[name].sums
                assert len(run.wrong.get(name, {})) == r_den - r_num


def test_what_differs_between_two_runs_of_one_system_is_unstable_or_the_same(
    triple: tuple[Annotation, Annotation, Annotation],
) -> None:
    gold, one, other = triple
    both = [scored(gold, one), scored(gold, other)]
    alone = changes(both[:1], both[1:], metrics=METRICS)
    found = changes(both, both, metrics=METRICS)
    assert found.lost == found.gained == ()
    assert sorted(keys(found.unstable)) == sorted({*keys(alone.lost), *keys(alone.gained)})
