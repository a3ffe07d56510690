"""Strict scores per label against seqscore, on nested spans, several labels and duplicates.

seqscore compares sets of mentions, which is what merging duplicates means here.
"""

from random import Random

import pytest

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Mention, Span
from goldwire.tallies import ratio, tally

model = pytest.importorskip("seqscore.model")
scoring = pytest.importorskip("seqscore.scoring")

Item = tuple[int, int, str]


def spans(random: Random) -> list[Item]:
    found = []
    for _ in range(random.randint(0, 12)):
        start = random.randint(0, 10)
        found.append((start, start + random.randint(1, 3), random.choice("AABC")))
    return found


def record(items: list[Item]) -> Annotation:
    mentions = (Mention(type=label, spans=(Span(start, end),)) for start, end, label in items)
    return Annotation(doc_id="d", mentions=tuple(mentions))


@pytest.mark.parametrize("seed", range(10))
def test_every_label_agrees_on_300_documents(seed: int) -> None:
    random = Random(seed)
    documents = [(spans(random), spans(random)) for _ in range(300)]
    expected = scoring.ClassificationScore()
    for gold, predicted in documents:
        gold_mentions, predicted_mentions = (
            [model.Mention(model.Span(start, end), label) for start, end, label in side]
            for side in (gold, predicted)
        )
        scoring.score_sequence_mentions(predicted_mentions, gold_mentions, expected)
    chunk = build_chunk(
        (str(number), record(gold), record(predicted), None)
        for number, (gold, predicted) in enumerate(documents)
    )
    outcome = find("mentions/strict").compute(chunk, Options(duplicates="merge"))
    found = tally(outcome, n_documents=len(documents))
    for label, their in [("", expected), *expected.type_scores.items()]:
        sums = found.row(label) if label else found.sums.sum(axis=(0, 1))
        assert sums.tolist() == [
            their.true_pos,
            their.true_pos + their.false_pos,
            their.true_pos,
            their.true_pos + their.false_neg,
        ]
        assert ratio(sums).f1 == pytest.approx(their.f1, abs=1e-12)
