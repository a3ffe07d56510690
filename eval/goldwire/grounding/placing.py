"""Grounding: words without offsets → places in a text, without ever seeing gold."""

from collections.abc import Sequence

from goldwire.grounding.assignment import assign
from goldwire.grounding.candidates import Candidate, Haystack
from goldwire.grounding.folds import BARE, fold, trimmed
from goldwire.grounding.model import Grounding, Sought

NO_CANDIDATE: tuple[Candidate, ...] = ()


def place(text: str | Haystack, sought: Sequence[Sought], *, fuzzy: bool = False) -> Grounding:
    """Find a place for every item, or say why it has none; a pure function of text and items.

    Words agree exactly, or but for typography, case or diacritics; with `fuzzy`, those that the
    text has in no such way may differ in a few letters. Nothing is dropped: one answer per item.

    >>> sought = [Sought("Zas"), Sought("tokayev"), Sought("Zas")]
    >>> [(item.span, item.tier) for item in place("Zas met Tokayev. Zas spoke.", sought).items]
    [((0, 3), 'exact'), ((8, 15), 'caseless'), ((17, 20), 'exact')]
    """
    haystack = text if isinstance(text, Haystack) else Haystack(text, fuzzy=fuzzy)
    return assign(haystack.text, sought, [_candidates(haystack, one) for one in sought])


def _candidates(haystack: Haystack, sought: Sought) -> tuple[Candidate, ...]:
    if sought.given is not None:
        return (Candidate(sought.given, 0),)
    found = haystack.find(sought.words)
    if len(found) < 2 or not (sought.before or sought.after):
        return found
    fitting = tuple(one for one in found if _stands_between(haystack.text, one, sought))
    # Words quoted around an item can be wrong themselves; then they say nothing.
    return fitting or found


def _stands_between(text: str, candidate: Candidate, sought: Sought) -> bool:
    """Claim that the words before and after a place are those that were quoted."""
    start, end = candidate.span
    before, after = (fold(trimmed(words), BARE) for words in (sought.before, sought.after))
    # Twice the length leaves room for signs that a fold takes away.
    left = fold(trimmed(text[max(0, start - 2 * len(sought.before) - 8) : start]), BARE)
    right = fold(trimmed(text[end : end + 2 * len(sought.after) + 8]), BARE)
    return left.endswith(before) and right.startswith(after)
