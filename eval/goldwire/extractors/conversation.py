"""A conversation with a program, a line a question and a line an answer.

Any line that is neither an answer nor an introduction is noise: it is noted and passed over. The
last words of a program that hangs or dies go into the message.
"""

import json
import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic

from goldwire.extractors import Answer, ExtractionError
from goldwire.extractors.answers import OTHER_DOCUMENT, is_answer, read_answer
from goldwire.extractors.child import KEPT_LINES, KEPT_WIDTH, Child, TooLongError
from goldwire.extractors.introduction import PROTOCOL, Introduction

SECONDS_TO_START = 600.0


class Conversation:
    """One copy of a program, started when it is first needed, and what it said about itself.

    `preamble` is sent whenever it is started; such a program introduces itself before the clock of
    its first document runs, for it may have a model to load. `is_in_step` is False once what it
    says next could be taken for the answer to another question.
    """

    def __init__(
        self,
        words: Sequence[str],
        parameters: Mapping[str, str],
        *,
        preamble: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._words = words
        self._preamble = preamble
        self.is_in_step = True
        self._env = {
            **os.environ,
            "GOLDWIRE_PROTOCOL": str(PROTOCOL),
            "GOLDWIRE_PARAMETERS": json.dumps(dict(parameters)),
            **(env or {}),
        }
        self._child: Child | None = None
        self._n_answers = 0
        self.introduction = Introduction.of(parameters)

    def ask(
        self, request: Mapping[str, object], *, text: str, doc_id: str, timeout: float
    ) -> Answer:
        """Send a request and wait for its answer, at most `timeout` seconds.

        Raises ExtractionError when no good one came in time.
        """
        noise: deque[str] = deque(maxlen=KEPT_LINES)
        n_noise = 0
        self.is_in_step = False
        if self._preamble and self._child is None:
            self.greet(timeout=SECONDS_TO_START)
        until = monotonic() + timeout
        question = json.dumps(request, ensure_ascii=False).encode() + b"\n"
        child = self._running()
        # Lines that came between two documents answer neither.
        for line in child.waiting():
            n_noise += self._is_noise(line, noise)
        child.forget_stderr()
        child.send(question)
        while True:
            said = self._received(child, noise, until=until, timeout=timeout)
            if said is None and self._left_after_its_answer(child):
                self.close()
                child = self._running()
                child.send(question)
            elif said is None:
                raise ExtractionError("crash", f"it {child.fate()}", details=_last(noise, child))
            elif (value := _json(said)) is not None and is_answer(value):
                return _noted(self._read(value, doc_id=doc_id, text=text), n_noise, noise)
            else:
                n_noise += self._is_noise(said, noise)

    def greet(self, *, timeout: float) -> Introduction:
        """Start the program and wait for its introduction; raises ExtractionError without one."""
        noise: deque[str] = deque(maxlen=KEPT_LINES)
        child = self._running()
        until = monotonic() + timeout
        while (line := self._received(child, noise, until=until, timeout=timeout)) is not None:
            if not self._is_noise(line, noise):
                return self.introduction
        raise ExtractionError("crash", f"it {child.fate()}", details=_last(noise, child))

    def _received(
        self, child: Child, noise: deque[str], *, until: float, timeout: float
    ) -> bytes | None:
        try:
            return child.receive(until=until)
        except TimeoutError:
            raise ExtractionError(
                "timeout", f"no answer within {timeout:g} s", details=_last(noise, child)
            ) from None
        except TooLongError as error:
            raise ExtractionError("malformed", f"it printed {error}") from None

    def _read(self, value: Mapping[str, object], *, doc_id: str, text: str) -> Answer:
        self._n_answers += 1
        if "id" not in value and "doc_id" not in value:
            # A line too many would make every answer after it that of the document before.
            raise ExtractionError("malformed", "the answer has no `id` → repeat the request's")
        self.introduction = self.introduction.after(value)
        try:
            answer = read_answer(
                value, doc_id=doc_id, text=text, convention=self.introduction.convention
            )
        except ExtractionError as error:
            # A program that answers badly, but this question, need not be started again.
            self.is_in_step = error.kind != OTHER_DOCUMENT
            raise
        self.is_in_step = True
        return answer

    def _left_after_its_answer(self, child: Child) -> bool:
        """Claim that the program answers one document at a time, and ends in good order."""
        return self._n_answers > 0 and child.exit_code == 0

    def close(self, *, gently: bool = True) -> None:
        """End the program, by closing its stdin or at once."""
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
            if self._preamble:
                self._child.send(self._preamble)
        return self._child

    def _is_noise(self, line: bytes, noise: deque[str]) -> bool:
        """Take a line as the program's introduction if it is one; keep any other for messages."""
        value = _json(line)
        if value is not None and "hello" in value:
            self.introduction = self.introduction.after(value)
            return False
        noise.append(line[:KEPT_WIDTH].decode("utf-8", "replace"))
        return True


def _noted(answer: Answer, n_noise: int, noise: deque[str]) -> Answer:
    if not n_noise:
        return answer
    note = f"{n_noise} lines that are no answers, the last: {noise[-1]!r}"
    return replace(answer, notes=(*answer.notes, note))


def _json(line: bytes) -> Mapping[str, object] | None:
    """Read a line as a JSON object; None for any other line."""
    if not line.lstrip().startswith(b"{"):
        return None
    try:
        found: Mapping[str, object] = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found


def _last(noise: deque[str], child: Child) -> str:
    """Give the last words of a program: of its stderr, and of what it printed beside answers."""
    parts = [("stderr", child.stderr), ("stdout, no answers", "\n".join(noise))]
    return "\n".join(f"{name}: {words}" for name, words in parts if words)
