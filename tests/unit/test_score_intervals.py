import random
from pathlib import Path

import numpy as np
import pytest

import toy_corpus
from goldwire.cli import main
from goldwire.errors import UsageError
from goldwire.inputs import open_gold, open_run
from goldwire.model import Annotation, Mention, Span
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents, score_run
from goldwire.statistics import interval


def document(doc_id: str, starts: list[int]) -> Annotation:
    return Annotation(
        doc_id=doc_id,
        mentions=tuple(
            Mention(type="PER" if start % 20 else "ORG", spans=(Span(start, start + 3),))
            for start in starts
        ),
    )


def scored(n: int, *, per_document: bool = True) -> tuple[Scores, np.ndarray]:
    rng = random.Random(5)
    golds, predictions, sums = [], [], []
    for number in range(n):
        gold = sorted(rng.sample(range(0, 300, 10), 8))
        kept = [start for start in gold if rng.random() < 0.7]
        extra = [start + 5 for start in gold if rng.random() < 0.2]
        golds.append(document(f"d{number}", gold))
        predictions.append(document(f"d{number}", kept + extra))
        sums.append([len(kept), len(kept) + len(extra), len(kept), len(gold)])
    scores = score_documents(
        [GoldDocument(gold) for gold in golds],
        predictions,
        metrics=["mentions/strict", "mentions/exact"],
        per_document=per_document,
    )
    return scores, np.array(sums, dtype=np.float64)[:, None, :]


def test_the_interval_is_the_one_of_the_documents_own_sums() -> None:
    scores, sums = scored(12)
    found, expected = scores.interval("mentions/exact"), interval(sums)
    assert (found.low, found.value, found.high) == pytest.approx(
        (expected.low, expected.value, expected.high)
    )
    assert found.value == scores["mentions/exact"].f1
    assert found.n_clusters == 12


def test_more_documents_give_a_shorter_interval() -> None:
    few, many = (scored(n)[0].interval("mentions/strict") for n in (12, 120))
    assert (many.high or 1) - (many.low or 0) < (few.high or 1) - (few.low or 0)


def test_a_label_has_an_interval_of_its_own() -> None:
    scores, _ = scored(30)
    assert scores.interval("mentions/strict.r[ORG]").value == scores["mentions/strict[ORG]"].r
    with pytest.raises(KeyError, match="no label"):
        scores.interval("mentions/strict[LOC]")


def test_without_per_document_tallies_there_is_none() -> None:
    with pytest.raises(ValueError, match="per_document=True"):
        scored(5, per_document=False)[0].interval("mentions/strict")


def test_the_signature_names_the_interval() -> None:
    assert "|ci:logit-t.95.document" in str(scored(3)[0].shared_signature())


def test_documents_of_one_publisher_are_one_draw(tmp_path: Path) -> None:
    root = toy_corpus.write_corpus(tmp_path)
    (tmp_path / "p.jsonl").write_text(toy_corpus.predictions(without=("Ann Lee",)))
    run = score_run(
        open_gold(str(root)), open_run([str(tmp_path / "p.jsonl")]),
        metrics=["mentions/strict"], per_document=True, cluster="publisher",
    )  # fmt: skip
    found = run.interval("mentions/strict")
    # North has d1 and d3: 5 of 5 predicted are right, 5 of 6 found; South has d2: 1 of 1, 1 of 2.
    expected = interval([[[5, 5, 5, 6]], [[1, 1, 1, 2]]])
    assert (found.low, found.high, found.n_clusters) == (expected.low, expected.high, 2)
    assert found.unit == "publisher"
    assert "|ci:logit-t.95.publisher" in str(run.shared_signature())


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("source.section", "3 of 3 documents do not have it"),
        ("colour", "choose from document, pub"),
    ],
)
def test_a_cluster_that_documents_do_not_have_is_refused(
    tmp_path: Path, by: str, told: str
) -> None:
    root = toy_corpus.write_corpus(tmp_path)
    (tmp_path / "p.jsonl").write_text(toy_corpus.predictions())
    run = score_run(
        open_gold(str(root)), open_run([str(tmp_path / "p.jsonl")]),
        metrics=["mentions/strict"], per_document=True, cluster=by,
    )  # fmt: skip
    with pytest.raises(UsageError, match=told):
        run.interval("mentions/strict")


def test_the_bootstrap_is_an_option_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = toy_corpus.write_corpus(tmp_path)
    (tmp_path / "p.jsonl").write_text(toy_corpus.predictions(without=("Ann Lee",)))
    command = ["score", str(tmp_path / "p.jsonl"), "--gold", str(root), "--metrics",
               "mentions/strict", "--intervals", "--cluster", "language"]  # fmt: skip
    assert main(command) == 0
    assert "one language with anything to score has no variance" in capsys.readouterr().out
    assert main([*command[:-2], "--bootstrap"]) == 0
    assert "bootstrap; only 3 documents" in capsys.readouterr().out


def test_bootstrap_intervals_stand_in_the_signature_and_a_check_does_not_mind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = toy_corpus.write_corpus(tmp_path)
    (tmp_path / "p.jsonl").write_text(toy_corpus.predictions(without=("Ann Lee",)))
    command = ["score", str(tmp_path / "p.jsonl"), "--gold", str(root)]
    main([*command, "--metrics", "mentions/strict", "--intervals", "--bootstrap", "--json"])
    saved = capsys.readouterr().out
    assert "|ci:bootstrap.95.document.10000.s0" in saved
    (tmp_path / "saved.json").write_text(saved)
    assert main([*command, "--check", str(tmp_path / "saved.json")]) == 0
    assert "ci was" not in capsys.readouterr().out
