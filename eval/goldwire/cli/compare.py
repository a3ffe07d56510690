"""Compare systems on the same gold: paired differences of F1 with intervals and p-values.

BASE and every CANDIDATE are files or folders of predictions. Differences come with a 95 % interval
(jackknife-t), p-values from a paired permutation test by document, adjusted by Holm over metrics.
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire compare`."""
    parser.add_argument("base", metavar="BASE")
    parser.add_argument("candidates", nargs="+", metavar="CANDIDATE")
    add_gold(parser)
    add_reading(parser)
    add_selection(parser)
    parser.add_argument("--metrics", metavar="A,B", help="compare these metrics")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--latex", action="store_true", help="print a LaTeX table")
    parser.add_argument("--json", action="store_true", help="print JSON: fractions, not percent")


def run(args: argparse.Namespace) -> int:
    """Compare and print; exit 1 for unusable predictions, 2 for runs that are not comparable."""
    from goldwire.cli.score import metric_names
    from goldwire.comparison import compare_scores
    from goldwire.report.comparison import comparison_text, latex, markdown
    from goldwire.report.terminal import input_notes, notes
    from goldwire.scoring import score_run

    gold = gold_of(args)
    scores = {}
    for path in (args.base, *args.candidates):
        run = run_of(args, [path])
        scores[path] = score_run(
            gold,
            run,
            metrics=metric_names(args.metrics),
            options=options_of(args),
            selection=selection_of(args),
            per_document=True,
            explain=True,
        )
        for note in (*input_notes(run.found), *notes(scores[path])):
            print(f"{path}: {note}", file=sys.stderr)
    base = scores[args.base]
    found = {path: compare_scores(base, scores[path]) for path in args.candidates}
    if args.json:
        protected = base.pairing.protected
        rows = {path: _without_words(asdict(one), protected) for path, one in found.items()}
        record = {"gold": gold.tag, "signature": str(base.shared_signature()), "candidates": rows}
        print(json.dumps(record, indent=1, ensure_ascii=False))
        return 0
    printer = markdown if args.markdown else latex if args.latex else comparison_text
    print(printer(gold, args.base, found, base), end="")
    return 0


def _without_words(record: dict[str, object], protected: set[str]) -> dict[str, object]:
    """Take the words of protected texts out of the lists of lost and gained items."""
    for name in ("lost", "gained"):
        items = record[name]
        for item in items if isinstance(items, list | tuple) else ():
            if item["doc_id"] in protected:
                for side in ("gold", "predicted"):
                    if item[side] is not None:
                        item[side]["words"] = None
    return record
