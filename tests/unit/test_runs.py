import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from goldwire.cli import main
from goldwire.errors import UsageError
from goldwire.inputs import open_gold, open_run
from goldwire.model import Annotation, Mention
from goldwire.report.progress import ProgressBar
from goldwire.runner import Wanted, run_extractor
from goldwire.runs import Entry, Failure, LockedError, OpenRun, RunManifest, read_manifest, totals


def manifest(*doc_ids: str, key: str = "k", repeats: int = 1) -> RunManifest:
    return RunManifest(
        goldwire_run=1,
        extractor="baseline",
        name="base",
        version="1",
        parameters={},
        key=key,
        gold="g@1#0",
        repeats=repeats,
        texts=dict.fromkeys(doc_ids, "0"),
        environment={},
        started="2026-01-01T00:00:00+00:00",
    )


def answer(doc_id: str) -> Annotation:
    return Annotation(doc_id=doc_id, mentions=(Mention(type="PER"),))


def test_answers_come_into_the_order_of_the_documents(tmp_path: Path) -> None:
    with OpenRun(tmp_path / "run", manifest("a", "b", "c")) as run:
        for doc_id in "cab":
            run.add(Entry(doc_id=doc_id, seconds=1.0), answer(doc_id))
        run.put_in_order()
    assert [record.doc_id for record in open_run([str(tmp_path / "run")])] == ["a", "b", "c"]


def test_a_run_is_known_by_its_manifest_and_its_other_files_are_no_predictions(
    tmp_path: Path,
) -> None:
    with OpenRun(tmp_path / "run", manifest("a")) as run:
        run.add(Entry(doc_id="a", seconds=1.0), answer("a"))
    found = open_run([str(tmp_path / "run")])
    assert (found.name, found.layers) == ("base 1", None)
    assert len(list(found)) == 1
    assert found.problems == []


def test_a_run_folder_without_any_answer_is_empty_and_no_fault(tmp_path: Path) -> None:
    OpenRun(tmp_path / "run", manifest("a")).close()
    found = open_run([str(tmp_path / "run")])
    assert list(found) == []
    assert found.problems == []


@pytest.mark.parametrize("text", ["{", '{"goldwire_run": 2}', '{"goldwire_run": "x"}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="is no manifest that this version reads"):
        read_manifest(tmp_path)


def test_a_manifest_of_something_else_makes_no_run(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    (tmp_path / "manifest.json").write_text('{"name": "a web app"}', encoding="utf-8")
    assert read_manifest(tmp_path) is None


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with (
        OpenRun(tmp_path / "run", manifest("a")),
        pytest.raises(LockedError, match="is being written by process"),
    ):
        OpenRun(tmp_path / "run", manifest("a"))
    OpenRun(tmp_path / "run", manifest("a")).close()


def test_calls_are_summed_up() -> None:
    error = Failure(kind="crash", message="")
    entries = [
        Entry(doc_id=str(n), seconds=float(n), tokens_in=n, cost=0.5) for n in range(1, 21)
    ] + [Entry(doc_id="x", seconds=1000.0, tokens_in=7, error=error)]
    sums = totals(entries)
    # Of 1 to 20: the lower median is 10, and 19 of 20 are at most 19. Failures have no latency,
    # but their tokens were spent.
    latency = sums["latency"]
    assert (latency.median, latency.p95, latency.longest) == (10.0, 19.0, 20.0)
    assert (sums["tokens_in"], sums["tokens_out"], sums["cost"]) == (217, None, 10.0)


def corpus(root: Path, *doc_ids: str) -> Path:
    (root / "annotations" / "gold").mkdir(parents=True)
    for doc_id in doc_ids:
        (root / "corpus" / doc_id).mkdir(parents=True)
        (root / "corpus" / doc_id / "text.txt").write_text("Ann met Bob.", encoding="utf-8")
        gold = root / "annotations" / "gold" / f"{doc_id}.json"
        gold.write_text(json.dumps({"doc_id": doc_id, "mentions": []}), encoding="utf-8")
    return root


FAILS_WHEN_TOLD = """
from pathlib import Path

def f(text, doc_id):
    if doc_id == "b" and Path("fail").exists():
        raise ValueError
    return []
"""


def test_only_the_latest_run_goes_on_and_only_if_it_is_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus(tmp_path, "a", "b"))
    Path("f.py").write_text(FAILS_WHEN_TOLD, encoding="utf-8")
    gold = open_gold(".")

    def run(*, fresh: bool = False, reuse: bool = False) -> tuple[str, str, int]:
        wanted = Wanted(fresh=fresh, reuse=reuse)
        outcome = run_extractor("py:f.py:f", gold, wanted=wanted)
        return outcome.folder.name[8:], outcome.manifest.status, outcome.n_reused

    def without_key(found: tuple[str, str, int]) -> tuple[str, str, int]:
        return (found[0].partition(".")[2], *found[1:])

    Path("fail").touch()
    assert without_key(run()) == ("", "incomplete", 0)
    assert without_key(run(fresh=True)) == ("2", "incomplete", 0)
    Path("fail").unlink()
    assert without_key(run()) == ("2", "complete", 1)
    # The first one stays as it is: a later run was complete.
    assert without_key(run()) == ("3", "complete", 0)
    assert without_key(run(reuse=True)) == ("3", "complete", 2)


def test_a_folder_with_other_files_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(corpus(tmp_path, "a"))
    assert main(["run", "baseline", "--out", "corpus", "--fresh"]) == 2
    assert "corpus holds other files → give an empty or a new folder" in capsys.readouterr().err


def test_a_document_without_text_is_an_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus(tmp_path, "a", "b"))
    (tmp_path / "corpus" / "a" / "text.txt").unlink()
    outcome = run_extractor("baseline", open_gold("."))
    [entry] = outcome.failures
    assert (entry.doc_id, entry.error and entry.error.kind) == ("a", "no text")
    assert outcome.manifest.n_answers == 1


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--max-errors", "many"], "--max-errors 'many': write a number such as 3, or a share"),
        (["--max-errors", "-1"], "--max-errors '-1': write a number"),
        (["--max-errors", "200%"], "at most 100%"),
        (["--param", "size"], "--param 'size': write KEY=VALUE"),
        (["--workers", "0"], "--workers 0: it must be 1 at least"),
        (["--repeats", "0"], "--repeats 0: it must be 1 at least"),
        (["--timeout", "-1"], "--timeout -1.0: it must be"),
    ],
)
def test_wrong_options_are_named(
    option: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(corpus(tmp_path, "a"))
    assert main(["run", "baseline", *option]) == 2
    assert message in capsys.readouterr().err


def test_the_progress_shows_how_many_are_done_and_how_many_failed() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100, color_system=None)
    with ProgressBar(console) as bar:
        bar.start(n_done=3, n_wanted=7)
        bar.saw(Entry(doc_id="a", seconds=1.0))
        bar.saw(Entry(doc_id="b", seconds=1.0, error=Failure(kind="crash", message="")))
        bar._progress.refresh()
        shown = screen.getvalue()
    assert "5/7" in shown
    assert "1 errors" in shown
