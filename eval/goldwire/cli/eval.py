"""Run an extractor over the documents of a gold standard and score it: `run` and `score` in one.

The extractor runs afresh unless --reuse is given, and only an unfinished run of the same code,
parameters and texts goes on.
"""

import argparse
from typing import TYPE_CHECKING

from goldwire.cli.options import add_gold, gold_of
from goldwire.cli.running import add_running, run_as_told
from goldwire.cli.score import (
    add_scoring,
    print_notes,
    print_scores,
    refuse_details,
    request_of,
    score_as_told,
)

if TYPE_CHECKING:
    from goldwire.inputs import Gold
    from goldwire.request import Request
    from goldwire.scores import Scores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire eval`."""
    add_running(parser)
    add_gold(parser)
    add_scoring(parser)


def run(args: argparse.Namespace) -> int:
    """Run, score and print; exit 5 with more errors than allowed, 6 when nothing was scored."""
    from goldwire.inputs import open_run

    request = request_of(args)
    in_whole = args.json or args.latex
    if args.repeats > 1 and not in_whole:
        refuse_details(args)
    gold = gold_of(args)
    manifest = (outcome := run_as_told(args, gold)).manifest
    runs = [
        open_run([str(outcome.folder)], repeat=repeat) for repeat in range(1, manifest.repeats + 1)
    ]
    scored = {run.name: score_as_told(args, gold, run, request) for run in runs}
    if len(scored) == 1 or in_whole:
        print_scores(args, gold, scored, request, inputs={})
    else:
        _print_repeats(args, gold, scored, request, system=manifest.name)
    return 0


def _print_repeats(
    args: argparse.Namespace,
    gold: "Gold",
    scored: "dict[str, Scores]",
    request: "Request",
    *,
    system: str,
) -> None:
    """Print how each score varies over the repeats."""
    from goldwire.report.terminal import heading, repeats_table

    repeats = list(scored.values())
    print(heading(gold, repeats[0], system=f"{system}, {len(repeats)} repeats"))
    print()
    print(repeats_table([request.of(scores, per_label=args.per_type) for scores in repeats]))
    print()
    print(f"signature  {repeats[0].shared_signature()}")
    print_notes(gold, scored, request, inputs={})
