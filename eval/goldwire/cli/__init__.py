"""The command line: one module per command, loaded only when that command is called.

Data goes to stdout, talk to stderr. Exit codes: 0 fine or pass, 1 check failed or predictions
unusable, 2 wrong usage, 3 inconclusive, 4 gold or schema invalid, 5 extractor errors, 6 nothing was
evaluated, 130 interrupted.
"""

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from goldwire.errors import DataError, GoldwireError, NothingEvaluatedError, UsageError

COMMANDS = {
    "demo": "run the built-in baseline extractor on the bundled article and score it",
    "init": "make a new corpus repository, or --tests for an extractor's repository",
    "validate": "check a corpus, an annotation or a prediction: every fault, with its place",
    "show": "print an annotated document in the terminal",
    "stats": "count what a corpus holds: documents, and items by layer and label",
    "score": "score predictions against gold",
    "run": "run an extractor over the gold's documents and save its answers; resumable",
    "eval": "run an extractor and score it",
    "compare": "compare systems: paired differences with intervals, items lost and gained",
    "gate": "fail when a candidate is worse than the baseline: for CI",
    "split": "assign documents to splits, and find copies across them",
    "convert": "turn annotations of one format into another, and list what was lost",
    "doctor": "examine a file: its format, how its offsets count, what it holds",
    "import": "bring texts and annotations of any readable format into a corpus",
    "agree": "compare annotators: F1 between every pair of passes, kappa, alpha, a worklist",
    "build": "build a release: Parquet, JSON Lines, card; text only where its rights allow it",
    "diff": "compare two states of a corpus: every changed annotation, and the version bump",
    "release": "refuse a version bump smaller than the changes demand; write the manifest anew",
    "withdraw": "remove a document by a new version, and name the tags that still serve it",
    "rehydrate": "put texts back into a release, from your own copies",
    "publish": "publish a release on the Hugging Face Hub: one commit, one tag",
    "cite": "expand a signature into a sentence, BibTeX and the command behind it",
    "metrics": "list every metric with one line each",
}
"""Every command and its one line; the module `goldwire.cli.<command>` holds it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; prints errors, never a traceback, for bad input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = next((word for word in arguments if not word.startswith("-")), None)
    try:
        if name is None or arguments[0] != name:
            return _general(arguments)
        if name not in COMMANDS:
            return _unknown_command(name)
        command = import_module(f"goldwire.cli.{name}")
        parser = argparse.ArgumentParser(
            prog=f"goldwire {name}",
            description=command.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(parser)
        code: int = command.run(parser.parse_args(arguments[1:]))
        sys.stdout.flush()
    except (GoldwireError, OSError) as error:
        return _failed(name, error)
    except KeyboardInterrupt:
        print("goldwire: interrupted", file=sys.stderr)
        return 130
    return code


def _failed(name: str | None, error: GoldwireError | OSError) -> int:
    """Say what went wrong, and give its exit code."""
    if isinstance(error, BrokenPipeError):
        # The reader (head, less) has gone: what it wanted was delivered.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, OSError):
        # A path that cannot be read or written.
        print(f"goldwire {name}: {error}", file=sys.stderr)
        return UsageError.exit_code
    print(f"goldwire {name}: {_told(error, name)}", file=sys.stderr)
    return error.exit_code


_TELLS_ALL = frozenset({"build", "import", "publish"})
"""Commands with no other way to see every problem."""


def _told(error: GoldwireError, name: str | None) -> str:
    """Write an error for a terminal: of many problems of a kind the first ones and a count."""
    if not isinstance(error, DataError | NothingEvaluatedError) or not error.problems:
        return str(error)
    from goldwire.report.terminal import printable, problem_lines

    rest = "`goldwire validate --profile prediction FILE` lists all of a file"
    lines = (
        map(str, error.problems) if name in _TELLS_ALL else problem_lines(error.problems, rest=rest)
    )
    return "\n".join([error.message, *(f"  {printable(line)}" for line in lines)])


def _general(arguments: Sequence[str]) -> int:
    """Answer a call without a command: --version, --help, or a wrong option."""
    if arguments[:1] == ["--version"]:
        from goldwire.version import version

        print(f"goldwire {version()}")
        return 0
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {line}" for name, line in COMMANDS.items()]
    usage = "\n".join(
        [
            "usage: goldwire COMMAND [options]",
            "",
            "A versioned gold corpus of annotated news, and the harness that scores against it.",
            "",
            "commands:",
            *lines,
            "",
            "goldwire COMMAND --help shows a command's options; goldwire --version the version.",
        ]
    )
    wanted_help = arguments[:1] in (["--help"], ["-h"])
    print(usage, file=sys.stdout if wanted_help else sys.stderr)
    return 0 if wanted_help else 2


def _unknown_command(name: str) -> int:
    near = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f": did you mean {near[0]}?" if near else f": choose one of {', '.join(COMMANDS)}"
    print(f"goldwire: there is no command {name!r}{hint}", file=sys.stderr)
    return 2
