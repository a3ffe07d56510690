"""Leaks: four consecutive words of a text that may not leave, found wherever they stand.

`goldwire build` runs this over everything it writes and refuses to finish when it finds one. The
body is the text without what identifies it: headline, section line, byline, dateline and credit are
bibliographic facts.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from goldwire.model import Document

RUN = 4
BIBLIOGRAPHIC_ZONES = frozenset({"headline", "section", "byline", "dateline", "credit"})
_WORD = re.compile(r"\w+")


def body_of(document: Document, text: str) -> str:
    """Give the text without its bibliographic zones.

    Where no zones are recorded, its first line is left out when it is the recorded headline and
    more follows.
    """
    if not document.zones:
        first, _, rest = text.lstrip().partition("\n")
        is_headed = words_of(first) == words_of(document.source.headline or "")
        return rest if is_headed and rest.strip() else text
    body = [
        text[zone.start : zone.end]
        for zone in document.zones
        if zone.kind not in BIBLIOGRAPHIC_ZONES
    ]
    return "\n".join(body)


def words_of(text: str) -> list[str]:
    """Give the words of a text, case ignored.

    >>> words_of("The CSTO's forces")
    ['the', 'csto', 's', 'forces']
    """
    return _WORD.findall(text.casefold())


def runs_of(words: list[str]) -> set[int]:
    """Give the hashes of all runs of four words."""
    return {hash(run) for run in _runs(words)}


def leaks_in(words: list[str], forbidden: set[int]) -> Iterator[str]:
    """Walk the runs of four words that are forbidden."""
    for run in _runs(words):
        if hash(run) in forbidden:
            yield " ".join(run)


def words_in(value: Any) -> list[str]:
    """Give the words of all strings in a JSON value, in their order, as one list."""
    return [word for string in _strings(value) for word in words_of(string)]


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(RUN)), strict=False)


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _strings(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _strings(member)
