"""Score predictions against gold.

PREDICTIONS are goldwire records (JSON, a JSON array or JSON Lines; may be gzipped), several files,
globs, folders, or - for stdin. A run that attempted a layer and found nothing scores zero there; a
layer that no record has is not scored, and said so.
"""

import argparse
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from goldwire.cli.options import (
    add_gold,
    add_selection,
    decode_of,
    gold_of,
    options_of,
    selection_of,
)

if TYPE_CHECKING:
    from goldwire.inputs import Gold, Run
    from goldwire.scores import Scores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire score`."""
    parser.add_argument("predictions", nargs="+", metavar="PREDICTIONS")
    add_gold(parser)
    add_scoring(parser)


def add_scoring(parser: argparse.ArgumentParser) -> None:
    """Declare what is scored, how, and what is shown of it."""
    add_selection(parser)
    parser.add_argument(
        "--metrics",
        metavar="A,B",
        help="score these metrics, e.g. mentions/strict,entities/lea (`goldwire metrics` lists "
        "them; `all` means every one)",
    )
    parser.add_argument("--per-type", action="store_true", help="also a row for every label")
    parser.add_argument(
        "--slice",
        action="append",
        default=[],
        metavar="BY",
        help="also a row for every zone, level, length, nesting or document; may be repeated",
    )
    parser.add_argument(
        "--intervals",
        action="store_true",
        help="95 %% confidence intervals of F1, with documents as clusters; for a single document "
        "paragraphs, and then they speak of this document only",
    )
    parser.add_argument(
        "--confidence",
        action="store_true",
        help="average precision, best threshold and calibration, where predictions have scores",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="list every gold and predicted item with its category and partner",
    )
    parser.add_argument(
        "--on-error",
        choices=("refuse", "count"),
        default="refuse",
        help="what to do when records are unreadable, unknown or given twice: print no number "
        "(default), or score the others and list them",
    )
    parser.add_argument("--json", action="store_true", help="print JSON: fractions, not percent")


def run(args: argparse.Namespace) -> int:
    """Score and print; exit 1 for unusable predictions, 4 for gold, 6 when nothing was scored."""
    from goldwire.inputs import open_run

    print_scores(args, gold_of(args), open_run(args.predictions))
    return 0


def print_scores(args: argparse.Namespace, gold: "Gold", run: "Run") -> None:
    """Score a run and print it as the options say."""
    predictions = replace(run, decode=decode_of(args))
    scores = score_as_told(args, gold, predictions)
    if args.json:
        from goldwire.report.structured import score_record

        record = score_record(
            scores, gold, system=predictions.name, per_label=True, intervals=args.intervals
        )
        print(json.dumps(record, indent=1, ensure_ascii=False))
        return
    from goldwire.report.terminal import (
        confidence_table,
        heading,
        interval_table,
        notes,
        score_table,
    )

    print(heading(gold, scores, system=predictions.name))
    print()
    print(score_table(scores, per_label=args.per_type))
    print()
    if args.intervals:
        print(interval_table(scores))
        print()
    if args.confidence:
        print(confidence_table(scores))
        print()
    print(f"signature  {scores.shared_signature()}")
    if args.explain:
        print()
        print("\n".join(str(item) for item in scores.explained))
    for note in notes(scores):
        print(note, file=sys.stderr)


def metric_names(text: str | None) -> tuple[str, ...]:
    """Read a list of metric names; None means the headline metrics, `all` every one."""
    from goldwire.errors import UsageError
    from goldwire.metrics import find, registry
    from goldwire.scoring import HEADLINE

    if text is None:
        return HEADLINE
    if text == "all":
        return tuple(registry())
    names = tuple(find(name.strip()).name for name in text.split(",") if name.strip())
    if not names:
        raise UsageError("--metrics names no metric: `goldwire metrics` lists them")
    return names


def _metrics(args: argparse.Namespace) -> tuple[str, ...]:
    """Choose the metrics named, else those of the other scorer, else the headline ones."""
    if args.metrics is None and args.compat:
        from goldwire.compat import preset

        return preset(args.compat).metrics
    return metric_names(args.metrics)


def score_as_told(args: argparse.Namespace, gold: "Gold", predictions: "Run") -> "Scores":
    """Score a run as the options say."""
    from goldwire.scoring import score_run

    return score_run(
        gold,
        predictions,
        metrics=_metrics(args),
        options=options_of(args),
        selection=selection_of(args),
        slices=args.slice,
        per_document=args.intervals,
        confidence=args.confidence,
        explain=args.explain,
        on_error=args.on_error,
        compat=args.compat,
    )
