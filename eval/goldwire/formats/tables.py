"""Records as rows of a table: Parquet files, and datasets whose rows are dictionaries.

A row has the keys of a record; columns of other meaning are refused, and null stands for absence.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from goldwire.errors import Problem, UsageError
from goldwire.formats.native import invalid
from goldwire.model import Annotation

SUFFIXES = (".parquet",)
BATCH_SIZE = 1_000


def read_parquet(path: str, *, problems: list[Problem]) -> Iterator[Annotation]:
    """Stream the records of a Parquet file; rows that are none are added to `problems`.

    Raises UsageError without pyarrow.
    """
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise UsageError(f"reading {path} needs pyarrow: pip install 'goldwire[hub]'") from error
    try:
        batches = ParquetFile(path).iter_batches(batch_size=BATCH_SIZE)
        rows = (row for batch in batches for row in batch.to_pylist())
        yield from read_rows(rows, name=path, problems=problems)
    except ArrowInvalid as error:
        problems.append(Problem("GW702", "", f"no Parquet file: {error}", document=path))


def read_rows(
    rows: Iterable[Mapping[str, Any]], *, name: str, problems: list[Problem]
) -> Iterator[Annotation]:
    """Turn rows into records; a row that is none is added to `problems` with its number, from 0."""
    for number, row in enumerate(rows):
        try:
            yield msgspec.convert(without_nulls(row), Annotation)
        except msgspec.ValidationError as error:
            problems.append(invalid(str(error), name=name, place=f"row {number}"))


def without_nulls(value: Any) -> Any:
    """Leave out nulls, at any depth: tables must have a value in every column, records need not.

    A link says by a null `id` that it leads nowhere: that one stays.
    """
    if isinstance(value, Mapping):
        is_link = "kb" in value
        return {
            key: without_nulls(item)
            for key, item in value.items()
            if item is not None or (is_link and key == "id")
        }
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
