"""What grounding guarantees, on texts full of copies, folds and traps."""

import itertools
import random
from collections import Counter

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goldwire.grounding import Placed, Sought, ground, place
from goldwire.grounding.boundaries import is_boundary
from goldwire.grounding.chain import Places, best_chain
from goldwire.grounding.folds import BARE, fold, fold_text, trimmed
from goldwire.grounding.fuzzy import MAX_SHARE, approximate, edit_distance, is_same_content
from goldwire.model import Annotation, EventMention, Mention, Span, Time

WORDS = (
    *"Zas zas ZAS US us Čelik Čelik celik İstanbul istanbul straße STRASSE ß 北京 北京市".split(),
    *"“red” \"red\" Nur-Sultan Nur–Sultan 2,500 500 ½ 1⁄2 🇰🇿 … -- — ''x'' ``x``".split(),
    *"Apple™ №5 x² café cafe\u0301 \u0301 e\u0301\u0327 a\u200bb ab".split(),
    *"co\u00adop coop ﬁn fin ไทย inter-\nnational international".split(" "),
    *"\U0001f469\u200d\U0001f467 \U0001f469 שָׁלוֹם שלום مُحَمَّد محمد हिन्दी हिन्द 한국 한국".split(),
)
GAPS = (" ", " ", " ", "\n", "\n\n", "  ", "\u00a0", "", ", ", ". ", "\u200b ")
LABELS = ("PER", "ORG")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text of few words, so that they repeat, with all sorts of gaps between them."""
    words = draw(st.lists(st.sampled_from(WORDS), max_size=12))
    return "".join(word + draw(st.sampled_from(GAPS)) for word in words)


@st.composite
def sought_in(draw: st.DrawFn, text: str) -> list[Sought]:
    """Items that are words of the text, any slice of it, or words that it may not have."""
    found = []
    for _ in range(draw(st.integers(0, 6))):
        words = draw(st.sampled_from([*WORDS, "", " ", "Foreign Minister"]))
        if text and draw(st.booleans()):
            start = draw(st.integers(0, len(text) - 1))
            words = text[start : draw(st.integers(start, min(len(text), start + 9)))]
        found.append(Sought(words, draw(st.sampled_from(LABELS))))
    return found


cases = texts().flatmap(lambda text: st.tuples(st.just(text), sought_in(text)))


def spans(items: tuple[Placed, ...]) -> list[tuple[int, int] | None]:
    return [item.span for item in items]


@given(cases, st.booleans())
def test_every_item_gets_one_answer_and_places_lie_in_the_text(
    case: tuple[str, list[Sought]], fuzzy: bool
) -> None:
    text, sought = case
    found = place(text, sought, fuzzy=fuzzy).items
    assert len(found) == len(sought)
    for one, item in zip(sought, found, strict=True):
        assert (item.span is not None) == (item.status == "placed")
        assert (item.status == "empty") == (not trimmed(one.words))
        if item.span is not None:
            assert 0 <= item.span[0] < item.span[1] <= len(text)
            assert item.span in item.choices
            assert len(item.choices) <= item.n_candidates


@given(cases)
def test_no_place_between_words_is_overlooked(case: tuple[str, list[Sought]]) -> None:
    text, sought = case
    folded = fold_text(text, BARE)
    for one in sought:
        words = fold(trimmed(one.words), BARE)
        if not words or not one.words.islower() or len(words) < 4:
            continue  # short acronyms have a rule of their own
        hits = [at for at in range(len(folded.text)) if folded.text.startswith(words, at)]
        whole = {
            span
            for at in hits
            if (span := folded.place(at, at + len(words))) is not None
            and is_boundary(text, span[0])
            and is_boundary(text, span[1])
            and fold(text[slice(*span)], BARE) == words
        }
        (item,) = place(text, [one]).items
        if whole:
            assert item.n_candidates == len(whole)
            assert item.tier != "subword"


@given(cases, st.booleans())
def test_a_place_has_the_words_in_the_fold_of_its_tier(
    case: tuple[str, list[Sought]], fuzzy: bool
) -> None:
    text, sought = case
    for one, item in zip(sought, place(text, sought, fuzzy=fuzzy).items, strict=True):
        if item.span is None:
            continue
        there, words = text[slice(*item.span)], trimmed(one.words)
        match item.tier:
            case "exact":
                assert there == one.words
            case "typographic" | "caseless" | "bare":
                level = ("typographic", "caseless", "bare").index(item.tier) + 1
                assert fold(there, level) == fold(words, level)
            case "fuzzy":
                distance = edit_distance(fold(there, BARE), fold(words, BARE))
                assert 0 < distance == item.distance <= MAX_SHARE * len(fold(words, BARE))
            case _:
                assert item.tier == "subword"
                assert there == words


@given(cases)
def test_words_that_stand_once_as_they_are_get_that_place(
    case: tuple[str, list[Sought]],
) -> None:
    text, sought = case
    n_alike = Counter((one.label, fold(trimmed(one.words), BARE)) for one in sought)
    folded = fold_text(text, BARE)
    units = {*folded.start, *folded.end}
    for one, item in zip(sought, place(text, sought).items, strict=True):
        at = text.find(one.words)
        end = at + len(one.words)
        if (
            trimmed(one.words) == one.words != ""
            and at >= 0 > text.find(one.words, at + 1)
            and is_boundary(text, at)
            and is_boundary(text, end)
            and {at, end} <= units
            and fold(one.words, BARE)
            and n_alike[one.label, fold(one.words, BARE)] == 1
        ):
            assert (item.span, item.tier) == ((at, end), "exact")


@given(cases, st.booleans())
def test_no_two_items_of_a_label_share_a_place(case: tuple[str, list[Sought]], fuzzy: bool) -> None:
    text, sought = case
    found = place(text, sought, fuzzy=fuzzy).items
    taken = [(one.label, item.span) for one, item in zip(sought, found, strict=True) if item.span]
    assert len(taken) == len(set(taken))


@given(cases)
def test_items_are_surplus_only_when_all_their_places_are_taken(
    case: tuple[str, list[Sought]],
) -> None:
    text, sought = case
    found = place(text, sought).items
    taken = {(one.label, item.span) for one, item in zip(sought, found, strict=True)}
    for one, item in zip(sought, found, strict=True):
        if item.status in {"surplus", "ungroundable"}:
            (alone,) = place(text, [one]).items
            assert (alone.span is None) == (item.status == "ungroundable")
            assert alone.span is None or (one.label, alone.span) in taken


@given(cases, st.randoms(use_true_random=False))
def test_as_many_copies_as_places_take_them_all_in_any_order(
    case: tuple[str, list[Sought]], rng: random.Random
) -> None:
    text, sought = case
    distinct = {(one.label, fold(trimmed(one.words), BARE)): one for one in sought}
    complete = [
        copy
        for one in distinct.values()
        for copy in [one] * place(text, [one]).items[0].n_candidates
    ]
    shuffled = rng.sample(complete, len(complete))
    first, second = (
        Counter((one.words, one.label, item.span) for one, item in zip(items, found, strict=True))
        for items, found in ((i, place(text, i).items) for i in (complete, shuffled))
    )
    assert first == second


@given(cases, st.integers(0, 6), st.booleans())
def test_words_that_the_text_does_not_have_move_nothing(
    case: tuple[str, list[Sought]], at: int, fuzzy: bool
) -> None:
    text, sought = case
    made_up = Sought("Qwertzuiop Yxcvbnm", "PER")
    found = place(text, [*sought[:at], made_up, *sought[at:]], fuzzy=fuzzy).items
    kept = (*found[:at], *found[at + 1 :]) if at <= len(sought) else found[:-1]
    assert kept == place(text, sought, fuzzy=fuzzy).items


@given(cases, st.booleans())
def test_grounding_again_changes_nothing(case: tuple[str, list[Sought]], fuzzy: bool) -> None:
    text, sought = case
    record = Annotation(
        doc_id="d",
        mentions=tuple(Mention(type=one.label, surface=one.words) for one in sought),
        times=(
            Time(type="DATE", value="2022"),
            *(Time(type="DATE", surface=s.words) for s in sought),
        ),
        event_mentions=tuple(EventMention(type=s.label, surface=s.words) for s in sought),
    )
    once = ground(record, text, fuzzy=fuzzy)
    assert ground(once.prediction, text, fuzzy=fuzzy).prediction == once.prediction
    assert msgspec.json.encode(ground(record, text, fuzzy=fuzzy).prediction) == (
        msgspec.json.encode(once.prediction)
    )


@given(cases, st.data())
def test_given_places_are_kept_and_taken_by_no_copy(
    case: tuple[str, list[Sought]], data: st.DataObject
) -> None:
    text, sought = case
    found = place(text, sought).items
    chosen = [data.draw(st.booleans()) for _ in sought]
    partly = [
        Sought(one.words, one.label, given=item.span) if keep else one
        for one, item, keep in zip(sought, found, chosen, strict=True)
    ]
    again = place(text, partly).items
    for one, before, after in zip(partly, found, again, strict=True):
        if one.given is not None:
            assert after.status == "given"
            assert after.span == before.span
    taken = [(one.label, item.span) for one, item in zip(partly, again, strict=True) if item.span]
    assert len(taken) == len(set(taken))


@given(texts(), st.integers(0, 3), st.data())
def test_folding_whole_units_is_slicing_the_fold(
    text: str, level: int, data: st.DataObject
) -> None:
    folded = fold_text(text, max(level, 1))
    if not folded.text:
        return
    at = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(at + 1, len(folded.text)))
    place_ = folded.place(at, end)
    if place_ is not None:
        there = text[slice(*place_)]
        assert fold(there, max(level, 1)) == folded.text[at:end]


def test_a_slice_of_a_fold_that_cuts_a_unit_has_no_place() -> None:
    folded = fold_text("…", BARE)
    assert folded.text == "..."
    assert [folded.place(at, at + 1) for at in range(3)] == [None] * 3
    assert folded.place(0, 3) == (0, 1)


# ── the chain, against all chains ───────────────────────────────────────────────────────────────


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[Places], list[int], bool]:
    """A few items with a few places each."""
    items = []
    for _ in range(draw(st.integers(1, 5))):
        starts = sorted(draw(st.sets(st.integers(0, 6), min_size=1, max_size=3)))
        ends = [start + draw(st.integers(1, 4)) for start in starts]
        costs = [draw(st.integers(0, 2)) for _ in starts]
        items.append(Places(np.array(starts), np.array(ends), np.array(costs)))
    keys = [draw(st.integers(0, 2)) for _ in items]
    return items, keys, draw(st.booleans())


Pick = tuple[int, ...]


def value(items: list[Places], keys: list[int], pick: Pick) -> tuple[int, int, int] | None:
    """Count a chain's items, costs and overlaps; None if it is no chain."""
    n = cost = overlaps = 0
    start = end = key = -1
    for item, at in enumerate(pick):
        if at < 0:
            continue
        begin = int(items[item].start[at])
        if begin < start or (begin == start and keys[item] == key):
            return None
        overlaps += begin < end
        start, end, key = begin, int(items[item].end[at]), keys[item]
        n, cost = n + 1, cost + int(items[item].cost[at])
    return n, cost, overlaps


@given(chains())
def test_no_chain_is_better_than_the_best(case: tuple[list[Places], list[int], bool]) -> None:
    items, keys, is_flat = case
    picks = itertools.product(*(range(-1, len(places.start)) for places in items))
    ranked = sorted(
        (-n, cost, overlaps * is_flat, [at if at >= 0 else 9 for at in pick], pick)
        for pick in picks
        if (found := value(items, keys, pick)) is not None
        for n, cost, overlaps in (found,)
    )
    most, *_, best = ranked[0]
    held = [(keys[item], int(items[item].start[at])) for item, at in enumerate(best) if at >= 0]
    if len(held) > len(set(held)):
        return  # a copy comes back to a start after another item there: such a chain is not used
    links = best_chain(items, keys, is_flat=is_flat)
    assert [(link.item, link.chosen) for link in links] == [
        (item, at) for item, at in enumerate(best) if at >= 0
    ]
    for link in links:
        possible = {pick[link.item] for *key, pick in ranked if key[0] == most} - {-1}
        assert set(link.choices) == possible


# ── approximate places, against all slices ──────────────────────────────────────────────────────


def levenshtein(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, start=1):
        before, row[0] = row[0], at
        for column, letter in enumerate(other, start=1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (sign != letter)),
            )
    return row[-1]


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_the_edit_distance_is_levenshtein_s(one: str, other: str) -> None:
    assert edit_distance(one, other) == levenshtein(one, other)


@given(
    st.lists(st.sampled_from("the treaty treatise trade traed peace piece of in".split())),
    st.sampled_from(
        ["the treaty of peace", "trade in treaties", "peace treaty", "the trade peace"]
    ),
)
def test_approximate_places_are_all_that_are_near_enough(words: list[str], sought: str) -> None:
    text = " ".join(words)
    folded = fold_text(text, BARE)
    found = approximate(sought, sought, text, folded)
    cuts = [at for at in range(len(text) + 1) if is_boundary(text, at)]
    near = {
        (start, end): distance
        for start, end in itertools.combinations(cuts, 2)
        if text[start:end].strip() == text[start:end]
        and (distance := levenshtein(text[start:end], sought)) <= int(MAX_SHARE * len(sought))
        and is_same_content(sought, text[start:end])
    }
    assert all(near[span] == distance for span, distance in found)
    for start, end in near:
        assert any(span[0] < end and start < span[1] for span, _ in found)
    assert all(one[1] <= other[0] for (one, _), (other, _) in itertools.pairwise(found))


def test_a_prediction_with_spans_is_not_touched() -> None:
    record = Annotation(
        doc_id="d", mentions=(Mention(type="PER", spans=(Span(5, 6),), surface="x"),)
    )
    assert ground(record, "x").prediction == record
