"""The composite action: its shell steps are run as a runner would, on the toy corpus."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import toy_corpus
from goldwire.ci_files import WORKFLOW_TEXT

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load(
    (ROOT / ".github" / "actions" / "goldwire" / "action.yml").read_text(encoding="utf-8")
)
GH = """#!/bin/sh
# Stands for GitHub's own program: knows the comments of a file, and notes what it is asked.
case "$*" in
  *--paginate*) cat known ;;
  *) echo "$@" >> asked ;;
esac
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the corpus, the extractor, its baseline and a stand-in for `gh`, once."""
    folder = toy_corpus.write_corpus(tmp_path_factory.mktemp("prepared"))
    settings = 'extractor = "py:toy:extract"\nbaseline = "base.jsonl"\n'
    (folder / "goldwire.toml").write_text(settings)
    (folder / "toy.py").write_text(toy_corpus.extractor_source())
    (folder / "bin").mkdir()
    (folder / "bin" / "gh").write_text(GH)
    (folder / "bin" / "gh").chmod(0o755)
    (folder / "known").write_text("")
    run(folder, "goldwire gate --update-baseline", {})
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "repository")


def run(here: Path, script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(
        [str(here / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    return subprocess.run(
        # What a runner calls for `shell: bash`.
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=here,
        env={
            **os.environ,
            **environment,
            "PATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "GITHUB_WORKSPACE": str(here),
            "GITHUB_STEP_SUMMARY": str(here / "summary.md"),
            "GITHUB_OUTPUT": str(here / "output.txt"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def step(name: str, here: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step with its inputs put into its variables, as the action declares them."""
    [found] = [one for one in ACTION["runs"]["steps"] if one["name"] == name]
    known = {"github.repository": "a/b", "github.event.pull_request.number": "7"}
    for key, declared in ACTION["inputs"].items():
        known[f"inputs.{key}"] = inputs.get(key.replace("-", "_"), declared["default"])
    environment = {
        key: known[value.removeprefix("${{ ").removesuffix(" }}")]
        for key, value in found["env"].items()
    }
    return run(here, found["run"], environment)


def test_an_extractor_that_keeps_everything_passes(here: Path) -> None:
    done = step("Gate", here)
    assert done.returncode == 0, done.stderr
    assert "verdict    PASS" in done.stdout
    assert (here / "output.txt").read_text() == "verdict=PASS\nscore=1.0000\ndelta=+0.0000\n"
    assert (here / "goldwire-gate.xml").is_file()


def test_a_broken_extractor_fails_and_the_lost_items_are_named(here: Path) -> None:
    (here / "toy.py").write_text(toy_corpus.extractor_source(without=("Rome",)))
    done = step("Gate", here)
    assert done.returncode == 1
    assert "d3 mentions 9:13 GPE" in done.stdout
    assert "::error file=annotations/gold/d3.json,line=5," in done.stdout
    assert "### Lost: 1" in (here / "summary.md").read_text()
    assert "verdict=FAIL" in (here / "output.txt").read_text()


def test_an_improved_extractor_passes(here: Path) -> None:
    (here / "toy.py").write_text(toy_corpus.extractor_source(without=("Rome",)))
    run(here, "goldwire gate --update-baseline", {})
    (here / "toy.py").write_text(toy_corpus.extractor_source())
    done = step("Gate", here)
    assert done.returncode == 0
    assert "gained: 1 gold item" in done.stdout


def test_candidate_baseline_and_arguments_are_handed_on(here: Path) -> None:
    (here / "one.jsonl").write_text(toy_corpus.predictions(without=("Rome",)))
    (here / "two.jsonl").write_text(toy_corpus.predictions())
    done = step(
        "Gate",
        here,
        candidate="one.jsonl two.jsonl",
        baseline="two.jsonl",
        arguments="--min mentions/strict=0.99 --metrics mentions/strict",
    )
    assert "candidate  one (2 runs)" in done.stdout
    assert "FAIL  mentions/strict ≥ 0.99" in done.stdout
    assert done.returncode == 1


def test_the_comment_is_made_once_and_then_renewed(here: Path) -> None:
    step("Gate", here)
    assert step("Comment", here).returncode == 0
    (here / "known").write_text("42\n")
    assert step("Comment", here).returncode == 0
    assert (here / "asked").read_text().splitlines() == [
        "api --method POST repos/a/b/issues/7/comments -F body=@goldwire-comment.md",
        "api --method PATCH repos/a/b/issues/comments/42 -F body=@goldwire-comment.md",
    ]


def test_without_a_report_there_is_no_comment(here: Path) -> None:
    assert step("Comment", here).returncode == 0
    assert not (here / "asked").exists()


def test_no_input_is_put_into_a_script() -> None:
    # An input in the text of a script is an injection; in a variable it is a value.
    assert [one["name"] for one in ACTION["runs"]["steps"] if "${{" in one["run"]] == []


@pytest.mark.parametrize(("without", "code"), [((), 0), (("Rome",), 1)])
def test_the_workflow_that_init_writes_fails_for_a_broken_extractor(
    here: Path, without: tuple[str, ...], code: int
) -> None:
    workflow = yaml.safe_load(WORKFLOW_TEXT)
    [gate] = [one for one in workflow["jobs"]["gate"]["steps"] if one.get("name") == "Gate"]
    (here / "toy.py").write_text(toy_corpus.extractor_source(without=without))
    done = run(here, gate["run"], {})
    assert done.returncode == code
    assert ("d3 mentions 9:13 GPE" in done.stdout) is bool(without)
    assert (here / "goldwire-gate.xml").is_file()


def test_its_outputs_are_what_the_gate_writes(here: Path) -> None:
    step("Gate", here)
    written = [line.partition("=")[0] for line in (here / "output.txt").read_text().splitlines()]
    assert written == list(ACTION["outputs"])
    values = [one["value"] for one in ACTION["outputs"].values()]
    assert values == [f"${{{{ steps.gate.outputs.{name} }}}}" for name in written]
