"""Judge a version before it is released, and list its files.

`goldwire release check` compares the nearest corpus with the last tag (or --against OLD: a folder,
release or git revision) and refuses a version bump that is smaller than the difference demands.
Without any tag there is nothing to compare with: it says so and passes.

`goldwire release manifest` writes the digests of the manifest anew, once changes are meant.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.model import Manifest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire release`."""
    parser.add_argument("action", choices=("check", "manifest"))
    parser.add_argument("--against", metavar="OLD", help="what to compare with (default: last tag)")
    parser.add_argument(
        "--corpus", metavar="PATH", help="the corpus root (default: the nearest one)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Compare and judge, exit 1 when the version is too small; or write the manifest anew."""
    return {"check": _check, "manifest": _manifest}[args.action](args)


def _manifest(args: argparse.Namespace) -> int:
    from goldwire.cli.build import corpus_of
    from goldwire.corpus import write_manifest
    from goldwire.errors import UsageError

    if args.against is not None:
        raise UsageError("--against is for `goldwire release check`")
    corpus = corpus_of(args.corpus)
    before = {} if corpus.manifest is None else _digests(corpus.manifest)
    after = _digests(write_manifest(corpus.root))
    changed = [path for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
    if args.json:
        print(json.dumps({"files": len(after), "changed": changed}, indent=1, ensure_ascii=False))
        return 0
    print(f"gold {corpus.name}@{corpus.version}, {len(after)} files, {len(changed)} listed anew")
    for path in changed:
        what = "added" if path not in before else "changed" if path in after else "removed"
        print(f"  {what:8} {path}")
    return 0


def _digests(manifest: "Manifest") -> dict[str, str]:
    return {file.path: file.sha256 for file in manifest.files}


def _check(args: argparse.Namespace) -> int:
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
