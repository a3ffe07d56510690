"""Offsets of every convention come back as the words that they were counted for."""

import sys
import unicodedata
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.offsets import (
    NOWHERE,
    UNITS,
    Convention,
    Evidence,
    Form,
    Unit,
    align,
    detect,
    formed,
    from_units,
    joined,
    offset_map,
    spaced,
    to_units,
)

TEXT = "Zoë 😀 met Ångström\nin İzmir, e\u0301t voilà: “Zoë”."
ENCODINGS = {"code_points": "utf-32-le", "utf16": "utf-16-le", "utf8": "utf-8"}
FORMS_OF_UNICODE: dict[Form, Literal["NFC", "NFD"]] = {"nfc": "NFC", "nfd": "NFD"}
WIDTHS = {"code_points": 4, "utf16": 2, "utf8": 1}

texts = st.text(
    st.one_of(
        st.sampled_from("ab \n\r“é😀𝒳İßΣe\u0301\u0308가각\u1100\u1161\u11a8क़"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


def counted(text: str, unit: Unit, code_point: int) -> int:
    """Count as the encoders of Python do: an oracle that shares nothing with the maps."""
    return len(text[:code_point].encode(ENCODINGS[unit])) // WIDTHS[unit]


@given(texts, st.sampled_from(UNITS))
def test_units_are_counted_as_python_s_encoders_count_them(text: str, unit: Unit) -> None:
    expected = [counted(text, unit, at) for at in range(len(text) + 1)]
    assert to_units(text, unit).tolist() == expected
    back = from_units(text, unit)
    assert [back[place] for place in expected] == list(range(len(text) + 1))
    assert (back == NOWHERE).sum() == expected[-1] - len(text)


@given(texts)
def test_a_lower_cased_text_is_that_of_its_characters_and_maps_back(text: str) -> None:
    lower = formed(text, "lower")
    assert lower.text == "".join(character.lower() for character in text)
    assert len(lower.to_original) == len(lower.text) + 1
    assert lower.to_original[-1] == len(text)


@given(texts)
def test_a_normalised_text_is_what_unicodedata_makes_and_maps_back(text: str) -> None:
    for form, name in FORMS_OF_UNICODE.items():
        made = formed(text, form)
        assert made.text == unicodedata.normalize(name, text)
        boundaries = made.to_original.tolist()
        known = [(at, place) for at, place in enumerate(boundaries) if place != NOWHERE]
        for (start, first), (end, last) in pairwise(known):
            assert first < last
            assert made.text[start:end] == unicodedata.normalize(name, text[first:last])


def test_no_character_is_joined_to_one_before_it_unseen() -> None:
    # Every pair that Unicode composes: the second must be kept with the first.
    for point in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            pair = "".join(chr(int(part, 16)) for part in parts)
            assert formed(pair, "nfc").text == unicodedata.normalize("NFC", pair)


@given(texts)
def test_line_ends_map_back(text: str) -> None:
    assert formed(text, "crlf").text == text.replace("\n", "\r\n")
    assert formed(text, "lf").text == text.replace("\r\n", "\n")


WORDS = ("Zoë", "😀", "met", "Ångström", "in", "İzmir", "voilà", "“Zoë”")


def spans() -> list[tuple[int, int]]:
    return [(TEXT.index(word), TEXT.index(word) + len(word)) for word in WORDS]


def expressed(convention: Convention) -> list[Evidence]:
    """Write the spans in a convention by re-encoding prefixes, and their words as it has them."""

    def count(code_point: int) -> int:
        prefix = TEXT[:code_point]
        if convention.form == "lower":
            prefix = prefix.lower()
        elif convention.form == "crlf":
            prefix = prefix.replace("\n", "\r\n")
        elif convention.form in FORMS_OF_UNICODE:
            prefix = unicodedata.normalize(FORMS_OF_UNICODE[convention.form], prefix)
        width = WIDTHS[convention.unit]
        return len(prefix.encode(ENCODINGS[convention.unit])) // width + convention.base

    evidence = []
    for start, end in spans():
        first, last = count(start), count(end)
        if convention.end == "inclusive":
            last -= 1
        elif convention.end == "length":
            last -= first
        evidence.append(Evidence(TEXT, first, last, TEXT[start:end]))
    return evidence


@pytest.mark.parametrize("form", ["exact", "lower", "crlf", "nfc", "nfd"])
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("end", ["exclusive", "inclusive", "length"])
@pytest.mark.parametrize("base", [0, 1])
def test_every_convention_is_detected_by_the_words(
    unit: str, end: str, base: int, form: str
) -> None:
    convention = Convention.parse(f"{unit},{end},{base},{form}")
    evidence = expressed(convention)
    found = detect(evidence)
    assert found.how == "detected"
    assert found.convention is not None
    table = offset_map(TEXT, found.convention)
    assert [table.span(item.start, item.end) for item in evidence] == spans()
    assert str(Convention.parse(str(convention))) == str(convention)


def test_fewer_than_three_surfaces_do_not_move_the_declared_convention() -> None:
    shifted = [Evidence("abcdef", 1, 3, "ab"), Evidence("abcdef", 3, 5, "cd")]
    assert detect(shifted).how == "refused"
    assert detect([Evidence("abcdef", 0, 2, "ab")]).how == "declared"
    assert detect([Evidence("abcdef", 0, 2)]).how == "declared"
    # A third one makes it evidence: base 1, or an inclusive end counted from before.
    assert str(detect([*shifted, Evidence("abcdef", 5, 7, "ef")]).convention) == (
        "code_points,exclusive,1"
    )


def test_one_surface_in_a_hundred_may_be_wrong_and_no_more() -> None:
    text = "".join(chr(0x4E00 + at) for at in range(400))
    good = [Evidence(text, at, at + 1, text[at : at + 2]) for at in range(99)]
    assert str(detect([*good, Evidence(text, 7, 9, "no")]).convention) == "code_points,inclusive"
    refused = detect([*good, Evidence(text, 7, 9, "no"), Evidence(text, 7, 9, "nor")])
    assert refused.how == "refused"
    assert refused.convention is None
    best = refused.candidates[0]
    assert (str(best.convention), best.matched, best.n) == ("code_points,inclusive", 99, 101)
    assert "7, 9 gives" in best.example
    assert len(refused.candidates) == 3


def test_two_readings_that_fit_equally_well_are_refused() -> None:
    # With inclusive ends, counting from 0 and from 1 both give an a, each time another one.
    text = "xaaax"
    items = [Evidence(text, at, at, "a") for at in (2, 3)] + [Evidence(text, 2, 3, "aa")]
    found = detect(items)
    assert found.convention is None
    assert [candidate.matched for candidate in found.candidates] == [3, 3, 0]


def test_of_two_conventions_that_read_the_file_alike_the_plainer_one_is_named() -> None:
    plain = [Evidence("abcd", at, at + 1, "abcd"[at]) for at in range(3)]
    assert str(detect(plain).convention) == "code_points,exclusive"
    shifted = [Evidence("abcd", at + 1, at + 2, "abcd"[at]) for at in range(3)]
    assert str(detect(shifted).convention) == "code_points,exclusive,1"


def test_a_refusal_says_what_was_tried() -> None:
    wrong = [Evidence("one two three", at, at + 3, "xyz") for at in range(4)]
    assert "fits 0 of 4, but 0, 3 gives 'one' for 'xyz'" in str(detect(wrong))


def test_line_breaks_in_the_text_may_be_blanks_in_the_words() -> None:
    text = "New\nYork is big and so is Los\nAngeles"
    items = [Evidence(text, 0, 8, "New York"), Evidence(text, 26, 37, "Los Angeles")]
    assert detect([*items, Evidence(text, 9, 11, "is")]).how == "detected"


@pytest.mark.parametrize("pair", [(3, 3), (4, 2), (-1, 2), (0, 99)])
def test_pairs_that_are_no_spans_are_nowhere(pair: tuple[int, int]) -> None:
    assert offset_map("abcdef").span(*pair) is None


def test_the_middle_of_a_character_is_nowhere() -> None:
    utf16 = offset_map("a😀b", Convention(unit="utf16"))
    assert utf16.span(1, 2) is None
    assert utf16.span(1, 3) == (1, 2)


def test_tokens_without_text_are_joined() -> None:
    text, tokens = joined([["EU", "rejects"], [], ["it"]])
    assert text == "EU rejects\nit"
    assert [text[slice(*(tokens.span(at, at + 1) or ()))] for at in range(3)] == [
        "EU",
        "rejects",
        "it",
    ]
    assert tokens.span(2, 4) is None
    text, tokens = spaced(["do", "n't", "go"], [False, True, False])
    assert (text, tokens.span(0, 2)) == ("don't go", (0, 5))


def test_tokens_are_aligned_to_the_text_they_were_made_of() -> None:
    text = "He said: “Zoë's  (old) re\u0301sumé — gone”…"
    tokens = ["He", "said", ":", "``", "Zoë", "'s", "-LRB-", "old", "-RRB-", "RÉSUMÉ", "--", "gone"]
    aligned = align(tokens, text)
    words = [
        text[slice(*place)] if (place := aligned.span(at, at + 1)) else None
        for at in range(len(tokens))
    ]
    assert words == [
        "He", "said", ":", "“", "Zoë", "'s", "(", "old", ")", "re\u0301sumé", None, "gone"
    ]  # fmt: skip


def test_a_token_that_the_text_lacks_does_not_move_the_others() -> None:
    aligned = align(["a", "zzz", "b", "c"], "a b c")
    assert aligned.starts.tolist() == [0, NOWHERE, 2, 4]
