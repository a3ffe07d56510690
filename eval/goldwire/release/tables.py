"""Tables: every view of every split as Parquet files, written as a stream.

The same rows give the same bytes with one version of pyarrow: schema, order, row groups,
compression and dictionaries are fixed, and no metadata is embedded. (`datasets` reads the features
from the card; what its own writer embeds breaks older versions of itself.)
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldwire.errors import UsageError
from goldwire.formats.released import ReleasedDocument
from goldwire.release.shapes import arrow_schema
from goldwire.release.views import VIEWS, View, numbered_tags

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetWriter

DOCUMENTS_PER_SHARD = 20_000
ROW_GROUP = 1_000


def shard_path(view: str, split: str, shard: int, n_shards: int) -> str:
    """Give the path of one Parquet file, from the release's root.

    >>> shard_path("mentions", "test", 0, 1)
    'data/mentions/test-00000-of-00001.parquet'
    """
    return f"data/{view}/{split}-{shard:05d}-of-{n_shards:05d}.parquet"


def n_shards_of(n_documents: int) -> int:
    """Give the number of files that a split of this many documents is cut into, at least one."""
    return max(1, -(-n_documents // DOCUMENTS_PER_SHARD))


class Tables:
    """Writes the tables of one split; documents are added in the split's order, then it is closed.

    Raises UsageError without pyarrow.
    """

    def __init__(
        self, root: Path, *, split: str, n_documents: int, entity_types: Sequence[str]
    ) -> None:
        self._root = root
        self._split = split
        self._n_shards = n_shards_of(n_documents)
        self._numbers = numbered_tags(entity_types)
        self._n_added = 0
        self._writers: dict[str, ParquetWriter] = {}
        self._waiting: dict[str, list[dict[str, Any]]] = {view.name: [] for view in VIEWS}
        self.n_rows: dict[str, int] = {}
        self.n_bytes: dict[str, int] = {}

    def add(self, row: ReleasedDocument, *, written: dict[str, Any], text: str | None) -> None:
        """Write a document's rows; `written` is its row of `documents`.

        `text` is its exact text, whatever of it may be shown.
        """
        if self._n_added % DOCUMENTS_PER_SHARD == 0:
            self._next_shard()
        self._n_added += 1
        for view in VIEWS:
            waiting = self._waiting[view.name]
            is_whole = view.name == VIEWS[0].name
            waiting.extend([written] if is_whole else view.rows(row, text, self._numbers))
            if len(waiting) >= ROW_GROUP:
                self._flush(view)

    def close(self) -> None:
        """Write what waits and finish the files; a split without documents gets empty ones."""
        if not self._n_added:
            self._next_shard()
        self._finish_shard()

    def _next_shard(self) -> None:
        self._finish_shard()
        shard = self._n_added // DOCUMENTS_PER_SHARD
        for view in VIEWS:
            place = shard_path(view.name, self._split, shard, self._n_shards)
            self.n_rows[place] = 0
            self._writers[view.name] = _writer(self._root / place, view)

    def _finish_shard(self) -> None:
        for view in VIEWS:
            if view.name in self._writers:
                self._flush(view)
                self._writers.pop(view.name).close()

    def _flush(self, view: View) -> None:
        import pyarrow as pa

        rows = self._waiting[view.name]
        if not rows:
            return
        shard = (self._n_added - 1) // DOCUMENTS_PER_SHARD if self._n_added else 0
        self.n_rows[shard_path(view.name, self._split, shard, self._n_shards)] += len(rows)
        table = pa.Table.from_pylist(rows, schema=arrow_schema(view.columns))
        self.n_bytes[view.name] = self.n_bytes.get(view.name, 0) + table.nbytes
        self._writers[view.name].write_table(table, row_group_size=ROW_GROUP)
        rows.clear()


def _writer(path: Path, view: View) -> "ParquetWriter":
    try:
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise UsageError("building a release needs pyarrow: pip install 'goldwire[hub]'") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    return ParquetWriter(
        path,
        arrow_schema(view.columns),
        version="2.6",
        compression="zstd",
        compression_level=9,
        use_dictionary=True,
        write_statistics=True,
        write_page_index=True,
        data_page_version="1.0",
        store_schema=False,
    )
