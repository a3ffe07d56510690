"""Strict scores per label against seqeval's strict mode, on flat spans written as IOB2 tags."""

import pytest

import goldwire
from random_spans import LENGTH, Document, Item, assert_covered, documents, flat, record

scheme = pytest.importorskip("seqeval.scheme")
v1 = pytest.importorskip("seqeval.metrics.v1")

N_RUNS, N_DOCUMENTS = 10, 250


def tags(items: list[Item]) -> list[str]:
    written = ["O"] * LENGTH
    for start, end, label in items:
        written[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return written


def run(seed: int) -> list[Document]:
    return documents(seed, N_DOCUMENTS, flat)


def test_the_documents_hold_what_they_should() -> None:
    found = [document for seed in range(N_RUNS) for document in run(seed)]
    assert_covered(found, lacking=["copies"])


@pytest.mark.parametrize("seed", range(N_RUNS))
def test_every_label_agrees(seed: int) -> None:
    found = run(seed)
    precision, recall, f1, support = v1.precision_recall_fscore_support(
        [tags(gold) for gold, _ in found],
        [tags(predicted) for _, predicted in found],
        scheme=scheme.IOB2,
        zero_division=0,
    )
    sides = ([record(d[side], f"d{at}") for at, d in enumerate(found)] for side in (0, 1))
    scores = goldwire.score(*sides, compat="seqeval-strict")
    labels = scores.labels("mentions/strict")
    assert len(labels) == len(support) == 4
    for index, label in enumerate(labels):
        own = scores[f"mentions/strict[{label}]"]
        assert own.sums[3] == support[index]
        assert (own.p, own.r, own.f1) == pytest.approx(
            (precision[index], recall[index], f1[index]), abs=1e-12
        )
