"""Whatever an extractor, a server, the disk or the power does: no answer is lost or made up."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from goldwire.cli import main
from goldwire.runner.identity import new_manifest
from goldwire.runs import OpenRun, read_log, read_manifest

FAULTY = Path(__file__).parents[1] / "faulty_extractor.py"
DOCUMENTS = ("d1", "d2", "d3", "d4", "d5")
TEXT = "Ann met Bob."


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five documents of one mention each, in the working directory."""
    write_corpus(tmp_path, dict.fromkeys(DOCUMENTS, TEXT))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASKED", str(tmp_path / "asked.txt"))
    return tmp_path


def write_corpus(root: Path, texts: dict[str, str]) -> None:
    gold = root / "annotations" / "gold"
    gold.mkdir(parents=True)
    for doc_id, text in texts.items():
        (root / "corpus" / doc_id).mkdir(parents=True)
        (root / "corpus" / doc_id / "text.txt").write_bytes(text.encode())
        mention = {"type": "PER", "spans": [{"start": 0, "end": 3}]}
        record = {"doc_id": doc_id, "annotation_set": "gold", "mentions": [mention]}
        (gold / f"{doc_id}.json").write_text(json.dumps(record), encoding="utf-8")


def command(mode: str) -> str:
    return f"cmd:{sys.executable} -S {FAULTY} {mode}"


def asked() -> list[str]:
    return Path(os.environ["ASKED"]).read_text(encoding="utf-8").split()


def predicted(folder: Path, name: str = "predictions.jsonl") -> dict[str, Any]:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return {record["doc_id"]: record for record in map(json.loads, lines)}


def errors(folder: Path) -> dict[str, str]:
    return {entry.doc_id: entry.error.kind for entry in read_log(folder) if entry.error is not None}


def run(*arguments: str) -> tuple[int, Path]:
    return main(["run", *arguments, "--out", "run"]), Path("run")


@pytest.mark.parametrize(
    ("mode", "kind", "said"),
    [
        ("crash", "crash", "it ended with exit code 3"),
        ("killed", "crash", "it was killed by SIGKILL"),
        ("garbage", "crash", "it ended with exit code 1"),
        ("other", "other document", "asked for 'd3', but the answer is for 'd1'"),
        ("error", "refused", "the extractor says: too long for me"),
        ("shape", "malformed", "unknown entites: an answer has id, spans"),
    ],
)
@pytest.mark.usefixtures("corpus")
def test_a_fault_loses_one_document_and_never_the_run(
    mode: str, kind: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, folder = run(command(mode))
    assert code == 5
    assert list(predicted(folder)) == ["d1", "d2", "d4", "d5"]
    assert errors(folder) == {"d3": kind}
    assert asked() == list(DOCUMENTS)
    message = capsys.readouterr().err
    assert f"failed  d3: {kind}: {said}" in message
    assert "1 of 5 documents have no answer" in message


@pytest.mark.usefixtures("corpus")
def test_the_last_words_of_a_program_that_crashed_are_shown_and_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, folder = run(command("crash"))
    assert "boom: no such model" in capsys.readouterr().err
    [entry] = [entry for entry in read_log(folder) if entry.error is not None]
    assert entry.error is not None
    assert "boom: no such model" in entry.error.details


@pytest.mark.usefixtures("corpus")
def test_a_hanging_program_is_killed_and_started_again_for_the_next_document() -> None:
    code, folder = run(command("hang"), "--timeout", "1.5")
    assert code == 5
    assert errors(folder) == {"d3": "timeout"}
    assert list(predicted(folder)) == ["d1", "d2", "d4", "d5"]
    [entry] = [entry for entry in read_log(folder) if entry.error is not None]
    assert entry.error is not None
    assert "loading …" in entry.error.details


def test_a_program_that_never_listens_times_out_even_with_a_text_larger_than_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_corpus(tmp_path, {"d1": "Ann " * 100_000})
    monkeypatch.chdir(tmp_path)
    code, folder = run(command("deaf"), "--timeout", "0.5")
    assert code == 5
    assert errors(folder) == {"d1": "timeout"}


@pytest.mark.parametrize("mode", ["noise", "flood", "long"])
@pytest.mark.usefixtures("corpus")
def test_noise_and_long_lines_are_borne(mode: str) -> None:
    code, folder = run(command(mode))
    assert code == 0
    assert list(predicted(folder)) == list(DOCUMENTS)
    notes = {entry.doc_id: entry.notes for entry in read_log(folder) if entry.notes}
    expected = {"noise": "2 lines that are no answers, the last: '[1, 2]'", "flood": "1 lines"}
    assert list(notes) == (["d3"] if mode in expected else [])
    if mode in expected:
        assert notes["d3"][0].startswith(expected[mode])


@pytest.mark.usefixtures("corpus")
def test_spans_outside_the_text_are_kept_as_errors_and_scored_as_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["eval", command("outside"), "--metrics", "mentions/strict", "--json"]) == 0
    captured = capsys.readouterr()
    record = json.loads(captured.out)
    [score] = [row for row in record["scores"] if row["label"] is None and row["slice"] is None]
    # Four right answers beside the five wrong ones for d3, none of which was dropped.
    assert (score["p_num"], score["p_den"], score["r_num"], score["r_den"]) == (4, 9, 4, 5)
    assert [problem["code"] for problem in record["problems"]] == ["GW721"]
    assert record["oddities"] == {"mentions without a place in the text": 4}
    [folder] = Path(".goldwire/runs").iterdir()
    [notes] = [entry.notes for entry in read_log(folder) if entry.notes]
    assert notes[0] == "/mentions/1/spans/0: -1:3 is no span of the text, so the item has no place"
    assert len(notes) == 4
    assert f"noted   d3: {notes[0]}; and 3 more (log.jsonl has them all)\n" in captured.err


@pytest.mark.usefixtures("corpus")
def test_an_introduction_names_the_system_and_the_layers_that_it_attempts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, folder = run(command("hello"))
    manifest = read_manifest(folder)
    assert code == 0
    assert manifest is not None
    assert (manifest.name, manifest.version) == ("faulty", "7")
    assert manifest.layers == ("mentions", "times")
    assert main(["score", "run", "--metrics", "mentions/strict,times/strict", "--json"]) == 0
    record = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert record["system"] == "faulty 7"
    # Gold has no times here: attempted, but nothing to score them against.
    assert record["not_scored"] == {"times/strict": "gold is not annotated for times"}


@pytest.mark.usefixtures("corpus")
def test_a_failed_document_is_asked_for_again_and_an_answered_one_is_not() -> None:
    assert run(command("once"))[0] == 5
    code, folder = run(command("once"))
    assert code == 0
    assert asked() == [*DOCUMENTS, "d3"]
    assert list(predicted(folder)) == list(DOCUMENTS)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert (manifest.status, manifest.n_answers, manifest.n_errors) == ("complete", 5, 0)


@pytest.mark.usefixtures("corpus")
def test_answers_of_two_versions_of_a_program_are_never_mixed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VERSION", "1")
    path = Path("run/predictions.jsonl")
    assert run(command("versioned"))[0] == 5
    # As if it had been killed after the first document.
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    monkeypatch.setenv("VERSION", "2")
    assert run(command("versioned"))[0] == 2
    message = capsys.readouterr().err
    assert "the system now calls itself faulty 2, but run holds answers of faulty 1" in message
    assert list(predicted(Path("run"))) == ["d1"]
    assert run(command("versioned"), "--fresh")[0] == 5
    assert len(predicted(Path("run"))) == 4


@pytest.mark.usefixtures("corpus")
def test_errors_are_tolerated_up_to_the_number_or_the_share_that_is_allowed() -> None:
    assert main(["eval", command("crash"), "--max-errors", "1"]) == 0
    assert main(["eval", command("crash"), "--max-errors", "20%"]) == 0
    assert main(["eval", command("crash"), "--max-errors", "19%"]) == 5


@pytest.mark.usefixtures("corpus")
def test_answers_stand_in_the_order_of_the_documents_however_many_are_asked_at_a_time() -> None:
    assert run(command("slow"), "--workers", "3")[0] == 0
    assert list(predicted(Path("run"))) == list(DOCUMENTS)
    assert sorted(asked()) == list(DOCUMENTS)


KILLS_ITS_RUNNER = """
import os, signal
from pathlib import Path

def extract(text, doc_id):
    with open(os.environ["ASKED"], "a") as file:
        file.write(doc_id + "\\n")
    if doc_id == "d3" and not Path("killed").exists():
        Path("killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return [(0, 3, "PER")]
"""


def goldwire(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    code = f"{before}\nimport sys\nfrom goldwire.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )


def test_a_killed_run_is_continued_and_loses_nothing(corpus: Path) -> None:
    (corpus / "killer.py").write_text(KILLS_ITS_RUNNER, encoding="utf-8")
    done = goldwire("run", "py:killer:extract", "--out", "run")
    assert done.returncode == -signal.SIGKILL
    assert list(predicted(Path("run"))) == ["d1", "d2"]
    assert read_manifest(Path("run")).status == "running"  # type: ignore[union-attr]
    # What is there can be scored as it is.
    assert main(["score", "run"]) == 0
    assert goldwire("run", "py:killer:extract", "--out", "run").returncode == 0
    assert asked() == ["d1", "d2", "d3", "d3", "d4", "d5"]
    assert list(predicted(Path("run"))) == list(DOCUMENTS)


STUMBLES = """
def extract(text, doc_id):
    return None if doc_id == "d3" else [(0, 3, "PER")]
"""


def test_changed_code_is_another_run(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, file = "py:stumbles.py:extract", corpus / "stumbles.py"
    file.write_text(STUMBLES, encoding="utf-8")
    assert run(spec)[0] == 5
    assert main(["run", spec]) == 5
    file.write_text(STUMBLES.replace("PER", "ORG"), encoding="utf-8")
    assert run(spec)[0] == 2
    message = capsys.readouterr().err
    assert "holds a run of py:stumbles.py:extract with other code, parameters or texts" in message
    assert run(spec, "--fresh")[0] == 5
    found = predicted(Path("run"))
    assert {record["mentions"][0]["type"] for record in found.values()} == {"ORG"}
    assert len(found) == 4
    # Where the folder is not named, the changed code gets one of its own.
    assert main(["run", spec]) == 5
    assert len(list(Path(".goldwire/runs").iterdir())) == 2


@pytest.mark.usefixtures("corpus")
def test_a_complete_run_is_taken_again_only_when_that_is_asked_for() -> None:
    for arguments in ((), (), ("--reuse",), ("--fresh",)):
        assert main(["run", command("good"), *arguments]) == 0
    assert asked() == 3 * list(DOCUMENTS)
    assert run(command("good"))[0] == 0
    assert run(command("good"))[0] == 2
    assert run(command("good"), "--reuse")[0] == 0
    assert asked() == 4 * list(DOCUMENTS)


@pytest.mark.usefixtures("corpus")
def test_over_repeats_each_number_that_is_asked_for_varies(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked_for = "mentions/strict.r[PER],mentions/strict.p"
    arguments = ["eval", command("good"), "--repeats", "2", "--metrics", asked_for]
    assert main(arguments) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["mean", "least", "greatest", "s.d.", "n"] in rows
    for name in asked_for.split(","):
        assert [name, "100.0", "100.0", "100.0", "0.0", "2"] in rows
    assert main([*arguments[:-1], "mentions/strict", "--per-type"]) == 0
    assert "mentions/strict[PER]  100.0" in capsys.readouterr().out


@pytest.mark.usefixtures("corpus")
def test_repeats_are_runs_of_their_own_in_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command("good"), "--repeats", "2")[0] == 0
    assert asked() == 2 * list(DOCUMENTS)
    assert predicted(Path("run")) == predicted(Path("run"), "predictions.2.jsonl")
    # Of several answers one is scored, and it says which.
    capsys.readouterr()
    assert main(["score", "run"]) == 0
    assert "system  faulty_extractor.py, repeat 1 of 2 (5 predicted)" in capsys.readouterr().out
    arguments = ["eval", command("good"), "--repeats", "2", "--metrics", "mentions/strict"]
    assert main(arguments) == 0
    row = capsys.readouterr().out.split("mentions/strict")[1].split()
    assert row[:5] == ["100.0", "100.0", "100.0", "0.0", "2"]


@pytest.mark.parametrize("torn", [b'{"doc_id": "d5", "men', b"\x00" * 100, b'{"doc_id": "d5"}'])
@pytest.mark.usefixtures("corpus")
def test_a_torn_last_line_is_no_answer(torn: bytes) -> None:
    assert run(command("once"))[0] == 5
    path = Path("run/predictions.jsonl")
    with path.open("rb+") as file:
        file.truncate(len(b"".join(path.read_bytes().splitlines(keepends=True)[:3])))
        file.seek(0, os.SEEK_END)
        file.write(torn)
    assert main(["score", "run"]) == 0
    code, folder = run(command("once"))
    assert code == 0
    assert asked() == [*DOCUMENTS, "d3", "d5"]
    assert list(predicted(folder)) == list(DOCUMENTS)


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
"""
WORDY = """
def extract(text):
    return {"mentions": [{"type": "PER", "note": "n" * 40_000}]}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_a_full_disk_ends_the_run_with_every_answer_whole(corpus: Path) -> None:
    (corpus / "wordy.py").write_text(WORDY, encoding="utf-8")
    done = goldwire("run", "py:wordy:extract", "--out", "run", before=LIMITED)
    assert done.returncode == 1
    assert "run cannot be written: File too large → make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(predicted(Path("run"))) == ["d1", "d2"]
    assert goldwire("run", "py:wordy:extract", "--out", "run").returncode == 0
    assert list(predicted(Path("run"))) == list(DOCUMENTS)
    assert len(list(read_log(Path("run")))) == 6


@contextmanager
def written_by_another(folder: Path) -> Iterator[None]:
    from goldwire.extractors.baseline import BaselineExtractor
    from goldwire.inputs import open_gold

    manifest = new_manifest("baseline", BaselineExtractor(), open_gold("."), repeats=1)
    with OpenRun(folder, manifest):
        yield


@pytest.mark.usefixtures("corpus")
def test_a_second_runner_on_the_same_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with written_by_another(Path("run")):
        assert main(["run", "baseline", "--out", "run"]) == 2
    assert f"run is being written by process {os.getpid()}" in capsys.readouterr().err
    # The lock of a process that is gone blocks nobody, although its file is still there.
    assert Path("run/lock").exists()
    assert main(["run", "baseline", "--out", "run"]) == 0


INTERRUPTS = """
import os, signal

def extract(text, doc_id):
    if doc_id == "d3":
        os.kill(os.getpid(), signal.{signal})
    return [(0, 3, "PER")]
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_run_says_how_to_go_on(corpus: Path, name: str) -> None:
    (corpus / "stops.py").write_text(INTERRUPTS.format(signal=name), encoding="utf-8")
    # A shell lets the processes of its background ignore SIGINT, and so may these tests be run.
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)"
    done = goldwire("run", "py:stops:extract", "--out", "run", before=heard)
    assert done.returncode == 130
    assert "the same command goes on from there" in done.stderr
    assert list(predicted(Path("run"))) == ["d1", "d2"]
    assert read_manifest(Path("run")).status == "incomplete"  # type: ignore[union-attr]


def test_without_any_document_nothing_is_evaluated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_corpus(tmp_path, {})
    (tmp_path / "corpus").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["eval", "baseline"]) == 6


@pytest.mark.usefixtures("corpus")
def test_where_every_document_failed_nothing_is_evaluated(tmp_path: Path) -> None:
    (tmp_path / "fails.py").write_text("def f(text):\n    raise ValueError\n", encoding="utf-8")
    assert main(["eval", "py:fails:f"]) == 5
    assert main(["eval", "py:fails:f", "--max-errors", "5"]) == 6


@pytest.mark.usefixtures("corpus")
def test_an_extractor_that_answers_none_of_the_first_documents_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "many"
    write_corpus(folder, {f"d{n:02}": TEXT for n in range(40)})
    monkeypatch.chdir(folder)
    (folder / "fails.py").write_text("def f(text):\n    raise ValueError\n", encoding="utf-8")
    assert run("py:fails:f", "--max-errors", "100%")[0] == 5
    assert "none of the first 10 documents was answered" in capsys.readouterr().err
    assert len(list(read_log(Path("run")))) == 10


@pytest.mark.usefixtures("corpus")
def test_what_an_extractor_prints_does_not_mix_with_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "def f(text):\n    print('hello')\n    return [(0, 3, 'PER')]\n"
    (tmp_path / "talks.py").write_text(text, encoding="utf-8")
    assert main(["eval", "py:talks:f", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["documents"]["predicted"] == 5
    assert "hello" in captured.err


MISBEHAVES = """
import os, sys, time

def extract(text, doc_id, *, how):
    print("loading", flush=True)
    os.write(1, b"printed from below")
    if doc_id == "d3" and how == "hang":
        time.sleep(600)
    if doc_id == "d3" and how == "die":
        os._exit(7)
    if doc_id == "d3" and how == "raise":
        raise RuntimeError("odd number of quotation marks")
    return {"spans": [(0, 3, "PER")], "notes": ["noted"]}

extract.version = "5"
"""


@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [
        ("hang", "timeout", "no answer within 1.5 s"),
        ("die", "crash", "it ended with exit code 7"),
        ("raise", "exception", "RuntimeError: odd number of quotation marks"),
    ],
)
def test_with_a_time_limit_a_python_extractor_runs_in_a_process_of_its_own(
    how: str, kind: str, said: str, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "misbehaves.py").write_text(MISBEHAVES, encoding="utf-8")
    spec = "py:misbehaves.py:extract"
    code, folder = run(spec, "--timeout", "1.5", "--param", f"how={how}")
    assert code == 5
    assert errors(folder) == {"d3": kind}
    assert f"failed  d3: {kind}: {said}" in capsys.readouterr().err
    assert list(predicted(folder)) == ["d1", "d2", "d4", "d5"]
    assert {entry.notes for entry in read_log(folder) if entry.error is None} == {("noted",)}
    manifest = read_manifest(folder)
    assert manifest is not None
    assert (manifest.name, manifest.version) == ("py:misbehaves.py:extract", "5")
    assert set(manifest.parameters) == {"how", "code"}


def test_a_python_extractor_is_the_same_run_in_a_process_of_its_own(corpus: Path) -> None:
    (corpus / "misbehaves.py").write_text(MISBEHAVES, encoding="utf-8")
    arguments = ["run", "py:misbehaves.py:extract", "--param", "how=good", "--reuse"]
    assert main([*arguments, "--workers", "2"]) == 0
    [folder] = Path(".goldwire/runs").iterdir()
    assert list(predicted(folder)) == list(DOCUMENTS)
    assert main(arguments) == 0
    assert list(Path(".goldwire/runs").iterdir()) == [folder]


COUNTS_UTF16 = """
def extract(text):
    words = [("Ann", 0), ("Bob", 11), ("Cid", 15)]
    return [
        {"start": at, "end": at + 3, "text": word, "label": "PER"}
        for word, at in words
    ]
"""


def test_offsets_of_another_kind_are_noticed_by_the_words_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The face is one code point and two UTF-16 units, so that Bob is at 10 and Cid at 14.
    write_corpus(tmp_path, {"d1": "Ann, \U0001f600 xx Bob Cid."})
    monkeypatch.chdir(tmp_path)
    Path("sixteen.py").write_text(COUNTS_UTF16, encoding="utf-8")
    assert main(["eval", "py:sixteen.py:extract"]) == 0
    message = capsys.readouterr().err
    assert "offsets 2 of 3 quotes do not stand where the system says; its offsets are utf16," in (
        message
    )
    assert main(["eval", "py:sixteen.py:extract", "--param", "offsets=utf16,exclusive"]) == 0
    message = capsys.readouterr().err
    assert "do not stand" not in message
    assert "GW722" not in message


def test_an_extractor_that_cannot_be_loaded_is_a_usage_error_there_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run", "py:no_such_module:f", "--timeout", "5"]) == 2
    assert "cannot import 'no_such_module'" in capsys.readouterr().err
