"""Sentences and words: stretches of one line up to a full stop, and the words in them."""

import re
from dataclasses import dataclass

from goldwire.model import Span

MAX_LENGTH = 2_000
"""No sentence is longer, in code points: whatever looks around in one stays linear in the text."""

_END = re.compile(r"(?<=[.!?])[”\"’']?(?=\s)")
_OPENS = re.compile(r"\s{1,9}[\"“‘(]?[^\W\d_a-z]")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Sen|Rep|Gov|St|No|vs|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z])\.$"
)
_WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)+|[^\W_]+(?:[’'](?!s\b)[^\W_]+)*|[’']s\b|[^\s\w]|_+")


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters and digits, a possessive ending or one other sign; `lower` is folded."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def is_name_like(self) -> bool:
        """Claim that it begins with a capital letter."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A half-open range of code points; `is_capitals` when set in capitals, as headlines are."""

    start: int
    end: int
    is_capitals: bool
    words: tuple[Word, ...]


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut every line into sentences; blank lines give none."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for cut in _END.finditer(text, line.start(), line.end()):
            before = text[max(start, cut.start() - 6) : cut.start()]
            if _OPENS.match(text, cut.end()) and not _ABBREVIATION.search(before):
                found.append((start, cut.end()))
                start = cut.end()
        found.append((start, line.end()))
    sentences = (
        _sentence(text, at, min(at + MAX_LENGTH, end))
        for start, end in found
        for at in range(start, end, MAX_LENGTH)
    )
    return tuple(sentence for sentence in sentences if sentence.words)


def _sentence(text: str, start: int, end: int) -> Sentence:
    words = tuple(
        Word(match.start(), match.end(), match[0], match[0].lower())
        for match in _WORD.finditer(text, start, end)
    )
    long = [word.text for word in words if len(word.text) > 1 and word.text[0].isalpha()]
    is_capitals = len(long) > 1 and all(word.isupper() for word in long)
    if words:
        start, end = words[0].start, words[-1].end
    return Sentence(start, end, is_capitals, words)


def span(text: str, start: int, end: int) -> Span:
    """Give a span with its words, without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end, text[start:end])
