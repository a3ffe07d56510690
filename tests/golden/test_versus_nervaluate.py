"""All four schemas against nervaluate 1.2.1, on documents where no span overlaps two others.

Elsewhere nervaluate's counts depend on the order of predictions, so there is nothing to agree with.
"""

from random import Random
from typing import Any

import pytest

import goldwire
from goldwire.columns import build_chunk
from goldwire.compat import preset
from goldwire.metrics.semeval import Counts, schema_counts
from random_spans import LABELS, Document, Item, apart, assert_covered, record

nervaluate = pytest.importorskip("nervaluate")

PRESET = "nervaluate-1.2.1"
N_RUNS, N_DOCUMENTS = 20, 150
THEIR_NAMES = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}


def run(seed: int) -> list[Document]:
    """Documents of which the first is not empty, for nervaluate looks into it for the format."""
    rng = Random(seed)
    return [([(0, 2, "PER")], [(0, 2, "PER")]), *(apart(rng) for _ in range(N_DOCUMENTS))]


def theirs(items: list[Item]) -> list[dict[str, object]]:
    """Write items with nervaluate's inclusive ends."""
    return [{"label": label, "start": start, "end": end - 1} for start, end, label in items]


def evaluated(documents: list[Document]) -> dict[str, Any]:
    evaluator = nervaluate.Evaluator(
        [theirs(gold) for gold, _ in documents],
        [theirs(predicted) for _, predicted in documents],
        tags=list(LABELS),
        loader="dict",
    )
    found: dict[str, Any] = evaluator.evaluate()
    return found


def own_scores(
    documents: list[Document], *, labels: tuple[str, ...] = (), metrics: list[str] | None = None
) -> goldwire.Scores:
    gold, predicted = (
        [record(document[side], f"d{at}") for at, document in enumerate(documents)]
        for side in (0, 1)
    )
    return goldwire.score(
        gold,
        predicted,
        metrics=metrics,
        selection=goldwire.Selection(labels=frozenset(labels)),
        compat=PRESET,
    )


def test_the_documents_hold_what_they_should() -> None:
    found = [document for seed in range(N_RUNS) for document in run(seed)]
    assert_covered(found, lacking=["copies"])
    for gold, predicted in found:
        for one, others in ((gold, predicted), (predicted, gold)):
            for start, end, _ in one:
                assert sum(a < end and start < b for a, b, _ in others) <= 1


@pytest.mark.parametrize("seed", range(N_RUNS))
def test_counts_and_every_number_that_the_preset_names_agree(seed: int) -> None:
    documents = run(seed)
    expected = evaluated(documents)
    chunk = build_chunk(
        (str(number), record(gold), record(predicted), None)
        for number, (gold, predicted) in enumerate(documents)
    )
    found = schema_counts(chunk, "mentions")
    for schema, their_name in THEIR_NAMES.items():
        their = expected["overall"][their_name]
        assert found[schema] == Counts(
            their.correct, their.incorrect, their.partial, their.missed, their.spurious
        )
    scores = own_scores(documents)
    compared = 0
    for name, address in preset(PRESET).numbers.items():
        for label in LABELS if "LABEL" in name else ("",):
            part, *which = name.replace("LABEL", label).split(" ")
            results = expected[part] if part == "overall" else expected[part][which[0]]
            their = results[which[-1]]
            own = scores[address.replace("LABEL", label)]
            assert (own.p, own.r, own.f1) == pytest.approx(
                (their.precision, their.recall, their.f1), abs=1e-12
            ), (name, label)
            compared += 1
    assert compared == 4 + 3 * len(LABELS)


@pytest.mark.parametrize("label", LABELS)
def test_its_partial_score_of_a_label_is_ours_with_that_label_alone(label: str) -> None:
    documents = run(0)
    their = evaluated(documents)["entities"][label]["partial"]
    own = own_scores(documents, labels=(label,))["mentions/semeval_partial"]
    assert (own.p, own.r, own.f1) == pytest.approx((their.precision, their.recall, their.f1))
