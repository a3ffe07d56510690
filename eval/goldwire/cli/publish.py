"""Publish a built release on the Hugging Face Hub: one commit, one tag, checked afterwards.

Without --execute nothing is changed: it says what would be. Run again after an interruption, it
finishes what was begun. HF_ENDPOINT and HF_TOKEN say which Hub, and as whom.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.release.publishing import Plan
    from goldwire.released import Release


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire publish`."""
    parser.add_argument("repo", metavar="REPO", help="the dataset repository, ORG/NAME")
    parser.add_argument(
        "--release",
        metavar="DIR",
        help="what `goldwire build` wrote (default: build/NAME-VERSION-as-allowed)",
    )
    parser.add_argument(
        "--corpus",
        metavar="PATH",
        help="the corpus that it was built from (default: the nearest one)",
    )
    parser.add_argument("--execute", action="store_true", help="do it: without this, only say it")
    parser.add_argument("--create", action="store_true", help="make the repository if need be")
    parser.add_argument("--private", action="store_true", help="make it a private one")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Plan, print, and with --execute carry out."""
    from goldwire.corpus import Corpus, find_corpus
    from goldwire.errors import UsageError
    from goldwire.hub import check_repo, client
    from goldwire.release.publishing import asking, carry_out, make_plan
    from goldwire.release.readiness import check_ready
    from goldwire.released import Release

    check_repo(args.repo)
    root = Path(args.corpus) if args.corpus else find_corpus(Path.cwd())
    if root is None:
        raise UsageError("there is no corpus here or above: name its root with --corpus")
    corpus = Corpus.open(root)
    release = Release.open(args.release or f"build/{corpus.name}-{corpus.version}-as-allowed")
    check_ready(release, corpus)
    api = client()
    with asking(api):
        plan = make_plan(api, args.repo, release)
        if args.json:
            print(json.dumps(_record(plan, release), indent=1))
        else:
            print("\n".join(_lines(plan, release, endpoint=str(api.endpoint))))
        if plan.head is None and not args.create:
            raise UsageError(f"there is no {args.repo}: pass --create (and --private) to make it")
        if plan.is_complete or not args.execute:
            hint = "" if plan.is_complete else "nothing was changed: pass --execute to do it"
            print(hint or "already published; nothing to do", file=sys.stderr)
            return 0
        for step in carry_out(api, plan, private=args.private):
            print(step, file=sys.stderr)
    return 0


def _record(plan: "Plan", release: "Release") -> dict[str, object]:
    return {
        "repo": plan.repo,
        "tag": plan.tag,
        "profile": release.manifest.profile,
        "head": plan.head,
        "published": plan.is_complete,
        **asdict(plan.difference),
        "files": {path: file.sha256 for path, file in plan.content.items()},
    }


def _lines(plan: "Plan", release: "Release", *, endpoint: str) -> list[str]:
    lines = [
        f"release {release.name}@{release.version} ({release.manifest.profile})",
        f"to      {plan.repo}@{plan.tag} at {endpoint}",
    ]
    if plan.head is None:
        lines.append("        a new repository")
    difference = plan.difference
    signed = (("+", difference.added), ("~", difference.changed), ("-", difference.removed))
    for sign, paths in signed:
        for path in paths:
            size = f"  {plan.content[path].size:,} bytes" if path in plan.content else ""
            lines.append(f"  {sign} {path}{size}")
    same = len(plan.content) - len(difference.added) - len(difference.changed)
    if same:
        lines.append(f"    {same} files are there already")
    return lines
