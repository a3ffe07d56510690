"""Spans and the text: bounds, quotes, zones, heads, crossing and repeated extents."""

from collections.abc import Iterator
from typing import Any

from goldwire.errors import Problem
from goldwire.model import (
    RECORDS,
    Attribution,
    EventMention,
    Mention,
    Record,
    Span,
    Time,
    Value,
    Zone,
)
from goldwire.standoff import check_of
from goldwire.validation.reading import child
from goldwire.validation.subject import Subject, spans_of


def backward_spans(raw: Any, pointer: str, *, name: str) -> Iterator[Problem]:
    """Find spans in raw JSON whose end is not after their start: no record can hold them."""
    if isinstance(raw, dict) and is_backward(raw.get("start"), raw.get("end")):
        yield Problem(
            "GW101",
            pointer,
            "the span is empty or backwards",
            document=name,
            found=f"{raw['start']}:{raw['end']}",
            expected="start < end",
        )
    members = raw.items() if isinstance(raw, dict) else ()
    for step, member in enumerate(raw) if isinstance(raw, list) else members:
        yield from backward_spans(member, child(pointer, step), name=name)


def is_backward(start: object, end: object) -> bool:
    """Claim that two valid offsets do not make a range; what is no offset is not judged here."""
    if type(start) is not int or type(end) is not int:
        return False
    return start >= 0 and end >= 1 and start >= end


def span_problems(subject: Subject) -> Iterator[Problem]:
    """Check every span by itself; each has at most one problem, the first that applies."""
    zones = _annotatable(subject)
    for layer, kind in RECORDS.items():
        for pointer, item in subject.each(layer, kind):
            for place, span in spans_of(pointer, item):
                if place in subject.broken:
                    continue
                problem = _against_text(subject, place, span)
                if problem is None and subject.is_gold:
                    problem = _against_zones(subject, place, span, zones)
                if problem is not None:
                    yield problem


def _against_text(subject: Subject, place: str, span: Span) -> Problem | None:
    text = subject.text
    length = len(text) if text is not None else _recorded_length(subject)
    if length is not None and span.end > length:
        return subject.problem(
            "GW104",
            place,
            f"the span ends at {span.end}, but the text has {length} code points",
            fix="offsets count Unicode code points, not bytes or UTF-16 units",
        )
    if text is None:
        return None
    problem = _quote(subject, place, span, text)
    return problem or (_gold_words(subject, place, span, text) if subject.is_gold else None)


def _quote(subject: Subject, place: str, span: Span, text: str) -> Problem | None:
    words = text[span.start : span.end]
    if span.text is not None and span.text != words:
        return subject.problem(
            "GW103",
            place,
            "the quote differs from the text",
            found=repr(span.text),
            expected=repr(words),
            fix=_where(text, span),
        )
    if span.check is not None and span.check != check_of(text, span.start, span.end):
        return subject.problem(
            "GW102",
            place,
            "the check does not fit the text",
            found=span.check,
            expected=check_of(text, span.start, span.end),
        )
    return None


def _gold_words(subject: Subject, place: str, span: Span, text: str) -> Problem | None:
    words = text[span.start : span.end]
    if span.text is None and span.check is None:
        return subject.problem("GW116", place, "the span has no quote", fix="add `text`")
    if words != words.strip():
        return subject.problem(
            "GW105", place, "the span begins or ends with white space", found=repr(words)
        )
    return None


def _where(text: str, span: Span) -> str:
    """Say where the quoted words stand nearest to their offsets, if anywhere."""
    if not span.text:
        return ""
    before = text.rfind(span.text, 0, span.start + len(span.text))
    after = text.find(span.text, span.start)
    places = [place for place in (before, after) if place >= 0]
    if not places:
        return "the quoted words are nowhere in the text"
    start = min(places, key=lambda place: abs(place - span.start))
    return f"these words stand at {start}:{start + len(span.text)}"


def _recorded_length(subject: Subject) -> int | None:
    return subject.document.text_ref.code_points if subject.document else None


def _annotatable(subject: Subject) -> tuple[Zone, ...] | None:
    """Give the annotatable zones; None when all of the text is annotatable."""
    if subject.document is None or not subject.document.zones:
        return None
    return tuple(zone for zone in subject.document.zones if zone.annotatable)


def _against_zones(
    subject: Subject, place: str, span: Span, zones: tuple[Zone, ...] | None
) -> Problem | None:
    # A head is where its extent is, or has a problem of its own.
    if zones is None or place.endswith("/head"):
        return None
    first = next((zone for zone in zones if zone.start <= span.start < zone.end), None)
    last = next((zone for zone in zones if zone.start < span.end <= zone.end), None)
    # What somebody says may run over several paragraphs; nothing else does.
    is_content = "/content/" in place
    if first is not None and last is not None and (first is last or is_content):
        return None
    return subject.problem(
        "GW106",
        place,
        "the span is not inside one annotatable zone",
        found=f"{span.start}:{span.end}",
        fix="boilerplate holds no gold; a span ends where its paragraph does",
    )


def arrangement_problems(subject: Subject) -> Iterator[Problem]:
    """Check spans against each other: places, fragments, heads, crossing, repeated extents."""
    for layer, kind in (("mentions", Mention), ("values", Value), ("times", Time)):
        for pointer, item in subject.each(layer, kind):
            yield from _placed(subject, pointer, item)
    for pointer, event_mention in subject.each("event_mentions", EventMention):
        yield from _placed(subject, pointer, event_mention)
    for layer, record in RECORDS.items():
        for pointer, item in subject.each(layer, record):
            yield from _fragments_in_order(subject, pointer, item)
    if subject.is_gold:
        yield from _mention_shapes(subject)
        yield from _repeated_extents(subject)


def _placed(subject: Subject, pointer: str, item: Record) -> Iterator[Problem]:
    surface = getattr(item, "surface", None)
    spans = getattr(item, "spans", ()) or tuple(filter(None, [getattr(item, "trigger", None)]))
    # In gold a missing field is the schema's matter, and a time may be only implied.
    if not subject.is_gold and not spans and not surface:
        yield subject.problem(
            "GW110", pointer, "the item has neither spans nor a surface", fix="give one of them"
        )
    if surface and spans and subject.text is not None and subject.is_sound(pointer):
        words = " ".join(subject.text[span.start : span.end] for span in spans)
        if words != surface:
            yield subject.problem(
                "GW115",
                f"{pointer}/surface",
                "the surface differs from the words at its spans",
                found=repr(surface),
                expected=repr(words),
            )


def _fragments_in_order(subject: Subject, pointer: str, item: Record) -> Iterator[Problem]:
    lists: dict[str, list[Span]] = {}
    for place, span in spans_of(pointer, item):
        parent, _, step = place.rpartition("/")
        if step.isdigit():
            lists.setdefault(parent, []).append(span)
    for place, spans in lists.items():
        for position in range(1, len(spans)):
            if spans[position].start <= spans[position - 1].end and subject.is_sound(place):
                yield subject.problem(
                    "GW112",
                    f"{place}/{position}",
                    "the fragment does not begin after the one before it has ended",
                    found=f"{spans[position].start} after {spans[position - 1].end}",
                )


def _mention_shapes(subject: Subject) -> Iterator[Problem]:
    placed = []
    for pointer, mention in subject.each("mentions", Mention):
        if not mention.spans or not subject.is_sound(f"{pointer}/spans"):
            continue
        if len(mention.spans) > 1:
            yield subject.problem(
                "GW111",
                f"{pointer}/spans",
                "a mention must be one stretch of text",
                found=f"{len(mention.spans)} spans",
            )
            continue
        extent = mention.spans[0]
        head = mention.head
        if (
            head is not None
            and subject.is_sound(f"{pointer}/head")
            and not extent.start <= head.start < head.end <= extent.end
        ):
            yield subject.problem(
                "GW107",
                f"{pointer}/head",
                "the head is not inside the mention",
                found=f"{head.start}:{head.end}",
                expected=f"within {extent.start}:{extent.end}",
            )
        placed.append((extent.start, extent.end, f"{pointer}/spans/0", mention.id))
    yield from _crossing(subject, sorted(placed))


def _crossing(subject: Subject, placed: list[tuple[int, int, str, str]]) -> Iterator[Problem]:
    is_open: list[tuple[int, int, str, str]] = []
    for start, end, pointer, mention_id in placed:
        is_open = [other for other in is_open if other[1] > start]
        for other_start, other_end, _, other_id in is_open:
            if (other_start, other_end) == (start, end):
                yield subject.problem(
                    "GW109",
                    pointer,
                    f"{mention_id} has the same extent as {other_id}",
                    found=f"{start}:{end}",
                )
            elif other_start < start and other_end < end:
                yield subject.problem(
                    "GW108",
                    pointer,
                    f"{mention_id} crosses {other_id}",
                    found=f"{start}:{end} and {other_start}:{other_end}",
                )
        is_open.append((start, end, pointer, mention_id))


def _repeated_extents(subject: Subject) -> Iterator[Problem]:
    seen: dict[tuple[str, object], str] = {}
    for layer, kind in (("values", Value), ("times", Time)):
        for pointer, item in subject.each(layer, kind):
            extent = tuple((span.start, span.end) for span in getattr(item, "spans", ()))
            first = seen.setdefault((layer, extent), pointer) if extent else pointer
            if first != pointer and subject.is_sound(pointer):
                yield subject.problem("GW114", pointer, f"same extent as {first}")
    for pointer, mention in subject.each("event_mentions", EventMention):
        if mention.trigger is None or not subject.is_sound(f"{pointer}/trigger"):
            continue
        key = (mention.type, (mention.trigger.start, mention.trigger.end))
        first = seen.setdefault(key, pointer)
        if first != pointer:
            yield subject.problem("GW113", pointer, f"same trigger and type as {first}")
    for pointer, attribution in subject.each("attributions", Attribution):
        both = tuple(
            tuple((span.start, span.end) for span in spans)
            for spans in (attribution.source.spans, attribution.cue, attribution.content)
        )
        first = seen.setdefault(("attributions", both), pointer)
        if first != pointer:
            yield subject.problem("GW404", pointer, f"same source, cue and content as {first}")
