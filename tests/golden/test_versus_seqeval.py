"""Strict scores per label against seqeval's strict mode, on flat spans written as IOB2 tags."""

from random import Random

import pytest

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Mention, Span
from goldwire.tallies import ratio, tally

scheme = pytest.importorskip("seqeval.scheme")
v1 = pytest.importorskip("seqeval.metrics.v1")

Item = tuple[int, int, str]
LENGTH = 20


def flat_spans(random: Random) -> list[Item]:
    items: list[Item] = []
    token = random.randint(0, 4)
    while token < LENGTH:
        end = min(token + random.randint(1, 3), LENGTH)
        items.append((token, end, random.choice(["LOC", "ORG", "PER"])))
        token = end + random.choice([0, 0, 1, 2, 5])
    return items


def changed(items: list[Item], random: Random) -> list[Item]:
    """Drop some spans, shorten some, relabel some: still flat."""
    found: list[Item] = []
    for start, end, label in items:
        fate = random.random()
        if fate < 0.15:
            continue
        if fate < 0.3 and end - start > 1:
            found.append((start, end - 1, label))
        elif fate < 0.45:
            found.append((start, end, random.choice(["LOC", "ORG", "MISC"])))
        else:
            found.append((start, end, label))
    return found


def tags(items: list[Item]) -> list[str]:
    written = ["O"] * LENGTH
    for start, end, label in items:
        written[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return written


def record(items: list[Item]) -> Annotation:
    mentions = (Mention(type=label, spans=(Span(start, end),)) for start, end, label in items)
    return Annotation(doc_id="d", mentions=tuple(mentions))


@pytest.mark.parametrize("seed", range(10))
def test_every_label_agrees_on_250_documents(seed: int) -> None:
    random = Random(seed)
    gold = [flat_spans(random) for _ in range(250)]
    predicted = [
        changed(items, random) if random.random() < 0.8 else flat_spans(random) for items in gold
    ]
    precision, recall, f1, support = v1.precision_recall_fscore_support(
        [tags(items) for items in gold],
        [tags(items) for items in predicted],
        scheme=scheme.IOB2,
        zero_division=0,
    )
    chunk = build_chunk(
        (str(number), record(one), record(other), None)
        for number, (one, other) in enumerate(zip(gold, predicted, strict=True))
    )
    found = tally(find("mentions/strict").compute(chunk, Options()), n_documents=250)
    labels = sorted({label for side in (*gold, *predicted) for _, _, label in side})
    assert len(labels) == len(support)
    for index, label in enumerate(labels):
        sums = found.row(label).tolist()
        score = ratio(sums)
        assert sums[3] == support[index]
        assert (score.p or 0.0) == pytest.approx(precision[index], abs=1e-12)
        assert (score.r or 0.0) == pytest.approx(recall[index], abs=1e-12)
        assert (score.f1 or 0.0) == pytest.approx(f1[index], abs=1e-12)
