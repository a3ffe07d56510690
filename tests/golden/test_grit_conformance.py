"""The seven cases of GRIT's own evaluation, where they are at hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import goldwire
from goldwire.compat import preset
from goldwire.model import Annotation, Argument, Entity, EventMention, Mention, Span

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
@pytest.mark.parametrize(("measure", "name"), preset("ceaf-ree").numbers.items())
def test_scores_are_those_of_grit(number: int, measure: str, name: str) -> None:
    (case,) = (case for case in cases() if case["case"] == number)
    golds: dict[str, Templates] = case["golds"]  # type: ignore[assignment]
    predictions: dict[str, Templates] = case["preds"]  # type: ignore[assignment]
    expected: dict[str, dict[str, float]] = case["expected"]  # type: ignore[assignment]
    words: dict[str, int] = {}
    found = goldwire.score(
        [record(doc, golds[doc], words) for doc in golds],
        [record(doc, predictions[doc], words) for doc in golds],
        compat="ceaf-ree",
    )[name]
    assert (found.p, found.r, found.f1) == pytest.approx(
        tuple(expected[measure][which] for which in ("p", "r", "f1")), rel=0, abs=1e-9
    )
