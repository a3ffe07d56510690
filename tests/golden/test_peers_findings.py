"""What docs/peers.md says of other scorers is what they do, and what it says of goldwire too.

Every function is one finding, named as there; where the package is not installed it is skipped. A
finding that no longer holds for a newer version fails here, so that the page is corrected.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import goldwire
from goldwire.columns import build_chunk
from goldwire.metrics.semeval import Counts, schema_counts
from goldwire.model import Annotation, Entity, Mention, Span
from random_spans import Item, record

PEERS = Path(__file__).parents[2] / "docs" / "peers.md"


def test_the_page_lists_the_findings_that_are_run_here() -> None:
    page = PEERS.read_text(encoding="utf-8")
    marked = re.findall(r"^\| ([a-z0-9]+-\d+) ✓ \|", page, re.MULTILINE)
    here = [
        name.removeprefix("test_").replace("_", "-")
        for name in globals()
        if re.fullmatch(r"test_[a-z0-9]+_\d+", name)
    ]
    assert sorted(marked) == sorted(here)


def strict(gold: Sequence[Item], predicted: Sequence[Item]) -> list[float]:
    """Our four sums of `mentions/strict`."""
    scores = goldwire.score([record(gold)], [record(predicted)], metrics=["mentions/strict"])
    return [*scores["mentions/strict"].sums]


def nervaluate(
    golds: Sequence[Sequence[Item]], predictions: Sequence[Sequence[Item]], **options: Any
) -> dict[str, Any]:
    module = pytest.importorskip("nervaluate")

    def written(documents: Sequence[Sequence[Item]]) -> list[list[dict[str, object]]]:
        return [
            [{"label": label, "start": start, "end": end - 1} for start, end, label in document]
            for document in documents
        ]

    options = {"tags": ["X", "Y", "Z"], "loader": "dict", **options}
    found: dict[str, Any] = module.Evaluator(
        written(golds), written(predictions), **options
    ).evaluate()
    return found


def test_nervaluate_1() -> None:
    """The order of predictions changes the strict score."""
    gold, wrong, right = [(0, 3, "X")], (0, 2, "Z"), (0, 3, "X")
    for predicted, correct in (([wrong, right], 0), ([right, wrong], 1)):
        assert nervaluate([gold], [predicted])["overall"]["strict"].correct == correct
        assert strict(gold, predicted) == [1, 2, 1, 1]
        chunk = build_chunk([("d", record(gold), record(predicted), None)])
        assert schema_counts(chunk, "mentions")["strict"] == Counts(correct=1, spurious=1)


def test_nervaluate_2() -> None:
    """Predictions whose label is not in `tags` vanish."""
    gold, predicted = [(0, 3, "X")], [(0, 3, "X"), (5, 7, "ORG")]
    assert nervaluate([gold], [predicted], tags=["X"])["overall"]["strict"].precision == 1
    assert strict(gold, predicted) == [1, 2, 1, 1]


def test_nervaluate_3() -> None:
    """With the default loader an empty first document is an IndexError."""
    module = pytest.importorskip("nervaluate")
    with pytest.raises(IndexError):
        module.Evaluator([[], [{"label": "X", "start": 0, "end": 1}]], [[], []], tags=["X"])
    golds = [record([], "a"), record([(0, 2, "X")], "b")]
    scores = goldwire.score(golds, [record([], "a"), record([], "b")], metrics=["mentions/strict"])
    assert [*scores["mentions/strict"].sums] == [0, 0, 0, 1]


def test_nervaluate_4() -> None:
    """Ends are inclusive, unchecked: with exclusive ends neighbours overlap."""
    module = pytest.importorskip("nervaluate")
    gold, predicted = (
        [[{"label": "X", "start": start, "end": end}]] for start, end in ((0, 3), (3, 6))
    )
    results = module.Evaluator(gold, predicted, tags=["X"], loader="dict").evaluate()
    assert results["overall"]["ent_type"].f1 == 1
    scores = goldwire.score(
        [record([(0, 3, "X")])], [record([(3, 6, "X")])], metrics=["mentions/type"]
    )
    assert scores["mentions/type"].f1 == 0


def test_nervaluate_5() -> None:
    """The minimal overlap is one of gold alone: a prediction of everything has all of it."""
    gold, everything = [(5, 7, "X")], [(0, 1000, "X")]
    results = nervaluate([gold], [everything], min_overlap_percentage=100)
    assert results["overall"]["ent_type"].f1 == 1
    scores = goldwire.score([record(gold)], [record(everything)], metrics=["mentions/iou@0.5"])
    assert scores["mentions/iou@0.5"].f1 == 0


def test_nervaluate_6() -> None:
    """A table of a label filters both sides, so a wrong label shows as missed and spurious."""
    results = nervaluate([[(0, 3, "X")]], [[(0, 3, "Y")]])
    of = {label: results["entities"][label]["ent_type"] for label in "XY"}
    assert results["overall"]["ent_type"].incorrect == 1
    assert (of["X"].incorrect, of["X"].missed, of["Y"].spurious) == (0, 1, 1)
    chunk = build_chunk([("d", record([(0, 3, "X")]), record([(0, 3, "Y")]), None)])
    assert schema_counts(chunk, "mentions")["type"] == Counts(incorrect=1)


def seqeval(gold: str, predicted: str, **options: Any) -> float:
    metrics = pytest.importorskip("seqeval.metrics")
    found: float = metrics.f1_score([gold.split()], [predicted.split()], **options)
    return found


def tagged(gold: str, predicted: str, folder: Path, compat: str) -> goldwire.Scores:
    for name, tags in (("gold", gold), ("system", predicted)):
        text = "".join(f"w{at} {tag}\n" for at, tag in enumerate(tags.split()))
        (folder / f"{name}.conll").write_text(text, encoding="utf-8")
    return goldwire.score(folder / "gold.conll", folder / "system.conll", compat=compat)


@pytest.mark.filterwarnings("ignore::Warning")
def test_seqeval_1(tmp_path: Path) -> None:
    """Only mode and scheme together are strict; either alone is lenient."""
    tags = "B-X I-X", "I-X I-X"
    schemes = pytest.importorskip("seqeval.scheme")
    both = {"mode": "strict", "scheme": schemes.IOB2}
    for options in ({}, {"mode": "strict"}, {"scheme": schemes.IOB2}):
        assert seqeval(*tags, **options) == 1
    assert seqeval(*tags, **both) == 0
    assert tagged(*tags, tmp_path, "seqeval-strict")["mentions/strict"].f1 == 0
    assert tagged(*tags, tmp_path, "seqeval-default")["mentions/strict"].f1 == 1


@pytest.mark.filterwarnings("ignore::Warning")
def test_seqeval_2(tmp_path: Path) -> None:
    """In the default mode L- and U- are unknown and mentions are lost."""
    tags = "U-X U-X O", "B-X I-X O"
    assert seqeval(*tags) == 1
    own = tagged(*tags, tmp_path, "seqeval-default")["mentions/strict"]
    assert [*own.sums] == [0, 1, 0, 2]


@pytest.mark.filterwarnings("ignore::Warning")
def test_seqeval_3(tmp_path: Path) -> None:
    """Nothing to find and nothing found is 0, or 1 with another option; it is undefined."""
    assert seqeval("O O", "O O", zero_division=0) == 0
    assert seqeval("O O", "O O", zero_division=1) == 1
    tagged("O O", "O O", tmp_path, "conlleval")
    scores = goldwire.score(
        tmp_path / "gold.conll", tmp_path / "system.conll", metrics=["mentions/strict"]
    )
    assert scores["mentions/strict"].f1 is None


def test_seqscore_1() -> None:
    """A mention that is predicted twice counts once."""
    model = pytest.importorskip("seqscore.model")
    scoring = pytest.importorskip("seqscore.scoring")
    mention = model.Mention(model.Span(0, 3), "X")
    counts = scoring.ClassificationScore()
    scoring.score_sequence_mentions([mention, mention], [mention], counts)
    assert (counts.true_pos, counts.false_pos) == (1, 0)
    assert strict([(0, 3, "X")], [(0, 3, "X"), (0, 3, "X")]) == [1, 2, 1, 1]


def coreference(clusters: list[set[int]]) -> Annotation:
    return Annotation(
        doc_id="d",
        entities=tuple(Entity(id=f"e{at}", type="X") for at in range(len(clusters))),
        mentions=tuple(
            Mention(entity=f"e{at}", spans=(Span(m, m + 1),))
            for at, cluster in enumerate(clusters)
            for m in sorted(cluster)
        ),
    )


def f1(gold: list[set[int]], predicted: list[set[int]], metric: str) -> float | None:
    scores = goldwire.score([coreference(gold)], [coreference(predicted)], metrics=[metric])
    return scores[metric].f1


def test_scorch_1() -> None:
    """BLANC of a wrong prediction where gold has nothing, or of none for one mention, is 1."""
    scorch = pytest.importorskip("scorch.scores")
    for gold, predicted in (([], [{1, 2}]), ([{1}], [])):
        assert scorch.blanc(gold, predicted) == (1, 1, 1)
        assert f1(gold, predicted, "entities/blanc") != 1


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
def test_scorch_2() -> None:
    """CEAF fails when no mention is shared."""
    scorch = pytest.importorskip("scorch.scores")
    with pytest.raises(ValueError, match="positive"):
        scorch.ceaf_e([{1, 2}], [{3, 4}])
    assert f1([{1, 2}], [{3, 4}], "entities/ceaf_e") == 0


def test_scorch_3() -> None:
    """A mention in two clusters gives figures below or above 1 for a perfect response."""
    scorch = pytest.importorskip("scorch.scores")
    twice = [{1, 2}, {2, 3}]
    assert scorch.muc(twice, twice)[2] == 0.5
    assert scorch.b_cubed(twice, twice)[2] == 1.25
    for metric in ("entities/muc", "entities/b3"):
        assert f1(twice, twice, metric) == 1


NELEVAL = """
import collections, collections.abc
collections.Sequence = collections.abc.Sequence
"""


def neleval(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter, for the shims must not be there, or only the first."""
    pytest.importorskip("neleval")
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )


def test_neleval_1() -> None:
    """It does not import."""
    found = neleval("import neleval.evaluate")
    assert found.returncode == 1
    assert "cannot import name 'Sequence' from 'collections'" in found.stderr


def test_neleval_2() -> None:
    """CEAF fails on two clusters a side that cross each other."""
    gold, predicted = [{0, 1}, {2}], [{0, 2}, {1}]
    found = neleval(
        f"{NELEVAL}from neleval.coref_metrics import mention_ceaf\n"
        f"mention_ceaf(dict(enumerate({gold})), dict(enumerate({predicted})))"
    )
    assert found.returncode == 1
    assert "has no attribute 'int'" in found.stderr
    assert f1(gold, predicted, "entities/ceaf_m") == pytest.approx(2 / 3)


def test_neleval_3() -> None:
    """A mention that is predicted twice counts once."""
    found = neleval(
        f"{NELEVAL}from neleval.annotation import Annotation\n"
        "from neleval.configs import MEASURES\n"
        'row = Annotation.from_string("d\\t0\\t3\\tQ1\\t1.0\\tX")\n'
        'print(MEASURES["strong_mention_match"].count_matches([row, row], [row]))'
    )
    assert found.stdout.strip() == "(1, 0, 0)"
    assert strict([(0, 3, "X")], [(0, 3, "X"), (0, 3, "X")]) == [1, 2, 1, 1]
