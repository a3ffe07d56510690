"""`cmd:program arguments`: any program that reads and writes JSON Lines.

It gets a line `{"v": 1, "id": …, "doc_id": …, "text": …}` for every document and answers with one
line (see `answers`), or with `{"id": …, "error": …}`. Before its first answer it may send a line
`{"hello": {"name": …, "version": …, "layers": […], "offsets": …}}`. Any other line is noise: it is
noted and passed over. A program that hangs or dies is started again for the next document.
"""

import hashlib
import json
import os
import queue
import shlex
import shutil
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic

from goldwire.errors import UsageError
from goldwire.extractors import Answer, ExtractionError, Extractor, Setup
from goldwire.extractors.answers import is_answer, read_answer
from goldwire.extractors.child import KEPT_LINES, KEPT_WIDTH, Child, TooLongError
from goldwire.extractors.introduction import PROTOCOL, Introduction, request_for

PREFIX = "cmd:"
TIMEOUT = 60.0
"""Seconds that a document may take, unless --timeout says otherwise."""


class CommandExtractor:
    """A program in as many copies as there are workers, each started when it is first needed."""

    def __init__(self, command: str, setup: Setup) -> None:
        self._words = split_command(command)
        self._command = command
        self._setup = setup
        self._timeout = TIMEOUT if setup.timeout is None else setup.timeout
        files = [word for word in self._words[1:] if Path(word).is_file()]
        self.name = Path((files or self._words)[0]).name
        self.version = "unknown"
        self.layers: tuple[str, ...] = ()
        self.concurrency = setup.workers or 1
        self.parameters = {**setup.parameters, **file_digests(self._words)}
        self._idle: queue.LifoQueue[_Conversation] = queue.LifoQueue()
        for _ in range(self.concurrency):
            self._idle.put(_Conversation(self._words, setup.parameters))
        self._all = list(self._idle.queue)

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Ask one of the copies; raises ExtractionError when no good answer came in time."""
        parameters = self._setup.parameters
        request = request_for(
            text, doc_id=doc_id, reference_date=reference_date, parameters=parameters
        )
        conversation = self._idle.get()
        try:
            answer = conversation.ask(request, text=text, doc_id=doc_id, timeout=self._timeout)
            self.name = conversation.introduction.name or self.name
            self.version = conversation.introduction.version or self.version
            self.layers = conversation.introduction.layers
        except BaseException:
            # What it says next would be taken for the answer to another question.
            conversation.close(gently=False)
            raise
        else:
            return answer
        finally:
            self._idle.put(conversation)

    def close(self) -> None:
        """End all copies."""
        for conversation in self._all:
            conversation.close()


class _Conversation:
    """One copy of the program, and what it said about itself."""

    def __init__(self, words: list[str], parameters: Mapping[str, str]) -> None:
        self._words = words
        self._env = {
            **os.environ,
            "GOLDWIRE_PROTOCOL": str(PROTOCOL),
            "GOLDWIRE_PARAMETERS": json.dumps(dict(parameters)),
        }
        self._child: Child | None = None
        self._n_answers = 0
        self.introduction = Introduction.of(parameters)

    def ask(
        self, request: Mapping[str, object], *, text: str, doc_id: str, timeout: float
    ) -> Answer:
        noise: deque[str] = deque(maxlen=KEPT_LINES)
        n_noise = 0
        until = monotonic() + timeout
        question = json.dumps(request, ensure_ascii=False).encode() + b"\n"
        child = self._running()
        # Lines that came between two documents answer neither.
        for line in child.waiting():
            n_noise += self._is_noise(line, noise)
        child.forget_stderr()
        child.send(question)
        while True:
            try:
                said = child.receive(until=until)
            except TimeoutError:
                raise ExtractionError(
                    "timeout", f"no answer within {timeout:g} s", details=_last(noise, child)
                ) from None
            except TooLongError as error:
                raise ExtractionError("malformed", f"it printed {error}") from None
            if said is None and self._left_after_its_answer(child):
                self.close()
                child = self._running()
                child.send(question)
            elif said is None:
                raise ExtractionError("crash", f"it {child.fate()}", details=_last(noise, child))
            elif is_answer(value := _json(said)):
                self.introduction = self.introduction.after(value)
                convention = self.introduction.convention
                answer = read_answer(value, doc_id=doc_id, text=text, convention=convention)
                self._n_answers += 1
                return _noted(answer, n_noise, noise)
            else:
                n_noise += self._is_noise(said, noise)

    def _left_after_its_answer(self, child: Child) -> bool:
        """Claim that the program answers one document at a time, and ends in good order."""
        return self._n_answers > 0 and child.exit_code == 0

    def close(self, *, gently: bool = True) -> None:
        if self._child is not None:
            self._child.close(gently=gently)
            self._child = None
            self._n_answers = 0

    def _running(self) -> Child:
        if self._child is None:
            try:
                self._child = Child(self._words, env=self._env)
            except OSError as error:
                raise ExtractionError(
                    "start", f"{self._words[0]} cannot be started: {error}", is_final=True
                ) from error
        return self._child

    def _is_noise(self, line: bytes, noise: deque[str]) -> bool:
        """Take a line as the program's introduction if it is one; keep any other for messages."""
        value = _json(line)
        if isinstance(value, Mapping) and "hello" in value:
            self.introduction = self.introduction.after(value)
            return False
        noise.append(line[:KEPT_WIDTH].decode("utf-8", "replace"))
        return True


def _noted(answer: Answer, n_noise: int, noise: deque[str]) -> Answer:
    if not n_noise:
        return answer
    note = f"{n_noise} lines that are no answers, the last: {noise[-1]!r}"
    return replace(answer, notes=(*answer.notes, note))


def _json(line: bytes) -> object:
    if not line.lstrip().startswith(b"{"):
        return None
    try:
        return json.loads(line)
    except ValueError:
        return None


def _last(noise: deque[str], child: Child) -> str:
    """Give the last words of a program: of its stderr, and of what it printed beside answers."""
    parts = [("stderr", child.stderr), ("stdout, no answers", "\n".join(noise))]
    return "\n".join(f"{name}: {words}" for name, words in parts if words)


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
    return CommandExtractor(spec.removeprefix(PREFIX), setup)
