"""Tags of tokens: which mentions a row of them means, in every scheme, and back to IOB2.

A mention begins where the conlleval script (CoNLL 2000) begins one, which reads valid tags of IO,
IOB1, IOB2, IOBES, BILOU and BMES alike.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_TAG = re.compile(r"(?P<prefix>[BIESLUM])[-_](?P<label>.+)")
_BEGINS = frozenset("BSU")
_ENDS = frozenset("ESLU")
OUTSIDE = frozenset({"O", "_", "-", ""})


@dataclass(frozen=True, slots=True)
class Chunk:
    """A mention by its first and last token (inclusive).

    `is_begun` claims that its first tag marks a beginning, `is_ended` that its last marks an end.
    """

    first: int
    last: int
    label: str
    is_begun: bool
    is_ended: bool


def split(tag: str) -> tuple[str, str]:
    """Cut a tag into prefix and label; a bare label is inside.

    >>> split("B-PER"), split("PER"), split("O")
    (('B', 'PER'), ('I', 'PER'), ('O', ''))
    """
    if tag in OUTSIDE:
        return "O", ""
    match = _TAG.fullmatch(tag)
    return (match["prefix"], match["label"]) if match else ("I", tag)


def is_tag(cell: str) -> bool:
    """Claim that a cell is a tag with a prefix, or the tag of what is outside."""
    return cell == "O" or _TAG.fullmatch(cell) is not None


def chunks(tags: Sequence[str]) -> Iterator[Chunk]:
    """Yield the mentions of one sentence, by the rules of conlleval."""
    begin: int | None = None
    prefix_before, label_before = "O", ""
    for at, tag in enumerate([*tags, "O"]):
        prefix, label = split(tag)
        same = label == label_before and prefix != "O" and prefix_before != "O"
        continues = same and prefix not in _BEGINS and prefix_before not in _ENDS
        if begin is not None and not continues:
            is_begun = split(tags[begin])[0] in _BEGINS
            yield Chunk(begin, at - 1, label_before, is_begun, prefix_before in _ENDS)
            begin = None
        if prefix != "O" and begin is None:
            begin = at
        prefix_before, label_before = prefix, label


def marks_beginnings(sentences: Iterable[Sequence[str]]) -> bool:
    """Claim that beginnings are marked: some B-, S- or U- follows O or opens a sentence."""
    return any(
        split(tag)[0] in _BEGINS and (before is None or before in OUTSIDE)
        for tags in sentences
        for before, tag in zip([None, *tags], tags, strict=False)
    )


def marks_ends(sentences: Iterable[Sequence[str]]) -> bool:
    """Claim that ends are marked anywhere, as IOBES, BILOU and BMES do."""
    return any(split(tag)[0] in _ENDS for tags in sentences for tag in tags)


def scheme_of(sentences: Sequence[Sequence[str]]) -> str:
    """Name the scheme that the tags follow, from the tags alone.

    >>> scheme_of([["I-A", "B-A"]]), scheme_of([["B-A", "I-A"]]), scheme_of([["A", "O"]])
    ('IOB1', 'IOB2', 'IO or IOB1')
    """
    prefixes = {split(tag)[0] for tags in sentences for tag in tags} - {"O"}
    if not prefixes:
        return "none: every token is outside"
    for mark, name in (
        ("M", "BMES"),
        ("L", "BILOU"),
        ("U", "BILOU"),
        ("E", "IOBES"),
        ("S", "IOBES"),
    ):
        if mark in prefixes:
            return name
    if "B" not in prefixes:
        return "IO or IOB1"
    return "IOB2" if marks_beginnings(sentences) else "IOB1"


def iob2(length: int, mentions: Iterable[tuple[int, int, str]]) -> list[str]:
    """Tag tokens; mentions are (first, last, label) with inclusive token numbers, none overlapping.

    >>> iob2(4, [(1, 2, "PER")])
    ['O', 'B-PER', 'I-PER', 'O']
    """
    tags = ["O"] * length
    for first, last, label in mentions:
        tags[first] = f"B-{label}"
        for at in range(first + 1, last + 1):
            tags[at] = f"I-{label}"
    return tags
