"""Normal texts: LF line ends, NFC, no byte order mark; and where every offset went."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from goldwire.offsets import NOWHERE, Map, formed

BOM = "\ufeff"
VERSION = "1.0.0"
STEPS = ("decode UTF-8", "CRLF/CR->LF", "NFC", "compare sha256")
"""What is done to a text, as its record says it."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in normal form. `moved[i]` is where the boundary `i` of the original went.

    Shape [len(original) + 1]; `NOWHERE` inside what became another character.
    """

    text: str
    moved: Map

    @property
    def is_changed(self) -> bool:
        """Claim that the original was not in normal form."""
        return len(self.moved) != len(self.text) + 1 or bool(
            (self.moved != np.arange(len(self.moved))).any()
        )


def normalise(text: str) -> Normal:
    r"""Bring a text into normal form.

    >>> normalise("a\r\nb").moved.tolist()
    [0, 1, -1, 2, 3]
    """
    n_marks = len(text) - len(text.removeprefix(BOM))
    lines = formed(text[n_marks:], "lf")
    composed = formed(lines.text.replace("\r", "\n"), "nfc")
    back = np.where(
        composed.to_original == NOWHERE, NOWHERE, lines.to_original[composed.to_original]
    )
    moved = np.full(len(text) + 1, NOWHERE, dtype=np.int64)
    is_somewhere = back != NOWHERE
    moved[back[is_somewhere] + n_marks] = np.flatnonzero(is_somewhere)
    return Normal(composed.text, moved)


def normal_words(words: str) -> str:
    """Bring a quotation into normal form, to compare it with what stands in a normal text."""
    return unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
