"""The gate's verdict for people and programs: text, JSON and Markdown."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from goldwire.comparison.paired import Compared, System, signature_of
from goldwire.gating.judging import Finding, Judgement
from goldwire.inputs import Gold
from goldwire.report.changes import SHOWN_ITEMS, change_line, change_lines, change_row
from goldwire.report.terminal import amount, percent, table

GATE_VERSION = "1.0.0"
"""The version of the JSON shape; it rises when a key changes its meaning."""


@dataclass(frozen=True, slots=True)
class GateReport:
    """All that is to be told: the judgement, who was judged, on which gold, and what to know."""

    gold: Gold
    baseline: System
    candidate: System
    judgement: Judgement
    notes: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    @property
    def protected(self) -> set[str]:
        """The documents whose words may not leave the machine."""
        return self.candidate.runs[0].pairing.protected | self.baseline.runs[0].pairing.protected

    @property
    def signature(self) -> str:
        """What the numbers rest on."""
        return str(signature_of(self.baseline, self.candidate))

    @property
    def main(self) -> Compared | None:
        """The first metric: the number that stands for all where there is room for one."""
        return next(iter(self.judgement.comparison.compared), None)


def gate_text(report: GateReport, *, hidden: Collection[str] = ()) -> str:
    """Give the verdict, its reasons, the figures, and the gold items lost and gained.

    Items of `hidden` documents are shown without words, as logs that others read demand.
    """
    judgement, gold = report.judgement, report.gold
    split = f", split {gold.split}" if gold.split else ""
    n = len(report.baseline.runs[0].doc_ids)
    runs = len(report.candidate.runs)
    lines = [
        f"gold       {gold.tag}{split} ({n} document{'' if n == 1 else 's'} compared)",
        f"baseline   {report.baseline.name}",
        f"candidate  {report.candidate.name}" + (f" ({runs} runs)" if runs > 1 else ""),
        f"verdict    {judgement.verdict}",
        "",
        findings_table(judgement.findings),
        "",
        figures_table(judgement.comparison.compared),
    ]
    if n == 1:
        lines.append(
            "  one document: its items can be compared, other texts cannot be judged by it"
        )
    lines += change_lines("lost", judgement.sifted.remaining, hidden=hidden)
    lines += change_lines("gained", judgement.comparison.gained, hidden=hidden)
    lines += _listed("allow-list", _allowed(report, hidden=hidden))
    if judgement.comparison.unstable:
        lines += change_lines(
            "unstable, so they do not gate", judgement.comparison.unstable, hidden=hidden
        )
    lines += ["", f"signature  {report.signature}"]
    return "\n".join(lines) + "\n"


def findings_table(findings: Sequence[Finding]) -> str:
    """Give one line per finding."""
    return table([(one.outcome, one.what, one.reason) for one in findings], left=(0, 1, 2))


FIGURES = ("", "base", "candidate", "difference", "95 % interval", "detectable", "wrong")


def figures_table(compared: Sequence[Compared]) -> str:
    """Give F1 of both, the difference with its interval, and the smallest that could be seen.

    `wrong` counts predictions that are not right, before and after.
    """
    rows = [FIGURES, *map(figures_row, compared)]
    found = table(rows)
    said = sorted({one.difference.note for one in compared if one.difference.note})
    return "\n".join([found, *(f"  {note}" for note in said)])


def figures_row(one: Compared) -> tuple[str, ...]:
    """Give the figures of one metric as cells, in percent."""
    return (
        one.metric,
        percent(one.baseline),
        percent(one.candidate),
        signed(one.difference.value),
        interval_cell(one),
        "none" if one.detectable.effect is None else f"{100 * one.detectable.effect:.1f}",
        f"{amount(one.wrong[0])} → {amount(one.wrong[1])}",
    )


def interval_cell(one: Compared) -> str:
    """Write a difference's interval, or `none`."""
    low, high = one.difference.low, one.difference.high
    return "none" if low is None or high is None else f"{signed(low)} to {signed(high)}"


def signed(value: float | None) -> str:
    """Write a difference in points, with its sign."""
    return "undef" if value is None else f"{100 * value:+.1f}"


def _allowed(report: GateReport, *, hidden: Collection[str]) -> list[str]:
    sifted = report.judgement.sifted
    lines = [
        f"{change_line(change, with_text=change.doc_id not in hidden)} — allowed until "
        f"{one.expires.isoformat()}: {one.reason}"
        for change, one in sifted.excused
    ]
    lines += [
        f"expired on {one.expires.isoformat()}, no longer allowed: {one.item} ({one.reason})"
        for one in sifted.expired
    ]
    lines += [f"not needed, nothing of that name is lost: {one.item}" for one in sifted.unused]
    return lines


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"{title}:", *(f"  {line}" for line in lines)] if lines else []


def gate_record(report: GateReport) -> dict[str, Any]:
    """Give everything that `goldwire gate --json` prints: fractions, null where there is none."""
    judgement, protected = report.judgement, report.protected
    comparison, sifted = judgement.comparison, judgement.sifted
    return {
        "gate_version": GATE_VERSION,
        "verdict": judgement.verdict,
        "gold": report.gold.tag,
        "baseline": report.baseline.name,
        "candidate": report.candidate.name,
        "runs": len(report.candidate.runs),
        "margin": judgement.margin,
        "signature": report.signature,
        "findings": [asdict(finding) for finding in judgement.findings],
        "metrics": [asdict(one) for one in comparison.compared],
        "n_lost": len(sifted.remaining),
        "n_gained": len(comparison.gained),
        "lost": [change_row(one, protected) for one in sifted.remaining],
        "gained": [change_row(one, protected) for one in comparison.gained],
        "unstable": [change_row(one, protected) for one in comparison.unstable],
        "allowed": [
            change_row(change, protected)
            | {"reason": one.reason, "expires": one.expires.isoformat()}
            for change, one in sifted.excused
        ],
        "expired": [one.item for one in sifted.expired],
        "unused": [one.item for one in sifted.unused],
        "notes": list(report.notes),
    }


def gate_markdown(report: GateReport, *, size: int, bytes_: bool = False) -> str:
    """Give the verdict as Markdown of at most `size` characters (or UTF-8 bytes), cut by items.

    Protected texts are shown as offsets and labels.
    """
    judgement = report.judgement
    head = [
        f"## goldwire gate: {judgement.verdict}",
        "",
        (
            f"Gold `{report.gold.tag}`, baseline `{_code(report.baseline.name)}`, "
            f"candidate `{_code(report.candidate.name)}`."
        ),
        "",
        *(
            f"- **{one.outcome}** {_cell(one.what)}: {_cell(one.reason)}"
            for one in judgement.findings
        ),
        "",
        f"| {' | '.join(FIGURES)} |",
        "|---|" + "---:|" * (len(FIGURES) - 1),
        *(f"| {' | '.join(figures_row(one))} |" for one in judgement.comparison.compared),
    ]
    tail = ["", *(f"> {_cell(note)}" for note in report.notes), "", f"`{_code(report.signature)}`"]
    limit = size - _size("\n".join([*head, *tail]), bytes_=bytes_) - 200
    lines, used, left_out = [], 0, 0
    for line in _item_lines(report):
        cost = _size(line, bytes_=bytes_) + 1
        if left_out or used + cost > limit:
            left_out += 1
            continue
        lines.append(line)
        used += cost
    if left_out:
        lines += ["", f"and {left_out} more lines: `goldwire gate --json` lists all items"]
    return "\n".join([*head, *lines, *tail]) + "\n"


def _item_lines(report: GateReport) -> Iterator[str]:
    judgement = report.judgement
    for title, found in (
        ("Lost", judgement.sifted.remaining),
        ("Gained", judgement.comparison.gained),
        ("Unstable, not gating", judgement.comparison.unstable),
    ):
        if found:
            yield ""
            yield f"### {title}: {len(found)}"
            yield ""
            for change in found:
                line = change_line(change, with_text=change.doc_id not in report.protected)
                yield f"- `{_code(line)}`"
    allowed = _allowed(report, hidden=report.protected)
    if allowed:
        yield ""
        yield "### Allow-list"
        yield ""
        yield from (f"- {_cell(line)}" for line in allowed)


def _size(text: str, *, bytes_: bool) -> int:
    return len(text.encode()) if bytes_ else len(text)


def _code(text: str) -> str:
    return text.replace("`", "'")


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;")


__all__ = ["SHOWN_ITEMS", "GateReport", "gate_markdown", "gate_record", "gate_text"]
