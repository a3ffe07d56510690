"""Scores for programs: plain JSON values, fractions 0–1, null where undefined."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from goldwire.errors import Problem
from goldwire.explanation import Explained
from goldwire.files import Found
from goldwire.inputs import Gold
from goldwire.pairing import SURFACE_MISMATCH, Pairing
from goldwire.scores import Score, Scores

RESULT_VERSION = "1.0.0"
"""The version of this JSON shape; it rises when a key changes its meaning."""


def score_record(
    scores: Scores,
    gold: Gold,
    *,
    system: str,
    per_label: bool = True,
    intervals: bool = False,
) -> dict[str, Any]:
    """Give everything that `goldwire score --json` prints."""
    pairing = scores.pairing
    return {
        "result_version": RESULT_VERSION,
        "gold": {
            "name": gold.name,
            "version": gold.version,
            "sha256": gold.digest,
            "split": gold.split or None,
        },
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
        "scores": [score_row(score) for score in scores.rows(per_label=per_label)],
        "intervals": (
            {name: asdict(scores.interval(name)) for name in scores} if intervals else {}
        ),
        "explained": [explained_row(item, pairing) for item in scores.explained],
        "not_scored": dict(scores.not_scored),
        "dropped": dict(scores.dropped),
        "oddities": dict(scores.oddities),
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
        "signature": str(score.signature),
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
