"""`align` against the enumeration of every matching, on random layers of up to seven a side."""

import math
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment as assign

from goldwire.columns import Chunk, build_chunk
from goldwire.matching import Category, align
from goldwire.model import Annotation, Mention, Span

Place = tuple[tuple[int, int], ...]
Item = tuple[Place, str]
Key = tuple[int, int, Place, str]
Pair = tuple[int, int]
Worth = tuple[int, int, int, int, int]


@st.composite
def places(draw: st.DrawFn, *, length: int) -> Place:
    cuts = sorted(draw(st.sets(st.integers(0, length), min_size=2, max_size=4)))
    if len(cuts) < 4 or draw(st.booleans()):
        return ((cuts[0], cuts[1]),)
    return ((cuts[0], cuts[1]), (cuts[2], cuts[3]))


@st.composite
def sides(draw: st.DrawFn) -> tuple[list[Item], list[Item]]:
    """Few or many places and labels: ties and duplicates, or tangles of all kinds."""
    length = draw(st.sampled_from([3, 6, 12, 40, 600]))
    labels = draw(st.sampled_from(["A", "AB", "ABCDEF"]))
    item = st.tuples(places(length=length), st.sampled_from(labels))
    return draw(st.lists(item, max_size=7)), draw(st.lists(item, max_size=7))


def chunk_of(gold: Sequence[Item], predicted: Sequence[Item]) -> Chunk:
    one, other = (
        Annotation(
            doc_id="d",
            mentions=tuple(
                Mention(type=label, spans=tuple(Span(start, end) for start, end in place))
                for place, label in side
            ),
        )
        for side in (gold, predicted)
    )
    return build_chunk([("d", one, other, None)])


def key(item: Item) -> Key:
    place, label = item
    return place[0][0], place[-1][1], () if len(place) == 1 else place, label


def points(item: Item) -> set[int]:
    return {point for start, end in item[0] for point in range(start, end)}


def best_pairs(gold: Sequence[Item], predicted: Sequence[Item]) -> list[tuple[Key, Key]]:
    """Give the keys of the best matching's pairs, in ascending order, by trying all matchings."""
    common = {
        (i, j): (len(points(one) & points(other)), len(points(one) | points(other)))
        for i, one in enumerate(gold)
        for j, other in enumerate(predicted)
        if points(one) & points(other)
    }
    denominator = math.lcm(*(union for _, union in common.values()))
    worth = {
        (i, j): (
            int(gold[i] == predicted[j]),
            int(gold[i][0] == predicted[j][0]),
            int(gold[i][1] == predicted[j][1]),
            1,
            shared * denominator // union,
        )
        for (i, j), (shared, union) in common.items()
    }
    options = [[j for j in range(len(predicted)) if (i, j) in worth] for i in range(len(gold))]
    best: Worth = (0, 0, 0, 0, 0)
    equal: list[tuple[Pair, ...]] = [()]

    def extend(i: int, chosen: tuple[Pair, ...], used: int, total: Worth) -> None:
        nonlocal best
        if i == len(gold):
            if total > best:
                best = total
                equal.clear()
            if total == best:
                equal.append(chosen)
            return
        extend(i + 1, chosen, used, total)
        for j in options[i]:
            if not used >> j & 1:
                a, b, c, d, e = worth[i, j]
                more = (total[0] + a, total[1] + b, total[2] + c, total[3] + d, total[4] + e)
                extend(i + 1, (*chosen, (i, j)), used | 1 << j, more)

    extend(0, (), 0, best)
    return min(
        written([(key(gold[i]), key(predicted[j])) for i, j in matching]) for matching in equal
    )


def found_pairs(
    gold: Sequence[Item], predicted: Sequence[Item], chunk: Chunk
) -> list[tuple[Key, Key]]:
    found = align(chunk, "mentions")
    return [
        (
            key(gold[int(chunk.gold.mentions.item[i])]),
            key(predicted[int(chunk.predicted.mentions.item[j])]),
        )
        for i, j in zip(found.gold_rows, found.predicted_rows, strict=True)
    ]


def written(pairs: Sequence[tuple[Key, Key]]) -> list[tuple[Key, Key]]:
    return sorted((min(pair), max(pair)) for pair in pairs)


@settings(max_examples=400, deadline=None)
@given(sides())
def test_the_alignment_is_the_best_and_earliest_of_all_matchings(
    both: tuple[list[Item], list[Item]],
) -> None:
    gold, predicted = both
    chunk = chunk_of(gold, predicted)
    assert written(found_pairs(gold, predicted, chunk)) == best_pairs(gold, predicted)


@settings(max_examples=300, deadline=None)
@given(sides(), st.randoms(use_true_random=False))
def test_the_alignment_depends_on_neither_order_nor_side(
    both: tuple[list[Item], list[Item]], random: Random
) -> None:
    gold, predicted = both
    pairs = found_pairs(gold, predicted, chunk_of(gold, predicted))
    other_gold, other_predicted = list(gold), list(predicted)
    random.shuffle(other_gold)
    random.shuffle(other_predicted)
    shuffled = found_pairs(other_gold, other_predicted, chunk_of(other_gold, other_predicted))
    swapped = found_pairs(predicted, gold, chunk_of(predicted, gold))
    assert sorted(pairs) == sorted(shuffled) == sorted((one, other) for other, one in swapped)


@pytest.mark.parametrize("seed", range(40))
def test_larger_tangles_are_aligned_as_a_general_solver_does(seed: int) -> None:
    """Twelve to forty mutually overlapping spans: as good as scipy's assignment."""
    random = Random(seed)  # a seeded generator of test cases

    def items(n: int, labels: str) -> list[Item]:
        places = [((random.randint(0, 9), random.randint(11, 20)),) for _ in range(n)]
        return [(place, random.choice(labels)) for place in places]

    gold = items(random.randint(12, 40), "AB")
    predicted = items(random.randint(12, 40), "ABC")

    def worth(one: Key, other: Key) -> float:
        level = ((one == other) * 50 + (one[:-1] == other[:-1])) * 50 + (one[-1] == other[-1])
        shared = min(one[1], other[1]) - max(one[0], other[0])
        return level * 50 + shared / (max(one[1], other[1]) - min(one[0], other[0]))

    weights = [[worth(key(one), key(other)) for other in predicted] for one in gold]
    best = sum(weights[i][j] for i, j in zip(*assign(weights, maximize=True), strict=True))
    pairs = found_pairs(gold, predicted, chunk_of(gold, predicted))
    assert len(pairs) == min(len(gold), len(predicted))
    assert sum(worth(one, other) for one, other in pairs) == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("n", [3, 5, 400])
def test_a_long_chain_of_ties_is_aligned_from_its_beginning(n: int) -> None:
    """Each prediction overlaps two gold spans by half: the last gold span is left over."""
    gold = [(((4 * i, 4 * i + 4),), "A") for i in range(n + 1)]
    predicted = [(((4 * i + 2, 4 * i + 6),), "A") for i in range(n)]
    found = align(chunk_of(gold, predicted), "mentions")
    assert found.gold_rows.tolist() == found.predicted_rows.tolist() == list(range(n))


def test_many_labels_on_one_span_are_paired_in_their_order() -> None:
    place = ((0, 5),)
    gold = [(place, f"G{i:03}") for i in range(60)]
    predicted = [(place, f"P{i:03}") for i in range(60)]
    pairs = found_pairs(gold, predicted, chunk_of(gold, predicted))
    assert [(one[-1][1:], other[-1][1:]) for one, other in pairs] == [
        (f"{i:03}", f"{i:03}") for i in range(60)
    ]


def test_each_category_is_given_where_it_belongs() -> None:
    gold = [(((0, 5),), "A"), (((10, 15),), "A"), (((20, 25),), "A"), (((30, 35),), "A")]
    gold.append((((40, 45),), "A"))
    predicted = [(((0, 5),), "A"), (((0, 5),), "A"), (((10, 15),), "B"), (((20, 26),), "A")]
    predicted += [(((30, 36),), "B"), (((50, 55),), "A")]
    found = align(chunk_of(gold, predicted), "mentions")
    assert [Category(value).name for value in found.gold.category] == [
        "CORRECT",
        "TYPE",
        "BOUNDARY",
        "BOTH",
        "MISSED",
    ]
    assert [Category(value).name for value in found.predicted.category] == [
        "CORRECT",
        "DUPLICATE",
        "TYPE",
        "BOUNDARY",
        "BOTH",
        "SPURIOUS",
    ]
    assert found.gold.partner.tolist() == [0, 2, 3, 4, -1]
    assert found.iou.tolist() == [1.0, 1.0, 5 / 6, 5 / 6]


def test_merged_and_split_items_show_by_how_many_they_overlap() -> None:
    gold = [(((0, 5),), "A"), (((6, 9),), "A"), (((20, 40),), "A")]
    predicted = [(((0, 9),), "A"), (((20, 29),), "A"), (((30, 40),), "A")]
    found = align(chunk_of(gold, predicted), "mentions")
    assert found.predicted.n_overlapping.tolist() == [2, 1, 1]
    assert found.gold.n_overlapping.tolist() == [1, 1, 2]
