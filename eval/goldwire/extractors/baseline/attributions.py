"""Attributions: "according to X", "X said that …", "…", said X, "X described … as …"."""

from collections.abc import Mapping, Sequence

import msgspec

from goldwire.extractors.baseline.saying import Parts, find_parts
from goldwire.extractors.baseline.sentences import Sentence, Word, span
from goldwire.model import Attribution, Mention, Source, Span, Time

_COLLECTIVE = frozenset(
    "media officials sources reports witnesses agencies analysts experts".split()
)
_QUOTE_MARKS = frozenset('“”"')


def find_attributions(
    text: str,
    sentences: Sequence[Sentence],
    *,
    mentions: Sequence[Mention] = (),
    times: Sequence[Time] = (),
) -> tuple[Attribution, ...]:
    """Find who says what; a source that is a mention refers to it. Capitals are not read."""
    by_end = {mention.spans[0].end: mention for mention in reversed(mentions)}
    by_start = {mention.spans[0].start: mention for mention in reversed(mentions)}
    time_starts = {time.spans[0].start: time for time in times}
    found: list[Attribution] = []
    for sentence in sentences:
        if sentence.is_capitals:
            continue
        inside = [
            _attribution(text, sentence.words, parts, by_start=by_start, times=time_starts)
            for parts in find_parts(sentence.words, by_end=by_end, by_start=by_start)
        ]
        numbered = [
            msgspec.structs.replace(one, id=f"a{number}")
            for number, one in enumerate(inside, start=len(found) + 1)
        ]
        found.extend(_with_parent(one, numbered) for one in numbered)
    return tuple(found)


def _attribution(
    text: str,
    words: Sequence[Word],
    parts: Parts,
    *,
    by_start: Mapping[int, Mention],
    times: Mapping[int, Time],
) -> Attribution:
    source_words = words[slice(*parts.source)]
    source_span = span(text, source_words[0].start, source_words[-1].end)
    mention = by_start.get(source_span.start)
    contents = [content for content in (_trimmed(words, one) for one in parts.contents) if content]
    after = [words[n] for n in range(parts.cue[1], min(parts.cue[1] + 3, len(words)))]
    after += [words[n] for n in range(parts.source[1], min(parts.source[1] + 3, len(words)))]
    time = next((times[word.start].id for word in after if word.start in times), None)
    supplement: tuple[Span, ...] = ()
    if parts.supplement is not None:
        told = words[slice(*parts.supplement)]
        supplement = (span(text, told[0].start, told[-1].end),)
    return Attribution(
        source=Source(
            kind=_kind(source_words),
            spans=(source_span,),
            mention=mention.id if mention and mention.spans[0].end <= source_span.end else None,
        ),
        cue=(span(text, words[parts.cue[0]].start, words[parts.cue[1] - 1].end),),
        content=tuple(span(text, words[a].start, words[b - 1].end) for a, b in contents),
        supplement=supplement,
        time=time,
        type=_type(words, contents),
        attitude=parts.attitude,
    )


def _trimmed(words: Sequence[Word], content: tuple[int, int]) -> tuple[int, int] | None:
    """Leave out commas and stops around the content, and "that" with nothing behind it."""
    start, end = content
    while start < end and words[end - 1].text in ",;:.":
        end -= 1
    while start < end and words[start].text in ",;:.":
        start += 1
    return (start, end) if start < end else None


def _kind(words: Sequence[Word]) -> str:
    if words[-1].lower in _COLLECTIVE:
        return "COLLECTIVE"
    is_unnamed = words[0].lower in {"a", "an", "one"} and not any(
        word.is_name_like for word in words[1:]
    )
    return "UNNAMED" if is_unnamed else "NAMED"


def _type(words: Sequence[Word], contents: Sequence[tuple[int, int]]) -> str:
    """Say DIRECT when every content stands in quotation marks, INDIRECT without any, else MIXED."""
    marks = any(word.text in _QUOTE_MARKS for start, end in contents for word in words[start:end])
    if not marks:
        return "INDIRECT"
    is_direct = all(
        words[start].text in _QUOTE_MARKS and words[end - 1].text in _QUOTE_MARKS
        for start, end in contents
    )
    return "DIRECT" if is_direct else "MIXED"


def _with_parent(one: Attribution, others: Sequence[Attribution]) -> Attribution:
    """Name the attribution with the shortest content that holds the cue of this one."""
    cue = one.cue[0]
    around = [
        (content.end - content.start, other.id)
        for other in others
        for content in other.content
        if other.id != one.id
        and content.start <= cue.start
        and cue.end <= content.end
        and all(content.start <= inner.start and inner.end <= content.end for inner in one.content)
    ]
    return msgspec.structs.replace(one, parent=min(around)[1]) if around else one
