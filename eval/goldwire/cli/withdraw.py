"""Withdraw a document: remove it and its annotations, raise the version, and log it.

Nothing is pushed or published. What was published stays where it is: the tags that still serve the
document are named, with what can be done about them.
"""

import argparse
import json
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire withdraw`."""
    parser.add_argument("document", metavar="DOC", help="the document's id")
    parser.add_argument("--reason", required=True, help="why; it is published in the change log")
    parser.add_argument(
        "--corpus", metavar="PATH", help="the corpus root (default: the nearest one)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Withdraw and say what is left to do."""
    from dataclasses import asdict

    from goldwire.cli.build import corpus_of
    from goldwire.release.withdraw import withdraw

    corpus = corpus_of(args.corpus)
    print(f"gold {corpus.name}@{corpus.version} at {corpus.root}", file=sys.stderr)
    done = withdraw(corpus, args.document, reason=args.reason)
    if args.json:
        print(json.dumps(asdict(done), indent=1, ensure_ascii=False))
        return 0
    print(f"{done.doc_id} is withdrawn: {corpus.name}@{done.version}")
    for path in done.removed:
        print(f"  removed {path}")
    for split in done.emptied:
        print(f"  the split {split} is gone with it")
    if done.tags is None:
        print("there is no git history here to look for it in")
    elif done.tags:
        print(f"these tags still serve it: {', '.join(done.tags)}")
        print(
            "  git and the Hub keep what was published: delete those tags, rewrite history where "
            "the law demands it, and tell who has copies"
        )
    else:
        print("no tag serves it")
    return 0
