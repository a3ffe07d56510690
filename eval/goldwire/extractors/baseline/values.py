"""Values: numbers with their comparator, amounts of money, percentages and titles."""

import re
from collections.abc import Iterator, Sequence

from goldwire.extractors.baseline.sentences import Sentence, span
from goldwire.extractors.baseline.vocabulary import (
    HONORIFICS,
    SMALL_NUMBERS,
    TITLE_MODIFIERS,
    TITLE_WORDS,
)
from goldwire.model import Time, Value

_MODS = {
    "more than": "MORE_THAN",
    "over": "MORE_THAN",
    "less than": "LESS_THAN",
    "fewer than": "LESS_THAN",
    "under": "LESS_THAN",
    "at least": "EQUAL_OR_MORE",
    "at most": "EQUAL_OR_LESS",
    "up to": "EQUAL_OR_LESS",
    "about": "APPROX",
    "around": "APPROX",
    "some": "APPROX",
    "nearly": "APPROX",
    "almost": "APPROX",
    "roughly": "APPROX",
    "approximately": "APPROX",
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_CURRENCIES = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "yen": "JPY",
    "yuan": "CNY",
    "ruble": "RUB",
    "rouble": "RUB",
    "rupee": "INR",
}
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?:(?P<mod>{'|'.join(_MODS)}) )?(?P<sign>[$€£¥])?"
    rf"(?P<number>[0-9]{{1,15}}(?:,[0-9]{{3}}){{0,4}}(?:\.[0-9]{{1,6}})?|{'|'.join(SMALL_NUMBERS)})"
    rf"(?![\w]|[.,:/-][0-9])(?: (?P<scale>{'|'.join(_SCALES)})\b)?"
    r"(?P<percent> ?%| per ?cent\b)?"
    r"(?: (?P<currency>dollar|euro|pound|yen|yuan|rouble|ruble|rupee)s?\b)?",
    re.IGNORECASE,
)


def find_values(
    text: str, sentences: Sequence[Sentence], *, times: Sequence[Time]
) -> tuple[Value, ...]:
    """Find values outside times; numbers in words go up to twelve, bare "one" is none."""
    taken = [time.spans[0] for time in times]
    found = [*_numbers(text), *_titles(text, sentences)]
    found.sort(key=lambda value: (value.spans[0].start, value.spans[0].end))
    kept = []
    at = 0
    for value in found:
        place = value.spans[0]
        while at < len(taken) and taken[at].end <= place.start:
            at += 1
        if at == len(taken) or not taken[at].overlaps(place):
            kept.append(value)
    return tuple(
        Value(
            id=f"n{number}",
            type=value.type,
            spans=value.spans,
            value=value.value,
            mod=value.mod,
            unit=value.unit,
        )
        for number, value in enumerate(kept, start=1)
    )


def _numbers(text: str) -> Iterator[Value]:
    for match in _NUMBER.finditer(text):
        word = match["number"].lower()
        if word == "one" and not (match["scale"] or match["currency"]):
            continue
        number = float(SMALL_NUMBERS[word] if word in SMALL_NUMBERS else word.replace(",", ""))
        number *= _SCALES[match["scale"].lower()] if match["scale"] else 1
        unit = match["sign"] or match["currency"]
        kind = "MONEY" if unit else "PERCENT" if match["percent"] else "QUANT"
        yield Value(
            type=kind,
            spans=(span(text, match.start(), match.end()),),
            value=number,
            mod=_MODS[match["mod"].lower()] if match["mod"] else None,
            unit=_CURRENCIES[unit.lower()] if unit else None,
        )


def _titles(text: str, sentences: Sequence[Sentence]) -> Iterator[Value]:
    """Find offices with the words that belong to them: "Deputy Prime Minister"."""
    for sentence in sentences:
        words = sentence.words
        start = None
        for at, word in enumerate(words):
            is_glued = at > 0 and word.start - words[at - 1].end <= 1
            start = start if is_glued else None
            if word.lower in TITLE_WORDS and word.lower not in HONORIFICS:
                first = word.start if start is None else start
                following = words[at + 1] if at + 1 < len(words) else None
                is_office = start is not None or (following and following.is_name_like)
                if is_office and not (following and following.lower in TITLE_WORDS | {"-"}):
                    place = span(text, first, word.end)
                    yield Value(type="TITLE", spans=(place,), value=place.text)
                    start = None
                    continue
            if word.lower in TITLE_MODIFIERS or word.lower in TITLE_WORDS:
                start = word.start if start is None else start
            elif word.text != "-":
                start = None
