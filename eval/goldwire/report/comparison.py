"""Comparisons for people and programs: terminal, Markdown, LaTeX, CSV and JSON."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from goldwire.ci import in_ci
from goldwire.comparison.paired import ALPHA, Adjustment, Compared, Comparison, System, signature_of
from goldwire.comparison.ranking import Ranked
from goldwire.files import Found
from goldwire.inputs import Gold
from goldwire.report.changes import change_lines, change_row
from goldwire.report.gate import interval_cell, signed
from goldwire.report.structured import input_rows
from goldwire.report.terminal import percent, table

COMPARE_VERSION = "2.0.0"
"""The version of the JSON shape; it rises when a key changes its meaning."""


@dataclass(frozen=True, slots=True)
class CompareReport:
    """All that is to be told: the systems, each candidate's comparison, and the leaderboards."""

    gold: Gold
    base: System
    candidates: tuple[System, ...]
    found: Mapping[str, Comparison]
    ranked: Mapping[str, tuple[Ranked, ...]] = field(default_factory=dict)
    adjust: Adjustment = "holm"
    bootstrap: bool = False
    inputs: Mapping[str, Found] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """What the numbers rest on."""
        systems = self.base, *self.candidates
        return str(signature_of(*systems, bootstrap=self.bootstrap, adjust=self.adjust))

    @property
    def header(self) -> tuple[str, ...]:
        """The heads of the table of differences."""
        adjusted = {"holm": "p (Holm)", "max-t": "p (max-T)"}[self.adjust]
        return (
            "metric", "base", "candidate", "difference", "95 % interval", "p", adjusted,
            "detectable", f"needed for {100 * self.effect:g}",
        )  # fmt: skip

    @property
    def effect(self) -> float:
        """The difference for which the number of documents needed is given."""
        return next(one.effect for found in self.found.values() for one in found.compared)


def comparison_text(report: CompareReport) -> str:
    """Give the leaderboards, then each candidate's table and the items that it lost and gained.

    On a CI server items of protected texts are shown as offsets and labels.
    """
    base = report.base
    hidden = base.runs[0].pairing.protected if in_ci() else ()
    runs = f" ({len(base.runs)} runs)" if len(base.runs) > 1 else ""
    lines = [f"gold    {report.gold.tag}", f"base    {base.name}{runs}"]
    for name, ranked in report.ranked.items():
        lines += ["", *_board(name, ranked)]
    if report.ranked:
        lines += ["  systems that share a letter are tied: these documents do not separate them"]
    for system in report.candidates:
        comparison = report.found[system.name]
        runs = f" ({len(system.runs)} runs)" if len(system.runs) > 1 else ""
        lines += ["", f"candidate  {system.name}{runs}", ""]
        lines.append(table([("", *report.header[1:]), *map(_row, comparison.compared)]))
        lines += _notes(comparison)
        lines += _seeds(report, system)
        lines += change_lines("lost", comparison.lost, hidden=hidden)
        lines += change_lines("gained", comparison.gained, hidden=hidden)
        if comparison.unstable:
            lines += change_lines("unstable over runs", comparison.unstable, hidden=hidden)
    lines += ["", f"signature  {report.signature}"]
    return "\n".join(lines) + "\n"


def _board(name: str, ranked: tuple[Ranked, ...]) -> list[str]:
    several = any(one.n_runs > 1 for one in ranked)
    head = (name, "F1", "95 % interval", "tied", *(("mean ± sd over runs",) if several else ()))
    return [table([head, *(_ranked_row(one, several=several) for one in ranked)])]


def _ranked_row(one: Ranked, *, several: bool) -> tuple[str, ...]:
    low, high = one.interval.low, one.interval.high
    shown = "none" if low is None or high is None else f"{percent(low)} to {percent(high)}"
    cells = (one.name, percent(one.interval.value), shown, one.letters)
    if not several:
        return cells
    if one.mean is None or one.spread is None:
        return (*cells, "one run")
    return (*cells, f"{percent(one.mean)} ± {percent(one.spread)} ({one.n_runs})")


def _seeds(report: CompareReport, system: System) -> Iterator[str]:
    """Say how much the runs of a system differ, where it has several."""
    for one in report.found[system.name].compared:
        if one.metric not in report.base.runs[0].tallies:
            continue
        for side in (report.base, system):
            spread = side.spread(one.metric)
            if spread is not None:
                yield (
                    f"  {one.metric}, {len(side.runs)} runs of {side.name}: mean "
                    f"{percent(spread[0])}, standard deviation {percent(spread[1])}"
                )


def _notes(comparison: Comparison) -> list[str]:
    said = {
        note
        for one in comparison.compared
        for note in (one.significance.note, one.difference.note)
        if note
    }
    return [f"  {note}" for note in sorted(said)]


def markdown(report: CompareReport) -> str:
    """Give the comparison as Markdown, without words of the texts."""
    lines = [f"Gold `{report.gold.tag}`, base `{report.base.name}`."]
    for name, ranked in report.ranked.items():
        several = any(one.n_runs > 1 for one in ranked)
        lines += ["", f"| {name} | F1 | 95 % interval | tied |" + " runs |" * several]
        lines.append("|---|---:|---:|---|" + "---:|" * several)
        lines += [f"| {' | '.join(_ranked_row(one, several=several))} |" for one in ranked]
    for name, comparison in report.found.items():
        lines += ["", f"### {name}", "", f"| {' | '.join(report.header)} |"]
        lines.append("|---|" + "---:|" * (len(report.header) - 1))
        lines += [f"| {' | '.join(_row(one))} |" for one in comparison.compared]
        notes = _notes(comparison)
        lines += ["", *(f"- {note.strip()}" for note in notes)] if notes else []
        lines += ["", f"{len(comparison.lost)} gold items lost, {len(comparison.gained)} gained."]
    lines += ["", f"`{report.signature}`"]
    return "\n".join(lines) + "\n"


def latex(report: CompareReport) -> str:
    """Give one LaTeX table: metrics by systems, F1 in percent, * where adjusted p < 0.05.

    Of three systems or more each cell has its tied groups as a superscript.
    """
    systems = [report.base.name, *report.found]
    names = [one.metric for one in next(iter(report.found.values())).compared]
    lines = [
        f"% gold {report.gold.tag}",
        f"% {report.signature}",
        f"% * adjusted p < {ALPHA} against {report.base.name} ({report.adjust})",
        r"\begin{tabular}{l" + "r" * len(systems) + "}",
        r"\hline",
        " & ".join(["", *map(_escaped, systems)]) + r" \\",
        r"\hline",
    ]
    for at, name in enumerate(names):
        letters = {one.name: one.letters for one in report.ranked.get(name, ())}
        compared = [comparison.compared[at] for comparison in report.found.values()]
        cells = [_escaped(name), percent(compared[0].baseline) + _tied(letters, systems[0])]
        cells += [
            percent(one.candidate) + "*" * _is_significant(one) + _tied(letters, system)
            for system, one in zip(systems[1:], compared, strict=True)
        ]
        lines.append(" & ".join(cells) + r" \\")
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def _tied(letters: Mapping[str, str], system: str) -> str:
    return f"$^{{{letters[system]}}}$" if system in letters else ""


COLUMNS = (
    "system", "metric", "baseline", "candidate", "difference", "low", "high", "method", "p",
    "p_adjusted", "adjustment", "detectable", "effect", "needed", "unit", "clusters", "changed",
    "runs", "mean", "spread", "tied", "signature",
)  # fmt: skip


def as_csv(report: CompareReport) -> str:
    """Give one row per candidate and metric: fractions, empty where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for system in report.candidates:
        for one in report.found[system.name].compared:
            letters = {row.name: row.letters for row in report.ranked.get(one.metric, ())}
            spread = system.spread(one.metric) if one.metric in report.ranked else None
            change, test = one.difference, one.significance
            writer.writerow(
                [
                    system.name, one.metric, one.baseline, one.candidate, change.value, change.low,
                    change.high, change.method, one.p, one.adjusted_p, report.adjust,
                    one.detectable.effect, one.effect, one.needed, change.unit, change.n_clusters,
                    test.n_changed, len(system.runs), *(spread or (None, None)),
                    letters.get(system.name, ""), report.signature,
                ]
            )  # fmt: skip
    return out.getvalue()


def as_json(report: CompareReport) -> dict[str, Any]:
    """Give everything that `goldwire compare --json` prints, with all items lost and gained."""
    protected = report.base.runs[0].pairing.protected
    return {
        "compare_version": COMPARE_VERSION,
        "gold": report.gold.tag,
        "signature": report.signature,
        "inputs": input_rows(report.inputs),
        "base": report.base.name,
        "adjustment": report.adjust,
        "leaderboard": {
            name: [asdict(one) for one in ranked] for name, ranked in report.ranked.items()
        },
        "candidates": {
            system.name: {
                "runs": len(system.runs),
                "compared": [asdict(one) for one in report.found[system.name].compared],
                "lost": [change_row(one, protected) for one in report.found[system.name].lost],
                "gained": [change_row(one, protected) for one in report.found[system.name].gained],
                "unstable": [
                    change_row(one, protected) for one in report.found[system.name].unstable
                ],
            }
            for system in report.candidates
        },
    }


def _row(one: Compared) -> tuple[str, ...]:
    return (
        one.metric,
        percent(one.baseline),
        percent(one.candidate),
        signed(one.difference.value),
        interval_cell(one),
        "none" if one.p is None else f"{one.p:.4f}",
        "none" if one.adjusted_p is None else f"{one.adjusted_p:.4f}",
        "none" if one.detectable.effect is None else f"{100 * one.detectable.effect:.1f}",
        "none" if one.needed is None else f"{one.needed:,} {one.difference.unit}s",
    )


def _is_significant(one: Compared) -> bool:
    return one.adjusted_p is not None and one.adjusted_p < ALPHA


def _escaped(text: str) -> str:
    return text.replace("_", r"\_").replace("%", r"\%").replace("&", r"\&").replace("#", r"\#")
