"""How a run goes on, for people at a terminal: a bar with errors, rate and time left."""

from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from goldwire.runner import Watcher
from goldwire.runs import Entry


class ProgressBar(Watcher):
    """A bar on stderr, there as long as its context is."""

    def __init__(self, console: Console | None = None) -> None:
        self._errors = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[errors]}"),
            _Rate(),
            TimeRemainingColumn(),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("documents", total=None, errors="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def start(self, *, n_done: int, n_wanted: int) -> None:
        """Begin where the run begins."""
        self._progress.update(self._task, total=n_wanted, completed=n_done)

    def saw(self, entry: Entry) -> None:
        """Go on by one call."""
        self._errors += entry.error is not None
        errors = f"{self._errors} errors" if self._errors else ""
        self._progress.update(self._task, advance=1, errors=errors)


class _Rate(ProgressColumn):
    """Documents a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")
