"""Compare annotators: F1 between every pair of passes, per layer.

Each PASS is a folder or file of annotation records by one annotator; its name is the folder's.
Without any, the passes of the nearest corpus repository (annotations/passes/*) are compared.
A file CAVEAT.md beside the passes is printed with the figures.
"""

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire agree`."""
    parser.add_argument("passes", nargs="*", metavar="PASS")
    parser.add_argument(
        "--markdown",
        action="store_true",
        help="print the page that is kept as annotations/AGREEMENT.md",
    )
    parser.add_argument("--json", action="store_true", help="print JSON: fractions, not percent")


def run(args: argparse.Namespace) -> int:
    """Print agreement; exit 1 when a pass cannot be read, 2 when there are fewer than two."""
    from goldwire.agreement import agreements
    from goldwire.errors import DataError, UsageError
    from goldwire.files import HARMLESS
    from goldwire.inputs import open_run
    from goldwire.report.agreement import agreement_page, agreement_table

    paths = [Path(path) for path in args.passes] or _passes_here()
    if len(paths) < 2:
        raise UsageError("agreement needs at least two passes: give their folders or files")
    records = {}
    for path in paths:
        run = open_run([str(path)], name=path.stem)
        records[run.name] = tuple(run)
        faults = [problem for problem in run.problems if problem.code not in HARMLESS]
        if faults:
            raise DataError(f"the pass {path} cannot be used", faults)
    found = agreements(records)
    if args.json:
        rows = [
            {name: getattr(row, name) for name in ("metric", "first", "second", "f1")}
            | {"n_first": row.n_first, "n_second": row.n_second}
            for row in found
        ]
        print(json.dumps(rows, indent=1))
    elif args.markdown:
        print(agreement_page(found, caveat=_caveat(paths)), end="")
    else:
        print(agreement_table(found))
        print(_caveat(paths), file=sys.stderr)
    return 0


def _caveat(paths: list[Path]) -> str:
    """Read what the passes' own folder says about them (CAVEAT.md), where it says something."""
    file = paths[0].parent / "CAVEAT.md"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _passes_here() -> list[Path]:
    from goldwire.corpus import find_corpus

    root = find_corpus(Path.cwd())
    folder = None if root is None else root / "annotations" / "passes"
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir())
