"""Fail when a candidate is worse than the baseline: for CI.

Item by item by default: exit 1 when a gold item that the baseline had right is lost, and they
are named. With --margin, statistically: exit 0 when every metric is proved to lose less than the
margin, 1 when a loss is proved, 3 when the corpus is too small to tell.
"""

import argparse
import json
import sys
from dataclasses import asdict

from goldwire.cli.options import (
    add_gold,
    add_reading,
    add_selection,
    gold_of,
    options_of,
    run_of,
    selection_of,
)

EXIT_CODES = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire gate`."""
    parser.add_argument("candidate", metavar="CANDIDATE", help="the new system's predictions")
    parser.add_argument(
        "--baseline",
        required=True,
        metavar="PATH",
        help="predictions of the system to be replaced: keep them in the repository",
    )
    add_gold(parser)
    add_reading(parser)
    add_selection(parser)
    parser.add_argument("--metrics", metavar="A,B", help="look at these metrics and their layers")
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
        "--inconclusive",
        choices=("pass", "fail"),
        help="count INCONCLUSIVE as PASS or FAIL instead of exit code 3",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Judge and print; exit 0 for PASS, 1 for FAIL, 3 for INCONCLUSIVE."""
    from goldwire.cli.score import metric_names
    from goldwire.comparison import compare_scores
    from goldwire.gating import judge, verdict
    from goldwire.report.comparison import gate_text
    from goldwire.report.terminal import input_notes, notes
    from goldwire.scoring import score_run

    floors = _floors(args.min)
    gold = gold_of(args)
    runs = [run_of(args, [path]) for path in (args.baseline, args.candidate)]
    baseline, candidate = (
        score_run(
            gold,
            run,
            metrics=metric_names(args.metrics),
            options=options_of(args),
            selection=selection_of(args),
            per_document=True,
            explain=True,
        )
        for run in runs
    )
    comparison = compare_scores(baseline, candidate)
    findings = judge(comparison, candidate, margin=args.margin, floors=floors)
    outcome = verdict(findings)
    if args.json:
        record = {
            "verdict": outcome,
            "gold": gold.tag,
            "signature": str(candidate.shared_signature()),
            "findings": [asdict(finding) for finding in findings],
            "n_lost": len(comparison.lost),
            "n_gained": len(comparison.gained),
        }
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        print(gate_text(gold, outcome, findings, comparison), end="")
    for note in (*input_notes(*(run.found for run in runs)), *notes(candidate)):
        print(note, file=sys.stderr)
    if outcome == "INCONCLUSIVE" and args.inconclusive:
        return 0 if args.inconclusive == "pass" else 1
    return EXIT_CODES[outcome]


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
