"""Laws that every registered metric must obey, whatever it counts."""

import random
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.columns import Chunk, build_chunk
from goldwire.metrics import Metric, Options, registry
from goldwire.model import LAYERS, Annotation, Mention, Span
from goldwire.tallies import merge, ratio, tally
from strategies import TEXT_LENGTH, annotations, spans

METRICS = list(registry().values())
# Gold, and not the prediction, decides which coreference is right and which attributes are asked;
# CEAF-RME aligns templates so that most predicted fillers are right.
ONE_SIDED = ("source_entity", "arguments/entity", "attached_entity", "_accuracy", "ceaf_ree")
SYMMETRIC = [
    m
    for m in METRICS
    if m.name != "events/ceaf_rme" and not any(part in m.name for part in ONE_SIDED)
]
TEXT = ("Aa " * TEXT_LENGTH)[:TEXT_LENGTH]


def chunk_of(gold: Sequence[Annotation], predicted: Sequence[Annotation]) -> Chunk:
    """Put documents into columns; all have the same text, of one word, so that words meet."""
    return build_chunk(
        [(g.doc_id, g, p, None) for g, p in zip(gold, predicted, strict=True)],
        surfaces=True,
        texts={g.doc_id: TEXT for g in gold},
    )


def sums(
    metric: Metric, gold: list[Annotation], predicted: list[Annotation]
) -> dict[str, list[float]]:
    chunk = chunk_of(gold, predicted)
    table = tally(metric.compute(chunk, Options()), n_documents=len(gold))
    total = table.sums.sum(axis=0)
    return {
        group: row.tolist() for group, row in zip(table.groups, total, strict=True) if row.any()
    }


def total(found: dict[str, list[float]]) -> list[float]:
    return [sum(row[at] for row in found.values()) for at in range(4)]


def shuffled(record: Annotation, seed: int) -> Annotation:
    order = random.Random(seed)
    return msgspec.structs.replace(
        record,
        **{
            layer: tuple(order.sample(items, len(items)))
            for layer in LAYERS
            if (items := getattr(record, layer))
        },
    )


@settings(max_examples=60)
@given(record=annotations())
def test_gold_against_itself_is_perfect(record: Annotation) -> None:
    for metric in METRICS:
        for group, row in sums(metric, [record], [record]).items():
            found = ratio(row)
            assert found.p is None or found.p == pytest.approx(1), (metric.name, group, row)
            assert found.r is None or found.r == pytest.approx(1), (metric.name, group, row)


@settings(max_examples=60)
@given(gold=annotations(), predicted=annotations())
def test_swapping_sides_swaps_precision_and_recall(gold: Annotation, predicted: Annotation) -> None:
    for metric in SYMMETRIC:
        there = total(sums(metric, [gold], [predicted]))
        back = total(sums(metric, [predicted], [gold]))
        assert there == pytest.approx([back[at] for at in (2, 3, 0, 1)]), metric.name


@settings(max_examples=60)
@given(gold=annotations(), predicted=annotations(), seed=st.integers(0, 99))
def test_the_order_of_items_never_matters(
    gold: Annotation, predicted: Annotation, seed: int
) -> None:
    for metric in METRICS:
        straight = sums(metric, [gold], [predicted])
        mixed = sums(metric, [shuffled(gold, seed)], [shuffled(predicted, seed + 1)])
        assert mixed.keys() == straight.keys(), metric.name
        for group, row in straight.items():
            assert mixed[group] == pytest.approx(row), (metric.name, group)


@settings(max_examples=40)
@given(
    golds=st.tuples(annotations("a"), annotations("b")),
    predictions=st.tuples(annotations("a"), annotations("b")),
)
def test_documents_add_up_however_they_are_chunked(
    golds: tuple[Annotation, ...],
    predictions: tuple[Annotation, ...],
) -> None:
    together = chunk_of(golds, predictions)
    apart = [chunk_of([g], [p]) for g, p in zip(golds, predictions, strict=True)]
    for metric in METRICS:
        whole = merge([tally(metric.compute(together, Options()), n_documents=2)])
        parts = merge([tally(metric.compute(one, Options()), n_documents=1) for one in apart])
        for group in set(whole.groups) | set(parts.groups):
            assert whole.row(group) == pytest.approx(parts.row(group)), (metric.name, group)


COUNTING = [
    metric
    for metric in METRICS
    if metric.name in {f"mentions/{mode}" for mode in ("strict", "exact", "type", "overlap")}
]


@settings(max_examples=60)
@given(gold=annotations(), predicted=annotations(), extra=spans(), label=st.sampled_from("AB"))
def test_another_prediction_never_lowers_a_count_nor_recall(
    gold: Annotation, predicted: Annotation, extra: Span, label: str
) -> None:
    more = msgspec.structs.replace(
        predicted, mentions=(*(predicted.mentions or ()), Mention(type=label, spans=(extra,)))
    )
    for metric in COUNTING:
        before, after = (total(sums(metric, [gold], [one])) for one in (predicted, more))
        assert after[0] >= before[0], metric.name
        assert after[2] >= before[2], metric.name


@settings(max_examples=60)
@given(gold=annotations(), predicted=annotations())
def test_a_spurious_prediction_never_raises_precision(
    gold: Annotation, predicted: Annotation
) -> None:
    nowhere = Mention(type="PER", spans=(Span(900, 905),))
    more = msgspec.structs.replace(predicted, mentions=(*(predicted.mentions or ()), nowhere))
    for metric in COUNTING:
        before, after = (ratio(total(sums(metric, [gold], [one]))) for one in (predicted, more))
        assert after.p is not None
        assert after.p <= (1 if before.p is None else before.p), metric.name
