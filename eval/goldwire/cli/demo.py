"""Run the built-in rule-based extractor on the bundled corpus, score it, and show what it missed.

No network, no configuration, nothing written. The extractor is a baseline: patterns and a
gazetteer, never tuned to the corpus. One article is a demonstration, not a benchmark.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.inputs import Gold
    from goldwire.pairing import GoldDocument

SPLITS = ("test", "example")
N_MISSED = 12
NEXT_STEPS = """\
next
  goldwire show                        the annotated article
  goldwire score PREDICTIONS.jsonl     your extractor's output (docs/predictions.md says the format)
  goldwire eval py:module:function     run your extractor and score it (docs/extractors.md says how)
  goldwire score PREDICTIONS.jsonl --per-type --explain
  goldwire validate                    check a corpus of your own
  goldwire metrics                     what else can be scored"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire demo`."""
    parser.add_argument(
        "--explain", action="store_true", help="list every item, not only the first missed ones"
    )
    parser.add_argument("--json", action="store_true", help="print JSON: fractions, not percent")


def run(args: argparse.Namespace) -> int:
    """Extract, score and print; exit 6 where no bundled document has its text."""
    from goldwire.extractors.baseline import BaselineExtractor
    from goldwire.report.structured import score_record
    from goldwire.report.terminal import heading, notes, score_table
    from goldwire.scoring import score_documents
    from goldwire.version import version

    gold, documents = _bundled()
    extractor = BaselineExtractor()
    predicted = [
        extractor.extract(
            document.text or "", doc_id=document.doc_id, reference_date=_published(document)
        )
        for document in documents
    ]
    scores = score_documents(
        documents,
        predicted,
        explain=True,
        context={"match": "optimal", **gold.context(), "v": version()},
    )
    system = f"{extractor.name} {extractor.version} (built in)"
    if args.json:
        print(json.dumps(score_record(scores, gold, system=system), indent=1, ensure_ascii=False))
        return 0
    print(heading(gold, scores, system=system))
    print()
    print(score_table(scores.rows()))
    print()
    print(f"signature  {scores.shared_signature()}")
    print()
    missed = [item for item in scores.explained if item.category == "MISSED"]
    shown = scores.explained if args.explain else missed[:N_MISSED]
    print("what became of each item" if args.explain else f"missed, {len(shown)} of {len(missed)}")
    print("\n".join(f"  {item}" for item in shown))
    print()
    print(NEXT_STEPS)
    for note in notes(scores):
        print(note, file=sys.stderr)
    return 0


def _bundled() -> "tuple[Gold, list[GoldDocument]]":
    """Give the bundled test split, or the example split where the test texts may not ship."""
    from goldwire.errors import NothingEvaluatedError
    from goldwire.inputs import open_gold
    from goldwire.resources import data_root

    for split in SPLITS:
        gold = open_gold(str(data_root()), split=split)
        documents = list(gold)
        if all(document.text is not None for document in documents):
            return gold, documents
    raise NothingEvaluatedError(
        "no bundled document has its text here; score saved predictions, for which offsets are "
        "enough: goldwire score PREDICTIONS --gold PATH"
    )


def _published(document: "GoldDocument") -> str | None:
    return None if document.document is None else document.document.source.date_published
