"""Convert annotations from one format to another, and say exactly what was lost.

IN are files in any readable format, globs, folders, a corpus repository (with its texts), or - for
stdin. Nothing is dropped in silence: all that the other format cannot hold is counted, and listed
in full in the loss report.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.conversion import Conversion


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire convert`."""
    parser.add_argument("inputs", nargs="+", metavar="IN")
    parser.add_argument("--to", required=True, metavar="FORMAT", help="the format to write")
    parser.add_argument("--from", dest="format", metavar="FORMAT", help="the format to read")
    parser.add_argument("--offsets", metavar="UNIT,END", help="how offsets count in the input")
    parser.add_argument(
        "--text", metavar="PATH", help="the text, or a folder of .txt, for formats without texts"
    )
    parser.add_argument(
        "--predictions",
        action="store_true",
        help="of files that hold both, read what a system predicted, not what people annotated",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="PATH", help="a file or folder, or - for stdout"
    )
    parser.add_argument("--loss-report", metavar="FILE", help="write every loss there, as JSON")
    parser.add_argument(
        "--fail-on",
        choices=("note", "repaired", "dropped", "doubtful", "unplaced", "unreadable"),
        help="write nothing and exit 1 when there is a loss of this kind or a worse one",
    )
    parser.add_argument("--json", action="store_true", help="print the loss report")


def run(args: argparse.Namespace) -> int:
    """Convert; exit 1 for unreadable input and for losses that --fail-on names."""
    from dataclasses import replace

    from goldwire.cli.options import reader_of
    from goldwire.conversion import convert, summary, write_files
    from goldwire.formats import find

    target = find(args.to)
    reader = replace(reader_of(args), is_gold=not args.predictions)
    conversion = convert(args.inputs, target, reader=reader)
    if args.loss_report:
        report = json.dumps(conversion.report(), indent=1, ensure_ascii=False) + "\n"
        write_files({"report": report.encode()}, Path(args.loss_report), as_folder=False)
    bad = conversion.at_least(args.fail_on) if args.fail_on else ()
    written = [] if bad else _written(args, conversion)
    if args.json:
        print(json.dumps(conversion.report(), indent=1, ensure_ascii=False))
    for path, found in conversion.found.items():
        print(f"read {path} as {found}", file=sys.stderr)
    for line in summary(conversion.losses):
        print(line, file=sys.stderr)
    for doc_id in sorted(conversion.protected):
        said = "its record forbids to pass its text on: keep the files here"
        print(f"{doc_id}: {said}", file=sys.stderr)
    if bad:
        print(
            f"goldwire convert: {len(bad)} losses are {args.fail_on} or worse, so nothing was "
            "written",
            file=sys.stderr,
        )
        return 1
    noun = "document" if conversion.n_documents == 1 else "documents"
    print(f"wrote {conversion.n_documents} {noun} to {', '.join(written)}", file=sys.stderr)
    return 0


def _written(args: argparse.Namespace, conversion: "Conversion") -> list[str]:
    """Write the files where they are wanted, and give their names, many as their number."""
    from goldwire.conversion import write_files
    from goldwire.errors import UsageError

    if args.output == "-":
        if len(conversion.files) != 1:
            raise UsageError(f"{args.to} makes {len(conversion.files)} files: name a folder")
        if args.json:
            raise UsageError("--json and --output - cannot both have stdout")
        sys.stdout.buffer.write(next(iter(conversion.files.values())))
        return ["stdout"]
    output = Path(args.output)
    as_folder = output.is_dir() or args.output.endswith("/")
    paths = write_files(conversion.files, output, as_folder=as_folder)
    return [str(path) for path in paths] if len(paths) < 4 else [f"{len(paths)} files in {output}"]
