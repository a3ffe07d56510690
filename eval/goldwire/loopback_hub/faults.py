"""Faults on order: what a test wants to go wrong, at which request, and how often."""

import re
import threading
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["status", "hang", "drop", "half", "after"]


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests that match, after `skip` matching ones went well.

    `status` answers with an HTTP status; `hang` waits `seconds` and then drops the connection;
    `drop` closes it at once, `half` after half of the answer; `after` does what was asked and then
    drops it, so that the client cannot know.
    """

    method: str
    path: re.Pattern[str]
    kind: Kind
    status: int = 500
    seconds: float = 0.0
    skip: int = 0
    times: int = 1


@dataclass(slots=True)
class Faults:
    """The faults that are still to happen, in the order in which they were asked for."""

    pending: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        method: str,
        path: str,
        *,
        kind: Kind = "status",
        status: int = 500,
        seconds: float = 0.0,
        skip: int = 0,
        times: int = 1,
    ) -> None:
        """Order a fault for requests of this method whose path holds the regular expression."""
        fault = Fault(method, re.compile(path), kind, status, seconds, skip, times)
        with self._lock:
            self.pending.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """Give the fault that this request meets, if any, and count it."""
        with self._lock:
            for fault in self.pending:
                if fault.method == method and fault.path.search(path):
                    if fault.skip:
                        fault.skip -= 1
                        return None
                    fault.times -= 1
                    if not fault.times:
                        self.pending.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Forget all faults that have not happened yet."""
        with self._lock:
            self.pending.clear()
