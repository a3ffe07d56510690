"""Events: words of a trigger lexicon, with the nearest fitting mentions and times as arguments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from goldwire.extractors.baseline.sentences import Sentence, Word, span
from goldwire.model import Argument, Event, EventMention, Mention, Time

Item = TypeVar("Item", Mention, Time)

REACH = 12
"""How many mentions of the sentence, on each side of a trigger, may be its arguments."""

_ACTORS = frozenset({"PER", "ORG", "GPE"})
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_FILLERS = {
    "Demonstrator": frozenset({"PER", "ORG"}),
    "Target": frozenset({"PER", "ORG", "GPE", "LOC", "FAC", "ART"}),
    "Instrument": frozenset({"MEASURE"}),
    "Measure": frozenset({"MEASURE"}),
    "Commodity": frozenset({"ART"}),
    "Victim": frozenset({"PER"}),
    "Person": frozenset({"PER"}),
    "Org": frozenset({"ORG", "GPE"}),
    "Mover": frozenset({"PER", "ORG", "ART"}),
}
"""The entity types that may fill a role, as the guidelines have them; other roles: actors."""

_LEADS = {"in": "Place", "at": "Place", "near": "Place", "across": "Place", "outside": "Place"}
_PATHS = {"from": "Origin", "to": "Destination", "into": "Destination", "toward": "Destination"}
_BE = frozenset("is are was were be been being".split())
_NEGATION = frozenset("not no never without neither n’t didn’t don’t didn't don't".split())


@dataclass(frozen=True, slots=True)
class Lexeme:
    """What a word means as a trigger, and the roles of its subject and object (or `-`)."""

    type: str
    subject: str
    object: str


@dataclass(frozen=True, slots=True)
class Happened:
    """The event mentions of a text, and the events that they refer to."""

    events: tuple[Event, ...]
    event_mentions: tuple[EventMention, ...]


@cache
def lexicon() -> dict[str, Lexeme]:
    """Read `triggers.tsv`, once: word form, or verb and particle with a space → lexeme."""
    source = files("goldwire.extractors.baseline") / "triggers.tsv"
    lines = source.read_bytes().decode("utf-8").splitlines()
    words: dict[str, Lexeme] = {}
    for line in lines:
        if line and not line.startswith("#"):
            event_type, subject, object_, forms = line.split("\t")
            for form in forms.split():
                words[form.replace("_", " ")] = Lexeme(event_type, subject, object_)
    return words


def find_events(
    text: str,
    sentences: Sequence[Sentence],
    *,
    mentions: Sequence[Mention],
    types: Mapping[str, str],
    times: Sequence[Time],
) -> Happened:
    """Find triggers sentence by sentence and fill the roles from the same sentence.

    `types` gives the type of an entity by its id. Every event mention is an event of its own.
    """
    found: list[EventMention] = []
    at_mention = at_time = 0
    for sentence in sentences:
        inside, at_mention = _inside(mentions, at_mention, sentence)
        when, at_time = _inside(times, at_time, sentence)
        for first, last, lexeme in _triggers(sentence, inside):
            found.append(
                EventMention(
                    id=f"x{len(found) + 1}",
                    event=f"v{len(found) + 1}",
                    type=lexeme.type,
                    trigger=span(text, sentence.words[first].start, sentence.words[last].end),
                    polarity=_polarity(sentence.words, first),
                    tense=_tense(sentence.words, first),
                    arguments=(
                        *_arguments(sentence.words, (first, last), lexeme, inside, types=types),
                        *_time(sentence.words[first].start, when),
                    ),
                )
            )
    events = tuple(Event(id=one.event or "", type=one.type) for one in found)
    return Happened(events, tuple(found))


def _inside(items: Sequence[Item], at: int, sentence: Sentence) -> tuple[list[Item], int]:
    """Give the items of a sentence, from position `at` on, and where the next sentence begins."""
    inside = []
    while at < len(items) and items[at].spans[0].start < sentence.end:
        if items[at].spans[0].start >= sentence.start:
            inside.append(items[at])
        at += 1
    return inside, at


def _triggers(sentence: Sentence, mentions: Sequence[Mention]) -> Iterator[tuple[int, int, Lexeme]]:
    """Find trigger words: first word, last word, meaning. A word inside a name is none."""
    words = sentence.words
    named = {
        start
        for mention in mentions
        if mention.level == "NAM" and mention.head is not None
        for start in range(mention.head.start, mention.head.end)
    }
    for at, word in enumerate(words):
        if word.start in named or (word.is_name_like and at > 0 and not sentence.is_capitals):
            continue
        pair = f"{word.lower} {words[at + 1].lower}" if at + 1 < len(words) else ""
        if pair in lexicon():
            yield at, at + 1, lexicon()[pair]
        elif word.lower in lexicon():
            yield at, at, lexicon()[word.lower]


def _polarity(words: Sequence[Word], at: int) -> str:
    before = {word.lower for word in words[max(0, at - 3) : at]}
    return "NEG" if before & _NEGATION else "POS"


def _tense(words: Sequence[Word], at: int) -> str:
    before = [word.lower for word in words[max(0, at - 4) : at]]
    if "will" in before or "shall" in before:
        return "FUTURE"
    if words[at].lower.endswith("ed") or {"has", "have", "had", "was", "were"} & set(before):
        return "PAST"
    return "PRESENT" if {"is", "are"} & set(before[-2:]) else "UNSPECIFIED"


def _arguments(
    words: Sequence[Word],
    trigger: tuple[int, int],
    lexeme: Lexeme,
    mentions: Sequence[Mention],
    *,
    types: Mapping[str, str],
) -> tuple[Argument, ...]:
    """Take the nearest fitting mention before as subject and after as object, prepositions first.

    In the passive the sides change, and only "by" gives a subject.
    """
    first, last = trigger
    start, end = words[first].start, words[last].end
    is_passive = words[first].lower.endswith(("ed", "en")) and any(
        word.lower in _BE for word in words[max(0, first - 2) : first]
    )
    leads = _leads(words)
    before = _outermost([m for m in mentions if m.spans[0].end <= start][-REACH:])
    after = _outermost([m for m in mentions if m.spans[0].start >= end][:REACH])
    roles: dict[str, Mention] = {}
    subject, object_ = (lexeme.object, "-") if is_passive else (lexeme.subject, lexeme.object)
    for mention in reversed(before):
        if leads.get(mention.spans[0].start) not in _LEADS:
            _fill(roles, subject, mention, types)
    comma = next((word.start for word in words[last:] if word.text == ","), words[-1].end)
    for mention in after:
        if mention.spans[0].start > comma and object_ not in roles:
            object_ = "-"
        role = _role_after(leads.get(mention.spans[0].start, ""), lexeme, object_)
        _fill(roles, role, mention, types)
    if lexeme.type.startswith("Movement.") and "Agent" in roles and "Mover" not in roles:
        roles["Mover"] = roles.pop("Agent")
    in_order = sorted(roles.items(), key=lambda filled: filled[1].spans[0].start)
    return tuple(Argument(role=_shown(role), ref=mention.id) for role, mention in in_order)


def _time(at: int, when: Sequence[Time]) -> tuple[Argument, ...]:
    """Take the time of the sentence that is nearest to the trigger."""
    if not when:
        return ()
    nearest = min(when, key=lambda time: abs(time.spans[0].start - at))
    return (Argument(role="Time", ref=nearest.id),)


def _leads(words: Sequence[Word]) -> dict[int, str]:
    """Give the word before each word, by code point; an article between them is passed over."""
    leads: dict[int, str] = {}
    previous = ""
    for word in words:
        leads[word.start] = previous
        previous = previous if word.lower in {"the", "a", "an"} else word.lower
    return leads


def _outermost(mentions: Sequence[Mention]) -> list[Mention]:
    """Leave out mentions inside other ones; mentions come in text order, longer ones first."""
    found: list[Mention] = []
    for mention in mentions:
        if not found or mention.spans[0].start >= found[-1].spans[0].end:
            found.append(mention)
    return found


def _role_after(lead: str, lexeme: Lexeme, object_: str) -> str:
    if lead in _LEADS:
        return "Place"
    if lexeme.type.startswith("Movement.") and lead in _PATHS:
        return _PATHS[lead]
    if lead == "by":
        return lexeme.subject
    if lead == "of" and lexeme.object == "-":
        return lexeme.subject
    if lexeme.type.startswith(("Contact.Meet", "Conflict.Clash")) and lead in {"with", "between"}:
        return "Participant other"
    return f"{object_} other" if object_ == lexeme.subject else object_


def _fill(roles: dict[str, Mention], role: str, mention: Mention, types: Mapping[str, str]) -> None:
    """Give the role to the mention if it is free and the type of the mention fits."""
    shown = _shown(role)
    is_place = shown in {"Place", "Origin", "Destination"}
    wanted = _PLACES if is_place else _FILLERS.get(shown, _ACTORS)
    if shown != "-" and role not in roles and types.get(mention.entity or "") in wanted:
        roles[role] = mention


def _shown(role: str) -> str:
    return role.removesuffix(" other")
