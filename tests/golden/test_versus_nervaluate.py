"""All four schemas against nervaluate 1.2.1, on documents where no span overlaps two others.

Elsewhere nervaluate's counts depend on the order of predictions, so there is nothing to agree with.
"""

from random import Random

import pytest

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.metrics.semeval import Counts, schema_counts
from goldwire.model import Annotation, Mention, Span
from goldwire.tallies import ratio, tally

nervaluate = pytest.importorskip("nervaluate")

Item = tuple[int, int, str]
Document = tuple[list[Item], list[Item]]
THEIR_NAMES = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}
METRIC_OF = {
    "strict": "mentions/strict",
    "exact": "mentions/exact",
    "partial": "mentions/semeval_partial",
    "type": "mentions/semeval_type",
}


def document(random: Random) -> Document:
    """Put at most one gold and one predicted span into each of some stretches of text."""
    sides: Document = ([], [])
    for slot in range(random.randint(0, 8)):
        for side in sides:
            if random.random() < 0.8:
                start = 10 * slot + random.randint(0, 3)
                end = start + random.randint(1, 4)
                side.append((start, end, random.choice("ABC")))
    for side in sides:
        random.shuffle(side)
    return sides


def theirs(items: list[Item]) -> list[dict[str, object]]:
    """Write items with nervaluate's inclusive ends."""
    return [{"label": label, "start": start, "end": end - 1} for start, end, label in items]


def record(items: list[Item]) -> Annotation:
    mentions = (Mention(type=label, spans=(Span(start, end),)) for start, end, label in items)
    return Annotation(doc_id="d", mentions=tuple(mentions))


@pytest.mark.parametrize("seed", range(20))
def test_counts_and_scores_agree_on_150_documents(seed: int) -> None:
    random = Random(seed)
    documents = [([(0, 2, "A")], [(0, 2, "A")]), *(document(random) for _ in range(150))]
    evaluator = nervaluate.Evaluator(
        [theirs(gold) for gold, _ in documents],
        [theirs(predicted) for _, predicted in documents],
        tags=["A", "B", "C"],
        loader="dict",
    )
    expected = evaluator.evaluate()["overall"]
    chunk = build_chunk(
        (str(number), record(gold), record(predicted), None)
        for number, (gold, predicted) in enumerate(documents)
    )
    found = schema_counts(chunk, "mentions")
    for schema, their_name in THEIR_NAMES.items():
        their = expected[their_name]
        assert found[schema] == Counts(
            their.correct, their.incorrect, their.partial, their.missed, their.spurious
        )
        assert found[schema].precision == pytest.approx(their.precision, abs=1e-12)
        assert found[schema].recall == pytest.approx(their.recall, abs=1e-12)
        outcome = find(METRIC_OF[schema]).compute(chunk, Options())
        sums = tally(outcome, n_documents=len(documents)).sums.sum(axis=(0, 1)).tolist()
        assert ratio(sums).f1 == pytest.approx(their.f1, abs=1e-12)


def test_its_lost_exact_match_is_found_here() -> None:
    """nervaluate lets an earlier overlapping prediction consume the gold span."""
    gold, predicted = [(0, 3, "X")], [(0, 2, "Z"), (0, 3, "X")]
    chunk = build_chunk([("d", record(gold), record(predicted), None)])
    assert schema_counts(chunk, "mentions")["strict"] == Counts(correct=1, spurious=1)
