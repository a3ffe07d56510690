"""JSON files as they are found: one value, an array of values, or a value a line."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from goldwire.formats.ledger import Ledger

N_FIRST = 50
"""How many records are looked at to recognise a format."""


def first_values(data: bytes) -> tuple[object, ...]:
    """Give the first few JSON values of a file, none when it is no JSON."""
    data = data.removeprefix(BOM_UTF8).lstrip()
    if data[:1] not in {b"{", b"["}:
        return ()
    line, _, rest = data.partition(b"\n")
    first = _value(line)
    if first is not _BAD and rest.strip():
        values = [first]
        for line in rest.splitlines():
            if len(values) == N_FIRST:
                break
            if line.strip() and (value := _value(line)) is not _BAD:
                values.append(value)
        return tuple(values)
    whole = first if first is not _BAD else _value(data)
    if whole is _BAD:
        return ()
    return tuple(whole[:N_FIRST]) if isinstance(whole, list) else (whole,)


def values(data: bytes, ledger: Ledger) -> Iterator[tuple[str, object]]:
    """Give every JSON value of a file with its place: a line, or the index in an array.

    A line that is no JSON is entered as a fault, as is a file without any value.
    """
    data = data.removeprefix(BOM_UTF8)
    whole = _value(data)
    if isinstance(whole, list):
        for at, value in enumerate(whole):
            yield f"/{at}", value
    elif whole is not _BAD:
        yield "", whole
    elif not data.strip():
        ledger.refuse(
            "GW701", "", "the file is empty", fix="check that the extractor wrote to this file"
        )
    else:
        yield from _lines(data, ledger)


def _lines(data: bytes, ledger: Ledger) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        value = _value(line)
        if value is _BAD:
            ledger.refuse(
                "GW702",
                f"line {number}",
                "malformed JSON",
                found=repr(line[:60].decode("utf-8", "replace")) + ("…" if len(line) > 60 else ""),
                expected="one complete JSON value a line",
                fix="correct the line, or pass --on-error=count to score without it",
            )
        else:
            yield f"line {number}", value


_BAD = object()


def _value(data: bytes) -> object:
    """Decode one value; lone surrogates and NaN, which msgspec refuses, are left to json."""
    for decode in _DECODERS:
        try:
            return decode(data)
        except (ValueError, RecursionError):
            continue
    return _BAD


_DECODERS: tuple[Callable[[bytes], object], ...] = (msgspec.json.decode, json.loads)


def objects(value: object) -> list[Mapping[str, object]]:
    """Give the JSON objects of a list; nothing for what is no list."""
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def items_of(value: object) -> list[object]:
    """Give the elements of a list; nothing for what is no list."""
    return value if isinstance(value, list) else []


def field_of(value: object, *keys: str) -> object:
    """Follow keys into nested objects; None where one is lacking."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def dumped(values: Iterable[object]) -> bytes:
    """Write values as JSON Lines in UTF-8."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()
