"""The rows of a release: document record, gold and, where it may be passed on, text, in one record.

A row has the same columns in every profile and every format (JSON Lines, Parquet, a
`datasets.Dataset`), all of them explicit: null where a document has nothing to say. A layer that
is null was not annotated; an empty one was, and nothing was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import UNSET, UnsetType

from goldwire.formats.nulls import without_nulls
from goldwire.model import (
    LAYERS,
    RECORDS,
    SURFACES,
    Agent,
    Annotation,
    Argument,
    ArticleSource,
    Document,
    Mention,
    Provenance,
    Record,
    Rights,
    TextRef,
    Value,
    Zone,
)

TextStatus = Literal["full", "masked", "withheld"]

Kind = str | list[Any] | dict[str, Any]
"""The type of a column: `string`, `int64`, `float64` or `bool`; `[kind]`, a list; a dict, a struct
with the kinds of its fields."""

OMITTED = SURFACES | {"score"}
"""Fields that predictions have and gold never has."""


class Block(Record, frozen=True, kw_only=True, gc=False):
    """A stretch of the text, long enough that nobody can guess it, and the digest of its words."""

    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReleasedDocument:
    """One row: what a release says about a document.

    `text` is what may be passed on: the text, its masked shape, or nothing, as `text_status` says.
    `sealed` holds the withheld words under a key that only who has the text can derive.
    """

    document: Document
    annotation: Annotation
    text: str | None
    text_status: TextStatus
    blocks: tuple[Block, ...] = ()
    sealed: str | None = None
    canary: str | None = None

    @property
    def doc_id(self) -> str:
        """The document's id."""
        return self.document.doc_id

    @property
    def own_text(self) -> str | None:
        """The document's exact text, None where the release withholds or masks it."""
        return self.text if self.text_status == "full" else None


def _kind_of(annotation: Any, *, owner: type) -> Kind:
    """Give the column kind of a field's type; unions with None and UNSET are nullable anyway."""
    if get_origin(annotation) is Literal:
        return "string"
    if get_origin(annotation) is tuple:
        return [_kind_of(get_args(annotation)[0], owner=owner)]
    members = [
        member for member in get_args(annotation) if member not in (type(None), UnsetType, UNSET)
    ]
    if members:
        return _kind_of(members[0], owner=owner)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return struct_kind(annotation)
    return {str: "string", int: "int64", float: "float64", bool: "bool"}[annotation]


def struct_kind(record: type[msgspec.Struct]) -> dict[str, Kind]:
    """Give the column kinds of a record's fields, in their order.

    The value of a quantity may be a number or words: it has a column for each.
    """
    kinds: dict[str, Kind] = {}
    for item in msgspec.structs.fields(record):
        if item.name in OMITTED or (record is Argument and item.name == "span"):
            continue
        if record is Mention and item.name == "type":
            kinds[item.name] = "string"
        elif record is Value and item.name == "value":
            kinds |= {"value": "string", "number": "float64"}
        else:
            kinds[item.name] = _kind_of(item.type, owner=record)
    return kinds


COLUMNS: dict[str, Kind] = {
    "doc_id": "string",
    "language": "string",
    "text": "string",
    "text_status": "string",
    "text_ref": struct_kind(TextRef),
    "source": struct_kind(ArticleSource),
    "zones": [struct_kind(Zone)],
    "provenance": [struct_kind(Provenance)],
    "rights": struct_kind(Rights),
    "schema_version": "string",
    "guideline_version": "string",
    "annotator": struct_kind(Agent),
    **{layer: [struct_kind(RECORDS[layer])] for layer in LAYERS},
    "blocks": [struct_kind(Block)],
    "sealed": "string",
    "canary": "string",
}
"""Every column of a row with its kind, in order."""

_DOCUMENT = ("doc_id", "language", "text_ref", "source", "zones", "provenance", "rights")
_ANNOTATION = ("doc_id", "schema_version", "guideline_version", "annotator", *LAYERS)


def is_released(row: Mapping[str, Any]) -> bool:
    """Claim that a row is one of a release, not an annotation record."""
    return "text_status" in row and "text_ref" in row


def released_row(item: ReleasedDocument) -> dict[str, Any]:
    """Write a document as a row with every column of `COLUMNS`."""
    document, annotation = item.document, item.annotation
    given = {
        **{name: getattr(document, name) for name in _DOCUMENT},
        **{name: getattr(annotation, name) for name in _ANNOTATION if name != "doc_id"},
        "schema_version": document.schema_version,
        "text": item.text,
        "text_status": item.text_status,
        "blocks": item.blocks,
        "sealed": item.sealed,
        "canary": item.canary,
    }
    return {name: _explicit(given[name]) for name in COLUMNS}


def _explicit(value: Any) -> Any:
    if value is UNSET:
        return None
    if isinstance(value, tuple):
        return [_explicit(member) for member in value]
    if not isinstance(value, msgspec.Struct):
        return value
    row = {name: _explicit(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Value):
        is_number = isinstance(value.value, int | float)
        row |= {
            "value": None if is_number else value.value,
            "number": float(value.value) if isinstance(value.value, int | float) else None,
        }
    return {name: row[name] for name in _columns_of(type(value))}


@cache
def _columns_of(record: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(struct_kind(record))


def read_released(row: Mapping[str, Any]) -> ReleasedDocument:
    """Read a row; raises msgspec.ValidationError for one that has not the shape of `COLUMNS`."""
    found = without_nulls(row)
    unknown = sorted(set(found) - set(COLUMNS))
    if unknown:
        raise msgspec.ValidationError(f"Object contains unknown field `{unknown[0]}`")
    values = []
    for value in found.get("values", ()):
        number = value.pop("number", None)
        values.append(value if number is None else {**value, "value": number})
    if "values" in found:
        found["values"] = values
    document = msgspec.convert(
        {name: found[name] for name in (*_DOCUMENT, "schema_version") if name in found}, Document
    )
    annotation = msgspec.convert(
        {
            **{name: found[name] for name in _ANNOTATION if name in found},
            "annotation_set": "gold",
            "text_ref": {
                name: found["text_ref"][name]
                for name in ("sha256", "code_points")
                if name in found["text_ref"]
            },
        },
        Annotation,
    )
    return ReleasedDocument(
        document=document,
        annotation=annotation,
        text=found.get("text"),
        text_status=msgspec.convert(found.get("text_status"), TextStatus),
        blocks=msgspec.convert(found.get("blocks", ()), tuple[Block, ...]),
        sealed=found.get("sealed"),
        canary=found.get("canary"),
    )
