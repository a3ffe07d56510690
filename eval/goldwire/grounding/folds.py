"""Folds of a text: what counts as the same words, each with a map back to the text as it is.

There are three, each coarser than the one before:

    typographic   NFC; one kind of quote, dash and ellipsis; a run of white space is one space; no
                  invisible signs; no hyphen where a word is broken over two lines
    caseless      also NFKC and case folding
    bare          also no diacritics

A fold works on *units* (a grapheme, a run of white space, a run of dashes), each by itself, so that
folding a slice of whole units is, but for broken words, slicing the folded text.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

TYPOGRAPHIC, CASELESS, BARE = range(1, 4)

# Soft hyphen, joiners, fillers, direction marks, variation selectors, byte order mark.
_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
_JOINER = "\u200d"
_ASCII_WORD = r"[!#$%&(-,./0-9:;<=>?@A-Z\[\]^_a-z{|}~\\]+"
_UNITS = re.compile(
    # Runs of plain words first: for most of a text each code point is a unit of its own.
    rf"(?P<plain>{_ASCII_WORD}(?: {_ASCII_WORD})*(?![^\x00-\x7f]))"
    r"|(?P<broken>(?<=\w)[-\u2010\u00ad][ \t]*\r?\n\s*(?=\w))"
    rf"|(?P<blank>[{_HIDDEN}]*+\s[\s{_HIDDEN}]*)"
    # A whole run at once: looked at sign by sign, a long one would cost its length squared.
    rf"|(?P<hidden>[{_HIDDEN}]++)"
    r"|(?P<dash>[-\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]+)"
    r"|(?P<quotes>''|``)"
    r"|(?P<flag>[\U0001f1e6-\U0001f1ff]{2})"
    r"|(?P<hangul>[\u1100-\u115e\ua960-\ua97c]+[\u1161-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff]*)"
    r"|(?P<grapheme>\S)"
)

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼʹ`´‹›＇", "'"),
        **dict.fromkeys("“”„‟″«»〝〞＂", '"'),
        "…": "...",
    }
)
_INVISIBLE = re.compile(f"[{_HIDDEN}]")
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its code points comes from.

    `start[i]:end[i]` is the unit of the text that code point `i` stands for; the code points of one
    unit share it.
    """

    text: str
    start: "array[int]"
    end: "array[int]"

    def place(self, at: int, end: int) -> tuple[int, int] | None:
        """Give the slice of the text behind a slice of the fold, None where it would cut a unit."""
        if at and self.start[at] == self.start[at - 1]:
            return None
        if end < len(self.start) and self.start[end] == self.start[end - 1]:
            return None
        return self.start[at], self.end[end - 1]


def trimmed(words: str) -> str:
    """Take white space and invisible signs off both ends."""
    start, end = 0, len(words)
    while start < end and _is_blank(words[start]):
        start += 1
    while start < end and _is_blank(words[end - 1]):
        end -= 1
    return words[start:end]


def _is_blank(sign: str) -> bool:
    return sign.isspace() or _INVISIBLE.match(sign) is not None


@lru_cache(maxsize=1 << 15)
def fold(words: str, level: int) -> str:
    r"""Fold words; level 0 leaves them as they are.

    >>> [fold("“Čelik  —\nRIAD”", level) for level in (TYPOGRAPHIC, CASELESS, BARE)]
    ['"Čelik - RIAD"', '"čelik - riad"', '"celik - riad"']
    """
    return words if level == 0 else fold_text(words, level).text


def fold_text(text: str, level: int) -> Folded:
    """Fold a text and keep where its units come from."""
    pieces: list[str] = []
    starts, ends = array("q"), array("q")
    at = 0
    while (match := _UNITS.match(text, at)) is not None:
        begin, at, kind = match.start(), match.end(), match.lastgroup
        if kind == "plain":
            pieces.append(match[0] if level == TYPOGRAPHIC else match[0].lower())
            starts.extend(range(begin, at))
            ends.extend(range(begin + 1, at + 1))
            continue
        end = at
        if kind == "broken":
            # Only the hyphen stands for itself: the line break behind it is no part of a word.
            is_split = match[0][0] == "\u00ad" or text[at].islower()
            folded, end = "" if is_split else "-", begin + 1
        elif kind in {"grapheme", "flag", "hangul"}:
            at = end = _end_of_grapheme(text, at)
            folded = _grapheme(text[begin:end], level)
        else:
            folded = {"blank": " ", "dash": "-", "quotes": '"', "hidden": ""}[kind or ""]
        pieces.append(folded)
        for _ in folded:
            starts.append(begin)
            ends.append(end)
    return Folded("".join(pieces), starts, ends)


def _end_of_grapheme(text: str, at: int) -> int:
    """Pass over what joins itself to the sign before: marks, modifiers, whatever a joiner joins."""
    while at < len(text) and not text[at].isspace():
        if text[at - 1] != _JOINER and not _joins(text[at]):
            break
        at += 1
    return at


@lru_cache(maxsize=4096)
def _joins(sign: str) -> bool:
    return (
        sign == _JOINER
        or unicodedata.category(sign)[0] == "M"
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
    )


@lru_cache(maxsize=1 << 14)
def _grapheme(signs: str, level: int) -> str:
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFC", signs)).translate(_SIGNS)
    if level >= CASELESS:
        plain = unicodedata.normalize("NFKC", folded).casefold()
        folded = unicodedata.normalize("NFKC", plain)
    if level >= BARE:
        taken_apart = unicodedata.normalize("NFD", folded)
        kept = (sign for sign in taken_apart if not _is_diacritic(sign))
        # A mark that stands alone is all there is.
        plain = unicodedata.normalize("NFC", "".join(kept)).translate(_STROKES)
        folded = plain or folded
    return folded


def _is_diacritic(sign: str) -> bool:
    """Claim that a mark can be left out, as the vowel signs and tones of Indic and Thai cannot.

    Canonical combining classes: 10–36 are the points of Hebrew, Arabic and Syriac, 200 and above
    the accents of Latin, Greek and Cyrillic. Kana's voicing marks (8) make another letter.
    """
    combining = unicodedata.combining(sign)
    return 10 <= combining <= 36 or combining >= 200
