import subprocess
import sys
from pathlib import Path

import pytest

from goldwire.cli import COMMANDS, main
from goldwire.version import version

ROOT = Path(__file__).parents[2]


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name}" in out and line in out for name, line in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert stop.value.code == 0
    assert f"usage: goldwire {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_all_its_options(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    sections = {part.split("`")[0].split()[0]: part for part in page.split("\n## `goldwire ")[1:]}
    assert name in sections
    with pytest.raises(SystemExit):
        main([name, "--help"])
    words = capsys.readouterr().out.replace(",", " ").replace("[", " ").split()
    options = {word.rstrip("]=") for word in words if word.startswith("--")} - {"--help"}
    missing = [option for option in sorted(options) if f"`{option}" not in sections[name]]
    assert missing == []


def test_without_a_command_the_usage_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "usage: goldwire COMMAND" in captured.err


def test_a_misspelt_command_gets_the_nearest_right_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["scroe"]) == 2
    assert "did you mean score?" in capsys.readouterr().err


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"goldwire {version()}\n"


def loaded_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


HEAVY = {"pandas", "pyarrow", "datasets", "scipy", "rich", "jsonschema", "pytest", "jinja2"}


def test_importing_goldwire_loads_no_heavy_library() -> None:
    assert loaded_after("import goldwire") & (HEAVY | {"numpy"}) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_s_help_loads_no_heavy_library(name: str) -> None:
    code = (
        "import contextlib, io\n"
        "from goldwire.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        f"    main([{name!r}, '--help'])"
    )
    assert loaded_after(code) & (HEAVY | {"numpy"}) == set()
