"""Where words stand in a text: by tier, by boundary, by order; and what has no place."""

from pathlib import Path

import pytest

from goldwire.grounding import Placed, Sought, place
from goldwire.grounding.boundaries import is_boundary
from goldwire.grounding.folds import BARE, CASELESS, TYPOGRAPHIC, fold
from goldwire.grounding.fuzzy import is_same_content

ROOT = Path(__file__).parents[2]


def article() -> str:
    path = ROOT / "corpus" / "ip-20220113-kz-withdrawal" / "text.txt"
    return path.read_bytes().decode("utf-8")


def placed(text: str, *words: str, fuzzy: bool = False) -> list[tuple[str | None, str]]:
    """Give the words at each place, or None, and the tier or the reason."""
    items = place(text, [Sought(one) for one in words], fuzzy=fuzzy).items
    return [
        (None, item.status) if item.span is None else (text[slice(*item.span)], item.tier)
        for item in items
    ]


def starts(text: str, *words: str) -> list[int | None]:
    items = place(text, [Sought(one) for one in words]).items
    return [None if item.span is None else item.span[0] for item in items]


@pytest.mark.parametrize(
    ("text", "words", "there", "tier"),
    [
        ("Zas spoke", "Zas", "Zas", "exact"),
        ("a “terror attack” on", '"terror attack"', "“terror attack”", "typographic"),
        ("Kazakhstan’s minister", "Kazakhstan's", "Kazakhstan’s", "typographic"),
        ("2021–2022", "2021-2022", "2021–2022", "typographic"),
        ("and so on… he said", "so on...", "so on…", "typographic"),
        ("``red'' alert", '"red"', "``red''", "typographic"),
        ("the former\n  capital", "former capital", "former\n  capital", "typographic"),
        ("Almaty\u00a0region", "Almaty region", "Almaty\u00a0region", "typographic"),
        ("Zhana\u00adozen", "Zhanaozen", "Zhana\u00adozen", "typographic"),
        ("\u200bZas\u200b", "Zas", "Zas", "exact"),
        ("Z\u200bas", "Zas", "Z\u200bas", "typographic"),
        ("inter-\nnational law", "international", "inter-\nnational", "typographic"),
        ("in Nur-\nSultan", "Nur-Sultan", "Nur-\nSultan", "typographic"),
        ("Rene\u0301 said", "Ren\u00e9", "Rene\u0301", "typographic"),
        ("Ren\u00e9 said", "Rene\u0301", "Ren\u00e9", "typographic"),
        ("KAZAKHSTAN", "Kazakhstan", "KAZAKHSTAN", "caseless"),
        ("die Straße", "STRASSE", "Straße", "caseless"),
        ("ﬁnance", "finance", "ﬁnance", "caseless"),
        ("Ｎｏｒｗａｙ", "Norway", "Ｎｏｒｗａｙ", "caseless"),
        ("İstanbul fell", "istanbul", "İstanbul", "bare"),
        ("René Čelik", "Rene Celik", "René Čelik", "bare"),
        ("Łukasz Øst", "lukasz ost", "Łukasz Øst", "bare"),
        ("מֶלֶךְ", "מלך", "מֶלֶךְ", "bare"),
        ("مُحَمَّد", "محمد", "مُحَمَّد", "bare"),
        ("北京市民说", "北京", "北京", "exact"),
        ("ประเทศไทย", "ไทย", "ไทย", "exact"),
        ("서울 시장", "서울", "서울", "exact"),
        ("a 👩‍👧 b", "👩‍👧", "👩‍👧", "exact"),
        (" Zas ", "\tZas\n", "Zas", "typographic"),
        ("the Apple™ store", "Apple", "Apple", "exact"),
        ("the Apple™ store", "Appletm", "Apple™", "caseless"),
        ("room №5", "5", "5", "exact"),
        ("北京Zas说", "Zas", "Zas", "exact"),
        ("ab-\nab-\nab", "abab", "ab-\nab", "typographic"),
        ("Rechtsanwaltskanzlei", "Rechtsanwalt", "Rechtsanwalt", "subword"),
    ],
)
def test_words_are_found_in_the_closest_tier(text: str, words: str, there: str, tier: str) -> None:
    assert placed(text, words) == [(there, tier)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("he told us so", "US"),
        ("RUSSIA-LED TROOPS", "US"),
        ("over 2,500 soldiers", "500"),
        ("1,000.50", "1000.50"),
        ("a 👩‍👧 b", "👩"),
        ("🇰🇿🇿🇼", "🇿🇿"),
        ("Council of Defense Ministers", "Council of Foreign Ministers"),
        ("the art of war", "ar"),
        ("がくせい", "かくせい"),
        ("हिन्दी", "हिन्द"),
        ("cafe\u0301s", "cafe"),
        ("", "Zas"),
    ],
)
def test_what_the_text_does_not_have_gets_no_place(text: str, words: str) -> None:
    assert placed(text, words, fuzzy=True) == [(None, "ungroundable")]


@pytest.mark.parametrize("words", ["", "  \n", "\u200b"])
def test_items_without_words_are_called_empty(words: str) -> None:
    assert placed("a b", words) == [(None, "empty")]


def test_small_letters_answer_to_a_short_acronym_only_where_nothing_else_does() -> None:
    assert placed("the US told us", "us") == [("us", "exact")]
    assert placed("the US told them", "us") == [("US", "caseless")]
    assert placed("the CSTO told them", "csto") == [("CSTO", "caseless")]


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("ab c", [0, 2, 3, 4]),
        ("a1,0.b", [0, 4, 5, 6]),
        ("北京ab", [0, 1, 2, 4]),
        ("e\u0301a b", [0, 3, 4, 5]),
        ("a-b's", [0, 1, 2, 3, 4, 5]),
        ("5. x", [0, 1, 2, 3, 4]),
    ],
)
def test_words_begin_and_end_at_boundaries(text: str, cuts: list[int]) -> None:
    assert [at for at in range(len(text) + 1) if is_boundary(text, at)] == cuts


def test_folds_grow_coarser() -> None:
    words = "“Čelik’s”  ﬁne—\u00adDAY…"
    assert fold(words, TYPOGRAPHIC) == '"Čelik\'s" ﬁne-DAY...'
    assert fold(words, CASELESS) == '"čelik\'s" fine-day...'
    assert fold(words, BARE) == '"celik\'s" fine-day...'


# ── order ───────────────────────────────────────────────────────────────────────────────────────

TEXT = "Zas met Ann. Ann left. Zas met Bob. Bob left, said Zas."
#       0       8    13        23      31   36              51


def test_copies_follow_the_text_from_left_to_right() -> None:
    assert starts(TEXT, "Zas", "Zas", "Zas") == [0, 23, 51]


def test_neighbours_pin_an_item_that_stands_several_times() -> None:
    assert starts(TEXT, "met Ann", "Zas", "met Bob") == [4, 23, 27]
    assert starts(TEXT, "left, said", "Zas") == [40, 51]


def test_items_grouped_by_label_follow_the_text_within_each_label() -> None:
    text = "Ann saw Oslo. Bob saw Rome. Cem saw Oslo. Dan saw Ulm."
    people = [Sought(name, "PER") for name in ("Ann", "Bob", "Cem", "Dan")]
    places = [Sought(name, "GPE") for name in ("Rome", "Oslo", "Ulm")]
    found = place(text, [*people, *places])
    assert found.order == "per-label"
    assert [item.span[0] for item in found.items if item.span] == [0, 14, 28, 42, 22, 36, 50]


def test_without_order_items_get_their_first_free_place_and_are_flagged() -> None:
    text = "Ann Bob Cem Dan Zas Zas"
    found = place(text, [Sought(name) for name in ("Dan", "Ann", "Zas", "Cem", "Bob")])
    assert found.order == "none"
    assert found.items[2] == Placed(
        "placed",
        (16, 19),
        tier="exact",
        rule="leftmost",
        n_candidates=2,
        choices=((16, 19), (20, 23)),
    )


def test_an_item_that_order_leaves_in_one_place_is_not_ambiguous() -> None:
    items = place(TEXT, [Sought("met Ann"), Sought("Zas"), Sought("met Bob")]).items
    assert [item.is_ambiguous for item in items] == [False, False, False]
    assert items[1].n_candidates == 3


def test_an_item_that_order_leaves_in_two_places_names_both() -> None:
    items = place(TEXT, [Sought("met Ann"), Sought("Zas"), Sought("Zas")]).items
    assert [item.is_ambiguous for item in items] == [False, False, False]
    items = place(TEXT, [Sought("met Ann"), Sought("Zas")]).items
    assert items[1].choices == ((23, 26), (51, 54))


def test_surplus_copies_are_told_from_words_that_are_not_there() -> None:
    assert placed("Zas and Ann", "Zas", "Zas", "Bob") == [
        ("Zas", "exact"),
        (None, "surplus"),
        (None, "ungroundable"),
    ]


def test_items_of_other_labels_may_share_a_place() -> None:
    items = place("Norway won", [Sought("Norway", "GPE"), Sought("Norway", "ORG")]).items
    assert [item.span for item in items] == [(0, 6), (0, 6)]


def test_nested_items_are_placed_whichever_comes_first() -> None:
    text = "Kazakhstan fell. Kazakhstan’s President spoke. The President left Kazakhstan."
    outer = ["Kazakhstan", "Kazakhstan's President", "Kazakhstan", "President", "President"]
    inner = ["Kazakhstan", "Kazakhstan", "Kazakhstan's President", "President", "President"]
    assert starts(text, *outer) == [0, 17, 17, 30, 51]
    assert starts(text, *inner) == [0, 17, 17, 30, 51]


def test_flat_lists_stay_flat() -> None:
    # “Norway” stands first within the ministry's name; a list without nesting means the second one.
    text = "The Norway Fund met. Then Norway won."
    assert starts(text, "The Norway Fund", "Norway") == [0, 26]


def test_the_place_as_written_goes_before_the_headline_in_capitals() -> None:
    assert starts("NORWAY WINS\n\nOn Sunday Norway won.", "Norway", "Sunday") == [23, 16]
    assert starts("NORWAY WINS\n\nOn Sunday Norway won.", "Norway", "Norway") == [0, 23]


def test_who_writes_everything_small_means_capitals_as_well() -> None:
    text = "He won. Ann saw he left."
    assert starts(text, "he", "ann") == [0, 8]
    assert starts(text, "he", "Ann") == [16, 8]


def test_given_places_are_evidence_and_taken() -> None:
    sought = [Sought("Zas", given=(23, 26)), Sought("Zas"), Sought("Zas"), Sought("Zas")]
    items = place(TEXT, sought).items
    assert [item.status for item in items] == ["given", "placed", "placed", "surplus"]
    assert [item.span for item in items[:3]] == [(23, 26), (51, 54), (0, 3)]


def test_words_around_an_item_decide_where_they_fit() -> None:
    (item,) = place(TEXT, [Sought("Zas", before="Ann left.", after="met")]).items
    assert item.span == (23, 26)
    (item,) = place(TEXT, [Sought("Zas", before="nothing like it")]).items
    assert item.span == (0, 3)


def test_an_item_that_belongs_to_another_stands_near_it() -> None:
    (item,) = place(TEXT, [Sought("Zas", near=(27, 30))]).items
    assert (item.span, item.rule) == ((23, 26), "nearest")
    # The same sentence goes before a shorter way.
    text = "It fell. Ann. The minister of Norway told Ann."
    (item,) = place(text, [Sought("Ann", near=(14, 26))]).items
    assert item.span == (42, 45)


# ── approximately ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("Sagadat Nurmagmbetov", "Sagadat Nurmagambetov"),
        ("Council of Defence Ministers", "Council of Defense Ministers"),
        ("exceptional video conferncing", "exceptional video conferencing"),
    ],
)
def test_a_few_letters_may_differ_if_asked(words: str, there: str) -> None:
    text = article()
    assert placed(text, words) == [(None, "ungroundable")]
    assert placed(text, words, fuzzy=True) == [(there, "fuzzy")]


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("12 percent in December", "15 percent in December"),
        ("Norway did sign the agreement", "Norway did not sign the agreement"),
        ("it can't have been signed", "it can have been signed"),
        ("the leaders of Iran agreed", "the leaders of Iraq agreed"),
        ("the North Korean government", "the South Korean government"),
        ("Anna Petersen of the ministry", "Anne Petersen of the ministry"),
        ("the ministry of Norway said", "the ministry said of norway"),
    ],
)
def test_numbers_negations_and_names_may_not_differ(words: str, there: str) -> None:
    assert not is_same_content(words, there)
    assert placed(f"We know {there} now.", words, fuzzy=True) == [(None, "ungroundable")]


def test_a_name_may_differ_by_one_letter_within() -> None:
    assert is_same_content("President Tokaev", "President Tokayev")
    assert not is_same_content("President Paul", "President Paula")


def test_every_mention_of_the_article_finds_its_place() -> None:
    words = ["Kazakhstan", "CSTO", "Kazakh", "Almaty", "Tokayev"]
    text = article()
    for one in words:
        n = place(text, [Sought(one)]).items[0].n_candidates
        found = place(text, [Sought(one)] * (n + 1)).items
        assert [item.status for item in found] == ["placed"] * n + ["surplus"]


# ── at scale ────────────────────────────────────────────────────────────────────────────────────


def test_a_hundred_thousand_repeats_are_placed_in_order() -> None:
    text = "a " * 100_000
    items = place(text, [Sought("a")] * 500).items
    assert [item.span for item in items[:3]] == [(0, 1), (2, 3), (4, 5)]
    assert {item.status for item in items} == {"placed"}
    assert len({item.span for item in items}) == 500
