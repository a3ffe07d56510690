"""Grounding of what belongs to something: parts of attributions, and arguments of events.

Contents are long and hardly ever repeat, so they are placed first; a cue then stands nearest to its
content, a source nearest to its cue, and an argument nearest to its trigger. Several attributions
may have one source, and several events one participant: parts share places freely.
"""

from collections.abc import Callable, Sequence

import msgspec

from goldwire.grounding.candidates import Haystack
from goldwire.grounding.model import Placed, Range, Sought
from goldwire.grounding.placing import place
from goldwire.model import Annotation, Argument, Attribution, EventMention, Span

Answers = tuple[Placed | None, ...]

PARTS = ("content", "cue", "source")
"""The parts of attributions in the order in which they are placed."""


def n_ungrounded_parts(prediction: Annotation) -> dict[str, int]:
    """Count the parts of attributions and the arguments that have words and no place."""
    n_parts = n_arguments = 0
    for one in prediction.attributions or ():
        n_parts += one.content_surface is not None and not one.content
        n_parts += one.cue_surface is not None and not one.cue
        n_parts += one.source.surface is not None and not one.source.spans
    for event in prediction.event_mentions or ():
        n_arguments += len([1 for a in event.arguments if a.surface is not None and _is_sought(a)])
    counts = {"attributions": n_parts, "arguments": n_arguments}
    return {layer: n for layer, n in counts.items() if n}


def ground_attributions(
    attributions: Sequence[Attribution], haystack: Haystack
) -> tuple[tuple[Attribution, ...], Answers]:
    """Place the parts of attributions; the answers are by attribution and, within, as `PARTS`."""
    anchors: list[Range | None] = [None] * len(attributions)
    placed = list(attributions)
    answers: list[list[Placed | None]] = [[None] * len(PARTS) for _ in attributions]
    for column, part in enumerate(PARTS):
        asked: dict[int, Sought] = {}
        for at, one in enumerate(placed):
            words, spans = _words_and_spans(one)(part)
            if spans or words is not None:
                label = part if anchors[at] is None else f"{part} {at}"
                near = None if spans else anchors[at]
                asked[at] = _sought(words, spans, haystack.text, label=label, near=near)
        found = place(haystack, list(asked.values())).items
        for at, answer in zip(asked, found, strict=True):
            if answer.status == "placed" and answer.span is not None:
                placed[at] = _with_part(placed[at], part, _span(answer.span, haystack.text))
            if answer.status != "given":
                answers[at][column] = answer
            # A cue is a better anchor for the source than a content of several sentences.
            anchors[at] = answer.span or anchors[at]
    return tuple(placed), tuple(answer for row in answers for answer in row)


def ground_arguments(
    events: Sequence[EventMention], haystack: Haystack
) -> tuple[tuple[EventMention, ...], Answers]:
    """Place the arguments of events; the answers are by event and, within, by argument."""
    asked: list[Sought] = []
    for at, event in enumerate(events):
        near = None if event.trigger is None else (event.trigger.start, event.trigger.end)
        asked += [
            Sought(argument.surface or "", f"{at} {argument.role}", near=near)
            for argument in event.arguments
            if _is_sought(argument)
        ]
    found = iter(place(haystack, asked).items)
    placed: list[EventMention] = []
    answers: list[Placed | None] = []
    for event in events:
        arguments = []
        for argument in event.arguments:
            answer = next(found) if _is_sought(argument) else None
            answers.append(answer)
            span = None if answer is None or answer.status != "placed" else answer.span
            arguments.append(
                argument
                if span is None
                else msgspec.structs.replace(argument, span=_span(span, haystack.text))
            )
        placed.append(msgspec.structs.replace(event, arguments=tuple(arguments)))
    return tuple(placed), tuple(answers)


def _is_sought(argument: Argument) -> bool:
    return argument.surface is not None and argument.ref is None and argument.span is None


def _words_and_spans(
    one: Attribution,
) -> Callable[[str], tuple[str | None, tuple[Span, ...]]]:
    parts = {
        "content": (one.content_surface, one.content),
        "cue": (one.cue_surface, one.cue),
        "source": (one.source.surface, one.source.spans),
    }
    return parts.__getitem__


def _with_part(one: Attribution, part: str, span: Span) -> Attribution:
    if part == "source":
        source = msgspec.structs.replace(one.source, spans=(span,))
        return msgspec.structs.replace(one, source=source)
    return msgspec.structs.replace(one, **{part: (span,)})


def _sought(
    words: str | None, spans: Sequence[Span], text: str, *, label: str, near: Range | None
) -> Sought:
    if not spans:
        return Sought(words or "", label, near=near)
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return Sought(text[start:end], label, given=(start, end))


def _span(place_: Range, text: str) -> Span:
    return Span(*place_, text=text[slice(*place_)])
