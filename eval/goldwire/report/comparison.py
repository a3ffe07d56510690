"""Comparisons for people: terminal, Markdown and LaTeX."""

from collections.abc import Mapping, Sequence

from goldwire.comparison import ALPHA, Compared, Comparison
from goldwire.explanation import Explained
from goldwire.gating import Finding
from goldwire.inputs import Gold
from goldwire.report.terminal import percent, table
from goldwire.scores import Scores

SHOWN_ITEMS = 10
HEADER = ("metric", "base", "candidate", "difference", "95 % interval", "p", "p (Holm)")


def comparison_text(gold: Gold, base: str, found: Mapping[str, Comparison], scores: Scores) -> str:
    """Give one table for each candidate, then the gold items that it lost and gained."""
    lines = [f"gold    {gold.tag}", f"base    {base}"]
    for name, comparison in found.items():
        lines += ["", f"candidate  {name}", "", table([("", *HEADER[1:]), *_rows(comparison)])]
        lines += sorted(
            {f"  {one.significance.note}" for one in comparison.compared if one.significance.note}
        )
        lines += _items("lost", comparison.lost) + _items("gained", comparison.gained)
    lines += ["", f"signature  {scores.shared_signature()}"]
    return "\n".join(lines) + "\n"


def gate_text(gold: Gold, outcome: str, findings: Sequence[Finding], comparison: Comparison) -> str:
    """Give the gate's verdict, its reasons, and the gold items lost and gained."""
    lines = [f"gold    {gold.tag}", f"verdict {outcome}", ""]
    lines += [table([(one.outcome, one.what, one.reason) for one in findings], left=(0, 1, 2))]
    lines += _items("lost", comparison.lost) + _items("gained", comparison.gained)
    return "\n".join(lines) + "\n"


def markdown(gold: Gold, base: str, found: Mapping[str, Comparison], scores: Scores) -> str:
    """Give the comparison as Markdown, without words of the texts."""
    lines = [f"Gold `{gold.tag}`, base `{base}`."]
    for name, comparison in found.items():
        lines += ["", f"### {name}", "", f"| {' | '.join(HEADER)} |", "|---|" + "---:|" * 6]
        lines += [f"| {' | '.join(row)} |" for row in _rows(comparison)]
        lines += ["", f"{len(comparison.lost)} gold items lost, {len(comparison.gained)} gained."]
    lines += ["", f"`{scores.shared_signature()}`"]
    return "\n".join(lines) + "\n"


def latex(gold: Gold, base: str, found: Mapping[str, Comparison], scores: Scores) -> str:
    """Give one LaTeX table: metrics by systems, F1 in percent, * where p (Holm) < 0.05."""
    systems = [base, *found]
    names = [one.metric for one in next(iter(found.values())).compared]
    lines = [
        f"% gold {gold.tag}",
        f"% {scores.shared_signature()}",
        r"\begin{tabular}{l" + "r" * len(systems) + "}",
        r"\hline",
        " & ".join(["", *map(_escaped, systems)]) + r" \\",
        r"\hline",
    ]
    for at, name in enumerate(names):
        cells = [_escaped(name)]
        compared = [comparison.compared[at] for comparison in found.values()]
        cells.append(percent(compared[0].baseline))
        cells += [
            percent(one.candidate) + ("*" if _is_significant(one) else "") for one in compared
        ]
        lines.append(" & ".join(cells) + r" \\")
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def _rows(comparison: Comparison) -> list[tuple[str, ...]]:
    return [
        (
            one.metric,
            percent(one.baseline),
            percent(one.candidate),
            _signed(one.difference.value),
            "none"
            if one.difference.low is None or one.difference.high is None
            else f"{_signed(one.difference.low)} to {_signed(one.difference.high)}",
            "none" if one.p is None else f"{one.p:.4f}",
            "none" if one.adjusted_p is None else f"{one.adjusted_p:.4f}",
        )
        for one in comparison.compared
    ]


def _signed(value: float | None) -> str:
    return "undef" if value is None else f"{100 * value:+.1f}"


def _is_significant(one: Compared) -> bool:
    return one.adjusted_p is not None and one.adjusted_p < ALPHA


def _items(title: str, items: Sequence[Explained]) -> list[str]:
    if not items:
        return ["", f"{title}: nothing"]
    lines = ["", f"{title}: {len(items)} gold items"]
    lines += [f"  {item.doc_id} {item.layer}: {item.gold}" for item in items[:SHOWN_ITEMS]]
    if len(items) > SHOWN_ITEMS:
        lines.append(f"  and {len(items) - SHOWN_ITEMS} more (--json lists them all)")
    return lines


def _escaped(text: str) -> str:
    return text.replace("_", r"\_").replace("%", r"\%").replace("&", r"\&").replace("#", r"\#")
