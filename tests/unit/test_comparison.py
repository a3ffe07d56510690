import json
import random
from pathlib import Path

import pytest

import goldwire
from goldwire.cli import main
from goldwire.comparison.paired import Comparison, compare_scores
from goldwire.errors import UsageError
from goldwire.formats.native import ENCODER
from goldwire.metrics import Options
from goldwire.model import Annotation, Mention, Span
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents


def record(doc_id: str, starts: list[int]) -> Annotation:
    spans = [Span(start, start + 3) for start in starts]
    return Annotation(doc_id=doc_id, mentions=tuple(Mention(type="X", spans=(s,)) for s in spans))


GOLD = [record(f"d{n}", list(range(0, 100, 10))) for n in range(30)]


def system(share: float, seed: int) -> list[Annotation]:
    rng = random.Random(seed)
    return [
        record(gold.doc_id, [m.spans[0].start for m in gold.mentions or () if rng.random() < share])
        for gold in GOLD
    ]


def scored(predicted: list[Annotation], options: Options = Options()) -> Scores:
    return score_documents(
        [GoldDocument(gold) for gold in GOLD],
        predicted,
        metrics=["mentions/strict", "mentions/exact"],
        options=options,
        per_document=True,
        items=True,
    )


def compared(one: float, other: float) -> Comparison:
    return compare_scores(scored(system(one, 1)), scored(system(other, 2)))


def test_a_clear_difference_is_found_and_a_system_equals_itself() -> None:
    better = compared(0.5, 0.9).compared[0]
    assert better.difference.low is not None
    assert better.difference.low > 0
    assert better.adjusted_p is not None
    assert better.adjusted_p < 0.05
    same = compared(0.7, 0.7).compared[0].difference
    assert same.low is not None
    assert same.low < 0 < (same.high or 0)


def test_lost_and_gained_items_are_those_that_only_one_system_has_right() -> None:
    base = scored([record("d0", [0, 10]), *system(0, 1)[1:]])
    candidate = scored([record("d0", [10, 20]), *system(0, 1)[1:]])
    found = compare_scores(base, candidate)
    assert [change.key for change in found.lost] == ["d0 mentions 0:3 X"]
    assert [change.key for change in found.gained] == ["d0 mentions 20:23 X"]
    assert found.lost[0].metrics == ("mentions/strict", "mentions/exact")
    assert found.lost[0].item is not None
    assert found.lost[0].item.now is not None


def test_holm_adjusts_over_the_metrics() -> None:
    one, other = compared(0.5, 0.8).compared
    # Both metrics see the same items here, so both p-values are p and Holm makes them min(1, 2p).
    assert one.p == other.p
    assert one.adjusted_p == pytest.approx(min(1, 2 * (one.p or 0)))


def test_runs_with_other_options_are_not_comparable() -> None:
    predicted = system(0.5, 1)
    with pytest.raises(UsageError, match="differ in dup: count and merge"):
        compare_scores(scored(predicted), scored(predicted, Options(duplicates="merge")))


def test_the_command_prints_text_markdown_latex_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = []
    for name, records in (("gold", GOLD), ("a", system(0.5, 1)), ("b", system(0.9, 2))):
        paths.append(tmp_path / f"{name}.jsonl")
        paths[-1].write_bytes(ENCODER.encode_lines(records))
    gold, a, b = map(str, paths)
    command = ["compare", a, b, "--gold", gold, "--metrics", "mentions/strict"]
    assert main(command) == 0
    text = capsys.readouterr().out
    assert text.startswith("gold    gold@unversioned#")
    assert "gained: " in text
    assert main([*command, "--markdown"]) == 0
    assert "| mentions/strict |" in capsys.readouterr().out
    assert main([*command, "--latex"]) == 0
    table = capsys.readouterr().out
    assert table.count("&") == 4
    assert "*" in table
    assert main([*command, "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["candidates"][b]["compared"]
    assert row["candidate"] > row["baseline"]


def test_two_systems_are_compared_in_one_call_of_python() -> None:
    base, other = system(0.5, 1), system(0.9, 2)
    found = goldwire.compare(GOLD, base, other, metrics=["mentions/strict"], slices=["length"])
    expected = compare_scores(scored(base), scored(other))
    assert [one.metric for one in found.compared] == [
        "mentions/strict",
        "mentions/strict@length=1-5",
    ]
    assert found.compared[0].difference == expected.compared[0].difference
    assert [change.key for change in found.lost] == [change.key for change in expected.lost]
