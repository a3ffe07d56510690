"""Assign documents to splits, by group and seed; report near-duplicate texts across splits.

What is in a split stays there; documents that are in none (or in `unassigned`) are assigned.
Without --into nothing is assigned and only the texts are compared.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.corpus import Corpus
    from goldwire.splitting import Alike, Splits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire split`."""
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="a corpus root (default: the nearest one)"
    )
    parser.add_argument(
        "--into",
        metavar="NAME=SHARE,…",
        help="assign documents that are in no split, e.g. train=0.8,dev=0.1,test=0.1",
    )
    parser.add_argument(
        "--group-by",
        metavar="KEY",
        help="documents with the same value of this key of their record stay together, e.g. "
        "source.publisher.name or source.date_published",
    )
    parser.add_argument("--seed", type=int, default=0, help="decides the order (default: 0)")
    parser.add_argument(
        "--afresh", action="store_true", help="assign all documents, also those that have a split"
    )
    parser.add_argument(
        "--alike",
        type=float,
        default=0.5,
        metavar="X",
        help="report texts of different splits that share this part of their 5-word runs "
        "(default: 0.5)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="print the assignment without writing the manifest"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Assign and compare; exit 1 when near-duplicate texts lie in different splits."""
    import msgspec

    from goldwire.corpus import Corpus, find_corpus, write_manifest
    from goldwire.errors import UsageError
    from goldwire.splitting import UNASSIGNED, assign, near_duplicates

    root = Path(args.path) if args.path else find_corpus(Path.cwd())
    if root is None:
        raise UsageError("there is no corpus here or above: name its root")
    if not 0 < args.alike <= 1:
        raise UsageError(f"--alike {args.alike}: write a fraction above 0, at most 1")
    corpus = Corpus.open(root)
    if corpus.manifest is None:
        raise UsageError(f"{root} has no corpus/manifest.json, which holds the splits")
    splits: Splits = corpus.splits
    if args.into:
        kept = {} if args.afresh else {k: v for k, v in splits.items() if k != UNASSIGNED}
        splits = assign(
            _groups(corpus, args.group_by), _shares(args.into), seed=args.seed, kept=kept
        )
    elif args.afresh or args.group_by:
        raise UsageError("--afresh and --group-by go with --into")
    texts = {doc_id: corpus.text(doc_id) for doc_id in corpus.doc_ids()}
    known = {doc_id: text for doc_id, text in texts.items() if text is not None}
    alike = near_duplicates(known, splits, threshold=args.alike)
    is_written = bool(args.into) and not args.dry_run and splits != corpus.splits
    if is_written:
        write_manifest(root, manifest=msgspec.structs.replace(corpus.manifest, splits=splits))
    if args.json:
        record = {"splits": splits, "alike": [asdict(pair) for pair in alike]}
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        print("\n".join(_lines(corpus, splits, alike)))
    missing = len(texts) - len(known)
    if missing:
        print(f"{missing} documents have no text here and were not compared", file=sys.stderr)
    if is_written:
        print(f"wrote {root / 'corpus' / 'manifest.json'}", file=sys.stderr)
    return 1 if alike else 0


def _shares(text: str) -> dict[str, float]:
    from goldwire.errors import UsageError
    from goldwire.splitting import SPLIT_NAME

    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = (side.strip() for side in part.partition("="))
        if not SPLIT_NAME.fullmatch(name):
            raise UsageError(
                f"--into {part!r}: a split needs a name, of a letter, then letters, digits, _ and "
                "-, as in train=0.8"
            )
        if name in shares:
            raise UsageError(f"--into {text!r}: {name} is there twice")
        try:
            shares[name] = float(share)
        except ValueError as error:
            raise UsageError(f"--into {part!r}: write NAME=SHARE, as in train=0.8") from error
    return shares


def _groups(corpus: "Corpus", key: str | None) -> dict[str, str]:
    """Map every document to the value of a key of its record; without a key, to itself."""
    import msgspec

    from goldwire.errors import UsageError

    groups = {}
    for doc_id in corpus.doc_ids():
        value: object = msgspec.to_builtins(corpus.document(doc_id)) if key else doc_id
        for step in key.split(".") if key else ():
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            raise UsageError(
                f"the record of {doc_id} has no {key}: choose a key that every document has"
            )
        groups[doc_id] = str(value)
    return groups


def _lines(corpus: "Corpus", splits: "Splits", alike: "list[Alike]") -> list[str]:
    before = {doc_id: name for name, doc_ids in corpus.splits.items() for doc_id in doc_ids}
    lines = [f"corpus  {corpus.name}@{corpus.version}"]
    for name, doc_ids in splits.items():
        n_new = sum(before.get(doc_id) != name for doc_id in doc_ids)
        new = f", {n_new} of them new here" if n_new else ""
        lines.append(f"  {name:8} {len(doc_ids)} documents{new}")
    return [*lines, *map(_pair_line, alike)]


def _pair_line(pair: "Alike") -> str:
    return (
        f"  nearly the same text ({100 * pair.likeness:.0f} %): {pair.first} in "
        f"{pair.first_split}, {pair.second} in {pair.second_split}"
    )
