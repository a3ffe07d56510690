"""The gate for GitHub Actions: job summary, annotations, comment and outputs, within their limits.

A job summary above 1,024 kB is refused whole, a comment ends at 65,536 characters, and of the
annotations of a step only ten are shown; everything is cut before that, and says by how much.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from goldwire.comparison.changes import Change
from goldwire.inputs import Gold
from goldwire.report.changes import change_line
from goldwire.report.gate import GateReport, gate_markdown
from goldwire.resources import gold_path

SUMMARY_BYTES = 900_000
COMMENT_CHARACTERS = 65_536
ANNOTATIONS = 10
MARKER = "<!-- goldwire gate -->"
"""Stands first in a comment, so that the next run finds it and writes over it."""


def summary(report: GateReport) -> str:
    """Give the job summary: at most 900,000 bytes of Markdown."""
    return gate_markdown(report, size=SUMMARY_BYTES, bytes_=True)


def comment(report: GateReport) -> str:
    """Give the body of a pull request's comment: at most 65,536 characters, marker included."""
    return f"{MARKER}\n{gate_markdown(report, size=COMMENT_CHARACTERS - len(MARKER) - 1)}"


def outputs(report: GateReport) -> str:
    """Give the step's outputs as `name=value` lines: verdict, score and delta of the first metric.

    Scores are fractions; they are empty where undefined.
    """
    main = report.main
    score = None if main is None else main.candidate
    delta = None if main is None else main.difference.value
    values = {
        "verdict": report.judgement.verdict,
        "score": "" if score is None else f"{score:.4f}",
        "delta": "" if delta is None else f"{delta:+.4f}",
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def annotations(report: GateReport) -> Iterator[str]:
    """Give at most ten workflow commands: an error for each lost item, at its place in gold."""
    judgement = report.judgement
    lost = judgement.sifted.remaining
    failed = [one for one in judgement.findings if one.outcome == "FAIL" and one.what != "items"]
    room = ANNOTATIONS - len(failed[: ANNOTATIONS - 1])
    for one in failed[: ANNOTATIONS - 1]:
        yield f"::error title=goldwire gate::{_data(f'{one.what}: {one.reason}')}"
    if judgement.margin is not None:
        return
    shown = lost if len(lost) <= room else lost[: room - 1]
    for change in shown:
        text = change_line(change, with_text=change.doc_id not in report.protected)
        yield f"::error {_place(change, report.gold)}title=goldwire gate::{_data(f'lost: {text}')}"
    if len(shown) < len(lost):
        yield f"::error title=goldwire gate::and {len(lost) - len(shown)} more lost"


def _place(change: Change, gold: Gold) -> str:
    """Name file and line of a gold item, where gold is a corpus under the working directory."""
    if gold.corpus is None or change.item is None:
        return ""
    file = gold.corpus.root.resolve() / gold_path(change.doc_id)
    try:
        shown = file.relative_to(Path(os.environ.get("GITHUB_WORKSPACE", ".")).resolve())
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ""
    wanted = (f'"start": {change.item.start},', f'"end": {change.item.end}')
    line = next(
        (at for at, text in enumerate(lines, start=1) if all(one in text for one in wanted)), 1
    )
    return f"file={_property(shown.as_posix())},line={line},"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def write_github(report: GateReport, environment: Mapping[str, str]) -> list[str]:
    """Append summary and outputs to the files that the runner names; say what it did not name."""
    missing = []
    for name, text in (
        ("GITHUB_STEP_SUMMARY", summary(report)),
        ("GITHUB_OUTPUT", outputs(report)),
    ):
        path = environment.get(name)
        if not path:
            missing.append(f"{name} is not set, so this is no GitHub job: not written")
            continue
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    return missing
