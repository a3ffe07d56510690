"""Extractors by their spec: the word before the colon says of which kind one is."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from goldwire.errors import UsageError
from goldwire.extractors import Extractor

KINDS: Mapping[str, str] = {"py": "goldwire.extractors.python_callable:load_callable"}
"""The function that loads each kind; `module:function`, so that only the one asked for is loaded.

A function takes the whole spec, the word before the colon included, and gives an `Extractor`.
"""


def load_extractor(spec: str) -> Extractor:
    """Load the extractor that a spec such as `py:package.module:name` names.

    Modules are also looked for in the working directory. Raises UsageError, with what to do next.
    """
    where = KINDS.get(spec.partition(":")[0])
    if where is None:
        known = ", ".join(f"{kind}:…" for kind in KINDS)
        raise UsageError(f"{spec!r} names no extractor: write one of {known}")
    module, _, function = where.partition(":")
    with _working_directory_on_path():
        found: Extractor = getattr(import_module(module), function)(spec)
    return found


@contextmanager
def _working_directory_on_path() -> Iterator[None]:
    """Let `py:` find modules where the command is called, as `python -m` would."""
    here = str(Path.cwd())
    if here in sys.path or "" in sys.path:
        yield
        return
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)
