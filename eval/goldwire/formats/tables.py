"""Records as rows of a table: Parquet files, and datasets whose rows are dictionaries.

A row has the keys of a record; columns of other meaning are refused, and null stands for absence.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, cast

import msgspec

from goldwire.errors import Problem, UsageError
from goldwire.formats.frames import Frame
from goldwire.formats.native import invalid
from goldwire.formats.nulls import without_nulls
from goldwire.formats.released import ReleasedDocument, is_released, read_released
from goldwire.model import LAYERS, Annotation, ArticleSource, TextRef

SUFFIXES = (".parquet",)
BATCH_SIZE = 1_000


class Batch:
    """Some rows of a table, each a record without fault, as columns."""

    def __init__(self, array: Any) -> None:
        self.array = array
        frame = Frame(array)
        self.doc_ids: list[str] = frame.objects("doc_id")
        self.has = {name: frame.has(name) for name in (*LAYERS, "source", "text_ref")}
        layers = [layer for layer in LAYERS if self.has[layer].any()]
        self.attempted = tuple(layers) if all(self.has[layer].all() for layer in layers) else None

    def rows(self, places: Sequence[int]) -> Frame:
        """Give the rows at these places, in this order; an empty one for -1."""
        import pyarrow as pa

        first, n = places[0], len(places)
        if first >= 0 and places == list(range(first, first + n)):
            return Frame(self.array.slice(first, n))
        wanted = pa.array([None if place < 0 else place for place in places], "int64")
        return Frame(self.array.take(wanted))

    def __iter__(self) -> Iterator["Row"]:
        return map(Row, repeat(self), range(len(self.doc_ids)), self.doc_ids)


class Row:
    """One record of a batch; it becomes an `Annotation` when somebody asks for more than its id."""

    __slots__ = ("_record", "at", "batch", "doc_id")

    def __init__(self, batch: Batch, at: int, doc_id: str) -> None:
        self.batch = batch
        self.at = at
        self.doc_id = doc_id
        self._record: Annotation | None = None

    def attempted(self) -> tuple[str, ...]:
        """Name the layers that are present, as `Annotation.attempted` does."""
        if self.batch.attempted is not None:
            return self.batch.attempted
        return tuple(layer for layer in LAYERS if self.batch.has[layer][self.at])

    @property
    def source(self) -> ArticleSource | None:
        """What the record says of the article."""
        return self.record.source if self.batch.has["source"][self.at] else None

    @property
    def text_ref(self) -> TextRef | None:
        """The text that the record was made on."""
        return self.record.text_ref if self.batch.has["text_ref"][self.at] else None

    @property
    def record(self) -> Annotation:
        """The whole record."""
        if self._record is None:
            value = self.batch.array[self.at].as_py()
            self._record = msgspec.convert(without_nulls(value), Annotation)
        return self._record

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)


def row_of(record: Annotation | None) -> Row | None:
    """Give the row that the record still is, None where it is a record of its own."""
    found: object = record
    return found if isinstance(found, Row) else None


def whole(record: Annotation) -> Annotation:
    """Give the record itself where it was read as the row of a table."""
    row = row_of(record)
    return record if row is None else row.record


def read_parquet(path: str, *, problems: list[Problem]) -> Iterator[Annotation | ReleasedDocument]:
    """Stream the records of a Parquet file; rows that are none are added to `problems`.

    Raises UsageError without pyarrow.
    """
    for record in scan_parquet(path, problems=problems):
        yield record if isinstance(record, ReleasedDocument) else whole(record)


def scan_parquet(path: str, *, problems: list[Problem]) -> Iterator[Annotation | ReleasedDocument]:
    """Stream the records of a Parquet file as `read_parquet` does, but leave them in the table.

    What is given behaves as an `Annotation`, which is made of it when a layer is asked for; only
    building columns knows better. A batch with any doubtful row is converted row by row.
    """
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile, read_metadata
    except ImportError as error:
        raise UsageError(f"reading {path} needs pyarrow: pip install 'goldwire[hub]'") from error
    from goldwire.formats.fitting import fits

    try:
        before = 0
        schema = read_metadata(path).schema
        columns = [schema.column(at) for at in range(len(schema))]
        texts = [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]
        file = ParquetFile(path, read_dictionary=texts)
        for table in file.iter_batches(batch_size=BATCH_SIZE, use_threads=False):
            array = table.to_struct_array()
            if fits(array):
                yield from cast("Iterator[Annotation]", iter(Batch(array)))
            else:
                rows = array.to_pylist()
                yield from read_rows(rows, name=path, problems=problems, first=before)
            before += len(array)
    except ArrowInvalid as error:
        problems.append(Problem("GW702", "", f"no Parquet file: {error}", document=path))


def read_rows(
    rows: Iterable[Mapping[str, Any]], *, name: str, problems: list[Problem], first: int = 0
) -> Iterator[Annotation | ReleasedDocument]:
    """Turn rows into records; one that is none is added to `problems` with its number.

    `first` is the number of the first row. A row of a release's config `documents` gives record and
    text as well.
    """
    for number, row in enumerate(rows, start=first):
        try:
            yield (
                read_released(row)
                if is_released(row)
                else msgspec.convert(without_nulls(row), Annotation)
            )
        except msgspec.ValidationError as error:
            problems.append(invalid(str(error), name=name, place=f"row {number}"))
