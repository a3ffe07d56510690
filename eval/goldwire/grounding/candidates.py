"""Candidates: every place where a text has given words, and how closely it agrees with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from goldwire.grounding.boundaries import is_boundary
from goldwire.grounding.folds import BARE, CASELESS, Folded, fold, fold_text, trimmed
from goldwire.grounding.fuzzy import approximate
from goldwire.grounding.model import TIERS, Range

FUZZY, SUBWORD = TIERS.index("fuzzy"), TIERS.index("subword")

_RUN = re.compile("[0-9a-z_]+")
LONGEST_KEY = 3

MAX_ACRONYM = 3
MIN_SUBWORD = 4


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """One place for some words; `tier` indexes `TIERS`, `distance` counts letters (fuzzy only)."""

    span: Range
    tier: int
    distance: int = 0


class Haystack:
    """A text in which words are looked up; each distinct lookup is made once."""

    def __init__(self, text: str, *, fuzzy: bool = False) -> None:
        self.text = text
        self.fuzzy = fuzzy
        self._folded: Folded | None = None
        self._by_key: dict[str, list[int]] | None = None
        self._found: dict[str, tuple[Candidate, ...]] = {}

    @property
    def folded(self) -> Folded:
        """The text at the coarsest fold."""
        if self._folded is None:
            self._folded = fold_text(self.text, BARE)
        return self._folded

    def find(self, words: str) -> tuple[Candidate, ...]:
        """List the places of some words in textual order, at most one for each start.

        Places between word boundaries that agree in some fold come first; only where there is none,
        those that agree approximately (if wanted), and last those inside a word.
        """
        found = self._found.get(words)
        if found is None:
            found = self._found[words] = tuple(self._search(words))
        return found

    def _search(self, words: str) -> list[Candidate]:
        folded = fold(trimmed(words), BARE)
        if not folded:
            return []
        whole = [
            Candidate(span, tier)
            for span in self._places(folded)
            if is_boundary(self.text, span[0]) and is_boundary(self.text, span[1])
            if (tier := self._tier(words, span)) is not None
        ]
        whole = _without_other_words(words, whole, self.text)
        if whole:
            return whole
        if self.fuzzy:
            near = approximate(trimmed(words), folded, self.text, self.folded)
            if near:
                return [Candidate(span, FUZZY, distance) for span, distance in near]
        return list(self._inside_words(trimmed(words)))

    def _places(self, folded: str) -> Iterator[Range]:
        """List the places of folded words; not those where a plain letter comes before them."""
        for at in self._positions(folded):
            place = self.folded.place(at, at + len(folded))
            if place is not None:
                yield place

    def _positions(self, folded: str) -> Iterator[int]:
        text = self.folded.text
        head = _RUN.match(folded)
        if head is None:
            at = text.find(folded)
            while at >= 0:
                yield at
                at = text.find(folded, at + 1)
            return
        for at in self._beginnings().get(head[0][:LONGEST_KEY], ()):
            if text.startswith(folded, at):
                yield at

    def _beginnings(self) -> dict[str, list[int]]:
        """Give the positions in the folded text at which a word of plain letters may begin.

        They are listed by the first letter, the first two and the first three of it.
        """
        if self._by_key is None:
            self._by_key = {}
            for run in _RUN.finditer(self.folded.text):
                for at in self._cuts(run.start(), run.end()):
                    key = run[0][at - run.start() :][:LONGEST_KEY]
                    for length in range(1, len(key) + 1):
                        self._by_key.setdefault(key[:length], []).append(at)
        return self._by_key

    def _cuts(self, start: int, end: int) -> list[int]:
        """List where in a run of plain letters words may begin.

        That is at its start, and within it only where the text has something else than letters.
        """
        folded = self.folded
        there = self.text[folded.start[start] : folded.end[end - 1]]
        if len(there) == end - start and there.isascii():
            return [start]
        return [
            at
            for at in range(start, end)
            if at == start
            or (
                folded.start[at] != folded.start[at - 1]
                and is_boundary(self.text, folded.start[at])
            )
        ]

    def _tier(self, words: str, span: Range) -> int | None:
        there = self.text[span[0] : span[1]]
        if there == words:
            return 0
        wanted = trimmed(words)
        for level in range(1, BARE + 1):
            if fold(there, level) == fold(wanted, level):
                return level
        return None

    def _inside_words(self, words: str) -> Iterator[Candidate]:
        if len(words) < MIN_SUBWORD:
            return
        at = self.text.find(words)
        cuts = {*self.folded.start, *self.folded.end} if at >= 0 else set()
        while at >= 0:
            end = at + len(words)
            is_edge = is_boundary(self.text, at) or is_boundary(self.text, end)
            if is_edge and at in cuts and end in cuts:
                yield Candidate((at, end), SUBWORD)
            at = self.text.find(words, at + 1)


def _without_other_words(words: str, found: list[Candidate], text: str) -> list[Candidate]:
    """Leave out what differs from a short acronym in case: `US` is not `us`.

    The other way round, capitals may answer to small letters, but only where nothing else does:
    systems that write everything small are common.
    """
    letters = [sign for sign in words if sign.isalpha()]
    if not 0 < len(letters) <= MAX_ACRONYM:
        return found
    if words.isupper():
        return [c for c in found if c.tier < CASELESS or text[slice(*c.span)].isupper()]
    return [c for c in found if not text[slice(*c.span)].isupper()] or found
