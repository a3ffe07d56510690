"""The reference scorers' own cases: every figure that they print, none of the cases left out."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

import goldwire
from goldwire.compat import preset
from goldwire.model import Annotation, Entity, Mention, Span

CONFORMANCE = Path(__file__).parents[3] / "shared" / "conformance"
CONLL = CONFORMANCE / "reference-coreference-scorers"
COVAL = CONFORMANCE / "coval"
AVERAGE = "CoNLL score"
NUMBERS = {
    name: address for name, address in preset("conll-2012").numbers.items() if name != AVERAGE
}
OTHER_NAMES = {"b_cubed": "bcub"}
"""What coval calls it."""

Triple = tuple[float, float, float]

pytestmark = pytest.mark.skipif(
    not CONFORMANCE.is_dir(), reason="the cases lie beside the project (../shared/conformance)"
)


def read_conll(path: Path) -> list[Annotation]:
    """Read the coreference column of a CoNLL-2012 file; offsets are token numbers."""
    documents: list[Annotation] = []
    mentions: list[Mention] = []
    open_at: dict[str, list[int]] = {}
    token = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#begin"):
            mentions, open_at, token = [], {}, 0
        elif line.startswith("#end"):
            entities = dict.fromkeys(mention.entity for mention in mentions if mention.entity)
            documents.append(
                Annotation(
                    doc_id=f"d{len(documents)}",
                    entities=tuple(Entity(id=name, type="X") for name in entities),
                    mentions=tuple(mentions),
                )
            )
        elif line.strip():
            for opening, name, closing in re.findall(r"(\(?)(\w+)(\)?)", line.split()[-1]):
                if opening:
                    open_at.setdefault(name, []).append(token)
                if closing:
                    start = open_at[name].pop()
                    mentions.append(Mention(entity=f"e{name}", spans=(Span(start, token + 1),)))
            token += 1
    return documents


def scores_of(key: Path, response: Path) -> dict[str, Triple]:
    """Recall, precision and F1 of every number that the preset names."""
    scores = goldwire.score(read_conll(key), read_conll(response), compat="conll-2012")
    found = {}
    for name, address in NUMBERS.items():
        r, p, f1 = (getattr(scores[address], measure) for measure in ("r", "p", "f1"))
        assert None not in (r, p, f1)
        found[name] = (r, p, f1)
    average = scores[preset("conll-2012").numbers[AVERAGE]].f1
    assert average == pytest.approx(sum(found[n][2] for n in ("muc", "bcub", "ceafe")) / 3)
    return found


def cases() -> list[dict[str, Any]]:
    if not CONLL.is_dir():
        return []
    found: list[dict[str, Any]] = json.loads((CONLL / "expected.json").read_text("utf-8"))
    return found


def printed() -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = json.loads(
        (CONLL / "perl_all_metrics.json").read_text("utf-8")
    )
    return found


def test_no_case_is_missing() -> None:
    assert len(cases()) == 36
    assert sum(len(case["expected_metrics"]) for case in cases()) == 91
    assert {case["id"] for case in cases()} == printed().keys()
    assert sum(len(metrics) for metrics in printed().values()) == 180


def prints_as(value: float, shown: float, *, decimals: int) -> bool:
    """Claim that a value within 1e-9 of this one is shown so when the rest is cut off."""
    scale = 10**decimals
    cut = {math.floor(scale * (value + nudge)) for nudge in (-1e-9, 1e-9)}
    return round(scale * shown) in cut


def is_reproduced(value: float, expected: float, *, decimals: int) -> bool:
    """Claim equality to 1e-9; some cases state no more than five decimals, rounded."""
    if abs(value - expected) <= 1e-9:
        return True
    return decimals == 5 and any(
        round(value + nudge, decimals) == expected for nudge in (-1e-9, 0, 1e-9)
    )


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_the_reference_scorer_s_figures_are_reproduced(case: dict[str, Any]) -> None:
    found = scores_of(CONLL / case["key_file"], CONLL / case["response_file"])
    for name, expected in case["expected_metrics"].items():
        decimals = max(len(repr(value).partition(".")[2]) for value in expected)
        for own, their in zip(found[name], expected, strict=True):
            assert is_reproduced(own, their, decimals=decimals), (name, own, their)
    for name, expected in printed()[case["id"]].items():
        for own, their in zip(found[name], expected, strict=True):
            # The Perl scorer cuts percentages off after two decimals.
            assert prints_as(own, their, decimals=4), (name, own, their)


def lea_cases() -> list[dict[str, Any]]:
    if not COVAL.is_dir():
        return []
    found: list[dict[str, Any]] = json.loads((COVAL / "expected.json").read_text("utf-8"))
    return found


def test_no_case_of_coval_is_missing() -> None:
    assert len(lea_cases()) == 82
    assert sum(case["metric"] == "lea" for case in lea_cases()) == 34


@pytest.mark.parametrize("case", lea_cases(), ids=lambda case: f"{case['test']}-{case['metric']}")
def test_coval_s_figures_are_reproduced(case: dict[str, Any]) -> None:
    key, response = (COVAL / "tests" / name for name in case["read"])
    found = scores_of(key, response)
    name = OTHER_NAMES.get(case["metric"], case["metric"])
    assert found[name] == pytest.approx(case["rpf"], rel=0, abs=1e-9)
