"""Predictions and gold in other people's formats, scored; the numbers were counted by hand."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import goldwire
from goldwire.cli import main
from goldwire.errors import GoldError

ROOT = Path(__file__).parents[2]
DOC_ID = "ip-20220113-kz-withdrawal"
TEXT = (ROOT / "corpus" / DOC_ID / "text.txt").read_bytes().decode()
METRICS = "mentions/strict,mentions/exact"

Score = Callable[..., tuple[int, str, str]]

# Three gold mentions of the article: Kazakhstan (129), Belarus (343), CSTO (501).
PLACES = [("GPE", 129, 139, "Kazakhstan"), ("GPE", 343, 350, "Belarus"), ("ORG", 501, 505, "CSTO")]


@pytest.fixture
def score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Score:
    def call(name: str, content: str, *options: str) -> tuple[int, str, str]:
        path = tmp_path / name
        path.write_bytes(content.encode())
        code = main(["score", str(path), "--gold", str(ROOT), "--metrics", METRICS, *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def strict(out: str) -> str:
    return next(line.split()[4] for line in out.splitlines() if line.startswith("mentions/strict"))


def objects(shift: int = 0, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "entity_group": label,
            "start": start + shift,
            "end": end + shift,
            "text": words,
            **changes,
        }
        for label, start, end, words in PLACES
    ]


def tokens() -> str:
    cut = TEXT[:560].split()
    rows = []
    for word in cut:
        label = "B-GPE" if word.startswith("Belarus") else "O"
        rows.append(f"{word}\t{label}")
    return "\n".join(rows) + "\n"


def test_a_list_of_objects_is_about_the_only_gold_text(score: Score) -> None:
    code, out, err = score("run.json", json.dumps(objects()))
    assert (code, strict(out)) == (0, "3/3")
    assert "as spans; offsets: code_points,exclusive (detected; 3 of 3 surfaces fit)" in err


@pytest.mark.parametrize(
    ("shift", "end", "found"),
    [(1, 0, "code_points,exclusive,1"), (0, -1, "code_points,inclusive"), (0, 0, "code_points")],
)
def test_offsets_are_read_as_the_words_show(score: Score, shift: int, end: int, found: str) -> None:
    items = objects(shift)
    for item in items:
        item["end"] += end
    code, out, err = score("run.json", json.dumps(items))
    assert (code, strict(out)) == (0, "3/3")
    assert f"offsets: {found}" in err


def test_offsets_that_nothing_explains_give_no_number(score: Score) -> None:
    items = objects()
    items[0]["start"] += 3
    code, out, err = score("run.json", json.dumps(items))
    assert (code, out) == (1, "")
    assert "GW732" in err
    assert "code_points,exclusive fits 2 of 3, but 132, 139 gives 'akhstan' for" in err
    assert "--offsets" in err


def test_offsets_that_are_declared_are_taken_and_contradictions_listed(score: Score) -> None:
    items = objects()
    items[0]["start"] += 3
    code, out, err = score("run.json", json.dumps(items), "--offsets", "code_points")
    assert (code, strict(out)) == (0, "2/3")
    assert "GW735" in err


def test_refused_offsets_are_counted_as_wrong_when_errors_are_counted(score: Score) -> None:
    items = objects()
    items[0]["start"] += 3
    code, out, err = score("run.json", json.dumps(items), "--on-error=count")
    assert (code, strict(out)) == (0, "0/3")
    assert "GW736" in err


def test_items_that_cannot_be_read_are_counted_as_wrong(score: Score) -> None:
    code, out, err = score("run.json", json.dumps([*objects(), {"start": 5, "end": None}, "?"]),
                           "--format", "spans")  # fmt: skip
    assert code == 1
    assert "neither a record" in err
    record = {"id": DOC_ID, "spans": [*objects(), {"start": 5, "end": None}]}
    code, out, err = score("run.json", json.dumps(record))
    assert (code, strict(out)) == (0, "3/4")
    assert "GW737" in err


def test_an_answer_without_offsets_is_counted_as_wrong_until_it_is_placed(score: Score) -> None:
    answer = '```json\n{"GPE": ["Kazakhstan", "Belarus"]}\n```\nThat is all.'
    code, out, err = score("answer.txt", answer)
    assert (code, strict(out).split("/")[1]) == (0, "2")
    assert "json: fenced" in err


def test_records_with_ids_and_items_of_another_shape_are_read_as_spans(score: Score) -> None:
    placed = [{"type": label, "start": start, "end": end} for label, start, end, _ in PLACES]
    code, out, err = score("run.jsonl", json.dumps({"doc_id": DOC_ID, "mentions": placed}))
    assert (code, strict(out)) == (0, "3/3")
    assert "as spans" in err
    bare = [{"type": label, "text": words} for label, _, _, words in PLACES]
    code, out, err = score("run.jsonl", json.dumps({"doc_id": DOC_ID, "mentions": bare}))
    assert (code, strict(out).split("/")[1]) == (0, "3")
    assert "as llm" in err


def test_tokens_are_found_in_the_gold_text(score: Score) -> None:
    # The tokens are only the beginning of the text, so they do not name it by themselves.
    code, out, err = score("run.conll", f"# doc_id = {DOC_ID}\n" + tokens())
    # Belarus stands there with its comma, so the token is wider than the mention.
    assert (code, strict(out)) == (0, "0/1")
    assert "scheme: IOB2" in err
    separate = tokens().replace("Belarus,\tB-GPE", "Belarus\tB-GPE\n,\tO")
    code, out, _ = score("run.conll", f"# doc_id = {DOC_ID}\n" + separate)
    assert (code, strict(out)) == (0, "1/1")


def test_tokens_of_another_text_are_refused(score: Score) -> None:
    code, _, err = score("run.conll", f"# doc_id = {DOC_ID}\nQuite\tO\nanother\tB-GPE\ntext\tO\n")
    assert code == 1
    assert "GW713" in err


def test_brat_files_are_read_against_the_gold_text(score: Score) -> None:
    lines = [f"T{at}\t{label} {start} {end}\t{words}" for at, (label, start, end, words)
             in enumerate(PLACES, start=1)]  # fmt: skip
    code, out, _ = score(f"{DOC_ID}_ann.ann", "\n".join(lines) + "\n")
    assert (code, strict(out)) == (0, "3/3")


def test_the_dialect_stands_in_the_json(score: Score) -> None:
    code, out, _ = score("run.json", json.dumps(objects()), "--json")
    assert code == 0
    [(_, found)] = json.loads(out)["inputs"].items()
    assert found["format"] == "spans"
    assert found["dialect"]["offsets"].startswith("code_points,exclusive (detected")


def test_zipped_files_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "run.json.gz"
    path.write_bytes(gzip.compress(json.dumps(objects()).encode()))
    assert goldwire.score(ROOT, path, metrics=["mentions/strict"])["mentions/strict"].sums == (
        3, 3, 3, 81,
    )  # fmt: skip


def test_two_files_of_one_format_are_compared_by_their_texts(tmp_path: Path) -> None:
    gold, run = tmp_path / "gold.jsonl", tmp_path / "run.jsonl"
    records = [{"text": "Ann met Bo", "label": [[0, 3, "PER"], [8, 10, "PER"]]},
               {"text": "Rome", "label": [[0, 4, "LOC"]]}]  # fmt: skip
    gold.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    records.reverse()
    records[0]["label"] = []
    run.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    scores = goldwire.score(gold, run, metrics=["mentions/strict"])
    assert scores["mentions/strict"].sums == (2, 2, 2, 3)


def test_gold_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    spans = [{"start": 0, "end": 3, "text": "Ann", "label": "PER"},
             {"start": 4, "end": 99, "text": "met", "label": "X"}]  # fmt: skip
    gold.write_text(json.dumps({"text": "Ann met Bo", "spans": spans[:1]}), encoding="utf-8")
    assert goldwire.score(gold, gold)["mentions/strict"].f1 == 1
    gold.write_text(json.dumps({"text": "Ann met Bo", "spans": spans}), encoding="utf-8")
    with pytest.raises(GoldError, match="GW73"):
        goldwire.score(gold, gold)


def test_a_format_that_is_not_known_is_named_with_the_nearest(score: Score) -> None:
    code, _, err = score("run.json", json.dumps(objects()), "--format", "bart")
    assert code == 2
    assert "did you mean brat?" in err


def test_a_file_in_no_known_format_is_refused_with_the_known_ones(score: Score) -> None:
    code, _, err = score("run.yml", "- text: Jack\n  label: PER\n")
    assert code == 2
    assert "is in no format that goldwire recognises" in err


def test_compare_and_gate_say_how_they_read_the_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(objects(1)), encoding="utf-8")
    new.write_text(json.dumps(objects()), encoding="utf-8")
    common = [str(new), "--gold", str(ROOT), "--metrics", "mentions/strict"]
    for call in (["compare", str(old), *common], ["gate", *common, "--baseline", str(old)]):
        assert main(call) == 0
        err = capsys.readouterr().err
        assert f"read {old} as spans; offsets: code_points,exclusive,1" in err, call
        assert f"read {new} as spans; offsets: code_points,exclusive (" in err, call
    assert main(["compare", str(old), *common, "--json"]) == 0
    inputs = json.loads(capsys.readouterr().out)["inputs"]
    assert inputs[str(old)]["format"] == "spans"
    assert inputs[str(old)]["dialect"]["offsets"].startswith("code_points,exclusive,1")


def test_escapes_in_a_label_do_not_reach_the_terminal_from_compare_or_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)  # where it is set, protected words are not shown
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(objects()), encoding="utf-8")
    new.write_text(json.dumps([{**objects()[0], "entity_group": "G\x1b[31m"}, *objects()[1:]]),
                   encoding="utf-8")  # fmt: skip
    common = [str(new), "--gold", str(ROOT), "--metrics", "mentions/strict"]
    for call in (["compare", str(old), *common], ["gate", *common, "--baseline", str(old)]):
        main(call)
        out, err = capsys.readouterr()
        assert "predicted 129:139 “Kazakhstan” G\\x1b[31m" in out, call
        assert "\x1b" not in out + err, call


def test_the_signature_of_a_comparison_says_how_any_of_its_runs_was_grounded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    placed, words = tmp_path / "placed.json", tmp_path / "words.json"
    placed.write_text(json.dumps(objects()), encoding="utf-8")
    words.write_text(json.dumps({"id": DOC_ID, "entities": [{"text": "CSTO", "label": "ORG"}]}),
                     encoding="utf-8")  # fmt: skip
    for call in (["compare", str(placed), str(words)],
                 ["gate", str(words), "--baseline", str(placed)]):  # fmt: skip
        main([*call, "--gold", str(ROOT), "--metrics", "mentions/strict"])
        assert "ground:folded.1" in capsys.readouterr().out, call
