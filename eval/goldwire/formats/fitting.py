"""Whether all rows of an Arrow array are records without fault, decided column by column.

It is the fast answer to what `msgspec.convert` says of each row without its nulls. It may doubt
rows that are fine, which are then converted one by one, but never passes one that has a fault.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from msgspec import inspect

from goldwire.model import SURFACES, Annotation, Span

INTEGERS = frozenset(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"))
NUMBERS = INTEGERS | {"float", "double"}
STRINGS = frozenset(("string", "large_string"))


def fits(array: Any) -> bool:
    """Claim that every row of a struct array is an annotation record."""
    return _fits(array, _record())


@cache
def _record() -> inspect.Type:
    return inspect.type_info(Annotation)


def _fits(array: Any, wanted: Any) -> bool:
    """Claim that every value of an array without nulls is of a type; an empty array fits all."""
    check = _CHECKS.get(type(wanted))
    return not len(array) or (check is not None and check(array, wanted))


def _union_fits(array: Any, wanted: inspect.UnionType) -> bool:
    return any(_fits(array, one) for one in wanted.types)


def _list_fits(array: Any, wanted: inspect.VarTupleType) -> bool:
    if not str(array.type).startswith(("list<", "large_list<")):
        return False
    items = array.flatten()
    return not items.null_count and _fits(items, wanted.item_type)


def _literal_fits(array: Any, wanted: inspect.LiteralType) -> bool:
    return _is_text(array) and set(array.unique().to_pylist()) <= set(wanted.values)


def _is_text(array: Any) -> bool:
    values = array.type.value_type if str(array.type).startswith("dictionary<") else array.type
    return str(values) in STRINGS


def _struct_fits(array: Any, wanted: inspect.StructType) -> bool:
    if not str(array.type).startswith("struct<"):
        return False
    fields = {field.encode_name: field for field in wanted.fields}
    columns = dict(zip((field.name for field in array.type), array.flatten(), strict=True))
    if len(columns) < array.type.num_fields:
        return False
    for name, column in columns.items():
        if column.null_count == len(column):
            continue
        # Words without a place are to be grounded, which takes the record itself.
        if name not in fields or name in SURFACES:
            return False
        present = column.drop_null() if column.null_count else column
        if not _fits(present, fields[name].type):
            return False
    for name, field in fields.items():
        if field.required and (
            name not in columns or (columns[name].null_count and not _may_be_null(field.type))
        ):
            return False
    return wanted.cls is not Span or _spans_are_sound(columns["start"], columns["end"])


def _may_be_null(wanted: inspect.Type) -> bool:
    """Claim that a required field may hold null, as a link's id does."""
    return isinstance(wanted, inspect.UnionType) and wanted.includes_none


def _spans_are_sound(starts: Any, ends: Any) -> bool:
    start, end = (column.to_numpy(zero_copy_only=False) for column in (starts, ends))
    return bool(np.all((start >= 0) & (start < end)))


_CHECKS: dict[type, Callable[[Any, Any], bool]] = {
    inspect.UnionType: _union_fits,
    inspect.StructType: _struct_fits,
    inspect.VarTupleType: _list_fits,
    inspect.LiteralType: _literal_fits,
    inspect.StrType: lambda array, _: _is_text(array),
    inspect.IntType: lambda array, _: str(array.type) in INTEGERS,
    inspect.FloatType: lambda array, _: str(array.type) in NUMBERS,
    inspect.BoolType: lambda array, _: str(array.type) == "bool",
}
