"""scorch 0.2 agrees on random documents, with its own conventions for 0/0 spelt out here."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from goldwire.columns import build_chunk
from goldwire.metrics import find
from goldwire.metrics.base import Options
from goldwire.model import Annotation, Entity, Mention, Span
from goldwire.tallies import ratio, tally
from random_spans import AT_LEAST

scorch = pytest.importorskip("scorch.scores")

# Its harmonic mean of numpy's zeros divides by them.
pytestmark = pytest.mark.filterwarnings("ignore:divide by zero encountered in scalar divide")

N_DOCUMENTS = 3_000
THEIRS = {
    "muc": "muc",
    "b3": "b_cubed",
    "ceaf_m": "ceaf_m",
    "ceaf_e": "ceaf_e",
    "blanc": "blanc",
}

MEASURES = ("r", "p", "f1")

Clustering = list[set[int]]


def clustering(rng: random.Random, n: int) -> Clustering:
    """Partition a random part of n mentions; it may be empty, or singletons all through."""
    style = rng.random()
    if style < 0.05:
        return []
    if style < 0.1:
        return [{m} for m in range(n)]
    homes: dict[int, set[int]] = {}
    for mention in range(n):
        if rng.random() < 0.85:
            homes.setdefault(rng.randrange(1 + n // 2), set()).add(mention)
    return list(homes.values())


def disturbed(rng: random.Random, gold: Clustering) -> Clustering:
    """Move some mentions of gold elsewhere, leave some out, and add some that it lacks."""
    found = [{m for m in cluster if rng.random() < 0.9} for cluster in gold]
    for cluster in found:
        for mention in list(cluster):
            if rng.random() < 0.2:
                cluster.discard(mention)
                rng.choice(found).add(mention)
    found += [{100 + at} for at in range(rng.randrange(3))]
    return [cluster for cluster in found if cluster]


def documents() -> list[tuple[Clustering, Clustering]]:
    rng = random.Random(11)
    found = []
    for number in range(N_DOCUMENTS):
        n = rng.randrange(1, 30)
        gold = clustering(rng, n)
        predicted = clustering(rng, n) if number % 2 else disturbed(rng, gold)
        found.append((gold, predicted))
    return found


def place(mention: int) -> Span:
    """Put mentions 3n, 3n + 1 and 3n + 2 into and across each other."""
    start, width = ((0, 4), (1, 2), (3, 3))[mention % 3]
    return Span(5 * (mention // 3) + start, 5 * (mention // 3) + start + width)


def record(clusters: Clustering, doc_id: str) -> Annotation:
    return Annotation(
        doc_id=doc_id,
        entities=tuple(Entity(id=f"e{at}", type="X") for at in range(len(clusters))),
        mentions=tuple(
            Mention(entity=f"e{at}", spans=(place(m),))
            for at, cluster in enumerate(clusters)
            for m in cluster
        ),
    )


DOCUMENTS = documents()
CHUNK = build_chunk(
    [
        (f"d{at}", record(gold, f"d{at}"), record(predicted, f"d{at}"), None)
        for at, (gold, predicted) in enumerate(DOCUMENTS)
    ]
)


def test_the_documents_hold_what_they_should() -> None:
    """Mentions nest and cross by construction; sides are empty, or of singletons, or one entity."""
    held: Counter[str] = Counter()
    for gold, predicted in DOCUMENTS:
        shared = set().union(*gold) & set().union(*predicted)
        held.update(
            kind
            for kind, holds in {
                "documents": True,
                "no gold": not gold and predicted,
                "no prediction": gold and not predicted,
                "singletons alone": gold and all(len(cluster) == 1 for cluster in gold),
                "one entity": len(gold) == 1 and len(gold[0]) > 1,
                "nested and crossing": len({m // 3 for m in shared}) < len(shared),
            }.items()
            if holds
        )
    assert held["documents"] >= AT_LEAST
    assert len(held) == 6
    assert min(held.values()) >= 20, held


def tallied(name: str) -> tuple[tuple[str, ...], list[list[list[float]]]]:
    table = tally(find(f"entities/{name}").compute(CHUNK, Options()), n_documents=len(DOCUMENTS))
    return table.groups, table.sums.tolist()


@pytest.mark.parametrize("name", [name for name in THEIRS if name != "blanc"])
def test_scorch_agrees(name: str) -> None:
    theirs: Callable[[Clustering, Clustering], tuple[float, float, float]]
    theirs = getattr(scorch, THEIRS[name])
    _, sums = tallied(name)
    compared = 0
    for (gold, predicted), ((*four,),) in zip(DOCUMENTS, sums, strict=True):
        own = ratio(four)
        if not set().union(*gold) & set().union(*predicted):
            # It fails on some of these, by a harmonic mean of zeros.
            assert not own.f1
            continue
        # scorch shows 0/0 as 0.
        found = (own.r or 0, own.p or 0, own.f1 or 0)
        assert found == pytest.approx(theirs(gold, predicted), abs=1e-12)
        compared += 1
    assert compared > 2_000


def test_scorch_agrees_on_blanc() -> None:
    groups, sums = tallied("blanc")
    assert groups == ("coreference links", "non-coreference links")
    compared = 0
    for (gold, predicted), document in zip(DOCUMENTS, sums, strict=True):
        # The rule of 2011: a kind of links counts when gold has it.
        parts = [part for part in map(ratio, document) if part.r is not None]
        # It fails on an empty side, and gives 0 or 1 where there is no pair of mentions.
        if not (gold and predicted and parts):
            continue
        own = [sum(getattr(part, name) or 0 for part in parts) / len(parts) for name in MEASURES]
        assert own == pytest.approx(scorch.blanc(gold, predicted), abs=1e-12)
        compared += 1
    assert compared > 2_000
