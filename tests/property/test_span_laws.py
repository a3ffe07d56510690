"""Laws that every span metric obeys, whatever the spans."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from goldwire.columns import Chunk, build_chunk
from goldwire.metrics import Metric, Options, find, semeval, soft, spans
from goldwire.model import Annotation, Mention, Span
from goldwire.tallies import P_DEN, P_NUM, R_DEN, R_NUM, Tally, merge, tally

METRICS = [
    metric
    for family in (spans, soft, semeval)
    for metric in family.METRICS
    if metric.layer == "mentions"
]
MATCHED = [find(f"mentions/{m}") for m in ("strict", "exact", "type", "overlap", "iou@0.5", "head")]

every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
every_matched_metric = pytest.mark.parametrize("metric", MATCHED, ids=lambda metric: metric.name)


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    if draw(st.integers(0, 15)) == 0:
        return Mention(type=draw(st.sampled_from("ABC")), surface="somewhere")
    cuts = sorted(draw(st.sets(st.integers(0, 12), min_size=2, max_size=4)))
    places = [Span(cuts[0], cuts[1])]
    if len(cuts) == 4 and draw(st.booleans()):
        places.append(Span(cuts[2], cuts[3]))
    head = Span(cuts[0], cuts[0] + 1) if draw(st.booleans()) else None
    return Mention(type=draw(st.sampled_from("ABC")), spans=tuple(places), head=head)


layers = st.lists(mentions(), max_size=8)
documents = st.tuples(layers, layers)


@st.composite
def documents_with_dont_care(draw: st.DrawFn) -> tuple[list[Mention], list[Mention]]:
    gold, predicted = draw(documents)
    return [structs.replace(m, difficult=draw(st.booleans())) for m in gold], predicted


def record(items: Sequence[Mention]) -> Annotation:
    return Annotation(doc_id="d", mentions=tuple(items))


def chunk_of(*both: tuple[Sequence[Mention], Sequence[Mention]]) -> Chunk:
    return build_chunk(
        [
            (str(number), record(gold), record(predicted), None)
            for number, (gold, predicted) in enumerate(both)
        ],
        ignore=lambda mention: mention.difficult,
    )


def scored(metric: Metric, chunk: Chunk) -> Tally:
    return tally(metric.compute(chunk, Options()), n_documents=chunk.n_documents)


def by_label(found: Tally) -> dict[str, list[float]]:
    """Give the four sums of every label that has any, over all documents."""
    return {
        group: found.row(group).tolist() for group in sorted(found.groups) if found.row(group).any()
    }


def total(found: Tally) -> list[float]:
    whole: list[float] = found.sums.sum(axis=(0, 1)).tolist()
    return whole


@every_metric
@settings(max_examples=40, deadline=None)
@given(layers)
def test_gold_against_itself_is_perfect(metric: Metric, gold: list[Mention]) -> None:
    grounded = [mention for mention in gold if mention.spans]
    for p_num, p_den, r_num, r_den in by_label(
        scored(metric, chunk_of((grounded, grounded)))
    ).values():
        assert p_num == p_den == r_num == r_den


@every_metric
@settings(max_examples=100, deadline=None)
@given(documents_with_dont_care())
def test_swapping_sides_swaps_precision_and_recall_of_every_label(
    metric: Metric, both: tuple[list[Mention], list[Mention]]
) -> None:
    chunk = chunk_of(both)
    swapped = by_label(scored(metric, chunk.swapped()))
    assert by_label(scored(metric, chunk)) == {
        label: [*sums[2:], *sums[:2]] for label, sums in swapped.items()
    }


@every_metric
@settings(max_examples=40, deadline=None)
@given(documents_with_dont_care(), st.randoms(use_true_random=False))
def test_the_order_of_items_changes_nothing(
    metric: Metric, both: tuple[list[Mention], list[Mention]], random: Random
) -> None:
    gold, predicted = list(both[0]), list(both[1])
    random.shuffle(gold)
    random.shuffle(predicted)
    assert by_label(scored(metric, chunk_of(both))) == by_label(
        scored(metric, chunk_of((gold, predicted)))
    )


@every_metric
@settings(max_examples=40, deadline=None)
@given(st.lists(documents, min_size=1, max_size=4))
def test_a_document_scores_the_same_in_any_chunk(
    metric: Metric, collection: list[tuple[list[Mention], list[Mention]]]
) -> None:
    together = scored(metric, chunk_of(*collection))
    apart = [scored(metric, chunk_of(both)) for both in collection]
    for number, alone in enumerate(apart):
        in_chunk = Tally(together.groups, together.sums[number : number + 1])
        assert by_label(in_chunk) == by_label(alone)
    pooled = by_label(merge(apart))
    assert pooled.keys() == by_label(together).keys()
    for label, sums in by_label(together).items():
        assert pooled[label] == pytest.approx(sums)


@every_metric
@settings(max_examples=40, deadline=None)
@given(documents, st.sampled_from("ABCD"), st.integers(1, 9))
def test_a_spurious_prediction_never_raises_precision_and_leaves_recall_alone(
    metric: Metric, both: tuple[list[Mention], list[Mention]], label: str, length: int
) -> None:
    before = total(scored(metric, chunk_of(both)))
    extra = Mention(type=label, spans=(Span(100, 100 + length),))
    after = total(scored(metric, chunk_of((both[0], [*both[1], extra]))))
    assert after[P_NUM] == before[P_NUM]
    assert after[P_DEN] > before[P_DEN]
    assert after[R_NUM] == before[R_NUM]
    assert after[R_DEN] == before[R_DEN]


@every_matched_metric
@settings(max_examples=150, deadline=None)
@given(documents, mentions())
def test_no_further_prediction_lowers_the_number_of_pairs(
    metric: Metric, both: tuple[list[Mention], list[Mention]], extra: Mention
) -> None:
    before = total(scored(metric, chunk_of(both)))
    after = total(scored(metric, chunk_of((both[0], [*both[1], extra]))))
    assert before[P_NUM] <= after[P_NUM] <= before[P_NUM] + 1
    assert before[R_NUM] <= after[R_NUM] <= before[R_NUM] + 1


@every_metric
@settings(max_examples=40, deadline=None)
@given(documents, st.lists(st.tuples(st.integers(0, 30), st.sampled_from("AB")), max_size=4))
def test_dont_care_gold_and_predictions_on_it_change_nothing(
    metric: Metric, both: tuple[list[Mention], list[Mention]], extra: list[tuple[int, str]]
) -> None:
    before = by_label(scored(metric, chunk_of(both)))
    places = [(Span(50 + start, 55 + start), label) for start, label in extra]
    aside = [Mention(type=label, spans=(place,), difficult=True) for place, label in places]
    on_it = [Mention(type=label, spans=(place,)) for place, label in places]
    after = by_label(scored(metric, chunk_of(([*both[0], *aside], [*both[1], *on_it]))))
    assert after == before


@every_metric
@settings(max_examples=40, deadline=None)
@given(documents, st.integers(0, 7))
def test_making_gold_dont_care_excuses_predictions_and_costs_at_most_its_own_pair(
    metric: Metric, both: tuple[list[Mention], list[Mention]], chosen: int
) -> None:
    gold, predicted = both
    aside = [structs.replace(mention, difficult=i == chosen) for i, mention in enumerate(gold)]
    without = [mention for i, mention in enumerate(gold) if i != chosen]
    ignoring = total(scored(metric, chunk_of((aside, predicted))))
    removed = total(scored(metric, chunk_of((without, predicted))))
    assert ignoring[R_NUM] == pytest.approx(removed[R_NUM])
    assert ignoring[R_DEN] == removed[R_DEN]
    assert ignoring[P_NUM] == pytest.approx(removed[P_NUM])
    assert ignoring[P_DEN] <= removed[P_DEN]


@settings(max_examples=100, deadline=None)
@given(documents)
def test_modes_that_ask_less_never_find_less(
    both: tuple[list[Mention], list[Mention]],
) -> None:
    chunk = chunk_of(both)

    def pairs(name: str) -> float:
        return total(scored(find(f"mentions/{name}"), chunk))[P_NUM]

    assert pairs("strict") <= pairs("exact") <= pairs("overlap")
    assert pairs("strict") <= pairs("iou@0.9") <= pairs("iou@0.2") <= pairs("type")
    assert pairs("type") <= pairs("overlap")
    assert pairs("iou@0.000001") == pairs("type")
    assert pairs("semeval_type") <= pairs("type")


@every_metric
@settings(max_examples=40, deadline=None)
@given(documents)
def test_no_item_earns_more_than_it_could(
    metric: Metric, both: tuple[list[Mention], list[Mention]]
) -> None:
    outcome = metric.compute(chunk_of(both), Options())
    for side in (outcome.gold, outcome.predicted):
        assert (side.num >= 0).all()
        assert (side.num <= side.den + 1e-9).all()
        assert np.isfinite(side.num).all()
