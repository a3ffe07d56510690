from pathlib import Path

import pytest

from goldwire.cli import main
from goldwire.metrics import registry

ROOT = Path(__file__).parents[2]


def test_the_table_of_metrics_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["metrics", "--markdown"]) == 0
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert page.endswith("\n\n" + capsys.readouterr().out)


def test_every_metric_s_function_says_its_definition() -> None:
    silent = [name for name, metric in registry().items() if not metric.compute.__doc__]
    assert silent == []


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
