"""The options that every command with gold or predictions shares."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from goldwire.evaluation import Evaluation
    from goldwire.files import FileReader
    from goldwire.formats.base import Decode
    from goldwire.inputs import Gold
    from goldwire.metrics import Options
    from goldwire.selection import Selection


def add_gold(parser: argparse.ArgumentParser) -> None:
    """Declare which gold is meant."""
    parser.add_argument(
        "--gold",
        metavar="PATH",
        help="gold: a corpus root, or a file or folder in any readable format (default: the "
        "configured one, else the nearest corpus repository)",
    )
    parser.add_argument("--split", help="only this split of the corpus")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Declare which items take part and how they are counted."""
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FROM=TO",
        help="map a predicted label, e.g. PERSON=PER, DATE=times:DATE, MISC= to leave it out; "
        "or a preset: conll2003, ontonotes, ace2005; or a file of rules. May be repeated",
    )
    parser.add_argument("--labels", metavar="A,B", help="score only these labels, on both sides")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="gold mentions with another value become don't-care, e.g. level=NAM",
    )
    parser.add_argument(
        "--duplicates",
        choices=("count", "merge"),
        default="count",
        help="surplus copies of an item: false positives (count, default) or merged",
    )
    parser.add_argument(
        "--singletons",
        choices=("keep", "drop"),
        default="keep",
        help="entities with a single mention, in coreference (default: keep)",
    )
    parser.add_argument(
        "--zero-division",
        choices=("undefined", "zero", "one"),
        default="undefined",
        help="what 0/0 is shown as (default: undefined)",
    )
    parser.add_argument(
        "--compat",
        metavar="NAME",
        help="another scorer's conventions: conlleval, seqeval-default, seqeval-strict, "
        "nervaluate-1.2.1, conll-2012, neleval or ceaf-ree; overrides --duplicates, --singletons "
        "and --zero-division",
    )
    parser.add_argument(
        "--grounding",
        choices=("folded", "fuzzy", "off"),
        default="folded",
        help="where predicted words without offsets stand: where the text has them, but for "
        "typography, case and accents (folded, default); also where a few letters differ (fuzzy); "
        "or nowhere (off)",
    )
    parser.add_argument(
        "--no-grounding",
        dest="grounding",
        action="store_const",
        const="off",
        help="the same as --grounding off: words without offsets are false positives",
    )
    parser.add_argument(
        "--beta", type=float, default=1.0, help="weight of recall in F (default: 1)"
    )


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """Declare what counts as one draw."""
    parser.add_argument(
        "--cluster",
        default="document",
        metavar="BY",
        help="what intervals and tests take as one draw: document (default), publisher, section, "
        "date, place, or any path into the document record such as language",
    )


def evaluation_of(args: argparse.Namespace, *, metrics: tuple[str, ...]) -> "Evaluation":
    """Read gold and all options under which systems are compared."""
    from goldwire.evaluation import Evaluation
    from goldwire.slices import SINGLE_DOCUMENT
    from goldwire.slicing import check_slicing

    slices = tuple(check_slicing(by) for by in getattr(args, "slice", ()))
    if any(by in SINGLE_DOCUMENT for by in slices):
        from goldwire.errors import UsageError

        raise UsageError(
            "a slice inside one document has nothing to be compared by: slice by zone, level, "
            "length or nesting"
        )
    return Evaluation(
        gold=gold_of(args),
        metrics=metrics,
        options=options_of(args),
        selection=selection_of(args),
        slices=slices,
        cluster=args.cluster,
        grounding=args.grounding,
        compat=args.compat,
        reader=reader_of(args),
    )


def gold_of(args: argparse.Namespace) -> "Gold":
    """Open the gold that the options name."""
    from goldwire.files import FileReader
    from goldwire.inputs import open_gold

    return open_gold(args.gold, split=args.split, reader=FileReader(decode=_decode_of(args)))


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Declare how files of predictions are read, where that is not to be recognised."""
    parser.add_argument(
        "--format", metavar="NAME", help="the format of the predictions (default: recognised)"
    )
    parser.add_argument(
        "--offsets",
        metavar="UNIT,END",
        help="how the predictions' offsets count, e.g. utf16 or code_points,inclusive (default: as "
        "the words beside them show)",
    )


def reader_of(args: argparse.Namespace) -> "FileReader":
    """Read how files are to be read."""
    from goldwire.errors import UsageError
    from goldwire.files import FileReader, read_texts
    from goldwire.formats import Texts, find
    from goldwire.offsets import Convention

    if args.format is not None:
        find(args.format)
    try:
        convention = None if args.offsets is None else Convention.parse(args.offsets)
    except ValueError as error:
        raise UsageError(f"--offsets: {error}") from error
    text = getattr(args, "text", None)
    return FileReader(
        format=args.format,
        convention=convention,
        decode=_decode_of(args),
        texts=Texts() if text is None else read_texts(text),
    )


def _decode_of(args: argparse.Namespace) -> "Decode":
    """Read how tags of token files are decoded."""
    from goldwire.compat import preset

    name = getattr(args, "compat", None)
    return preset(name).decode if name else "conlleval"


def selection_of(args: argparse.Namespace) -> "Selection":
    """Read which items take part."""
    from dataclasses import replace

    from goldwire.labels import LabelMap
    from goldwire.selection import Selection

    chosen = Selection.parse({"labels": args.labels or "", "only": ",".join(args.only)})
    rules = [rule for given in args.map for rule in _rules(given)]
    return replace(chosen, label_map=LabelMap.parse(rules))


def _rules(given: str) -> list[str]:
    """Read the rules of a mapping file, one a line; anything else is a rule or preset itself."""
    path = Path(given)
    if "=" in given or not path.is_file():
        return [given]
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def options_of(args: argparse.Namespace) -> "Options":
    """Read how items are counted."""
    from dataclasses import replace

    from goldwire.compat import preset
    from goldwire.metrics import Options

    average: Literal["micro", "labels", "documents"] = getattr(args, "average", "micro")
    if args.compat:
        return replace(preset(args.compat).options, beta=args.beta, average=average)
    return Options(
        duplicates=args.duplicates,
        singletons=args.singletons,
        zero_division=args.zero_division,
        beta=args.beta,
        average=average,
    )
