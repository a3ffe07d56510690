"""Count what a corpus holds: documents, code points, and items by layer and label.

With PREDICTIONS, what a system predicted instead.
"""

import argparse
import json
from typing import TYPE_CHECKING

from goldwire.cli.options import add_gold

if TYPE_CHECKING:
    from goldwire.census import Census


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire stats`."""
    parser.add_argument(
        "predictions", nargs="*", metavar="PREDICTIONS", help="files or folders of records"
    )
    add_gold(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print the counts; exit 1 for predictions and 4 for gold that cannot be read, 6 for none."""
    import msgspec

    from goldwire.census import take_census
    from goldwire.errors import DataError, NothingEvaluatedError
    from goldwire.inputs import open_gold, open_run
    from goldwire.pairing import GoldDocument

    if args.predictions:
        predictions = open_run(args.predictions)
        census = take_census(map(GoldDocument, predictions))
        if predictions.problems:
            raise DataError("some records cannot be counted", predictions.problems)
        first = f"system  {predictions.name}"
    else:
        gold = open_gold(args.gold, split=args.split, whole=True)
        census = take_census(gold)
        split = f", split {gold.split}" if gold.split else ""
        first = f"gold    {gold.tag}{split} at {gold.place}"
    if not census.n_documents:
        raise NothingEvaluatedError("there is no document to count")
    if args.json:
        record = {"of": first.split(None, 1)[1], **msgspec.to_builtins(census)}
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        print(f"{first}\n\n{_text(census)}")
    return 0


def _text(census: "Census") -> str:
    from goldwire.report.terminal import Cells, table

    length = "unknown" if census.code_points is None else str(census.code_points)
    rows: list[Cells] = [("", "items", "documents", "items per document")]
    for name, layer in census.layers.items():
        mean = layer.n_items / census.n_documents
        rows += [(), (name, str(layer.n_items), str(layer.n_documents), f"{mean:.1f}")]
        rows += [
            (f"    {label}", str(n), "", f"{n / census.n_documents:.1f}")
            for label, n in sorted(layer.labels.items(), key=lambda one: (-one[1], one[0]))
        ]
    return "\n".join(
        [
            f"documents                    {census.n_documents}",
            f"code points                  {length}",
            f"items of several spans       {census.discontinuous}",
            f"items without a span         {census.unplaced}",
            f"entities with one mention    {census.singletons}",
            "",
            table(rows),
        ]
    )
