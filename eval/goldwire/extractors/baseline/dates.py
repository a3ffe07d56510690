"""Dates: calendar dates, weekdays and spans of days, with TIMEX3 values."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from goldwire.extractors.baseline.sentences import span
from goldwire.model import Time

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTH = "|".join(f"{month}|{month[:3]}\\.?|{month[:4]}\\.?" for month in MONTHS)
_DAY = "|".join(f"{day}|{day[:3]}|{day[:4]}" for day in DAYS)
_FULL = re.compile(
    rf"\b(?:(?:{_DAY})\.?,? )?(?:(?P<d1>\d{{1,2}}) (?P<m1>{_MONTH}),? (?P<y1>\d{{4}})"
    rf"|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}}), (?P<y2>\d{{4}})|(?P<iso>\d{{4}}-\d\d-\d\d))\b"
)
_PARTIAL = re.compile(
    rf"\b(?:(?P<m1>{_MONTH}) (?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}}) (?P<m2>{_MONTH}))(?!\w)"
)
_WEEKDAY = re.compile(rf"\b(?P<day>{'|'.join(DAYS)})\b")
_RELATIVE = re.compile(r"\b(?P<word>today|yesterday|tomorrow)\b", re.IGNORECASE)
_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_DURATION = re.compile(
    rf"\b(?P<n>\d+|{'|'.join(_NUMBERS)}) (?P<unit>days?|weeks?|months?|years?|hours?)\b"
)
_FUTURE = re.compile(r"\b(?:will|shall|is set|are set|set for|scheduled|plans? to|next)\b")
_STEPS = {"today": 0, "yesterday": -1, "tomorrow": 1}


def find_times(text: str, *, reference_date: str | None = None) -> tuple[Time, ...]:
    """Find and normalise times; without any reference date, relative ones have no value."""
    full = list(_full_dates(text))
    known = [value for _, _, value in full]
    reference = known[0] if known else _parse(reference_date)
    found: dict[tuple[int, int], tuple[str, str | None]] = {
        (start, end): ("DATE", value.isoformat()) for start, end, value in full
    }
    for start, end, kind, value in _dependent(text, reference):
        if not any(start < other_end and other < end for other, other_end in found):
            found[start, end] = (kind, value)
    return tuple(
        Time(id=f"t{number}", type=kind, value=value, spans=(span(text, start, end),))
        for number, ((start, end), (kind, value)) in enumerate(sorted(found.items()), start=1)
    )


def _parse(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        return None


def _month(name: str) -> int:
    return next(at for at, month in enumerate(MONTHS, start=1) if month.startswith(name[:3]))


def _full_dates(text: str) -> Iterator[tuple[int, int, date]]:
    for match in _FULL.finditer(text):
        if match["iso"]:
            value = _parse(match["iso"])
        else:
            day, month, year = (match[f"{part}1"] or match[f"{part}2"] for part in "dmy")
            value = _date(int(year), _month(month), int(day))
        if value is not None:
            yield match.start(), match.end(), value


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dependent(text: str, reference: date | None) -> Iterator[tuple[int, int, str, str | None]]:
    """Yield times whose value depends on the reference date: (start, end, type, value)."""
    for match in _PARTIAL.finditer(text):
        day, month = int(match["d1"] or match["d2"]), _month(match["m1"] or match["m2"])
        value = None if reference is None else _nearest_year(reference, month, day)
        yield match.start(), match.end(), "DATE", _iso(value)
    for match in _WEEKDAY.finditer(text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        is_future = _FUTURE.search(text, line_start, match.start()) is not None
        value = _weekday(reference, DAYS.index(match["day"]), is_future=is_future)
        yield match.start(), match.end(), "DATE", _iso(value)
    for match in _RELATIVE.finditer(text):
        step = timedelta(days=_STEPS[match["word"].lower()])
        yield match.start(), match.end(), "DATE", _iso(reference and reference + step)
    for match in _DURATION.finditer(text):
        number = match["n"] if match["n"].isdigit() else str(_NUMBERS.index(match["n"]) + 1)
        unit = match["unit"][0].upper()
        value_text = f"PT{number}H" if unit == "H" else f"P{number}{unit}"
        yield match.start(), match.end(), "DURATION", value_text


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _nearest_year(reference: date, month: int, day: int) -> date | None:
    """Give the latest such date that is not far after the reference: news looks back."""
    for year in (reference.year, reference.year - 1):
        value = _date(year, month, day)
        if value is not None and value <= reference + timedelta(days=60):
            return value
    return None


def _weekday(reference: date | None, weekday: int, *, is_future: bool) -> date | None:
    if reference is None:
        return None
    step = (weekday - reference.weekday()) % 7
    return reference + timedelta(days=step if is_future or step == 0 else step - 7)
