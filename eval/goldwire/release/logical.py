"""What a file says, apart from how its bytes came out: the logical hash.

Parquet of another library version, or a file that quotes such a file's digest, has other bytes and
says the same. So rows are hashed as canonical JSON lines (keys sorted, no spaces, UTF-8), JSON
without digests and sizes of other files, and everything else by its bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from goldwire.errors import UsageError
from goldwire.resources import sha256_of

PHYSICAL = frozenset({"sha256", "bytes", "hash", "contentSize"})
"""Keys under which a JSON file quotes other files' bytes."""
QUOTING = frozenset({"croissant.json", "datapackage.json"})
"""The files that do."""


def canonical(value: Any) -> bytes:
    r"""Write a JSON value in its one canonical form.

    >>> canonical({"b": 1, "a": ["é", None]})
    b'{"a":["\xc3\xa9",null],"b":1}'
    """
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def hash_rows(rows: Iterable[Any]) -> str:
    """Hash rows as canonical JSON lines."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical(row) + b"\n")
    return digest.hexdigest()


def logical_hash(path: Path) -> str:
    """Hash what a file says; raises UsageError for Parquet without pyarrow."""
    if path.suffix == ".parquet":
        return hash_rows(parquet_rows(path))
    if path.suffix == ".jsonl":
        with path.open("rb") as lines:
            return hash_rows(json.loads(line) for line in lines)
    if path.name in QUOTING:
        return hash_rows([_logical(json.loads(path.read_bytes()))])
    return sha256_of(path)


def parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Stream the rows of a Parquet file; raises UsageError without pyarrow."""
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise UsageError(f"reading {path} needs pyarrow: pip install 'goldwire[hub]'") from error
    with ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1_000):
            yield from batch.to_pylist()


def _logical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _logical(item) for key, item in value.items() if key not in PHYSICAL}
    if isinstance(value, list):
        return [_logical(item) for item in value]
    return value
