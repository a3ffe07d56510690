"""Users bring their own gold: token files without ids, many systems at once, rows of a dataset."""

import gzip
import json
from pathlib import Path

import msgspec
import pytest

import goldwire
from goldwire.cli import main

GOLD = "John B-PER\nSmith I-PER\nlives O\nin O\nParis B-LOC\n\nIBM B-ORG\nsued O\nAnn B-PER\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "gold.conll").write_text(GOLD, encoding="utf-8")
    runs = tmp_path / "runs"
    runs.mkdir()
    (runs / "same.conll").write_text(GOLD, encoding="utf-8")
    (runs / "other.conll").write_text(GOLD.replace("B-ORG", "B-MISC"), encoding="utf-8")
    (runs / "torn.conll.gz").write_bytes(gzip.compress(GOLD.replace("I-PER", "B-PER").encode()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def score(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["score", "--gold", "gold.conll", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("paths", [["runs/*"], ["runs"], ["runs", "--each"]])
def test_token_files_are_a_system_each_in_one_table(
    paths: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    code, out, err = score(
        capsys, *paths, "--compat", "seqeval-strict", "--metrics", "mentions/strict", "--per-type"
    )
    assert code == 0
    first, _, header, *rows = out.splitlines()
    assert first.startswith("gold    gold@unversioned#")
    assert header.split() == ["other", "same", "torn"]
    # Of four mentions: one has another label; one is torn in two, so P = 3/5 and R = 3/4.
    assert rows[0].split() == ["mentions/strict", "75.0", "100.0", "66.7"]
    assert next(row.split() for row in rows if "[MISC]" in row)[1:] == ["0.0", "–", "–"]
    assert out.count("signature") == 1
    assert "other: labels predicted in mentions that gold never has" in err


def test_a_table_for_a_paper_names_gold_and_signature(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    names = "mentions/strict.p,mentions/strict.r,mentions/strict"
    _, out, _ = score(
        capsys, "runs/same.conll", "runs/torn.conll.gz", "--latex", "--metrics", names
    )
    lines = out.splitlines()
    assert lines[0].startswith("% gold gold@unversioned#")
    assert lines[1].startswith("% signature  goldwire|*|")
    assert r"\begin{tabular}{lrr}" in lines
    assert r"mentions/strict.p & 100.0 & 60.0 \\" in lines
    assert r"mentions/strict.r & 100.0 & 75.0 \\" in lines
    assert r"mentions/strict & 100.0 & 66.7 \\" in lines
    _, out, _ = score(capsys, "runs/torn.conll.gz", "--latex", "--metrics", "mentions/strict")
    assert r"mentions/strict & 60.0 & 75.0 & 66.7 \\" in out


def test_json_holds_every_system_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del folder
    _, out, _ = score(capsys, "runs", "--json", "--errors")
    record = json.loads(out)
    assert next(iter(record)) == "gold"
    assert [one["system"] for one in record["systems"]] == ["other", "same", "torn"]
    assert record["systems"][0]["errors"]["mentions"]["strict"]["incorrect"] == 1


def test_details_are_of_one_system_at_a_time(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    code, out, err = score(capsys, "runs", "--explain")
    assert (code, out) == (2, "")
    assert "--explain is about one system" in err


def test_systems_of_one_name_are_called_by_their_paths(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = '{"doc_id": "d", "mentions": []}\n'
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / "run.jsonl").write_text(record, encoding="utf-8")
    words = ["a/run.jsonl", "b/run.jsonl", "--gold", "a/run.jsonl", "--metrics", "mentions/strict"]
    assert main(["score", *words, "--each"]) == 0
    assert capsys.readouterr().out.splitlines()[2].split() == ["a/run.jsonl", "b/run.jsonl"]
    # Files with ids are parts of one run unless it is said that they are not.
    assert main(["score", *words]) == 1
    assert "pass --each if every file is a system" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Smith I-PER", "Smyth I-PER", ["line 2", "found 'Smyth'", "expected 'Smith'"]),
        ("\n\nIBM", "\nIBM", ["line 6", "found 'IBM'", "expected the end of a sentence"]),
        ("sued O\n", "", ["line 8", "found 'Ann'", "expected 'sued', as in gold.conll line 8"]),
        ("Ann B-PER\n", "", ["line 9", "the end of a sentence", "expected 'Ann'"]),
        ("Ann B-PER", "Ann B-PER\n\nmore O", ["line 11", "'more'", "expected the end of the file"]),
    ],
    ids=["token", "sentence", "missing token", "short file", "long file"],
)
def test_the_first_token_that_differs_is_shown(
    old: str,
    new: str,
    words: list[str],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "run.conll").write_text(GOLD.replace(old, new), encoding="utf-8")
    code, out, err = score(capsys, "run.conll")
    assert (code, out) == (1, "")
    assert [word for word in ["GW738", "run.conll", *words] if word not in err] == []
    assert err.count("GW7") == 1


def test_sentences_with_other_tokens_are_missed_when_errors_are_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "run.conll").write_text(GOLD.replace("Smith", "Smyth"), encoding="utf-8")
    words = ["run.conll", "--on-error", "count", "--metrics", "mentions/strict"]
    code, out, err = score(capsys, *words)
    assert code == 0
    assert "2/2         2/4" in out
    assert "GW738" in err
    assert "GW713 sentence-1" in err


def test_windows_line_ends_and_comments_do_not_make_tokens_differ(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "# id = 1 x\n" + GOLD.replace("\n", "\r\n")
    (folder / "run.conll").write_bytes(text.encode())
    assert score(capsys, "run.conll")[0] == 0


def test_rows_of_a_dataset_give_the_tallies_of_their_records() -> None:
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    mentions = (
        goldwire.Mention(id="m1", type="PER", spans=(goldwire.Span(0, 4),), score=0.5),
        goldwire.Mention(type="ORG", spans=(goldwire.Span(6, 9), goldwire.Span(11, 13))),
    )
    gold = [goldwire.Annotation(doc_id=name, mentions=mentions, times=()) for name in ("a", "b")]
    predicted = [gold[0], goldwire.Annotation(doc_id="b", mentions=mentions[:1])]
    rows = [[msgspec.to_builtins(record) for record in records] for records in (gold, predicted)]
    tables = [datasets.Dataset.from_list(one) for one in rows]
    scores = goldwire.score(*tables, metrics="mentions/strict,mentions/type")
    expected = goldwire.score(gold, predicted, metrics="mentions/strict,mentions/type")
    assert [score.sums for score in scores.rows(per_label=True)] == [
        score.sums for score in expected.rows(per_label=True)
    ]
    assert scores["mentions/strict"].sums == (3, 3, 3, 4)


def test_who_already_leaves_invalid_tags_out_is_not_advised_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "odd.conll").write_text(GOLD.replace("B-LOC", "I-LOC"), encoding="utf-8")
    advice = "--compat seqeval-strict leaves such mentions out"
    _, _, err = score(capsys, "odd.conll", "--metrics", "mentions/strict")
    assert "is read as if it did" in err
    assert advice in err
    _, _, err = score(capsys, "odd.conll", "--compat", "seqeval-strict")
    assert "does not begin with B-, S- or U- is left out" in err
    assert advice not in err
