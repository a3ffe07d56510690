"""Approximate places: words that differ from the text in a few letters, in none that matters.

Every window of whole words within the distance is found: the words are cut into one piece more than
letters may differ, so that at least one piece stands unchanged wherever they do (the pigeonhole
principle), and around each such piece every slice between word boundaries is measured with Myers'
bit-parallel edit distance (1999, in the form of Hyyrö 2003).
"""

import itertools
import re
from bisect import bisect
from collections.abc import Iterator, Sequence

from goldwire.grounding.boundaries import is_boundary
from goldwire.grounding.folds import BARE, Folded, fold
from goldwire.grounding.model import Range

MIN_LENGTH = 8
MAX_LENGTH = 500
MAX_SHARE = 0.15
MIN_NAME = 5

NEGATIONS = frozenset(
    "no not none nor never neither nobody nothing nowhere cannot without n't".split()
)
_WORD = re.compile(r"\w+(?:[.,]\d+)*", re.UNICODE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def approximate(words: str, folded: str, text: str, haystack: Folded) -> list[tuple[Range, int]]:
    """List the places of words and how many letters differ, in textual order.

    `folded` are the words, `haystack` the text at the coarsest fold, in which letters are counted.
    At most `MAX_SHARE` of them may differ, of words of `MIN_LENGTH` to `MAX_LENGTH`; numbers,
    negations and names may not. Of places that overlap only the closest is listed.
    """
    allowed = int(MAX_SHARE * len(folded))
    if not MIN_LENGTH <= len(folded) <= MAX_LENGTH or not allowed:
        return []
    pattern = _Pattern(folded)
    found: list[tuple[int, int, Range]] = []
    for around in _windows(folded, haystack.text, allowed):
        for window in _narrowed(around, pattern, haystack.text, allowed):
            for at, end, distance in _slices(pattern, text, haystack, window, allowed=allowed):
                place = haystack.place(at, end)
                if place is not None:
                    unlike = abs(end - at - len(folded))
                    found.append((distance, unlike, place))
    kept: list[tuple[Range, int]] = []
    for distance, _, place in sorted(found):
        at = bisect(kept, (place, distance))
        is_free = (not at or kept[at - 1][0][1] <= place[0]) and (
            at == len(kept) or place[1] <= kept[at][0][0]
        )
        if is_free and is_same_content(words, text[slice(*place)]):
            kept.insert(at, (place, distance))
    return kept


def _windows(folded: str, text: str, allowed: int) -> Iterator[Range]:
    """Give the stretches of the folded text that can hold the words, merged where they overlap."""
    n_pieces = allowed + 1
    cuts = [len(folded) * piece // n_pieces for piece in range(n_pieces + 1)]
    reaches = set()
    for at, end in itertools.pairwise(cuts):
        piece = folded[at:end]
        hit = text.find(piece)
        while hit >= 0:
            low = max(0, hit - at - allowed)
            reaches.add((low, min(len(text), hit - at + len(folded) + allowed)))
            hit = text.find(piece, hit + 1)
    low = high = -1
    for begin, stop in sorted(reaches):
        if begin >= high:
            if high > 0:
                yield low, high
            low, high = begin, stop
        high = max(high, stop)
    if high > 0:
        yield low, high


def _narrowed(window: Range, pattern: "_Pattern", text: str, allowed: int) -> Iterator[Range]:
    """Give the parts of a window in which some slice is near enough, in one pass over it."""
    low, high = window
    first = last = -1
    for end, distance in enumerate(pattern.distances(text[low:high], anywhere=True), start=low + 1):
        if distance > allowed:
            continue
        if first >= 0 and end - last > 2 * allowed:
            yield max(low, first - pattern.length - allowed), last
            first = -1
        if first < 0:
            first = end
        last = end
    if first >= 0:
        yield max(low, first - pattern.length - allowed), last


def _slices(
    pattern: "_Pattern", text: str, haystack: Folded, window: Range, *, allowed: int
) -> Iterator[tuple[int, int, int]]:
    """Measure the slices between word boundaries in a window of the folded text."""
    low, high = window
    shortest = pattern.length - allowed
    for at in range(low, high - shortest + 1):
        if haystack.text[at].isspace() or not is_boundary(text, haystack.start[at]):
            continue
        reach = min(high, at + pattern.length + allowed)
        distances = pattern.distances(haystack.text[at:reach])
        for end, distance in enumerate(distances, start=at + 1):
            if (
                distance <= allowed
                and not haystack.text[end - 1].isspace()
                and is_boundary(text, haystack.end[end - 1])
            ):
                yield at, end, distance


class _Pattern:
    """Words made ready for Myers' algorithm: for each sign the positions where they have it."""

    def __init__(self, words: str) -> None:
        self.length = len(words)
        self.masks: dict[str, int] = {}
        for at, sign in enumerate(words):
            self.masks[sign] = self.masks.get(sign, 0) | 1 << at

    def distances(self, text: str, *, anywhere: bool = False) -> Iterator[int]:
        """Give the edit distance to every prefix of a text, or to the best slice ending there."""
        every, last = (1 << self.length) - 1, 1 << (self.length - 1)
        more, less, distance = every, 0, self.length
        for sign in text:
            same = self.masks.get(sign, 0)
            diagonal = (((same & more) + more) ^ more) | same | less
            right, left = less | ~(diagonal | more) & every, more & diagonal
            if right & last:
                distance += 1
            elif left & last:
                distance -= 1
            right = (right << 1 | (not anywhere)) & every
            left = left << 1 & every
            more, less = left | ~(diagonal | right) & every, right & diagonal
            yield distance


def edit_distance(one: str, other: str) -> int:
    """Count the letters to insert, delete or replace (Levenshtein).

    >>> edit_distance("Tokayev", "Tokaev"), edit_distance("Iran", "Iraq"), edit_distance("", "ab")
    (1, 1, 2)
    """
    if not one or not other:
        return len(one) + len(other)
    *_, distance = _Pattern(one).distances(other)
    return distance


def is_same_content(words: str, there: str) -> bool:
    """Claim that no number, negation or name differs between two nearly equal strings.

    A name is a capitalised word; it may lack, gain or change one letter inside if it has at least
    `MIN_NAME`, never the first or last one: `Tokaev` is Tokayev, `Iraq` is not Iran.
    """
    if _NUMBER.findall(words) != _NUMBER.findall(there):
        return False
    if _negations(words) != _negations(there):
        return False
    ours, theirs = _names(words), _names(there)
    return len(ours) == len(theirs) and all(map(_is_same_name, ours, theirs))


def _negations(words: str) -> list[str]:
    plain = fold(words, BARE).replace("n't", " n't ")
    return [word for word in re.split(r"[^\w']+", plain) if word in NEGATIONS]


def _names(words: str) -> Sequence[str]:
    return [fold(word, BARE) for word in _WORD.findall(words) if word[0].isupper()]


def _is_same_name(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < MIN_NAME or one[0] != other[0] or one[-1] != other[-1]:
        return False
    return edit_distance(one, other) == 1
