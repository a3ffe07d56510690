"""Passages: a text that a file gives in pieces, each with the offset at which it begins."""

from collections.abc import Iterable


def assembled(passages: Iterable[tuple[int, str]]) -> str:
    r"""Put passages where they begin; a gap is a line break and blanks.

    Where one begins before the last has ended, as when offsets count other units, the later one
    overwrites nothing and follows at once.

    >>> assembled([(0, "Title."), (7, "Body")])
    'Title.\nBody'
    """
    parts: list[str] = []
    length = 0
    for offset, text in sorted(passages, key=lambda passage: passage[0]):
        gap = offset - length
        if gap > 0:
            parts.append("\n" + " " * (gap - 1) if parts else " " * gap)
            length += gap
        parts.append(text)
        length += len(text)
    return "".join(parts)
