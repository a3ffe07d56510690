"""Check a corpus, a document, an annotation or a prediction: every fault, with its place.

PATH is a corpus root, a document folder, or a JSON or JSON Lines file of annotations. Nothing is
repaired. What the codes mean: docs/problems.md.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldwire.errors import Problem
    from goldwire.validation import Profile, Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire validate`."""
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="what to check (default: the nearest corpus root)"
    )
    parser.add_argument(
        "--profile",
        choices=("gold", "prediction"),
        help="the rules for a file: strict gold, or lenient prediction (default: as its own "
        "annotation_set says)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Check and print; exit 4 when there are problems."""
    report = _report(args.path, args.profile)
    if args.json:
        record = {
            "problems": [_as_json(problem) for problem in report.problems],
            "checked": dict(report.checked),
        }
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        for line in _lines(report):
            print(line)
    print(_summary(report), file=sys.stderr)
    return 4 if report.problems else 0


def _report(path: str | None, profile: "Profile | None") -> "Report":
    from goldwire.corpus import find_corpus
    from goldwire.errors import UsageError
    from goldwire.released import is_release
    from goldwire.resources import is_corpus_root
    from goldwire.validation import validate_corpus, validate_file, validate_folder

    place = Path(path) if path is not None else find_corpus(Path.cwd())
    if place is None:
        raise UsageError("there is no corpus here or above: name what to check")
    if is_corpus_root(place):
        if profile is not None:
            raise UsageError("--profile is for a file: in a corpus, the folder says what it holds")
        print(f"corpus {place}", file=sys.stderr)
        return validate_corpus(place)
    if is_release(place):
        raise UsageError(f"{place} is a built release: `goldwire build --verify {place}` checks it")
    # Predictions often lie outside; then the corpus that one works in knows their texts.
    root = find_corpus(place if place.is_dir() else place.parent) or find_corpus(Path.cwd())
    if (place / "document.json").is_file():
        return validate_folder(place, root=root)
    if not place.is_file():
        raise UsageError(f"{place} is no corpus root, document folder or file")
    return validate_file(place, root=root, profile=profile)


def _lines(report: "Report") -> Iterator[str]:
    for file, problems in report.by_file.items():
        yield file
        for problem in problems:
            yield f"  {problem.code} {problem.pointer or '(file)'}: {problem.message}"
            for word, value in (
                ("found", problem.found),
                ("expected", problem.expected),
                ("fix", problem.fix),
            ):
                if value:
                    yield f"      {word:9}{value}"


def _summary(report: "Report") -> str:
    counts = ", ".join(f"{count} {name}" for name, count in report.checked.items()) or "nothing"
    n_files = len(report.by_file)
    found = (
        f"{len(report.problems)} problems in {n_files} file{'s' if n_files > 1 else ''}"
        if report.problems
        else "no problem"
    )
    ontology = f"; ontology: {report.ontology}" if report.ontology else ""
    return f"{found}; checked {counts}{ontology}"


def _as_json(problem: "Problem") -> Mapping[str, Any]:
    return {name: getattr(problem, name) for name in problem.__struct_fields__}
