"""Scoring the columns of a table is scoring its records: same tallies, and no fault lost."""

import copy
import random
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.columns import build_chunk
from goldwire.formats.fitting import fits
from goldwire.formats.native import ENCODER
from goldwire.formats.nulls import without_nulls
from goldwire.formats.tables import Batch
from goldwire.metrics import Options, registry
from goldwire.model import Annotation, Argument, Mention, Span
from goldwire.tallies import tally
from strategies import annotations

pa = pytest.importorskip("pyarrow")

METRICS = [metric for metric in registry().values() if not metric.needs_surfaces]
JUNK: tuple[Any, ...] = (None, -1, 0, 7, 2.5, "", "x", True, [], ["x"], {}, {"start": 3})


def plain(record: Annotation) -> dict[str, Any]:
    """Give the record as what JSON holds."""
    decoded: dict[str, Any] = msgspec.json.decode(ENCODER.encode(record))
    return decoded


def roughened(record: Annotation, rng: random.Random) -> Annotation:
    """Make a record as systems write them: names that lead nowhere, gaps, pieces, scores."""

    def mention(one: Mention) -> Mention:
        return msgspec.structs.replace(
            one,
            id=rng.choice([one.id, ""]),
            entity=rng.choice([one.entity, None, "lost", "e2"]),
            type=rng.choice([None, "PER", "New"]),
            spans=rng.choice([one.spans, (), (*one.spans, Span(38, 40))]),
            score=rng.choice([None, 0.25]),
        )

    mentions = record.mentions or ()
    events = record.event_mentions or ()
    named = Argument(role="Place", ref=rng.choice([None, "", "m0", "lost"]), span=Span(3, 5))
    return msgspec.structs.replace(
        record,
        entities=rng.choice([record.entities, ()]),
        mentions=tuple(map(mention, mentions)),
        event_mentions=tuple(
            msgspec.structs.replace(
                event,
                event=rng.choice([event.event, None, "lost"]),
                trigger=rng.choice([event.trigger, None]),
                arguments=(*event.arguments, named),
            )
            for event in events
        ),
    )


def rows_of(records: list[Annotation]) -> dict[str, Any]:
    """Put records into one batch of a table; give its rows by document."""
    batch = pa.array(list(map(plain, records)))
    assert fits(batch)
    return {row.doc_id: row for row in Batch(batch)}


@settings(max_examples=25)
@given(
    st.lists(st.tuples(annotations(), annotations()), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_rows_of_a_table_give_the_tallies_of_its_records(
    pairs: list[tuple[Annotation, Annotation]], rng: random.Random
) -> None:
    sides = [
        {
            str(at): msgspec.structs.replace(roughened(pair[side], rng), doc_id=str(at))
            for at, pair in enumerate(pairs)
            if rng.random() < 0.9
        }
        for side in (0, 1)
    ]
    ids = list(map(str, range(len(pairs))))
    tables: list[dict[str, Any]] = []
    for side in sides:
        records = list(side.values())
        rng.shuffle(records)
        tables.append(rows_of(records) if records else {})
    one, other = (
        build_chunk([(doc_id, gold.get(doc_id), predicted.get(doc_id), None) for doc_id in ids])
        for gold, predicted in (sides, tables)
    )
    for metric in METRICS:
        found, expected = (
            tally(metric.compute(chunk, Options()), n_documents=len(ids)).in_order()
            for chunk in (other, one)
        )
        assert found.groups == expected.groups, metric.name
        assert np.array_equal(found.sums, expected.sums), metric.name


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """List every place in nested lists and dictionaries, as (container, key)."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            places(value[key], found)
    return found


@settings(max_examples=200)
@given(annotations(), st.randoms(use_true_random=False))
def test_a_table_that_fits_has_no_row_that_a_record_could_not_be(
    record: Annotation, rng: random.Random
) -> None:
    rows = [plain(record), copy.deepcopy(plain(record))]
    container, key = rng.choice(places(rows[1], []))
    if isinstance(container, dict) and rng.random() < 0.3:
        container[f"{key}x"] = container.pop(key)
    else:
        container[key] = rng.choice(JUNK)
    try:
        array = pa.array(rows)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return
    if fits(array):
        for row in array.to_pylist():
            msgspec.convert(without_nulls(row), Annotation)
