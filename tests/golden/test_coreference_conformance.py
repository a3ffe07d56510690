"""The reference scorers' own cases: every figure that they print, none of the cases left out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from goldwire.metrics import Options
from goldwire.model import Annotation, Entity, Mention, Span
from goldwire.pairing import GoldDocument
from goldwire.scoring import score_documents

CONFORMANCE = Path(__file__).parents[3] / "shared" / "conformance"
CONLL = CONFORMANCE / "reference-coreference-scorers"
COVAL = CONFORMANCE / "coval"
NAMES = {
    "muc": "muc",
    "bcub": "b3",
    "b_cubed": "b3",
    "ceafm": "ceaf_m",
    "ceafe": "ceaf_e",
    "blanc": "blanc",
    "lea": "lea",
    "mentions": "detection",
}

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


def scores_of(key: Path, response: Path) -> dict[str, tuple[float, float, float]]:
    names = sorted({f"entities/{name}" for name in NAMES.values()})
    scores = score_documents(
        [GoldDocument(record) for record in read_conll(key)],
        read_conll(response),
        metrics=names,
        options=Options(zero_division="zero", duplicates="merge"),
    )
    return {
        name.partition("/")[2]: (scores[name].r or 0, scores[name].p or 0, scores[name].f1 or 0)
        for name in names
    }


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


def tolerance(triple: list[float]) -> float:
    """Some cases state five decimals, the others all that a float has."""
    decimals = max(len(repr(value).partition(".")[2]) for value in triple)
    return 5.01e-6 if decimals <= 5 else 1e-9


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_the_reference_scorer_s_figures_are_reproduced(case: dict[str, Any]) -> None:
    found = scores_of(CONLL / case["key_file"], CONLL / case["response_file"])
    for name, expected in case["expected_metrics"].items():
        assert found[NAMES[name]] == pytest.approx(expected, rel=0, abs=tolerance(expected)), (
            name,
            "expected.json",
        )
    for name, expected in printed()[case["id"]].items():
        # The Perl scorer cuts percentages off after two decimals.
        assert found[NAMES[name]] == pytest.approx(expected, rel=0, abs=1.01e-4), (
            name,
            "as printed",
        )


def lea_cases() -> list[dict[str, Any]]:
    if not COVAL.is_dir():
        return []
    found: list[dict[str, Any]] = json.loads((COVAL / "expected.json").read_text("utf-8"))
    return found


def test_no_case_of_coval_is_missing() -> None:
    assert len(lea_cases()) == 82
    assert sum(case["metric"] == "lea" for case in lea_cases()) >= 20


@pytest.mark.parametrize("case", lea_cases(), ids=lambda case: f"{case['test']}-{case['metric']}")
def test_coval_s_figures_are_reproduced(case: dict[str, Any]) -> None:
    key, response = (COVAL / "tests" / name for name in case["read"])
    found = scores_of(key, response)
    assert found[NAMES[case["metric"]]] == pytest.approx(case["rpf"], rel=0, abs=1e-9)
