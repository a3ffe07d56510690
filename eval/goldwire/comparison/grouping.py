"""Which runs are one system: seeds of one system, told by their names."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from goldwire.errors import UsageError

SEED = r"(.+?)[-_.]?(?:seed|run|repeat|s|r)?[-_.]?\d+"
"""What `seed` stands for: a name without the number at its end, and what introduces it."""


def system_name(path: str, *, by: str) -> str:
    """Name the system that a run belongs to.

    `by` is `seed`, `folder`, or a regular expression whose first group is the name, matched against
    the whole file name without its endings. A name that does not match stands for itself.

    >>> [system_name(path, by="seed") for path in ("runs/big-seed1.jsonl", "big_2.jsonl", "big.gz")]
    ['big', 'big', 'big']
    >>> system_name("runs/big/3.jsonl", by="folder")
    'big'
    """
    if by == "folder":
        return Path(path).parent.name
    stem = Path(path).name.partition(".json")[0].removesuffix(".gz")
    match = _pattern(by).fullmatch(stem)
    return match[1] if match and match[1] else stem


def _pattern(by: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(SEED if by == "seed" else by)
    except re.error as error:
        raise UsageError(f"--group-by {by!r} is no regular expression: {error}") from error
    if not pattern.groups:
        raise UsageError(
            f"--group-by {by!r} has no group: put the system's name in brackets, such as "
            "'(.*)-seed[0-9]+', or write seed or folder"
        )
    return pattern


def grouped(paths: Sequence[str], *, by: str | None) -> dict[str, tuple[str, ...]]:
    """Put runs of one system together, in order of first appearance; each alone without `by`."""
    name_of: Callable[[str], str] = str if by is None else lambda path: system_name(path, by=by)
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(name_of(path), []).append(path)
    twice = [path for path in dict.fromkeys(paths) if paths.count(path) > 1]
    if twice:
        raise UsageError(f"{twice[0]} is given twice: a system cannot be compared with itself")
    return {name: tuple(runs) for name, runs in found.items()}
