"""The tutorials do what they say: their files are written, their commands run, outputs compared."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from goldwire.ci_files import WORKFLOW_TEXT

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`([\w./-]+)`:\n\n$")


@dataclass(frozen=True)
class Step:
    """A block of a page: a file to be written, commands to be run, or what they must print."""

    kind: str
    text: str
    file: str


def steps(page: str) -> Iterator[Step]:
    for block in BLOCK.finditer(page):
        named = FILE.search(page[: block.start()])
        yield Step(block[1], block[2], named[1] if named else "")


def pattern(shown: str) -> re.Pattern[str]:
    """Make a pattern of an output in which `…` stands for anything."""
    return re.compile(".*?".join(map(re.escape, shown.rstrip("\n").split("…"))) + r"\n?", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_tutorial_does_what_it_says(page: Path, tmp_path: Path) -> None:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST")},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("CI", None)
    printed = ""
    for step in steps(page.read_text(encoding="utf-8")):
        if step.file and step.kind != "yaml":
            file = tmp_path / step.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step.text, encoding="utf-8")
        elif step.kind == "sh" and "pip install" not in step.text:
            done = subprocess.run(
                ["bash", "-c", step.text],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            printed = done.stdout
            assert "Traceback" not in done.stderr, done.stderr
        elif step.kind == "text" and not step.file:
            assert pattern(step.text).fullmatch(printed), (
                f"{step.text}\n--- but it is ---\n{printed}"
            )


def test_the_workflow_on_the_page_is_the_one_that_init_writes() -> None:
    page = (ROOT / "docs" / "tutorials" / "regression-test.md").read_text(encoding="utf-8")
    [workflow] = [step.text for step in steps(page) if step.kind == "yaml"]
    assert workflow == WORKFLOW_TEXT
