"""Scores for programs: plain JSON values, fractions 0–1, null where undefined."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from goldwire.errors import Problem
from goldwire.explanation import Explained
from goldwire.files import Found
from goldwire.inputs import Gold
from goldwire.metrics.semeval import Counts
from goldwire.pairing import SURFACE_MISMATCH, Pairing
from goldwire.report.grounding import grounding_record
from goldwire.scores import Score, Scores
from goldwire.signature import Address

TUNED_HERE = "threshold tuned on this very data"
"""What must stand beside a threshold that was chosen on the data that it is reported on."""

RESULT_VERSION = "1.0.0"
"""The version of this JSON shape; it rises when a key changes its meaning."""


def score_record(
    scores: Scores,
    gold: Gold,
    *,
    system: str,
    rows: Iterable[Score] | None = None,
    intervals: bool = False,
    bootstrap: bool = False,
) -> dict[str, Any]:
    """Give everything that `goldwire score --json` prints; all scores unless some `rows` are given.

    Keys for which nothing was asked are there and empty.
    """
    pairing = scores.pairing
    return {
        "gold": {
            "name": gold.name,
            "version": gold.version,
            "sha256": gold.digest,
            "split": gold.split or None,
        },
        "result_version": RESULT_VERSION,
        "system": system,
        "documents": {
            "gold": pairing.n_documents,
            "predicted": pairing.n_predicted,
            "missing": pairing.n_missing,
            "unknown": pairing.n_unknown,
        },
        "layers": {
            "annotated": sorted(pairing.annotated),
            "attempted": sorted(pairing.attempted),
        },
        "signature": str(scores.shared_signature()),
        "scores": [
            score_row(score) for score in (scores.rows(per_label=True) if rows is None else rows)
        ],
        "intervals": (
            {name: asdict(scores.interval(name, bootstrap=bootstrap)) for name in scores}
            if intervals
            else {}
        ),
        "confidence": {name: row for name in scores if (row := confidence_row(scores, name))},
        "errors": {
            layer: {schema: counts_row(counts) for schema, counts in by_schema.items()}
            for layer, by_schema in scores.counts.items()
        },
        "confusion": {
            layer: {"labels": list(matrix.labels), "counts": matrix.counts.tolist()}
            for layer, matrix in scores.confusions.items()
        },
        "explained": [explained_row(item, pairing) for item in scores.explained],
        "not_scored": dict(scores.not_scored),
        "not_sliced": {by: list(names) for by, names in scores.unsliced.items()},
        "dropped": dict(scores.dropped),
        "oddities": dict(scores.oddities),
        "grounding": grounding_record(scores),
        "unknown_labels": {layer: dict(near) for layer, near in scores.unknown_labels.items()},
        "problems": [problem_row(problem, pairing) for problem in scores.problems],
    }


def input_rows(*found: Mapping[str, Found]) -> dict[str, dict[str, Any]]:
    """Give format and dialect of every file that was read."""
    return {
        path: {"format": item.format, "dialect": dict(item.dialect)}
        for files in found
        for path, item in files.items()
    }


def score_row(score: Score) -> dict[str, Any]:
    """Give one score as JSON values."""
    p_num, p_den, r_num, r_den = score.sums
    return {
        "metric": score.address.metric,
        "label": score.address.label,
        "slice": score.address.slice,
        "p": score.p,
        "r": score.r,
        "f1": score.f1,
        "p_num": p_num,
        "p_den": p_den,
        "r_num": r_num,
        "r_den": r_den,
        "n_averaged": score.n_averaged,
        "signature": str(score.signature),
    }


def counts_row(counts: Counts) -> dict[str, Any]:
    """Give SemEval-2013 counts and MUC-5 rates; rates are fractions, null where undefined."""
    rates = ("precision", "recall", "err", "und", "ovg", "sub", "ser")
    return {**asdict(counts), **{rate: getattr(counts, rate) for rate in rates}}


def confidence_row(scores: Scores, name: str) -> dict[str, Any]:
    """Give curve and calibration of a metric; the reason where it has none; empty if not asked."""
    if name not in scores.confident:
        return {}
    try:
        curve, calibrated = scores.curve(name), scores.calibration(name)
    except ValueError as error:
        return {"none": str(error)}
    best = curve.best_f1()
    return {
        "average_precision": curve.average_precision(),
        "best": None
        if best is None
        else {"threshold": best[0], "f1": best[1], "warning": TUNED_HERE},
        "calibration": None
        if calibrated is None
        else {
            "expected_calibration_error": calibrated.error,
            "brier": calibrated.brier,
            "bins": [
                {"n": int(n), "confidence": confidence, "accuracy": accuracy}
                for n, confidence, accuracy in zip(
                    calibrated.n.tolist(),
                    calibrated.confidence.tolist(),
                    calibrated.accuracy.tolist(),
                    strict=True,
                )
                if n
            ],
        },
        "curve": {
            "threshold": curve.threshold.tolist(),
            "precision": curve.precision.tolist(),
            "recall": curve.recall.tolist(),
        },
        "signature": str(scores.signature(Address(name))),
    }


def explained_row(item: Explained, pairing: Pairing) -> dict[str, Any]:
    """Give what became of an item; words of a protected text stay where they are."""
    row = asdict(item)
    if item.doc_id in pairing.protected:
        for side in ("gold", "predicted"):
            if row[side] is not None:
                row[side]["words"] = None
    return row


def problem_row(problem: Problem, pairing: Pairing) -> dict[str, str]:
    """Give one problem without the parts that it does not have, and without protected words."""
    row = {name: getattr(problem, name) for name in problem.__struct_fields__}
    if problem.code == SURFACE_MISMATCH and problem.document in pairing.protected:
        row["found"] = row["expected"] = ""
    return {name: value for name, value in row.items() if value}
