"""Saying: which words of a sentence are source, cue and content."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from goldwire.extractors.baseline.sentences import Word
from goldwire.model import Mention

_ASSERT = (
    "said says say told tells stated states declared declares announced announces added adds "
    "reported reports claimed claims argued argues insisted insists warned warns confirmed "
    "confirms denied denies noted notes explained explains stressed emphasised emphasized alleged "
    "acknowledged admitted revealed replied commented concluded suggested wrote tweeted testified"
)
_ATTITUDES = {
    **dict.fromkeys(_ASSERT.split(), "ASSERTION"),
    **dict.fromkeys(
        "believes believed thinks thought expects expected fears feared".split(), "BELIEF"
    ),
    **dict.fromkeys("knows knew realised realized discovered learned learnt".split(), "KNOWLEDGE"),
    **dict.fromkeys("urged asked ordered demanded vowed promised pledged".split(), "EVENTUALITY"),
}
_BEFORE_CUE = frozenset("has have had also later earlier previously was were is are".split())
_RENDERING = frozenset(
    "statement interview speech letter report tweet post briefing message".split()
)
_DESCRIBING = frozenset(
    "described describes characterised characterized called labelled labeled".split()
)
_OPENERS = frozenset("meanwhile however moreover later earlier also but and".split())
_OPEN_QUOTES = frozenset('“"‘«')
_QUOTES = _OPEN_QUOTES | frozenset("”’»")
_STOPS = frozenset(',;:.!?()“”"')
_PRONOUNS = frozenset("he she they it we i".split())
_ADDRESSING = frozenset("told tells warned urged asked ordered promised".split())
_CLAUSE_WORDS = frozenset("that which who what when while as and but because although if".split())
MAX_SOURCE_WORDS = 10
MIN_CONTENT_WORDS = 3
MAX_CUES = 8


@dataclass(frozen=True, slots=True)
class Parts:
    """Source, cue and contents of one attribution as half-open ranges of word positions."""

    source: tuple[int, int]
    cue: tuple[int, int]
    contents: tuple[tuple[int, int], ...]
    attitude: str
    supplement: tuple[int, int] | None = None


def find_parts(
    words: Sequence[Word], *, by_end: Mapping[int, Mention], by_start: Mapping[int, Mention]
) -> Iterator[Parts]:
    """Look at the cue words of a sentence, at most eight: more of them is a list, not prose."""
    first = 0
    while first < len(words) and (words[first].lower in _OPENERS or words[first].text == ","):
        first += 1
    is_quoted = _quoted(words)
    n_found = 0
    for at in range(first, len(words)):
        if n_found == MAX_CUES:
            return
        parts = None
        word = words[at]
        if word.lower == "to" and at > first and words[at - 1].lower == "according":
            parts = _according(words, first, at, by_start)
        elif word.lower in _DESCRIBING:
            parts = _described(words, first, at, by_end)
        elif word.lower in _ATTITUDES and not is_quoted[at]:
            parts = _said(words, first, at, by_end=by_end, by_start=by_start)
        if parts is not None:
            n_found += 1
            yield parts


def _quoted(words: Sequence[Word]) -> list[bool]:
    """Say for each word whether it stands inside quotation marks."""
    found = []
    is_open = False
    for word in words:
        if word.text == '"':
            is_open = not is_open
        elif word.text in _QUOTES:
            is_open = word.text in _OPEN_QUOTES
        found.append(is_open)
    return found


def _according(
    words: Sequence[Word], first: int, at: int, by_start: Mapping[int, Mention]
) -> Parts | None:
    """Read "content, according to source" and "according to source, content"."""
    end = _source_end(words, at + 1, by_start)
    source, cue = (at + 1, end), (at - 1, at + 1)
    contents = [(first, at - 1)] if at - 1 > first else []
    if end < len(words) and words[end].text == ",":
        contents.append((end + 1, len(words)))
    if end == at + 1 or not contents:
        return None
    return Parts(source, cue, tuple(contents), "ASSERTION")


def _said(
    words: Sequence[Word],
    first: int,
    at: int,
    *,
    by_end: Mapping[int, Mention],
    by_start: Mapping[int, Mention],
) -> Parts | None:
    """Read "source said content", "content, source said" and "content, said source"."""
    start = at
    while start > first and (
        words[start - 1].lower in _BEFORE_CUE
        or (words[start - 1].lower.endswith("ly") and words[start - 1].text.islower())
    ):
        start -= 1
    end = _cue_end(words, at)
    attitude = _ATTITUDES[words[at].lower]
    if start == first or words[start - 1].text in _QUOTES | {","}:
        source_end = _source_end(words, at + 1, by_start)
        is_inverted = start - 1 > first and source_end > at + 1
        contents = ((first, start),)
        return (
            Parts((at + 1, source_end), (start, at + 1), contents, attitude)
            if is_inverted
            else None
        )
    source = (_source_start(words, first, start, by_end), start)
    if source[0] == start:
        return None
    if _is_closing(words, end):
        contents = ((first, source[0]),)
        return Parts(source, (start, end), contents, attitude) if source[0] > first else None
    wanted = {"to", "that", "for"} if attitude == "EVENTUALITY" else {"that"} | _OPEN_QUOTES
    reach = range(end, min(end + MAX_SOURCE_WORDS, len(words)))
    content = next((n for n in reach if words[n].lower in wanted), None)
    if content is None:
        content = end if attitude != "EVENTUALITY" else None
    if content is None:
        return None
    is_told = words[at].lower in _ADDRESSING and content > end
    supplement = (end, content) if is_told else None
    if not is_told and not _only_time_between(words, end, content):
        content = end
    if words[content].text in {":", ","}:
        content += 1
    if len(words) - content < MIN_CONTENT_WORDS:
        return None
    return Parts(
        source, (start, end), ((content, _content_end(words, content)),), attitude, supplement
    )


def _content_end(words: Sequence[Word], start: int) -> int:
    """Give the end of a content that runs to the end of the sentence or to "according to"."""
    reach = range(start, len(words) - 1)
    cues = (n for n in reach if words[n].lower == "according" and words[n + 1].lower == "to")
    return next(cues, len(words))


def _cue_end(words: Sequence[Word], at: int) -> int:
    """Give the end of the cue: "in a letter" and its like belong to it."""
    if at + 2 < len(words) and words[at + 1].lower in {"in", "on"}:
        for noun in range(at + 2, min(at + 6, len(words))):
            if words[noun].lower in _RENDERING:
                return noun + 1
            if words[noun].text in _STOPS:
                break
    return at + 1


def _is_closing(words: Sequence[Word], end: int) -> bool:
    """Claim that after the cue the sentence ends, but for "on Friday" or a full stop."""
    rest = [word for word in words[end:] if word.text not in _STOPS]
    return (
        not rest
        or (len(rest) <= 4 and rest[0].lower in {"on", "in", "at"})
        or (len(rest) == 1 and rest[0].lower in {"today", "yesterday"})
    )


def _only_time_between(words: Sequence[Word], start: int, end: int) -> bool:
    """Claim that "on Friday" or nothing stands between cue and content."""
    between = words[start:end]
    return len(between) <= 4 and all(
        word.lower in {"on", ":", ","} or word.is_name_like or word.text[0].isdigit()
        for word in between
    )


def _described(
    words: Sequence[Word], first: int, at: int, by_end: Mapping[int, Mention]
) -> Parts | None:
    """Read "source described as content" and "source described something as content"."""
    reach = range(at + 1, min(at + MAX_SOURCE_WORDS, len(words)))
    joint = next((n for n in reach if words[n].lower == "as"), None)
    start = _source_start(words, first, at, by_end)
    if joint is None or start == at or joint + 1 >= len(words):
        return None
    is_joined = joint == at + 1
    end = next((n for n in range(joint + 1, len(words)) if words[n].text in ",;."), len(words))
    content = (joint + 1 if is_joined else at + 1, end)
    return Parts((start, at), (at, joint + 1 if is_joined else at + 1), (content,), "BELIEF")


def _source_start(
    words: Sequence[Word], first: int, end: int, by_end: Mapping[int, Mention]
) -> int:
    """Give the first word of the source before a cue: a mention, a pronoun, or words to a comma."""
    if end == first:
        return end
    if words[end - 1].text == ")" and end - first > 3 and words[end - 3].text == "(":
        return _source_start(words, first, end - 3, by_end)
    mention = by_end.get(words[end - 1].end)
    start = end
    while start > first and end - start < MAX_SOURCE_WORDS * 2:
        word = words[start - 1]
        if mention is not None and word.start < mention.spans[0].start:
            return start
        if mention is None and (word.text in _STOPS or word.lower in _CLAUSE_WORDS):
            return start
        start -= 1
        if mention is None and (word.lower in _PRONOUNS or end - start == MAX_SOURCE_WORDS):
            return start
    return start


def _source_end(words: Sequence[Word], start: int, by_start: Mapping[int, Mention]) -> int:
    """Give the end of the source after a cue: a mention, or words up to a sign or "on"."""
    if start >= len(words):
        return start
    at_article = start + (words[start].lower == "the")
    mention = by_start.get(words[start].start)
    if mention is None and at_article < len(words):
        mention = by_start.get(words[at_article].start)
    end = start
    while end < len(words) and end - start < MAX_SOURCE_WORDS:
        word = words[end]
        is_covered = mention is not None and word.start < mention.spans[0].end
        if not is_covered and (word.text in _STOPS or word.lower in _CLAUSE_WORDS | {"on"}):
            break
        end += 1
    return end
