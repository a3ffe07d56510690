"""A child process that is spoken to in lines: nothing that it does may block or outlive us.

Its output is drained by threads, so that a child that talks before it listens cannot deadlock; a
line may be long but not endless; and what is killed is its whole process group.
"""

import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import IO

MAX_LINE = 256 * 2**20
"""The longest line that is read, in bytes."""
KEPT_LINES = 20
KEPT_WIDTH = 500
_CHUNK = 2**16
_WAITING_LINES = 100
_SECONDS_TO_LEAVE = 2.0


class TooLongError(ValueError):
    """A line is longer than `MAX_LINE`."""


class Child:
    """A running command. `lines` come from its stdout; the last ones of stderr are kept."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  (running the user's command is the point)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env),
            start_new_session=True,
        )
        self._lines: queue.Queue[bytes | TooLongError | None] = queue.Queue(_WAITING_LINES)
        self._stderr: deque[bytes] = deque(maxlen=KEPT_LINES)
        self._has_ended = False
        self._is_closed = threading.Event()
        self._threads = [
            threading.Thread(target=self._read_stdout, daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, line: bytes) -> None:
        """Send a line without waiting for the child to read it."""

        def write() -> None:
            # A child that does not listen is noticed by its silence.
            with suppress(OSError, ValueError):
                stdin.write(line)
                stdin.flush()

        stdin = _pipe(self._process.stdin)
        threading.Thread(target=write, daemon=True).start()

    def receive(self, *, until: float) -> bytes | None:
        """Wait for the next line; None when the child has closed its stdout.

        Raises TimeoutError at the moment `until` (of `time.monotonic`), TooLongError for a line
        without end.
        """
        if self._has_ended:
            return None
        try:
            line = self._lines.get(timeout=max(0.0, until - monotonic()))
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(line, TooLongError):
            raise line
        self._has_ended = line is None
        return line

    def waiting(self) -> list[bytes]:
        """Take the lines that have come without being asked for."""
        found = []
        with suppress(queue.Empty):
            while isinstance(line := self._lines.get_nowait(), bytes):
                found.append(line)
            self._has_ended = True
        return found

    @property
    def stderr(self) -> str:
        """The last lines that the child wrote to stderr; all of them once it has ended."""
        if self._has_ended:
            self._threads[1].join(timeout=_SECONDS_TO_LEAVE)
        return "\n".join(line.decode("utf-8", "replace") for line in list(self._stderr))

    def forget_stderr(self) -> None:
        """Drop what was written so far: it belongs to an earlier document."""
        self._stderr.clear()

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while the child runs. Waits a moment."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=_SECONDS_TO_LEAVE)
        return self._process.returncode

    def fate(self) -> str:
        """Say how the child ended; waits a moment for it."""
        code = self.exit_code
        if code is None:
            return "closed its output but is still running"
        if code < 0:
            with suppress(ValueError):
                return f"was killed by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def close(self, *, gently: bool = True) -> None:
        """End the child: by closing its stdin and, if that is not enough, by killing its group."""
        self._is_closed.set()
        if gently:
            with suppress(OSError):
                _pipe(self._process.stdin).close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=_SECONDS_TO_LEAVE)
        self._kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(timeout=_SECONDS_TO_LEAVE)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                _pipe(pipe).close()

    def _kill(self) -> None:
        """Kill what is left of the process group, which may outlive the child itself."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def _put(self, line: bytes | TooLongError | None) -> bool:
        """Hand a line over, waiting for room; False once nobody will read it."""
        while not self._is_closed.is_set():
            with suppress(queue.Full):
                self._lines.put(line, timeout=0.2)
                return True
        return False

    def _read_stdout(self) -> None:
        descriptor = _pipe(self._process.stdout).fileno()
        parts: list[bytes] = []
        size = 0
        with suppress(OSError):
            while chunk := os.read(descriptor, _CHUNK):
                *whole, rest = chunk.split(b"\n")
                for line in whole:
                    if not self._put(b"".join([*parts, line])):
                        return
                    parts, size = [], 0
                if rest:
                    parts.append(rest)
                    size += len(rest)
                if size > MAX_LINE:
                    self._put(TooLongError(f"a line of more than {MAX_LINE // 2**20} MB"))
                    return
        if parts:
            self._put(b"".join(parts))
        self._put(None)

    def _read_stderr(self) -> None:
        descriptor = _pipe(self._process.stderr).fileno()
        rest = b""
        with suppress(OSError):
            while chunk := os.read(descriptor, _CHUNK):
                *whole, rest = (rest + chunk).split(b"\n")
                self._stderr.extend(line[:KEPT_WIDTH] for line in whole)
                rest = rest[:KEPT_WIDTH]
        if rest:
            self._stderr.append(rest)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the child was started without this pipe")
    return pipe
