"""Slices, categories and confusion matrices are the same items counted in other groups."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.metrics import Options, registry
from goldwire.metrics.semeval import SCHEMAS
from goldwire.model import (
    Annotation,
    ArticleSource,
    Document,
    Publisher,
    Rights,
    TextRef,
    Zone,
)
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents
from goldwire.slicing import slicing_of
from goldwire.tallies import Tally
from strategies import TEXT_LENGTH, annotations

SLICINGS = ("zone", "level", "length", "nesting", "paragraph", "document")
FIELD = "document.source.publisher"
METRICS = tuple(name for name, metric in registry().items() if metric.layer != "document")
TEXT = ("Aa " * TEXT_LENGTH)[:TEXT_LENGTH]


def document(doc_id: str, publisher: str | None, zones: tuple[Zone, ...]) -> Document:
    return Document(
        schema_version="1.0.0",
        doc_id=doc_id,
        language="en",
        text_ref=TextRef(sha256="0" * 64, code_points=TEXT_LENGTH),
        source=ArticleSource(publisher=None if publisher is None else Publisher(name=publisher)),
        rights=Rights(
            text_status="own_work", redistribution="full_text", annotation_license="CC0-1.0"
        ),
        zones=zones,
    )


# In any order, with a gap that belongs to no zone.
ZONES = (
    Zone(id="z2", kind="paragraph", start=20, end=TEXT_LENGTH, annotatable=True),
    Zone(id="z1", kind="headline", start=0, end=12, annotatable=True),
)
records = st.tuples(annotations("a"), annotations("b"), annotations("c"))


def scored(
    golds: tuple[Annotation, ...], predictions: tuple[Annotation, ...], **options: object
) -> Scores:
    publishers = ("Ann | Co.", "Ann | Co.", None)
    return score_documents(
        [
            GoldDocument(gold, document(gold.doc_id, publisher, ZONES), TEXT)
            for gold, publisher in zip(golds, publishers, strict=True)
        ],
        predictions,
        **{"metrics": METRICS, **options},  # type: ignore[arg-type]
    )


@settings(max_examples=6)
@given(golds=records, predictions=records)
def test_the_slices_of_every_slicing_add_up_to_the_whole(
    golds: tuple[Annotation, ...], predictions: tuple[Annotation, ...]
) -> None:
    scores = scored(golds, predictions, slices=(*SLICINGS, FIELD))
    found: dict[tuple[str, str], list[Tally]] = {}
    for (name, part), table in scores.sliced.items():
        found.setdefault((name, slicing_of(part)), []).append(table)
    for name, table in scores.tallies.items():
        for by in (*SLICINGS, FIELD):
            parts = found.get((name, by), [])
            if name in scores.unsliced.get(by, ()):
                assert parts == []
                continue
            for group in table.groups:
                total = sum(part.row(group) for part in parts)
                assert total == pytest.approx(table.row(group)), (name, by, group)
    assert not set(scores.unsliced) & {"document", FIELD}


@settings(max_examples=6)
@given(golds=records, predictions=records)
def test_document_slices_are_the_documents_scored_alone(
    golds: tuple[Annotation, ...], predictions: tuple[Annotation, ...]
) -> None:
    together = scored(golds, predictions, slices=("document", FIELD))
    for at, gold in enumerate(golds):
        one = score_documents([GoldDocument(gold, text=TEXT)], [predictions[at]], metrics=METRICS)
        for name in one:
            part = (name, f"document={gold.doc_id}")
            whole = one.tallies[name]
            for group in whole.groups:
                got = together.sliced[part].row(group) if part in together.sliced else 0
                assert got == pytest.approx(whole.row(group)), (name, group)


LAYERS = {
    "mentions": ("mentions/strict", "mentions/exact"),
    "values": ("values/strict", "values/exact"),
    "times": ("times/strict", "times/exact"),
    "triggers": ("triggers/classified", "triggers/identified"),
}


@settings(max_examples=30)
@given(golds=records, predictions=records, duplicates=st.sampled_from(["count", "merge"]))
def test_categories_and_confusions_agree_with_the_tallies(
    golds: tuple[Annotation, ...], predictions: tuple[Annotation, ...], duplicates: str
) -> None:
    options = Options(duplicates=duplicates)  # type: ignore[arg-type]
    names = [name for both in LAYERS.values() for name in both]
    scores = scored(
        golds, predictions, metrics=names, options=options, explain=True, categories=True
    )
    found = Counter((item.layer, item.category) for item in scores.explained)
    for layer, (strict, exact) in LAYERS.items():
        right, n_predicted, found_gold, n_gold = scores[strict].sums
        pairs = [found[layer, name] for name in ("CORRECT", "TYPE", "BOUNDARY", "BOTH")]
        unpaired = found[layer, "SPURIOUS"] + found[layer, "DUPLICATE"]
        assert pairs[0] == right == found_gold
        assert pairs[0] + pairs[1] == scores[exact].sums[0]
        assert sum(pairs) + found[layer, "MISSED"] == n_gold
        assert sum(pairs) + unpaired == n_predicted
        for schema in SCHEMAS:
            counts = scores.counts[layer][schema]
            assert (counts.possible, counts.actual) == (n_gold, n_predicted)
            assert (counts.missed, counts.spurious) == (found[layer, "MISSED"], unpaired)
        assert scores.counts[layer]["strict"].correct == right
        assert scores.counts[layer]["exact"].correct == pairs[0] + pairs[1]
        assert scores.counts[layer]["type"].correct == pairs[0] + pairs[2]
        matrix = scores.confusions[layer]
        n = len(matrix.labels)
        assert matrix.counts[:, n].sum() == found[layer, "MISSED"]
        assert matrix.counts[n].sum() == unpaired
        assert matrix.counts.sum() == sum(pairs) + found[layer, "MISSED"] + unpaired
        assert matrix.counts.diagonal().sum() == pairs[0] + pairs[2]
        for at, label in enumerate(matrix.labels):
            sums = scores[f"{strict}[{label}]"].sums
            assert (matrix.counts[:, at].sum(), matrix.counts[at].sum()) == (sums[1], sums[3])


@settings(max_examples=30)
@given(golds=records, predictions=records)
def test_an_item_with_several_partners_is_marked_as_merge_or_split(
    golds: tuple[Annotation, ...], predictions: tuple[Annotation, ...]
) -> None:
    scores = scored(golds, predictions, metrics=["mentions/strict"], explain=True)
    spans = {
        (side, record.doc_id): [mention.spans[0] for mention in record.mentions or ()]
        for side, side_records in (("gold", golds), ("predicted", predictions))
        for record in side_records
    }
    for item in scores.explained:
        if item.layer != "mentions" or item.category == "CORRECT":
            continue
        if item.gold is not None:
            others = spans["predicted", item.doc_id]
            meets = sum(item.gold.start < one.end and one.start < item.gold.end for one in others)
            assert item.is_split == (meets > 1)
        if item.predicted is not None:
            others = spans["gold", item.doc_id]
            meets = sum(
                item.predicted.start < one.end and one.start < item.predicted.end for one in others
            )
            assert item.is_merge == (meets > 1)
        if item.gold is not None and item.predicted is not None:
            common = min(item.gold.end, item.predicted.end) - max(
                item.gold.start, item.predicted.start
            )
            union = max(item.gold.end, item.predicted.end) - min(
                item.gold.start, item.predicted.start
            )
            assert item.iou == pytest.approx(common / union)
