"""The same records as objects, JSON Lines, Parquet and dictionaries give the same tallies."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import goldwire
from goldwire.errors import DataError
from goldwire.formats.native import ENCODER
from goldwire.formats.nulls import without_nulls
from goldwire.formats.tables import read_parquet, read_rows
from goldwire.model import Annotation
from strategies import annotations

ROOT = Path(__file__).parents[2]
PASSES = [ROOT / "annotations" / "passes" / name for name in "AB"]


def write(folder: Path, name: str, records: list[Annotation]) -> tuple[Path, Path]:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    lines, table = folder / f"{name}.jsonl", folder / f"{name}.parquet"
    lines.write_bytes(ENCODER.encode_lines(records))
    rows = [msgspec.json.decode(ENCODER.encode(record)) for record in records]
    parquet.write_table(pyarrow.Table.from_pylist(rows), table)
    return lines, table


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_objects_json_lines_parquet_and_rows_give_identical_tallies(tmp_path: Path) -> None:
    gold, predicted = (list(goldwire.read(path)) for path in PASSES)
    files = {
        name: write(tmp_path, name, records)
        for name, records in (("gold", gold), ("predicted", predicted))
    }
    rows = [
        [msgspec.json.decode(ENCODER.encode(record)) for record in records]
        for records in (gold, predicted)
    ]
    runs = {
        "objects": goldwire.score(gold, predicted),
        "rows": goldwire.score(rows[0], rows[1]),
        "json lines": goldwire.score(files["gold"][0], files["predicted"][0]),
        "parquet": goldwire.score(files["gold"][1], files["predicted"][1]),
    }
    for name, scores in runs.items():
        assert list(scores) == list(runs["objects"]), name
        for metric in scores:
            expected = runs["objects"].tallies[metric]
            assert scores.tallies[metric].groups == expected.groups, (name, metric)
            assert np.array_equal(scores.tallies[metric].sums, expected.sums), (name, metric)


@settings(max_examples=15)
@given(st.lists(annotations(), min_size=1, max_size=3))
def test_what_parquet_gives_back_is_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, records: list[Annotation]
) -> None:
    _, table = write(tmp_path_factory.mktemp("rows"), "records", records)
    problems: list[goldwire.Problem] = []
    found = list(read_parquet(str(table), problems=problems))
    assert problems == []
    annotations_found = [record for record in found if isinstance(record, Annotation)]
    assert len(annotations_found) == len(found)
    assert [record.mentions for record in annotations_found] == [r.mentions for r in records]


def test_nulls_are_left_out_at_any_depth() -> None:
    assert without_nulls({"a": None, "b": [{"c": None, "d": 1}]}) == {"b": [{"d": 1}]}


def test_a_row_that_is_no_record_is_named() -> None:
    rows = [{"doc_id": "a", "mentions": []}, {"doc_id": "b", "mentionz": []}]
    with pytest.raises(DataError, match="predictions row 1"):
        goldwire.score([Annotation(doc_id="a", mentions=())], rows)


def test_a_file_that_is_no_parquet_is_a_problem(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "x.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match="no Parquet file"):
        goldwire.read(tmp_path / "x.parquet")


def test_a_link_that_leads_nowhere_keeps_its_null() -> None:
    link = {"kb": "wikidata", "id": None, "status": "to_verify", "evidence": None}
    rows = [{"doc_id": "a", "entities": [{"id": "e", "type": "PER", "links": [link]}]}]
    problems: list[goldwire.Problem] = []
    [record] = read_rows(rows, name="rows", problems=problems)
    assert problems == []
    assert isinstance(record, Annotation)
    assert isinstance(record.entities, tuple)
    assert record.entities[0].links[0].id is None
