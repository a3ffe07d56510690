"""Names: persons by titles and shape, bodies and places by their nouns, acronyms by capitals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from goldwire.extractors.baseline.candidates import Candidate
from goldwire.extractors.baseline.gazetteer import find_listed
from goldwire.extractors.baseline.sentences import Sentence, Word
from goldwire.extractors.baseline.vocabulary import (
    BODY_NOUNS,
    FACILITY_NOUNS,
    FUNCTION_WORDS,
    HONORIFICS,
    LOCATION_NOUNS,
    NOT_ACRONYMS,
    OTHER_NOUNS,
    TITLE_MODIFIERS,
    TITLE_WORDS,
)

MAX_NAME_WORDS = 4
"""A longer row of capitalised words is a headline or a title of a work, not a person."""

_NAME_NOUNS = BODY_NOUNS | FACILITY_NOUNS | LOCATION_NOUNS | OTHER_NOUNS
_IRREGULAR_VERBS = frozenset("said says told met held took made gave left sent won lost".split())
_JOINTS = frozenset({"of", "for", "on"})


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring capitalised words, as positions in the words of the sentence."""

    first: int
    last: int


def find_names(text: str, sentence: Sentence) -> list[Candidate]:
    """Propose the names of one sentence; in capitals, only listed ones can be told from words."""
    listed = list(find_listed(text, sentence))
    if sentence.is_capitals:
        return listed
    kinds = _kinds(sentence, listed)
    found = list(_with_articles(sentence.words, listed))
    for run in _runs(sentence.words):
        found.extend(_in_run(sentence.words, run, kinds))
    return found


def find_surnames(
    sentence: Sentence, surnames: dict[str, str], names: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Find single words that are the last word of a person's name elsewhere in the text."""
    named = {at for name in names for at in range(name.head_start, name.head_end)}
    for word in sentence.words:
        if word.start in named:
            continue
        shown = word.text.capitalize() if sentence.is_capitals else word.text
        if word.is_name_like and shown in surnames:
            place = (word.start, word.end, word.start, word.end)
            yield Candidate(*place, "PER", "NAM", "noun", surnames[shown], rank=6)


def _kinds(sentence: Sentence, listed: Sequence[Candidate]) -> dict[int, str]:
    """Give the kind of the listed name that covers a word, by the position of the word."""
    kinds: dict[int, str] = {}
    names = iter(listed)
    name = next(names, None)
    for at, word in enumerate(sentence.words):
        while name is not None and name.end <= word.start:
            name = next(names, None)
        if name is not None and name.start <= word.start:
            kinds[at] = name.kind
    return kinds


def _with_articles(words: Sequence[Word], listed: Sequence[Candidate]) -> Iterator[Candidate]:
    """Let the extent begin at an article that belongs to the name and not to a later noun."""
    at_start = {word.start: at for at, word in enumerate(words)}
    at_end = {word.end: at for at, word in enumerate(words)}
    for name in listed:
        first, last = at_start[name.start], at_end.get(name.end)
        article = words[first - 1] if first > 0 else words[first]
        following = words[last + 1] if last is not None and last + 1 < len(words) else None
        is_last = following is None or (
            (not following.text[0].isalnum() and following.text != "-") or _is_verb_like(following)
        )
        if article.lower == "the" and name.form != "adj" and is_last:
            yield replace(name, start=article.start)
        else:
            yield name


def _is_verb_like(word: Word) -> bool:
    """Claim that no noun phrase goes on here: a function word, or a verb by its look."""
    return word.lower in FUNCTION_WORDS | _IRREGULAR_VERBS or word.lower.endswith("ed")


def _runs(words: Sequence[Word]) -> Iterator[_Run]:
    """Find rows of capitalised words; a hyphen or the dot of an initial may stand inside."""
    first = None
    last = 0
    for at, word in enumerate(words):
        if first is not None and not _continues(words, last, at):
            yield _Run(first, last)
            first = None
        if word.is_name_like and word.lower not in FUNCTION_WORDS:
            first = at if first is None else first
            last = at
    if first is not None:
        yield _Run(first, last)


def _continues(words: Sequence[Word], last: int, at: int) -> bool:
    """Claim that the word at `at` still belongs to the run whose last name word is `last`."""
    word, gap = words[at], words[at].start - words[at - 1].end
    if word.text == "-":
        return gap == 0 and at - last == 1
    if word.text == ".":
        previous = words[at - 1]
        is_short = len(previous.text) == 1 or previous.lower in TITLE_WORDS
        return gap == 0 and at - last == 1 and is_short
    if not word.is_name_like or word.lower in FUNCTION_WORDS:
        return False
    return gap == 0 if words[at - 1].text == "-" else gap <= 1


def _in_run(words: Sequence[Word], run: _Run, kinds: dict[int, str]) -> Iterator[Candidate]:
    titles = [at for at in range(run.first, run.last + 1) if words[at].lower in TITLE_WORDS]
    bodies = [at for at in range(run.first, run.last + 1) if words[at].lower in _NAME_NOUNS]
    before_title = bodies if not titles else [at for at in bodies if at < titles[-1]]
    if titles and titles[-1] < run.last and not any(at > titles[-1] for at in bodies):
        yield from _titled(words, run, titles[-1], kinds)
    if before_title:
        yield from _body(words, run, before_title[-1], kinds)
    elif not titles and not bodies:
        yield from _bare(words, run, kinds)


def _titled(
    words: Sequence[Word], run: _Run, title: int, kinds: dict[int, str]
) -> Iterator[Candidate]:
    """Propose a person named after a title; state, body and article before it are in the extent."""
    name = title + 1
    while name <= run.last and not words[name].is_name_like:
        name += 1
    if name > run.last or any(at in kinds for at in range(name, run.last + 1)):
        return
    first = run.first
    if first == title and first > 0 and words[first - 1].lower in TITLE_MODIFIERS:
        first -= 1
    if first > 1 and words[first - 1].lower in {"’s", "'s"} and first - 2 in kinds:
        first -= 2
    if first > 0 and words[first - 1].lower == "the":
        first -= 1
    start, end = words[name].start, words[run.last].end
    key = " ".join(word.text for word in words[name : run.last + 1])
    kind = words[title].lower
    extent = words[first].start
    yield Candidate(extent, end, start, end, "PER", "NAM", "noun", key, kind=kind, rank=2)


def _body(
    words: Sequence[Word], run: _Run, noun: int, kinds: dict[int, str]
) -> Iterator[Candidate]:
    """Propose a body, facility or place by the noun in its name, with a following "of …"."""
    kind = _type_of(words[noun].lower)
    first, last = run.first, noun
    if noun == run.last:
        last = _joined(words, noun)
    if kind is None or (first == last) or all(at in kinds for at in range(first, last + 1)):
        return
    head = first
    while head < noun and kinds.get(head, "").endswith("adjective"):
        head += 1
    start, end = words[head].start, words[last].end
    key = " ".join(word.text for word in words[head : last + 1])
    has_article = first > 0 and words[first - 1].lower == "the"
    extent = words[first - 1 if has_article else first].start
    yield Candidate(extent, end, start, end, kind, "NAM", "noun", key, rank=3)


def _type_of(noun: str) -> str | None:
    if noun in BODY_NOUNS:
        return "ORG"
    if noun in FACILITY_NOUNS:
        return "FAC"
    return "LOC" if noun in LOCATION_NOUNS else None


def _joined(words: Sequence[Word], last: int) -> int:
    """Give the last word of the name when "of", "for" or "on" and capitalised words follow."""
    at = last + 1
    if at + 1 >= len(words) or words[at].lower not in _JOINTS:
        return last
    end = at
    for next_word in range(at + 1, min(at + 5, len(words))):
        word = words[next_word]
        if not word.is_name_like or word.lower in FUNCTION_WORDS:
            break
        end = next_word
    return last if end == at else end


def _bare(words: Sequence[Word], run: _Run, kinds: dict[int, str]) -> Iterator[Candidate]:
    """Propose an acronym, or a person by two to four capitalised words that nothing explains."""
    inside = [at for at in range(run.first, run.last + 1) if words[at].is_name_like]
    for at in inside:
        shown = words[at].text
        is_short = 1 < len(shown) <= 6 and shown.isascii() and shown.isalpha()
        if at not in kinds and is_short and shown.isupper() and shown not in NOT_ACRONYMS:
            place = (words[at].start, words[at].end, words[at].start, words[at].end)
            yield Candidate(*place, "ORG", "NAM", "acronym", shown, rank=4)
    free = [at for at in inside if at not in kinds]
    if not free or free[-1] != run.last:
        return
    first = free[-1]
    while first - 1 >= run.first and first - 1 not in kinds:
        first -= 1
    name = [words[at] for at in range(first, run.last + 1) if words[at].is_name_like]
    if 1 < len(name) <= MAX_NAME_WORDS and all(_is_personal(word) for word in name):
        start, end = name[0].start, name[-1].end
        key = " ".join(word.text for word in name)
        before = words[run.first - 1] if first == run.first and first > 0 else name[0]
        has_title = before.lower in TITLE_WORDS
        extent = before.start if has_title else start
        yield Candidate(extent, end, start, end, "PER", "NAM", "noun", key, rank=5)


def _is_personal(word: Word) -> bool:
    is_initial = len(word.text) == 1
    is_spelt = word.text.isalpha() and not word.text.isupper()
    return (is_initial or is_spelt or "’" in word.text) and word.lower not in HONORIFICS
