"""The gate for CI: JUnit, job summary, annotations, comment and outputs, and their limits."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import toy_corpus
from goldwire.cli import main
from goldwire.formats.native import ENCODER
from goldwire.model import Annotation, Mention, Span

WORDS = ("Oslo", "Ann", "Bob", "Rome")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(toy_corpus.write_corpus(tmp_path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output.txt"))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (tmp_path / "good.jsonl").write_text(toy_corpus.predictions())
    (tmp_path / "bad.jsonl").write_text(
        toy_corpus.predictions(without=("Rome",), wrong={"Oslo": "PER"})
    )
    return tmp_path


def gate(candidate: str, *options: str) -> int:
    return main(
        ["gate", candidate, "--baseline", "good.jsonl", "--junit", "out.xml", "--github",
         "--comment", "comment.md", *options]
    )  # fmt: skip


def test_junit_has_a_case_per_document_and_names_what_was_lost(here: Path) -> None:
    assert gate("bad.jsonl") == 1
    root = ET.parse(here / "out.xml").getroot()  # noqa: S314  our own file
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", "3", "0")
    [suite] = root
    assert suite.get("name") == "goldwire.mentions"
    properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert properties["verdict"] == "FAIL"
    assert str(properties["signature"]).startswith("goldwire|*|")
    third = suite.findall("testcase")[2]
    assert third.get("name") == "d3"
    failure = third.find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("lost", "2 gold items lost")
    assert str(failure.text).splitlines() == [
        "d3 mentions 9:13 GPE  Bob left [Rome] for Oslo.  (mentions/strict)  now MISSED",
        (
            "d3 mentions 18:22 GPE  Bob left Rome for [Oslo].  (mentions/strict)  "
            "now TYPE: predicted 18:22 “Oslo” PER"
        ),
    ]


def test_junit_of_a_pass_has_no_failure(here: Path) -> None:
    assert gate("good.jsonl") == 0
    root = ET.parse(here / "out.xml").getroot()  # noqa: S314  our own file
    assert (root.get("tests"), root.get("failures")) == ("3", "0")


@pytest.mark.parametrize(
    ("counted_as", "element", "code"), [(None, "skipped", 3), ("fail", "failure", 1)]
)
def test_junit_skips_what_is_inconclusive_unless_that_fails(
    here: Path, counted_as: str | None, element: str, code: int
) -> None:
    options = ["--inconclusive", counted_as] if counted_as else []
    metrics = ["--metrics", "mentions/strict", "--margin", "0.02"]
    (here / "no-rome.jsonl").write_text(toy_corpus.predictions(without=("Rome",)))
    assert gate("no-rome.jsonl", *metrics, *options) == code
    root = ET.parse(here / "out.xml").getroot()  # noqa: S314  our own file
    [case] = root.iter("testcase")
    assert case.get("name") == "mentions/strict"
    [found] = list(case)
    assert found.tag == element
    assert "neither a loss nor its absence is proven" in str(found.get("message"))


def test_a_floor_is_a_case_of_its_own(here: Path) -> None:
    assert gate("good.jsonl", "--min", "mentions/strict=0.9") == 0
    assert gate("bad.jsonl", "--min", "mentions/strict=0.9") == 1
    root = ET.parse(here / "out.xml").getroot()  # noqa: S314  our own file
    [case] = root.iterfind("testsuite[@name='goldwire.scores']/testcase")
    assert case.get("name") == "mentions/strict ≥ 0.9"
    # 4 of 7 predicted are right, 4 of 8 found: F1 = 8 / 15.
    assert [(one.tag, one.get("message")) for one in case] == [("failure", "it is 0.5333")]


def test_outputs_are_verdict_score_and_delta(here: Path) -> None:
    gate("bad.jsonl")
    assert (here / "output.txt").read_text() == "verdict=FAIL\nscore=0.5333\ndelta=-0.4667\n"


def test_summary_and_comment_name_verdict_figures_and_lost_items(here: Path) -> None:
    gate("bad.jsonl")
    for name in ("summary.md", "comment.md"):
        text = (here / name).read_text(encoding="utf-8")
        assert "## goldwire gate: FAIL" in text
        assert "| mentions/strict | 100.0 | 53.3 | -46.7 |" in text
        assert "### Lost: 4" in text
        assert "- `d3 mentions 9:13 GPE  Bob left [Rome] for Oslo." in text
    assert (here / "comment.md").read_text(encoding="utf-8").startswith("<!-- goldwire gate -->\n")


def test_the_summary_is_appended_so_that_other_steps_keep_theirs(here: Path) -> None:
    (here / "summary.md").write_text("another step\n")
    gate("good.jsonl")
    assert (here / "summary.md").read_text().startswith("another step\n## goldwire gate: PASS")


def test_annotations_point_at_the_gold_item(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate("bad.jsonl")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::")]
    assert len(lines) == 4
    assert lines[2] == (
        "::error file=annotations/gold/d3.json,line=5,title=goldwire gate::lost: "
        "d3 mentions 9:13 GPE  Bob left [Rome] for Oslo.  (mentions/strict)  now MISSED"
    )
    gold = (here / "annotations" / "gold" / "d3.json").read_text().splitlines()
    assert '"start": 9, "end": 13' in gold[4]


def test_without_github_s_variables_it_says_what_was_not_written(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    monkeypatch.delenv("GITHUB_OUTPUT")
    assert gate("good.jsonl") == 0
    assert "GITHUB_STEP_SUMMARY is not set" in capsys.readouterr().err


def test_with_json_stdout_is_json_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del here
    gate("bad.jsonl", "--json")
    captured = capsys.readouterr()
    record = json.loads(captured.out)
    assert (record["verdict"], record["n_lost"], record["n_gained"]) == ("FAIL", 4, 0)
    assert record["lost"][2]["item"] == "d3 mentions 9:13 GPE"
    assert record["lost"][2]["words"] == "Rome"
    assert "::error" in captured.err


def test_no_word_of_a_protected_text_leaves_the_machine(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy_corpus.write_corpus(here, redistribution="annotations_only")
    assert gate("bad.jsonl") == 1
    out = capsys.readouterr().out
    gate("bad.jsonl", "--json")
    told = [out, capsys.readouterr().out] + [
        (here / name).read_text(encoding="utf-8")
        for name in ("out.xml", "summary.md", "comment.md")
    ]
    for text in told:
        assert "d3 mentions 9:13 GPE" in text
        assert [word for word in WORDS if word in text] == []


def test_in_the_terminal_its_holder_sees_the_words_and_in_a_log_nobody_does(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    toy_corpus.write_corpus(here, redistribution="annotations_only")
    for command in (["gate", "bad.jsonl", "--baseline", "good.jsonl"],
                    ["compare", "good.jsonl", "bad.jsonl"]):  # fmt: skip
        monkeypatch.delenv("CI", raising=False)
        main(command)
        assert "[Rome]" in capsys.readouterr().out
        monkeypatch.setenv("CI", "true")
        main(command)
        out = capsys.readouterr().out
        assert "d3 mentions 9:13 GPE" in out
        assert "Rome" not in out


def test_twenty_thousand_lost_items_stay_within_every_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output.txt"))
    spans = [Span(start, start + 3) for start in range(0, 10_000, 5)]
    label = "ÄÖÜ-label"
    gold = [
        Annotation(
            doc_id=f"document-{n}",
            mentions=tuple(Mention(type=label, spans=(span,)) for span in spans),
        )
        for n in range(10)
    ]
    nothing = [Annotation(doc_id=one.doc_id, mentions=()) for one in gold]
    for name, records in (("gold", gold), ("nothing", nothing)):
        (tmp_path / f"{name}.jsonl").write_bytes(ENCODER.encode_lines(records))
    code = main(
        ["gate", "nothing.jsonl", "--baseline", "gold.jsonl", "--gold", "gold.jsonl", "--github",
         "--comment", "comment.md"]
    )  # fmt: skip
    assert code == 1
    annotations = [x for x in capsys.readouterr().out.splitlines() if x.startswith("::")]
    assert len(annotations) == 10
    assert annotations[-1].endswith("::and 19991 more lost")
    summary = (tmp_path / "summary.md").read_bytes()
    assert 800_000 < len(summary) <= 900_000
    comment = (tmp_path / "comment.md").read_text(encoding="utf-8")
    assert 60_000 < len(comment) <= 65_536
    for text in (summary.decode(), comment):
        shown = text.count("- `document-")
        assert f"\nand {20_000 - shown} more lines: `goldwire gate --json`" in text
        assert "goldwire|*|" in text
