"""Compare systems on the same gold: paired differences of F1 with intervals and p-values.

BASE and every CANDIDATE are files or folders of predictions, each one run of a system. Differences
come with a 95 % interval (jackknife-t), p-values from a paired permutation test by document,
adjusted over metrics and slices. Three systems or more are also ranked, with tied groups.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from goldwire.cli.options import (
    add_cluster,
    add_gold,
    add_reading,
    add_selection,
    evaluation_of,
)

if TYPE_CHECKING:
    from goldwire.comparison.paired import Comparison, System
    from goldwire.evaluation import Evaluation
    from goldwire.files import Found
    from goldwire.report.comparison import CompareReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire compare`."""
    parser.add_argument("base", metavar="BASE")
    parser.add_argument("candidates", nargs="+", metavar="CANDIDATE")
    add_gold(parser)
    add_reading(parser)
    add_selection(parser)
    parser.add_argument("--metrics", metavar="A,B", help="compare these metrics")
    parser.add_argument(
        "--slice",
        action="append",
        default=[],
        metavar="BY",
        help="also compare every zone, level, length or nesting; may be repeated",
    )
    parser.add_argument(
        "--group-by",
        metavar="HOW",
        help="runs of one system (seeds) count as its mean: `seed` (a number at the end of the "
        "name), `folder`, or a regular expression whose group is the system's name",
    )
    add_cluster(parser)
    parser.add_argument(
        "--adjust",
        choices=("holm", "max-t"),
        default="holm",
        help="how p-values are corrected for their number (default: holm)",
    )
    parser.add_argument(
        "--bootstrap",
        action="store_true",
        help="percentile bootstrap intervals instead of jackknife-t: a cross-check",
    )
    parser.add_argument(
        "--effect",
        type=float,
        default=0.01,
        metavar="X",
        help="say how many documents a true difference of X needs, a fraction (default: 0.01)",
    )
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--latex", action="store_true", help="print a LaTeX table")
    parser.add_argument("--csv", action="store_true", help="print CSV: fractions, not percent")
    parser.add_argument("--json", action="store_true", help="print JSON: fractions, not percent")


def run(args: argparse.Namespace) -> int:
    """Compare and print; exit 1 for unusable predictions, 2 for runs that are not comparable."""
    from goldwire.cli.score import metric_names
    from goldwire.errors import UsageError
    from goldwire.metrics import expand
    from goldwire.report.comparison import as_csv, as_json, comparison_text, latex, markdown

    if not 0 < args.effect < 1:
        raise UsageError(
            "--effect is a fraction above 0 and below 1, such as 0.01 for one point, got "
            f"{args.effect:g}"
        )
    metrics = tuple(metric.name for metric in expand(metric_names(args.metrics)))
    evaluation = evaluation_of(args, metrics=metrics)
    inputs: dict[str, Found] = {}
    systems = _systems(args, evaluation, inputs)
    report = _report(args, evaluation, systems, inputs)
    if args.json:
        print(json.dumps(as_json(report), indent=1, ensure_ascii=False))
        return 0
    chosen = (
        printer
        for wanted, printer in (
            (args.csv, as_csv),
            (args.markdown, markdown),
            (args.latex, latex),
            (True, comparison_text),
        )
        if wanted
    )
    print(next(chosen)(report), end="")
    return 0


def _systems(
    args: argparse.Namespace, evaluation: "Evaluation", inputs: "dict[str, Found]"
) -> "list[System]":
    """Score every run, and put the runs of one system together; the base is the first.

    What the files turned out to be is added to `inputs`.
    """
    from dataclasses import replace

    from goldwire.comparison.grouping import grouped
    from goldwire.errors import UsageError
    from goldwire.report.terminal import input_notes, notes, printable

    groups = grouped((args.base, *args.candidates), by=args.group_by)
    if len(groups) < 2:
        raise UsageError(
            f"--group-by {args.group_by} makes one system of all runs, {', '.join(groups)}: there "
            "is nothing to compare"
        )
    systems: list[System] = []
    for name, paths in groups.items():
        measured = evaluation.measure(paths)
        system = replace(evaluation.system(measured), name=name)
        inputs |= {**evaluation.gold.found, **measured.found}
        for path, one in zip(paths, system.runs, strict=True):
            for note in notes(one):
                print(printable(f"{path}: {note}"), file=sys.stderr)
        systems.append(system)
    for note in input_notes(inputs):
        print(printable(note), file=sys.stderr)
    return systems


def _report(
    args: argparse.Namespace,
    evaluation: "Evaluation",
    systems: "list[System]",
    inputs: "dict[str, Found]",
) -> "CompareReport":
    from goldwire.comparison.paired import compare_systems
    from goldwire.comparison.ranking import leaderboard
    from goldwire.gating.judging import ITEM_METRICS
    from goldwire.report.comparison import CompareReport

    base, *candidates = systems
    items = ITEM_METRICS if args.metrics is None else evaluation.metrics
    found: dict[str, Comparison] = {
        one.name: compare_systems(
            base,
            one,
            items=items,
            cluster=evaluation.cluster,
            adjust=args.adjust,
            effect=args.effect,
            bootstrap=args.bootstrap,
        )
        for one in candidates
    }
    ranked = {}
    if len(systems) > 2:
        shared = [name for name in base.runs[0] if all(name in r for s in systems for r in s.runs)]
        ranked = {name: leaderboard(systems, name, cluster=evaluation.cluster) for name in shared}
    return CompareReport(
        gold=evaluation.gold,
        base=base,
        candidates=tuple(candidates),
        found=found,
        ranked=ranked,
        adjust=args.adjust,
        bootstrap=args.bootstrap,
        inputs=inputs,
    )
