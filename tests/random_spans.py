"""Random documents of labelled spans for the differential tests, and proof of what is in them.

A case that a generator is believed to make, but does not, proves nothing: `holdings` counts the
cases, and the tests assert on it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations, product
from random import Random

from goldwire.model import Annotation, Mention, Span

Item = tuple[int, int, str]
Document = tuple[list[Item], list[Item]]

LABELS = ("PER", "ORG", "地名", "Städte")
"""Two of them are not ASCII."""

LENGTH = 20
AT_LEAST = 2_000
"""So many documents every peer must have scored."""


def free(rng: Random) -> list[Item]:
    """Up to twelve spans that may nest, cross, coincide and repeat; or none."""
    labels = LABELS if rng.random() < 0.8 else (rng.choice(LABELS),)
    found = []
    for _ in range(rng.choice((0, *range(1, 13)))):
        start = rng.randrange(LENGTH - 4)
        found.append((start, start + rng.randint(1, 4), rng.choice(labels)))
    return found


def flat(rng: Random) -> list[Item]:
    """Spans that do not touch each other, as BIO tags can write them; or none."""
    labels = LABELS if rng.random() < 0.8 else (rng.choice(LABELS),)
    items: list[Item] = []
    token = rng.randint(0, 4) if rng.random() < 0.9 else LENGTH
    while token < LENGTH:
        end = min(token + rng.randint(1, 4), LENGTH)
        items.append((token, end, rng.choice(labels)))
        token = end + rng.choice([0, 0, 1, 2, 5])
    return items


def changed(items: list[Item], rng: Random) -> list[Item]:
    """Drop some spans, shorten some, relabel some: flat ones stay flat."""
    found: list[Item] = []
    for start, end, label in items:
        fate = rng.random()
        if fate < 0.15:
            continue
        if fate < 0.3 and end - start > 1:
            found.append((start, end - 1, label))
        elif fate < 0.45:
            found.append((start, end, rng.choice(LABELS)))
        else:
            found.append((start, end, label))
    return found


def apart(rng: Random) -> Document:
    """At most one gold and one predicted span in each of some stretches of text."""
    sides: Document = ([], [])
    shares = rng.choice([(0.8, 0.8), (0.8, 0.8), (0.8, 0.8), (0.8, 0), (0, 0.8), (0, 0)])
    labels = LABELS if rng.random() < 0.8 else (rng.choice(LABELS),)
    for slot in range(rng.randint(1, 8)):
        for side, share in zip(sides, shares, strict=True):
            if rng.random() < share:
                start = 10 * slot + rng.randint(0, 3)
                side.append((start, start + rng.randint(1, 4), rng.choice(labels)))
    for side in sides:
        rng.shuffle(side)
    return sides


def documents(seed: int, n: int, make: Callable[[Random], list[Item]]) -> list[Document]:
    """Make n documents: predictions are made like gold, or are gold with changes."""
    rng = Random(seed)
    golds = [make(rng) for _ in range(n)]
    return [(gold, changed(gold, rng) if rng.random() < 0.7 else make(rng)) for gold in golds]


def record(items: Iterable[Item], doc_id: str = "d") -> Annotation:
    """Write spans as a record of mentions."""
    mentions = (Mention(type=label, spans=(Span(start, end),)) for start, end, label in items)
    return Annotation(doc_id=doc_id, mentions=tuple(mentions))


def holdings(found: Iterable[Document]) -> Counter[str]:
    """Count the documents, and those of each kind that scorers are known to get wrong."""
    counts: Counter[str] = Counter()
    for gold, predicted in found:
        pairs = [*product(gold, predicted), *combinations(gold, 2), *combinations(predicted, 2)]
        labels = {label for _, _, label in (*gold, *predicted)}
        counts.update(
            kind
            for kind, holds in {
                "documents": True,
                "crossing": any(a[0] < b[0] < a[1] < b[1] for a, b in both_ways(pairs)),
                "nesting": any(
                    a[0] <= b[0] and b[1] <= a[1] and a[:2] != b[:2] for a, b in both_ways(pairs)
                ),
                "several labels on one span": any(
                    a[:2] == b[:2] and a[2] != b[2] for a, b in pairs
                ),
                "copies": len(set(gold)) < len(gold) or len(set(predicted)) < len(predicted),
                "no gold": not gold and bool(predicted),
                "no prediction": bool(gold) and not predicted,
                "neither": not gold and not predicted,
                "a single label": len(labels) == 1,
                "labels beyond ASCII": any(not label.isascii() for label in labels),
            }.items()
            if holds
        )
    return counts


def both_ways(pairs: Iterable[tuple[Item, Item]]) -> Iterable[tuple[Item, Item]]:
    """Give every pair in both orders."""
    for a, b in pairs:
        yield a, b
        yield b, a


def assert_covered(found: Iterable[Document], *, lacking: Iterable[str] = ()) -> None:
    """Fail unless there are enough documents, and at least 20 of each kind not said to lack."""
    counts = holdings(found)
    assert counts["documents"] >= AT_LEAST, counts
    kinds = {
        "crossing",
        "nesting",
        "several labels on one span",
        "copies",
        "no gold",
        "no prediction",
        "neither",
        "a single label",
        "labels beyond ASCII",
    }
    assert {kind for kind in kinds if counts[kind] < 20} == {*lacking}, counts
