"""Score predictions against gold.

PREDICTIONS are files in any readable format (docs/formats.md; may be gzipped), several of them,
globs, folders, or - for stdin. They are one system's unless --each is given or they are token
files. A run that attempted a layer and found nothing scores zero there; a layer that no record has
is not scored, and said so.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from goldwire.cli.options import (
    add_cluster,
    add_gold,
    add_reading,
    add_selection,
    gold_of,
    options_of,
    reader_of,
    selection_of,
)

if TYPE_CHECKING:
    from goldwire.files import Found
    from goldwire.inputs import Gold, Run
    from goldwire.request import Request
    from goldwire.scores import Scores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire score`."""
    parser.add_argument("predictions", nargs="+", metavar="PREDICTIONS")
    add_gold(parser)
    add_reading(parser)
    add_scoring(parser)
    parser.add_argument(
        "--each", action="store_true", help="every PREDICTIONS is a system: one table of them all"
    )
    parser.add_argument(
        "--check",
        metavar="RESULT",
        help="compare with what `score --json` saved: exit 1 when a number is another one, and say "
        "which definition, gold or option changed; the options are the saved ones",
    )


def add_scoring(parser: argparse.ArgumentParser) -> None:
    """Declare what is scored, how, and what is shown of it."""
    add_selection(parser)
    parser.add_argument(
        "--metrics",
        metavar="A,B",
        help="score these metrics, e.g. mentions/strict,entities/lea (`goldwire metrics` lists "
        "them; `all` means every one), or single numbers, e.g. mentions/strict.f1[ORG]@headline",
    )
    parser.add_argument("--per-type", action="store_true", help="also a row for every label")
    parser.add_argument(
        "--slice",
        action="append",
        default=[],
        metavar="BY",
        help="also a row for every zone, level, length, nesting, paragraph or document, or for "
        "every value of a document's field, e.g. document.source.publisher; may be repeated",
    )
    parser.add_argument(
        "--average",
        choices=("micro", "labels", "documents"),
        default="micro",
        help="what makes one number: all sums (micro, default), or the mean of the scores of "
        "labels or of documents, undefined ones left out",
    )
    parser.add_argument(
        "--intervals",
        action="store_true",
        help="95 %% confidence intervals of F1, with documents as clusters; for a single document "
        "paragraphs, and then they speak of this document only",
    )
    add_cluster(parser)
    parser.add_argument(
        "--bootstrap",
        action="store_true",
        help="percentile bootstrap intervals instead of logit-delta t: a cross-check",
    )
    parser.add_argument(
        "--confidence",
        action="store_true",
        help="average precision, best threshold and calibration, where predictions have scores",
    )
    parser.add_argument(
        "--errors",
        action="store_true",
        help="SemEval-2013 counts (correct, incorrect, partial, missed, spurious) under four "
        "schemas, and MUC-5 error rates",
    )
    parser.add_argument(
        "--confusion",
        action="store_true",
        help="which gold label met which predicted label, with missed and spurious items",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="list every gold and predicted item with its category and partner",
    )
    parser.add_argument("--latex", action="store_true", help="print the table for a paper")
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
    from goldwire.inputs import open_runs

    if args.check:
        from goldwire.cli.checking import check

        return check(args)
    request = request_of(args)
    gold = gold_of(args)
    runs = open_runs(args.predictions, each=args.each, reader=reader_of(args))
    scored = {run.name: score_as_told(args, gold, run, request) for run in runs}
    inputs = {path: found for run in runs for path, found in run.found.items()}
    print_scores(args, gold, scored, request, inputs=inputs)
    return 0


def print_scores(
    args: argparse.Namespace,
    gold: "Gold",
    scored: "dict[str, Scores]",
    request: "Request",
    *,
    inputs: "Mapping[str, Found]",
) -> None:
    """Print scores by system as the options say, and what a reader must know of them."""
    from goldwire.scoring import bootstrap_name

    if args.bootstrap:
        ci = bootstrap_name(args.cluster)
        scored = {name: scores.signed(ci=ci) for name, scores in scored.items()}
    print(_report(args, gold, scored, request, inputs))
    print_notes(gold, scored, request, inputs=inputs)


def print_notes(
    gold: "Gold",
    scored: "dict[str, Scores]",
    request: "Request",
    *,
    inputs: "Mapping[str, Found]",
) -> None:
    """Print to stderr what a reader of the scores must know; what is true of all only once."""
    from goldwire.report.terminal import input_notes, notes, printable

    said: dict[str, list[str]] = {}
    for name, scores in scored.items():
        for note in (*notes(scores), *request.notes(scores)):
            said.setdefault(note, []).append(name)
    for note in input_notes(gold.found, inputs):
        print(printable(note), file=sys.stderr)
    for note, names in said.items():
        whose = "" if len(names) == len(scored) else f"{', '.join(names)}: "
        print(printable(whose + note), file=sys.stderr)


def metric_names(text: str | None) -> tuple[str, ...]:
    """Read a list of metrics; None means the headline metrics, `all` every one."""
    from goldwire.request import read_request

    return read_request(text).metrics


def request_of(args: argparse.Namespace) -> "Request":
    """Read what is named, else the metrics of the other scorer, else the headline ones."""
    from goldwire.request import Request, read_request

    if args.metrics is None and args.compat:
        from goldwire.compat import preset

        return Request(preset(args.compat).metrics)
    return read_request(args.metrics)


def score_as_told(
    args: argparse.Namespace, gold: "Gold", predictions: "Run", request: "Request"
) -> "Scores":
    """Score a run as the options say."""
    from goldwire.scoring import score_run

    return score_run(
        gold,
        predictions,
        metrics=request.metrics,
        options=options_of(args),
        selection=selection_of(args),
        slices=tuple(dict.fromkeys((*request.slices, *args.slice))),
        per_document=args.intervals,
        confidence=args.confidence,
        categories=args.errors or args.confusion,
        explain=args.explain,
        grounding=args.grounding,
        on_error=args.on_error,
        compat=args.compat,
        cluster=args.cluster,
    )


def _report(
    args: argparse.Namespace,
    gold: "Gold",
    scored: "dict[str, Scores]",
    request: "Request",
    inputs: "Mapping[str, Found]",
) -> str:
    from goldwire.report.structured import input_rows, score_record
    from goldwire.report.systems import latex_table, systems_text

    if args.json:
        records = [
            score_record(
                scores,
                gold,
                system=name,
                rows=request.of(scores, per_label=True),
                intervals=args.intervals,
                bootstrap=args.bootstrap,
            )
            for name, scores in scored.items()
        ]
        found = (
            records[0] if len(records) == 1 else {"gold": records[0]["gold"], "systems": records}
        )
        found["inputs"] = input_rows(gold.found, inputs)
        return json.dumps(found, indent=1, ensure_ascii=False)
    rows = {
        name: tuple(request.of(scores, per_label=args.per_type)) for name, scores in scored.items()
    }
    if args.latex:
        return latex_table(gold, scored, rows)
    if len(scored) > 1:
        refuse_details(args)
        return systems_text(gold, scored, rows)
    name, scores = next(iter(scored.items()))
    return _details(args, gold, name, scores, request)


def refuse_details(args: argparse.Namespace) -> None:
    """Raise UsageError when details of one system are asked for, and there are several."""
    from goldwire.errors import UsageError

    for option in ("intervals", "confidence", "errors", "confusion", "explain"):
        if getattr(args, option):
            raise UsageError(f"--{option} is about one system: score it alone, or pass --json")


def _details(
    args: argparse.Namespace, gold: "Gold", name: str, scores: "Scores", request: "Request"
) -> str:
    from goldwire.report.categories import confusion_tables, error_table
    from goldwire.report.grounding import grounding_text
    from goldwire.report.terminal import (
        confidence_table,
        heading,
        interval_table,
        printable,
        score_table,
    )

    rows = tuple(request.of(scores, per_label=args.per_type))
    parts = [
        heading(gold, scores, system=name),
        score_table(rows, in_full=bool(request.numbers)),
    ]
    if args.intervals:
        parts.append(interval_table(scores, bootstrap=args.bootstrap))
    if args.confidence:
        parts.append(confidence_table(scores))
    if args.errors:
        parts.append(error_table(scores))
    if args.confusion:
        parts.append(confusion_tables(scores))
    if scores.grounding is not None:
        parts.append(grounding_text(scores))
    parts.append(f"signature  {scores.shared_signature()}")
    if args.explain:
        several = scores.pairing.n_documents > 1
        parts.append(
            "\n".join(
                printable(f"{item.doc_id}  {item}" if several else str(item))
                for item in scores.explained
            )
        )
    return "\n\n".join(part for part in parts if part)
