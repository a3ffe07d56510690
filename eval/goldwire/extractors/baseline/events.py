"""Events: words of a trigger lexicon, with the nearest mentions and times as arguments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from goldwire.extractors.baseline.sentences import Sentence, span
from goldwire.model import Argument, Event, EventMention, Mention, Time

_WORD = re.compile(r"[^\W\d_]+")
_PLACE = re.compile(r"\b(?:in|at|near|outside)\s+$")
_ORIGIN = re.compile(r"\bfrom\s+$")
_DESTINATION = re.compile(r"\b(?:to|into)\s+$")


@dataclass(frozen=True, slots=True)
class Lexeme:
    """What a word means as a trigger, and which role its subject and its object have."""

    type: str
    subject: str
    object: str


@dataclass(frozen=True, slots=True)
class Happened:
    """The event mentions of a text; each is an event of its own, coreference is not attempted."""

    events: tuple[Event, ...]
    event_mentions: tuple[EventMention, ...]


@cache
def lexicon() -> dict[str, Lexeme]:
    """Read the trigger lexicon: word form → lexeme."""
    source = files("goldwire.extractors.baseline") / "triggers.tsv"
    lines = source.read_bytes().decode("utf-8").splitlines()
    words: dict[str, Lexeme] = {}
    for line in lines:
        if line and not line.startswith("#"):
            event_type, subject, object_, forms = line.split("\t")
            for form in forms.split():
                words[form] = Lexeme(event_type, subject, object_)
    return words


def find_events(
    text: str,
    sentences: Sequence[Sentence],
    *,
    mentions: Sequence[Mention],
    times: Sequence[Time],
) -> Happened:
    """Find triggers sentence by sentence and fill the roles from the same sentence."""
    found: list[EventMention] = []
    events: list[Event] = []
    for sentence in sentences:
        inside = [m for m in mentions if sentence.start <= m.spans[0].start < sentence.end]
        when = [t for t in times if sentence.start <= t.spans[0].start < sentence.end]
        for word in _WORD.finditer(text, sentence.start, sentence.end):
            lexeme = lexicon().get(word[0].lower())
            if lexeme is None:
                continue
            number = len(found) + 1
            events.append(Event(id=f"v{number}", type=lexeme.type))
            found.append(
                EventMention(
                    id=f"x{number}",
                    event=f"v{number}",
                    type=lexeme.type,
                    trigger=span(text, word.start(), word.end()),
                    arguments=(
                        *_arguments(text, word.start(), word.end(), lexeme, inside),
                        *(Argument(role="Time", ref=time.id) for time in when[:1]),
                    ),
                )
            )
    return Happened(tuple(events), tuple(found))


def _arguments(
    text: str, start: int, end: int, lexeme: Lexeme, mentions: Sequence[Mention]
) -> tuple[Argument, ...]:
    """Take the nearest mention before the trigger as subject and the nearest after as object.

    A mention behind a preposition of place is a place instead.
    """
    arguments = []
    before = [m for m in mentions if m.spans[0].end <= start]
    after = [m for m in mentions if m.spans[0].start >= end]
    if before and lexeme.subject:
        arguments.append(Argument(role=lexeme.subject, ref=before[-1].id))
    is_free = bool(lexeme.object)
    for mention in after:
        lead = text[max(0, mention.spans[0].start - 12) : mention.spans[0].start]
        if _PLACE.search(lead):
            arguments.append(Argument(role="Place", ref=mention.id))
        elif lexeme.type.startswith("Movement.") and _ORIGIN.search(lead):
            arguments.append(Argument(role="Origin", ref=mention.id))
        elif lexeme.type.startswith("Movement.") and _DESTINATION.search(lead):
            arguments.append(Argument(role="Destination", ref=mention.id))
        elif is_free and mention is after[0]:
            arguments.append(Argument(role=lexeme.object, ref=mention.id))
            is_free = False
    return tuple(arguments)
