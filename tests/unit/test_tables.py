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
from goldwire.labels import LabelMap
from goldwire.model import Annotation, Entity, Link, Mention, Span
from goldwire.selection import Selection
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


def many(n: int, **changes: dict[str, object]) -> list[dict[str, object]]:
    """Make rows with a mention each; `changes` replace the mention of row `at_…`."""
    rows: list[dict[str, object]] = []
    for at in range(n):
        mention: dict[str, object] = {"type": "PER", "spans": [{"start": at, "end": at + 2}]}
        rows.append({"doc_id": f"d{at}", "mentions": [changes.get(f"at_{at}", mention)]})
    return rows


def test_a_faulty_row_of_a_parquet_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    backwards: dict[str, object] = {"type": "PER", "spans": [{"start": 9, "end": 4}]}
    rows = many(2500, at_1500=backwards)
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "x.parquet")
    problems: list[goldwire.Problem] = []
    found = list(read_parquet(str(tmp_path / "x.parquet"), problems=problems))
    assert len(found) == 2499
    assert [(problem.code, problem.pointer) for problem in problems] == [
        ("GW703", "row 1500 /mentions/0/spans/0")
    ]
    assert "0 <= start < end, got 9:4" in problems[0].message


def test_tables_in_any_order_and_of_any_size_score_like_json_lines(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = many(2300, at_7={"type": "ORG", "spans": [{"start": 3, "end": 5}]})
    gold, predicted = tmp_path / "gold.parquet", tmp_path / "predicted.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(many(2300)), gold)
    parquet.write_table(pyarrow.Table.from_pylist([*rows[1100:], *rows[5:1100]]), predicted)
    lines = tmp_path / "predicted.jsonl"
    lines.write_bytes(ENCODER.encode_lines(rows[5:]))
    from_table, from_lines = (
        goldwire.score(str(gold), str(path), metrics=["mentions/strict", "mentions/overlap"])
        for path in (predicted, lines)
    )
    for name in from_table:
        assert from_table.tallies[name].groups == from_lines.tallies[name].groups
        assert np.array_equal(from_table.tallies[name].sums, from_lines.tallies[name].sums)
    # 2,300 gold mentions, of which 5 have no prediction and one has another label.
    assert from_table.tallies["mentions/strict"].row("PER").tolist() == [2294, 2294, 2294, 2300]


def test_labels_mapped_and_restricted_are_the_same_from_tables(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = tmp_path / "x.parquet"
    person: dict[str, object] = {"type": "PERSON", "spans": [{"start": 0, "end": 5}]}
    parquet.write_table(pyarrow.Table.from_pylist(many(3, at_0=person)), table)
    selection = Selection(label_map=LabelMap.parse(["PERSON=PER"]), labels=frozenset({"PER"}))
    scores = goldwire.score(str(table), str(table), metrics=["mentions/exact"], selection=selection)
    # Gold's PERSON is not among the labels, so the mapped prediction is spurious.
    assert scores.tallies["mentions/exact"].row("PER").tolist() == [2, 3, 2, 2]


def test_a_link_that_leads_nowhere_keeps_its_null_in_a_table(tmp_path: Path) -> None:
    links = tuple(Link(kb="wikidata", id=name, status="to_verify") for name in (None, "Q1"))
    records = [
        Annotation(
            doc_id=str(at),
            entities=(Entity(id="e", type="PER", links=(link,)),),
            mentions=(Mention(entity="e", spans=(Span(0, 3),)),),
        )
        for at, link in enumerate(links)
    ]
    for n in (1, 2):
        _, table = write(tmp_path, f"of {n}", records[:n])
        assert list(goldwire.read(table)) == records[:n]
        scores = goldwire.score(str(table), str(table), metrics=["mentions/strict"])
        assert scores.pairing.problems == []


@pytest.mark.parametrize("name", ["x.jsonl", "x.parquet"])
def test_a_fault_in_a_layer_that_no_metric_needs_is_still_reported(
    tmp_path: Path, name: str
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = many(3)
    for at, row in enumerate(rows):
        row["values"] = [{"type": "QUANT", "value": 2.0, "unit": ["km", "mi"][at % 2]}]
    faulty = [{**row, "times": [{"type": "DATE", "anchr": "t0"}]} for row in rows]
    lines, table = tmp_path / "x.jsonl", tmp_path / "x.parquet"
    lines.write_bytes(ENCODER.encode_lines(faulty))
    parquet.write_table(pyarrow.Table.from_pylist(faulty), table)
    with pytest.raises(DataError) as raised:
        goldwire.score(
            list(map(records_of, rows)), str(tmp_path / name), metrics=["mentions/strict"]
        )
    assert {(problem.code, problem.message) for problem in raised.value.problems} == {
        ("GW703", "unknown field 'anchr'")
    }
    assert len(raised.value.problems) == 3


def records_of(row: dict[str, object]) -> Annotation:
    return msgspec.convert(row, Annotation)


def test_a_link_that_leads_nowhere_keeps_its_null() -> None:
    link = {"kb": "wikidata", "id": None, "status": "to_verify", "evidence": None}
    rows = [{"doc_id": "a", "entities": [{"id": "e", "type": "PER", "links": [link]}]}]
    problems: list[goldwire.Problem] = []
    [record] = read_rows(rows, name="rows", problems=problems)
    assert problems == []
    assert isinstance(record, Annotation)
    assert isinstance(record.entities, tuple)
    assert record.entities[0].links[0].id is None
