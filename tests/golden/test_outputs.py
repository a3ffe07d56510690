"""What every command prints stays as it is until somebody changes it on purpose."""

from pathlib import Path

import pytest

from golden_outputs import CASES, FOLDER, prepare, printed
from goldwire.cli import COMMANDS

ELSEWHERE = {
    "demo": "test_readme.py pins its tables",
    "metrics": "docs/metrics.md is its output",
    "run": "eval prints what it prints, and scores",
    "publish": "test_publish.py and test_tutorials.py run it against a Hub, whose commits differ",
}
"""Commands whose output is pinned by another test."""


@pytest.mark.parametrize("name", CASES)
def test_the_output_is_the_stored_one(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "toy"
    folder.mkdir()
    for variable in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_WORKSPACE"):
        # Set by a case; put back after it.
        monkeypatch.setenv(variable, "")
    monkeypatch.syspath_prepend(folder)
    prepare(folder, name)
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert printed(name, folder) == expected


def test_every_stored_output_has_a_case() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(CASES)


def test_every_command_has_a_stored_output() -> None:
    shown = {command.split()[0] for command in CASES.values()}
    assert [name for name in COMMANDS if name not in shown | set(ELSEWHERE)] == []
