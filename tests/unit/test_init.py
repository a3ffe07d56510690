import tomllib
from pathlib import Path

import pytest

import toy_corpus
from goldwire.ci_files import BASELINE, TEST, WORKFLOW
from goldwire.cli import main

SPEC = "py:init_extractor:extract"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(toy_corpus.write_corpus(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "init_extractor.py").write_text(toy_corpus.extractor_source())
    return tmp_path


def test_everything_that_a_gate_needs_is_written_and_the_gate_passes(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--tests", "--extractor", SPEC]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote   goldwire.toml",
        f"wrote   {TEST}",
        f"wrote   {WORKFLOW}",
        f"wrote   {BASELINE}",
        "next    pytest; goldwire gate; then commit all of these files",
    ]
    assert tomllib.loads((here / "goldwire.toml").read_text()) == {
        "gold": ".",
        "extractor": SPEC,
        "baseline": BASELINE,
    }
    assert main(["gate"]) == 0


def test_a_project_file_is_added_to_and_otherwise_left_alone(here: Path) -> None:
    before = '[project]\nname = "mine"\n# kept\n'
    (here / "pyproject.toml").write_text(before)
    assert main(["init", "--tests", "--extractor", SPEC]) == 0
    after = (here / "pyproject.toml").read_text()
    assert after.startswith(before)
    assert tomllib.loads(after)["tool"]["goldwire"]["extractor"] == SPEC
    assert not (here / "goldwire.toml").exists()
    assert main(["gate"]) == 0


def test_what_is_there_is_kept_and_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "--tests", "--extractor", SPEC])
    files = [here / name for name in ("goldwire.toml", TEST, WORKFLOW, BASELINE)]
    for file in files[:3]:
        file.write_text(file.read_text() + "# mine\n")
    before = [file.read_bytes() for file in files]
    capsys.readouterr()
    assert main(["init", "--tests", "--extractor", "py:other:extract"]) == 0
    assert [file.read_bytes() for file in files] == before
    assert capsys.readouterr().out.count("kept    ") == 4


def test_without_an_extractor_there_is_a_placeholder_and_no_baseline(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--tests"]) == 0
    assert "goldwire gate --update-baseline" in capsys.readouterr().err
    assert not (here / BASELINE).exists()
    assert "py:my_extractor:extract" in (here / TEST).read_text()


def test_gold_elsewhere_is_written_as_a_path_from_the_repository(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mine").mkdir()
    assert main(["init", "--tests", "mine", "--gold", str(here)]) == 0
    assert 'gold = ".."' in (here / "mine" / "goldwire.toml").read_text()
    assert "outside of the repository" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["init"], "name the folder of the new corpus, or say --tests"),
        (["init", "--tests", "nowhere"], "there is no folder nowhere"),
        (["init", "--tests", "--gold", "nowhere"], "there is no gold at nowhere"),
    ],
)
def test_a_call_that_means_nothing_is_refused(
    here: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


def test_without_any_gold_it_asks_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--tests"]) == 2
    assert "which gold? pass --gold PATH" in capsys.readouterr().err


def test_a_broken_project_file_is_refused_and_left_alone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "pyproject.toml").write_text("[project")
    assert main(["init", "--tests"]) == 2
    assert "is not valid TOML" in capsys.readouterr().err
    assert (here / "pyproject.toml").read_text() == "[project"
