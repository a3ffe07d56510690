"""Lines of brat stand-off files: text-bound annotations, events, relations, attributes, notes.

Source: brat's description of its stand-off format, and what its server and others really write.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from goldwire.formats.ledger import Ledger

_TEXT_BOUND = re.compile(
    r"(?P<id>T[\w.\-]+)\t(?P<type>\S+) (?P<spans>-?\d+ -?\d+(?:;-?\d+ -?\d+)*)(?:\t(?P<words>.*))?"
)
_EVENT = re.compile(r"(?P<id>E[\w.\-]+)\t(?P<type>[^\s:]+):(?P<trigger>\S+)(?P<roles>(?: \S+)*) *")
_RELATION = re.compile(r"(?P<id>R[\w.\-]+)\t(?P<type>\S+) \S+?:(?P<head>\S+) \S+?:(?P<tail>\S+)\s*")
_EQUIVALENCE = re.compile(r"\*\t(?P<type>\S+)(?P<ids>(?: \S+)+)\s*")
_ATTRIBUTE = re.compile(r"(?P<id>[AM][\w.\-]+)\t(?P<type>\S+) (?P<target>\S+)(?: (?P<value>.*))?")
_NORMALISATION = re.compile(
    r"(?P<id>N[\w.\-]+)\t(?P<type>\S+) (?P<target>\S+) (?P<reference>\S+)(?:\t(?P<title>.*))?"
)
_NOTE = re.compile(r"(?P<id>#[\w.\-]*)\t(?P<type>\S+)(?: (?P<target>\S+))?(?:\t(?P<words>.*))?")


@dataclass(slots=True)
class TextBound:
    """A T line: fragments as numbers, and the words as they are copied there.

    `fragments` is empty for a line whose offsets cannot be read.
    """

    id: str
    type: str
    fragments: tuple[tuple[int, int], ...]
    words: str | None
    line: int


@dataclass(frozen=True, slots=True)
class EventLine:
    """An E line: its type, its trigger's id, and (role, id) of its arguments."""

    id: str
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Binary:
    """An R, A, N or # line: what of which kind it says about which target or targets."""

    id: str
    type: str
    target: str
    value: str
    line: int


@dataclass(slots=True)
class Lines:
    """A file by kinds of lines, in the order in which they stand."""

    text_bound: dict[str, TextBound] = field(default_factory=dict)
    events: list[EventLine] = field(default_factory=list)
    relations: list[Binary] = field(default_factory=list)
    equivalences: list[tuple[str, ...]] = field(default_factory=list)
    attributes: list[Binary] = field(default_factory=list)
    normalisations: list[Binary] = field(default_factory=list)
    notes: list[Binary] = field(default_factory=list)


def parse(text: str, ledger: Ledger, *, document: str) -> Lines:
    """Read all lines; those that mean nothing are entered as unreadable.

    A line that follows a T line and begins with no id continues its words: some tools copy line
    breaks of the text as they are.
    """
    lines = Lines()
    last: TextBound | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.removesuffix("\r")
        found = _text_bound(stripped, number)
        if found is not None:
            last = found
            if found.id in lines.text_bound:
                ledger.lose("id-twice", "doubtful", f"line {number}", found.id, document=document)
                found.id = f"{found.id}.{number}"
            lines.text_bound[found.id] = found
            if not found.fragments:
                ledger.lose(
                    "unreadable-item", "unreadable", f"line {number}", stripped, document=document
                )
        elif _other(stripped, number, lines):
            last = None
        elif (lost := _lost_event(stripped, number)) is not None:
            last = None
            lines.events.append(lost)
            ledger.lose(
                "unreadable-item", "unreadable", f"line {number}", stripped[:60], document=document
            )
        elif last is not None and last.words is not None and not re.match(r"[TERAMN#*]\S*\t", line):
            last.words += "\n" + stripped
        elif stripped.strip():
            ledger.lose(
                "unreadable-line", "unreadable", f"line {number}", stripped[:60], document=document
            )
    for bound in lines.text_bound.values():
        bound.words = bound.words and bound.words.rstrip("\n")
    return lines


def _lost_event(line: str, number: int) -> EventLine | None:
    """Keep an event line that cannot be read as an event without a trigger."""
    match = re.match(r"(?P<id>E[\w.\-]+)\t(?P<type>[^\s:]*)", line)
    return EventLine(match["id"], match["type"], "", (), number) if match else None


def _text_bound(line: str, number: int) -> TextBound | None:
    match = _TEXT_BOUND.fullmatch(line)
    if match:
        pairs = [pair.split(" ") for pair in match["spans"].split(";")]
        fragments = tuple((int(start), int(end)) for start, end in pairs)
        return TextBound(match["id"], match["type"], fragments, match["words"], number)
    loose = re.fullmatch(r"(?P<id>T[\w.\-]+)\s+(?P<type>[^\s\d]\S*)(?P<rest>.*)", line)
    if loose:
        words = loose["rest"].rpartition("\t")[2].strip()
        return TextBound(loose["id"], loose["type"], (), words or None, number)
    return None


def _other(line: str, number: int, lines: Lines) -> bool:
    """Read a line that is not text-bound; False when it is none that brat knows."""
    if match := _EVENT.fullmatch(line):
        roles = tuple(_arguments(match["roles"]))
        event = EventLine(match["id"], match["type"], match["trigger"], roles, number)
        lines.events.append(event)
    elif match := _RELATION.fullmatch(line):
        lines.relations.append(
            Binary(match["id"], match["type"], match["head"], match["tail"], number)
        )
    elif match := _EQUIVALENCE.fullmatch(line):
        lines.equivalences.append(tuple(match["ids"].split()))
    elif match := _ATTRIBUTE.fullmatch(line):
        lines.attributes.append(_binary(match, "value", number))
    elif match := _NORMALISATION.fullmatch(line):
        lines.normalisations.append(_binary(match, "reference", number))
    elif match := _NOTE.fullmatch(line):
        lines.notes.append(_binary(match, "words", number))
    else:
        return False
    return True


def _binary(match: re.Match[str], value: str, number: int) -> Binary:
    target = match["target"] or ""
    return Binary(match["id"], match["type"], target, match[value] or "", number)


def _arguments(roles: str) -> Iterator[tuple[str, str]]:
    """Read arguments; a repeated role is numbered in brat: Theme, Theme2."""
    seen: set[str] = set()
    for part in roles.split():
        role, _, target = part.partition(":")
        base = role.rstrip("0123456789")
        yield (base if base in seen else role), target
        seen.add(role)
