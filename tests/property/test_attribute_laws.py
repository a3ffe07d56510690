"""Attribute metrics against counting with Python's own multisets."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import AUTHOR, Annotation
from goldwire.tallies import tally
from strategies import annotations

Items = list[tuple[object, object, str | None]]
"""What is asked: the item as accuracy knows it, as the F knows it, and its value."""


def sums(name: str, gold: Annotation, predicted: Annotation) -> list[float]:
    chunk = build_chunk([("d", gold, predicted, None)])
    found: list[float] = (
        tally(find(name).compute(chunk, Options()), n_documents=1).pool().sums[0, 0]
    )
    return [float(value) for value in found]


def items(record: Annotation, layer: str, attribute: str) -> Items:
    if layer == "triggers":
        return [
            ((m.trigger, m.type), m.trigger, getattr(m, attribute))
            for m in record.event_mentions or ()
        ]
    if layer == "mentions":
        types = {entity.id: entity.type for entity in record.entities or ()}
        return [
            ((m.spans, types[m.entity or ""]), m.spans, getattr(m, attribute))
            for m in record.mentions or ()
        ]
    return [(a.cue, a.cue, getattr(a, attribute)) for a in record.attributions or ()]


def expected_f(gold: Items, predicted: Items) -> list[float]:
    ours, theirs = (
        Counter((key, value) for _, key, value in side if value is not None)
        for side in (gold, predicted)
    )
    right = (ours & theirs).total()
    return [right, theirs.total(), right, ours.total()]


def expected_accuracy(gold: Items, predicted: Items) -> list[float]:
    right = asked = 0
    for key in {key for key, _, _ in gold}:
        ours, theirs = (
            Counter(value for one, _, value in side if one == key) for side in (gold, predicted)
        )
        equal = ours & theirs
        n = min(ours.total(), theirs.total()) - equal.total()
        left = sorted((value is None, value or "") for value in (ours - equal).elements())
        right += sum(count for value, count in equal.items() if value is not None)
        asked += sum(count for value, count in equal.items() if value is not None)
        asked += sum(not is_absent for is_absent, _ in left[:n])
    return [right, asked, right, asked]


@settings(max_examples=150)
@given(gold=annotations(), predicted=annotations())
def test_attributes_are_counted_as_sets_count_them(gold: Annotation, predicted: Annotation) -> None:
    for layer, attribute in (
        ("triggers", "tense"),
        ("triggers", "dct_rel"),
        ("mentions", "level"),
        ("attributions", "type"),
    ):
        ours, theirs = items(gold, layer, attribute), items(predicted, layer, attribute)
        name = f"{layer}/{attribute}"
        assert sums(f"{name}_f", gold, predicted) == expected_f(ours, theirs)
        assert sums(f"{name}_accuracy", gold, predicted) == expected_accuracy(ours, theirs)


def judgements(record: Annotation) -> Iterator[tuple[object, object, str]]:
    cues = {a.id: a.cue for a in record.attributions or ()}
    for mention in record.event_mentions or ():
        for judgement in mention.factuality:
            source = AUTHOR if judgement.source == AUTHOR else cues[judgement.source]
            key = (mention.trigger, source)
            yield (key, mention.type), key, judgement.value


@settings(max_examples=150)
@given(gold=annotations(), predicted=annotations())
def test_factuality_is_counted_as_sets_count_it(gold: Annotation, predicted: Annotation) -> None:
    ours, theirs = list(judgements(gold)), list(judgements(predicted))
    assert sums("triggers/factuality_f", gold, predicted) == expected_f(list(ours), list(theirs))
    by_source = [[item for item in side if item[1][1] != AUTHOR] for side in (ours, theirs)]  # type: ignore[index]
    found = sums("triggers/factuality_source_accuracy", gold, predicted)
    assert found == expected_accuracy(list(by_source[0]), list(by_source[1]))
