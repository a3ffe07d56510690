"""Attribution metrics against the slowest possible reading of their definitions, and their laws.

The brute force works on records, sets of code points and fractions; it shares no code with the
metrics, which work on columns.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations

import pytest
from msgspec import structs

from goldwire.columns import build_chunk
from goldwire.metrics import Metric, Options, find
from goldwire.metrics.attributions import METRICS
from goldwire.model import Annotation, Attribution, Entity, Mention, Source, Span
from goldwire.tallies import Tally, tally

N_DOCUMENTS = 2_000
every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
every_symmetric_metric = pytest.mark.parametrize(
    "metric",
    [metric for metric in METRICS if "source_entity" not in metric.name],
    ids=lambda metric: metric.name,
)

Both = tuple[Annotation, Annotation]
Places = frozenset[int]


def spans_of(chance: random.Random, n: int, *, most: int = 1) -> tuple[Span, ...]:
    """Place up to `most` short spans among the first code points; few places, so that they meet."""
    n_pieces = chance.randint(0 if chance.random() < 0.3 else 1, most)
    cuts = sorted(chance.sample(range(n), 2 * n_pieces))
    return tuple(Span(cuts[at], cuts[at + 1]) for at in range(0, len(cuts), 2))


def record(chance: random.Random, *, most: int = 4) -> Annotation:
    mentions = [
        Mention(id=f"m{at}", entity=chance.choice(("e1", "e2", None)), spans=spans_of(chance, 6))
        for at in range(chance.randint(0, 3))
    ]
    n = chance.randint(0, most)
    attributions = [
        Attribution(
            id=f"a{at}",
            source=Source(
                spans=spans_of(chance, 5),
                mention=chance.choice([None, "m0", "m1", "m9"]),
            ),
            cue=spans_of(chance, 4),
            content=spans_of(chance, 8, most=2),
            parent=chance.choice([None, "a0", "a1", "a9"]),
        )
        for at in range(n)
    ]
    if attributions and chance.random() < 0.3:
        attributions.append(structs.replace(chance.choice(attributions), id=f"a{n}"))
    return Annotation(
        doc_id="d",
        entities=(Entity(id="e1", type="PER"), Entity(id="e2", type="ORG")),
        mentions=tuple(mentions),
        attributions=tuple(attributions),
    )


def documents(n: int = N_DOCUMENTS, *, seed: int = 1) -> list[Both]:
    """Make pairs of records; in half of them the prediction copies most of gold's attributions."""
    chance = random.Random(seed)
    made = []
    for _ in range(n):
        gold, predicted = record(chance), record(chance)
        if chance.random() < 0.5:
            kept = [one for one in gold.attributions or () if chance.random() < 0.8]
            predicted = structs.replace(
                predicted, attributions=(*kept, *renamed((predicted.attributions or ())[:2]))
            )
        made.append((gold, predicted))
    return made


def renamed(attributions: Sequence[Attribution]) -> list[Attribution]:
    """Give the attributions ids that gold's do not have."""
    return [
        structs.replace(one, id=f"b{one.id}", parent=one.parent and f"b{one.parent}")
        for one in attributions
    ]


def scored(metric: Metric, collection: Sequence[Both]) -> Tally:
    chunk = build_chunk(
        [(str(at), gold, predicted, None) for at, (gold, predicted) in enumerate(collection)]
    )
    return tally(metric.compute(chunk, Options()), n_documents=chunk.n_documents)


def sums(metric: Metric, collection: Sequence[Both]) -> list[list[float]]:
    """Give the four sums of each document, all groups pooled."""
    found: list[list[float]] = scored(metric, collection).pool().sums[:, 0].tolist()
    return found


def key(spans: Sequence[Span]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((span.start, span.end) for span in spans))


def elements(one: Attribution) -> tuple[Sequence[Span], Sequence[Span], Sequence[Span]]:
    return one.source.spans, one.cue, one.content


def covered(spans: Sequence[Span]) -> Places:
    return frozenset(place for span in spans for place in range(span.start, span.end))


def likeness(one: Attribution, other: Attribution) -> Fraction:
    pairs = list(zip(map(covered, elements(one)), map(covered, elements(other)), strict=True))
    if any(a or b for a, b in pairs) and not any(a & b for a, b in pairs):
        return Fraction(0)
    dice = [Fraction(2 * len(a & b), len(a) + len(b)) if a or b else Fraction(1) for a, b in pairs]
    return sum(dice, Fraction(0)) / 3


def assignments(n: int, m: int) -> Iterator[list[tuple[int, int]]]:
    """List all ways to pair n with m items one-to-one, as many as possible."""
    if n <= m:
        for chosen in permutations(range(m), n):
            yield list(enumerate(chosen))
    else:
        for chosen in permutations(range(n), m):
            yield [(one, other) for other, one in enumerate(chosen)]


def names_source(gold: Annotation, one: Attribution, found: Attribution) -> bool:
    """Claim that the found source names the gold one's entity; clusters are read by hand."""
    mentions = {mention.id: mention for mention in gold.mentions or ()}
    named = mentions.get(one.source.mention or "")
    accepted = {key(one.source.spans)}
    if named is not None:
        accepted |= {
            key(mention.spans)
            for mention in mentions.values()
            if mention.spans
            and (mention is named or (named.entity and mention.entity == named.entity))
        }
    return key(found.source.spans) in accepted


def most_right_sources(gold: Annotation, predicted: Annotation) -> int:
    wanted, found = gold.attributions or (), predicted.attributions or ()
    return max(
        sum(
            key(wanted[i].cue) == key(found[j].cue) and names_source(gold, wanted[i], found[j])
            for i, j in pairs
        )
        for pairs in assignments(len(wanted), len(found))
    )


def most_alike(gold: Annotation, predicted: Annotation) -> Fraction:
    wanted, found = gold.attributions or (), predicted.attributions or ()
    table = [[likeness(one, other) for other in found] for one in wanted]
    return max(
        sum((table[i][j] for i, j in pairs), Fraction(0))
        for pairs in assignments(len(wanted), len(found))
    )


def in_common(gold: Sequence[object], predicted: Sequence[object]) -> list[float]:
    right = (Counter(gold) & Counter(predicted)).total()
    return [right, len(predicted), right, len(gold)]


def links(one: Annotation, at: int) -> list[object]:
    return [
        (key(item.cue), key(elements(item)[at]))
        for item in one.attributions or ()
        if elements(item)[at]
    ]


def nested(one: Annotation, side: str) -> list[object]:
    cues = {item.id: key(item.cue) for item in one.attributions or ()}
    return [
        (key(item.cue), cues.get(item.parent, f"{side} {item.id}"))
        for item in one.attributions or ()
        if item.parent is not None
    ]


def test_strict_links_and_nesting_are_bags_of_keys() -> None:
    collection = documents()
    strict = sums(find("attributions/strict"), collection)
    parent = sums(find("attributions/parent"), collection)
    keyed = scored(find("attributions/cue_keyed"), collection)
    for at, (gold, predicted) in enumerate(collection):
        wholes = [
            [tuple(map(key, elements(item))) for item in one.attributions or ()]
            for one in (gold, predicted)
        ]
        assert strict[at] == in_common(*wholes)
        assert parent[at] == in_common(nested(gold, "gold"), nested(predicted, "predicted"))
        for group, element in (("source", 0), ("content", 2)):
            row = keyed.sums[at, keyed.groups.index(group)].tolist()
            assert row == in_common(links(gold, element), links(predicted, element))


def test_soft_is_the_best_sum_of_likeness() -> None:
    collection = documents()
    for (gold, predicted), row in zip(
        collection, sums(find("attributions/soft"), collection), strict=True
    ):
        best = float(most_alike(gold, predicted))
        assert row == pytest.approx(
            [best, len(predicted.attributions or ()), best, len(gold.attributions or ())]
        )


def test_source_entity_is_the_most_right_sources_under_equal_cues() -> None:
    collection = documents()
    whole = sums(find("attributions/source_entity"), collection)
    given = sums(find("attributions/source_entity_given_cue"), collection)
    for at, (gold, predicted) in enumerate(collection):
        wanted, found = gold.attributions or (), predicted.attributions or ()
        right = most_right_sources(gold, predicted)
        cues = [Counter(key(item.cue) for item in side) for side in (wanted, found)]
        paired = (cues[0] & cues[1]).total()
        assert whole[at] == [right, len(found), right, len(wanted)]
        assert given[at] == [right, paired, right, paired]


@every_metric
def test_gold_against_itself_is_perfect(metric: Metric) -> None:
    complete = [
        gold
        for gold, _ in documents()
        if {one.parent for one in gold.attributions or ()}
        <= {None, *(one.id for one in gold.attributions or ())}
    ]
    assert len(complete) > 500
    for row in sums(metric, [(gold, gold) for gold in complete]):
        assert row[0] == row[1] == row[2] == row[3]


def test_a_parent_that_does_not_exist_is_wrong_even_against_itself() -> None:
    lost = Attribution(id="a0", cue=(Span(0, 4),), parent="a7")
    one = Annotation(doc_id="d", attributions=(lost,))
    assert sums(find("attributions/parent"), [(one, one)]) == [[0, 1, 0, 1]]


@every_symmetric_metric
def test_swapping_sides_swaps_precision_and_recall(metric: Metric) -> None:
    collection = documents(seed=2)
    swapped = sums(metric, [(predicted, gold) for gold, predicted in collection])
    assert sums(metric, collection) == [[*row[2:], *row[:2]] for row in swapped]


@every_metric
def test_neither_the_order_of_items_nor_the_chunk_matters(metric: Metric) -> None:
    chance = random.Random(3)
    collection = documents(300, seed=3)
    mixed = [
        tuple(
            structs.replace(
                one,
                mentions=tuple(chance.sample(one.mentions or (), len(one.mentions or ()))),
                attributions=tuple(
                    chance.sample(one.attributions or (), len(one.attributions or ()))
                ),
            )
            for one in both
        )
        for both in collection
    ]
    expected = sums(metric, collection)
    assert sums(metric, [(gold, predicted) for gold, predicted in mixed]) == expected
    assert [sums(metric, [both])[0] for both in collection] == expected


@every_metric
def test_no_item_earns_more_than_it_could(metric: Metric) -> None:
    chunk = build_chunk([(str(at), *both, None) for at, both in enumerate(documents(500))])
    outcome = metric.compute(chunk, Options())
    for side in (outcome.gold, outcome.predicted):
        assert (side.num >= 0).all()
        assert (side.num <= side.den).all()


@every_metric
def test_a_spurious_attribution_never_raises_precision_and_leaves_recall_alone(
    metric: Metric,
) -> None:
    far = Attribution(
        source=Source(spans=(Span(90, 93),)), cue=(Span(94, 95),), content=(Span(96, 99),)
    )
    collection = documents(300, seed=4)
    more = [
        (gold, structs.replace(predicted, attributions=(*(predicted.attributions or ()), far)))
        for gold, predicted in collection
    ]
    for before, after in zip(sums(metric, collection), sums(metric, more), strict=True):
        assert after[0] == before[0]
        assert after[1] >= before[1]
        assert after[2:] == before[2:]
