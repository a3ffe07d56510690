"""What grounding did, beside the scores: counts by tier, hallucinations, and the best case."""

from typing import Any

from goldwire.grounding import TIERS, Summary
from goldwire.report.terminal import percent
from goldwire.scores import Scores

REASONS = {
    "ungroundable": "not in the text",
    "surplus": "more often than in the text",
    "empty": "without words",
}
"""How the reasons for which an item has no place are told."""


def grounding_text(scores: Scores) -> str:
    """Tell what became of the items without offsets; nothing when there were none."""
    report = scores.grounding
    if report is None:
        return ""
    total = report.total()
    if report.mode == "off":
        return f"grounding  off: {total.not_sought} items without offsets are scored as wrong"
    tiers = [f"{tier} {total.tiers[tier]}" for tier in TIERS if total.tiers.get(tier)]
    told = [f"{total.n_placed} placed" + (f" ({', '.join(tiers)})" if tiers else "")]
    told += [f"{n} {REASONS[why]}" for why, n in sorted(total.unplaced.items()) if n]
    lines = [f"grounding  {total.n_sought} items gave words and no offsets: {', '.join(told)}"]
    if total.n_sought:
        lines.append(f"           hallucination rate {percent(total.hallucination_rate)} %")
    if total.n_ambiguous:
        lines.append(f"           {total.n_ambiguous} could also stand elsewhere" + _bounds(scores))
    if total.not_sought:
        lines.append(
            f"           {total.not_sought} more are scored as wrong: gold has no text to find them"
        )
    return "\n".join(lines)


def _bounds(scores: Scores) -> str:
    bounds = [
        f"{name} {percent(scores[name].f1)} to {percent(scores.best_case(name).f1)}"
        for name in scores.ceilings
    ]
    return f"; F1 as placed and at best: {', '.join(bounds)}" if bounds else ""


def grounding_record(scores: Scores) -> dict[str, Any] | None:
    """Give the same as JSON values, by layer and in total; None when nothing lacked offsets."""
    report = scores.grounding
    if report is None:
        return None
    return {
        "mode": report.mode,
        "total": _summary_record(report.total()),
        "layers": {layer: _summary_record(found) for layer, found in report.layers.items()},
        "best_case": {name: _best_case(scores, name) for name in scores.ceilings},
    }


def _summary_record(summary: Summary) -> dict[str, Any]:
    return {
        "sought": summary.n_sought,
        "placed": {tier: summary.tiers.get(tier, 0) for tier in TIERS},
        "unplaced": {why: summary.unplaced.get(why, 0) for why in REASONS},
        "ambiguous": summary.n_ambiguous,
        "not_sought": summary.not_sought,
        "hallucination_rate": summary.hallucination_rate,
    }


def _best_case(scores: Scores, name: str) -> dict[str, float | None]:
    best = scores.best_case(name)
    return {"p": best.p, "r": best.r, "f1": best.f1}
