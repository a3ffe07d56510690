"""Coreference against the papers' formulas, written with sets; and the laws of its scores."""

import itertools
import random
from collections.abc import Callable, Iterable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.columns import build_chunk
from goldwire.metrics import Options, registry
from goldwire.metrics.cluster_alignment import Cells, gains
from goldwire.model import Annotation, Entity, Event, EventMention, Mention, Span
from goldwire.tallies import merge, ratio, tally

Cluster = frozenset[int]
Clustering = list[Cluster]
Four = tuple[Fraction, Fraction, Fraction, Fraction]
NAMES = ("detection", "muc", "b3", "ceaf_m", "ceaf_e", "blanc", "lea")
MENTIONS = tuple(range(7))


@st.composite
def clusterings(draw: st.DrawFn) -> Clustering:
    """A partition of some of seven mentions into at most five clusters."""
    homes = draw(st.tuples(*[st.integers(-2, 4) for _ in MENTIONS]))
    found = [frozenset(m for m in MENTIONS if homes[m] == home) for home in range(5)]
    return [cluster for cluster in found if cluster]


def record(
    clusters: Iterable[Iterable[int]], *, doc_id: str = "d", types: str = "ABC"
) -> Annotation:
    """One entity per cluster; mention m is the span m:m+1, a negative one has no place."""
    clusters = list(clusters)
    return Annotation(
        doc_id=doc_id,
        entities=tuple(
            Entity(id=f"e{at}", type=types[at % len(types)]) for at in range(len(clusters))
        ),
        mentions=tuple(
            Mention(entity=f"e{at}", spans=(Span(m, m + 1),))
            if m >= 0
            else Mention(entity=f"e{at}", surface="?")
            for at, cluster in enumerate(clusters)
            for m in cluster
        ),
    )


def event_record(clusters: Clustering) -> Annotation:
    return Annotation(
        doc_id="d",
        events=tuple(Event(id=f"v{at}", type="E") for at in range(len(clusters))),
        event_mentions=tuple(
            EventMention(event=f"v{at}", type="E", trigger=Span(m, m + 1))
            for at, cluster in enumerate(clusters)
            for m in cluster
        ),
    )


def sums(
    name: str,
    pairs: list[tuple[Annotation, Annotation]],
    *,
    options: Options = Options(),
    ignore: Callable[[Mention], bool] | None = None,
) -> dict[str, list[float]]:
    """The four sums of each group that has any."""
    chunk = build_chunk([(g.doc_id, g, p, None) for g, p in pairs], ignore=ignore)
    table = tally(registry()[name].compute(chunk, options), n_documents=len(pairs))
    total = table.sums.sum(axis=0)
    return {
        group: row.tolist() for group, row in zip(table.groups, total, strict=True) if row.any()
    }


def total(found: dict[str, list[float]]) -> list[float]:
    return [sum(row[at] for row in found.values()) for at in range(4)]


def both(
    recall: Callable[[Clustering, Clustering], tuple[Fraction, Fraction]],
) -> Callable[[Clustering, Clustering], Four]:
    """Precision is recall with the sides exchanged."""
    return lambda gold, predicted: (*recall(predicted, gold), *recall(gold, predicted))


def mentions_of(clusters: Clustering) -> set[int]:
    return {m for cluster in clusters for m in cluster}


def detection(key: Clustering, response: Clustering) -> tuple[Fraction, Fraction]:
    common = mentions_of(key) & mentions_of(response)
    return Fraction(len(common)), Fraction(len(mentions_of(key)))


def muc(key: Clustering, response: Clustering) -> tuple[Fraction, Fraction]:
    """Vilain et al. 1995: Σ(|S| − |p(S)|) ÷ Σ(|S| − 1)."""
    num = den = 0
    for s in key:
        parts = {
            frozenset({m}) if m not in mentions_of(response) else frozenset(s & r)
            for m in s
            for r in ([r for r in response if m in r] or [frozenset({m})])
        }
        num += len(s) - len(parts)
        den += len(s) - 1
    return Fraction(num), Fraction(den)


def b3(key: Clustering, response: Clustering) -> tuple[Fraction, Fraction]:
    """Bagga & Baldwin 1998, mention by mention."""
    num = Fraction(0)
    for k in key:
        for m in k:
            own = next((r for r in response if m in r), frozenset())
            num += Fraction(len(own & k), len(k))
    return num, Fraction(len(mentions_of(key)))


def ceaf(
    phi: Callable[[Cluster, Cluster], Fraction],
) -> Callable[[Clustering, Clustering], tuple[Fraction, Fraction]]:
    """Luo 2005: the best of all one-to-one maps, over what the key has with itself."""

    def recall(key: Clustering, response: Clustering) -> tuple[Fraction, Fraction]:
        few, many = sorted((key, response), key=len)
        best = max(
            sum((phi(a, b) for a, b in zip(few, chosen, strict=True)), Fraction(0))
            for chosen in itertools.permutations(many, len(few))
        )
        return best, sum((phi(k, k) for k in key), Fraction(0))

    return recall


def links(clusters: Clustering) -> set[frozenset[int]]:
    return {frozenset(pair) for c in clusters for pair in itertools.combinations(sorted(c), 2)}


def lea(key: Clustering, response: Clustering) -> tuple[Fraction, Fraction]:
    """Moosavi & Strube 2016: importance × resolution, entity by entity."""
    num = Fraction(0)
    for k in key:
        if len(k) == 1:
            num += int(k in response)
        else:
            found = sum(len(links([k]) & links([r])) for r in response)
            num += len(k) * Fraction(found, len(links([k])))
    return num, Fraction(len(mentions_of(key)))


def blanc(gold: Clustering, predicted: Clustering) -> dict[str, Four]:
    """Luo et al. 2014: links, and pairs of a side's mentions that it does not link."""
    found = {}
    sides = [
        (links(side), links([frozenset(mentions_of(side))]) - links(side))
        for side in (gold, predicted)
    ]
    for at, name in enumerate(("coreference links", "non-coreference links")):
        key, response = sides[0][at], sides[1][at]
        common = Fraction(len(key & response))
        found[name] = (common, Fraction(len(response)), common, Fraction(len(key)))
    return found


DEFINITIONS: dict[str, Callable[[Clustering, Clustering], Four]] = {
    "detection": both(detection),
    "muc": both(muc),
    "b3": both(b3),
    "ceaf_m": both(ceaf(lambda k, r: Fraction(len(k & r)))),
    "ceaf_e": both(ceaf(lambda k, r: Fraction(2 * len(k & r), len(k) + len(r)))),
    "lea": both(lea),
}


@settings(max_examples=300, deadline=None)
@given(gold=clusterings(), predicted=clusterings())
def test_sums_are_what_the_papers_define(gold: Clustering, predicted: Clustering) -> None:
    pair = [(record(gold), record(predicted))]
    for name, definition in DEFINITIONS.items():
        expected = [float(value) for value in definition(gold, predicted)]
        assert total(sums(f"entities/{name}", pair)) == pytest.approx(expected), name
    found = sums("entities/blanc", pair)
    for group, four in blanc(gold, predicted).items():
        assert found.get(group, [0, 0, 0, 0]) == [float(value) for value in four], group


@settings(max_examples=60, deadline=None)
@given(gold=clusterings(), predicted=clusterings())
def test_events_are_scored_as_entities_are(gold: Clustering, predicted: Clustering) -> None:
    entities = [(record(gold), record(predicted))]
    events = [(event_record(gold), event_record(predicted))]
    for name in NAMES:
        there, here = (
            total(sums(f"{kind}/{name}", pair))
            for kind, pair in (("entities", entities), ("events", events))
        )
        assert there == pytest.approx(here), name


@settings(max_examples=100, deadline=None)
@given(gold=clusterings(), predicted=clusterings())
def test_dropping_singletons_is_leaving_them_out(gold: Clustering, predicted: Clustering) -> None:
    kept = [[c for c in side if len(c) > 1] for side in (gold, predicted)]
    for name in NAMES:
        dropped = sums(
            f"entities/{name}",
            [(record(gold), record(predicted))],
            options=Options(singletons="drop"),
        )
        assert total(dropped) == pytest.approx(
            total(sums(f"entities/{name}", [(record(kept[0]), record(kept[1]))]))
        ), name


@given(gold=clusterings())
def test_gold_against_itself_is_perfect(gold: Clustering) -> None:
    pair = [(record(gold), record(gold))]
    for name in NAMES:
        for group, row in sums(f"entities/{name}", pair).items():
            found = ratio(row)
            assert (found.p, found.r, found.f1) in {(1.0, 1.0, 1.0), (None, None, None)}, (
                name,
                group,
            )


def test_with_singletons_alone_the_links_of_muc_and_blanc_are_undefined() -> None:
    clusters = [frozenset({0}), frozenset({1}), frozenset({2})]
    pair = [(record(clusters), record(clusters))]
    assert sums("entities/muc", pair) == {}
    assert sums("entities/blanc", pair) == {"non-coreference links": [3, 3, 3, 3]}
    for name in ("b3", "ceaf_m", "ceaf_e", "lea"):
        assert total(sums(f"entities/{name}", pair)) == [3, 3, 3, 3], name


@settings(max_examples=100, deadline=None)
@given(gold=clusterings(), predicted=clusterings())
def test_swapping_sides_swaps_precision_and_recall(gold: Clustering, predicted: Clustering) -> None:
    for name in NAMES:
        there = sums(f"entities/{name}", [(record(gold), record(predicted))])
        back = sums(f"entities/{name}", [(record(predicted), record(gold))])
        assert total(there) == pytest.approx([total(back)[at] for at in (2, 3, 0, 1)]), name


messy = st.lists(st.lists(st.integers(-2, 4), min_size=1, max_size=4), max_size=4)
"""Clusters that share mentions, repeat them, and hold mentions without a place."""


def shuffled(found: Annotation, seed: int) -> Annotation:
    order = random.Random(seed)
    return Annotation(
        doc_id=found.doc_id,
        entities=tuple(order.sample(found.entities or (), len(found.entities or ()))),
        mentions=tuple(order.sample(found.mentions or (), len(found.mentions or ()))),
    )


@settings(max_examples=200, deadline=None)
@given(gold=messy, predicted=messy, seed=st.integers(0, 9), merges=st.booleans())
def test_the_order_of_a_file_never_matters(
    gold: list[list[int]], predicted: list[list[int]], seed: int, *, merges: bool
) -> None:
    options = Options(duplicates="merge" if merges else "count")
    records = record(gold), record(predicted)
    mixed = shuffled(records[0], seed), shuffled(records[1], seed + 1)
    for name in NAMES:
        straight = sums(f"entities/{name}", [records], options=options)
        again = sums(f"entities/{name}", [mixed], options=options)
        assert straight.keys() == again.keys(), name
        for group, row in straight.items():
            assert again[group] == pytest.approx(row), (name, group)


@settings(max_examples=60, deadline=None)
@given(pairs=st.lists(st.tuples(messy, messy), min_size=2, max_size=4))
def test_documents_add_up_however_they_are_chunked(
    pairs: list[tuple[list[list[int]], list[list[int]]]],
) -> None:
    records = [
        (record(gold, doc_id=f"d{at}"), record(predicted, doc_id=f"d{at}"))
        for at, (gold, predicted) in enumerate(pairs)
    ]
    chunks = [build_chunk([(g.doc_id, g, p, None)]) for g, p in records]
    for name in NAMES:
        whole = sums(f"entities/{name}", records)
        compute = registry()[f"entities/{name}"].compute
        parts = merge(tally(compute(chunk, Options()), n_documents=1) for chunk in chunks)
        for group in {*whole, *parts.groups}:
            assert parts.row(group) == pytest.approx(whole.get(group, [0] * 4)), (name, group)


@settings(max_examples=100, deadline=None)
@given(gold=clusterings(), predicted=clusterings(), aside=st.sets(st.sampled_from(MENTIONS)))
def test_a_do_not_care_mention_is_as_if_neither_side_had_it(
    gold: Clustering, predicted: Clustering, aside: set[int]
) -> None:
    aside &= mentions_of(gold)
    without = [record([c - aside for c in side]) for side in (gold, predicted)]
    for name in NAMES:
        found = sums(
            f"entities/{name}",
            [(record(gold), record(predicted))],
            ignore=lambda mention: mention.spans[0].start in aside,
        )
        assert found == sums(f"entities/{name}", [(without[0], without[1])]), name


@settings(max_examples=100, deadline=None)
@given(gold=clusterings(), predicted=clusterings(), extra=st.sampled_from(MENTIONS))
def test_a_surplus_copy_earns_nothing_and_counts(
    gold: Clustering, predicted: Clustering, extra: int
) -> None:
    # The copy stands in a cluster of its own, the smallest there is: the other copy is the twin.
    if extra not in mentions_of(predicted):
        return
    if any(c == {extra} for c in predicted):
        return
    plain = [(record(gold, types="A"), record(predicted, types="A"))]
    more = [(record(gold, types="A"), record([*predicted, [extra]], types="A"))]
    expected = {"detection": (0, 1), "b3": (0, 1), "lea": (0, 1), "ceaf_m": (0, 1)}
    for name, (earned, possible) in {**expected, "ceaf_e": (0, 1), "muc": (0, 0)}.items():
        before, after = (total(sums(f"entities/{name}", pair)) for pair in (plain, more))
        added = [after[at] - before[at] for at in range(4)]
        assert added == pytest.approx([earned, possible, 0, 0]), name


def test_mentions_without_a_place_earn_nothing_and_count() -> None:
    pair = [(record([[0, 1]]), record([[0, 1], [-1, -2]]))]
    assert total(sums("entities/b3", pair)) == [2, 4, 2, 2]
    assert total(sums("entities/b3", [(record([[-1]]), record([[-1]]))])) == [0, 1, 0, 1]
    merged = sums("entities/b3", pair, options=Options(duplicates="merge"))
    assert total(merged) == [2, 4, 2, 2]


weights = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)),
    st.integers(1, 6).map(float) | st.floats(0.1, 1),
    min_size=1,
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(weights)
def test_the_alignment_of_clusters_is_the_best_there_is(
    weights: dict[tuple[int, int], float],
) -> None:
    from scipy.optimize import linear_sum_assignment

    matrix = np.zeros((8, 8))
    for place, weight in weights.items():
        matrix[place] = weight
    gold, predicted = np.nonzero(matrix)
    gained = gains(Cells(gold, predicted, matrix[gold, predicted]), n_gold=8, n_predicted=8)
    best = matrix[linear_sum_assignment(matrix, maximize=True)].sum()
    assert gained[0].sum() == pytest.approx(best)
    assert gained[1].sum() == pytest.approx(best)
    assert sorted(gained[0]) == sorted(gained[1])


@pytest.mark.parametrize("largest", [0, 40_000])
def test_large_components_are_solved_as_small_ones_are(
    largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scipy.optimize import linear_sum_assignment

    monkeypatch.setattr("goldwire.metrics.cluster_alignment.LARGE", largest)
    rng = np.random.default_rng(1)
    for _ in range(50):
        matrix = rng.integers(1, 5, (30, 20)) * (rng.random((30, 20)) < 0.15) / rng.integers(1, 4)
        gold, predicted = np.nonzero(matrix)
        gained, _ = gains(
            Cells(gold, predicted, matrix[gold, predicted]), n_gold=30, n_predicted=20
        )
        best = matrix[linear_sum_assignment(matrix, maximize=True)].sum()
        assert gained.sum() == pytest.approx(best)


def test_what_a_type_gets_does_not_hang_on_the_other_documents_of_the_chunk() -> None:
    rng = random.Random(3)

    def partition(n: int) -> list[list[int]]:
        homes: dict[int, list[int]] = {}
        for mention in range(n):
            homes.setdefault(rng.randrange(1 + n // 2), []).append(mention)
        return list(homes.values())

    records = [
        (record(partition(n), doc_id=f"d{n}"), record(partition(n), doc_id=f"d{n}"))
        for n in range(1, 60)
    ]
    for name in ("entities/ceaf_m", "entities/ceaf_e"):
        together = build_chunk([(g.doc_id, g, p, None) for g, p in records])
        whole = tally(registry()[name].compute(together, Options()), n_documents=len(records))
        for at, (gold, predicted) in enumerate(records):
            alone = build_chunk([(gold.doc_id, gold, predicted, None)])
            part = tally(registry()[name].compute(alone, Options()), n_documents=1)
            spread = part.spread(whole.groups)[0]
            np.testing.assert_allclose(spread, whole.sums[at], err_msg=f"{name} {at}")
