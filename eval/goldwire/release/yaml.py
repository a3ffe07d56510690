"""YAML for the head of a card and for small files: block style, every string quoted as in JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][0-9A-Za-z_./-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def to_yaml(value: Any) -> str:
    """Write mappings, lists, strings, numbers, booleans and null as YAML, in the given order.

    >>> print(to_yaml({"a": ["x y", 1], "b": {"c": None}, "d": []}), end="")
    a:
    - "x y"
    - 1
    b:
      c: null
    d: []
    """
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from _entry(f"{_scalar(key)}:", member, indent="  ")
    elif isinstance(value, list | tuple) and value:
        for member in value:
            first, *others = _lines(member) if _is_block(member) else [_scalar(member)]
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
    else:
        yield _scalar(value)


def _entry(head: str, member: Any, *, indent: str) -> Iterator[str]:
    if not _is_block(member):
        yield f"{head} {_scalar(member)}"
        return
    yield head
    inner = "" if isinstance(member, list | tuple) else indent
    yield from (f"{inner}{line}" for line in _lines(member))


def _is_block(value: Any) -> bool:
    return isinstance(value, dict | list | tuple) and bool(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
