from pathlib import Path

import pytest

from goldwire.errors import Problem
from goldwire.formats.native import read_annotations
from goldwire.model import Annotation


def read(data: bytes) -> tuple[list[str], list[Problem]]:
    problems: list[Problem] = []
    lines = data.splitlines(keepends=True)
    records = list(read_annotations(lines, name="run.jsonl", problems=problems))
    assert all(isinstance(record, Annotation) for record in records)
    return [record.doc_id for record in records], problems


@pytest.mark.parametrize(
    "data",
    [
        b'{"doc_id":"a"}\n{"doc_id":"b"}\n',
        b'{"doc_id":"a"}\n\n  \n{"doc_id":"b"}',
        b'[{"doc_id":"a"},{"doc_id":"b"}]',
        b'[\n {"doc_id":"a"},\n {"doc_id":"b"}\n]\n',
    ],
    ids=["lines", "blank lines", "array", "array over lines"],
)
def test_json_lines_and_arrays_give_the_same_records(data: bytes) -> None:
    assert read(data) == (["a", "b"], [])


@pytest.mark.parametrize(
    "data", [b'{"doc_id":"a"}', b'{\n "doc_id": "a"\n}\n', b'{"doc_id":"a",\n"mentions":[]}\n']
)
def test_a_single_record_may_stretch_over_lines(data: bytes) -> None:
    assert read(data) == (["a"], [])


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_file_is_a_problem(data: bytes) -> None:
    records, problems = read(data)
    assert records == []
    assert [problem.code for problem in problems] == ["GW701"]


def test_a_malformed_line_is_named_and_the_others_are_read() -> None:
    records, [problem] = read(b'{"doc_id":"a"}\n{"doc_id":\n{"doc_id":"c"}\n')
    assert records == ["a", "c"]
    assert (problem.code, problem.document, problem.pointer) == ("GW702", "run.jsonl", "line 2")


def test_every_malformed_line_is_named() -> None:
    _, problems = read(b'{"doc_id":"a"}\noops\n{"doc_id":"c"}\n{]\n')
    assert [problem.pointer for problem in problems] == ["line 2", "line 4"]


def test_a_broken_first_line_does_not_hide_the_records_after_it() -> None:
    records, [problem] = read(b'{"doc_id":"a"\n{"doc_id":"b"}\n')
    assert records == ["b"]
    assert problem.pointer == "line 1"


@pytest.mark.parametrize(
    ("data", "pointer", "word"),
    [
        (b'{"doc_id":"a","mentionz":[]}', "line 1 /mentionz", "unknown layer 'mentionz'"),
        (
            b'{"doc_id":"a","mentions":[{"label":"PER"}]}',
            "line 1 /mentions/0/label",
            "unknown field 'label'",
        ),
        (b'{"doc_id":3}', "line 1 /doc_id", "Expected `str`, got `int`"),
        (b'{"mentions":[]}', "line 1", "missing required field `doc_id`"),
        (
            b'{"doc_id":"a","mentions":[{"spans":[{"start":0,"end":1},{"start":5,"end":5}]}]}',
            "line 1 /mentions/0/spans/1",
            "got 5:5",
        ),
    ],
)
def test_a_record_of_the_wrong_shape_is_named_with_its_place(
    data: bytes, pointer: str, word: str
) -> None:
    records, [problem] = read(data)
    assert records == []
    assert (problem.code, problem.pointer) == ("GW703", pointer)
    assert word in problem.message


def test_a_faulty_record_of_an_array_is_named_by_its_position() -> None:
    records, [problem] = read(b'[{"doc_id":"a"},{"doc_id":"b","times":[{}]}]')
    assert records == ["a"]
    assert problem.pointer == "/1/times/0"


def test_bytes_that_are_not_utf8_are_a_problem_not_a_crash(tmp_path: Path) -> None:
    del tmp_path
    _, [problem] = read(b'{"doc_id":"\xff"}')
    assert problem.code == "GW702"
