"""The runner: calls an extractor over documents and saves every answer at once; never scores.

It can be killed at any moment: the same call goes on where it was, and asks for no document twice.
Only an unfinished run of the same key (extractor with code and parameters, and texts) is gone on
with; answers of yesterday are never taken for those of today's code unless they are asked for.
"""

import contextlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from goldwire.errors import ExtractorError, NothingEvaluatedError, UsageError
from goldwire.extractors import Extractor, Setup
from goldwire.extractors.loading import loaded
from goldwire.inputs import Gold
from goldwire.model import LAYERS, Annotation
from goldwire.runner.calls import NO_TEXT, Task, call, tasks_of
from goldwire.runner.identity import new_manifest, now
from goldwire.runner.parallel import in_parallel
from goldwire.runner.place import Wanted, continued, is_complete, place
from goldwire.runs import (
    Entry,
    OpenRun,
    RunManifest,
    predictions_name,
    read_log,
    read_manifest,
    totals,
    whole_lines,
)

GIVE_UP_AFTER = 10
"""So many documents without an answer at the very beginning, and there is no use in going on."""
UNREACHABLE = "unreachable"
N_UNREACHABLE = 3
"""So many documents in a row whose server was not there, and it will not be for the next."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run as it stands after the runner left it.

    `failures` are the last calls for documents that have no answer; `n_reused` answers were there
    before. `stopped` says why not every document was asked, if so.
    """

    folder: Path
    manifest: RunManifest
    n_reused: int
    failures: tuple[Entry, ...] = ()
    stopped: str = ""

    @property
    def n_wanted(self) -> int:
        """How many answers the run has when it is complete."""
        return len(self.manifest.texts) * self.manifest.repeats


class Watcher:
    """Is told how a run goes on; this one says nothing."""

    def start(self, *, n_done: int, n_wanted: int) -> None:
        """Take note of how many answers are there already, and how many there will be."""

    def saw(self, entry: Entry) -> None:
        """Take note of a call."""


@dataclass(slots=True)
class _Session:
    """What has happened since the runner was started."""

    run: OpenRun
    watcher: Watcher
    max_cost: float | None
    cost: float
    n_answers: int = 0
    n_failed_first: int = 0
    n_unreachable: int = 0
    stopped: str = ""
    failures: dict[tuple[int, str], Entry] = field(default_factory=dict)

    def add(self, task: Task, entry: Entry, annotation: Annotation | None) -> None:
        """Save a call, and say in `stopped` when there is no use in another one."""
        self.run.add(entry, annotation)
        self.cost += entry.cost or 0.0
        if entry.error is None:
            self.n_answers += 1
            self.n_unreachable = 0
        else:
            self.failures[task.repeat, task.doc_id] = entry
            self.n_failed_first += not self.n_answers and entry.error.kind != NO_TEXT
            self.n_unreachable += entry.error.kind == UNREACHABLE
        self.watcher.saw(entry)
        self.stopped = self._reason_to_stop(entry)

    def _reason_to_stop(self, entry: Entry) -> str:
        if entry.error is not None and entry.error.is_final:
            return f"no document can be answered: {entry.error.message}"
        if self.n_failed_first >= GIVE_UP_AFTER:
            return f"none of the first {GIVE_UP_AFTER} documents was answered"
        if self.n_unreachable >= N_UNREACHABLE and entry.error is not None:
            return f"it cannot be reached: {entry.error.message}"
        if self.max_cost is not None and self.cost >= self.max_cost:
            return f"the answers have cost {self.cost:g} (--max-cost)"
        return ""


def run_extractor(
    spec: str,
    gold: Gold,
    *,
    setup: Setup | None = None,
    wanted: Wanted | None = None,
    watcher: Watcher | None = None,
) -> Outcome:
    """Run the extractor that `spec` names over the documents of a gold standard, and save it.

    Raises UsageError when the extractor cannot be loaded or the folder holds another run,
    LockedError when another process writes it, UnwritableError when it cannot be written, and
    NothingEvaluatedError when there is no document. Errors of the extractor are in the outcome.
    """
    wanted = Wanted() if wanted is None else wanted
    watcher = Watcher() if watcher is None else watcher
    with loaded(spec, setup) as extractor:
        manifest = new_manifest(spec, extractor, gold, repeats=wanted.repeats)
        if not manifest.texts:
            raise NothingEvaluatedError(f"{gold.tag} has no document to run on")
        folder, afresh = place(manifest, wanted)
        if wanted.reuse and not afresh and is_complete(folder):
            saved = read_manifest(folder) or manifest
            return Outcome(folder, saved, n_reused=saved.n_answers)
        manifest = manifest if afresh else continued(folder, manifest)
        with OpenRun(folder, manifest, afresh=afresh) as run:
            n_reused = len(run.answered)
            watcher.start(n_done=n_reused, n_wanted=len(manifest.texts) * wanted.repeats)
            spent = sum(entry.cost or 0.0 for entry in read_log(folder))
            session = _Session(run, watcher, max_cost=wanted.max_cost, cost=spent)
            try:
                # What an extractor prints is talk: stdout is for results.
                with contextlib.redirect_stdout(sys.stderr):
                    _call_all(extractor, gold, session)
            finally:
                _finish(extractor, session)
            return Outcome(
                folder,
                run.manifest,
                n_reused=n_reused,
                failures=tuple(session.failures.values()),
                stopped=session.stopped,
            )


def _call_all(extractor: Extractor, gold: Gold, session: _Session) -> None:
    """Ask for every answer that is not there yet, as many at a time as the extractor bears."""
    before = session.run.manifest
    calls = in_parallel(
        lambda task: call(extractor, task),
        tasks_of(gold, session.run),
        n_workers=int(getattr(extractor, "concurrency", 1)),
    )
    with contextlib.closing(calls) as results:
        for task, (entry, annotation) in results:
            if annotation is not None and not session.n_answers:
                _same_system(extractor, before, session.run)
            session.add(task, entry, annotation)
            if session.stopped:
                return


def _same_system(extractor: Extractor, before: RunManifest, run: OpenRun) -> None:
    """Refuse to mix the answers of two systems; note how a program introduced itself."""
    is_other = (extractor.name, extractor.version) != (before.name, before.version)
    if is_other and run.answered:
        raise UsageError(
            f"the system now calls itself {extractor.name} {extractor.version}, but "
            f"{run.folder} holds answers of {before.name} {before.version} → --fresh starts anew"
        )
    if is_other or extractor.layers != (before.layers or ()):
        run.write_manifest(_named(run.manifest, extractor))


def _named(manifest: RunManifest, extractor: Extractor) -> RunManifest:
    return msgspec.structs.replace(
        manifest,
        name=extractor.name,
        version=extractor.version,
        layers=tuple(extractor.layers) or manifest.layers,
    )


def _finish(extractor: Extractor, session: _Session) -> None:
    """Bring the folder into its final form and sum it up in the manifest, however it ended."""
    run = session.run
    n_answers = len(run.answered)
    n_wanted = len(run.manifest.texts) * run.manifest.repeats
    if n_answers:
        run.put_in_order()
    layers = tuple(extractor.layers) or _attempted(run)
    run.write_manifest(
        msgspec.structs.replace(
            run.manifest,
            layers=layers or None,
            finished=now(),
            status="complete" if n_answers == n_wanted else "incomplete",
            n_answers=n_answers,
            n_errors=len(session.failures),
            **totals(read_log(run.folder)),
        )
    )


def _attempted(run: OpenRun) -> tuple[str, ...]:
    """Name the layers that any answer holds, empty or not."""
    decoder = msgspec.json.Decoder(Annotation)
    found: set[str] = set()
    for repeat in range(1, run.manifest.repeats + 1):
        for line in whole_lines(run.folder / predictions_name(repeat)):
            found.update(decoder.decode(line).attempted())
    return tuple(layer for layer in LAYERS if layer in found)


def refuse_errors(outcome: Outcome, *, max_errors: float, is_share: bool = False) -> None:
    """Raise ExtractorError when more documents have no answer than allowed, or it was stopped.

    `max_errors` is a number of answers, or with `is_share` a fraction of all.
    """
    n_missing = outcome.n_wanted - outcome.manifest.n_answers
    allowed = max_errors * outcome.n_wanted if is_share else max_errors
    if n_missing <= allowed and not outcome.stopped:
        return
    kinds = sorted({entry.error.kind for entry in outcome.failures if entry.error is not None})
    raise ExtractorError(
        f"{n_missing} of {outcome.n_wanted} documents have no answer"
        + (f" ({', '.join(kinds)})" if kinds else "")
        + (f"; stopped, because {outcome.stopped}" if outcome.stopped else "")
        + f", and {allowed:g} are allowed (--max-errors). Give the same command again to ask for "
        f"them alone, or `goldwire score {outcome.folder}` to score without them"
    )
