"""`goldwire init --tests`: what an extractor's repository needs to be tested in CI."""

import argparse
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that go with --tests."""
    parser.add_argument(
        "--extractor",
        metavar="SPEC",
        help="with --tests, the extractor, e.g. py:my_package.module:extract; without it a "
        "placeholder is written, and no baseline",
    )
    parser.add_argument(
        "--gold",
        metavar="PATH",
        help="with --tests, the gold to test against, a corpus repository or annotation records, "
        "best kept in the repository (default: the nearest corpus repository)",
    )


def init_tests(args: argparse.Namespace, folder: Path) -> int:
    """Write settings, a test, a workflow and a baseline, and say what was written."""
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
    from goldwire.ci_files import BASELINE
    from goldwire.evaluation import Evaluation
    from goldwire.gating.baselines import write_baseline
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
