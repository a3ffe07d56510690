"""What an extractor's repository needs to be tested in CI: settings, a test and a workflow."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from goldwire.errors import UsageError
from goldwire.replacing import replace_file

EXTRACTOR = "py:my_extractor:extract"
"""Stands where the extractor is not named yet."""

BASELINE = "tests/goldwire_baseline.jsonl.gz"
WORKFLOW = ".github/workflows/goldwire.yml"
TEST = "tests/test_extraction.py"

TEST_TEXT = '''\
"""The extractor keeps what it can: run by pytest, with the plugin that goldwire brings."""


def test_no_gold_item_is_lost(goldwire_run):
    goldwire_run("{extractor}").assert_no_lost()
'''

WORKFLOW_TEXT = """\
name: goldwire
on: [push, pull_request]
permissions:
  contents: read
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Install
        # Add here what the extractor itself needs, such as -r requirements.txt.
        run: python -m pip install goldwire
      - name: Gate
        run: goldwire gate --github --junit goldwire-gate.xml
      - name: Keep the report
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: goldwire-gate
          path: goldwire-gate.xml
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What was written, and what was there already and left as it was; paths from the folder."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def settings_text(*, extractor: str, gold: str, table: str) -> str:
    """Write the settings as TOML; `table` is the header, empty for a file of their own."""
    header = f"[{table}]\n" if table else ""
    return (
        f'{header}gold = "{_quoted(gold)}"\nextractor = "{_quoted(extractor)}"\n'
        f'baseline = "{BASELINE}"\n'
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def write_ci_files(folder: Path, *, extractor: str, gold: str) -> Made:
    """Write settings, test and workflow into a repository; nothing that is there is changed.

    Settings go into pyproject.toml when there is one, else into goldwire.toml. `gold` is written as
    given: a path from the folder.
    """
    written: list[str] = []
    kept: list[str] = []
    place = _settings_place(folder)
    if place is None:
        kept.append(_known_settings(folder))
    else:
        name, before, table = place
        text = settings_text(extractor=extractor, gold=gold, table=table)
        _write(folder / name, f"{before.rstrip()}\n\n{text}" if before.strip() else text)
        written.append(name)
    for name, text in (
        (TEST, TEST_TEXT.format(extractor=_quoted(extractor))),
        (WORKFLOW, WORKFLOW_TEXT),
    ):
        if (folder / name).exists():
            kept.append(name)
        else:
            _write(folder / name, text)
            written.append(name)
    return Made(tuple(written), tuple(kept))


def _settings_place(folder: Path) -> tuple[str, str, str] | None:
    """Say into which file the settings go, what it holds, under which table; None when it has."""
    if (folder / "goldwire.toml").exists():
        return None
    project = folder / "pyproject.toml"
    if not project.exists():
        return "goldwire.toml", "", ""
    before = project.read_text(encoding="utf-8")
    try:
        known = tomllib.loads(before)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{project} is not valid TOML: {error}") from error
    if "goldwire" in known.get("tool", {}):
        return None
    return "pyproject.toml", before, "tool.goldwire"


def _known_settings(folder: Path) -> str:
    return "goldwire.toml" if (folder / "goldwire.toml").exists() else "pyproject.toml"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text.encode())
