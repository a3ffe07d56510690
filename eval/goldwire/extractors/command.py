"""`cmd:program arguments`: any program that reads and writes JSON Lines.

It gets a line `{"v": 1, "id": …, "doc_id": …, "text": …}` for every document and answers with one
line (see `answers`), or with `{"id": …, "error": …}`. Before its first answer it may send a line
`{"hello": {"name": …, "version": …, "layers": […], "offsets": …}}`. Any other line is noise: it is
noted and passed over. A program that hangs or dies is started again for the next document.
"""

import hashlib
import queue
import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path

from goldwire.errors import UsageError
from goldwire.extractors import Answer, Extractor, Setup
from goldwire.extractors.conversation import Conversation
from goldwire.extractors.introduction import request_for

PREFIX = "cmd:"
TIMEOUT = 60.0
"""Seconds that a document may take, unless --timeout says otherwise."""


class ProgramExtractor:
    """A program in as many copies as there are conversations."""

    def __init__(
        self,
        conversations: Iterable[Conversation],
        *,
        name: str,
        parameters: dict[str, str],
        sent: dict[str, str],
        timeout: float,
    ) -> None:
        self._all = list(conversations)
        self._sent = sent
        self._timeout = timeout
        self._idle: queue.LifoQueue[Conversation] = queue.LifoQueue()
        for conversation in self._all:
            self._idle.put(conversation)
        self.concurrency = len(self._all)
        self.name, self.version = name, "unknown"
        self.layers: tuple[str, ...] = ()
        self.parameters = parameters

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Ask one of the copies; raises ExtractionError when no good answer came in time."""
        request = request_for(
            text, doc_id=doc_id, reference_date=reference_date, parameters=self._sent
        )
        conversation = self._idle.get()
        try:
            answer = conversation.ask(request, text=text, doc_id=doc_id, timeout=self._timeout)
            self.name = conversation.introduction.name or self.name
            self.version = conversation.introduction.version or self.version
            self.layers = conversation.introduction.layers
            return answer
        finally:
            if not conversation.is_in_step:
                conversation.close(gently=False)
            self._idle.put(conversation)

    def close(self) -> None:
        """End all copies."""
        for conversation in self._all:
            conversation.close()


def split_command(command: str) -> list[str]:
    """Split a command into words as a shell does, without running one.

    Raises UsageError for no command, an open quote, and a program that is not there.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"cmd:{command}: {error} → quote it as in a shell") from error
    if not words:
        raise UsageError("cmd: names no program → write cmd:perl tagger.pl")
    if shutil.which(words[0]) is None:
        raise UsageError(
            f"there is no program {words[0]!r} → install it, or give its path "
            "(pipes and redirections need a shell: cmd:sh -c '…')"
        )
    return words


def file_digests(words: list[str]) -> dict[str, str]:
    """Give the SHA-256 of every file that a command names, and how its program looks.

    A program is known by size and time of change only: hashing an interpreter at every start
    would take longer than many a run.
    """
    program = Path(shutil.which(words[0]) or words[0]).resolve()
    found = {}
    if program.is_file():
        state = program.stat()
        found["program"] = f"{program.name} {state.st_size} bytes, changed {state.st_mtime_ns}"
    for word in words[1:]:
        if (path := Path(word)).is_file():
            with path.open("rb") as file:
                found[f"file {word}"] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def load_command(spec: str, setup: Setup) -> Extractor:
    """Load `cmd:program arguments`; the program is not started yet."""
    words = split_command(spec.removeprefix(PREFIX))
    files = [word for word in words[1:] if Path(word).is_file()]
    return ProgramExtractor(
        [Conversation(words, setup.parameters) for _ in range(setup.workers or 1)],
        name=Path((files or words)[0]).name,
        parameters={**setup.parameters, **file_digests(words)},
        sent=dict(setup.parameters),
        timeout=TIMEOUT if setup.timeout is None else setup.timeout,
    )
