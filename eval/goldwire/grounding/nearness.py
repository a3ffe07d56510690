"""How near two places of a text are: those in one sentence first, then by what lies between."""

import re
from collections.abc import Sequence

from goldwire.grounding.candidates import Candidate
from goldwire.grounding.model import Range

_END_OF_SENTENCE = re.compile(r"[.!?…]['\"’”»)\]]*\s|\n\s*\n|[。！？]")


def nearest(candidates: Sequence[Candidate], anchor: Range, text: str) -> Candidate:
    """Give the candidate nearest to an anchor; of two equally near ones the earlier."""
    return min(candidates, key=lambda candidate: _distance(candidate.span, anchor, text))


def _distance(place: Range, anchor: Range, text: str) -> tuple[bool, int, int]:
    low, high = min(place[1], anchor[1]), max(place[0], anchor[0])
    leaves_sentence = low < high and _END_OF_SENTENCE.search(text, low, high) is not None
    return leaves_sentence, max(high - low, 0), place[0]
