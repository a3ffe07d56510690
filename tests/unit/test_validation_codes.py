"""The table of codes is complete, in the code and in the documentation."""

import re
from pathlib import Path

from goldwire.validation.codes import CODES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "eval" / "goldwire"


def codes_in_source() -> set[str]:
    return {
        code
        for path in SOURCE.rglob("*.py")
        if path.name not in {"codes.py", "errors.py"}
        for code in re.findall(r'"(GW\d{3})"', path.read_text(encoding="utf-8"))
    }


def test_every_code_that_the_program_reports_is_in_the_table() -> None:
    assert codes_in_source() <= set(CODES)


def test_every_code_in_the_table_is_reported_somewhere() -> None:
    assert set(CODES) <= codes_in_source()


def test_the_documentation_lists_every_code_as_the_table_does() -> None:
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (GW\d{3}) \| (.*) \| (.*) \|$", page, re.MULTILINE)
    assert rows == [(code, title, remedy) for code, (title, remedy) in CODES.items()]
