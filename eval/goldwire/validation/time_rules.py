"""Times and values: real dates in TIMEX3, durations that add up, numbers that are numbers."""

from collections.abc import Iterator

from goldwire.errors import Problem
from goldwire.model import Argument, Attribution, EventMention, Time, Value
from goldwire.validation.subject import Subject
from goldwire.validation.timex import day_of, form_of, impossibility, length_in_days

FORMS = {
    "DATE": ("DATE",),
    "TIME": ("TIME",),
    "DURATION": ("DURATION",),
    "SET": ("DATE", "TIME", "DURATION"),
}
"""The forms of value that each TIMEX3 type may have."""

PUBLICATION = "PUBLICATION_TIME"
NUMERIC = ("QUANT", "MONEY", "PERCENT")


def time_problems(subject: Subject) -> Iterator[Problem]:
    """Check times and values of gold."""
    circular = _circular(subject)
    for pointer, time in subject.each("times", Time):
        if time.value is not None:
            yield from _value(subject, pointer, time)
        if time.id in circular:
            yield subject.problem("GW504", f"{pointer}/anchor", f"{time.id} is anchored on itself")
        yield from _signal(subject, pointer, time)
        yield from _ends(subject, pointer, time)
    yield from _unused(subject)
    yield from _publication(subject)
    for pointer, value in subject.each("values", Value):
        if value.type in NUMERIC and isinstance(value.value, str):
            yield subject.problem(
                "GW510",
                f"{pointer}/value",
                f"the value of a {value.type} must be a number",
                found=repr(value.value),
            )


def _value(subject: Subject, pointer: str, time: Time) -> Iterator[Problem]:
    place, value = f"{pointer}/value", time.value or ""
    form = form_of(value)
    if not form:
        yield subject.problem(
            "GW501",
            place,
            "the value is not TIMEX3",
            found=repr(value),
            expected="ISO 8601 with X for what is unknown, such as 2022-01-13, XXXX-WXX-4, P10D",
        )
    elif reason := impossibility(value):
        yield subject.problem("GW502", place, reason, found=repr(value))
    elif form not in FORMS.get(time.type, (form,)):
        yield subject.problem(
            "GW503",
            place,
            f"the value does not fit the type {time.type}",
            found=f"{value!r}, a {form}",
            expected=f"a {' or '.join(FORMS[time.type])}",
        )


def _circular(subject: Subject) -> set[str]:
    """Find one time of every circle of anchors, the first in the file."""
    anchors = {time.id: time.anchor for _, time in subject.each("times", Time)}
    found: set[str] = set()
    reported: set[str] = set()
    for start in anchors:
        seen: list[str] = []
        current: str | None = start
        while current is not None and current not in seen:
            seen.append(current)
            current = anchors.get(current)
        if current == start and not reported.intersection(seen):
            reported.update(seen)
            found.add(start)
    return found


def _signal(subject: Subject, pointer: str, time: Time) -> Iterator[Problem]:
    if time.signal is None or not subject.is_sound(pointer):
        return
    if any(time.signal.overlaps(span) for span in time.spans):
        yield subject.problem("GW506", f"{pointer}/signal", "the signal overlaps the time's extent")


def _ends(subject: Subject, pointer: str, time: Time) -> Iterator[Problem]:
    begin, end = subject.get(time.begin, Time), subject.get(time.end, Time)
    is_odd = False
    for name, other in (("begin", begin), ("end", end)):
        if other is not None and other.type == "DURATION":
            is_odd = True
            yield subject.problem(
                "GW512", f"{pointer}/{name}", f"{other.id} is a duration, not a point in time"
            )
    first = day_of(begin.value) if begin and begin.value else None
    last = day_of(end.value) if end and end.value else None
    if is_odd or first is None or last is None:
        return
    length = length_in_days(time.value or "")
    if last < first:
        yield subject.problem(
            "GW505", f"{pointer}/end", "the end is before the begin", found=f"{first} to {last}"
        )
    elif length is not None and (last - first).days != length:
        yield subject.problem(
            "GW511",
            pointer,
            "the duration does not reach from its begin to its end",
            found=f"{time.value} from {first} to {last}",
            expected=f"P{(last - first).days}D",
        )


def _unused(subject: Subject) -> Iterator[Problem]:
    used = set(subject.named_unread)
    for _, time in subject.each("times", Time):
        used.update(filter(None, (time.anchor, time.begin, time.end)))
    for _, mention in subject.each("event_mentions", EventMention):
        used.update(_refs(mention.arguments))
    for _, attribution in subject.each("attributions", Attribution):
        used.update(filter(None, [attribution.time]))
    for pointer, time in subject.each("times", Time):
        if not time.spans and time.id and time.id not in used:
            yield subject.problem(
                "GW507", pointer, f"{time.id} has no words in the text and nothing refers to it"
            )


def _refs(arguments: tuple[Argument, ...]) -> set[str]:
    return {argument.ref for argument in arguments if argument.ref is not None}


def _publication(subject: Subject) -> Iterator[Problem]:
    places = [
        (pointer, time)
        for pointer, time in subject.each("times", Time)
        if time.function == PUBLICATION
    ]
    for pointer, time in places[1:]:
        yield subject.problem(
            "GW509",
            f"{pointer}/function",
            f"{places[0][1].id} is the publication time already",
            found=time.id,
        )
    published = subject.document.source.date_published if subject.document else None
    for pointer, time in places[:1]:
        day = day_of(time.value or "")
        if published and day and day != day_of(published):
            yield subject.problem(
                "GW508",
                f"{pointer}/value",
                "the publication time is not the document's date",
                found=str(day),
                expected=published,
            )
