"""Make a new corpus repository: schema, ontology, guidelines, one example document, CI, README."""

import argparse
import re
import sys
from pathlib import Path

_NAME = re.compile(r"[a-z0-9][0-9a-z._-]*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire init`."""
    parser.add_argument("folder", metavar="DIR", help="a new or empty folder")
    parser.add_argument("--name", help="the corpus's name (default: the folder's)")
    parser.add_argument("--no-example", action="store_true", help="without the example document")


def run(args: argparse.Namespace) -> int:
    """Write the files, list them, and say what comes next."""
    from goldwire.errors import UsageError
    from goldwire.scaffolding import scaffold

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
