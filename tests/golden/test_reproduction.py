"""Every printed number can be had again: from its signature, and from a saved result."""

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.cli import main
from goldwire.errors import UsageError
from goldwire.labels import LAYER_NAMES, LabelMap
from goldwire.metrics import Options, registry
from goldwire.pairing import Pairing
from goldwire.scores import Scores, options_from
from goldwire.selection import Selection
from goldwire.signature import Address, Signature

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "annotations" / "gold" / "ip-20220113-kz-withdrawal.json"
PASS = ROOT / "annotations" / "passes" / "A" / GOLD.name


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    """Write pass A as a system's predictions, with one label of its own and one copy."""
    record = json.loads(PASS.read_bytes())
    for mention in record["mentions"][:3]:
        mention["type"] = "PERSON"
    record["mentions"].append(dict(record["mentions"][0], id="copy"))
    path = tmp_path / "run.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


def call(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


CHOICES = [
    [],
    ["--duplicates", "merge", "--beta", "0.5"],
    ["--map", "PERSON=PER", "--map", "MISC=", "--only", "level=NAM", "--singletons", "drop"],
    ["--labels", "PER,GPE,ORG", "--zero-division", "one", "--average", "labels"],
    ["--average", "documents"],
    ["--compat", "conll-2012"],
]


@pytest.mark.parametrize("options", CHOICES)
def test_the_command_that_cite_prints_gives_the_number_again(
    options: list[str], predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = "mentions/strict.f1[GPE],entities/conll,entities/blanc,triggers/nugget.p,times/value"
    if "documents" not in options:
        metrics += ",mentions/type@headline,mentions/strict[GPE]@level=NAM,entities/muc@document=x"
        metrics = metrics.replace("document=x", f"document={GOLD.stem}")
    first = call(
        capsys,
        "score",
        str(predictions),
        "--gold",
        str(ROOT),
        "--metrics",
        metrics,
        "--json",
        *options,
    )
    for row in json.loads(first)["scores"]:
        cited = json.loads(call(capsys, "cite", row["signature"], "--json"))["command"]
        words = shlex.split(cited, comments=True)
        assert words[0] == "goldwire"
        words[words.index("PREDICTIONS")] = str(predictions)
        words[words.index("PATH")] = str(ROOT)
        if row["metric"] != "entities/conll" and not (row["p_den"] or row["r_den"]):
            # Alone it is nothing to evaluate.
            assert main([*words[1:], "--json"]) == 6
            capsys.readouterr()
            continue
        again = json.loads(call(capsys, *words[1:], "--json"))["scores"]
        same = [one for one in again if all(one[key] == row[key] for key in ADDRESS)]
        assert [without_signature(one) for one in same] == [without_signature(row)]


ADDRESS = ("metric", "label", "slice")


def without_signature(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "signature"}


labels = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6).filter(str.strip)
targets = st.one_of(st.none(), st.tuples(st.sampled_from(list(LAYER_NAMES)), labels))
selections = st.builds(
    Selection,
    label_map=st.builds(
        LabelMap,
        st.dictionaries(st.tuples(st.sampled_from(list(LAYER_NAMES)), labels), targets, max_size=3),
    ),
    labels=st.frozensets(labels, max_size=3),
    only=st.dictionaries(st.sampled_from(["level", "form", "type"]), labels, max_size=2),
)
options_strategy = st.builds(
    Options,
    duplicates=st.sampled_from(["count", "merge"]),
    singletons=st.sampled_from(["keep", "drop"]),
    zero_division=st.sampled_from(["undefined", "zero", "one"]),
    beta=st.floats(0.01, 100),
    average=st.sampled_from(["micro", "labels", "documents"]),
)


@given(options=options_strategy, selection=selections)
def test_a_signature_is_read_back_into_the_options_that_it_stands_for(
    options: Options, selection: Selection
) -> None:
    scores = Scores({}, selection.fields(), options, {}, Pairing())
    fields = Signature.parse(str(scores.shared_signature())).options
    assert options_from(fields) == options
    assert Selection.parse(fields) == selection
    # A single number's signature leaves out what had no effect on it, and nothing else.
    for name, metric in registry().items():
        fields = Signature.parse(str(scores.signature(Address(name)))).options
        own = options_from(fields)
        used = {*metric.uses, "zero_division", "beta"}
        assert all(getattr(own, one) == getattr(options, one) for one in used), name


@given(label=labels, part=labels)
def test_an_address_with_any_label_and_slice_is_read_back(label: str, part: str) -> None:
    address = Address("mentions/strict", "f1", label, part)
    assert Address.parse(str(address)) == address
    assert Signature.parse(str(Signature(address))).address == address


def test_an_option_that_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be"):
        options_from({"dup": "sometimes"})


@pytest.fixture
def saved(predictions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    words = ["score", str(predictions), "--gold", str(ROOT), "--json", "--map", "PERSON=PER"]
    words += ["--metrics", "mentions/strict,entities/conll", "--slice", "zone"]
    path = tmp_path / "result.json"
    path.write_text(call(capsys, *words), encoding="utf-8")
    return path


def check(saved: Path, predictions: Path, *options: str) -> int:
    return main(["score", str(predictions), "--gold", str(ROOT), "--check", str(saved), *options])


def test_a_saved_result_scored_again_is_the_same(
    saved: Path, predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(saved, predictions) == 0
    out = capsys.readouterr().out
    assert out.startswith("gold    kz-withdrawal@")
    n = len(json.loads(saved.read_text(encoding="utf-8"))["scores"])
    assert f"{n} of {n} numbers are the same" in out


def test_other_predictions_are_told_by_number(
    saved: Path, predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(predictions.read_text(encoding="utf-8"))
    del record["mentions"][10]
    predictions.write_text(json.dumps(record), encoding="utf-8")
    assert check(saved, predictions) == 1
    out = capsys.readouterr().out
    assert "different: mentions/strict: p_num was " in out


def changed(saved: Path, **changes: Any) -> None:
    record = json.loads(saved.read_text(encoding="utf-8"))
    record.update(changes)
    saved.write_text(json.dumps(record), encoding="utf-8")


def test_a_changed_definition_is_named_and_is_no_difference(
    saved: Path,
    predictions: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A later goldwire, in which the definition of one metric has changed.
    newer = replace(registry()["mentions/strict"], version=2)
    monkeypatch.setitem(registry(), "mentions/strict", newer)
    assert check(saved, predictions) == 3
    out = capsys.readouterr().out
    assert (
        "definition changed: mentions/strict: its definition had version 1 and has version 2" in out
    )
    assert "entities/b3" not in out


def test_a_metric_that_is_no_more_is_named(
    saved: Path, predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = json.loads(saved.read_text(encoding="utf-8"))["scores"]
    old = dict(rows[0], metric="mentions/of_old")
    changed(saved, scores=[*rows, old])
    assert check(saved, predictions) == 3
    assert "gone: mentions/of_old: this goldwire has no such metric" in capsys.readouterr().out


def test_another_gold_is_named(
    saved: Path, predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(saved.read_text(encoding="utf-8"))
    changed(saved, signature=record["signature"].replace("#", "#0"))
    check(saved, predictions)
    assert "gold was kz-withdrawal@" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "is no result of `goldwire score --json`"),
        (b'{"signature": "goldwire|*", "scores": []}', "holds no score"),
        (b'{"systems": []}', "holds several systems"),
        (b"\xff\xfe", "is no result"),
    ],
)
def test_what_is_no_saved_result_is_refused(
    content: bytes,
    words: str,
    predictions: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    assert check(path, predictions) == 2
    assert words in capsys.readouterr().err
