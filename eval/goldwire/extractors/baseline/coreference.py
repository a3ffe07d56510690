"""Coreference: one entity for mentions with one name, surname, acronym or listed key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from goldwire.extractors.baseline.candidates import Candidate
from goldwire.extractors.baseline.sentences import span
from goldwire.model import Entity, Mention

_SMALL = frozenset({"of", "for", "on", "and", "the", "in"})


@dataclass(frozen=True, slots=True)
class Named:
    """The mentions of a text, in its order, and the entities that they refer to."""

    entities: tuple[Entity, ...]
    mentions: tuple[Mention, ...]


def surnames_of(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Map the last word of each person's name to the first full name that ends in it."""
    surnames: dict[str, str] = {}
    for one in candidates:
        if one.type == "PER" and one.level == "NAM":
            surnames.setdefault(one.key.rpartition(" ")[2], one.key)
    return surnames


def corefer(text: str, candidates: Sequence[Candidate]) -> Named:
    """Put candidates, in text order, into entities; mentions and entities are numbered from 1."""
    surnames = surnames_of(candidates)
    acronyms = _acronyms_of(candidates)
    resolved = [_resolve_name(one, surnames, acronyms) for one in candidates]
    resolved = list(_resolve_anaphors(resolved))
    entities: dict[tuple[str, str], Entity] = {}
    mentions = []
    for number, one in enumerate(resolved, start=1):
        key = (one.type, one.key)
        if key not in entities:
            is_name = one.level == "NAM"
            shown = text[one.head_start : one.head_end] if is_name else None
            entities[key] = Entity(id=f"e{len(entities) + 1}", type=one.type, canonical_name=shown)
        mentions.append(
            Mention(
                id=f"m{number}",
                entity=entities[key].id,
                level=one.level,
                form=one.form,
                spans=(span(text, one.start, one.end),),
                head=span(text, one.head_start, one.head_end),
            )
        )
    return Named(tuple(entities.values()), tuple(mentions))


def _acronyms_of(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Map initials to the first body whose name has them: "World Health Organization" → WHO."""
    acronyms: dict[str, str] = {}
    for one in candidates:
        if one.type == "ORG" and " " in one.key:
            words = [word for word in one.key.split() if word.lower() not in _SMALL]
            acronyms.setdefault("".join(word[0] for word in words).upper(), one.key)
    return acronyms


def _resolve_name(one: Candidate, surnames: dict[str, str], acronyms: dict[str, str]) -> Candidate:
    if one.type == "PER" and one.level == "NAM":
        return replace(one, key=surnames[one.key.rpartition(" ")[2]])
    if one.form == "acronym" and one.kind != "organisation":
        return replace(one, key=acronyms.get(one.key, one.key))
    return one


def _resolve_anaphors(candidates: Sequence[Candidate]) -> Iterable[Candidate]:
    """Refer "he" to the last person named, "the country" to the last country named.

    Any other common noun refers to the same thing as an equal definite phrase, else to a thing of
    its own.
    """
    person = country = None
    for number, one in enumerate(candidates):
        if one.level == "NAM":
            person = one.key if one.type == "PER" else person
            country = one.key if one.kind in {"country", "adjective"} else country
            yield one
        elif one.level == "PRO":
            yield one if person is None else replace(one, key=person)
        elif one.kind == "definite" and one.key in {"country", "nation"} and country is not None:
            yield replace(one, key=country)
        else:
            own = one.key if one.kind == "definite" else f"{one.key} {number}"
            yield replace(one, key=f"({own})")
