"""Blocks: stretches of a text whose digests show where a reader's copy agrees with it.

A release without the text carries them so that somebody whose copy differs learns which parts are
the same words. A block is at least `MIN_CODE_POINTS` long and no two overlap: a whole sentence has
to be guessed at once, never word by word. Its digest is of the *folded* words, so that copies that
differ in case, quotation marks, dashes or kinds of space still agree, code point by code point.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from goldwire.formats.released import Block
from goldwire.model import Zone

MIN_CODE_POINTS = 64
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+")
_FOLDED = {
    **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\t\n", " "),
}
_TABLE = str.maketrans(_FOLDED)


def fold(text: str) -> str:
    r"""Fold what typesetting changes, keeping every code point's place.

    >>> fold("“Ann’s—\u00a0CAFÉ”")
    '"ann\'s- café"'
    """
    folded = text.translate(_TABLE)
    return "".join(low if len(low := char.lower()) == 1 else char for char in folded)


def cut_blocks(
    text: str, zones: Sequence[Zone] = (), *, public: str | None = None
) -> tuple[Block, ...]:
    """Cut a text into blocks at the ends of zones and sentences; what is too short has none.

    A zone whose words are `public` anyway (the headline) is a block of any length.
    """
    stretches = [(zone.start, zone.end) for zone in zones] or _paragraphs(text)
    return tuple(
        Block(start=start, end=end, sha256=digest_of(fold(text[start:end])))
        for stretch in stretches
        for start, end in _cut(text, *stretch, is_public=text[slice(*stretch)] == public)
    )


def digest_of(folded: str) -> str:
    """Give the digest of a block's folded words."""
    return hashlib.sha256(f"goldwire block 1\0{folded}".encode()).hexdigest()


def find_blocks(blocks: Iterable[Block], text: str) -> dict[Block, tuple[int, ...]]:
    """Find where in another text each block's words stand: all places, none where they do not."""
    folded = fold(text)
    wanted: dict[int, dict[str, list[Block]]] = {}
    for block in blocks:
        by_digest = wanted.setdefault(block.end - block.start, {})
        by_digest.setdefault(block.sha256, []).append(block)
    found: dict[Block, tuple[int, ...]] = {}
    for length, by_digest in wanted.items():
        places: dict[str, list[int]] = {digest: [] for digest in by_digest}
        for start in range(len(folded) - length + 1):
            digest = digest_of(folded[start : start + length])
            if digest in places:
                places[digest].append(start)
        for digest, starts in places.items():
            found |= {block: tuple(starts) for block in by_digest[digest]}
    return found


def _paragraphs(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^\n]+", text)]


def _cut(text: str, start: int, end: int, *, is_public: bool) -> Iterator[tuple[int, int]]:
    """Cut one stretch at sentence ends into pieces that are long enough, or not at all."""
    if end - start < MIN_CODE_POINTS:
        if is_public:
            yield start, end
        return
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        cut, resumed = match.start(), match.end()
        if cut - begin >= MIN_CODE_POINTS and end - resumed >= MIN_CODE_POINTS:
            yield begin, cut
            begin = resumed
    yield begin, end
