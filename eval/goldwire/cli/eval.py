"""Run an extractor over the documents of a gold standard and score it: `run` and `score` in one.

The extractor runs afresh unless --reuse is given, and only an unfinished run of the same code,
parameters and texts goes on.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from goldwire.cli.options import add_gold, gold_of
from goldwire.cli.running import add_running, run_as_told
from goldwire.cli.score import add_scoring, print_scores, score_as_told

if TYPE_CHECKING:
    from goldwire.inputs import Gold
    from goldwire.runner import Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire eval`."""
    add_running(parser)
    add_gold(parser)
    add_scoring(parser)


def run(args: argparse.Namespace) -> int:
    """Run, score and print; exit 5 with more errors than allowed, 6 when nothing was scored."""
    from goldwire.inputs import open_run

    gold = gold_of(args)
    outcome = run_as_told(args, gold)
    if outcome.manifest.repeats == 1:
        print_scores(args, gold, open_run([str(outcome.folder)]))
    else:
        _print_repeats(args, gold, outcome)
    return 0


def _print_repeats(args: argparse.Namespace, gold: "Gold", outcome: "Outcome") -> None:
    """Print how each score varies over the repeats; as JSON, every repeat's scores."""
    from goldwire.inputs import open_run
    from goldwire.report.structured import score_record
    from goldwire.report.terminal import heading, notes, repeats_table

    runs = [
        open_run([str(outcome.folder)], repeat=repeat)
        for repeat in range(1, outcome.manifest.repeats + 1)
    ]
    scored = [score_as_told(args, gold, run) for run in runs]
    if args.json:
        records = [
            score_record(scores, gold, system=run.name)
            for run, scores in zip(runs, scored, strict=True)
        ]
        print(json.dumps(records, indent=1, ensure_ascii=False))
        return
    print(heading(gold, scored[0], system=f"{outcome.manifest.name}, {len(runs)} repeats"))
    print()
    print(repeats_table(scored))
    print()
    print(f"signature  {scored[0].shared_signature()}")
    for note in notes(scored[0]):
        print(note, file=sys.stderr)
