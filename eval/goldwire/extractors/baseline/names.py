"""Names: places and organisations from the gazetteer, persons and bodies by their shape."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from goldwire.extractors.baseline.sentences import Sentence, span
from goldwire.model import Entity, Mention

TITLES = (
    "President|Vice President|Prime Minister|Foreign Minister|Defen[cs]e Minister|Finance Minister|"
    "Interior Minister|Minister|Secretary-General|Secretary General|Secretary|Governor|Mayor|"
    "Senator|Chancellor|King|Queen|Prince|Princess|General|Colonel|Captain|Commander|Judge|"
    "Justice|Chairman|Chairwoman|Director|Spokesman|Spokeswoman|Ambassador|Professor|"
    "Mr\\.|Mrs\\.|Ms\\.|Dr\\."
)
_WORD = r"[A-Z][\w’']*(?:-[A-Z]\w+)*"
_PERSON = re.compile(rf"\b(?:{TITLES}) (?P<name>{_WORD}(?: {_WORD}){{0,3}})")
_BODY = re.compile(
    rf"\b(?P<name>(?:{_WORD} ){{0,6}}"
    r"(?:Ministry|Committee|Council|Commission|Agency|Authority|Court|Party|Bank|Union|"
    r"Organi[sz]ation|Association|Force|Forces|Army|Police|Parliament|Senate|Assembly|University|"
    r"Institute|Group|Company|Corporation)"
    rf"(?: (?:of|for) {_WORD}(?: {_WORD}){{0,4}})?)"
)
_ACRONYM = re.compile(r"\b[A-Z]{3,6}\b")
_COMMON = {
    "the country": "GPE",
    "the capital": "GPE",
    "the government": "ORG",
    "the police": "ORG",
    "the army": "ORG",
    "the military": "ORG",
    "the parliament": "ORG",
    "local media": "ORG",
    "state media": "ORG",
}
_COMMON_NOUN = re.compile(r"\b(?:" + "|".join(_COMMON) + r")\b", re.IGNORECASE)
_FACILITY = re.compile(r"(?:University|Institute|Airport|Station|Hospital|Stadium)$")


@dataclass(frozen=True, slots=True)
class Named:
    """The mentions of a text and the entities that they refer to."""

    entities: tuple[Entity, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    type: str
    level: str
    form: str
    key: str


@cache
def gazetteer() -> dict[str, tuple[str, str]]:
    """Read the gazetteer: name → (kind, country code)."""
    source = files("goldwire.extractors.baseline") / "gazetteer.tsv"
    lines = source.read_bytes().decode("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {name: (kind, code) for name, kind, code in rows}


@cache
def _gazetteer_pattern() -> re.Pattern[str]:
    names = sorted(gazetteer(), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)")


def find_mentions(text: str, sentences: Sequence[Sentence]) -> Named:
    """Find names and a few common nouns, and put the mentions of one thing into one entity."""
    found: dict[tuple[int, int], _Found] = {}
    for sentence in sentences:
        for item in _in_sentence(text, sentence):
            if not any(_crosses(item, other) for other in found.values()):
                found.setdefault((item.start, item.end), item)
    ordered = sorted(found.values(), key=lambda item: (item.start, -item.end))
    entities: dict[tuple[str, str], Entity] = {}
    mentions = []
    for number, item in enumerate(ordered, start=1):
        key = (item.type, item.key)
        if key not in entities:
            entities[key] = Entity(
                id=f"e{len(entities) + 1}", type=item.type, canonical_name=item.key
            )
        place = span(text, item.start, item.end)
        mentions.append(
            Mention(
                id=f"m{number}",
                entity=entities[key].id,
                level=item.level,
                form=item.form,
                spans=(place,),
                head=place,
            )
        )
    return Named(tuple(entities.values()), tuple(mentions))


def _crosses(one: _Found, other: _Found) -> bool:
    return (
        one.start < other.start < one.end < other.end
        or other.start < one.start < other.end < one.end
    )


def _in_sentence(text: str, sentence: Sentence) -> Iterator[_Found]:
    """Yield candidates, surer ones first; names in capitals are found by the gazetteer alone."""
    if sentence.is_capitals:
        yield from _listed(text, sentence, fold=True)
        return
    surnames: dict[str, str] = {}
    for match in _PERSON.finditer(text, sentence.start, sentence.end):
        name = match["name"].removesuffix("’s").removesuffix("'s")
        surnames[name.rpartition(" ")[2]] = name
        end = match.start("name") + len(name)
        yield _Found(match.start(), end, "PER", "NAM", "noun", name.rpartition(" ")[2])
    yield from _listed(text, sentence, fold=False)
    for match in _BODY.finditer(text, sentence.start, sentence.end):
        kind = "FAC" if _FACILITY.search(match["name"]) else "ORG"
        yield _Found(match.start(), match.end(), kind, "NAM", "noun", match["name"])
    for match in _ACRONYM.finditer(text, sentence.start, sentence.end):
        yield _Found(match.start(), match.end(), "ORG", "NAM", "acronym", match[0])
    for match in _COMMON_NOUN.finditer(text, sentence.start, sentence.end):
        words = match[0].lower()
        yield _Found(match.start(), match.end(), _COMMON[words], "NOM", "noun", words)


def _listed(text: str, sentence: Sentence, *, fold: bool) -> Iterator[_Found]:
    """Yield the names of the gazetteer; `fold` reads capitals as if they were in title case."""
    shown = text[sentence.start : sentence.end]
    if fold:
        shown = re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), shown)
    for match in _gazetteer_pattern().finditer(shown):
        kind, code = gazetteer()[match[0]]
        is_place = kind != "organisation"
        key = code if kind in {"country", "adjective"} else match[0]
        yield _Found(
            sentence.start + match.start(),
            sentence.start + match.end(),
            "GPE" if is_place else "ORG",
            "NAM",
            "adj" if kind == "adjective" else "acronym" if match[0].isupper() else "noun",
            key,
        )
