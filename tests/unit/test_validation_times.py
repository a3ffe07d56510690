"""TIMEX3 values: which are well formed, and which name something real."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.validation.timex import day_of, form_of, impossibility, length_in_days


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2022", "DATE"),
        ("202", "DATE"),
        ("20", "DATE"),
        ("2022-01", "DATE"),
        ("2022-01-13", "DATE"),
        ("2022-W02", "DATE"),
        ("2022-W02-4", "DATE"),
        ("2022-W02-WE", "DATE"),
        ("XXXX-WXX-4", "DATE"),
        ("XXXX-12-25", "DATE"),
        ("2022-Q3", "DATE"),
        ("2022-H1", "DATE"),
        ("2022-SU", "DATE"),
        ("PAST_REF", "DATE"),
        ("PRESENT_REF", "DATE"),
        ("2022-01-13T09:30", "TIME"),
        ("2022-01-13T09:30:15Z", "TIME"),
        ("2022-01-13T09:30+06:00", "TIME"),
        ("2022-01-13TNI", "TIME"),
        ("T09", "TIME"),
        ("XXXX-WXX-1TMO", "TIME"),
        ("P10D", "DURATION"),
        ("P1Y2M3DT4H5M6S", "DURATION"),
        ("P1.5Y", "DURATION"),
        ("PT36H", "DURATION"),
        ("P2WE", "DURATION"),
        ("P3DE", "DURATION"),
        ("P1Q", "DURATION"),
        ("PXD", "DURATION"),
        ("PX", "DURATION"),
        ("P", ""),
        ("PT", ""),
        ("P1DT", ""),
        ("P10", ""),
        ("10D", ""),
        ("", ""),
        ("today", ""),
        ("2022-1-13", ""),
        ("2022/01/13", ""),
        ("2022-01-13 09:30", ""),
        ("2022-01-13T9:30", ""),
        ("2022-Q5", ""),
        ("13.01.2022", ""),
        ("2022-01-13\n", ""),
    ],
)
def test_the_form_of_a_value(value: str, form: str) -> None:
    assert form_of(value) == form


@pytest.mark.parametrize(
    "value",
    [
        "2022-00-10",
        "2022-02-29",
        "1900-02-29",
        "2022-04-31",
        "2022-01-00",
        "XXXX-02-30",
        "XXXX-XX-32",
        "2022-W00",
        "2022-W53",
        "2022-W02-8",
        "2022-01-13T24:01",
        "2022-01-13T09:60",
        "2022-01-13T09:30+15:00",
    ],
)
def test_a_well_formed_value_may_still_name_nothing(value: str) -> None:
    assert form_of(value)
    assert impossibility(value)


@pytest.mark.parametrize(
    "value", ["2024-02-29", "2000-02-29", "XXXX-02-29", "2020-W53", "2022-01-13T24:00", "PX", "202"]
)
def test_rare_but_real_values_pass(value: str) -> None:
    assert not impossibility(value)


@given(st.dates(), st.times())
def test_every_real_date_and_time_passes(date: dt.date, time: dt.time) -> None:
    value = f"{date.isoformat()}T{time.replace(microsecond=0).isoformat()}"
    year, week, weekday = date.isocalendar()
    assert (form_of(value), impossibility(value)) == ("TIME", "")
    assert not impossibility(f"{year:04}-W{week:02}-{weekday}")
    assert day_of(value) == date


@given(st.integers(1, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_date_is_impossible_exactly_when_the_calendar_lacks_it(
    year: int, month: int, day: int
) -> None:
    try:
        dt.date(year, month, day)
        is_real = True
    except ValueError:
        is_real = False
    assert (impossibility(f"{year:04}-{month:02}-{day:02}") == "") == is_real


def test_only_whole_days_and_weeks_have_a_length() -> None:
    assert [length_in_days(value) for value in ("P1W3D", "P0D", "P1Y", "PT24H", "P")] == [
        10,
        0,
        None,
        None,
        None,
    ]
