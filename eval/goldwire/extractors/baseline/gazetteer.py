"""The gazetteer: names of places and international bodies, found by their first word."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from goldwire.extractors.baseline.candidates import Candidate
from goldwire.extractors.baseline.sentences import Sentence, split_sentences

TYPES = {
    "country": "GPE",
    "adjective": "GPE",
    "city": "GPE",
    "region": "LOC",
    "region_adjective": "LOC",
    "organisation": "ORG",
}
"""The entity type that each kind of listed name has."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One name of the gazetteer; names with the same `key` mean the same thing."""

    name: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class _Index:
    """Names by their first word, longest first: as they are written, and in capitals."""

    as_written: dict[str, tuple[Listed, ...]]
    in_capitals: dict[str, tuple[Listed, ...]]


@cache
def gazetteer() -> dict[str, tuple[str, str]]:
    """Read `gazetteer.tsv`, once: name → (kind, key)."""
    source = files("goldwire.extractors.baseline") / "gazetteer.tsv"
    lines = source.read_bytes().decode("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {name: (kind, key) for name, kind, key in rows}


@cache
def _index() -> _Index:
    names = [Listed(name, kind, key) for name, (kind, key) in gazetteer().items()]
    capitals = [Listed(one.name.upper(), one.kind, one.key) for one in names]
    return _Index(_by_first_word(names), _by_first_word(capitals))


def _by_first_word(names: list[Listed]) -> dict[str, tuple[Listed, ...]]:
    groups: dict[str, list[Listed]] = {}
    for listed in sorted(names, key=lambda one: -len(one.name)):
        first = split_sentences(listed.name)[0].words[0].text
        groups.setdefault(first, []).append(listed)
    return {first: tuple(group) for first, group in groups.items()}


def find_listed(text: str, sentence: Sentence) -> Iterator[Candidate]:
    """Find the longest listed name at every word; a name never begins inside another."""
    listing = _index().in_capitals if sentence.is_capitals else _index().as_written
    done = 0
    for word in sentence.words:
        if word.start < done:
            continue
        for listed in listing.get(word.text, ()):
            end = word.start + len(listed.name)
            if text.startswith(listed.name, word.start) and not text[end : end + 1].isalnum():
                yield _candidate(word.start, end, listed)
                done = end
                break


def _candidate(start: int, end: int, listed: Listed) -> Candidate:
    is_acronym = listed.kind == "organisation" and listed.name == listed.key
    form = "adj" if listed.kind.endswith("adjective") else "noun"
    if form == "noun" and is_acronym and listed.name.replace(".", "").isupper():
        form = "acronym"
    kind = TYPES[listed.kind]
    key = listed.name if listed.kind == "city" else listed.key
    return Candidate(start, end, start, end, kind, "NAM", form, key, kind=listed.kind, rank=1)
