"""Judge a version before it is released: `goldwire release check`.

Compares the nearest corpus with the last tag (or --against OLD: a folder, release or git revision)
and refuses a version bump that is smaller than the difference demands. Without any tag there is
nothing to compare with: it says so and passes.
"""

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire release`."""
    parser.add_argument("action", choices=("check",))
    parser.add_argument("--against", metavar="OLD", help="what to compare with (default: last tag)")
    parser.add_argument(
        "--corpus", metavar="PATH", help="the corpus root (default: the nearest one)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Compare and judge; exit 1 when the version is too small."""
    from goldwire.cli.build import corpus_of
    from goldwire.release.bump import diff, is_enough, required_version
    from goldwire.release.revisions import last_tag, opened

    corpus = corpus_of(args.corpus)
    against = args.against or last_tag(corpus.root)
    if against is None:
        if args.json:
            print(json.dumps({"against": None, "enough": True}))
        print(
            f"gold {corpus.name}@{corpus.version}: no tag to compare with, so any version will do",
            file=sys.stderr,
        )
        return 0
    with opened(against, near=Path(corpus.root)) as old:
        found = diff(old, corpus)
    enough = is_enough(found)
    demanded = required_version(found.old_version, found.level)
    if args.json:
        record = {
            "against": against,
            "old": found.old_version,
            "new": found.new_version,
            "level": found.level,
            "required": demanded,
            "enough": enough,
            "reasons": [{"level": level, "reason": reason} for level, reason in found.reasons],
        }
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        print(f"gold {corpus.name}@{corpus.version}, compared with {against}@{found.old_version}")
        for level, reason in found.reasons:
            print(f"{level:6}{reason}")
        said = "enough" if enough else f"too small: the corpus needs {demanded} or higher"
        print(f"{found.level} change; {found.old_version} → {found.new_version} is {said}")
    if not enough:
        print(
            "raise `version` in corpus/manifest.json, and let "
            f"`goldwire diff {against} --changelog` write the change log",
            file=sys.stderr,
        )
    return 0 if enough else 1
