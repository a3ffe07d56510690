"""Extractors by their spec: the prefix says of which kind one is, and how it is loaded."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from goldwire.errors import UsageError
from goldwire.extractors import Extractor

KINDS: Mapping[str, str] = {"py:": "goldwire.extractors.python_callable:load_callable"}
"""The function that loads each kind; `module:function`, so that only the one asked for is loaded.

A function takes the whole spec, prefix included, and gives an `Extractor`.
"""


def is_spec(text: str) -> bool:
    """Claim that a word of the command line names an extractor, not a file of predictions."""
    return text.startswith(tuple(KINDS))


def load_extractor(spec: str) -> Extractor:
    """Load the extractor that a spec such as `py:package.module:name` names.

    Modules are also looked for in the working directory. Raises UsageError, with what to do next.
    """
    for prefix, where in KINDS.items():
        if spec.startswith(prefix):
            module, _, function = where.partition(":")
            with _working_directory_on_path():
                found: Extractor = getattr(import_module(module), function)(spec)
            return found
    raise UsageError(f"{spec!r} names no extractor: it must start with {' or '.join(KINDS)}")


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
