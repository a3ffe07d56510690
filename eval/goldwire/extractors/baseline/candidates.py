"""Candidates: what the rules propose as mentions, before coreference gives them entities."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposed mention: extent, head, type, and the `key` that coreferent mentions share.

    `kind` is the kind of the gazetteer for a listed name, the title of a person, else empty. A
    lower `rank` is surer: of two candidates with one extent the surer one stays.
    """

    start: int
    end: int
    head_start: int
    head_end: int
    type: str
    level: str
    form: str
    key: str
    kind: str = ""
    rank: int = 5


def without_crossing(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep candidates that are nested or apart, each extent once; the leftmost longest stays."""
    kept: list[Candidate] = []
    open_ends: list[tuple[int, int]] = []
    for candidate in sorted(candidates, key=lambda one: (one.start, -one.end, one.rank)):
        while open_ends and open_ends[-1][1] <= candidate.start:
            open_ends.pop()
        extent = (candidate.start, candidate.end)
        if open_ends and (open_ends[-1][1] < candidate.end or open_ends[-1] == extent):
            continue
        open_ends.append(extent)
        kept.append(candidate)
    return kept
