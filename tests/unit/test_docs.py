import re
from importlib import import_module
from pathlib import Path

import pytest

from goldwire.cli import main
from goldwire.importing.metadata import COLUMNS
from goldwire.metrics import composites, registry

ROOT = Path(__file__).parents[2]


def test_the_page_of_metrics_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["metrics", "--markdown"]) == 0
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert page.endswith("\n\n" + capsys.readouterr().out)


def test_every_metric_has_its_row_and_its_definition_on_the_page() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    table, definitions = page.split("\n## Definitions\n")
    for name in (*registry(), *composites()):
        assert f"\n| `{name}` |" in table, name
        assert re.search(f"^#### .*`{re.escape(name)}`", definitions, re.MULTILINE), name


@pytest.mark.parametrize("name", registry())
def test_every_definition_gives_its_formula_and_its_source(name: str) -> None:
    compute = registry()[name].compute
    definition = compute.__doc__ or ""
    assert re.search(r"P = |R = ", definition), "no formula"
    # The source may be that of the whole family.
    family = import_module(compute.__module__).__doc__ or ""
    assert re.search(r"\b(?:19|20)\d\d\b|goldwire\s+defines", definition + family), "no source"


def test_a_definition_is_shown_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "mentions/iou@0.7"]) == 0
    assert "mentions/iou@0.7 (version 1 of its definition)" in capsys.readouterr().out
    assert main(["metrics", "entities/conll"]) == 0
    assert "unweighted mean" in capsys.readouterr().out
    assert main(["metrics", "mentions/strct"]) == 2
    assert "did you mean mentions/strict" in capsys.readouterr().err
    assert main(["metrics", "ner"]) == 2
    assert "the layers are mentions, entities" in capsys.readouterr().err


def test_every_exit_code_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert all(f"| {code} |" in page for code in (0, 1, 2, 3, 4, 5, 6, 130))


def test_the_agreement_page_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    passes = [str(ROOT / "annotations" / "passes" / name) for name in "AB"]
    assert main(["agree", "--markdown", *passes]) == 0
    page = (ROOT / "annotations" / "AGREEMENT.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == page
    caveat = (ROOT / "annotations" / "passes" / "CAVEAT.md").read_text(encoding="utf-8")
    assert caveat in page


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_page_about_importing_lists_the_columns_of_the_metadata() -> None:
    page = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \|", page.partition("## The metadata table")[2], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert named == set(COLUMNS)
