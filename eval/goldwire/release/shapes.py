"""One description of a column's kind → Arrow types, card features, JSON Schema, Croissant types."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from goldwire.formats.released import Kind
from goldwire.release.views import TAGS

if TYPE_CHECKING:
    import pyarrow as pa

_JSON_TYPES = {"string": "string", "int64": "integer", "float64": "number", "bool": "boolean"}
CROISSANT_TYPES = {
    "string": "sc:Text",
    "int64": "sc:Integer",
    "float64": "sc:Float",
    "bool": "sc:Boolean",
}
TABLE_TYPES = {"string": "string", "int64": "integer", "float64": "number", "bool": "boolean"}


def arrow_schema(columns: Mapping[str, Kind]) -> "pa.Schema":
    """Give the Arrow schema of a view. It holds no metadata: the card declares the features."""
    import pyarrow as pa

    return pa.schema([pa.field(name, _arrow(kind)) for name, kind in columns.items()])


def _arrow(kind: Kind) -> "pa.DataType":
    import pyarrow as pa

    if isinstance(kind, list):
        return pa.list_(_arrow(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([pa.field(name, _arrow(member)) for name, member in kind.items()])
    if kind == TAGS:
        return pa.list_(pa.int64())
    return {
        "string": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
    }[kind]


def features(columns: Mapping[str, Kind], *, tags: Sequence[str]) -> list[dict[str, Any]]:
    """Give the features of a view as a dataset card lists them."""
    return [{"name": name} | _feature(kind, tags) for name, kind in columns.items()]


def _feature(kind: Kind, tags: Sequence[str]) -> dict[str, Any]:
    if isinstance(kind, dict):
        return {"struct": features(kind, tags=tags)}
    if isinstance(kind, list):
        member = kind[0]
        return {"list": features(member, tags=tags) if isinstance(member, dict) else member}
    if kind == TAGS:
        names = {str(number): tag for number, tag in enumerate(tags)}
        return {"list": {"dtype": {"class_label": {"names": names}}}}
    return {"dtype": kind}


def json_schema(columns: Mapping[str, Kind]) -> dict[str, Any]:
    """Give the JSON Schema of a view's rows: every column is there, null where nothing is said."""
    return {
        "type": "object",
        "required": list(columns),
        "properties": {name: _json(kind) for name, kind in columns.items()},
        "additionalProperties": False,
    }


def _json(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, dict):
        return {**json_schema(kind), "type": ["object", "null"]}
    if isinstance(kind, list):
        return {"type": ["array", "null"], "items": _json(kind[0])}
    if kind == TAGS:
        return {"type": ["array", "null"], "items": {"type": "integer", "minimum": 0}}
    return {"type": [_JSON_TYPES[kind], "null"]}
