"""Conventions: what two numbers beside an item mean, and the span of the exact text they give."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from goldwire.offsets.maps import FORMS, NOWHERE, UNITS, Form, Formed, Map, Unit, formed, from_units

End = Literal["exclusive", "inclusive", "length"]
ENDS: tuple[End, ...] = get_args(End)


@dataclass(frozen=True, slots=True)
class Convention:
    """What offsets count, in which text, from where, and what the second number is.

    The default is goldwire's own: code points of the exact text, from 0, the end exclusive.
    """

    unit: Unit = "code_points"
    end: End = "exclusive"
    base: Literal[0, 1] = 0
    form: Form = "exact"

    def __str__(self) -> str:
        """Name the convention as `--offsets` takes it.

        >>> str(Convention(unit="utf16", end="inclusive", base=1, form="lower"))
        'utf16,inclusive,1,lower'
        """
        parts: list[str] = [self.unit, self.end]
        if self.base or self.form != "exact":
            parts.append(str(self.base))
        return ",".join(parts if self.form == "exact" else [*parts, self.form])

    @staticmethod
    def parse(text: str) -> "Convention":
        """Read a convention from words in any order, such as `utf16,inclusive`.

        Raises ValueError for a word that means nothing.

        >>> Convention.parse("inclusive").end
        'inclusive'
        """
        found = Convention()
        for word in filter(None, (part.strip() for part in text.split(","))):
            if word in UNITS:
                found = replace(found, unit=word)
            elif word in ENDS:
                found = replace(found, end=word)
            elif word in FORMS:
                found = replace(found, form=word)
            elif word in {"0", "1"}:
                found = replace(found, base=1 if word == "1" else 0)
            else:
                known = ", ".join([*UNITS, *ENDS, "0", "1", *FORMS])
                raise ValueError(f"offsets cannot be {word!r}: choose from {known}")
        return found


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """One text under one convention: turns pairs of numbers into spans of the exact text.

    `boundaries` maps each foreign offset to a code point of the exact text, `places` to one of the
    text that was counted in.
    """

    convention: Convention
    counted: str
    boundaries: Map
    places: Map

    def spans(self, starts: ArrayLike, ends: ArrayLike) -> tuple[Map, Map]:
        """Give code-point starts and ends, `NOWHERE` in both where a pair is no span of the text.

        Empty and backwards pairs are no spans.
        """
        first, last = self._foreign(starts, ends)
        return _looked_up(self.boundaries, first, last)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Give one span, or None when the pair is no span of the text."""
        first, last = self._foreign_pair(start, end)
        if not 0 <= first < last < len(self.boundaries):
            return None
        found = int(self.boundaries[first]), int(self.boundaries[last])
        return found if NOWHERE not in found and found[0] < found[1] else None

    def _foreign_pair(self, start: int, end: int) -> tuple[int, int]:
        first = start - self.convention.base
        if self.convention.end == "length":
            return first, first + end
        return first, end - self.convention.base + (self.convention.end == "inclusive")

    def places_of(self, starts: ArrayLike, ends: ArrayLike) -> tuple[Map, Map]:
        """Give spans as places in `counted`, the text that was counted in."""
        first, last = self._foreign(starts, ends)
        return _looked_up(self.places, first, last)

    def _foreign(self, starts: ArrayLike, ends: ArrayLike) -> tuple[Map, Map]:
        first = np.asarray(starts, dtype=np.int64) - self.convention.base
        last = np.asarray(ends, dtype=np.int64)
        if self.convention.end == "length":
            return first, first + last
        return first, last - self.convention.base + (self.convention.end == "inclusive")


@lru_cache(maxsize=64)
def offset_map(text: str, convention: Convention = Convention()) -> OffsetMap:
    """Prepare a text for reading offsets of a convention.

    >>> offset_map("a😀b", Convention(unit="utf16", end="inclusive")).span(1, 2)
    (1, 2)
    """
    other = _formed(text, convention.form)
    places = _from_units(other.text, convention.unit)
    boundaries = places if convention.form == "exact" else _chained(places, other.to_original)
    return OffsetMap(convention, other.text, boundaries, places)


@lru_cache(maxsize=64)
def _formed(text: str, form: Form) -> Formed:
    return formed(text, form)


@lru_cache(maxsize=64)
def _from_units(text: str, unit: Unit) -> Map:
    return from_units(text, unit)


def _chained(first: Map, second: Map) -> Map:
    return np.where(first == NOWHERE, NOWHERE, second[first])


def _looked_up(table: Map, first: Map, last: Map) -> tuple[Map, Map]:
    inside = (first >= 0) & (last < len(table)) & (first < last)
    start = table[np.where(inside, first, 0)]
    end = table[np.where(inside, last, 0)]
    good = inside & (start != NOWHERE) & (end != NOWHERE) & (start < end)
    return np.where(good, start, NOWHERE), np.where(good, end, NOWHERE)
