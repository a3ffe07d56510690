import random
import re
from pathlib import Path

import pytest

from goldwire.cli import main
from goldwire.formats.native import ENCODER
from goldwire.model import Annotation, Mention, Span

STARTS = list(range(0, 200, 10))
N_DOCUMENTS = 60


def record(doc_id: str, starts: list[int]) -> Annotation:
    spans = [Span(start, start + 3) for start in starts]
    return Annotation(doc_id=doc_id, mentions=tuple(Mention(type="X", spans=(s,)) for s in spans))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    rng = random.Random(3)
    kept = [[s for s in STARTS if rng.random() < 0.8] for _ in range(N_DOCUMENTS)]
    runs = {
        "gold": [STARTS] * N_DOCUMENTS,
        "base": kept,
        "better": [sorted({*one, 0}) for one in kept],
        "one-lost": [kept[0][1:], *kept[1:]],
        "worse": [[s for s in one if rng.random() < 0.6] for one in kept],
    }
    paths = {}
    for name, documents in runs.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(
            ENCODER.encode_lines([record(f"d{n}", starts) for n, starts in enumerate(documents)])
        )
        paths[name] = str(path)
    return paths


def gate(files: dict[str, str], candidate: str, *options: str) -> int:
    return main(
        ["gate", files[candidate], "--baseline", files["base"], "--gold", files["gold"],
         "--metrics", "mentions/strict", *options]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("candidate", "code"), [("base", 0), ("better", 0), ("one-lost", 1), ("worse", 1)]
)
def test_item_by_item_a_single_lost_item_fails(
    files: dict[str, str], candidate: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(files, candidate) == code
    out = capsys.readouterr().out
    assert ("verdict    FAIL" if code else "verdict    PASS") in out


def test_lost_items_are_named(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    gate(files, "one-lost")
    out = capsys.readouterr().out
    assert re.search(r"\nlost: 1 gold item\n  d0 mentions \d+:\d+ X  \(mentions/strict\)", out)


@pytest.mark.parametrize(
    ("candidate", "margin", "code"),
    [("better", "0.02", 0), ("one-lost", "0.02", 0), ("worse", "0.02", 1), ("one-lost", "0", 3)],
)
def test_with_a_margin_a_proved_loss_fails_and_doubt_is_inconclusive(
    files: dict[str, str], candidate: str, margin: str, code: int
) -> None:
    assert gate(files, candidate, "--margin", margin) == code


@pytest.mark.parametrize("margin", ["2", "1", "-0.1", "nan"])
def test_a_margin_that_is_no_fraction_is_refused(
    files: dict[str, str], margin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(files, "worse", f"--margin={margin}") == 2
    assert "a fraction of at least 0 and below 1" in capsys.readouterr().err


def test_inconclusive_may_be_counted_as_either(files: dict[str, str]) -> None:
    assert gate(files, "one-lost", "--margin", "0", "--inconclusive", "pass") == 0
    assert gate(files, "one-lost", "--margin", "0", "--inconclusive", "fail") == 1


def test_a_floor_fails_below_and_passes_above(files: dict[str, str]) -> None:
    assert gate(files, "better", "--min", "mentions/strict=0.5") == 0
    assert gate(files, "better", "--min", "mentions/strict.r=0.99") == 1


@pytest.mark.parametrize(
    "rule", ["mentions/strict", "mentions/strict=x", "=0.5", "times/strict=0.5"]
)
def test_a_floor_that_means_nothing_is_refused(files: dict[str, str], rule: str) -> None:
    assert gate(files, "better", "--min", rule) == 2


def test_a_floor_may_be_of_any_single_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.jsonl"
    items = '[{"type":"A","level":"NAM","spans":[{"start":0,"end":2}]}]'
    path.write_text(f'{{"doc_id":"d","mentions":{items}}}\n')
    words = ["gate", str(path), "--baseline", str(path), "--gold", str(path)]
    words += ["--metrics", "mentions/strict"]
    for floor in ("mentions/type.r[A]@level=NAM=0.9", "mentions/strict@document=d=1"):
        assert main([*words, "--min", floor]) == 0
        assert floor.rpartition("=")[0] in capsys.readouterr().out
    assert main([*words, "--min", "mentions/strict@level=NOM=0.9"]) == 2
    assert "has no slice 'level=NOM'" in capsys.readouterr().err
    assert main([*words, "--min", "mentions/strct=0.9"]) == 2
    assert "did you mean mentions/strict" in capsys.readouterr().err
