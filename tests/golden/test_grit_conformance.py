"""The seven cases of GRIT's own evaluation, where they are at hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Argument, Entity, EventMention, Mention, Span
from goldwire.tallies import merge, ratio, tally

CASES = Path(__file__).parents[3] / "shared" / "conformance" / "grit" / "expected.json"
Templates = dict[str, list[list[str]]]
"""The fillers of each role, each a list of names."""


def cases() -> Iterator[dict[str, object]]:
    if not CASES.is_file():
        pytest.skip("the cases of GRIT are not at hand (../shared/conformance/grit)")
    yield from json.loads(CASES.read_text(encoding="utf-8"))


def record(doc_id: str, roles: Templates, words: dict[str, int]) -> Annotation:
    """Write a document in which every name stands in one place of its own."""
    fillers = [(role, names) for role, entities in roles.items() for names in entities]
    return Annotation(
        doc_id=doc_id,
        entities=tuple(Entity(id=f"e{at}", type="X") for at in range(len(fillers))),
        mentions=tuple(
            Mention(id=f"m{at}-{nth}", entity=f"e{at}", spans=(Span(place, place + 1),))
            for at, (_, names) in enumerate(fillers)
            for nth, name in enumerate(names)
            for place in (words.setdefault(name, len(words)),)
        ),
        event_mentions=(
            EventMention(
                type="Attack",
                arguments=tuple(
                    Argument(role=role, ref=f"m{at}-0") for at, (role, _) in enumerate(fillers)
                ),
            ),
        ),
    )


def test_all_seven_cases_are_there() -> None:
    assert [case["case"] for case in cases()] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("number", range(1, 8))
@pytest.mark.parametrize(
    ("measure", "name"), [("strict", "events/ceaf_ree"), ("prop", "events/ceaf_ree_prop")]
)
def test_scores_are_those_of_grit(number: int, measure: str, name: str) -> None:
    (case,) = (case for case in cases() if case["case"] == number)
    golds: dict[str, Templates] = case["golds"]  # type: ignore[assignment]
    predictions: dict[str, Templates] = case["preds"]  # type: ignore[assignment]
    expected: dict[str, dict[str, float]] = case["expected"]  # type: ignore[assignment]
    words: dict[str, int] = {}
    chunk = build_chunk(
        [
            (doc, record(doc, golds[doc], words), record(doc, predictions[doc], words), None)
            for doc in golds
        ]
    )
    found = tally(find(name).compute(chunk, Options()), n_documents=len(golds))
    scores = ratio(merge([found]).pool().sums[0, 0])
    assert (scores.p, scores.r, scores.f1) == pytest.approx(
        tuple(expected[measure][which] for which in ("p", "r", "f1"))
    )
