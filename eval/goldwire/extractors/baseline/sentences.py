"""Sentences: stretches of one line that end in a full stop, question or exclamation mark."""

import re
from dataclasses import dataclass

from goldwire.model import Span

_END = re.compile(r"(?<=[.!?])[”\"’']?\s+(?=[A-Z“\"‘])")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Sen|Rep|Gov|St|No|vs|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z])\.$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A half-open range of code points; `is_capitals` when set in capitals, as headlines are."""

    start: int
    end: int
    is_capitals: bool


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut every line into sentences; blank lines give none."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for cut in _END.finditer(text, line.start(), line.end()):
            if _ABBREVIATION.search(text, max(start, cut.start() - 6), cut.start()):
                continue
            found.append((start, cut.start()))
            start = cut.end()
        found.append((start, line.end()))
    return tuple(
        Sentence(start, end, text[start:end].isupper())
        for start, end in found
        if text[start:end].strip()
    )


def span(text: str, start: int, end: int) -> Span:
    """Give a span with its words, without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end, text[start:end])
