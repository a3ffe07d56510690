import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.cli import main
from goldwire.confidence import calibration, precision_recall_curve
from goldwire.model import Annotation, Mention, Span
from goldwire.pairing import GoldDocument
from goldwire.scoring import score_documents

items = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), max_size=12)


def arrays(pairs: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p for p, _ in pairs]), np.array([float(c) for _, c in pairs])


def test_a_small_curve_is_as_worked_out_by_hand() -> None:
    # Kept at .9: one, right. At .5: three, two right. At .1: four, two right; four gold items.
    curve = precision_recall_curve(
        np.array([0.5, 0.9, 0.1, 0.5]), np.array([1.0, 1.0, 0.0, 0.0]), n_gold=4
    )
    assert curve.threshold.tolist() == [0.9, 0.5, 0.1]
    assert curve.precision.tolist() == pytest.approx([1, 2 / 3, 1 / 2])
    assert curve.recall.tolist() == pytest.approx([1 / 4, 1 / 2, 1 / 2])
    assert curve.average_precision() == pytest.approx(1 / 4 + 1 / 4 * 2 / 3)
    assert curve.best_f1() == pytest.approx((0.5, 4 / 7))


@given(items, st.integers(0, 5))
def test_average_precision_is_scikit_learn_s_with_missed_items_appended(
    pairs: list[tuple[float, bool]], n_missed: int
) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    confidence, credit = arrays(pairs)
    n_gold = credit.sum() + n_missed
    if not n_gold:
        return
    # scikit-learn has no missed items; its recall is over found ones, so the whole is scaled.
    found = credit.sum()
    expected = metrics.average_precision_score(credit, confidence) * found / n_gold if found else 0
    curve = precision_recall_curve(confidence, credit, n_gold=n_gold)
    assert curve.average_precision() == pytest.approx(expected)


@given(items.filter(bool), st.randoms(use_true_random=False))
def test_order_never_matters(pairs: list[tuple[float, bool]], random: object) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = precision_recall_curve(*arrays(pairs), n_gold=5)
    second = precision_recall_curve(*arrays(shuffled), n_gold=5)
    assert first.precision.tolist() == second.precision.tolist()
    assert first.best_f1() == second.best_f1()


def test_calibration_is_as_worked_out_by_hand() -> None:
    # Bin .9–1: confidences .95, .95 with one right: gap .45. Bin .1–.2: .1 wrong: gap .1.
    found = calibration(np.array([0.95, 0.95, 0.1]), np.array([1.0, 0.0, 0.0]))
    assert found is not None
    assert found.error == pytest.approx((2 * 0.45 + 0.1) / 3)
    assert found.brier == pytest.approx((0.05**2 + 0.95**2 + 0.1**2) / 3)
    assert found.n.sum() == 3


def test_without_items_there_is_no_calibration_and_no_best_threshold() -> None:
    assert calibration(np.array([]), np.array([])) is None
    assert precision_recall_curve(np.array([]), np.array([]), n_gold=3).best_f1() is None
    assert precision_recall_curve(np.array([]), np.array([]), n_gold=0).average_precision() is None


def test_missing_or_impossible_confidences_are_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 predicted items have no confidence"):
        precision_recall_curve(np.array([0.5, np.nan]), np.zeros(2), n_gold=1)
    with pytest.raises(ValueError, match="probability"):
        calibration(np.array([1.5]), np.zeros(1))


def test_a_run_s_curve_comes_from_the_scores_of_its_items() -> None:
    def record(*mentions: tuple[int, float | None]) -> Annotation:
        return Annotation(
            doc_id="d",
            mentions=tuple(
                Mention(type="PER", spans=(Span(at, at + 2),), score=score)
                for at, score in mentions
            ),
        )

    gold = record((0, None), (10, None))
    scores = score_documents(
        [GoldDocument(gold)],
        [record((0, 0.9), (5, 0.6), (10, 0.2))],
        metrics=["mentions/strict"],
        confidence=True,
    )
    curve = scores.curve("mentions/strict")
    assert curve.threshold.tolist() == [0.9, 0.6, 0.2]
    assert curve.precision.tolist() == pytest.approx([1, 1 / 2, 2 / 3])
    assert curve.recall.tolist() == [1 / 2, 1 / 2, 1]
    found = scores.calibration("mentions/strict")
    assert found is not None
    assert found.error == pytest.approx((0.1 + 0.6 + 0.8) / 3)


def test_without_confidences_a_curve_is_refused_with_the_reason() -> None:
    gold = Annotation(doc_id="d", mentions=(Mention(type="PER", spans=(Span(0, 2),)),))
    scores = score_documents(
        [GoldDocument(gold)], [gold], metrics=["mentions/strict"], confidence=True
    )
    with pytest.raises(ValueError, match="1 of 1 predicted items have no confidence"):
        scores.curve("mentions/strict")


@given(items.filter(bool))
def test_the_brier_score_is_scikit_learn_s(pairs: list[tuple[float, bool]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    confidence, credit = arrays(pairs)
    found = calibration(confidence, credit)
    assert found is not None
    assert found.brier == pytest.approx(metrics.brier_score_loss(credit, confidence, labels=[0, 1]))


@given(items.filter(bool), st.integers(0, 5))
def test_no_threshold_has_a_better_f1(pairs: list[tuple[float, bool]], n_missed: int) -> None:
    confidence, credit = arrays(pairs)
    n_gold = credit.sum() + n_missed
    best = precision_recall_curve(confidence, credit, n_gold=n_gold).best_f1()
    if not n_gold:
        assert best is None
        return
    kept = [confidence >= threshold for threshold in confidence]
    f1 = [2 * credit[one].sum() / (one.sum() + n_gold) for one in kept]
    assert best is not None
    assert best[1] == pytest.approx(max(f1))
    assert 2 * credit[confidence >= best[0]].sum() == pytest.approx(
        best[1] * ((confidence >= best[0]).sum() + n_gold)
    )


@given(items.filter(bool))
def test_calibration_is_what_a_loop_over_bins_gives(pairs: list[tuple[float, bool]]) -> None:
    found = calibration(*arrays(pairs))
    assert found is not None
    error = 0.0
    for at in range(10):
        inside = [(p, c) for p, c in pairs if min(int(p * 10), 9) == at]
        gap = abs(sum(p for p, _ in inside) - sum(c for _, c in inside))
        error += gap / len(pairs)
        assert found.n[at] == len(inside)
    assert found.error == pytest.approx(error)


def test_the_command_prints_curve_and_calibration_with_the_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def lines(*items: tuple[int, float | None]) -> str:
        mentions = [
            {"type": "PER", "spans": [{"start": at, "end": at + 2}], "score": score}
            for at, score in items
        ]
        return json.dumps({"doc_id": "d", "mentions": mentions})

    (tmp_path / "gold.jsonl").write_text(lines((0, None), (10, None)))
    (tmp_path / "run.jsonl").write_text(lines((0, 0.9), (5, 0.6), (10, 0.2)))
    words = ["score", str(tmp_path / "run.jsonl"), "--gold", str(tmp_path / "gold.jsonl")]
    words += ["--metrics", "mentions/strict,text/strict", "--confidence"]
    assert main(words) == 0
    out = capsys.readouterr().out
    # AP = 1/2 · 1 + 1/2 · 2/3; the best F1 is 4/5, with everything kept; Brier (.01+.36+.64)/3.
    row = next(line for line in out.splitlines() if "threshold tuned" in line)
    assert row.split()[:6] == ["mentions/strict", "83.3", "80.0", "0.2", "0.500", "0.337"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["confidence"]["mentions/strict"]
    assert found["average_precision"] == pytest.approx(5 / 6)
    assert found["best"] == {
        "threshold": 0.2,
        "f1": pytest.approx(0.8),
        "warning": "threshold tuned on this very data",
    }
    assert found["curve"]["recall"] == [0.5, 0.5, 1.0]
    assert found["signature"].startswith("goldwire|mentions/strict|")
