"""What `goldwire run` and `goldwire eval` share: the options, the progress, and the summary."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.extractors import Setup
    from goldwire.inputs import Gold
    from goldwire.runner import Outcome, Watcher

SHOWN_FAILURES = 5


def add_running(parser: argparse.ArgumentParser) -> None:
    """Declare which extractor is run, how, and where its answers go."""
    parser.add_argument(
        "extractor",
        metavar="EXTRACTOR",
        help="baseline, py:module:name, cmd:program, http://…, llm:model, spacy:pipeline, "
        "hf:model, gliner:model, file:predictions, or a kind that another package adds",
    )
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a parameter of the extractor; part of what the run is. May be repeated",
    )
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        help="save the run here (default: a folder of its own below .goldwire/runs)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help="seconds that a document may take (default: 60 for programs and servers, 300 for "
        "llm:, no limit in Python; with it Python extractors run in a process of their own)",
    )
    parser.add_argument(
        "--retries",
        type=int,
        default=4,
        metavar="N",
        help="how often a request is sent again to a server that is busy or fails (default: 4)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="documents at a time (default: 4 for servers, else 1); more than one means as many "
        "processes of a program or of a Python extractor",
    )
    parser.add_argument(
        "--repeats",
        type=int,
        default=1,
        metavar="N",
        help="ask for every document N times: for systems that vary (default: 1)",
    )
    parser.add_argument(
        "--max-errors",
        default="0",
        metavar="N",
        help="tolerate so many documents without an answer, a number or a share such as 5%% "
        "(default: 0); with more, exit 5",
    )
    parser.add_argument(
        "--max-cost",
        type=float,
        metavar="X",
        help="stop once the answers have cost as much, in the currency of the prices given",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="begin anew even if an unfinished run could go on"
    )
    parser.add_argument(
        "--reuse",
        action="store_true",
        help="take the answers of a complete run of the same code, parameters and texts",
    )


def parameters_of(args: argparse.Namespace) -> dict[str, str]:
    """Read the extractor's parameters."""
    from goldwire.errors import UsageError

    parameters: dict[str, str] = {}
    for given in args.param:
        key, equals, value = given.partition("=")
        if not equals or not key:
            raise UsageError(f"--param {given!r}: write KEY=VALUE, e.g. temperature=0")
        parameters[key] = value
    return parameters


def setup_of(args: argparse.Namespace, gold: "Gold") -> "Setup":
    """Read what the extractor is loaded with."""
    from goldwire.errors import UsageError
    from goldwire.extractors import Setup

    for name, least in (("workers", 1), ("retries", 0), ("repeats", 1), ("timeout", 0.001)):
        value = getattr(args, name)
        if value is not None and value < least:
            raise UsageError(f"--{name} {value}: it must be {least} at least")
    return Setup(
        parameters=parameters_of(args),
        ontology=None if gold.corpus is None else gold.corpus.ontology(),
        timeout=args.timeout,
        retries=args.retries,
        workers=args.workers,
    )


def run_as_told(args: argparse.Namespace, gold: "Gold") -> "Outcome":
    """Run the extractor as the options say; talk goes to stderr.

    Raises ExtractorError when more documents failed than allowed.
    """
    from goldwire.runner import Wanted, offset_hint, refuse_errors, run_extractor

    max_errors, is_share = allowed_errors(args.max_errors)
    wanted = Wanted(
        out=None if args.out is None else Path(args.out),
        repeats=args.repeats,
        fresh=args.fresh,
        reuse=args.reuse,
        max_cost=args.max_cost,
    )
    setup = setup_of(args, gold)
    with _interruptible(), _progress() as watcher:
        outcome = run_extractor(args.extractor, gold, setup=setup, wanted=wanted, watcher=watcher)
    for line in summary(outcome):
        print(line, file=sys.stderr)
    hint = offset_hint(outcome.folder, gold)
    if hint is not None:
        print(f"offsets {hint}", file=sys.stderr)
    refuse_errors(outcome, max_errors=max_errors, is_share=is_share)
    return outcome


def summary(outcome: "Outcome") -> Iterator[str]:
    """Say what came of a run: answers, time, tokens, cost, and the first documents that failed."""
    manifest = outcome.manifest
    parts = [f"{manifest.n_answers} of {outcome.n_wanted} answered"]
    if outcome.n_reused:
        parts.append(f"{outcome.n_reused} of them earlier")
    if manifest.latency is not None:
        parts.append(
            f"{_duration(manifest.latency.median)} a document "
            f"(longest {_duration(manifest.latency.longest)})"
        )
    if manifest.tokens_in is not None:
        parts.append(f"{manifest.tokens_in} + {manifest.tokens_out or 0} tokens")
    if manifest.cost is not None:
        parts.append(f"cost {manifest.cost:.4g}")
    yield f"run     {manifest.name} {manifest.version}: {', '.join(parts)}"
    yield f"saved   {outcome.folder}"
    yield from _noted(outcome)
    for entry in outcome.failures[:SHOWN_FAILURES]:
        if entry.error is not None:
            details = entry.error.details.strip().replace("\n", "\n          ")
            yield f"failed  {entry.doc_id}: {entry.error.kind}: {entry.error.message}" + (
                f"\n          {details}" if details else ""
            )
    if len(outcome.failures) > SHOWN_FAILURES:
        yield f"        and {len(outcome.failures) - SHOWN_FAILURES} more (log.jsonl has them all)"


def _noted(outcome: "Outcome") -> Iterator[str]:
    """Say the first of what was noted about the answers, such as spans that are none."""
    from goldwire.runs import read_log

    noted = [(entry.doc_id, note) for entry in read_log(outcome.folder) for note in entry.notes]
    if noted:
        (doc_id, note), more = noted[0], len(noted) - 1
        yield f"noted   {doc_id}: {note}" + (
            f"; and {more} more (log.jsonl has them all)" if more else ""
        )


def allowed_errors(given: str) -> tuple[float, bool]:
    """Read --max-errors: a number, or a share in percent as a fraction.

    >>> allowed_errors("5%"), allowed_errors("3")
    ((0.05, True), (3.0, False))
    """
    from goldwire.errors import UsageError

    try:
        number = float(given.removesuffix("%"))
    except ValueError:
        number = -1.0
    if not 0 <= number <= (100 if given.endswith("%") else float("inf")):
        raise UsageError(
            f"--max-errors {given!r}: write a number such as 3, or a share such as 5%, at most 100%"
        )
    return (number / 100, True) if given.endswith("%") else (number, False)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Treat a polite end (SIGTERM) as Ctrl-C, and say after either how to go on."""
    import signal
    import threading

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, stop) if is_main else None
    try:
        yield
    except KeyboardInterrupt:
        print("answers so far are saved: the same command goes on from there", file=sys.stderr)
        raise
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress() -> "Iterator[Watcher]":
    """Show a bar with rate and time left, on a terminal only."""
    from goldwire.runner import Watcher

    if not sys.stderr.isatty():
        yield Watcher()
        return
    from goldwire.report.progress import ProgressBar

    with ProgressBar() as bar:
        yield bar


def _duration(seconds: float) -> str:
    """Write a time in seconds, or in milliseconds below one second.

    >>> _duration(0.0345), _duration(12.34)
    ('34.5 ms', '12.3 s')
    """
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
