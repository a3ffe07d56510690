"""Token maps: from token indices to code points, for tokens of a known text and for bare tokens."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from goldwire.offsets.maps import NOWHERE, Map

_ESCAPES = {
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
    "``": '"',
    "''": '"',
    "`": "'",
    "\\/": "/",
    "\\*": "*",
}
_TYPOGRAPHY = str.maketrans("“”„«»‘’‚–—−\u00a0", '"""""\'\'\'--- ')

_WINDOW = 40
"""How many characters of the text may be passed over to find a token again."""


@dataclass(frozen=True, slots=True)
class TokenMap:
    """The code-point start and end of every token; `NOWHERE` for one that is not in the text."""

    starts: Map
    ends: Map

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Give the span of tokens `first` up to, without, `last`; None when it has no place."""
        if not 0 <= first < last <= len(self.starts):
            return None
        start, end = int(self.starts[first]), int(self.ends[last - 1])
        return None if NOWHERE in (start, end) else (start, end)


def joined(sentences: Sequence[Sequence[str]]) -> tuple[str, TokenMap]:
    r"""Make a text of bare tokens: blanks between tokens, line breaks between sentences.

    Tokens are numbered through all sentences.

    >>> text, tokens = joined([["Ann", "Lee"], ["spoke"]])
    >>> text, tokens.span(1, 3)
    ('Ann Lee\nspoke', (4, 13))
    """
    lengths = np.array([len(token) for tokens in sentences for token in tokens], dtype=np.int64)
    ends = np.cumsum(lengths + 1) - 1
    text = "\n".join(" ".join(tokens) for tokens in sentences if tokens)
    return text, TokenMap(ends - lengths, ends)


def spaced(tokens: Sequence[str], has_blank_after: Sequence[bool]) -> tuple[str, TokenMap]:
    """Make a text of tokens that say whether a blank follows them."""
    parts: list[str] = []
    starts, ends, at = [], [], 0
    for token, has_blank in zip(tokens, has_blank_after, strict=True):
        starts.append(at)
        ends.append(at + len(token))
        parts.append(token + " " if has_blank else token)
        at += len(parts[-1])
    return "".join(parts), TokenMap(np.array(starts, np.int64), np.array(ends, np.int64))


def align(tokens: Sequence[str], text: str) -> TokenMap:
    """Find tokens in the text that they were made of, in order; `NOWHERE` for those not found.

    Bracket and quote escapes of treebanks, typographic quotes and dashes, case and Unicode
    normalisation may differ; the order and the characters themselves may not. A token that is not
    there is passed over without losing those behind it.

    >>> align(["``", "Hi", "''", "-LRB-"], "“Hi” (").starts.tolist()
    [0, 1, 3, 5]
    """
    folded, back = _folded(text)
    starts = np.full(len(tokens), NOWHERE, dtype=np.int64)
    ends = np.full(len(tokens), NOWHERE, dtype=np.int64)
    literal = [_folded(token)[0].strip() for token in tokens]
    escaped = [_folded(_ESCAPES.get(token, token))[0].strip() for token in tokens]
    at = missed = 0
    for number, word in enumerate(escaped):
        if not word:
            continue
        found = _after_blanks(folded, at)
        if folded.startswith(literal[number], found):
            word = literal[number]  # noqa: PLW2901
        elif not folded.startswith(word, found):
            behind = escaped[number + 1] if number + 1 < len(escaped) else ""
            found = _further(folded, word, behind, at=at, limit=_WINDOW * (missed + 1))
        if found == NOWHERE:
            missed += 1
            continue
        missed = 0
        at = found + len(word)
        starts[number], ends[number] = back[found], back[at - 1] + 1
    return TokenMap(starts, ends)


def _further(text: str, word: str, behind: str, *, at: int, limit: int) -> int:
    """Find a token a little further on, where the next one follows it."""
    end = min(len(text), at + limit + len(word))
    found = text.find(word, at, end)
    while found >= 0:
        if text.startswith(behind, _after_blanks(text, found + len(word))):
            return found
        found = text.find(word, found + 1, end)
    return NOWHERE


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Give the text as it is compared, and for each character of it the index it comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    parts = [_folded_character(character) for character in text]
    back = [at for at, part in enumerate(parts) for _ in part]
    return "".join(parts), back


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    return unicodedata.normalize("NFKD", character.translate(_TYPOGRAPHY)).casefold()
