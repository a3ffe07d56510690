"""Wrong input of every kind to `goldwire score`: a clear message and the right exit code."""

import gzip
import io
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goldwire.cli import main

ROOT = Path(__file__).parents[2]
DOC_ID = "ip-20220113-kz-withdrawal"
GOLD = ROOT / "annotations" / "gold" / f"{DOC_ID}.json"
METRICS = "mentions/strict,times/strict,triggers/classified"

Score = Callable[..., tuple[int, str, str]]


@pytest.fixture
def score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Score:
    def call(content: bytes | None, *options: str, name: str = "run.jsonl") -> tuple[int, str, str]:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        code = main(["score", str(path), "--gold", str(ROOT), "--metrics", METRICS, *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def record(**changes: Any) -> bytes:
    base: dict[str, Any] = {
        "doc_id": DOC_ID,
        "mentions": [{"type": "GPE", "spans": [{"start": 129, "end": 139, "text": "Kazakhstan"}]}],
    }
    return json.dumps({**base, **changes}).encode() + b"\n"


def test_right_input_gives_numbers_and_exit_code_0(score: Score) -> None:
    code, out, err = score(record())
    assert code == 0
    # 1 of 1 predicted and of 81 gold mentions: F1 = 2 / 82.
    row = next(line.split() for line in out.splitlines() if line.startswith("mentions/strict"))
    assert row == ["mentions/strict", "100.0", "1.2", "2.4", "1/1", "1/81"]
    assert "times/strict: not scored, because the run did not attempt times\n" in err


def test_a_file_that_is_not_there(score: Score) -> None:
    code, out, err = score(None, name="nowhere.jsonl")
    assert (code, out) == (2, "")
    assert "there is no file" in err
    assert "nowhere.jsonl" in err


def test_a_run_that_attempted_nothing_of_what_is_asked_is_not_evaluated(score: Score) -> None:
    code, out, err = score(json.dumps({"doc_id": DOC_ID, "entities": []}).encode())
    assert (code, out) == (6, "")
    assert "nothing was evaluated" in err
    assert "times/strict: the run did not attempt times" in err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["GW701", "run.jsonl", "the file is empty"]),
        (b"[]", ["GW701", "run.jsonl", "holds no record"]),
        (record() + b'{"doc_id": \n', ["GW702", "run.jsonl line 2", "malformed JSON"]),
        (record(mentionz=[]), ["GW703", "line 1 /mentionz", "unknown layer", "one of entities"]),
        (record(mentions=[{"label": "GPE"}]), ["GW703", "/mentions/0/label", "unknown field"]),
        (record() + record(), ["GW711", DOC_ID, "more than once"]),
        (record() + record(doc_id="other"), ["GW712", "other", "gold has no such document"]),
        (
            record(text_ref={"sha256": "0" * 64}),
            ["GW713", "/text_ref/sha256", "found 000000000000", "expected f954ac719278"],
        ),
    ],
    ids=[
        "empty file",
        "no record",
        "malformed line",
        "unknown layer",
        "unknown field",
        "document twice",
        "unknown document",
        "another text",
    ],
)
def test_input_that_makes_scores_meaningless_gives_none(
    score: Score, content: bytes, words: list[str]
) -> None:
    code, out, err = score(content)
    assert (code, out) == (1, "")
    assert [word for word in words if word not in err] == []
    assert "→" in err or "GW701" in err


def test_every_malformed_line_of_a_large_file_is_named(score: Score) -> None:
    lines = [record(doc_id=f"d{n}") for n in range(1000)]
    lines[400] = b"{oops\n"
    lines[700] = b'{"doc_id": 7}\n'
    code, _, err = score(b"".join(lines))
    assert code == 1
    assert "line 401" in err
    assert "line 701 /doc_id" in err


def test_with_on_error_count_the_rest_is_scored_and_the_faults_are_listed(score: Score) -> None:
    code, out, err = score(record() + b"{oops\n" + record(doc_id="other"), "--on-error=count")
    assert code == 0
    assert "1/1" in out
    assert "GW702" in err
    assert "GW712" in err


def test_predictions_for_none_of_the_gold_documents_are_not_evaluated(score: Score) -> None:
    code, out, err = score(record(doc_id="other"), "--on-error=count")
    assert (code, out) == (6, "")
    assert "nothing was evaluated" in err
    assert "GW712 other /doc_id: gold has no such document" in err


def test_faults_that_leave_nothing_to_score_are_listed(score: Score) -> None:
    code, out, err = score(b"{oops\n", "--on-error=count")
    assert (code, out) == (6, "")
    assert "GW702" in err
    assert "line 1" in err


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"start": 2400, "end": 2500}, ["GW721", "/mentions/0/spans/0", "2400:2500", "2453"]),
        ({"start": 130, "end": 140, "text": "Kazakhstan"}, ["GW722", "'azakhstan '"]),
    ],
    ids=["beyond the text", "other words"],
)
def test_a_misplaced_item_is_listed_and_stays_as_a_false_positive(
    score: Score, span: dict[str, Any], words: list[str]
) -> None:
    code, out, err = score(record(mentions=[{"type": "GPE", "spans": [span]}]))
    assert code == 0
    assert "0/1" in out
    assert [word for word in words if word not in err] == []


def test_a_mention_without_a_place_is_a_false_positive(score: Score) -> None:
    _, out, _ = score(record(mentions=[{"type": "GPE", "surface": "Atlantis"}]))
    assert "0/1" in out


def test_labels_that_gold_never_has_are_named_with_the_nearest(score: Score) -> None:
    spans = [{"start": 129, "end": 139}]
    _, _, err = score(record(mentions=[{"type": "GPEX", "spans": spans}]))
    assert "GPEX (nearest: GPE)" in err


def test_a_layer_attempted_in_vain_scores_zero(score: Score) -> None:
    _, out, err = score(record(times=[]))
    assert "times/strict" in out
    assert "times/strict: not scored" not in err


def test_a_metric_that_does_not_exist_gets_the_nearest(score: Score) -> None:
    code, _, err = score(record(), "--metrics", "entities/strict")
    assert code == 2
    assert "did you mean" in err
    assert "mentions/strict" in err


def test_gold_that_cannot_be_read_is_exit_code_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, run = tmp_path / "gold.jsonl", tmp_path / "run.jsonl"
    gold.write_bytes(record() + b"{oops\n")
    run.write_bytes(record())
    assert main(["score", str(run), "--gold", str(gold)]) == 4
    assert "line 2" in capsys.readouterr().err


def test_without_gold_the_three_ways_to_give_it_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.jsonl").write_bytes(record())
    assert main(["score", "run.jsonl"]) == 2
    err = capsys.readouterr().err
    assert all(way in err for way in ("--gold PATH", "goldwire.toml", "corpus repository"))


def test_gzipped_files_and_stdin_are_read_like_any_other(
    score: Score, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, plain, _ = score(record(), name="run.jsonl")
    _, zipped, _ = score(gzip.compress(record()), name="run.jsonl.gz")
    assert plain == zipped

    for piped in (record(), gzip.compress(record())):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped)))
        main(["score", "-", "--gold", str(ROOT), "--metrics", METRICS])
        assert capsys.readouterr().out == plain.replace("system  run", "system  stdin")


def test_json_holds_no_words_of_a_protected_text(score: Score) -> None:
    _, out, _ = score(record(), "--json", "--explain")
    result = json.loads(out)
    assert result["explained"]
    assert {
        side["words"]
        for item in result["explained"]
        for side in (item["gold"], item["predicted"])
        if side
    } == {None}
    assert "Kazakhstan" not in out


def test_gold_against_itself_is_100_on_every_row(
    score: Score, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(GOLD), "--gold", str(ROOT), "--json", "--metrics", "all"]) == 0
    del score
    result = json.loads(capsys.readouterr().out)
    # Where the article comes from stands in the document record, not in its gold annotation.
    assert {name.partition("/")[0] for name in result["not_scored"]} <= {"document"}
    imperfect = [row for row in result["scores"] if row["f1"] not in {1.0, None}]
    assert imperfect == []


def test_a_byte_order_mark_does_no_harm(score: Score) -> None:
    assert score(b"\xef\xbb\xbf" + record())[0] == 0


def test_a_file_in_utf_16_is_one_problem_not_hundreds(score: Score) -> None:
    code, _, err = score(record().decode().encode("utf-16"))
    assert code == 1
    assert "not UTF-8 text" in err
    assert err.count("GW702") == 1


@pytest.mark.parametrize("beta", ["0", "-1"])
def test_a_weight_that_is_none_is_refused(score: Score, beta: str) -> None:
    code, _, err = score(record(), "--beta", beta)
    assert code == 2
    assert "above 0" in err


def test_metrics_that_name_none_are_refused(score: Score) -> None:
    assert score(record(), "--metrics", "")[0] == 2


def test_wanted_labels_that_gold_lacks_are_named(score: Score) -> None:
    assert "no gold item is labelled NOPE" in score(record(), "--labels", "GPE,NOPE")[2]


def test_a_value_that_no_gold_mention_has_is_named(score: Score) -> None:
    _, _, err = score(record(), "--only", "level=NAME")
    assert "--only: no gold mention that is scored has level=NAME" in err
    _, _, err = score(record(), "--only", "level=NAM")
    assert "--only" not in err


def test_a_key_that_no_mention_has_is_refused_with_those_that_it_has(score: Score) -> None:
    code, _, err = score(record(), "--only", "kind=NAM")
    assert code == 2
    assert "no mention has 'kind'; choose from id, entity, type, level, form" in err


def test_hidden_folders_are_no_predictions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "old.jsonl").write_bytes(b"{oops")
    (tmp_path / "run.jsonl").write_bytes(record())
    assert main(["score", str(tmp_path), "--gold", str(ROOT), "--metrics", METRICS]) == 0
    capsys.readouterr()


def test_copies_and_items_without_a_place_are_counted(score: Score) -> None:
    mention = {"type": "GPE", "spans": [{"start": 129, "end": 139}]}
    _, out, err = score(record(mentions=[mention, mention, {"type": "GPE", "surface": "x"}]))
    assert "1/3" in out
    assert "1 predicted mentions that are copies of another" in err
    assert "1 predicted mentions without a place in the text" in err


def test_a_map_may_be_a_file(score: Score, tmp_path: Path) -> None:
    rules = tmp_path / "map.txt"
    rules.write_text("# places\nPLACE=GPE\n\nMISC=\n", encoding="utf-8")
    spans = [{"start": 129, "end": 139}]
    _, out, err = score(
        record(mentions=[{"type": "PLACE", "spans": spans}, {"type": "MISC", "spans": spans}]),
        "--map",
        str(rules),
    )
    assert "1/1" in out
    assert "1 predicted items labelled mentions:MISC were left out" in err


def test_gold_is_found_in_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "goldwire.toml").write_text(f'gold = "{ROOT}"\n', encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "run.jsonl").write_bytes(record())
    monkeypatch.chdir(tmp_path / "deep")
    assert main(["score", "../run.jsonl", "--metrics", METRICS]) == 0
    assert capsys.readouterr().out.startswith("gold    kz-withdrawal@")


def refused(answer: tuple[int, str, str], *words: str) -> None:
    code, out, err = answer
    assert (code, out) == (1, "")
    assert [word for word in words if word not in err] == []


@pytest.mark.parametrize("end", [2**31, 2**63 - 1, 2**63, 10**20])
def test_an_offset_that_no_text_has_is_refused(score: Score, end: int) -> None:
    refused(score(record(mentions=[{"type": "GPE", "spans": [{"start": 0, "end": end}]}])), "GW703")


def test_json_nested_without_end_is_malformed(score: Score) -> None:
    refused(score(b"[" * 100_000), "GW70", "line 1")
    refused(score(record() + b"[" * 100_000 + b"\n"), "GW70", "line 2")
    refused(score(record() + b"{\n" + b"[" * 100_000), "GW70", "line 2", "line 3")


@pytest.mark.parametrize("content", [record(), gzip.compress(record())[:-9], b"\x1f\x8b"])
def test_a_file_that_cannot_be_unpacked_is_named(score: Score, content: bytes) -> None:
    refused(score(content, name="run.jsonl.gz"), "GW702", "run.jsonl.gz", "cannot be unpacked")


def test_gold_that_cannot_be_unpacked_is_exit_code_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, run = tmp_path / "gold.jsonl.gz", tmp_path / "run.jsonl"
    gold.write_bytes(record())
    run.write_bytes(record())
    assert main(["score", str(run), "--gold", str(gold)]) == 4
    assert "cannot be unpacked" in capsys.readouterr().err


def test_a_run_without_any_layer_that_is_asked_for_is_not_evaluated(score: Score) -> None:
    code, out, err = score(json.dumps({"doc_id": DOC_ID}).encode())
    assert (code, out) == (6, "")
    assert "nothing was evaluated" in err
    assert "mentions/strict: the run did not attempt mentions" in err


def test_a_wrong_file_of_many_lines_does_not_flood_the_terminal(score: Score) -> None:
    code, _, err = score(b"doc_id,start,end\n" * 5000)
    assert code == 1
    assert "problems: 5000" in err
    assert "line 1:" in err
    assert "GW702: and 4990 more of this kind" in err
    assert len(err.splitlines()) < 20


def test_control_characters_in_labels_do_not_reach_the_terminal(score: Score) -> None:
    spans = [{"start": 129, "end": 139}]
    evil = [{"type": "A\x1b[2J\nmentions/strict 100", "spans": spans}]
    code, out, err = score(record(mentions=evil), "--per-type", "--confusion", "--explain")
    assert code == 0
    assert "\x1b" not in out + err
    assert "A\\x1b[2J\\nmentions/strict 100" in out


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(score: Score) -> None:
    plain = score(record())
    assert score(b"\xef\xbb\xbf" + record().replace(b"\n", b"\r\n")) == plain


def test_a_very_long_line_is_read_like_any_other(score: Score) -> None:
    code, out, _ = score(
        record(
            mentions=[
                {"type": "GPE", "note": "x" * 5_000_000, "spans": [{"start": 129, "end": 139}]}
            ]
        )
    )
    assert code == 0
    assert "1/1" in out


def test_predictions_may_come_through_a_pipe(score: Score, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    threading.Thread(target=lambda: pipe.write_bytes(record()), daemon=True).start()
    code, out, _ = score(None, name=pipe.name)
    assert code == 0
    assert "1/1" in out


def test_a_file_that_may_not_be_read_is_wrong_usage(score: Score, tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    code, out, err = score(None, name="folder.jsonl")
    assert (code, out) == (2, "")
    assert "leads to no file" in err


def test_a_byte_order_mark_is_no_part_of_the_first_token(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, marked = tmp_path / "plain.conll", tmp_path / "marked.conll"
    plain.write_bytes(b"John B-PER\nSmith I-PER\n")
    marked.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes())
    for gold, run in ((plain, marked), (marked, plain)):
        words = ["score", str(run), "--gold", str(gold), "--metrics", "mentions/strict"]
        assert main(words) == 0
        assert "1/1         1/1" in capsys.readouterr().out


def answer_to(
    gold: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, str, str]:
    (tmp_path / "gold.jsonl").write_bytes(gold)
    (tmp_path / "run.jsonl").write_bytes(record())
    paths = [str(tmp_path / "run.jsonl"), "--gold", str(tmp_path / "gold.jsonl")]
    code = main(["score", *paths, "--metrics", "mentions/strict", *options])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_split_of_a_file_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer_to(record(), tmp_path, capsys, "--split", "dev")
    assert (code, out) == (2, "")
    assert "has no splits" in err


def test_gold_without_a_document_is_exit_code_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer_to(b"[]", tmp_path, capsys)
    assert (code, out) == (4, "")
    assert "holds no document" in err


def test_faults_of_gold_cannot_be_counted_and_no_such_advice_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer_to(record() + b"{oops\n", tmp_path, capsys, "--on-error", "count")
    assert (code, out) == (4, "")
    assert "line 2" in err
    assert "--on-error" not in err


def test_labels_that_no_item_has_leave_nothing_to_evaluate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = answer_to(record(), tmp_path, capsys, "--labels", "GPEE")
    assert (code, out) == (6, "")
    assert "no item on either side is labelled GPEE" in err


def test_commands_that_cannot_count_faults_do_not_advise_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "whole.jsonl").write_bytes(record())
    (tmp_path / "unknown.jsonl").write_bytes(record() + record(doc_id="other"))
    pair = [str(tmp_path / "whole.jsonl"), str(tmp_path / "unknown.jsonl")]
    code = main(["compare", *pair, "--gold", str(ROOT), "--metrics", "mentions/strict"])
    err = capsys.readouterr().err
    assert code == 1
    assert "→ give the gold document's doc_id\n" in err
    assert "--on-error" not in err


def test_f_is_named_by_its_weight(score: Score) -> None:
    _, out, _ = score(record(), "--beta", "2")
    header = next(line.split() for line in out.splitlines() if "found/gold" in line)
    assert header == ["P", "R", "F2", "correct/predicted", "found/gold"]
    _, out, _ = score(record(), "--beta", "0.5", "--latex")
    assert " & P & R & F0.5 " in out


def test_slices_by_a_level_that_no_prediction_gives_are_explained(score: Score) -> None:
    spans = [{"start": 129, "end": 139}]
    said = "slices by level: no prediction gives a level"
    assert said in score(record(), "--slice", "level")[2]
    with_level = record(mentions=[{"type": "GPE", "level": "NAM", "spans": spans}])
    assert said not in score(with_level, "--slice", "level")[2]
    assert said not in score(record(), "--slice", "length")[2]
