"""What can be sliced by: properties of items, documents, and fields of the document record.

A *slicing* (`zone`, `document.source.publisher`) makes *slices* (`headline`,
`source.publisher=The Kremlin`), which are what addresses of numbers name.
"""

import difflib
from collections.abc import Iterator
from functools import cache
from typing import get_args, get_type_hints

import msgspec

from goldwire.errors import UsageError
from goldwire.model import Document
from goldwire.pairing import GoldDocument
from goldwire.slices import SLICERS, UNKNOWN

DOCUMENT = "document"


def check_slicing(name: str) -> str:
    """Give the name of a slicing back, or raise UsageError that lists what there is."""
    if name in SLICERS or name == DOCUMENT:
        return name
    fields = document_fields()
    if name in fields:
        return name
    near = difflib.get_close_matches(name, [*SLICERS, DOCUMENT, *fields], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"for example {fields[0]}"
    raise UsageError(
        f"cannot slice by {name!r}: choose from {', '.join((*SLICERS, DOCUMENT))}, or "
        f"{DOCUMENT}.FIELD with a field of the document record; {hint}"
    )


@cache
def document_fields() -> tuple[str, ...]:
    """Name the slicings by fields of the document record."""
    return tuple(f"{DOCUMENT}.{path}" for path in _paths(Document))


def slicing_of(name: str) -> str:
    """Tell which slicing makes the slice of this name; raises UsageError when none can.

    >>> slicing_of("nested"), slicing_of("level=NAM"), slicing_of("source.publisher=The Kremlin")
    ('nesting', 'level', 'document.source.publisher')
    """
    if name in {"nested", "flat"}:
        return "nesting"
    kind, equals, _ = name.partition("=")
    if not equals:
        return "zone"
    return check_slicing(kind if kind in SLICERS or kind == DOCUMENT else f"{DOCUMENT}.{kind}")


def document_slice(item: GoldDocument, slicing: str) -> str:
    """Name the slice of a gold document under `document` or `document.FIELD`.

    The field is taken from the document record or, without one, from the annotation record. Several
    values are joined by `+`, in order.
    """
    if slicing == DOCUMENT:
        return f"{DOCUMENT}={item.doc_id}"
    path = slicing.removeprefix(f"{DOCUMENT}.")
    value: object = item.annotation if item.document is None else item.document
    for step in path.split("."):
        value = getattr(value, step, None)
    return f"{path}={_words(value)}"


def is_of_documents(slicing: str) -> bool:
    """Claim that a slicing puts whole documents into slices."""
    return slicing.partition(".")[0] == DOCUMENT


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return "+".join(map(_words, value)) or UNKNOWN
    words = getattr(value, "name", value)
    return UNKNOWN if words is None else str(words)


def _paths(kind: type[msgspec.Struct]) -> Iterator[str]:
    """Walk the fields of a record that hold plain values, or values with a name."""
    hints = get_type_hints(kind)
    for name in kind.__struct_fields__:
        inner = [one for one in get_args(hints[name]) or (hints[name],) if _is_record(one)]
        if not inner or any("name" in one.__struct_fields__ for one in inner):
            yield name
        for one in inner:
            if get_args(hints[name])[1:] != (...,):
                yield from (f"{name}.{path}" for path in _paths(one))


def _is_record(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
