"""Metrics written down anew, document by document and without arrays, to be compared with ours.

Each oracle takes a metric and fails when its four sums differ, on the documents of `laws`. They are
slow and short: sets, bags, and matchings by trying.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from fractions import Fraction
from itertools import permutations
from random import Random

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

import token_files
from goldwire.columns import build_chunk
from goldwire.compat import preset
from goldwire.metrics import Metric, Options, registry
from goldwire.model import (
    Annotation,
    Argument,
    Entity,
    EventMention,
    Mention,
    Span,
)
from goldwire.tallies import tally
from laws import PAIRS, columns, plain, rows

Key = Hashable
Item = tuple[frozenset[int], str]
"""The code points of a mention, none without a place, and its label."""

Four = list[float]


def mentions(record: Annotation) -> list[Item]:
    """Give the code points and labels of all mentions."""
    types = {entity.id: entity.type for entity in record.entities or ()}
    return [
        (points(mention.spans), mention.type or types[mention.entity or ""])
        for mention in record.mentions or ()
    ]


def triggers(record: Annotation) -> list[Item]:
    """Give the code points and types of all triggers."""
    return [
        (points((mention.trigger,) if mention.trigger else ()), mention.type)
        for mention in record.event_mentions or ()
    ]


def points(spans: Sequence[Span]) -> frozenset[int]:
    """Give all code points of some spans."""
    return frozenset(at for span in spans for at in range(span.start, span.end))


def bag(gold: Sequence[Key | None], predicted: Sequence[Key | None]) -> Four:
    """Compare two bags of keys; None is an item that cannot be right."""
    right = Counter(key for key in gold if key) & Counter(key for key in predicted if key)
    n = sum(right.values())
    return [n, len(predicted), n, len(gold)]


def matched(
    gold: Sequence[Item], predicted: Sequence[Item], agree: Callable[[Item, Item], bool]
) -> Four:
    """Pair as many items as possible, one-to-one, by looking for longer and longer paths."""
    partner: dict[int, int] = {}

    def place(one: int, tried: set[int]) -> bool:
        for other in range(len(predicted)):
            if other not in tried and agree(gold[one], predicted[other]):
                tried.add(other)
                if other not in partner or place(partner[other], tried):
                    partner[other] = one
                    return True
        return False

    n = sum(place(one, set()) for one in range(len(gold)))
    return [n, len(predicted), n, len(gold)]


def compare(metric: Metric, expected: Callable[[Annotation, Annotation], Four]) -> None:
    """Fail unless the four sums of every document are as expected."""
    found = rows(metric, columns(plain), Options())
    for own, (gold, predicted) in zip(found.tolist(), PAIRS, strict=True):
        assert own == pytest.approx(expected(gold, predicted), abs=1e-9), metric.name


def mentions_are_bags(metric: Metric) -> None:
    """`strict` is the intersection of two bags of (code points, label), `exact` of code points."""
    has_label = metric.name.endswith("/strict")

    def keys(record: Annotation) -> list[Key | None]:
        return [
            (where, label if has_label else "") if where else None
            for where, label in mentions(record)
        ]

    compare(metric, lambda gold, predicted: bag(keys(gold), keys(predicted)))


AGREE: dict[str, Callable[[Item, Item], bool]] = {
    "type": lambda one, other: one[1] == other[1] and bool(one[0] & other[0]),
    "overlap": lambda one, other: bool(one[0] & other[0]),
    "iou@0.5": lambda one, other: (
        one[1] == other[1]
        and bool(one[0] & other[0])
        and Fraction(len(one[0] & other[0]), len(one[0] | other[0])) >= Fraction(1, 2)
    ),
}


def overlaps_are_matched(metric: Metric) -> None:
    """Overlapping mentions are paired one-to-one, as many as possible."""
    agree = AGREE[metric.name.partition("/")[2]]
    compare(metric, lambda gold, found: matched(mentions(gold), mentions(found), agree))


def nuggets_are_aligned_at_best(metric: Metric) -> None:
    """The sum of Dice coefficients is the largest that any alignment of triggers has."""
    is_typed = metric.name.endswith("_typed")

    def expected(gold: Annotation, predicted: Annotation) -> Four:
        sides = triggers(gold), triggers(predicted)
        dice = np.array(
            [
                [
                    2
                    * len(one & other)
                    / max(len(one) + len(other), 1)
                    * (label == other_label or not is_typed)
                    for other, other_label in sides[1]
                ]
                for one, label in sides[0]
            ]
        ).reshape(len(sides[0]), len(sides[1]))
        total = float(dice[linear_sum_assignment(dice, maximize=True)].sum())
        return [total, len(sides[1]), total, len(sides[0])]

    documents = dense_triggers()
    chunk = build_chunk([(str(at), *pair, None) for at, pair in enumerate(documents)])
    found = rows(metric, chunk, Options()).tolist()
    for own, pair in zip(found, documents, strict=True):
        assert own == pytest.approx(expected(*pair), abs=1e-9), metric.name
    compare(metric, expected)


def dense_triggers() -> list[tuple[Annotation, Annotation]]:
    """Draw documents of up to six triggers in a dozen code points."""
    rng = Random(10)

    def one() -> Annotation:
        starts = [rng.randrange(10) for _ in range(rng.randrange(7))]
        return Annotation(
            doc_id="d",
            event_mentions=tuple(
                EventMention(type=rng.choice("AB"), trigger=Span(at, at + rng.randint(1, 6)))
                for at in starts
            ),
        )

    return [(one(), one()) for _ in range(200)]


def places(record: Annotation) -> dict[str, frozenset[int]]:
    """Give the code points of everything that can fill a role, by id."""
    found = {
        item.id: points(item.spans)
        for layer in (record.mentions, record.values, record.times)
        for item in layer or ()
    }
    return {name: where for name, where in found.items() if where}


def arguments(record: Annotation) -> Iterator[tuple[EventMention, Argument, frozenset[int] | None]]:
    """Walk all arguments with the places of their fillers."""
    place = places(record)
    for mention in record.event_mentions or ():
        for argument in mention.arguments:
            yield mention, argument, place.get(argument.ref or "")


def arguments_are_bags(metric: Metric) -> None:
    """An argument is right by event type, filler, role if classified, and trigger if attached."""
    name = metric.name.partition("/")[2]

    def keys(record: Annotation) -> list[Key | None]:
        found: list[Key | None] = []
        for mention, argument, filler in arguments(record):
            trigger = mention.trigger and (mention.trigger.start, mention.trigger.end)
            is_attached = name.startswith("attached")
            found.append(
                (
                    mention.type,
                    filler,
                    argument.role if name.endswith("classified") else "",
                    trigger if is_attached else "",
                )
                if filler and (trigger or not is_attached)
                else None
            )
        return found

    compare(metric, lambda gold, predicted: bag(keys(gold), keys(predicted)))


def arguments_by_entity_are_matched(metric: Metric) -> None:
    """Any mention of gold's entity answers, and every gold argument is answered once."""

    def expected(gold: Annotation, predicted: Annotation) -> Four:
        place = places(gold)
        entity_of = {mention.id: mention.entity for mention in gold.mentions or ()}
        wanted = []
        for mention, argument, filler in arguments(gold):
            accepted = {filler} if filler else set()
            entity = entity_of.get(argument.ref or "")
            same = [name for name, known in entity_of.items() if entity and known == entity]
            accepted |= {place[name] for name in same if name in place}
            wanted.append(((mention.type, argument.role), accepted))
        offered = [
            ((mention.type, argument.role), filler)
            for mention, argument, filler in arguments(predicted)
        ]
        partner: dict[int, int] = {}

        def assign(one: int, tried: set[int]) -> bool:
            for other, (kind, filler) in enumerate(offered):
                if other in tried or kind != wanted[one][0] or filler not in wanted[one][1]:
                    continue
                tried.add(other)
                if other not in partner or assign(partner[other], tried):
                    partner[other] = one
                    return True
            return False

        n = sum(assign(one, set()) for one in range(len(wanted)))
        return [n, len(offered), n, len(wanted)]

    compare(metric, expected)


def accuracies_count_what_is_said(metric: Metric) -> None:
    """Of the triggers on both sides (span, type), once each, those with gold's tense are right."""
    attribute = metric.name.partition("/")[2].removesuffix("_accuracy")

    def expected(gold: Annotation, predicted: Annotation) -> Four:
        said: tuple[dict[Item, list[str | None]], dict[Item, list[str | None]]] = ({}, {})
        for side, record in zip(said, (gold, predicted), strict=True):
            for mention, key in zip(record.event_mentions or (), triggers(record), strict=True):
                if key[0]:
                    side.setdefault(key, []).append(getattr(mention, attribute))
        right = possible = 0
        for key, values in said[0].items():
            others = said[1].get(key, [])
            counted = [value for value in values if value is not None]
            if len(values) > 1 or len(others) > 1:
                continue
            possible += len(counted) * len(others)
            right += sum(value == other for value in counted for other in others)
        return [right, possible, right, possible]

    single = [at for at, pair in enumerate(PAIRS) if all(_is_set(triggers(one)) for one in pair)]
    assert len(single) > 50
    found = rows(metric, columns(plain), Options())
    for at in single:
        assert found[at].tolist() == expected(*PAIRS[at]), metric.name


def _is_set(items: Sequence[Item]) -> bool:
    return len(set(items)) == len(items)


def links_are_bags(metric: Metric) -> None:
    """A linked mention is right by code points and identifier, whoever else has the mention."""

    def keys(record: Annotation) -> list[Key | None]:
        links = {e.id: e.links[0].id for e in record.entities or () if e.links}
        return [
            (points(mention.spans), links[mention.entity]) if mention.spans else None
            for mention in record.mentions or ()
            if mention.entity in links
        ]

    compare(metric, lambda gold, predicted: bag(keys(gold), keys(predicted)))


Clustering = list[frozenset[int]]


def clusterings() -> list[tuple[Clustering, Clustering]]:
    """Draw partitions of some of seven mentions; sides may be empty, or of singletons alone."""
    rng = Random(8)

    def one() -> Clustering:
        homes: dict[int, set[int]] = {}
        for mention in range(rng.choice((0, 2, 5, 7))):
            if rng.random() < 0.85:
                homes.setdefault(rng.randrange(4), set()).add(mention)
        return [frozenset(home) for home in homes.values()]

    return [(one(), one()) for _ in range(150)]


def _b3(key: Clustering, response: Clustering) -> tuple[Fraction, int]:
    shares = (Fraction(len(k & r) ** 2, len(k)) for k in key for r in response)
    return sum(shares, Fraction(0)), sum(map(len, key))


def _muc(key: Clustering, response: Clustering) -> tuple[Fraction, int]:
    found = 0
    for k in key:
        parts = sum(bool(k & r) for r in response) + len(k - frozenset().union(*response))
        found += len(k) - parts
    return Fraction(found), sum(len(k) - 1 for k in key)


def _aligned(
    similarity: Callable[[frozenset[int], frozenset[int]], Fraction],
) -> Callable[[Clustering, Clustering], tuple[Fraction, int]]:
    def recall(key: Clustering, response: Clustering) -> tuple[Fraction, int]:
        few, many = sorted((key, response), key=len)
        best = max(
            sum(map(similarity, few, chosen), Fraction(0))
            for chosen in permutations(many, len(few))
        )
        return best, int(sum((similarity(k, k) for k in key), Fraction(0)))

    return recall


COREFERENCE: dict[str, Callable[[Clustering, Clustering], tuple[Fraction, int]]] = {
    "entities/b3": _b3,
    "entities/muc": _muc,
    "entities/ceaf_m": _aligned(lambda k, r: Fraction(len(k & r))),
    "entities/ceaf_e": _aligned(lambda k, r: Fraction(2 * len(k & r), len(k) + len(r))),
}


def _blanc(gold: Clustering, predicted: Clustering) -> list[Four]:
    def kinds(side: Clustering) -> tuple[set[frozenset[int]], set[frozenset[int]]]:
        every = sorted(frozenset().union(*side))
        linked = {frozenset((a, b)) for c in side for a in c for b in c if a < b}
        return linked, {frozenset((a, b)) for a in every for b in every if a < b} - linked

    return [
        [len(g & p), len(p), len(g & p), len(g)]
        for g, p in zip(kinds(gold), kinds(predicted), strict=True)
    ]


def coreference_is_as_defined(metric: Metric) -> None:
    """MUC, B³, CEAF and BLANC are the papers' formulas over sets."""
    documents = clusterings()
    chunk = build_chunk(
        [
            (str(at), _clustered(gold), _clustered(predicted), None)
            for at, (gold, predicted) in enumerate(documents)
        ]
    )
    found = tally(metric.compute(chunk, Options()), n_documents=len(documents))
    for sums, (gold, predicted) in zip(found.sums.tolist(), documents, strict=True):
        if metric.name == "entities/blanc":
            assert sums == _blanc(gold, predicted)
            continue
        recall = COREFERENCE[metric.name]
        expected = [*recall(predicted, gold), *recall(gold, predicted)]
        own = [sum(column) for column in zip(*sums, strict=True)]
        assert own == pytest.approx([float(value) for value in expected], abs=1e-9), metric.name


def _clustered(clusters: Clustering) -> Annotation:
    return Annotation(
        doc_id="d",
        entities=tuple(Entity(id=f"e{at}", type="X") for at in range(len(clusters))),
        mentions=tuple(
            Mention(entity=f"e{at}", spans=(Span(mention, mention + 1),))
            for at, cluster in enumerate(clusters)
            for mention in sorted(cluster)
        ),
    )


def a_filler_without_a_place_earns_nothing(metric: Metric) -> None:
    """A role filled by something that does not exist is a wrong filler, and counts."""
    gold = Annotation(
        doc_id="d",
        entities=(Entity(id="e", type="X"),),
        mentions=(Mention(id="m", entity="e", spans=(Span(0, 1),)),),
        event_mentions=(EventMention(type="T", arguments=(Argument(role="R", ref="m"),)),),
    )
    lost = EventMention(type="T", arguments=(Argument(role="R", ref="nobody"),))
    predicted = Annotation(doc_id="d", entities=(), mentions=(), event_mentions=(lost,))
    chunk = build_chunk([("d", gold, predicted, None)])
    assert rows(metric, chunk, Options())[0].tolist() == [0, 1, 0, 1]


def role_fillers_are_aligned_at_best(metric: Metric) -> None:
    """CEAF-REE strict: as many predicted fillers as possible lie in gold ones, one-to-one."""

    def fillers(record: Annotation) -> list[tuple[str, frozenset[Key]]]:
        place = places(record)
        entity_of = {m.id: m.entity for m in record.mentions or () if m.entity}
        found: dict[Key, tuple[str, frozenset[Key]]] = {}
        for at, (_, argument, filler) in enumerate(arguments(record)):
            entity = entity_of.get(argument.ref or "")
            if entity is not None:
                names = (name for name, known in entity_of.items() if known == entity)
                spans = frozenset(place[name] for name in names if name in place)
                found[argument.role, "entity", entity] = (argument.role, frozenset(spans))
            elif filler is None:
                found[argument.role, "nothing", at] = (argument.role, frozenset())
            else:
                found[argument.role, "span", filler] = (argument.role, frozenset((filler,)))
        return list(found.values())

    def expected(gold: Annotation, predicted: Annotation) -> Four:
        wanted, offered = fillers(gold), fillers(predicted)
        inside = np.array(
            [
                [
                    float(role == wanted_role and bool(spans) and spans <= accepted)
                    for role, spans in offered
                ]
                for wanted_role, accepted in wanted
            ]
        ).reshape(len(wanted), len(offered))
        total = float(inside[linear_sum_assignment(inside, maximize=True)].sum())
        return [total, len(offered), total, len(wanted)]

    compare(metric, expected)


def invalid_tags_make_no_mention(name: str) -> None:
    """Under `seqeval-strict` a mention is B I*, or B I* E and S where ends are marked."""
    rng = Random(9)
    for prefixes, begins, ends in (("BI", "B", ""), ("BIES", "BS", "ES"), ("BILU", "BU", "LU")):
        sentences = [
            [rng.choice(("O", *(f"{prefix}-X" for prefix in prefixes))) for _ in range(5)]
            for _ in range(200)
        ]
        text = "\n".join("".join(f"w {tag}\n" for tag in tags) for tags in sentences)
        documents, _ = token_files.read(text.encode(), decode=preset(name).decode)
        for tags, (_, mentions_found) in zip(sentences, documents, strict=True):
            # Every token is "w" and a blank: token n begins at code point 2n.
            found = {(start // 2, end // 2 + 1) for start, end, _ in mentions_found}
            assert found == _valid("".join(tag[0] for tag in tags), begins, ends), tags


def _valid(tags: str, begins: str, ends: str) -> set[tuple[int, int]]:
    """Try every stretch of tags, one letter each."""
    found = set()
    for start in range(len(tags)):
        for end in range(start + 1, len(tags) + 1):
            first, inside, last = tags[start], tags[start + 1 : end - 1], tags[end - 1]
            is_one = end - start == 1
            opens = first in begins and (is_one or first == "B")
            if ends:
                closes = last in ends and (first == last if is_one else last in "EL")
            else:
                closes = (is_one or last == "I") and tags[end : end + 1] != "I"
            if opens and closes and set(inside) <= {"I"}:
                found.add((start, end))
    return found


def nothing_is_undefined(name: str) -> None:
    """Without gold and prediction a score is undefined, and not 0."""
    import goldwire

    nothing = Annotation(doc_id="d", mentions=())
    scores = goldwire.score([nothing], [nothing], metrics=[name])
    assert (scores[name].p, scores[name].r, scores[name].f1) == (None, None, None)


def perfection_is_exactly_1(name: str) -> None:
    """Gold against itself has F1 1.0, to the last bit."""
    import goldwire

    gold = next(gold for gold, _ in PAIRS if len(gold.mentions or ()) > 2)
    scores = goldwire.score([gold], [gold], metrics=[name])
    assert (scores[name].p, scores[name].r, scores[name].f1) == (1.0, 1.0, 1.0)


ORACLES: dict[str, tuple[Callable[[Metric], None], tuple[str, ...]]] = {
    oracle.__name__: (oracle, names)
    for oracle, names in (
        (mentions_are_bags, ("mentions/strict", "mentions/exact")),
        (overlaps_are_matched, ("mentions/type", "mentions/overlap", "mentions/iou@0.5")),
        (nuggets_are_aligned_at_best, ("triggers/nugget", "triggers/nugget_typed")),
        (
            arguments_are_bags,
            tuple(
                f"arguments/{name}"
                for name in (
                    "identified",
                    "classified",
                    "attached_identified",
                    "attached_classified",
                )
            ),
        ),
        (arguments_by_entity_are_matched, ("arguments/entity",)),
        (
            accuracies_count_what_is_said,
            ("triggers/tense_accuracy", "triggers/polarity_accuracy", "triggers/medium_accuracy"),
        ),
        (links_are_bags, ("links/strong_link",)),
        (coreference_is_as_defined, (*COREFERENCE, "entities/blanc")),
        (role_fillers_are_aligned_at_best, ("events/ceaf_ree",)),
        (a_filler_without_a_place_earns_nothing, ("events/ceaf_ree", "events/ceaf_ree_prop")),
    )
}
"""Oracles of metrics, and the metrics that they are for."""

assert all(name in registry() for _, names in ORACLES.values() for name in names)
