"""Presets work from the command line and from Python, stand in signatures, and are documented."""

import json
import re
from pathlib import Path

import pytest

import goldwire
from goldwire.cli import main
from goldwire.compat import PRESETS, preset
from goldwire.metrics import Options, describe
from goldwire.signature import Address, Signature

ROOT = Path(__file__).parents[2]
PEERS = (ROOT / "docs" / "peers.md").read_text(encoding="utf-8")
NAMES = (
    "conlleval",
    "seqeval-default",
    "seqeval-strict",
    "nervaluate-1.2.1",
    "conll-2012",
    "neleval",
    "ceaf-ree",
)
GOLD = goldwire.Annotation(
    doc_id="d",
    entities=(),
    mentions=(goldwire.Mention(type="PER", spans=(goldwire.Span(0, 3),)),),
    event_mentions=(),
)
TWICE = goldwire.Annotation(
    doc_id="d", entities=(), mentions=(GOLD.mentions or ()) * 2, event_mentions=()
)


def test_there_are_the_seven_presets_that_the_documentation_promises() -> None:
    assert tuple(PRESETS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_a_preset_is_one_of_ours(name: str) -> None:
    for address in PRESETS[name].numbers.values():
        assert describe(Address.parse(address).metric).name == Address.parse(address).metric
    assert len(set(PRESETS[name].metrics)) == len(PRESETS[name].metrics) > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_documentation_lists_every_number_of_a_preset(name: str) -> None:
    [section] = re.findall(rf"## `{re.escape(name)}`.*?\n(.*?)(?=\n## |\Z)", PEERS, re.DOTALL)
    rows = re.findall(r"^\| (.+?) \| `([^`]+)` \|$", section, re.MULTILINE)
    listed = {their.replace("`", ""): own for their, own in rows}
    assert listed == PRESETS[name].numbers


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_decides_numbers_options_and_signature(name: str) -> None:
    scores = goldwire.score(
        [GOLD], [TWICE], options=Options(beta=2, duplicates="count"), compat=name
    )
    assert scores.options == Options(
        duplicates=PRESETS[name].options.duplicates, zero_division="zero", beta=2
    )
    named = {*scores, *scores.not_scored, *scores.composites}
    assert named == {*PRESETS[name].metrics}
    signature = Signature.parse(str(scores.shared_signature()))
    assert signature.options["compat"] == name


def test_named_metrics_are_scored_under_a_preset_too() -> None:
    scores = goldwire.score([GOLD], [TWICE], metrics=["mentions/overlap"], compat="seqeval-strict")
    assert [*scores] == ["mentions/overlap"]
    assert [*scores["mentions/overlap"].sums] == [1, 1, 1, 1]
    counted = goldwire.score([GOLD], [TWICE], metrics=["mentions/overlap"], compat="conlleval")
    assert [*counted["mentions/overlap"].sums] == [1, 2, 1, 1]


@pytest.mark.parametrize("name", ["conlleval", "seqeval-default", "seqeval-strict"])
def test_the_command_line_and_python_give_the_same(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, system = tmp_path / "gold.conll", tmp_path / "system.conll"
    gold.write_text("a B-X\nb I-X\nc O\n", encoding="utf-8")
    system.write_text("a I-X\nb I-X\nc B-X\n", encoding="utf-8")
    assert main(["score", "--gold", str(gold), str(system), "--compat", name, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    scores = goldwire.score(gold, system, compat=name)
    [row] = [row for row in printed["scores"] if not row.get("label")]
    own = scores["mentions/strict"]
    assert (row["p"], row["r"], row["f1"]) == (own.p, own.r, own.f1)
    assert row["signature"] == str(own.signature)
    assert [*own.sums] == ([0, 1, 0, 1] if name == "seqeval-strict" else [1, 2, 1, 1])


def test_a_preset_that_does_not_exist_gets_the_nearest_first() -> None:
    with pytest.raises(goldwire.UsageError, match="choose from seqeval-strict, conlleval"):
        preset("seqeval_strict")
    with pytest.raises(goldwire.UsageError, match="there is no preset"):
        goldwire.score([GOLD], [GOLD], compat="perl")


def test_the_command_line_s_documentation_names_every_preset() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    [row] = [line for line in page.splitlines() if line.startswith("| `--compat NAME`")]
    assert [name for name in NAMES if f"`{name}`" not in row] == []
