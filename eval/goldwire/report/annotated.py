"""An annotated document for people: the text with its spans marked, and the layers in words.

The text is cut at every span boundary, so that nested and crossing spans are both drawn right: each
piece knows all the spans that cover it.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from goldwire.model import Annotation, Document, Span

STYLES = {
    "PER": "bold yellow",
    "ORG": "bold cyan",
    "GPE": "bold green",
    "LOC": "green",
    "FAC": "magenta",
    "ART": "blue",
    "MEASURE": "bold blue",
    "time": "bold magenta",
    "trigger": "bold red",
}
"""Terminal styles by entity type, and for times and triggers."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One span to draw: where, with which label, in which style."""

    start: int
    end: int
    label: str
    style: str


def marks_of(annotation: Annotation, *, layers: Sequence[str]) -> tuple[Mark, ...]:
    """Give the marks of the wanted layers (mentions, times, values, triggers), outermost first."""
    marks = (
        Mark(span.start, span.end, label, STYLES.get(style, "bold"))
        for layer, spans, label, style in _labelled_spans(annotation)
        if layer in layers
        for span in spans
    )
    return tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.label)))


def _labelled_spans(annotation: Annotation) -> Iterator[tuple[str, tuple[Span, ...], str, str]]:
    """Walk (layer, spans, label, style) of everything that can be marked."""
    types = {entity.id: entity.type for entity in annotation.entities or ()}
    for mention in annotation.mentions or ():
        label = mention.type or types.get(mention.entity or "", "?")
        yield "mentions", mention.spans, label, label
    for value in annotation.values or ():
        yield "values", value.spans, value.type, "time"
    for time in annotation.times or ():
        yield "times", time.spans, f"{time.type} {time.value or ''}".strip(), "time"
    for event in annotation.event_mentions or ():
        if event.trigger is not None:
            yield "triggers", (event.trigger,), event.type, "trigger"


def plain_lines(text: str, marks: Sequence[Mark], *, width: int = 100) -> Iterator[str]:
    """Draw marks as `[words|LABEL]`, wrapped at `width` characters, for any terminal or file."""
    opening: dict[int, int] = {}
    closing: dict[int, list[str]] = {}
    for mark in marks:
        opening[mark.start] = opening.get(mark.start, 0) + 1
        closing.setdefault(mark.end, []).insert(0, mark.label)
    pieces: list[str] = []
    for position in range(len(text) + 1):
        pieces.extend(f"|{label}]" for label in closing.get(position, ()))
        pieces.append("[" * opening.get(position, 0))
        if position < len(text):
            pieces.append(text[position])
    for line in "".join(pieces).split("\n"):
        yield from textwrap.wrap(line, width) or [""]


def segments(text: str, marks: Sequence[Mark]) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    """Cut the text at every boundary: each piece with all the marks that cover it.

    >>> crossing = (Mark(0, 4, "A", ""), Mark(2, 6, "B", ""))
    >>> [(piece, [mark.label for mark in over]) for piece, over in segments("abcdef", crossing)]
    [('ab', ['A']), ('cd', ['A', 'B']), ('ef', ['B'])]
    """
    cuts = sorted({0, len(text), *(at for mark in marks for at in (mark.start, mark.end))})
    for start, end in pairwise(cuts):
        covering = tuple(mark for mark in marks if mark.start < end and start < mark.end)
        yield text[start:end], covering


def event_lines(text: str, annotation: Annotation) -> Iterator[str]:
    """Say each event mention in one line: trigger, type and arguments."""
    words = _words_by_id(text, annotation)
    for event in annotation.event_mentions or ():
        arguments = [
            f"{argument.role}={words.get(argument.ref or '') or _quote(text, argument.span)}"
            for argument in event.arguments
        ]
        yield f"{_quote(text, event.trigger)} {event.type}  {'; '.join(arguments)}".rstrip()


def attribution_lines(text: str, annotation: Annotation) -> Iterator[str]:
    """Say each attribution in one line: source, cue, content."""
    for attribution in annotation.attributions or ():
        source = " … ".join(_quote(text, span) for span in attribution.source.spans)
        cue = " … ".join(_quote(text, span) for span in attribution.cue)
        content = " … ".join(_quote(text, span) for span in attribution.content)
        yield f"{source or '(no source)'} — {cue or '(no cue)'} — {content}"


def provenance_lines(document: Document) -> Iterator[str]:
    """Say where the article comes from and what may be done with its text."""
    source = document.source
    if source.publisher is not None:
        yield f"publisher  {source.publisher.name}"
    for name in ("date_published", "credit_line", "canonical_url"):
        value = getattr(source, name)
        if value:
            yield f"{name.replace('_', ' '):10} {value}"
    yield f"rights     {document.rights.text_status}, {document.rights.redistribution}"


def _words_by_id(text: str, annotation: Annotation) -> dict[str, str]:
    words: dict[str, str] = {}
    for layer in (annotation.mentions, annotation.values, annotation.times):
        for item in layer or ():
            words[item.id] = " … ".join(_quote(text, span) for span in item.spans)
    for event in annotation.event_mentions or ():
        words[event.id] = _quote(text, event.trigger)
    return words


def _quote(text: str, span: Span | None) -> str:
    return "(no span)" if span is None else f"“{text[span.start : span.end]}”"
