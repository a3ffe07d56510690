import pytest

from goldwire.extractors.baseline import BaselineExtractor
from goldwire.extractors.baseline.dates import find_times

WEDNESDAY = "2024-05-15"


def times(text: str, *, reference: str | None = WEDNESDAY) -> list[tuple[str | None, str | None]]:
    return [(time.spans[0].text, time.value) for time in find_times(text, reference_date=reference)]


# The values were read off a calendar: 15 May 2024 was a Wednesday.
@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("on Monday", "Monday", "2024-05-13"),
        ("on Wednesday", "Wednesday", "2024-05-15"),
        ("They will meet on Monday", "Monday", "2024-05-20"),
        ("since last Wednesday", "last Wednesday", "2024-05-08"),
        ("by next Friday", "next Friday", "2024-05-17"),
        ("on March 3", "March 3", "2024-03-03"),
        ("on Dec. 24", "Dec. 24", "2023-12-24"),
        ("They will vote on Feb. 2", "Feb. 2", "2025-02-02"),
        ("yesterday", "yesterday", "2024-05-14"),
        ("Tomorrow", "Tomorrow", "2024-05-16"),
        ("for 10 days", "10 days", "P10D"),
        ("for three weeks", "three weeks", "P3W"),
        ("after several hours", "several hours", "PTXH"),
        ("two weeks ago", "two weeks ago", "2024-05-01"),
        ("last month", "last month", "2024-04"),
        ("next year", "next year", "2025"),
        ("last week", "last week", "2024-W19"),
        ("in 1998", "1998", "1998"),
        ("in June 2019", "June 2019", "2019-06"),
    ],
)
def test_a_time_is_normalised_from_the_reference(text: str, words: str, value: str) -> None:
    assert times(text) == [(words, value)]


@pytest.mark.parametrize(
    "written", ["2 April 2021", "Fri 2 April 2021", "April 2, 2021", "Apr. 2, 2021", "2021-04-02"]
)
def test_a_full_date_is_its_own_reference_and_that_of_what_follows(written: str) -> None:
    assert times(f"{written}: she left on Thursday") == [
        (written, "2021-04-02"),
        ("Thursday", "2021-04-01"),
    ]


def test_without_a_reference_relative_times_have_no_value_and_durations_do() -> None:
    assert times("on Monday for 2 days", reference=None) == [("Monday", None), ("2 days", "P2D")]


def test_what_is_no_date_is_none() -> None:
    assert times("on 31 February and at 2021-13-45") == []


def test_the_ends_of_the_calendar_do_not_overflow() -> None:
    assert times("tomorrow", reference="9999-12-31") == [("tomorrow", None)]
    assert times("yesterday", reference="0001-01-01") == [("yesterday", None)]


def values(text: str) -> list[tuple[str | None, str, object, str | None, str | None]]:
    found = BaselineExtractor().extract(text, doc_id="d", reference_date=WEDNESDAY)
    return [(v.spans[0].text, v.type, v.value, v.mod, v.unit) for v in found.values or ()]


def test_numbers_keep_their_comparator() -> None:
    assert values("over 1,250 trees and nearly five cows") == [
        ("over 1,250", "QUANT", 1250.0, "MORE_THAN", None),
        ("nearly five", "QUANT", 5.0, "APPROX", None),
    ]


def test_money_and_percentages_are_told_from_plain_numbers() -> None:
    assert values("It paid $3.5 million, 20 euros and 7 percent.") == [
        ("$3.5 million", "MONEY", 3.5e6, None, "USD"),
        ("20 euros", "MONEY", 20.0, None, "EUR"),
        ("7 percent", "PERCENT", 7.0, None, None),
    ]


def test_a_title_is_the_office_without_the_name() -> None:
    assert values("Deputy Prime Minister Ida Holm spoke.") == [
        ("Deputy Prime Minister", "TITLE", "Deputy Prime Minister", None, None)
    ]


def test_a_number_in_a_time_is_no_quantity() -> None:
    assert values("for 10 days since May 3") == []
