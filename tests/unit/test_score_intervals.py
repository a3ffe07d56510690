import random

import numpy as np
import pytest

from goldwire.model import Annotation, Mention, Span
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents
from goldwire.statistics import interval


def document(doc_id: str, starts: list[int]) -> Annotation:
    return Annotation(
        doc_id=doc_id,
        mentions=tuple(
            Mention(type="PER" if start % 20 else "ORG", spans=(Span(start, start + 3),))
            for start in starts
        ),
    )


def scored(n: int, *, per_document: bool = True) -> tuple[Scores, np.ndarray]:
    rng = random.Random(5)
    golds, predictions, sums = [], [], []
    for number in range(n):
        gold = sorted(rng.sample(range(0, 300, 10), 8))
        kept = [start for start in gold if rng.random() < 0.7]
        extra = [start + 5 for start in gold if rng.random() < 0.2]
        golds.append(document(f"d{number}", gold))
        predictions.append(document(f"d{number}", kept + extra))
        sums.append([len(kept), len(kept) + len(extra), len(kept), len(gold)])
    scores = score_documents(
        [GoldDocument(gold) for gold in golds],
        predictions,
        metrics=["mentions/strict", "mentions/exact"],
        per_document=per_document,
    )
    return scores, np.array(sums, dtype=np.float64)[:, None, :]


def test_the_interval_is_the_one_of_the_documents_own_sums() -> None:
    scores, sums = scored(12)
    found, expected = scores.interval("mentions/exact"), interval(sums)
    assert (found.low, found.value, found.high) == pytest.approx(
        (expected.low, expected.value, expected.high)
    )
    assert found.value == scores["mentions/exact"].f1
    assert found.n_clusters == 12


def test_more_documents_give_a_shorter_interval() -> None:
    few, many = (scored(n)[0].interval("mentions/strict") for n in (12, 120))
    assert (many.high or 1) - (many.low or 0) < (few.high or 1) - (few.low or 0)


def test_a_label_has_an_interval_of_its_own() -> None:
    scores, _ = scored(30)
    assert scores.interval("mentions/strict.r[ORG]").value == scores["mentions/strict[ORG]"].r
    with pytest.raises(KeyError, match="no label"):
        scores.interval("mentions/strict[LOC]")


def test_without_per_document_tallies_there_is_none() -> None:
    with pytest.raises(ValueError, match="per_document=True"):
        scored(5, per_document=False)[0].interval("mentions/strict")


def test_the_signature_names_the_interval() -> None:
    assert "|ci:logit-t.95.document" in str(scored(3)[0].shared_signature())
