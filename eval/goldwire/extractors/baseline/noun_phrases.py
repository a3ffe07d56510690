"""Common-noun phrases and pronouns: a noun of a short list with what stands before it."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from goldwire.extractors.baseline.candidates import Candidate
from goldwire.extractors.baseline.sentences import Sentence, Word
from goldwire.extractors.baseline.vocabulary import DETERMINERS, PREMODIFIERS, TITLE_WORDS

MAX_PREMODIFIERS = 6
PRONOUNS = frozenset("he him his she her hers himself herself".split())
"""Pronouns that refer to one person; what the others refer to needs more than a list."""

_MASS = frozenset("police media equipment oil gas fuel grain wheat aircraft people".split())
_COMPARATORS = (("more", "than"), ("less", "than"), ("at", "least"), ("over",), ("about",))


@cache
def noun_types() -> dict[str, str]:
    """Read `nouns.tsv`, once: noun → entity type."""
    source = files("goldwire.extractors.baseline") / "nouns.tsv"
    lines = source.read_bytes().decode("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {noun: entity_type for entity_type, nouns in rows for noun in nouns.split()}


def find_noun_phrases(
    sentence: Sentence, names_by_end: Mapping[int, Candidate]
) -> Iterator[Candidate]:
    """Propose common-noun phrases and pronouns; `names_by_end` are the names of the sentence.

    A name may stand before the noun as an adjective ("the French army"), as an acronym or as a
    possessor ("Chile’s parliament").
    """
    words = sentence.words
    owners = dict(names_by_end)
    for at, word in enumerate(words):
        if word.lower in PRONOUNS and not (word.text.isupper() and len(word.text) > 1):
            yield Candidate(
                word.start, word.end, word.start, word.end, "PER", "PRO", "pron", word.lower
            )
        entity_type = noun_types().get(word.lower)
        is_name_part = word.is_name_like and not sentence.is_capitals and at > 0
        if entity_type is None or is_name_part or _is_premodifier(words, at):
            continue
        first, start = _extent(words, at, owners)
        if first == at and start == word.start and not _stands_alone(word):
            continue
        key = " ".join(one.lower for one in words[first : at + 1] if one.lower not in DETERMINERS)
        kind = "definite" if words[first].lower in {"the", "this", "that"} else ""
        place = (start, word.end, word.start, word.end)
        owners[word.end] = Candidate(*place, entity_type, "NOM", "noun", key, kind=kind)
        yield owners[word.end]


def _is_premodifier(words: tuple[Word, ...], at: int) -> bool:
    """Claim that the phrase goes on: "government forces" is one, "governor Smith" is a name."""
    if at + 1 >= len(words):
        return False
    following = words[at + 1]
    is_title = following.is_name_like and words[at].lower in TITLE_WORDS
    is_near = following.start - words[at].end == 1
    return is_near and (is_title or following.lower in noun_types())


def _stands_alone(word: Word) -> bool:
    return word.lower in _MASS or word.lower.endswith("s") or word.lower.endswith("men")


def _extent(
    words: tuple[Word, ...], noun: int, names_by_end: Mapping[int, Candidate]
) -> tuple[int, int]:
    """Give the first word of the phrase and its first code point, names before it included."""
    first, start = noun, words[noun].start
    for at in range(noun - 1, max(-1, noun - 1 - MAX_PREMODIFIERS), -1):
        word = words[at]
        if words[at + 1].start - word.end > 1:
            break
        if word.lower in {"’s", "'s"}:
            owner = names_by_end.get(word.start)
            return (first, start) if owner is None else (first, owner.start)
        name = names_by_end.get(word.end)
        is_modifier = name is not None and name.form in {"adj", "acronym"}
        if word.lower in DETERMINERS:
            return at, word.start
        if not (is_modifier or _modifies(word)):
            break
        first, start = at, word.start
    for comparator in _COMPARATORS:
        n = len(comparator)
        before = tuple(word.lower for word in words[max(0, first - n) : first])
        if before == comparator and words[first].text[0].isdigit():
            return first - n, words[first - n].start
    return first, start


def _modifies(word: Word) -> bool:
    return word.lower in PREMODIFIERS or word.lower in noun_types() or word.text[0].isdigit()
