from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goldwire.cli import main
from goldwire.extractors.python_callable import CallableExtractor
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument
from goldwire.runner import Probe, probe
from goldwire.runner.probing import PREFIX

ROOT = Path(__file__).parents[2]
TEXT = "Ann met Bob. Then Cid met Ann."
NAMES = ("Ann", "Bob", "Cid")


def probed(extract: Callable[[str], Any]) -> Probe:
    documents = [GoldDocument(Annotation(doc_id="d"), text=TEXT)]
    return probe(CallableExtractor(extract, name="f"), documents)


def spans(text: str, *, encoding: str = "utf-32-le", quotes: bool, extra: int = 0) -> list[Any]:
    """Find names; offsets count the units of an encoding."""
    width = {"utf-32-le": 4, "utf-16-le": 2, "utf-8": 1}[encoding]
    found = []
    for name in NAMES:
        at = text.find(name)
        start = len(text[:at].encode(encoding)) // width
        span: dict[str, object] = {"start": start, "end": start + len(name) + extra, "label": "PER"}
        found.append(span | ({"text": name} if quotes else {}))
    return found


def test_the_prefix_counts_differently_in_every_unit() -> None:
    sizes = [len(PREFIX), len(PREFIX.encode("utf-16-le")) // 2, len(PREFIX.encode())]
    assert sizes == [4, 5, 8]


def test_right_offsets_are_said_to_be_right() -> None:
    found = probed(lambda text: spans(text, quotes=True))
    assert found.offsets == "right: all 3 quotes stand where it says"
    assert found.problems == ()
    assert (found.items["mentions"], dict(found.labels)) == (3, {"PER": 3})


@pytest.mark.parametrize(("encoding", "unit"), [("utf-16-le", "utf16"), ("utf-8", "utf8")])
def test_another_unit_is_seen_by_quotes_and_by_shifts(encoding: str, unit: str) -> None:
    quoted = probed(lambda text: spans(text, encoding=encoding, quotes=True))
    assert quoted.offsets == f"{unit},exclusive, undeclared"
    assert f"pass --param offsets={unit},exclusive" in quoted.problems[0]
    silent = probed(lambda text: spans(text, encoding=encoding, quotes=False))
    assert silent.offsets == f"{unit}, undeclared"
    assert f"pass --param offsets={unit}" in silent.problems[0]


def test_without_quotes_the_shift_shows_code_points() -> None:
    found = probed(lambda text: spans(text, quotes=False))
    assert found.offsets.startswith("right, by how its spans move")


def test_inclusive_ends_are_seen_by_quotes() -> None:
    found = probed(lambda text: spans(text, quotes=True, extra=-1))
    assert found.offsets == "code_points,inclusive, undeclared"


def test_what_cannot_be_explained_is_unknown() -> None:
    found = probed(lambda text: [{"start": len(text) % 3, "end": 20}])
    assert found.offsets.startswith("unknown: it quotes no words")
    wrong = probed(lambda _: [{"start": 0, "end": 2, "text": name} for name in NAMES])
    assert wrong.offsets == "unknown"
    assert "no one convention explains it" in wrong.problems[0]


def test_an_extractor_that_fails_is_a_problem_and_no_crash() -> None:
    def fails(text: str) -> None:
        raise ValueError(text[:0] + "five quotation marks")

    found = probed(fails)
    assert found.problems == ("d: exception: ValueError: five quotation marks",)


def test_without_a_text_nothing_is_said_to_be_right() -> None:
    documents = [GoldDocument(Annotation(doc_id="d"))]
    extractor = CallableExtractor(lambda text: spans(text, quotes=True), name="f")
    found = probe(extractor, documents)
    assert found.problems == ("no document of the gold has its text here: nothing was asked",)


def test_doctor_examines_an_extractor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    gold = ["--gold", str(ROOT)]
    assert main(["doctor", "baseline", *gold]) == 0
    out = capsys.readouterr().out
    assert "  system     baseline 1." in out
    assert "quotes stand where it says" in out
    text = "def f(text):\n    raise ValueError\n"
    Path("fails.py").write_text(text, encoding="utf-8")
    assert main(["doctor", "py:fails.py:f", "--json", *gold]) == 1
    assert ": exception: ValueError: " in capsys.readouterr().out
