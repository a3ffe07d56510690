"""Run an extractor over the documents of a gold standard, and save what it answers.

The run is a folder: predictions.jsonl, manifest.json, log.jsonl; `goldwire score FOLDER` scores it.
Every answer is saved before the next document is asked for: after Ctrl-C, a crash or a power cut
the same command goes on where it was, and asks for no document twice. Nothing is scored here.
"""

import argparse
import json

from goldwire.cli.options import add_gold, gold_of
from goldwire.cli.running import add_running, run_as_told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire run`."""
    add_running(parser)
    add_gold(parser)
    parser.add_argument("--json", action="store_true", help="print the run's manifest as JSON")


def run(args: argparse.Namespace) -> int:
    """Run and print the folder; exit 5 with more errors than allowed, 6 without documents."""
    import msgspec

    outcome = run_as_told(args, gold_of(args))
    if args.json:
        record = {"folder": str(outcome.folder), **msgspec.to_builtins(outcome.manifest)}
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        print(outcome.folder)
    return 0
