"""Build a release of a corpus: Parquet configs, JSON Lines, card and descriptions, one manifest.

The profile says what leaves: full (text and words, only where every document's record allows it),
standoff (offsets, labels and digests), masked (the shape of the text besides), as-allowed (each
document by its own record). Columns are the same in all. docs/releases.md says more.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.corpus import Corpus
    from goldwire.released import Release

PROFILES = ("full", "standoff", "masked", "as-allowed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire build`."""
    parser.add_argument(
        "--corpus", metavar="PATH", help="the corpus root (default: the nearest one)"
    )
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default="as-allowed",
        help="what leaves (default: as-allowed)",
    )
    parser.add_argument(
        "--output", metavar="DIR", help="the new folder (default: build/NAME-VERSION-PROFILE)"
    )
    parser.add_argument(
        "--own-use",
        action="store_true",
        help="include texts that may not be passed on; the release is marked private and is never "
        "published",
    )
    parser.add_argument(
        "--verify",
        metavar="RELEASE",
        help="build nothing: check a release's files, and that the corpus still gives the same",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Build or verify; exit 1 for a release that does not verify, 4 for a corpus that cannot."""
    if args.verify is not None:
        return _verify(args)
    from goldwire.release.build import build
    from goldwire.release.source import corpus_source

    corpus = corpus_of(args.corpus)
    output = Path(args.output or f"build/{corpus.name}-{corpus.version}-{args.profile}")
    print(f"gold {corpus.name}@{corpus.version} at {corpus.root}", file=sys.stderr)
    release = build(corpus_source(corpus), output, profile=args.profile, own_use=args.own_use)
    _print_built(release, as_json=args.json)
    return 0


def corpus_of(path: str | None) -> "Corpus":
    """Open the corpus root that is named, or the nearest one."""
    from goldwire.corpus import Corpus, find_corpus
    from goldwire.errors import UsageError

    root = Path(path) if path is not None else find_corpus(Path.cwd())
    if root is None:
        raise UsageError("there is no corpus here or above: name its root with --corpus")
    return Corpus.open(root)


def _print_built(release: "Release", *, as_json: bool) -> None:
    manifest = release.manifest
    if as_json:
        record = {
            "release": str(release.root),
            "name": manifest.name,
            "version": manifest.version,
            "profile": manifest.profile,
            "private": manifest.private,
            "digest": manifest.digest,
            "splits": {split: len(doc_ids) for split, doc_ids in manifest.splits.items()},
            "left_out": list(manifest.left_out),
            "files": len(manifest.files),
        }
        print(json.dumps(record, indent=1, ensure_ascii=False))
        return
    counts = ", ".join(f"{split} {len(doc_ids)}" for split, doc_ids in manifest.splits.items())
    print(f"{manifest.name}@{manifest.version}#{manifest.digest[:8]}, profile {manifest.profile}")
    print(f"{counts} documents, {len(manifest.files)} files at {release.root}")
    for doc_id in manifest.left_out:
        print(f"left out, as its record demands: {doc_id}", file=sys.stderr)
    if manifest.private:
        print("private: it holds texts that may not be passed on", file=sys.stderr)


def _verify(args: argparse.Namespace) -> int:
    from goldwire.corpus import Corpus, find_corpus
    from goldwire.release.source import corpus_source
    from goldwire.release.verify import verify
    from goldwire.released import Release

    release = Release.open(args.verify)
    root = args.corpus or find_corpus(Path.cwd())
    corpus = None if root is None else Corpus.open(root)
    if corpus is not None and args.corpus is None and corpus.name != release.name:
        corpus = None
    found = verify(release, None if corpus is None else corpus_source(corpus))
    if args.json:
        record = {
            "problems": [
                {name: getattr(problem, name) for name in problem.__struct_fields__}
                for problem in found.problems
            ],
            "files": found.n_files,
            "rebuilt": found.n_rebuilt,
            "identical": found.n_identical,
        }
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        for problem in found.problems:
            print(problem)
    against = (
        f"rebuilt from {corpus.root}: {found.n_identical} of {found.n_rebuilt} files are the same "
        "byte for byte, and all others were compared by what they say"
        if corpus is not None
        else "not rebuilt: its corpus is not here (--corpus PATH)"
    )
    said = f"{len(found.problems)} problems" if found.problems else "no problem"
    print(f"{said} in {found.n_files} files; {against}", file=sys.stderr)
    return 1 if found.problems else 0
