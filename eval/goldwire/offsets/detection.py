"""Detection: which convention a file's offsets follow, from the words that stand beside them.

A convention is believed when at least 99 % of the words stand where it says and no other convention
that reads the file differently does as well. It is never chosen for one item alone, and never from
fewer than three; what cannot be decided is refused, with the best candidates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from goldwire.offsets.conventions import ENDS, Convention, offset_map
from goldwire.offsets.maps import FORMS, NOWHERE, UNITS, Map

NEEDED_SHARE = 0.99
NEEDED_ITEMS = 3

How = Literal["detected", "declared", "refused"]
_BLANKS = str.maketrans("\n\r\t", "   ")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two numbers in a text, and the words that the file gives for them (None: it gives none)."""

    text: str
    start: int
    end: int
    surface: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """How well one convention explains the evidence, with the first item that it does not."""

    convention: Convention
    matched: int
    n: int
    example: str


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found: the convention, or None where none could be believed.

    `detected` rests on `n` surfaces of which `matched` fit; `declared` is what the format's own
    documentation says, where there are too few surfaces to tell (those that are there fit).
    """

    convention: Convention | None
    how: How
    matched: int
    n: int
    candidates: tuple[Candidate, ...]

    def __str__(self) -> str:
        """Say in a line what was found, for people."""
        if self.convention is None:
            tried = "; ".join(
                f"{item.convention} fits {item.matched} of {item.n}"
                + (f", but {item.example}" if item.example else "")
                for item in self.candidates
            )
            return f"no one convention of offsets fits: {tried}"
        if self.how == "declared" and not self.n:
            return f"{self.convention} (as the format declares; no words to check it by)"
        return f"{self.convention} ({self.how}; {self.matched} of {self.n} surfaces fit)"


def detect(
    evidence: Iterable[Evidence],
    *,
    declared: Convention = Convention(),
    conventions: Sequence[Convention] | None = None,
) -> Detection:
    """Find the one convention that explains a file's offsets.

    `declared` is believed when it fits everything, and when there are fewer than three surfaces and
    none of them contradicts it. `conventions` are those to be tried; by default all.
    """
    by_text: dict[str, list[Evidence]] = {}
    for item in evidence:
        by_text.setdefault(item.text, []).append(item)
    groups = [_Group.of(text, items) for text, items in by_text.items()]
    n = sum(group.n for group in groups)
    best = _judged(declared, groups, n=n)
    if best.matched == n:
        how: How = "detected" if n >= NEEDED_ITEMS else "declared"
        return Detection(declared, how, n, n, (best,))
    tried = [best, *(_judged(other, groups, n=n) for other in conventions or _others(declared))]
    tried.sort(key=lambda candidate: -candidate.matched)
    first = tried[0]
    enough = n >= NEEDED_ITEMS and first.matched >= NEEDED_SHARE * n
    rivals = [other for other in tried[1:] if other.matched == first.matched]
    if enough and all(_same_reading(first, other, groups) for other in rivals):
        return Detection(first.convention, "detected", first.matched, n, (first,))
    return Detection(None, "refused", first.matched, n, tuple(_distinct(tried, groups))[:3])


def _others(declared: Convention) -> Iterator[Convention]:
    """Give all conventions but one, the likelier ones first."""
    for form, base, unit, end in product(FORMS, (0, 1), UNITS, ENDS):
        convention = Convention(unit=unit, end=end, base=1 if base else 0, form=form)
        if convention != declared:
            yield convention


@dataclass(frozen=True, slots=True)
class _Group:
    """All the evidence in one text."""

    text: str
    starts: Map
    ends: Map
    surfaces: tuple[str | None, ...]

    @staticmethod
    def of(text: str, items: Sequence[Evidence]) -> "_Group":
        return _Group(
            text,
            np.array([item.start for item in items], dtype=np.int64),
            np.array([item.end for item in items], dtype=np.int64),
            tuple(item.surface for item in items),
        )

    @property
    def n(self) -> int:
        return sum(surface is not None for surface in self.surfaces)


def _judged(convention: Convention, groups: Sequence[_Group], *, n: int) -> Candidate:
    matched, example = 0, ""
    for group in groups:
        table = offset_map(group.text, convention)
        starts, ends = (array.tolist() for array in table.spans(group.starts, group.ends))
        other = (array.tolist() for array in table.places_of(group.starts, group.ends))
        for at, (start, end, first, last) in enumerate(zip(starts, ends, *other, strict=True)):
            surface = group.surfaces[at]
            if surface is None:
                continue
            found = "" if start == NOWHERE else group.text[start:end]
            if found and (fits(found, surface) or fits(table.counted[first:last], surface)):
                matched += 1
            elif not example:
                pair = f"{group.starts[at]}, {group.ends[at]}"
                where = repr(_short(found)) if found else "no place in the text"
                example = f"{pair} gives {where} for {_short(surface)!r}"
    return Candidate(convention, matched, n, example)


def fits(found: str, surface: str) -> bool:
    """Claim that words of the text are the surface; line breaks and tabs may be blanks there."""
    return found == surface or found.translate(_BLANKS) == surface.translate(_BLANKS)


def _same_reading(one: Candidate, other: Candidate, groups: Sequence[_Group]) -> bool:
    """Claim that two conventions give the same spans for every item of the file."""
    for group in groups:
        readings = [
            offset_map(group.text, candidate.convention).spans(group.starts, group.ends)
            for candidate in (one, other)
        ]
        if not all(np.array_equal(a, b) for a, b in zip(*readings, strict=True)):
            return False
    return True


def _distinct(tried: Sequence[Candidate], groups: Sequence[_Group]) -> Iterator[Candidate]:
    """Leave out candidates that read the file as an earlier one does."""
    kept: list[Candidate] = []
    for candidate in tried:
        if not any(_same_reading(candidate, other, groups) for other in kept):
            kept.append(candidate)
            yield candidate


def _short(words: str, limit: int = 40) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"
