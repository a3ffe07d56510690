"""Strict scores per label against seqscore, on nested spans, several labels and duplicates.

seqscore compares sets of mentions, which is what merging duplicates means here.
"""

import pytest

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.tallies import ratio, tally
from random_spans import assert_covered, documents, free, record

model = pytest.importorskip("seqscore.model")
scoring = pytest.importorskip("seqscore.scoring")

N_RUNS, N_DOCUMENTS = 10, 300


def test_the_documents_hold_what_they_should() -> None:
    assert_covered(d for seed in range(N_RUNS) for d in documents(seed, N_DOCUMENTS, free))


@pytest.mark.parametrize("seed", range(N_RUNS))
def test_every_label_agrees(seed: int) -> None:
    found = documents(seed, N_DOCUMENTS, free)
    expected = scoring.ClassificationScore()
    for gold, predicted in found:
        gold_mentions, predicted_mentions = (
            [model.Mention(model.Span(start, end), label) for start, end, label in side]
            for side in (gold, predicted)
        )
        scoring.score_sequence_mentions(predicted_mentions, gold_mentions, expected)
    chunk = build_chunk(
        (str(number), record(gold), record(predicted), None)
        for number, (gold, predicted) in enumerate(found)
    )
    outcome = find("mentions/strict").compute(chunk, Options(duplicates="merge"))
    own = tally(outcome, n_documents=len(found))
    assert len(expected.type_scores) == 4
    for label, their in [("", expected), *expected.type_scores.items()]:
        sums = own.row(label) if label else own.sums.sum(axis=(0, 1))
        assert sums.tolist() == [
            their.true_pos,
            their.true_pos + their.false_pos,
            their.true_pos,
            their.true_pos + their.false_neg,
        ]
        assert ratio(sums).f1 == pytest.approx(their.f1, abs=1e-12)
