"""Whether two token files have the same tokens, and where they first differ.

Token files have neither ids nor a text of their own: sentences are compared by their position, so
that one token too many puts everything after it out of step. Only the first difference is told.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from goldwire.errors import Problem

DIFFERENT_TOKENS = "GW738"


class _Step(NamedTuple):
    """A token, the end of a sentence (no word) or the end of the file (line 0)."""

    line: int
    word: str


_END = _Step(0, "")


def first_difference(
    gold: Iterable[bytes], predicted: Iterable[bytes], *, gold_name: str, name: str
) -> Problem | None:
    """Walk two token files side by side; give the first place where token or sentence differ."""
    for ours, theirs in zip_longest(_steps(gold), _steps(predicted), fillvalue=_END):
        if ours.word != theirs.word or (ours == _END) != (theirs == _END):
            return Problem(
                DIFFERENT_TOKENS,
                f"line {theirs.line}" if theirs.line else "at the end",
                "the tokens are not gold's, so the tags cannot be compared",
                document=name,
                found=_words(theirs),
                expected=f"{_words(ours)}, as in {gold_name} line {ours.line}"
                if ours.line
                else f"{_words(ours)}, as in {gold_name}",
                fix="tag gold's own tokens, in the same order and with the same empty lines",
            )
    return None


def _words(step: _Step) -> str:
    if step == _END:
        return "the end of the file"
    return repr(step.word) if step.word else "the end of a sentence"


def _steps(lines: Iterable[bytes]) -> Iterator[_Step]:
    """Walk tokens and ends of sentences; comments and unreadable lines are the reader's matter."""
    within = False
    number = 0
    for number, raw in enumerate(lines, start=1):
        columns = raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace").split()
        if columns and columns[0] != "-DOCSTART-":
            if len(columns) > 1 and not (columns[0] == "#" and len(columns) > 3):
                within = True
                yield _Step(number, columns[0])
        elif within:
            within = False
            yield _Step(number, "")
    if within:
        yield _Step(number + 1, "")
