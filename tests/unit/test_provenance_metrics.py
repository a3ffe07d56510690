"""What records say of the article: counts by hand, folding, and who speaks for gold."""

import json
import random
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from goldwire.columns import build_chunk
from goldwire.columns.folding import folded, normalised
from goldwire.metrics import Metric, Options, find
from goldwire.metrics.provenance import METRICS
from goldwire.model import Annotation, ArticleSource, ClaimedSource, Document, Publisher
from goldwire.tallies import tally

ROOT = Path(__file__).parents[2]


def source(
    *claimed: str,
    publisher: str = "",
    headline: str | None = None,
    date_published: str | None = None,
    credit_line: str | None = None,
) -> ArticleSource:
    return ArticleSource(
        publisher=Publisher(name=publisher) if publisher else None,
        headline=headline,
        date_published=date_published,
        credit_line=credit_line,
        claimed_sources=tuple(ClaimedSource(name=name, kind="agency") for name in claimed),
    )


def record(said: ArticleSource | None) -> Annotation:
    return Annotation(doc_id="d", source=said)


def sums(name: str, gold: ArticleSource | None, predicted: ArticleSource | None) -> list[float]:
    chunk = build_chunk([("d", record(gold), record(predicted), None)])
    found = tally(find(f"document/{name}").compute(chunk, Options()), n_documents=1)
    row: list[float] = found.sums[0, 0].tolist()
    return row


@pytest.mark.parametrize(
    ("name", "gold", "predicted", "expected"),
    [
        ("publisher", source(publisher="The Paper"), source(publisher="The Paper"), [1, 1, 1, 1]),
        ("publisher", source(publisher="The Paper"), source(publisher="the paper"), [0, 1, 0, 1]),
        (
            "publisher_normalised",
            source(publisher="The Paper"),
            source(publisher=" the  PAPER."),
            [1, 1, 1, 1],
        ),
        ("publisher", source(publisher="The Paper"), source(), [0, 0, 0, 1]),
        ("publisher", source(), source(publisher="The Paper"), [0, 1, 0, 0]),
        ("publisher", source(), source(), [0, 0, 0, 0]),
        ("publisher", source(publisher="The Paper"), None, [0, 0, 0, 1]),
        ("headline", source(headline="A"), source(credit_line="A"), [0, 0, 0, 1]),
        (
            "date_published_normalised",
            source(date_published="2022-01-13"),
            source(date_published="2022/01/13"),
            [1, 1, 1, 1],
        ),
        ("claimed_sources", source("AP", "Reuters"), source("Reuters", "AFP"), [1, 2, 1, 2]),
        ("claimed_sources", source("AP"), source("AP", "AP"), [1, 2, 1, 1]),
        ("claimed_sources", source("AP"), source("A.P."), [0, 1, 0, 1]),
        ("claimed_sources_normalised", source("A.P."), source("a p"), [1, 1, 1, 1]),
    ],
)
def test_values_are_right_field_by_field(
    name: str,
    gold: ArticleSource | None,
    predicted: ArticleSource | None,
    expected: list[float],
) -> None:
    assert sums(name, gold, predicted) == expected


def test_the_document_record_speaks_for_gold_unless_the_gold_record_does() -> None:
    path = next((ROOT / "corpus").glob("*/document.json"))
    document = msgspec.convert(json.loads(path.read_text("utf-8")), Document)
    assert document.source.publisher is not None
    name = document.source.publisher.name
    predicted = record(source(publisher=name))
    metric = find("document/publisher")

    def first(gold: Annotation, said: Annotation) -> list[float]:
        chunk = build_chunk([("d", gold, said, document)])
        row: list[float] = (
            tally(metric.compute(chunk, Options()), n_documents=1).sums[0, 0].tolist()
        )
        return row

    assert first(record(None), predicted) == [1, 1, 1, 1]
    assert first(record(source(publisher="Another")), predicted) == [0, 1, 0, 1]
    # A prediction that says nothing is not helped by the document record.
    assert first(record(None), record(None)) == [0, 0, 0, 1]


def test_folding_keeps_signs_that_are_neither_space_nor_punctuation() -> None:
    assert folded(" Straße\tNo. 5 ") == "strasse no. 5"
    assert normalised("“Straße” — No. 5") == "strasse no 5"
    assert normalised("5 € + tax") == "5 € + tax"
    assert normalised("...") == "..."
    assert normalised("") == ""
    assert normalised("½") != normalised("1/2")


def said_at_random(chance: random.Random) -> ArticleSource:
    words = ("A", "a", "B.", "b", "")
    return source(
        *(chance.choice(words) for _ in range(chance.randint(0, 4))),
        publisher=chance.choice(words),
        headline=chance.choice(words),
        credit_line=chance.choice(words),
        date_published=chance.choice(words),
    )


def values(said: ArticleSource, field: str) -> list[str]:
    if field == "publisher":
        return [said.publisher.name] if said.publisher else []
    if field == "claimed_sources":
        return [claimed.name for claimed in said.claimed_sources if claimed.name]
    value = getattr(said, field)
    return [value] if value else []


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_two_thousand_documents_agree_with_counting_by_hand(metric: Metric) -> None:
    chance = random.Random(7)
    pairs = [(said_at_random(chance), said_at_random(chance)) for _ in range(2_000)]
    chunk = build_chunk(
        [(str(at), record(gold), record(found), None) for at, (gold, found) in enumerate(pairs)]
    )
    rows = tally(metric.compute(chunk, Options()), n_documents=len(pairs)).sums[:, 0].tolist()
    swapped = metric.compute(chunk.swapped(), Options())
    swapped_rows = tally(swapped, n_documents=len(pairs)).sums[:, 0].tolist()
    field = metric.name.removeprefix("document/").removesuffix("_normalised")
    is_folded = metric.name.endswith("_normalised")
    for (gold, found), row, turned in zip(pairs, rows, swapped_rows, strict=True):
        bags = []
        for said in (gold, found):
            plain = values(said, field)
            bags.append(
                Counter(v.lower().replace(".", "").strip() for v in plain)
                if is_folded
                else Counter(plain)
            )
        right = (bags[0] & bags[1]).total()
        assert row == [right, bags[1].total(), right, bags[0].total()]
        assert turned == [*row[2:], *row[:2]]
