"""Attributions: "according to X", "X said that …", "X described … as …", and quoted speech."""

import re
from collections.abc import Iterator, Sequence

from goldwire.extractors.baseline.sentences import Sentence, span
from goldwire.model import Attribution, Source

SAYING = (
    "said|says|told|stated|declared|announced|added|reported|claimed|argued|insisted|warned|"
    "confirmed|denied|noted|explained|stressed|emphasi[sz]ed|alleged|believes?|believed|thinks?"
)
_ACCORDING = re.compile(r"\b(?P<cue>[Aa]ccording to) (?P<source>[^,;:.]+?(?=,|;|:|\.|$| on ))")
_SAYS_THAT = re.compile(
    rf"(?P<source>(?:[Tt]he |[A-Z])[^,;:“”\"]*?) (?P<cue>(?:has |have |had )?(?:{SAYING})"
    r"(?: in an? [a-z ]+?)?(?: on [A-Z]\w+)?) (?P<content>that .+)"
)
_AFTER_QUOTE = re.compile(
    rf"(?P<content>[“\"][^”\"]+[”\"]),? (?P<cue>{SAYING}) (?P<source>[^,;:.]+)"
)
_DESCRIBED = re.compile(
    r"(?P<source>\b[\w-]+) (?P<cue>(?:described|called|labell?ed) (?:it |them )?(?:as ?)?)"
    r"(?P<content>an? [^,;.]+)"
)
_OPENING = re.compile(r"(?:Meanwhile|However|Earlier|Later|Also|Moreover|In addition),? ")


def find_attributions(text: str, sentences: Sequence[Sentence]) -> tuple[Attribution, ...]:
    """Find who says what, at most once for each cue."""
    found: dict[int, Attribution] = {}
    for sentence in sentences:
        if sentence.is_capitals:
            continue
        for attribution in _in_sentence(text, sentence):
            found.setdefault(attribution.cue[0].start, attribution)
    ordered = [found[at] for at in sorted(found)]
    return tuple(
        Attribution(
            id=f"a{number}",
            source=item.source,
            cue=item.cue,
            content=item.content,
            type=item.type,
            attitude="ASSERTION",
        )
        for number, item in enumerate(ordered, start=1)
    )


def _in_sentence(text: str, sentence: Sentence) -> Iterator[Attribution]:
    opening = _OPENING.match(text, sentence.start, sentence.end)
    start = opening.end() if opening else sentence.start
    for match in _ACCORDING.finditer(text, start, sentence.end):
        before = text[start : match.start()].rstrip(" ,")
        if before:
            content = (start, start + len(before))
        else:
            content = (min(match.end() + 1, sentence.end), sentence.end)
        yield from _attribution(text, match, content)
    for pattern in (_SAYS_THAT, _AFTER_QUOTE, _DESCRIBED):
        for match in pattern.finditer(text, start, sentence.end):
            yield from _attribution(text, match, match.span("content"))


def _attribution(
    text: str, match: re.Match[str], content: tuple[int, int]
) -> Iterator[Attribution]:
    start, end = content
    while start < end and text[end - 1] in " .,":
        end -= 1
    while start < end and text[start] in " ,":
        start += 1
    if start == end:
        return
    words = text[start:end]
    quoted = words[0] in '“"' and words[-1] in '”"'
    kind = "DIRECT" if quoted else "MIXED" if "“" in words else "INDIRECT"
    yield Attribution(
        source=Source(kind="NAMED", spans=(span(text, *match.span("source")),)),
        cue=(span(text, *match.span("cue")),),
        content=(span(text, start, end),),
        type=kind,
    )
