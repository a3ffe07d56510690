"""Start using goldwire: make a new corpus repository, or with --tests test an extractor in its own.

A new corpus has schema, ontology, guidelines, one example document, CI and a README, and is valid
from the start. With --tests, an extractor's repository gets what tests it in CI: settings, a test
file, a baseline of what the extractor gives today, and a GitHub Actions workflow; files that are
there are left as they are.
"""

import argparse
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"[a-z0-9][0-9a-z._-]*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire init`."""
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        help="a new or empty folder for a corpus; with --tests the repository (default: here)",
    )
    parser.add_argument("--name", help="the corpus's name (default: the folder's)")
    parser.add_argument("--no-example", action="store_true", help="without the example document")
    parser.add_argument(
        "--tests",
        action="store_true",
        help="write settings, a test, a baseline and a workflow for an extractor",
    )
    parser.add_argument(
        "--extractor",
        metavar="SPEC",
        help="the extractor to be tested, e.g. py:my_package.module:extract; without it a "
        "placeholder is written, and no baseline",
    )
    parser.add_argument(
        "--gold",
        metavar="PATH",
        help="the gold to test against: a corpus repository or annotation records, best kept in "
        "the repository (default: the nearest corpus repository)",
    )


def run(args: argparse.Namespace) -> int:
    """Write the files and say what was written; exit 2 for a call that means nothing."""
    from goldwire.errors import UsageError

    if not args.tests:
        return _init_corpus(args)
    folder = Path(args.folder or ".")
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}: make the repository first")
    return _init_tests(args, folder)


def _init_corpus(args: argparse.Namespace) -> int:
    from goldwire.errors import UsageError
    from goldwire.scaffolding import scaffold

    if args.folder is None:
        raise UsageError(
            "say what to start: `goldwire init DIR` for a corpus, `goldwire init --tests` for an "
            "extractor's tests"
        )
    if args.extractor or args.gold:
        raise UsageError("--extractor and --gold go with --tests")
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


def _init_tests(args: argparse.Namespace, folder: Path) -> int:
    from goldwire.ci_files import BASELINE, EXTRACTOR, write_ci_files

    gold = _gold(args.gold, folder)
    made = write_ci_files(folder, extractor=args.extractor or EXTRACTOR, gold=gold)
    for name in made.written:
        print(f"wrote   {name}")
    for name in made.kept:
        print(f"kept    {name}: it is there already")
    if (folder / BASELINE).exists():
        print(f"kept    {BASELINE}: it is there already")
    elif args.extractor:
        _write_baseline(folder, args.extractor)
        print(f"wrote   {BASELINE}")
    else:
        print(
            f"no baseline yet: put your extractor in place of {EXTRACTOR}, then run "
            "goldwire gate --update-baseline",
            file=sys.stderr,
        )
    print("next    pytest; goldwire gate; then commit all of these files")
    return 0


def _gold(given: str | None, folder: Path) -> str:
    """Give the path of the gold as it is written into the settings: from the folder."""
    from goldwire.corpus import find_corpus
    from goldwire.errors import UsageError

    place = Path(given) if given else find_corpus(folder)
    if place is None:
        raise UsageError("which gold? pass --gold PATH, best a copy within the repository")
    if not place.exists():
        raise UsageError(f"there is no gold at {place}")
    found = os.path.relpath(place.resolve(), folder.resolve())
    if found.startswith(".."):
        print(
            f"note: the gold lies outside of the repository ({found}): CI must find it there too",
            file=sys.stderr,
        )
    return Path(found).as_posix()


def _write_baseline(folder: Path, extractor: str) -> None:
    """Write the baseline as `goldwire gate --update-baseline` would from the folder."""
    from goldwire.baselines import write_baseline
    from goldwire.ci_files import BASELINE
    from goldwire.evaluation import Evaluation
    from goldwire.inputs import open_gold

    with _working_in(folder):
        evaluation = Evaluation(open_gold())
        write_baseline(BASELINE, evaluation.measure([extractor]), evaluation)


@contextmanager
def _working_in(folder: Path) -> "Iterator[None]":
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
