"""Times and values: real dates in TIMEX3, durations that add up, numbers that are numbers."""

from collections.abc import Iterator

from goldwire.errors import Problem
from goldwire.model import Attribution, EventMention, Time, Value
from goldwire.validation.circles import circular
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
    anchors = {time.id: time.anchor for _, time in subject.each("times", Time)}
    anchored_on_themselves = set(circular(anchors))
    for pointer, time in subject.each("times", Time):
        if time.value is not None:
            yield from _value(subject, pointer, time)
        if time.id in anchored_on_themselves:
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
    """Find implied times that nothing refers to.

    While some reference to a time is at fault, the time that it meant would look unused too: only
    the reference is reported then.
    """
    used = {target for target, _ in _named_times(subject)} | subject.named_unread
    if not all(is_right for _, is_right in _named_times(subject)):
        return
    for pointer, time in subject.each("times", Time):
        if not time.spans and time.id and time.id not in used:
            yield subject.problem(
                "GW507", pointer, f"{time.id} has no words in the text and nothing refers to it"
            )


def _named_times(subject: Subject) -> Iterator[tuple[str, bool]]:
    """Walk the ids in fields that may name a time, and whether each is one that fits there."""
    for _, time in subject.each("times", Time):
        for target in filter(None, (time.anchor, time.begin, time.end)):
            named = subject.get(target, Time)
            is_end = target in (time.begin, time.end)
            yield target, named is not None and not (is_end and named.type == "DURATION")
    for _, attribution in subject.each("attributions", Attribution):
        if attribution.time is not None:
            yield attribution.time, subject.get(attribution.time, Time) is not None
    for _, mention in subject.each("event_mentions", EventMention):
        for argument in mention.arguments:
            if argument.ref is not None:
                yield argument.ref, argument.ref in subject.layer_by_id


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
    named = subject.document.source.date_published if subject.document else None
    published = day_of(named) if named else None
    for pointer, time in places[:1]:
        day = day_of(time.value or "")
        if published and day and day != published:
            yield subject.problem(
                "GW508",
                f"{pointer}/value",
                "the publication time is not the document's date",
                found=str(day),
                expected=str(published),
            )
