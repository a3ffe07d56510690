"""Index maps: from offsets as others count them to code points of the exact text, and back.

A map is an int64 array with one entry per boundary: entry `i` is the code-point boundary that a
foreign offset `i` stands for, or `NOWHERE` where it stands for none (the middle of a surrogate pair
or of a UTF-8 sequence, a place inside a character that the other text writes as several).
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.int64]
Unit = Literal["code_points", "utf16", "utf8"]
Form = Literal["exact", "lower", "crlf", "lf", "nfc", "nfd"]

UNITS: tuple[Unit, ...] = ("code_points", "utf16", "utf8")
FORMS: tuple[Form, ...] = ("exact", "lower", "crlf", "lf", "nfc", "nfd")
"""The text that offsets count in: the exact one, or one that a system made of it first."""

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Formed:
    """A text made of another one, and the boundary in that one for each of its boundaries."""

    text: str
    to_original: Map


def to_units(text: str, unit: Unit) -> Map:
    """Give the foreign offset of every code-point boundary; shape [len(text) + 1].

    >>> to_units("a😀b", "utf16").tolist(), to_units("aé", "utf8").tolist()
    ([0, 1, 3, 4], [0, 1, 3])
    """
    if unit == "code_points" or text.isascii():
        return np.arange(len(text) + 1, dtype=np.int64)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    if unit == "utf16":
        widths = 1 + (points > 0xFFFF)
    else:
        widths = 1 + (points >= 0x80) + (points >= 0x800) + (points > 0xFFFF).astype(np.int64)
    return np.concatenate([[0], np.cumsum(widths)]).astype(np.int64)


def from_units(text: str, unit: Unit) -> Map:
    """Give the code-point boundary of every foreign offset, `NOWHERE` inside a character.

    >>> from_units("a😀b", "utf16").tolist()
    [0, 1, -1, 2, 3]
    """
    return _inverted(to_units(text, unit))


def formed(text: str, form: Form) -> Formed:
    """Make the text that a system counted in, with the map back.

    `lower` is lower-cased, `crlf` and `lf` have other line ends, `nfc` and `nfd` are normalised.

    >>> formed("aİb", "lower").to_original.tolist()
    [0, 1, -1, 2, 3]
    """
    if form == "exact" or (text.isascii() and form in {"nfc", "nfd"}):
        return Formed(text, np.arange(len(text) + 1, dtype=np.int64))
    pieces = {
        "lower": lambda: list(text),
        "crlf": lambda: list(text),
        "lf": lambda: _line_pieces(text),
        "nfc": lambda: _clusters(text),
        "nfd": lambda: _clusters(text),
    }[form]()
    return _mapped(pieces, [_rewritten(piece, form) for piece in pieces])


def _rewritten(piece: str, form: Form) -> str:
    if form == "lower":
        return piece.lower()
    if form == "crlf":
        return "\r\n" if piece == "\n" else piece
    if form == "lf":
        return "\n" if piece == "\r\n" else piece
    return unicodedata.normalize("NFC" if form == "nfc" else "NFD", piece)


def _line_pieces(text: str) -> list[str]:
    """Cut into characters, with CR LF as one."""
    pieces: list[str] = []
    for at, part in enumerate(text.split("\r\n")):
        if at:
            pieces.append("\r\n")
        pieces.extend(part)
    return pieces


def _clusters(text: str) -> list[str]:
    """Cut before every character that cannot change together with what stands before it."""
    pieces: list[str] = []
    for character in text:
        if pieces and _joins(character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _joins(character: str) -> bool:
    """Claim that normalisation may join this character to the one before: marks, Hangul jamo."""
    return "\u1160" <= character <= "\u11ff" or (
        character >= "\u0300" and unicodedata.category(character)[0] == "M"
    )


def _mapped(pieces: list[str], written: list[str]) -> Formed:
    """Map the boundaries of what was written to those of the pieces that it was written for.

    Inside a piece that did not change every boundary has its twin; inside one that did, none has.
    """
    before = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]).astype(np.int64)
    after = np.concatenate([[0], np.cumsum([len(piece) for piece in written])]).astype(np.int64)
    to_original = np.full(after[-1] + 1, NOWHERE, dtype=np.int64)
    to_original[after] = before
    for at, (piece, result) in enumerate(zip(pieces, written, strict=True)):
        if len(result) > 1 and piece == result:
            inner = np.arange(1, len(result))
            to_original[after[at] + inner] = before[at] + inner
    return Formed("".join(written), to_original)


def _inverted(boundaries: Map) -> Map:
    inverse = np.full(boundaries[-1] + 1, NOWHERE, dtype=np.int64)
    inverse[boundaries] = np.arange(len(boundaries))
    return inverse
