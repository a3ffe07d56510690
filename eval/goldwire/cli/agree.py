"""Compare annotators: F1 between every pair of passes, and chance-corrected coefficients.

Each PASS is a folder or file of annotation records by one annotator; its name is the folder's.
Without any, the passes of the nearest corpus repository (annotations/passes/*) are compared.
A file CAVEAT.md beside the passes is printed with the figures. Coefficients need the texts, which
are taken from the corpus repository around the passes.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.model import Annotation, Document

Records = dict[str, tuple["Annotation", ...]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire agree`."""
    parser.add_argument("passes", nargs="*", metavar="PASS")
    parser.add_argument(
        "--corpus",
        metavar="PATH",
        help="the corpus repository that holds the texts (default: the one around the passes)",
    )
    parser.add_argument(
        "--disagreements",
        action="store_true",
        help="list every item that not all annotators have alike: the adjudicator's worklist",
    )
    parser.add_argument(
        "--gamma",
        action="store_true",
        help="also γ, which needs pygamma-agreement and takes its time",
    )
    parser.add_argument(
        "--markdown",
        action="store_true",
        help="print the page that is kept as annotations/AGREEMENT.md, or the worklist to tick off",
    )
    parser.add_argument("--json", action="store_true", help="print JSON: fractions, not percent")


def run(args: argparse.Namespace) -> int:
    """Print agreement; exit 1 when a pass cannot be read, 2 when there are fewer than two."""
    from goldwire.errors import UsageError

    paths = [Path(path) for path in args.passes] or _passes_here()
    if len(paths) < 2:
        raise UsageError("agreement needs at least two passes: give their folders or files")
    records = _records(paths)
    documents, texts = _corpus(args.corpus, paths, records)
    if args.disagreements:
        return _print_disagreements(args, records, documents, texts)
    return _print_agreement(args, records, texts, caveat=_caveat(paths))


def _print_agreement(
    args: argparse.Namespace, records: Records, texts: dict[str, str], *, caveat: str
) -> int:
    from goldwire.agreement.pairwise import agreements, coefficients
    from goldwire.errors import UsageError
    from goldwire.report.agreement import (
        agreement_page,
        agreement_record,
        agreement_table,
        coefficient_table,
    )

    found = agreements(records)
    without = sorted({one.doc_id for of_pass in records.values() for one in of_pass} - texts.keys())
    if without and args.gamma:
        raise UsageError(f"γ needs the texts, and {without[0]} has none: give --corpus PATH")
    beyond = () if without else coefficients(records, texts, gamma=args.gamma)
    if args.json:
        print(json.dumps(agreement_record(found, beyond), indent=1, ensure_ascii=False))
    elif args.markdown:
        print(agreement_page(found, beyond, caveat=caveat), end="")
    else:
        print(agreement_table(found))
        if beyond:
            print()
            print(coefficient_table(beyond))
        if caveat:
            print(caveat, file=sys.stderr)
    if without:
        print(
            f"no kappa and alpha: {len(without)} documents have no text here, the first is "
            f"{without[0]}; --corpus PATH names the repository that holds the texts",
            file=sys.stderr,
        )
    return 0


def _print_disagreements(
    args: argparse.Namespace,
    records: Records,
    documents: "dict[str, Document]",
    texts: dict[str, str],
) -> int:
    from goldwire.agreement.worklist import disagreements
    from goldwire.report.agreement import worklist, worklist_markdown, worklist_record

    found = disagreements(records, texts=texts, documents=documents)
    hidden = {
        doc_id
        for doc_id, document in documents.items()
        if document.rights.redistribution != "full_text"
    }
    if args.json:
        print(json.dumps(worklist_record(found, hidden=hidden), indent=1, ensure_ascii=False))
    elif args.markdown:
        print(worklist_markdown(found, hidden=hidden), end="")
    else:
        print(worklist(found), end="")
    return 0


def _records(paths: list[Path]) -> Records:
    from goldwire.errors import DataError, UsageError
    from goldwire.files import HARMLESS
    from goldwire.inputs import open_run

    records: Records = {}
    for path in paths:
        run = open_run([str(path)], name=path.stem)
        if run.name in records:
            raise UsageError(f"two passes are called {run.name}: their folders must differ in name")
        records[run.name] = tuple(run)
        faults = [problem for problem in run.problems if problem.code not in HARMLESS]
        if faults:
            raise DataError(f"the pass {path} cannot be used", faults)
    return records


def _corpus(
    place: str | None, paths: list[Path], records: Records
) -> "tuple[dict[str, Document], dict[str, str]]":
    """Read records and texts of the passes' documents, as far as a corpus around them has any."""
    from goldwire.corpus import Corpus, find_corpus

    root = Path(place) if place else find_corpus(paths[0].resolve())
    if root is None:
        return {}, {}
    corpus = Corpus.open(root)
    doc_ids = {one.doc_id for of_pass in records.values() for one in of_pass}
    documents = {doc_id: corpus.document(doc_id) for doc_id in doc_ids}
    texts = {doc_id: corpus.text(doc_id) for doc_id in doc_ids}
    return (
        {doc_id: one for doc_id, one in documents.items() if one is not None},
        {doc_id: text for doc_id, text in texts.items() if text is not None},
    )


def _caveat(paths: list[Path]) -> str:
    """Read what the passes' own folder says about them (CAVEAT.md), where it says something."""
    file = paths[0].parent / "CAVEAT.md"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _passes_here() -> list[Path]:
    from goldwire.corpus import find_corpus

    root = find_corpus(Path.cwd())
    folder = None if root is None else root / "annotations" / "passes"
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir())
