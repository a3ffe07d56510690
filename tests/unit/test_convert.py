import json
from pathlib import Path

import pytest

from goldwire.cli import main
from goldwire.conversion import write_files
from goldwire.errors import UsageError

TEXT = "Ann Lee met Bo 😀 in Rome."
RECORD = {"id": "d", "text": TEXT, "entities": [[0, 7, "PER"], [12, 14, "PER"], [20, 24, "LOC"]]}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(RECORD), encoding="utf-8")
    return path


def test_spans_become_brat_and_come_back(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    assert main(["convert", str(source), "--to", "brat", "-o", str(folder)]) == 0
    assert (folder / "d.txt").read_bytes().decode() == TEXT
    assert (folder / "d.ann").read_text(encoding="utf-8") == (
        "T1\tPER 0 7\tAnn Lee\nT2\tPER 12 14\tBo\nT3\tLOC 20 24\tRome\n"
    )
    back = tmp_path / "back.jsonl"
    assert main(["convert", str(folder), "--to", "spans", "-o", str(back)]) == 0
    assert json.loads(back.read_text(encoding="utf-8")) == RECORD


def test_label_studio_counts_utf16_units(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "tasks.json"
    assert main(["convert", str(source), "--to", "label-studio", "-o", str(out)]) == 0
    [task] = json.loads(out.read_text(encoding="utf-8"))
    values = [part["value"] for part in task["annotations"][0]["result"]]
    # The emoji before Rome is two units of UTF-16.
    assert [(one["start"], one["end"]) for one in values] == [(0, 7), (12, 14), (21, 25)]


def test_losses_are_reported_and_can_forbid_the_writing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "d.ann"
    source.write_text("T1\tPER 0 7;12 14\tAnn Lee Bo\nA1\tLevel T1 NAM\n", encoding="utf-8")
    (tmp_path / "d.txt").write_bytes(TEXT.encode())
    out, report = tmp_path / "out.jsonl", tmp_path / "losses.json"
    arguments = ["convert", str(source), "--to", "spans", "-o", str(out)]
    arguments += ["--loss-report", str(report)]
    assert main([*arguments, "--fail-on", "dropped"]) == 1
    assert not out.exists()
    assert "so nothing was written" in capsys.readouterr().err
    losses = json.loads(report.read_text(encoding="utf-8"))["losses"]
    assert [(one["side"], one["code"], one["where"]) for one in losses] == [
        ("written", "discontinuous", "/mentions/0")
    ]
    assert main([*arguments, "--fail-on", "doubtful"]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["entities"] == []


def test_a_text_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "d.txt").write_bytes(TEXT.encode())
    source = tmp_path / "run.json"
    items = [{"start": 21, "end": 25, "word": "Rome", "entity_group": "LOC"}]
    source.write_text(json.dumps(items), encoding="utf-8")
    out = tmp_path / "out.jsonl"
    arguments = ["convert", str(source), "--to", "spans", "-o", str(out)]
    arguments += ["--offsets", "utf16", "--text", str(tmp_path / "texts")]
    code = main(arguments)
    assert code == 0
    line = json.loads(out.read_text(encoding="utf-8"))
    assert (line["id"], line["entities"]) == ("d", [[20, 24, "LOC"]])


def test_a_format_that_is_only_read_cannot_be_written(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(source), "--to", "dygie", "-o", str(tmp_path / "x")]) == 2
    assert "reads dygie and does not write it" in capsys.readouterr().err


def test_one_file_goes_to_stdout_and_several_do_not(
    source: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["convert", str(source), "--to", "conll", "-o", "-"]) == 0
    assert b"Rome\tB-LOC\n" in capfdbinary.readouterr().out
    assert main(["convert", str(source), "--to", "brat", "-o", "-"]) == 2


def test_an_unreadable_file_converts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(RECORD) + "\n{oops\n", encoding="utf-8")
    out = tmp_path / "out"
    assert main(["convert", str(source), "--to", "brat", "-o", str(out)]) == 1
    assert "line 2" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "a/b", "..", "", "a\\b", "a\x00b"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="leads out of the folder"):
        write_files({name: b"x", "good": b"y"}, tmp_path / "out", as_folder=True)
    assert list(tmp_path.iterdir()) == []


def test_an_id_that_is_a_path_stays_in_the_folder(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({**RECORD, "id": "../../d"}), encoding="utf-8")
    assert main(["convert", str(source), "--to", "brat", "-o", str(tmp_path / "out" / "x")]) == 0
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.ann"))
    assert found == ["out/x/_.._d.ann"]


def test_doctor_says_what_a_file_is(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(source), "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert (row["format"], row["documents"], row["items"]) == ("spans", ["d"], {"mentions": 3})
    assert row["labels"] == {"PER": 2, "LOC": 1}
    assert main(["doctor", str(source)]) == 0
    assert "  labels     PER 2, LOC 1" in capsys.readouterr().out


def test_doctor_names_the_candidates_of_a_tie(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.json"
    both: dict[str, object] = {"passages": [{}], "entities": [{}], "denotations": [{}]}
    source.write_text(json.dumps(both), encoding="utf-8")
    assert main(["doctor", str(source)]) == 1
    assert "may be bigbio or pubannotation: say which" in capsys.readouterr().out


def test_doctor_fails_for_offsets_that_nothing_explains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.json"
    spans = [{"start": at, "end": at + 3, "text": "xyz", "label": "A"} for at in range(4)]
    source.write_text(json.dumps({"text": TEXT, "spans": spans}), encoding="utf-8")
    assert main(["doctor", str(source)]) == 1
    assert "GW732" in capsys.readouterr().out
