"""Dates: calendar dates, weekdays, relative days and durations, with TIMEX3 values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from goldwire.extractors.baseline.sentences import span
from goldwire.extractors.baseline.vocabulary import SMALL_NUMBERS
from goldwire.model import Time

MONTHS = (
    "January February March April May June July August September October November December".split()
)
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
LOOK_BACK = 80
"""How many code points before a weekday may hold the word that makes it a future one."""

_MONTH = "|".join([*MONTHS, *(rf"{month[:3]}\b\.?" for month in MONTHS), r"Sept\b\.?"])
_DAY = "|".join([*DAYS, *(day[:3] for day in DAYS)])
_FULL = re.compile(
    rf"\b(?:(?:{_DAY})\b\.?,? )?(?:(?P<d1>[0-9]{{1,2}}) (?P<m1>{_MONTH}),? (?P<y1>[0-9]{{4}})"
    rf"|(?P<m2>{_MONTH}) (?P<d2>[0-9]{{1,2}}), (?P<y2>[0-9]{{4}})"
    r"|(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2}))(?!\w)"
)
_PARTIAL = re.compile(
    rf"\b(?:(?:{_DAY})\b,? )?"
    rf"(?:(?P<m1>{_MONTH}) (?P<d1>[0-9]{{1,2}})|(?P<d2>[0-9]{{1,2}}) (?P<m2>{_MONTH}))(?!\w)"
)
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTH}),? (?P<year>[12][0-9]{{3}})(?!\w)")
_YEAR = re.compile(r"(?<=\b[Ii]n )(?:19|20)[0-9]{2}(?![\w,.%-])")
_WEEKDAY = re.compile(rf"\b(?:(?P<turn>last|next|this) )?(?P<day>{'|'.join(DAYS)})\b")
_RELATIVE = re.compile(r"\b(?:today|yesterday|tomorrow)\b", re.IGNORECASE)
_UNIT_TURN = re.compile(r"\b(?P<turn>last|next|this) (?P<unit>week|month|year)\b", re.IGNORECASE)
_DURATION = re.compile(
    rf"\b(?P<n>[0-9]{{1,4}}|{'|'.join(SMALL_NUMBERS)}|several|a few) "
    r"(?P<unit>day|week|month|year|hour|minute)s?\b(?! old)(?P<ago> ago\b)?",
    re.IGNORECASE,
)
_FUTURE = re.compile(r"\b(?:will|shall|to be|set for|scheduled|due|planned|plans? to)\b")
_STEPS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_TURNS = {"last": -1, "this": 0, "next": 1}
_DAYS_IN = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class _Timex:
    start: int
    end: int
    type: str
    value: str | None


def find_times(text: str, *, reference_date: str | None = None) -> tuple[Time, ...]:
    """Find and normalise times; without any reference date, relative ones have no value.

    The reference is the first full date of the text (news opens with one), else `reference_date`.
    """
    full = list(_full_dates(text))
    reference = _parse(full[0].value if full else reference_date)
    found = [*full, *_dependent(text, reference)]
    kept: list[_Timex] = []
    for one in sorted(found, key=lambda timex: (timex.start, -timex.end)):
        if not kept or kept[-1].end <= one.start:
            kept.append(one)
    return tuple(
        Time(
            id=f"t{number}",
            type=one.type,
            value=one.value,
            spans=(span(text, one.start, one.end),),
            function="PUBLICATION_TIME" if full and one == full[0] else None,
        )
        for number, one in enumerate(kept, start=1)
    )


def _parse(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value[:10])
    except ValueError:
        return None


def _month(name: str) -> int:
    return next(at for at, month in enumerate(MONTHS, start=1) if month.startswith(name[:3]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shifted(reference: date | None, days: int) -> date | None:
    try:
        return None if reference is None else reference + timedelta(days=days)
    except OverflowError:
        return None


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _full_dates(text: str) -> Iterator[_Timex]:
    for match in _FULL.finditer(text):
        value: date | None
        if match["iso"]:
            value = _parse(match["iso"])
        else:
            day, month, year = (match[f"{part}1"] or match[f"{part}2"] for part in "dmy")
            value = _date(int(year), _month(month), int(day))
        if value is not None:
            yield _Timex(match.start(), match.end(), "DATE", value.isoformat())


def _dependent(text: str, reference: date | None) -> Iterator[_Timex]:
    """Find the times that are not full dates."""
    for match in _PARTIAL.finditer(text):
        day, month = int(match["d1"] or match["d2"]), _month(match["m1"] or match["m2"])
        if _date(2000, month, day) is not None:  # a leap year, so that 29 February is a date
            value = _nearest_year(reference, month, day, is_future=_is_future(text, match.start()))
            shown = _iso(value) or f"XXXX-{month:02}-{day:02}"
            yield _Timex(match.start(), match.end(), "DATE", shown)
    for match in _MONTH_YEAR.finditer(text):
        month_shown = f"{match['year']}-{_month(match['month']):02}"
        yield _Timex(match.start(), match.end(), "DATE", month_shown)
    for match in _YEAR.finditer(text):
        yield _Timex(match.start(), match.end(), "DATE", match[0])
    for match in _WEEKDAY.finditer(text):
        value = _weekday(
            reference,
            DAYS.index(match["day"]),
            turn=match["turn"],
            is_future=_is_future(text, match.start()),
        )
        yield _Timex(match.start(), match.end(), "DATE", _iso(value))
    for match in _RELATIVE.finditer(text):
        value = _shifted(reference, _STEPS[match[0].lower()])
        yield _Timex(match.start(), match.end(), "DATE", _iso(value))
    for match in _UNIT_TURN.finditer(text):
        yield _Timex(match.start(), match.end(), "DATE", _turned(reference, match))
    for match in _DURATION.finditer(text):
        yield _duration(match, reference)


def _is_future(text: str, at: int) -> bool:
    """Claim that a word shortly before, in the same line, points to the future."""
    shown = text[max(0, at - LOOK_BACK) : at].rpartition("\n")[2]
    return _FUTURE.search(shown) is not None


def _nearest_year(reference: date | None, month: int, day: int, *, is_future: bool) -> date | None:
    """Give the last such date up to the reference, or the next one when the future is meant."""
    if reference is None:
        return None
    years = (reference.year, reference.year + 1 if is_future else reference.year - 1)
    for year in years:
        value = _date(year, month, day)
        if value is not None and (value >= reference if is_future else value <= reference):
            return value
    return None


def _weekday(
    reference: date | None, weekday: int, *, turn: str | None, is_future: bool
) -> date | None:
    """Give the day itself when the reference is one, else the last or the next; turns skip it."""
    if reference is None:
        return None
    step = (weekday - reference.weekday()) % 7
    if turn == "next" or (is_future and turn != "last"):
        return _shifted(reference, step or (7 if turn == "next" else 0))
    return _shifted(reference, 0 if step == 0 and turn != "last" else step - 7)


def _turned(reference: date | None, match: re.Match[str]) -> str | None:
    """Give the week, month or year before, at or after the reference, as TIMEX3 writes it."""
    turn, unit = _TURNS[match["turn"].lower()], match["unit"].lower()
    if reference is None:
        return None
    if unit == "year":
        return f"{reference.year + turn:04}"
    if unit == "month":
        months = reference.year * 12 + reference.month - 1 + turn
        return f"{months // 12:04}-{months % 12 + 1:02}"
    day = _shifted(reference, 7 * turn)
    return None if day is None else f"{day.isocalendar().year:04}-W{day.isocalendar().week:02}"


def _duration(match: re.Match[str], reference: date | None) -> _Timex:
    """Give P10D for "10 days", PXD for "several days", and a date for "two weeks ago"."""
    shown, unit = match["n"].lower(), match["unit"].lower()
    number = str(SMALL_NUMBERS.get(shown, shown if shown.isdigit() else "X"))
    if match["ago"] and unit in _DAYS_IN and number != "X":
        value = _shifted(reference, -_DAYS_IN[unit] * int(number))
        return _Timex(match.start(), match.end(), "DATE", _iso(value))
    prefix = "PT" if unit in {"hour", "minute"} else "P"
    end = match.end() - len(match["ago"] or "")
    return _Timex(match.start(), end, "DURATION", f"{prefix}{number}{unit[0].upper()}")
