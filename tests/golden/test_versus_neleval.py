"""neleval 3.1.1 agrees on random corpora: coreference by its four sums, linking by its counts."""

import collections
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import goldwire
from goldwire.columns import Chunk, build_chunk
from goldwire.compat import preset
from goldwire.metrics import find
from goldwire.model import Annotation, Entity, Link, Mention, Span
from goldwire.tallies import tally
from random_spans import AT_LEAST

N_DOCUMENTS = 2_400
TYPES = ("PER", "ORG", "地名")
IDENTIFIERS = ("Q1", "Q2", "Q3", "Österreich", None)
NUMBERS = preset("neleval").numbers
OPTIONS = preset("neleval").options
LINKS = [name for name, address in NUMBERS.items() if address.startswith("links/")]
COREFERENCE = [name for name in NUMBERS if name not in LINKS and "pairwise" not in name]


@pytest.fixture(scope="module", autouse=True)
def neleval() -> Iterator[Any]:
    """Import it with the two names that Python 3.10 and numpy 1.24 took away."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collections, "Sequence", collections.abc.Sequence, raising=False)
        patch.setattr(np, "int", int, raising=False)
        pytest.importorskip("neleval.configs")
        import neleval

        yield neleval


def gold_record(rng: random.Random, doc_id: str) -> Annotation:
    """Up to nine entities, linked or NIL, some of them singletons; or nothing at all."""
    n = rng.choice((0, 0, *range(1, 10)))
    entities = [entity(rng, f"e{at}") for at in range(n)]
    places = rng.sample(range(40), rng.randrange(n, 25) if n else 0)
    mentions = [
        mention(start, f"e{at if at < n else rng.randrange(n)}", width=rng.randint(1, 4))
        for at, start in enumerate(places)
    ]
    return Annotation(doc_id=doc_id, entities=tuple(entities), mentions=tuple(mentions))


def entity(rng: random.Random, name: str) -> Entity:
    found = rng.choice(IDENTIFIERS)
    links = () if found is None else (Link(kb="wd", id=found, status="exact"),)
    return Entity(id=name, type=rng.choice(TYPES), links=links)


def mention(start: int, name: str, *, width: int) -> Mention:
    return Mention(entity=name, spans=(Span(start, start + width),))


def predicted_record(rng: random.Random, gold: Annotation) -> Annotation:
    """Gold with other types and identifiers, mentions moved, left out, widened and added."""
    if rng.random() < 0.05:
        return Annotation(doc_id=gold.doc_id, entities=(), mentions=())
    entities = [
        entity(rng, known.id) if rng.random() < 0.3 else known for known in gold.entities or ()
    ]
    entities += [entity(rng, f"n{at}") for at in range(rng.randrange(3))]
    if not entities:
        return Annotation(doc_id=gold.doc_id, entities=(), mentions=())
    kept = [found for found in gold.mentions or () if rng.random() < 0.9]
    mentions = [
        mention(
            found.spans[0].start,
            rng.choice(entities).id if rng.random() < 0.2 else found.entity or "",
            width=found.spans[0].end - found.spans[0].start + (rng.random() < 0.1),
        )
        for found in kept
    ]
    mentions += [
        mention(60 + at, rng.choice(entities).id, width=2) for at in range(rng.randrange(3))
    ]
    return Annotation(doc_id=gold.doc_id, entities=tuple(entities), mentions=tuple(mentions))


def pairs() -> list[tuple[Annotation, Annotation]]:
    rng = random.Random(5)
    golds = [gold_record(rng, f"d{at}") for at in range(N_DOCUMENTS)]
    return [(gold, predicted_record(rng, gold)) for gold in golds]


PAIRS = pairs()


def chunk() -> Chunk:
    return build_chunk([(gold.doc_id, gold, predicted, None) for gold, predicted in PAIRS])


CHUNK = chunk()


def sums(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Four sums per document: shape [documents, 4]."""
    return tally(find(name).compute(CHUNK, OPTIONS), n_documents=len(PAIRS)).pool().sums[:, 0]


def test_the_documents_hold_what_they_should() -> None:
    """Of each case that scorers are known to get wrong there are many."""
    held: Counter[str] = Counter()
    for gold, predicted in PAIRS:
        spans = [item.spans[0] for item in gold.mentions or ()]
        types = {known.type for known in gold.entities or ()}
        ordered = [(a, b) for a in spans for b in spans if a != b]
        held.update(
            kind
            for kind, holds in {
                "documents": True,
                "no gold": not gold.mentions and predicted.mentions,
                "no prediction": gold.mentions and not predicted.mentions,
                "neither": not gold.mentions and not predicted.mentions,
                "nesting": any(a.start <= b.start and b.end <= a.end for a, b in ordered),
                "crossing": any(a.start < b.start < a.end < b.end for a, b in ordered),
                "a single type": len(types) == 1,
                "types beyond ASCII": "地名" in types,
            }.items()
            if holds
        )
    assert held["documents"] >= AT_LEAST
    assert len(held) == 8
    assert min(held.values()) >= 50, held


def clusters(record: Annotation) -> dict[str, set[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    for item in record.mentions or ():
        found.setdefault(item.entity or "", set()).add((item.spans[0].start, item.spans[0].end))
    return found


@pytest.mark.filterwarnings("ignore:The assignment step in CEAF:Warning")
@pytest.mark.parametrize("name", COREFERENCE)
def test_neleval_agrees_on_coreference(name: str) -> None:
    from neleval import coref_metrics

    theirs = getattr(coref_metrics, name)
    for (gold, predicted), own in zip(PAIRS, sums(NUMBERS[name]), strict=True):
        sides = clusters(gold), clusters(predicted)
        # Its sparse matrices cannot be empty: no clusters gain nothing.
        expected = theirs(*sides) if all(sides) else expected_of_an_empty_side(name, *sides)
        assert own.tolist() == pytest.approx(expected, abs=1e-12)


def expected_of_an_empty_side(
    name: str, gold: dict[str, set[tuple[int, int]]], predicted: dict[str, set[tuple[int, int]]]
) -> list[float]:
    """What is to be earned is the mentions, the clusters, or the links of the other side."""
    sizes = [[len(cluster) for cluster in side.values()] for side in (predicted, gold)]
    if name == "entity_ceaf":
        possible = [len(side) for side in sizes]
    elif name == "muc":
        possible = [sum(size - 1 for size in side) for side in sizes]
    else:
        possible = [sum(side) for side in sizes]
    return [0, possible[0], 0, possible[1]]


def test_neleval_agrees_on_the_two_kinds_of_links_of_blanc() -> None:
    from neleval.coref_metrics import pairwise, pairwise_negative

    table = tally(find("entities/blanc").compute(CHUNK, OPTIONS), n_documents=len(PAIRS))
    assert [NUMBERS[name] for name in ("pairwise", "pairwise_negative")] == [
        f"entities/blanc[{group}]" for group in table.groups
    ]
    for (gold, predicted), own in zip(PAIRS, table.sums, strict=True):
        sides = clusters(gold), clusters(predicted)
        assert own[0].tolist() == list(pairwise(*sides))
        assert own[1].tolist() == list(pairwise_negative(*sides))


def annotations(record: Annotation) -> list[Any]:
    """Its own rows: document, start, end, identifier (NIL ones by entity), score, type."""
    from neleval.annotation import Annotation as Row

    entities = {known.id: known for known in record.entities or ()}
    rows = []
    for item in record.mentions or ():
        known = entities[item.entity or ""]
        name = known.links[0].id if known.links else f"NIL-{record.doc_id}-{known.id}"
        start, end = item.spans[0].start, item.spans[0].end
        line = f"{record.doc_id}\t{start}\t{end}\t{name}\t1.0\t{known.type}"
        rows.append(Row.from_string(line))
    return rows


@pytest.mark.parametrize("name", LINKS)
def test_neleval_agrees_on_linking(name: str) -> None:
    from neleval.configs import MEASURES

    measure = MEASURES[name]
    for (gold, predicted), own in zip(PAIRS, sums(NUMBERS[name]), strict=True):
        tp, fp, fn = measure.count_matches(annotations(predicted), annotations(gold))
        assert own.tolist() == [tp, tp + fp, tp, tp + fn]


def test_neleval_agrees_on_the_clusters_of_nil_over_the_whole_corpus() -> None:
    from neleval.annotation import Measure
    from neleval.coref_metrics import mention_ceaf

    measure = Measure(["span"], "is_nil", "mention_ceaf")
    some = PAIRS[:300]
    gold, predicted = (
        measure.build_clusters([row for pair in some for row in annotations(pair[at])])
        for at in (0, 1)
    )
    expected = mention_ceaf(gold, predicted)
    found = sums("links/nil_ceaf")[: len(some)].sum(axis=0)
    assert found.tolist() == pytest.approx(expected)
    assert found[0] > 100


def with_own_names(record: Annotation) -> list[str]:
    """Its own rows, in which an entity is known by its document and number alone."""
    return [
        f"{record.doc_id}\t{item.spans[0].start}\t{item.spans[0].end}"
        f"\t{record.doc_id}-{item.entity}\t1.0\tX"
        for item in record.mentions or ()
    ]


@pytest.mark.filterwarnings("ignore:The assignment step in CEAF:Warning")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("names", [LINKS, COREFERENCE], ids=["links", "coreference"])
def test_its_evaluate_command_prints_the_numbers_of_the_preset(
    names: list[str], tmp_path: Path
) -> None:
    from neleval.evaluate import Evaluate

    some = PAIRS[:600]
    files = []
    for at, side in enumerate(("gold", "system")):
        lines = [
            line
            for pair in some
            for line in (
                with_own_names(pair[at])
                if names is COREFERENCE
                else [str(row) for row in annotations(pair[at])]
            )
        ]
        files.append(tmp_path / f"{side}.tsv")
        files[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    expected = Evaluate(str(files[1]), gold=str(files[0]), measures=names, fmt="none")()
    golds, predictions = zip(*some, strict=True)
    scores = goldwire.score(golds, predictions, compat="neleval")
    for name in names:
        own, their = scores[NUMBERS[name]], expected[name]
        assert (own.p, own.r, own.f1) == pytest.approx(
            (their["precision"], their["recall"], their["fscore"]), abs=1e-12
        )
