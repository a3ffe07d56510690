"""Make a new corpus repository: schema, ontology, guidelines, one example document, CI, README.

With --tests an existing repository, that of an extractor, gets what tests it in CI instead:
settings, a test file, a baseline of what the extractor gives today, and a workflow. Files that are
there are left as they are.
"""

import argparse
import re
import sys
from pathlib import Path

from goldwire.cli import extractor_tests

_NAME = re.compile(r"[a-z0-9][0-9a-z._-]*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire init`."""
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        help="a new or empty folder; with --tests the repository (default: this one)",
    )
    parser.add_argument("--name", help="the corpus's name (default: the folder's)")
    parser.add_argument("--no-example", action="store_true", help="without the example document")
    parser.add_argument(
        "--tests",
        action="store_true",
        help="write settings, a test, a baseline and a workflow for an extractor",
    )
    extractor_tests.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Write the files, list them, and say what comes next."""
    from goldwire.errors import UsageError
    from goldwire.scaffolding import scaffold

    if args.tests:
        place = Path(args.folder or ".")
        if not place.is_dir():
            raise UsageError(f"there is no folder {place}: make the repository first")
        return extractor_tests.init_tests(args, place)
    if args.folder is None:
        raise UsageError("name the folder of the new corpus, or say --tests for an extractor's")
    folder = Path(args.folder)
    name = args.name or re.sub(r"[^0-9a-z._-]+", "-", folder.resolve().name.lower())
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name a corpus: pass --name, of a-z, 0-9 and ._-")
    for path in scaffold(folder, name=name, example=not args.no_example):
        print(path)
    print(f"made the corpus {name} in {folder}; next:", file=sys.stderr)
    for line in (f"cd {folder}", "goldwire validate", "goldwire import FILES"):
        print(f"  {line}", file=sys.stderr)
    return 0
