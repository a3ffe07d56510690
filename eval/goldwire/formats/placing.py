"""Placing: from the numbers and words that a file gives for its items to spans of the exact text.

A reader first gathers what the file claims about all items, then the file's convention is settled
once, then every item is placed by it.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goldwire.formats.base import NATIVE, Source
from goldwire.formats.ledger import Ledger
from goldwire.model import Span
from goldwire.offsets import Convention, Detection, Evidence, detect, fits, offset_map

REFUSED = "GW732"
"""The code of the problem that no convention of offsets could be believed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says about the place of one item; None for what it does not say."""

    start: int | None = None
    end: int | None = None
    surface: str | None = None

    @property
    def is_placed(self) -> bool:
        """Claim that there are two numbers."""
        return self.start is not None and self.end is not None


def evidence(text: str | None, claims: Iterable[Claim]) -> list[Evidence]:
    """Give the claims that can speak for a convention."""
    if text is None:
        return []
    return [
        Evidence(text, claim.start, claim.end, claim.surface or None)
        for claim in claims
        if claim.start is not None and claim.end is not None
    ]


@dataclass(frozen=True, slots=True)
class Placing:
    """The convention of one file, settled; places its items."""

    detection: Detection
    ledger: Ledger
    trim: bool = False

    @property
    def dialect(self) -> dict[str, str]:
        """Say what was found, for people."""
        return {"offsets": str(self.detection)}

    def place(
        self, text: str | None, claim: Claim, *, where: str, document: str
    ) -> tuple[Span, ...]:
        """Give the item's span as a tuple of one, or none; whatever is amiss is entered as a loss.

        With `trim`, blanks at the ends of a span are left out.
        """
        convention = self.detection.convention
        if claim.start is None or claim.end is None:
            return ()
        pair = f"{claim.start}, {claim.end}"
        if convention is None:
            self.ledger.lose("offsets-refused", "unplaced", where, pair, document=document)
            return ()
        if text is None:
            return self._without_text(convention, claim, where=where, document=document)
        found = offset_map(text, convention).span(claim.start, claim.end)
        if found is None:
            self.ledger.lose("outside-text", "unplaced", where, pair, document=document)
            return ()
        start, end = found
        words = text[start:end]
        if self.trim and words != words.strip() and words.strip():
            start += len(words) - len(words.lstrip())
            words = words.strip()
            end = start + len(words)
            self.ledger.lose("blank-trimmed", "repaired", where, repr(words), document=document)
        if claim.surface and not self._agrees(words, claim.surface):
            self.ledger.lose(
                "surface-mismatch",
                "doubtful",
                where,
                f"{pair} are {_shown(words, claim.surface)}, not {_shown(claim.surface, words)}",
                document=document,
            )
            words = claim.surface
        return (Span(start, end, words),)

    def _agrees(self, words: str, surface: str) -> bool:
        convention = self.detection.convention
        return fits(words, surface) or (
            convention is not None
            and convention.form != "exact"
            and words.casefold() == surface.casefold()
        )

    def _without_text(
        self, convention: Convention, claim: Claim, *, where: str, document: str
    ) -> tuple[Span, ...]:
        """Read offsets without a text to check them by: only code points can be."""
        assert claim.start is not None  # noqa: S101  # `place` has seen to it
        assert claim.end is not None  # noqa: S101
        if convention.unit == "code_points" and convention.form == "exact":
            start, end = claim.start - convention.base, claim.end - convention.base
            if convention.end == "inclusive":
                end += 1
            elif convention.end == "length":
                end = start + claim.end
            if 0 <= start < end:
                return (Span(start, end, claim.surface),)
        self.ledger.lose(
            "no-text", "unplaced", where, f"{claim.start}, {claim.end}", document=document
        )
        return ()


def words_to_ground(
    text: str | None, spans: tuple[Span, ...], claims: Sequence[Claim], surface: str | None
) -> str | None:
    """Give the words by which grounding may place an item.

    There are none where it has a place, and none where it named one that is not in the text:
    offsets are part of what is scored, and wrong ones are counted, never mended. Without the text
    nothing is known of its offsets, and it keeps its words.
    """
    is_wrong = text is not None and any(claim.is_placed for claim in claims)
    return None if spans or is_wrong else surface


def settle(
    source: Source,
    ledger: Ledger,
    found: Iterable[Evidence],
    *,
    declared: Convention = NATIVE,
    trim: bool = False,
    is_fatal: bool = True,
) -> Placing:
    """Settle the convention of a file: the one that was asked for, else what the words show.

    Where no convention can be believed, items stay unplaced; that is a fault of the file unless
    `is_fatal` is False.
    """
    if source.convention is not None:
        known = Detection(source.convention, "declared", 0, 0, ())
        return Placing(known, ledger, trim)
    detection = detect(found, declared=declared)
    if detection.convention is None and is_fatal:
        ledger.refuse(
            REFUSED,
            "",
            str(detection),
            expected=f"one convention that fits 99 % of at least 3 surfaces, or {declared}",
            fix="say which with --offsets, e.g. --offsets utf16 or code_points,inclusive",
        )
    return Placing(detection, ledger, trim)


def _shown(words: str, other: str) -> str:
    """Quote words; by their code points where they look like the other ones."""
    is_alike = unicodedata.normalize("NFC", words) == unicodedata.normalize("NFC", other)
    return ascii(words) if is_alike else repr(words)
