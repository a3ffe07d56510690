"""`goldwire validate`: what is found, what is printed where, and how it ends."""

import json
from pathlib import Path

import pytest

from goldwire.cli import main

ROOT = Path(__file__).parents[2]
DOC_ID = "ip-20220113-kz-withdrawal"
GOLD = ROOT / "annotations" / "gold" / f"{DOC_ID}.json"


def test_the_own_corpus_is_found_and_has_no_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "eval")
    assert main(["validate"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "no problem; checked 2 documents, 2 texts, 2 gold" in err


def test_problems_are_grouped_by_file_and_end_with_code_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = json.loads(GOLD.read_bytes())
    gold["entities"][0]["type"] = "ORGS"
    path = tmp_path / "gold.json"
    path.write_text(json.dumps(gold), encoding="utf-8")
    assert main(["validate", str(path)]) == 4
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        str(path),
        '  GW301 /entities/0/type: Entity type: "ORGS" is not in the ontology',
        '      found    "ORGS"',
        "      expected one of PER, ORG, GPE, LOC, FAC, ART, MEASURE",
        "      fix      did you mean ORG?",
    ]
    assert "1 problems in 1 file; checked 1 records" in err


def test_json_gives_problems_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.jsonl"
    lines = ['{"doc_id": "a", "mentions": []}', '{"doc_id": "b", "mentions": 3}', "{", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert main(["validate", str(path), "--json"]) == 4
    record = json.loads(capsys.readouterr().out)
    assert record["checked"] == {"records": 2}
    assert [(p["code"], p["pointer"]) for p in record["problems"]] == [
        ("GW012", "line 2 /mentions"),
        ("GW003", "line 3 column 2"),
    ]


def test_a_file_says_itself_by_which_rules_it_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json"
    path.write_text('[{"doc_id": "a"}, {"doc_id": "b", "relations": {}}]', encoding="utf-8")
    assert main(["validate", str(path)]) == 4
    assert "GW012 /1/relations" in capsys.readouterr().out
    path.write_text('{"doc_id": "a"}', encoding="utf-8")
    assert main(["validate", str(path)]) == 0
    assert main(["validate", str(path), "--profile", "gold"]) == 4


def test_a_prediction_is_compared_with_the_text_of_the_corpus_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    path = tmp_path / "run.json"
    mention = {"type": "X", "spans": [{"start": 0, "end": 3, "text": "xyz"}]}
    path.write_text(json.dumps({"doc_id": DOC_ID, "mentions": [mention]}), encoding="utf-8")
    assert main(["validate", str(path)]) == 4
    assert "GW103 /mentions/0/spans/0" in capsys.readouterr().out


def test_a_document_folder_can_be_checked_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(ROOT / "corpus" / DOC_ID)]) == 0
    assert "checked 1 documents, 1 texts" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["nowhere"], [str(ROOT), "--profile", "gold"]])
def test_a_wrong_call_ends_with_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *arguments]) == 2
    assert "goldwire validate:" in capsys.readouterr().err
