"""Approximate places: words that differ from the text in a few letters, in none that matters.

Every window of whole words within the distance is found: the words are cut into one piece more than
letters may differ, so that at least one piece stands unchanged wherever they do (the pigeonhole
principle), and around each such piece every slice between word boundaries is measured with Myers'
bit-parallel edit distance (1999, in the form of Hyyrö 2003).
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from goldwire.grounding.boundaries import is_boundary
from goldwire.grounding.folds import BARE, Folded, fold
from goldwire.grounding.model import Range

MIN_LENGTH = 8
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
    At most `MAX_SHARE` of them may differ, of words of at least `MIN_LENGTH`; numbers, negations
    and names may not. Of places that overlap only the closest is listed.
    """
    allowed = int(MAX_SHARE * len(folded))
    if len(folded) < MIN_LENGTH or not allowed:
        return []
    found: list[tuple[int, int, Range]] = []
    for low, high in _windows(folded, haystack.text, allowed):
        for at, end, distance in _slices(folded, text, haystack, (low, high), allowed=allowed):
            place = haystack.place(at, end)
            if place is not None and is_same_content(words, text[slice(*place)]):
                unlike = abs(end - at - len(folded))
                found.append((distance, unlike, place))
    kept: list[tuple[Range, int]] = []
    for distance, _, place in sorted(found):
        if all(place[1] <= other[0] or other[1] <= place[0] for other, _ in kept):
            kept.append((place, distance))
    return sorted(kept)


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


def _slices(
    folded: str, text: str, haystack: Folded, window: Range, *, allowed: int
) -> Iterator[tuple[int, int, int]]:
    """Measure the slices between word boundaries in a window of the folded text."""
    low, high = window
    masks: dict[str, int] = {}
    for at, sign in enumerate(folded):
        masks[sign] = masks.get(sign, 0) | 1 << at
    for at in range(low, max(low, high - len(folded) + allowed) + 1):
        if at >= high or haystack.text[at].isspace():
            continue
        if not is_boundary(text, haystack.start[at]):
            continue
        reach = min(high, at + len(folded) + allowed)
        for length, distance in enumerate(
            _distances(len(folded), masks, haystack.text[at:reach]), start=1
        ):
            end = at + length
            if (
                distance <= allowed
                and not haystack.text[end - 1].isspace()
                and is_boundary(text, haystack.end[end - 1])
            ):
                yield at, end, distance


def _distances(length: int, masks: dict[str, int], text: str) -> Iterator[int]:
    """Give the edit distance of a pattern of this length to every prefix of the text."""
    every, last = (1 << length) - 1, 1 << (length - 1)
    more, less, distance = every, 0, length
    for sign in text:
        same = masks.get(sign, 0)
        diagonal = (((same & more) + more) ^ more) | same | less
        right, left = less | ~(diagonal | more) & every, more & diagonal
        if right & last:
            distance += 1
        elif left & last:
            distance -= 1
        right, left = (right << 1 | 1) & every, left << 1 & every
        more, less = left | ~(diagonal | right) & every, right & diagonal
        yield distance


def edit_distance(one: str, other: str) -> int:
    """Count the letters to insert, delete or replace (Levenshtein).

    >>> edit_distance("Tokayev", "Tokaev"), edit_distance("Iran", "Iraq"), edit_distance("", "ab")
    (1, 1, 2)
    """
    if not one or not other:
        return len(one) + len(other)
    masks: dict[str, int] = {}
    for at, sign in enumerate(one):
        masks[sign] = masks.get(sign, 0) | 1 << at
    *_, distance = _distances(len(one), masks, other)
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
