"""Calls side by side in threads; results as they come."""

import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(
    call: Callable[[T], R], tasks: Iterable[T], *, n_workers: int
) -> Generator[tuple[T, R]]:
    """Yield every task with what `call` gives for it, the soonest first; one worker keeps order.

    Tasks are taken as they are needed. The threads are daemons: one that hangs keeps nobody from
    leaving. `call` must not raise.

    >>> sorted(in_parallel(abs, [-3, 2, -1], n_workers=2))
    [(-3, 3), (-1, 1), (2, 2)]
    """
    if n_workers <= 1:
        yield from ((task, call(task)) for task in tasks)
        return
    waiting: queue.SimpleQueue[T | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[T, R]] = queue.SimpleQueue()

    def work() -> None:
        while (task := waiting.get()) is not None:
            done.put((task, call(task)))

    n_running = 0
    try:
        for _ in range(n_workers):
            threading.Thread(target=work, daemon=True).start()
        for task in tasks:
            waiting.put(task)
            n_running += 1
            if n_running == n_workers:
                yield done.get()
                n_running -= 1
        for _ in range(n_running):
            yield done.get()
    finally:
        for _ in range(n_workers):
            waiting.put(None)
