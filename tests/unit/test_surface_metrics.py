"""Mentions by their words: counts by hand, laws, and refusals."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from goldwire import score
from goldwire.columns import Chunk, build_chunk
from goldwire.errors import UsageError
from goldwire.metrics import Metric, Options, find
from goldwire.metrics.surfaces import METRICS
from goldwire.model import Annotation, Mention, Span
from goldwire.tallies import tally

STRICT, EXACT = find("text/strict"), find("text/exact")
Named = tuple[str, str]
every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)


def said(label: str, surface: str | None, *, difficult: bool = False) -> Mention:
    return Mention(type=label, surface=surface, difficult=difficult)


def chunk_of(*both: tuple[Sequence[Mention], Sequence[Mention]]) -> Chunk:
    return build_chunk(
        [
            (
                str(at),
                Annotation(doc_id="d", mentions=tuple(gold)),
                Annotation(doc_id="d", mentions=tuple(predicted)),
                None,
            )
            for at, (gold, predicted) in enumerate(both)
        ],
        ignore=lambda mention: mention.difficult,
        surfaces=True,
    )


def by_label(metric: Metric, chunk: Chunk, options: Options = Options()) -> dict[str, list[float]]:
    found = tally(metric.compute(chunk, options), n_documents=chunk.n_documents)
    return {name: found.row(name).tolist() for name in sorted(found.groups)}


def test_surfaces_are_bags_per_document_and_label() -> None:
    gold = [said("GPE", "Almaty"), said("GPE", "Almaty"), said("ORG", "CSTO")]
    predicted = [said("GPE", " ALMATY\n"), said("ORG", "CSTO"), said("ORG", "csto")]
    chunk = chunk_of((gold, predicted), ([said("PER", "Kim")], []), ([], [said("PER", "Kim")]))
    assert by_label(STRICT, chunk) == {
        "GPE": [1, 1, 1, 2],
        "ORG": [1, 2, 1, 1],
        "PER": [0, 1, 0, 1],
    }


def test_exact_credits_those_with_the_right_label_first() -> None:
    gold = [said("GPE", "Georgia"), said("PER", "Georgia")]
    predicted = [said("PER", "georgia"), said("ORG", "Kim")]
    assert by_label(EXACT, chunk_of((gold, predicted))) == {
        "GPE": [0, 0, 0, 1],
        "ORG": [0, 1, 0, 0],
        "PER": [1, 1, 1, 1],
    }
    assert by_label(EXACT, chunk_of((gold[:1], predicted[:1]))) == {
        "GPE": [0, 0, 1, 1],
        "PER": [1, 1, 0, 0],
    }


def test_words_come_from_the_record_the_spans_or_the_text() -> None:
    gold = Annotation(
        doc_id="d",
        mentions=(
            Mention(type="PER", spans=(Span(4, 7, text="Kim"),)),
            Mention(type="ORG", spans=(Span(20, 25), Span(8, 11))),
        ),
    )
    predicted = Annotation(
        doc_id="d",
        mentions=(
            Mention(type="PER", spans=(Span(4, 7),)),
            Mention(type="ORG", surface="The Paper"),
            Mention(type="ORG", spans=(Span(20, 99),)),
        ),
    )
    text = "Ms. Kim the daily   paper"
    chunk = build_chunk([("d", gold, predicted, None)], surfaces=True, texts={"d": text})
    assert by_label(STRICT, chunk) == {"ORG": [1, 2, 1, 1], "PER": [1, 1, 1, 1]}


def test_a_mention_without_words_and_place_is_wrong() -> None:
    chunk = chunk_of(([said("PER", "Kim")], [said("PER", None)]))
    assert by_label(STRICT, chunk) == {"PER": [0, 1, 0, 1]}
    both = chunk_of(([said("PER", None)], [said("PER", None)]))
    assert by_label(STRICT, both) == {"PER": [0, 1, 0, 1]}


def test_columns_without_words_are_refused() -> None:
    one = Annotation(doc_id="d", mentions=(Mention(type="PER", spans=(Span(0, 3),)),))
    with pytest.raises(UsageError, match="surfaces=True"):
        STRICT.compute(build_chunk([("d", one, one, None)]), Options())
    wordless = build_chunk([("d", one, one, None)], surfaces=True)
    with pytest.raises(UsageError, match="rehydrated"):
        EXACT.compute(wordless, Options())


def test_predictions_on_dont_care_gold_take_no_part() -> None:
    gold = [said("PER", "Kim", difficult=True), said("PER", "Kim"), said("PER", "Lee")]
    predicted = [said("PER", "Kim"), said("PER", "Kim"), said("PER", "Kim")]
    chunk = chunk_of((gold, predicted))
    assert by_label(STRICT, chunk) == {"PER": [1, 2, 1, 2]}
    turned = by_label(STRICT, chunk.swapped())
    assert turned == {"PER": [1, 2, 1, 2]}


def test_merging_makes_sets_of_bags() -> None:
    gold = [said("PER", "Kim"), said("PER", "Kim")]
    predicted = [said("PER", "kim"), said("PER", "Kim"), said("PER", "Lee"), said("PER", "Lee")]
    merged = Options(duplicates="merge")
    assert by_label(STRICT, chunk_of((gold, predicted)), merged) == {"PER": [1, 2, 1, 1]}


def at_random(chance: random.Random) -> list[Named]:
    return [(chance.choice("XY"), chance.choice("abcd")) for _ in range(chance.randint(0, 6))]


def test_two_thousand_documents_agree_with_counting_bags() -> None:
    chance = random.Random(8)
    pairs = [(at_random(chance), at_random(chance)) for _ in range(2_000)]
    chunk = chunk_of(
        *(
            ([said(*one) for one in gold], [said(*one) for one in predicted])
            for gold, predicted in pairs
        )
    )
    for metric, part in ((STRICT, slice(None)), (EXACT, slice(1, None))):
        outcome = tally(metric.compute(chunk, Options()), n_documents=len(pairs))
        rows = outcome.pool().sums[:, 0].tolist()
        for (gold, predicted), row in zip(pairs, rows, strict=True):
            bags = [Counter(one[part] for one in side) for side in (gold, predicted)]
            right = (bags[0] & bags[1]).total()
            assert row == [right, len(predicted), right, len(gold)]


@every_metric
def test_laws_of_every_metric_of_words(metric: Metric) -> None:
    chance = random.Random(9)
    pairs = [
        tuple(
            [said(*one, difficult=side == 0 and chance.random() < 0.2) for one in at_random(chance)]
            for side in range(2)
        )
        for _ in range(300)
    ]
    everything = chunk_of(*((gold, predicted) for gold, predicted in pairs))
    expected = by_label(metric, everything)
    assert by_label(metric, everything.swapped()) == {
        label: [*row[2:], *row[:2]] for label, row in expected.items()
    }
    shuffled = [tuple(chance.sample(side, len(side)) for side in both) for both in reversed(pairs)]
    assert by_label(metric, chunk_of(*((gold, found) for gold, found in shuffled))) == expected
    for gold, _ in pairs:
        for row in by_label(metric, chunk_of((gold, gold))).values():
            assert row[0] == row[1] == row[2] == row[3]


def test_scoring_says_why_words_could_not_be_scored_and_scores_the_rest() -> None:
    wordless = Annotation(doc_id="d", mentions=(Mention(type="PER", spans=(Span(0, 3),)),))
    scores = score([wordless], [wordless], metrics=["mentions/strict", "text/strict"])
    assert scores["mentions/strict"].f1 == 1
    assert list(scores) == ["mentions/strict"]
    assert "no words" in scores.not_scored["text/strict"]


def test_scoring_takes_words_from_records_that_have_no_offsets() -> None:
    gold = Annotation(doc_id="d", mentions=(Mention(type="PER", spans=(Span(0, 3, text="Kim"),)),))
    predicted = Annotation(doc_id="d", mentions=(Mention(type="PER", surface="kim"),))
    scores = score([gold], [predicted], metrics=["text/strict"])
    assert scores["text/strict[PER]"].f1 == 1
