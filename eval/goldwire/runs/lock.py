"""A run folder's lock: one process writes at a time, and a dead one holds nothing."""

import os
from pathlib import Path

from goldwire.errors import UsageError

LOCK = "lock"


class LockedError(UsageError):
    """Another process is writing this run."""


def lock(folder: Path) -> int:
    """Take a folder's lock and give its descriptor; closing that lets it go.

    The system frees it when this process ends, however it ends. Raises LockedError when another
    process holds it.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(descriptor)
    except OSError as error:
        owner = os.read(descriptor, 40).decode("utf-8", "replace").strip()
        os.close(descriptor)
        raise LockedError(
            f"{folder} is being written by process {owner or '?'} → wait for it, or give another "
            "--out"
        ) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def _take(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
