"""`goldwire agree` on three passes over the toy corpus, whose agreement is counted by hand."""

import json
from pathlib import Path

import pytest

import toy_corpus
from goldwire.agreement.pairwise import agreements, token_labels
from goldwire.cli import main
from goldwire.errors import DataError
from goldwire.inputs import open_run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(toy_corpus.write_corpus(tmp_path))
    passes = {"A": {}, "B": {"without": ("Rome",)}, "C": {"wrong": {"Oslo": "PER"}}}
    for name, how in passes.items():
        folder = tmp_path / "annotations" / "passes" / name
        folder.mkdir(parents=True)
        (folder / "all.jsonl").write_text(toy_corpus.predictions(**how))  # type: ignore[arg-type]
    return tmp_path


def rows_of(out: str) -> dict[tuple[str, ...], float]:
    record = json.loads(out)
    return {
        (row["layer"], row["name"], *row["between"]): row["value"] for row in record["coefficients"]
    }


def test_every_pair_and_every_coefficient_is_there(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert main(["agree", "--json"]) == 0
    out = capsys.readouterr().out
    f1 = {
        (row["first"], row["second"]): row["f1"]
        for row in json.loads(out)["f1"]
        if row["metric"] == "mentions/strict"
    }
    # A has eight mentions, B all but Rome, C all eight, but three with another label (Oslo).
    assert f1 == {("A", "B"): 14 / 15, ("A", "C"): 10 / 16, ("B", "C"): 8 / 15}
    rows = rows_of(out)
    # 7 + 5 + 6 tokens: 6 PER, 4 GPE and 8 O for A; B lacks Rome, C calls three of the GPE PER.
    # κ(A, B): p_o = 17/18, p_e = (6·6 + 4·3 + 8·9) / 18² = 120/324.
    assert rows["mentions", "Cohen’s κ", "A", "B"] == pytest.approx(
        (17 / 18 - 120 / 324) / (1 - 120 / 324)
    )
    # κ(A, C): p_o = 15/18, p_e = (6·9 + 4·1 + 8·8) / 18² = 122/324.
    assert rows["mentions", "Cohen’s κ", "A", "C"] == pytest.approx(
        (15 / 18 - 122 / 324) / (1 - 122 / 324)
    )
    everyone = [name for _, name, *between in rows if between == ["A", "B", "C"]]
    assert everyone == ["Fleiss’ κ", "Krippendorff’s α", "α for unitising"]


def test_a_token_has_the_labels_of_all_spans_that_touch_it() -> None:
    spans = [(0, 12, "ORG"), (8, 12, "GPE")]
    assert token_labels("Bank of Oslo, today", spans) == ["ORG", "ORG", "GPE+ORG", "O", "O"]
    assert token_labels("", spans) == []


def test_without_texts_there_are_no_token_figures_and_it_says_so(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for doc_id in toy_corpus.TEXTS:
        (here / "corpus" / doc_id / "text.txt").unlink()
    assert main(["agree", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["coefficients"] == []
    assert "3 documents have no text here, the first is d1" in captured.err
    assert main(["agree", "--gamma"]) == 2


def test_passes_over_different_documents_are_refused(here: Path) -> None:
    records = {
        name: tuple(open_run([str(here / "annotations" / "passes" / name)])) for name in "AB"
    }
    with pytest.raises(DataError, match="the pass B does not have this document"):
        agreements({"A": records["A"], "B": records["B"][:2]})


def test_two_passes_of_one_name_are_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = str(here / "annotations" / "passes" / "A")
    assert main(["agree", one, one]) == 2
    assert "two passes are called A" in capsys.readouterr().err


# The worklist.


def test_the_worklist_has_every_item_that_not_all_have_alike(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert main(["agree", "--disagreements", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    found = {
        row["item"]: ("".join(row["having"]), "".join(one["pass"] for one in row["lacking"]))
        for row in rows
    }
    assert found == {
        "d1 mentions 19:23 GPE": ("AB", "C"),
        "d1 mentions 19:23 PER": ("C", "AB"),
        "d2 mentions 0:4 GPE": ("AB", "C"),
        "d2 mentions 0:4 PER": ("C", "AB"),
        "d3 mentions 9:13 GPE": ("AC", "B"),
        "d3 mentions 18:22 GPE": ("AB", "C"),
        "d3 mentions 18:22 PER": ("C", "AB"),
    }
    assert [row["case"] for row in rows] == [1, 1, 2, 2, 3, 4, 4]
    assert rows[0]["lacking"] == [
        {"pass": "C", "metrics": ["mentions/strict"], "has": "19:23 “Oslo” PER"}
    ]
    assert main(["agree", "--disagreements"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("7 items in 4 cases\n\ncase 1\n  A, B: d1 mentions 19:23 GPE")
    assert "    not C (mentions/strict); has 19:23 “Oslo” PER" in out
    assert main(["agree", "--disagreements", "--markdown"]) == 0
    assert "- [ ] case 3\n  - **A, C** `d3 mentions 9:13 GPE" in capsys.readouterr().out


def test_the_worklist_of_equal_passes_is_empty(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = here / "annotations" / "passes"
    (folder / "B" / "all.jsonl").write_text(toy_corpus.predictions())
    assert main(["agree", "--disagreements", str(folder / "A"), str(folder / "B")]) == 0
    assert capsys.readouterr().out.startswith("nothing to adjudicate")


def test_words_of_protected_texts_are_not_written_to_files(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy_corpus.write_corpus(here, redistribution="annotations_only")
    for option in ("--json", "--markdown"):
        assert main(["agree", "--disagreements", option]) == 0
        out = capsys.readouterr().out
        assert "d3 mentions 9:13 GPE" in out
        assert [word for word in ("Oslo", "Rome", "Bob") if word in out] == []


def test_a_different_attribute_of_one_item_is_told_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("A", "2026-01-05"), ("B", "2026-01-06")):
        (tmp_path / f"{name}.jsonl").write_text(
            json.dumps({"doc_id": "d", "times": [
                {"type": "DATE", "value": value, "spans": [{"start": 0, "end": 5}]}]})
        )  # fmt: skip
    assert main(["agree", "--disagreements", str(tmp_path / "A.jsonl"), str(tmp_path / "B.jsonl"),
                 "--json"]) == 0  # fmt: skip
    rows = json.loads(capsys.readouterr().out)
    assert [row["having"] for row in rows] == [["A", "B"]]
    assert {one["pass"]: one["metrics"] for one in rows[0]["lacking"]} == {
        "A": ["times/value"],
        "B": ["times/value"],
    }
