"""Rows of an Arrow table as records without being taken apart: whole columns as numpy arrays.

A `Frame` wraps a struct array of pyarrow, which this module never imports. Its rows must be records
without fault: `goldwire.formats.fitting` says whether they are.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOTHING = -1
"""Stands where a row has no value."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of strings: `names[code[i]]` is row i's, and `NOTHING` says that it has none."""

    code: Ints
    names: tuple[str, ...]


class Frame:
    """The rows of a struct array, or of None: `n` rows without any value.

    An absent field has no value in any row.
    """

    def __init__(self, array: Any, n: int = 0) -> None:
        self.array = array
        self.n = n if array is None else len(array)

    def __len__(self) -> int:
        return self.n

    @cached_property
    def _fields(self) -> dict[str, Any]:
        """The columns that hold any value, as if a row that is null had null in all of them."""
        if self.array is None or str(self.array.type) == "null":
            return {}
        names = [field.name for field in self.array.type]
        columns = zip(names, self.array.flatten(), strict=True)
        return {name: column for name, column in columns if column.null_count < len(column)}

    def has(self, name: str) -> NDArray[np.bool_]:
        """Claim of each row that it has a value."""
        column = self._fields.get(name)
        if column is None:
            return np.zeros(len(self), dtype=np.bool_)
        valid: NDArray[np.bool_] = column.is_valid().to_numpy(zero_copy_only=False)
        return valid

    def objects(self, name: str) -> list[Any]:
        """Give a column as Python values, None where there is none."""
        column = self._fields.get(name)
        return [None] * len(self) if column is None else column.to_pylist()

    def texts(self, name: str) -> Texts | None:
        """Give a column of strings, None when no row has one; every name occurs."""
        column = self._fields.get(name)
        if column is None:
            return None
        if not str(column.type).startswith("dictionary"):
            column = column.dictionary_encode()
        code = _integers(column.indices)
        occurs = np.bincount(code[code != NOTHING], minlength=len(column.dictionary)) > 0
        names = column.dictionary.to_pylist()
        if not occurs.all():
            code = np.append(np.cumsum(occurs) - 1, NOTHING)[code]
            names = [name for name, found in zip(names, occurs, strict=True) if found]
        return Texts(code, tuple(names))

    def integers(self, name: str) -> Ints | None:
        """Give a column of integers from 0 up, None when no row has one."""
        column = self._fields.get(name)
        return None if column is None else _integers(column)

    def floats(self, name: str) -> Floats | None:
        """Give a column of numbers, nan for nothing; None when no row has one."""
        column = self._fields.get(name)
        if column is None:
            return None
        numbers: Floats = column.to_numpy(zero_copy_only=False).astype(np.float64)
        return numbers

    def part(self, name: str) -> "Frame":
        """Give a struct column, row by row."""
        column = self._fields.get(name)
        return Frame(column, len(self))

    def items(self, name: str) -> tuple[Ints, "Frame"]:
        """Give the structs of a column of lists, and how many of them each row has."""
        column = self._fields.get(name)
        if column is None:
            return np.zeros(len(self), dtype=np.int64), Frame(None)
        counts = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        return counts.astype(np.int64), Frame(column.flatten())


def _integers(column: Any) -> Ints:
    if column.null_count:
        column = column.cast("int64").fill_null(NOTHING)
    numbers: Ints = column.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return numbers
