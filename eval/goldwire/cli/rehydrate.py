"""Put texts back into a release that was built without them, from your own copies.

--texts takes files, folders, WARC files and http(s) addresses. A copy counts when its digest, after
the steps of the recipe, is the document's. For one that is not the text, a report says of every
annotation whether it survives; nothing is ever moved in silence, and nothing is written.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire rehydrate`."""
    parser.add_argument("release", metavar="RELEASE", help="a built release")
    parser.add_argument(
        "--texts",
        nargs="+",
        required=True,
        metavar="PLACE",
        help="your copies: files, folders, .warc[.gz] files, http(s) addresses",
    )
    parser.add_argument("--output", metavar="DIR", help="the new release (default: only report)")
    parser.add_argument(
        "--partial",
        action="store_true",
        help="write the release even if documents stay without text",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Find the texts, report and write; exit 1 when a document stays without its text."""
    from goldwire.release.copies import read_copies
    from goldwire.release.recipes import RECIPE_VERSION
    from goldwire.release.rehydrate import find_texts, rehydrate, report_lines
    from goldwire.released import Release

    release = Release.open(args.release)
    tag = f"{release.name}@{release.version}#{release.manifest.digest[:8]}"
    print(f"gold {tag} at {release.root}", file=sys.stderr)
    found = find_texts(release, read_copies(args.texts))
    if args.json:
        record = {
            "recipe_version": RECIPE_VERSION,
            "documents": [asdict(one) for one in found.documents],
            "unused": found.unused,
        }
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        print("\n".join(report_lines(found)))
    if args.output and (found.is_complete or args.partial):
        written = rehydrate(release, found, Path(args.output), partial=args.partial)
        private = ", private: do not publish it" if written.manifest.private else ""
        print(f"written to {written.root}{private}", file=sys.stderr)
    elif args.output:
        print(
            "nothing was written: documents lack their text (--partial writes the others)",
            file=sys.stderr,
        )
    return 0 if found.is_complete else 1
