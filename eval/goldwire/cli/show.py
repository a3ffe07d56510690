"""Print an annotated document: the text with its spans, then events, attributions and provenance.

DOC is a document id of the gold (default: its first document), or a file of annotation records.
"""

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from goldwire.cli.options import add_gold, gold_of

if TYPE_CHECKING:
    from goldwire.inputs import Gold
    from goldwire.model import Annotation, Document
    from goldwire.pairing import GoldDocument
    from goldwire.report.annotated import Mark

LAYERS = ("mentions", "values", "times", "triggers")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire show`."""
    parser.add_argument("document", nargs="?", metavar="DOC", help="id of a gold document")
    add_gold(parser)
    parser.add_argument(
        "--predictions",
        metavar="FILE",
        help="show this system's annotation of the document instead of gold's",
    )
    parser.add_argument(
        "--layers",
        default="mentions,times,triggers",
        metavar="A,B",
        help=f"which spans to mark: {','.join(LAYERS)} (default: mentions,times,triggers)",
    )
    parser.add_argument("--width", type=int, default=100, help="wrap at this width (default: 100)")
    parser.add_argument("--json", action="store_true", help="print the annotation record as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the document; exit 2 for an unknown document or layer."""
    from goldwire.errors import UsageError
    from goldwire.formats.native import ENCODER
    from goldwire.report.annotated import marks_of

    layers = tuple(args.layers.split(","))
    unknown = [layer for layer in layers if layer not in LAYERS]
    if unknown:
        raise UsageError(f"no layer {unknown[0]!r} to mark: choose from {', '.join(LAYERS)}")
    gold = gold_of(args)
    document = _find(gold, args.document)
    annotation = document.annotation
    if args.predictions:
        annotation = _predicted(args.predictions, document.doc_id)
    if args.json:
        print(json.dumps(json.loads(ENCODER.encode(annotation)), indent=1, ensure_ascii=False))
        return 0
    if document.text is None:
        raise UsageError(
            f"this gold does not hold the text of {document.doc_id}, so there is nothing to show: "
            "give a corpus repository that has the text, or use --json"
        )
    print(f"gold    {gold.tag}")
    print(f"showing {document.doc_id}, {'predictions' if args.predictions else 'gold'}")
    print()
    _print_text(document.text, marks_of(annotation, layers=layers), width=args.width)
    _print_layers(document.text, annotation, document.document)
    return 0


def _find(gold: "Gold", doc_id: str | None) -> "GoldDocument":
    from goldwire.errors import NothingEvaluatedError, UsageError

    if doc_id is not None and gold.corpus is not None and doc_id in gold.corpus.doc_ids():
        # Named, it is shown whatever its split.
        return gold.corpus.gold_document(doc_id)
    seen = []
    for document in gold:
        if doc_id in (None, document.doc_id):
            return document
        seen.append(document.doc_id)
    if doc_id is None:
        raise NothingEvaluatedError(f"{gold.tag} has no document to show")
    raise UsageError(f"{gold.tag} has no document {doc_id!r}: it has {', '.join(seen[:5])}")


def _predicted(path: str, doc_id: str) -> "Annotation":
    from goldwire.errors import DataError, UsageError
    from goldwire.inputs import open_run

    predictions = open_run([path])
    found = [annotation for annotation in predictions if annotation.doc_id == doc_id]
    if predictions.problems:
        raise DataError(f"{path} cannot be used", predictions.problems)
    if not found:
        raise UsageError(f"{path} has no record for {doc_id}")
    return found[0]


def _print_text(text: str, marks: "tuple[Mark, ...]", *, width: int) -> None:
    from goldwire.report.annotated import plain_lines, segments

    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        print("\n".join(plain_lines(text, marks, width=width)))
        return
    from rich.console import Console
    from rich.text import Text

    styled = Text()
    for piece, covering in segments(text, marks):
        styled.append(piece, style=covering[-1].style if covering else "")
    Console(width=width, highlight=False).print(styled)


def _print_layers(text: str, annotation: "Annotation", document: "Document | None") -> None:
    from goldwire.report.annotated import attribution_lines, event_lines, provenance_lines

    sections = [
        ("events", list(event_lines(text, annotation))),
        ("attributions (source — cue — content)", list(attribution_lines(text, annotation))),
    ]
    if document is not None:
        sections.append(("provenance", list(provenance_lines(document))))
    for title, lines in sections:
        if lines:
            print(f"\n{title}")
            for line in lines:
                print(f"  {line}")
