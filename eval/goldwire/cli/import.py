"""Bring texts and annotations of any readable format into a corpus.

Line ends become LF and characters NFC, with every offset moved and checked again. All faults are
reported and then nothing is imported; run again after an interruption, it finishes.
"""

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldwire.errors import Problem
    from goldwire.files import FileReader
    from goldwire.importing import Imported
    from goldwire.importing.labels import Inventories
    from goldwire.importing.metadata import Metadata
    from goldwire.pairing import GoldDocument

INFER = "infer"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire import`."""
    parser.add_argument("files", nargs="+", metavar="PATH", help="files, folders or globs")
    parser.add_argument(
        "--into", metavar="CORPUS", help="the corpus root (default: the nearest one)"
    )
    parser.add_argument("--from", dest="format", metavar="FORMAT", help="the files' format")
    parser.add_argument(
        "--texts", metavar="PATH", help="text file or folder, for formats without texts"
    )
    parser.add_argument(
        "--metadata", metavar="CSV", help="a table with a row a document: source and rights"
    )
    parser.add_argument(
        "--ontology",
        metavar="FILE",
        help="add these labels to the corpus's: brat's annotation.conf, an ontology in JSON, or "
        "`infer` for the labels in use",
    )
    parser.add_argument("--language", metavar="TAG", help="of documents that no row describes")
    parser.add_argument(
        "--split", metavar="NAME", help="the split of new documents (default: unassigned)"
    )
    parser.add_argument("--replace", action="store_true", help="replace documents that are there")
    parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Import and report; exit 4 when anything is wrong with what was to be imported."""
    from goldwire.corpus import find_corpus
    from goldwire.errors import UsageError
    from goldwire.importing import import_documents

    root = Path(args.into) if args.into else find_corpus(Path.cwd())
    if root is None:
        raise UsageError(
            "there is no corpus here or above: name one with --into, or `goldwire init`"
        )
    report = import_documents(
        root,
        _documents(args),
        metadata=_metadata(args),
        labels=_labels(args.ontology),
        infer_labels=args.ontology == INFER,
        split=args.split,
        replace=args.replace,
        dry_run=args.dry_run,
    )
    if args.json:
        print(json.dumps(asdict(report), indent=1, ensure_ascii=False))
    else:
        print("\n".join(_lines(report)))
    print(
        "nothing was changed (--dry-run)" if args.dry_run else f"imported into {root}",
        file=sys.stderr,
    )
    return 0


def _documents(args: argparse.Namespace) -> "list[GoldDocument]":
    from goldwire.errors import GoldError
    from goldwire.files import HARMLESS, FileReader, read_texts
    from goldwire.inputs import expand

    paths = expand(args.files)
    for line in _not_read(args.files, paths, has_texts=bool(args.texts)):
        print(line, file=sys.stderr)
    reader = FileReader(format=args.format, is_gold=True)
    if args.texts:
        reader = replace(reader, texts=read_texts(args.texts))
    problems: list[Problem] = []
    found = []
    for path in paths:
        amiss: list[Problem] = []
        found += [_with_text(document, reader) for document in reader.read(path, problems=amiss)]
        problems += [_in_file(problem, path) for problem in amiss]
    fatal = [problem for problem in problems if problem.code not in HARMLESS]
    if fatal:
        raise GoldError(f"{len(fatal)} faults, so nothing was imported", fatal)
    for problem in problems:
        print(problem, file=sys.stderr)
    return found


def _with_text(document: "GoldDocument", reader: "FileReader") -> "GoldDocument":
    """Give a document the text that its offsets were counted in, where that was named apart."""
    if document.text is not None:
        return document
    return replace(document, text=reader.texts.get(document.doc_id))


def _in_file(problem: "Problem", path: str) -> "Problem":
    """Name the file of a problem that names a document of it, and what to do."""
    import msgspec

    document = problem.document
    named = document if document in ("", path) else f"{path} {document}"
    fix = problem.fix or "correct the file, and import again"
    return msgspec.structs.replace(problem, document=named, fix=fix)


def _not_read(
    places: "Iterable[str]", paths: "Iterable[str]", *, has_texts: bool
) -> "Iterator[str]":
    """Name the files of folders that are neither read nor the text of one that is.

    With `has_texts` the texts were named apart, so none is looked at here.
    """
    read = set(paths)
    stems = {path.removesuffix(".gz").rpartition(".")[0] for path in read}
    for place in places:
        for file in sorted(Path(place).rglob("*")) if Path(place).is_dir() else ():
            hidden = any(part.startswith(".") for part in file.relative_to(place).parts)
            stem = str(file.with_suffix(""))
            if not file.is_file() or hidden or str(file) in read or file.suffix == ".conf":
                continue
            if file.suffix != ".txt":
                yield f"not read: {file}"
            elif not (
                has_texts or stem in stems or any(one.startswith(f"{stem}_") for one in stems)
            ):
                beside = f"{file.stem}.ann"
                yield (
                    f"not read: {file}, a text without annotations "
                    f"(an empty {beside} beside it makes it a document that has none)"
                )


def _metadata(args: argparse.Namespace) -> "Metadata":
    from goldwire.importing.metadata import Metadata, read_metadata

    rows = read_metadata(_bytes(args.metadata), name=args.metadata) if args.metadata else {}
    return Metadata(rows, {"language": args.language} if args.language else {})


def _labels(path: str | None) -> "Inventories | None":
    from goldwire.importing.labels import read_labels

    if path is None or path == INFER:
        return None
    return read_labels(_bytes(path).decode("utf-8", "replace"), name=path)


def _bytes(path: str) -> bytes:
    from goldwire.errors import UsageError

    if not Path(path).is_file():
        raise UsageError(f"there is no file {path}")
    return Path(path).read_bytes()


def _lines(report: "Imported") -> list[str]:
    lines = []
    for word in ("added", "replaced", "unchanged"):
        doc_ids = getattr(report, word)
        if doc_ids:
            lines.append(f"{word:10} {len(doc_ids)}: {_some(doc_ids)}")
    if report.normalised:
        lines.append(f"{'normalised':10} {len(report.normalised)}: {_some(report.normalised)}")
    lines.append(
        "items      " + ", ".join(f"{n} {layer}" for layer, n in report.items.items() if n)
    )
    if report.labels:
        lines.append(f"labels     new: {', '.join(report.labels)}")
    lines += [f"left out   {where} ({n} documents)" for where, n in report.losses.items()]
    return lines


def _some(doc_ids: list[str], most: int = 6) -> str:
    more = f" and {len(doc_ids) - most} more" if len(doc_ids) > most else ""
    return ", ".join(doc_ids[:most]) + more
