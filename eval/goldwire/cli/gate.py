"""Fail when a candidate is worse than the baseline: for CI.

CANDIDATE is an extractor (`py:package.module:name`), which is run afresh, or files of predictions,
each of them one run; without any it is the `extractor` of [tool.goldwire]. Item by item by default:
exit 1 when a gold item that the baseline had right is lost, and they are named. With --margin,
statistically: exit 0 when every metric is proved to lose less than the margin, 1 when a loss is
proved, 3 when the corpus is too small to tell.
"""

import argparse
import datetime as dt
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from goldwire.cli.options import add_cluster, add_gold, add_reading, add_selection

if TYPE_CHECKING:
    from goldwire.comparison.paired import System
    from goldwire.evaluation import Evaluation, Measured
    from goldwire.report.gate import GateReport

MANY = 100
"""From this many documents on, a margin of a few points can be decided (docs/what-numbers-tell)."""

SETTINGS: dict[str, tuple[type, ...]] = {
    "metrics": (list,),
    "min": (dict,),
    "margin": (float, int),
    "repeats": (int,),
    "inconclusive": (str,),
}
"""What `[tool.goldwire.gate]` may hold, and of which type; the call's own options go first."""

EXIT_CODES = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire gate`."""
    parser.add_argument(
        "candidates",
        nargs="*",
        metavar="CANDIDATE",
        help="an extractor, or the new system's predictions; several files are several runs of it",
    )
    parser.add_argument(
        "--baseline",
        metavar="PATH",
        help="what to compare with: a file made by --update-baseline, kept in the repository, or "
        "plain predictions (default: `baseline` of [tool.goldwire])",
    )
    parser.add_argument(
        "--update-baseline",
        action="store_true",
        help="write the candidate's predictions as the new baseline, and say what changes",
    )
    add_gold(parser)
    add_reading(parser)
    add_selection(parser)
    parser.add_argument("--metrics", metavar="A,B", help="look at these metrics and their items")
    parser.add_argument(
        "--margin",
        type=float,
        metavar="X",
        help="judge statistically: tolerate at most this loss of F1, a fraction such as 0.02",
    )
    parser.add_argument(
        "--min",
        action="append",
        default=[],
        metavar="METRIC=X",
        help="also fail below this score, e.g. mentions/strict=0.80; may be repeated",
    )
    parser.add_argument(
        "--allow",
        metavar="FILE",
        help="losses that were agreed on, each with a reason and an expiry date (TOML)",
    )
    parser.add_argument(
        "--today",
        type=dt.date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="the day on which allowances must still hold (default: today)",
    )
    parser.add_argument(
        "--repeats",
        type=int,
        metavar="N",
        help="run the extractor N times: items that it has only sometimes do not gate (default: 1)",
    )
    parser.add_argument(
        "--max-errors",
        type=int,
        default=0,
        metavar="N",
        help="let the extractor fail on N documents, whose items then count as missed (default: 0)",
    )
    add_cluster(parser)
    parser.add_argument(
        "--inconclusive",
        choices=("pass", "fail"),
        help="count INCONCLUSIVE as PASS or FAIL instead of exit code 3",
    )
    parser.add_argument("--junit", metavar="FILE", help="also write JUnit XML")
    parser.add_argument(
        "--github",
        action="store_true",
        help="also write job summary and outputs, and print annotations, for GitHub Actions",
    )
    parser.add_argument(
        "--comment", metavar="FILE", help="also write the body of a pull request's comment"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Judge and print; exit 0 for PASS, 1 for FAIL, 3 for INCONCLUSIVE."""
    from goldwire.errors import UsageError
    from goldwire.extractors.loading import is_spec
    from goldwire.gating.baselines import BaselineError, write_baseline
    from goldwire.inputs import configured

    _take_settings(args)
    baseline = args.baseline or configured("baseline")
    if baseline is None:
        raise UsageError(
            "no baseline: pass --baseline PATH, or set `baseline` in [tool.goldwire] of "
            "pyproject.toml or in goldwire.toml"
        )
    if args.repeats < 1:
        raise UsageError(f"--repeats must be 1 or more, got {args.repeats}")
    candidates = args.candidates or _configured_extractor()
    evaluation = _evaluation(args)
    if args.repeats > 1 and not is_spec(candidates[0]):
        raise UsageError(
            "--repeats runs an extractor several times; of saved predictions give several files"
        )
    measured = evaluation.measure(candidates, repeats=args.repeats, max_errors=args.max_errors)
    is_first = args.update_baseline and not Path(baseline).is_file()
    if is_first:
        evaluation.system(measured)
        write_baseline(baseline, measured, evaluation)
        print(f"wrote the first baseline: {baseline} ({measured.name})", file=sys.stderr)
        return 0
    try:
        report = _report(args, evaluation, measured, baseline=baseline, candidates=candidates)
    except BaselineError as reason:
        if not args.update_baseline:
            raise
        print(f"what changes cannot be told: {reason}", file=sys.stderr)
        code = 0
    else:
        code = _print(args, report)
    if args.update_baseline:
        write_baseline(baseline, measured, evaluation)
        print(f"wrote the new baseline: {baseline} ({measured.name})", file=sys.stderr)
        return 0
    return code


def _take_settings(args: argparse.Namespace) -> None:
    """Fill in what the call leaves open from the table `gate` of the settings."""
    from goldwire.errors import UsageError
    from goldwire.inputs import setting

    folder, table = setting("gate") or (None, {})
    if not isinstance(table, dict):
        raise UsageError(f"the settings in {folder}: gate is a table of {', '.join(SETTINGS)}")
    for name, value in table.items():
        if not isinstance(value, SETTINGS.get(name, ())):
            raise UsageError(
                f"the settings in {folder}: gate.{name} cannot be {value!r}; gate is a table of "
                f"{', '.join(SETTINGS)}"
            )
    if args.metrics is None and "metrics" in table:
        args.metrics = ",".join(map(str, table["metrics"]))
    if not args.min:
        args.min = [f"{name}={value}" for name, value in table.get("min", {}).items()]
    for name in ("margin", "repeats", "inconclusive"):
        if getattr(args, name) is None and name in table:
            setattr(args, name, table[name])
    if args.inconclusive not in {None, "pass", "fail"}:
        raise UsageError(f"inconclusive is pass or fail, not {args.inconclusive!r}")
    args.repeats = 1 if args.repeats is None else args.repeats


def _evaluation(args: argparse.Namespace) -> "Evaluation":
    from goldwire.cli.options import evaluation_of

    metrics = tuple(dict.fromkeys((*_named_metrics(args), *_floor_metrics(args.min))))
    evaluation = evaluation_of(args, metrics=metrics)
    slices = tuple(dict.fromkeys((*evaluation.slices, *_floor_slices(args.min))))
    return replace(evaluation, slices=slices)


def _named_metrics(args: argparse.Namespace) -> tuple[str, ...]:
    """Give the metrics that the verdict is about, averages by their parts; floors may be others."""
    from goldwire.cli.score import metric_names
    from goldwire.gating.judging import ITEM_METRICS
    from goldwire.metrics import expand

    by_items = args.metrics is None and args.margin is None
    if by_items:
        return ITEM_METRICS
    return tuple(metric.name for metric in expand(metric_names(args.metrics)))


def _report(
    args: argparse.Namespace,
    evaluation: "Evaluation",
    measured: "Measured",
    *,
    baseline: str,
    candidates: list[str],
) -> "GateReport":
    from goldwire.comparison.paired import compare_systems
    from goldwire.errors import UsageError
    from goldwire.gating.allowances import read_allowances
    from goldwire.gating.judging import judge
    from goldwire.inputs import configured
    from goldwire.report.gate import GateReport
    from goldwire.report.terminal import input_notes, notes

    against, shared, said = _baseline(evaluation, baseline, candidates)
    measured = measured.after(against)
    base, candidate = shared.system(against), evaluation.system(measured)
    is_all = candidate.runs[0].doc_ids == base.runs[0].doc_ids
    compared_with = candidate if is_all else shared.system(measured)
    told = [
        name
        for name in _named_metrics(args)
        if all(name in run for run in (*base.runs, *compared_with.runs))
    ]
    if not told:
        raise UsageError(
            "there is nothing to compare: baseline and candidate have no metric in common "
            f"({'; '.join(dict.fromkeys(candidate.runs[0].not_scored.values()))})"
        )
    allow = args.allow or configured("allow")
    judgement = judge(
        compare_systems(base, compared_with, metrics=told, cluster=evaluation.cluster),
        candidate,
        margin=args.margin,
        floors=_floors(args.min),
        allowances=read_allowances(allow) if allow else (),
        today=args.today or dt.datetime.now().astimezone().date(),
    )
    return GateReport(
        gold=evaluation.gold,
        baseline=base,
        candidate=compared_with,
        judgement=judgement,
        notes=(
            *input_notes(evaluation.gold.found, against.found, measured.found),
            *said,
            *_advice(args, base),
            *notes(candidate.runs[0]),
        ),
        metrics=tuple(told),
    )


def _advice(args: argparse.Namespace, base: "System") -> list[str]:
    """Point to the other mode where a corpus is large enough for it."""
    n = len(base.runs[0].doc_ids)
    if args.margin is not None or n < MANY:
        return []
    told = f"{n:,} documents are compared item by item, so that a single lost item fails"
    return [f"{told}: with this many, --margin X can judge by the scores"]


def _baseline(
    evaluation: "Evaluation", baseline: str, candidates: list[str]
) -> "tuple[Measured, Evaluation, tuple[str, ...]]":
    """Read the baseline; give also the evaluation on the documents that it has, and what to say."""
    from goldwire.gating.baselines import fit, is_baseline, read_baseline

    how = (
        f"goldwire gate {' '.join(candidates)} --baseline {baseline} --update-baseline, and "
        "whatever other options this call has"
    )
    if Path(baseline).exists() and not is_baseline(baseline):
        return evaluation.measure([baseline]), evaluation, ()
    found = read_baseline(baseline, how=how)
    fitting = fit(found.header, evaluation, how=how)
    return found.measured, evaluation.on(fitting.doc_ids), fitting.notes


def _print(args: argparse.Namespace, report: "GateReport") -> int:
    from goldwire.ci import in_ci
    from goldwire.report.gate import gate_record, gate_text
    from goldwire.report.github import annotations, comment, write_github
    from goldwire.report.junit import junit
    from goldwire.report.terminal import printable

    outcome = report.judgement.verdict
    if args.json:
        print(json.dumps(gate_record(report), indent=1, ensure_ascii=False))
    else:
        hidden = report.protected if args.github or in_ci() else ()
        print(gate_text(report, hidden=hidden), end="")
    if args.junit:
        text = junit(report, inconclusive_fails=args.inconclusive == "fail")
        _write(args.junit, text)
    if args.comment:
        _write(args.comment, comment(report))
    if args.github:
        # GitHub reads annotations from either stream; with --json stdout is all data.
        for line in annotations(report):
            print(line, file=sys.stderr if args.json else sys.stdout)
        for note in write_github(report, os.environ):
            print(note, file=sys.stderr)
    for note in report.notes:
        print(printable(note), file=sys.stderr)
    if outcome == "INCONCLUSIVE" and args.inconclusive:
        return 0 if args.inconclusive == "pass" else 1
    return EXIT_CODES[outcome]


def _write(path: str, text: str) -> None:
    from goldwire.replacing import replace_file

    Path(path).parent.mkdir(parents=True, exist_ok=True)
    replace_file(Path(path), text.encode())


def _configured_extractor() -> list[str]:
    from goldwire.errors import UsageError
    from goldwire.inputs import setting

    found = setting("extractor")
    if found is None:
        raise UsageError(
            "no candidate: name an extractor (py:package.module:name) or files of predictions, or "
            "set `extractor` in [tool.goldwire] of pyproject.toml or in goldwire.toml"
        )
    return [str(found[1])]


def _floors(rules: list[str]) -> dict[str, float]:
    from goldwire.errors import UsageError

    floors = {}
    for rule in rules:
        name, _, value = rule.rpartition("=")
        try:
            floors[name] = float(value)
        except ValueError as error:
            raise UsageError(f"--min {rule!r}: write METRIC=X, X a fraction as in 0.80") from error
        if not name or not 0 <= floors[name] <= 1:
            raise UsageError(f"--min {rule!r}: write METRIC=X with X between 0 and 1")
    return floors


def _floor_slices(rules: list[str]) -> list[str]:
    """Name the slicings that make the slices on which floors are set."""
    from goldwire.signature import Address
    from goldwire.slicing import slicing_of

    found = (Address.parse(name).slice for name in _floors(rules))
    return [slicing_of(name) for name in found if name is not None]


def _floor_metrics(rules: list[str]) -> list[str]:
    from goldwire.metrics import describe
    from goldwire.signature import Address

    return [describe(Address.parse(name).metric).name for name in _floors(rules)]
