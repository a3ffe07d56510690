"""`pair` against exhaustive enumeration, on random layers of up to seven items a side."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from goldwire.columns import Chunk, Spans, build_chunk
from goldwire.matching import pair
from goldwire.model import Annotation, Mention, Span

Place = tuple[tuple[int, int], ...]
MODES = ("strict", "exact", "type", "overlap", "iou@0.5", "iou@0.3", "head")


@st.composite
def places(draw: st.DrawFn) -> Place:
    cuts = sorted(draw(st.sets(st.integers(0, 9), min_size=2, max_size=4)))
    if len(cuts) < 4 or draw(st.booleans()):
        return ((cuts[0], cuts[1]),)
    return ((cuts[0], cuts[1]), (cuts[2], cuts[3]))


@st.composite
def mentions(draw: st.DrawFn, *, may_be_ignored: bool) -> Mention:
    place = draw(st.one_of(places(), st.sampled_from([((0, 4),), ((2, 6),), ((0, 9),)])))
    head = draw(st.one_of(st.none(), st.integers(place[0][0], place[0][1] - 1)))
    return Mention(
        type=draw(st.sampled_from("ABC")),
        spans=tuple(Span(start, end) for start, end in place),
        head=None if head is None else Span(head, head + 1),
        difficult=may_be_ignored and draw(st.integers(0, 5)) == 0,
    )


sides = st.tuples(
    st.lists(mentions(may_be_ignored=True), max_size=7),
    st.lists(mentions(may_be_ignored=False), max_size=7),
)


def chunk_of(gold: Sequence[Mention], predicted: Sequence[Mention]) -> Chunk:
    one = Annotation(doc_id="d", mentions=tuple(gold))
    other = Annotation(doc_id="d", mentions=tuple(predicted))
    return build_chunk([("d", one, other, None)], ignore=lambda mention: mention.difficult)


def points(mention: Mention) -> set[int]:
    return {point for span in mention.spans for point in range(span.start, span.end)}


def place_of(mention: Mention) -> Place:
    return tuple((span.start, span.end) for span in mention.spans)


def heads_agree(gold: Mention, predicted: Mention) -> bool:
    if gold.head is not None and predicted.head is not None:
        return gold.head == predicted.head
    if gold.head is None and predicted.head is None:
        return gold.spans == predicted.spans
    outer, inner = (gold, predicted) if gold.head is not None else (predicted, gold)
    assert outer.head is not None
    return (
        inner.spans[0].start <= outer.head.start
        and outer.head.end <= inner.spans[-1].end
        and outer.spans[0].start <= inner.spans[0].start
        and inner.spans[-1].end <= outer.spans[-1].end
    )


def is_edge(mode: str, gold: Mention, predicted: Mention) -> bool:
    same_label = gold.type == predicted.type
    common = len(points(gold) & points(predicted))
    union = len(points(gold) | points(predicted))
    if mode == "strict":
        return same_label and gold.spans == predicted.spans
    if mode == "exact":
        return gold.spans == predicted.spans
    if mode == "type":
        return same_label and common > 0
    if mode == "overlap":
        return common > 0
    if mode == "head":
        return same_label and common > 0 and heads_agree(gold, predicted)
    return same_label and Fraction(common, union) >= Fraction(mode[4:])


def stage_of(gold: Mention, predicted: Mention) -> int:
    if is_edge("strict", gold, predicted):
        return 0
    return 1 if gold.type == predicted.type else 2


def canonical(mention: Mention) -> tuple[object, ...]:
    head = (-1, -1) if mention.head is None else (mention.head.start, mention.head.end)
    hull = (mention.spans[0].start, mention.spans[-1].end)
    fragments = () if len(mention.spans) == 1 else place_of(mention)
    return (*hull, fragments, mention.type, head)


def largest(one: tuple[int, ...], edges: frozenset[tuple[int, int]]) -> int:
    """Count the pairs of a maximum matching of these vertices, by trying every one."""

    @cache
    def best(index: int, used: frozenset[int]) -> int:
        if index == len(one):
            return 0
        found = best(index + 1, used)
        for vertex, other in edges:
            if vertex == one[index] and other not in used:
                found = max(found, 1 + best(index + 1, used | {other}))
        return found

    return best(0, frozenset())


def greedy_set(order: Sequence[int], staged: Sequence[tuple[int, int, int]]) -> tuple[int, ...]:
    """Take vertices in order while all can be matched, first by the edges of the best stage."""
    taken: tuple[int, ...] = ()
    for stage in (0, 1, 2):
        edges = frozenset((one, other) for one, other, level in staged if level <= stage)
        for vertex in order:
            if vertex not in taken and largest((*taken, vertex), edges) == len(taken) + 1:
                taken = (*taken, vertex)
    return taken


def rows(side: Spans, items: Sequence[Mention], chosen: Sequence[int]) -> list[Mention]:
    return sorted((items[int(side.item[row])] for row in chosen), key=canonical)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=150, deadline=None)
@given(sides)
def test_pairs_are_maximum_and_cover_the_greedy_sets(
    mode: str, both: tuple[list[Mention], list[Mention]]
) -> None:
    gold, predicted = both
    chunk = chunk_of(gold, predicted)
    found = pair(chunk, "mentions", mode)
    paired_gold = [gold[int(chunk.gold.mentions.item[row])] for row in found.gold]
    paired_predicted = [
        predicted[int(chunk.predicted.mentions.item[row])] for row in found.predicted
    ]

    assert len(set(found.gold.tolist())) == len(set(found.predicted.tolist())) == len(found)
    for one, other in zip(paired_gold, paired_predicted, strict=True):
        assert is_edge(mode, one, other)
        assert not one.difficult

    staged = [
        (i, j, stage_of(one, other))
        for i, one in enumerate(gold)
        for j, other in enumerate(predicted)
        if not one.difficult and is_edge(mode, one, other)
    ]
    if mode == "exact":
        staged = [(i, j, 0 if level == 0 else 1) for i, j, level in staged]
    excusable = {
        j
        for j, other in enumerate(predicted)
        if any(one.difficult and is_edge(mode, one, other) for one in gold)
    }
    gold_set = greedy_set(sorted(range(len(gold)), key=lambda i: canonical(gold[i])), staged)
    predicted_set = greedy_set(
        sorted(range(len(predicted)), key=lambda j: (j in excusable, canonical(predicted[j]))),
        [(j, i, level) for i, j, level in staged],
    )
    assert len(found) == len(gold_set) == len(predicted_set)
    assert sorted(paired_gold, key=canonical) == sorted((gold[i] for i in gold_set), key=canonical)
    assert sorted(paired_predicted, key=canonical) == sorted(
        (predicted[j] for j in predicted_set), key=canonical
    )
    excused = excusable - set(predicted_set)
    assert rows(chunk.predicted.mentions, predicted, found.excused.tolist()) == sorted(
        (predicted[j] for j in excused), key=canonical
    )


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=60, deadline=None)
@given(sides, st.randoms(use_true_random=False))
def test_pairs_do_not_depend_on_the_order_of_items(
    mode: str, both: tuple[list[Mention], list[Mention]], random: Random
) -> None:
    gold, predicted = both
    other_gold, other_predicted = list(gold), list(predicted)
    random.shuffle(other_gold)
    random.shuffle(other_predicted)

    def content(one: Sequence[Mention], two: Sequence[Mention]) -> list[tuple[object, object]]:
        chunk = chunk_of(one, two)
        found = pair(chunk, "mentions", mode)
        return sorted(
            (
                canonical(one[int(chunk.gold.mentions.item[i])]),
                canonical(two[int(chunk.predicted.mentions.item[j])]),
            )
            for i, j in zip(found.gold, found.predicted, strict=True)
        )

    assert content(gold, predicted) == content(other_gold, other_predicted)


@pytest.mark.parametrize("seed", range(12))
def test_large_tangles_are_matched_as_hopcroft_and_karp_do(seed: int) -> None:
    random = Random(seed)

    def items(n: int) -> list[Mention]:
        starts = [random.randrange(200) for _ in range(n)]
        return [
            Mention(type=random.choice("ABC"), spans=(Span(a, a + random.randint(1, 30)),))
            for a in starts
        ]

    gold, predicted = items(random.randint(40, 120)), items(random.randint(40, 120))
    chunk = chunk_of(gold, predicted)
    for mode in ("type", "overlap", "iou@0.3"):
        edges = [[is_edge(mode, one, other) for other in predicted] for one in gold]
        expected = maximum_bipartite_matching(csr_array(edges), perm_type="column")
        assert len(pair(chunk, "mentions", mode)) == (expected >= 0).sum()


@pytest.mark.parametrize(("n_gold", "n_predicted"), [(300, 300), (400, 150)])
def test_a_group_of_overlapping_spans_may_have_any_size(n_gold: int, n_predicted: int) -> None:
    gold = [Mention(type="A", spans=(Span(i, 500 + i),)) for i in range(n_gold)]
    predicted = [Mention(type="B", spans=(Span(i, 501 + i),)) for i in range(n_predicted)]
    assert len(pair(chunk_of(gold, predicted), "mentions", "overlap")) == min(n_gold, n_predicted)
