import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from goldwire.extractors import ExtractionError, Extractor, Setup, ask
from goldwire.extractors import child as child_module
from goldwire.extractors.child import Child, TooLongError
from goldwire.extractors.loading import load_extractor

Start = Callable[..., Extractor]


TOOLS = """
import json, os, sys

def ask(): return json.loads(sys.stdin.readline())

def say(value): print(json.dumps(value), flush=True)

"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a program of some lines of Python; `say` prints JSON, `ask` reads a request."""
    started: list[Extractor] = []

    def load(code: str, **parameters: str) -> Extractor:
        path = tmp_path / f"program{len(started)}.py"
        path.write_text(TOOLS + code, encoding="utf-8")
        setup = Setup(parameters=parameters, timeout=10.0)
        started.append(load_extractor(f"cmd:{sys.executable} -S {path}", setup))
        return started[-1]

    yield load
    for extractor in started:
        vars(type(extractor))["close"](extractor)


def surfaces(extractor: Extractor, text: str = "Ann", doc_id: str = "d") -> list[str | None]:
    found = ask(extractor, text, doc_id=doc_id).annotation
    return [mention.surface for mention in found.mentions or ()]


COUNTS = """
n = 0
for line in sys.stdin:
    n += 1
    request = json.loads(line)
    if request["doc_id"] == "bad":
        say({"id": "bad", "error": "no"})
    elif request["doc_id"] == "other":
        say({"id": "wrong", "spans": []})
    else:
        say({"id": "d", "spans": [{"text": str(n), "label": "N"}]})
"""


def test_one_program_answers_all_documents(start: Start) -> None:
    extractor = start(COUNTS)
    assert [surfaces(extractor) for _ in range(3)] == [["1"], ["2"], ["3"]]


def test_a_program_that_refuses_a_document_goes_on(start: Start) -> None:
    extractor = start(COUNTS)
    assert surfaces(extractor) == ["1"]
    with pytest.raises(ExtractionError, match="the extractor says: no"):
        surfaces(extractor, doc_id="bad")
    assert surfaces(extractor) == ["3"]


def test_a_program_that_is_out_of_step_is_started_again(start: Start) -> None:
    extractor = start(COUNTS)
    assert surfaces(extractor) == ["1"]
    with pytest.raises(ExtractionError, match="asked for 'other', but the answer is for 'wrong'"):
        surfaces(extractor, doc_id="other")
    assert surfaces(extractor) == ["1"]


def test_a_program_may_end_after_each_answer(start: Start) -> None:
    extractor = start("say({'id': ask()['id'], 'spans': [{'text': 'once'}]})")
    assert [surfaces(extractor) for _ in range(3)] == 3 * [["once"]]


def test_a_program_that_ends_before_its_first_answer_is_not_tried_twice(
    start: Start, tmp_path: Path
) -> None:
    extractor = start(f"open({str(tmp_path / 'starts')!r}, 'a').write('x')")
    with pytest.raises(ExtractionError, match="it ended with exit code 0"):
        surfaces(extractor)
    assert (tmp_path / "starts").read_text(encoding="utf-8") == "x"


def test_what_is_said_between_two_documents_answers_neither(start: Start) -> None:
    late = """
for line in sys.stdin:
    doc_id = json.loads(line)["doc_id"]
    say({"id": doc_id, "spans": [{"text": doc_id}]})
    say({"id": doc_id, "spans": [{"text": "late"}]})
    sys.stderr.write("said all\\n")
"""
    extractor = start(late)
    assert surfaces(extractor, doc_id="a") == ["a"]
    # It comes before the next question, as noise, or after, as an error: it is never b's answer.
    try:
        outcome = surfaces(extractor, doc_id="b")
    except ExtractionError as error:
        outcome = [error.kind]
    assert outcome in (["b"], ["other document"])


def test_an_answer_that_does_not_say_for_which_document_it_is_is_not_guessed(start: Start) -> None:
    extractor = start("ask()\nsay({'spans': []})")
    with pytest.raises(ExtractionError, match="the answer has no `id`"):
        surfaces(extractor)


def test_parameters_reach_a_program_in_every_request_and_in_its_environment(start: Start) -> None:
    extractor = start(
        "request = ask()\n"
        "inside = json.loads(os.environ['GOLDWIRE_PARAMETERS'])\n"
        "sizes = [request['parameters']['size'], inside['size']]\n"
        "say({'id': 'd', 'spans': [{'text': size} for size in sizes]})",
        size="3",
    )
    assert surfaces(extractor) == ["3", "3"]


def test_offsets_can_be_declared_for_a_program_that_does_not(start: Start) -> None:
    extractor = start(
        "say({'id': ask()['id'], 'spans': [{'start': 3, 'end': 5}]})", offsets="utf16,inclusive"
    )
    [mention] = ask(extractor, "\U0001f600 Ann", doc_id="d").annotation.mentions or ()
    assert (mention.spans[0].start, mention.spans[0].end) == (2, 5)


def test_offsets_that_are_none_end_the_run_rather_than_misread_every_answer(start: Start) -> None:
    extractor = start("say({'hello': {'offsets': 'feet'}})\nsys.stdin.read()")
    with pytest.raises(ExtractionError, match="declares its offsets as 'feet'") as raised:
        surfaces(extractor)
    assert raised.value.is_final


def test_changed_files_of_a_command_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    found = []
    for text in ("1", "2", "1"):
        path.write_text(text, encoding="utf-8")
        found.append(vars(load_extractor(f"cmd:{sys.executable} {path}"))["parameters"])
    assert found[0] == found[2] != found[1]


def test_a_line_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "MAX_LINE", 100_000)
    endless = "import sys\nwhile True: sys.stdout.write('x' * 10_000)"
    child = Child([sys.executable, "-S", "-c", endless], env={})
    with pytest.raises(TooLongError):
        child.receive(until=monotonic() + 10)
    child.close(gently=False)


def test_closing_ends_the_program_s_own_children_too(tmp_path: Path) -> None:
    script = f"sleep 600 & echo $! > {tmp_path / 'pid'}; echo started; wait"
    child = Child(["sh", "-c", script], env={"PATH": "/usr/bin:/bin"})
    assert child.receive(until=monotonic() + 10) == b"started"
    child.close(gently=False)
    status = Path("/proc") / (tmp_path / "pid").read_text(encoding="utf-8").strip() / "stat"
    # Nobody reaps it here, so it may be left as a zombie (Z), but it runs no more.
    if Path("/proc/self").exists() and status.exists():
        assert status.read_text(encoding="utf-8").split()[2] == "Z"


def test_a_request_is_what_the_docs_say(start: Start) -> None:
    extractor = start("line = sys.stdin.readline()\nsay({'id': 'd1', 'spans': [{'text': line}]})")
    found = ask(extractor, "Ann Lee met Bo.", doc_id="d1", reference_date="2022-01-13").annotation
    [mention] = found.mentions or ()
    page = (Path(__file__).parents[2] / "docs" / "extractors.md").read_text(encoding="utf-8")
    assert json.loads(mention.surface or "") == json.loads(
        next(line for line in page.splitlines() if line.startswith('{"v": 1'))
    )
