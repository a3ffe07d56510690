"""References that lead back to where they began."""

from collections.abc import Iterator, Mapping


def circular(following: Mapping[str, str | None]) -> Iterator[str]:
    """Name one id of every circle, the first in the mapping's order.

    >>> list(circular({"a": "b", "b": "c", "c": "b", "d": None}))
    ['b']
    """
    settled: set[str] = set()
    for start in following:
        path: dict[str, None] = {}
        current: str | None = start
        while current is not None and current not in path and current not in settled:
            path[current] = None
            current = following.get(current)
        if current is not None and current in path:
            walked = list(path)
            yield min(walked[walked.index(current) :], key=list(following).index)
        settled.update(path)
