"""Examine a file of annotations, or an extractor: its format, how its offsets count, what it holds.

Nothing is scored and nothing is written. With --gold or --text the offsets of formats without texts
are checked too. An extractor (docs/extractors.md) is asked for the first documents of the gold,
behind characters that count differently in every unit.
"""

import argparse
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldwire.files import FileReader
    from goldwire.formats import Format, Reading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire doctor`."""
    from goldwire.cli.options import add_reading

    parser.add_argument("files", nargs="+", metavar="FILE_OR_EXTRACTOR")
    parser.add_argument("--gold", metavar="PATH", help="gold whose texts the offsets count in")
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a parameter of the extractor; may be repeated",
    )
    parser.add_argument("--text", metavar="PATH", help="the text, or a folder of .txt")
    add_reading(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Examine and print; exit 1 when a file cannot be read as it is."""
    from dataclasses import replace

    from goldwire.cli.options import reader_of
    from goldwire.extractors.loading import is_spec
    from goldwire.inputs import expand, open_gold

    specs = [word for word in args.files if is_spec(word)]
    files = [word for word in args.files if word not in specs]
    reader = reader_of(args)
    if args.gold:
        reader = replace(reader, texts=open_gold(args.gold).texts)
    rows = [_examined(path, reader) for path in expand(files)]
    rows += [_probed(spec, args) for spec in specs]
    if args.json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        texts = (_probe_text(row) if "extractor" in row else _text(row) for row in rows)
        print("\n\n".join(texts))
    return 1 if any(row["problems"] for row in rows) else 0


def _probed(spec: str, args: argparse.Namespace) -> dict[str, Any]:
    from goldwire.cli.running import parameters_of
    from goldwire.extractors import Setup
    from goldwire.extractors.loading import loaded
    from goldwire.inputs import open_gold
    from goldwire.runner import probe

    with loaded(spec, Setup(parameters=parameters_of(args))) as extractor:
        found = probe(extractor, open_gold(args.gold))
        return {
            "extractor": spec,
            "system": f"{extractor.name} {extractor.version}",
            "layers": list(extractor.layers),
            "offsets": found.offsets,
            "items": dict(found.items),
            "labels": dict(found.labels.most_common()),
            "notes": list(found.notes),
            "problems": list(found.problems),
        }


def _probe_text(row: dict[str, Any]) -> str:
    counts = ", ".join(f"{count} {layer}" for layer, count in row["items"].items())
    labels = ", ".join(f"{label} {count}" for label, count in list(row["labels"].items())[:10])
    lines = [
        row["extractor"],
        f"  system     {row['system']}",
        f"  layers     {', '.join(row['layers']) or 'as it finds'}",
        f"  offsets    {row['offsets']}",
        f"  items      {counts or 'none'}",
        *([f"  labels     {labels}"] if labels else []),
    ]
    lines += [f"  note       {note}" for note in row["notes"][:10]]
    lines += [f"  problem    {problem}" for problem in row["problems"]]
    return "\n".join(lines)


def _examined(path: str, reader: "FileReader") -> dict[str, Any]:
    from goldwire.errors import UsageError

    try:
        found, reading = reader.reading(path)
    except UsageError as error:
        return {"file": path, "format": None, "problems": [str(error)]}
    return _row(path, found, reading)


def _row(path: str, found: "Format", reading: "Reading") -> dict[str, Any]:
    from goldwire.conversion import summary
    from goldwire.model import items_of

    items: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    unplaced = 0
    for document in reading.documents:
        for layer, _, item in items_of(document.annotation):
            items[layer] += 1
            label = getattr(item, "type", None)
            if layer in {"mentions", "entities"} and label is not None:
                labels[str(label)] += 1
            unplaced += layer == "mentions" and not getattr(item, "spans", ())
    return {
        "file": path,
        "format": found.name,
        "title": found.title,
        "dialect": dict(reading.dialect),
        "documents": [document.doc_id for document in reading.documents],
        "items": dict(items),
        "labels": dict(labels.most_common()),
        "unplaced_mentions": unplaced,
        "losses": summary(reading.losses),
        "problems": [str(problem) for problem in reading.problems],
    }


def _text(row: dict[str, Any]) -> str:
    lines = [row["file"]]
    if row["format"] is not None:
        lines.append(f"  format     {row['format']}: {row['title']}")
        lines += [f"  {key:<10} {value}" for key, value in row["dialect"].items()]
        names = row["documents"]
        some = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        lines.append(f"  documents  {len(names)}: {some}")
        counts = ", ".join(f"{count} {layer}" for layer, count in row["items"].items())
        lines.append(f"  items      {counts or 'none'}")
        if row["labels"]:
            labels = [f"{label} {count}" for label, count in list(row["labels"].items())[:10]]
            lines.append(f"  labels     {', '.join(labels)}")
        if row["unplaced_mentions"]:
            lines.append(
                f"  unplaced   {row['unplaced_mentions']} mentions have words and no place"
            )
        lines += [f"  loss     {line}" for line in row["losses"]]
    lines += [f"  problem    {problem}" for problem in row["problems"]]
    return "\n".join(lines)
