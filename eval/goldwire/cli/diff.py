"""Compare two states of a corpus: every document, text and annotation that changed, and the bump.

OLD and NEW are corpus folders, built releases or git revisions (of the nearest corpus); NEW is the
nearest corpus unless given. Items are paired by what they say, so renumbering is no change. The
demanded version bump is computed; --run shows what the change does to a system's scores.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldwire.release.differences import Difference
    from goldwire.release.effects import Effect
    from goldwire.release.revisions import State


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire diff`."""
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW", nargs="?")
    parser.add_argument(
        "--run",
        action="append",
        default=[],
        metavar="PREDICTIONS",
        help="also score these predictions against both; may be repeated",
    )
    parser.add_argument(
        "--changelog",
        action="store_true",
        help="write the section of CHANGELOG.md and annotations/changes.jsonl of NEW (a folder)",
    )
    parser.add_argument("--reason", help="why, for changes.jsonl")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Compare and print; exit 0, whatever the difference (`release check` judges it)."""
    from goldwire import resources
    from goldwire.corpus import Corpus, find_corpus
    from goldwire.errors import UsageError
    from goldwire.release.bump import diff, is_enough, required_version
    from goldwire.release.changelog import write_changes
    from goldwire.release.effects import effects
    from goldwire.release.revisions import opened

    nearest = find_corpus(Path.cwd())
    place = args.new or (None if nearest is None else str(nearest))
    if place is None:
        raise UsageError("there is no corpus here or above: name NEW")
    with opened(args.old) as old, opened(place) as new:
        found = diff(old, new)
        effect = list(effects(old, new, args.run))
        if args.changelog:
            if not isinstance(new, Corpus) or not Path(place).is_dir():
                raise UsageError("--changelog writes into NEW, so NEW must be a corpus folder")
            if not is_enough(found):
                # A section is of a version: written too early, it would stay beside the right one.
                raise UsageError(
                    f"these changes are {found.level}: they need version "
                    f"{required_version(found.old_version, found.level)} or higher, and it is "
                    f"{found.new_version}: raise `version` in {resources.MANIFEST} first"
                )
            write_changes(new, found, reason=args.reason)
        if args.json:
            print(json.dumps(_record(found, effect), indent=1, ensure_ascii=False))
            return 0
        print("\n".join(_lines(found, effect, old, new)))
    if args.changelog:
        print(
            f"written: CHANGELOG.md, annotations/changes.jsonl and {resources.MANIFEST} in {place}",
            file=sys.stderr,
        )
    return 0


def _lines(
    found: "Difference", effect: "list[Effect]", old: "State", new: "State"
) -> Iterator[str]:
    from goldwire.release.bump import required_version
    from goldwire.release.changelog import change_lines

    yield f"gold {old.name}@{old.version} → {new.name}@{new.version}"
    yield from change_lines(found)
    yield ""
    for level, reason in found.reasons:
        yield f"{level:6}{reason}"
    demanded = required_version(found.old_version, found.level)
    change = {"none": "no change"}.get(found.level, f"{found.level} change")
    yield f"{change}: version {demanded} or higher; it is {found.new_version}"
    if effect:
        yield ""
        width = max(len(one.metric) for one in effect)
        for one in effect:
            mark = "  changed" if one.is_changed else ""
            split = f" {one.split}" if one.split else ""
            yield (
                f"{one.run}{split}  {one.metric:{width}}  F1 {_percent(one.old)} → "
                f"{_percent(one.new)}{mark}"
            )


def _percent(value: float | None) -> str:
    return "  n/a" if value is None else f"{100 * value:5.1f}"


def _record(found: "Difference", effect: "list[Effect]") -> dict[str, Any]:
    from dataclasses import asdict

    from goldwire.release.bump import is_enough, required_version
    from goldwire.release.changelog import change_records

    return {
        "old": found.old_version,
        "new": found.new_version,
        "level": found.level,
        "required": required_version(found.old_version, found.level),
        "enough": is_enough(found),
        "reasons": [{"level": level, "reason": reason} for level, reason in found.reasons],
        "changes": list(change_records(found, reason=None)),
        "effects": [asdict(one) for one in effect],
    }
