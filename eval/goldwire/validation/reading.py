"""Bytes → a JSON value, or the problem with its line and column."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from goldwire.errors import Problem


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed file: its value unless it is malformed, and what is wrong with it as a file."""

    value: Any
    problems: tuple[Problem, ...] = ()
    is_parsed: bool = True


class _Repetitive(dict[str, Any]):
    """An object in which keys stood more than once."""

    repeated: tuple[str, ...] = ()


def parse_json(data: bytes, *, name: str) -> Parsed:
    """Parse strict JSON: UTF-8, no repeated keys, no NaN or Infinity."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem(
            "GW002",
            f"line {line}",
            "the file is not UTF-8",
            document=name,
            found=f"byte 0x{data[error.start]:02x} at byte offset {error.start}",
            fix="save the file as UTF-8",
        )
        return Parsed(None, (problem,), is_parsed=False)
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        problem = Problem(
            "GW003",
            f"line {error.lineno} column {error.colno}",
            f"malformed JSON: {error.msg}",
            document=name,
            found=repr(text[error.pos : error.pos + 20])
            if error.pos < len(text)
            else "end of file",
        )
        return Parsed(None, (problem,), is_parsed=False)
    except (_ConstantError, RecursionError) as error:
        problem = Problem("GW003", "", f"malformed JSON: {error}", document=name)
        return Parsed(None, (problem,), is_parsed=False)
    return Parsed(value, tuple(_repetitions(value, "", name=name)))


class _ConstantError(ValueError):
    """NaN or an infinity, which JSON does not have."""


def _refuse(constant: str) -> NoReturn:
    raise _ConstantError(f"{constant} is no JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    marked = _Repetitive(plain)
    keys = [key for key, _ in pairs]
    marked.repeated = tuple(key for key in plain if keys.count(key) > 1)
    return marked


def _repetitions(value: Any, pointer: str, *, name: str) -> Iterator[Problem]:
    if isinstance(value, _Repetitive):
        for key in value.repeated:
            yield Problem(
                "GW004",
                child(pointer, key),
                f"the key {key!r} stands more than once in this object",
                document=name,
                fix="keep one: a reader would take either without notice",
            )
    members = value.items() if isinstance(value, dict) else ()
    for step, member in enumerate(value) if isinstance(value, list) else members:
        yield from _repetitions(member, child(pointer, step), name=name)


def child(pointer: str, step: str | int) -> str:
    """Extend a JSON Pointer (RFC 6901) by one step.

    >>> child("/mentions", 3), child("", "a/b")
    ('/mentions/3', '/a~1b')
    """
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"
