"""TIMEX3 values: ISO 8601 dates, times and durations, with X for every digit that is unknown.

Source: TimeML 1.2.1, TIMEX3 `value`; ISO 8601-1:2019 for calendar, week dates and durations. Beyond
it, goldwire writes `PX` for a duration of unknown length and unit.
"""

import calendar
import datetime as dt
import re

Form = str
"""What a value is: `DATE`, `TIME` or `DURATION`; empty when it is none of them."""

_YEAR = r"(?P<year>[0-9X]{4})"
_DATE = re.compile(
    rf"(?:(?:BC)?(?:{_YEAR}"
    r"(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2}))?"
    r"|-W(?P<week>[0-9X]{2})(?:-(?P<weekday>[0-9X]|WE))?"
    r"|-(?:Q[1-4X]|H[1-2X]|SP|SU|FA|WI))?"
    r"|[0-9X]{2,3})"
    r"|PAST_REF|PRESENT_REF|FUTURE_REF)"
)
_CLOCK = re.compile(
    r"T(?:(?P<hour>[0-9X]{2})(?::(?P<minute>[0-9X]{2})(?::(?P<second>[0-9X]{2})(?:\.[0-9]+)?)?)?"
    r"(?:Z|[+-](?P<zone_hour>[0-9]{2})(?::?(?P<zone_minute>[0-9]{2}))?)?"
    r"|MO|MI|AF|EV|NI|DT)"
)
_N = r"(?:[0-9]+(?:\.[0-9]+)?|X+)"
_DURATION = re.compile(
    rf"P(?=.)(?:(?:{_N}(?:ML|CE|DE|Y))*(?:{_N}Q)?(?:{_N}M)?(?:{_N}W)?(?:{_N}(?:D|WE))?"
    rf"(?:T(?=.)(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?|T{_N}(?:MO|AF|EV|NI|DT))?|X)"
)
_DAYS = re.compile(r"P(?:(?P<weeks>[0-9]+)W)?(?:(?P<days>[0-9]+)D)?")


def form_of(value: str) -> Form:
    """Say what a value is by its form alone.

    >>> form_of("2022-01-13"), form_of("XXXX-WXX-4"), form_of("2022-01-13TNI"), form_of("PT3H")
    ('DATE', 'DATE', 'TIME', 'DURATION')
    >>> form_of("13 January")
    ''
    """
    if _DURATION.fullmatch(value):
        return "DURATION"
    date, clock = _split(value)
    if date and not _DATE.fullmatch(date):
        return ""
    if clock:
        return "TIME" if _CLOCK.fullmatch(clock) else ""
    return "DATE" if date else ""


def impossibility(value: str) -> str:
    """Say why a well-formed value is no real date or time; empty when it is one, or may be.

    >>> impossibility("2022-02-30")
    'February 2022 has 28 days'
    >>> impossibility("XXXX-02-29")
    ''
    """
    date, clock = _split(value)
    matched_date = _DATE.fullmatch(date)
    matched_clock = _CLOCK.fullmatch(clock)
    return (_impossible_date(matched_date) if matched_date else "") or (
        _impossible_clock(matched_clock) if matched_clock else ""
    )


def day_of(value: str) -> dt.date | None:
    """Give the day that a value names, or None when it names no single real day."""
    date, _ = _split(value)
    try:
        return dt.date.fromisoformat(date) if len(date) == 10 else None
    except ValueError:
        return None


def length_in_days(value: str) -> int | None:
    """Give the length of a duration of whole weeks and days, or None for any other.

    >>> length_in_days("P10D"), length_in_days("P2W"), length_in_days("P1M")
    (10, 14, None)
    """
    matched = _DAYS.fullmatch(value)
    if not matched or not any(matched.groups()):
        return None
    return 7 * int(matched["weeks"] or 0) + int(matched["days"] or 0)


def _split(value: str) -> tuple[str, str]:
    """Part a value before the T of its clock; the T of a reference such as PAST_REF is none."""
    if value.endswith("_REF"):
        return value, ""
    date, separator, clock = value.partition("T")
    return date, separator + clock


def _number(digits: str | None) -> int | None:
    return int(digits) if digits and digits.isdigit() else None


def _impossible_date(matched: re.Match[str]) -> str:
    year, month, day = (_number(matched[name]) for name in ("year", "month", "day"))
    week, weekday = _number(matched["week"]), _number(matched["weekday"])
    if month is not None and not 1 <= month <= 12:
        return f"there is no month {month}"
    if day is not None:
        # In an unknown year February may have 29 days, and an unknown month 31.
        last = calendar.monthrange(year or 2000, month)[1] if month else 31
        if not 1 <= day <= last:
            name = calendar.month_name[month] if month else "a month"
            return f"{name} {year} has {last} days" if year else f"{name} has at most {last} days"
    if week is not None:
        last = _weeks_of(year) if year else 53
        if not 1 <= week <= last:
            return f"{year or 'a year'} has {last} weeks"
    if weekday is not None and not 1 <= weekday <= 7:
        return "weekdays are numbered from 1 (Monday) to 7"
    return ""


def _weeks_of(year: int) -> int:
    return dt.date(year, 12, 28).isocalendar().week


def _impossible_clock(matched: re.Match[str]) -> str:
    hour, minute, second = (_number(matched[name]) for name in ("hour", "minute", "second"))
    if hour is not None and (hour > 24 or (hour == 24 and ((minute or 0) or (second or 0)))):
        return "hours run from 00 to 24:00"
    if minute is not None and minute > 59:
        return "an hour has 60 minutes"
    if second is not None and second > 60:
        return "a minute has 60 seconds"
    zone_hour, zone_minute = _number(matched["zone_hour"]), _number(matched["zone_minute"])
    if (zone_hour or 0) > 14 or (zone_minute or 0) > 59:
        return "time zones reach from -12:00 to +14:00"
    return ""
