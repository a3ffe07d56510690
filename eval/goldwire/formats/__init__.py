"""Formats: one module each, bytes in, documents and losses out; nothing is dropped in silence.

Every format that goldwire knows stands in `MODULES`; a module there has a `FORMAT`.
"""

import difflib
from functools import cache
from importlib import import_module

from goldwire.errors import UsageError
from goldwire.formats.base import (
    AnnotatedText,
    Format,
    Reading,
    Sample,
    Source,
    Texts,
    Writing,
)
from goldwire.formats.ledger import Ledger, Loss

__all__ = [
    "MODULES",
    "AnnotatedText",
    "Format",
    "Ledger",
    "Loss",
    "Reading",
    "Sample",
    "Source",
    "Texts",
    "Writing",
    "find",
    "read",
    "recognise",
    "registry",
]

MODULES: tuple[str, ...] = (
    "native",
    "spans",
    "brat",
    "conll",
    "llm",
    "langextract",
    "label_studio",
    "w3c",
    "tagged",
    "conll2012",
    "corefud",
    "dygie",
    "oneie",
    "bigbio",
    "bioc",
    "pubannotation",
    "webanno",
    "uima",
    "docbin",
)
"""The modules of this package that define formats, the most used first."""


@cache
def registry() -> dict[str, Format]:
    """Give all formats by name, in the order of `MODULES`."""
    formats = [import_module(f"goldwire.formats.{module}").FORMAT for module in MODULES]
    return {found.name: found for found in formats}


def find(name: str) -> Format:
    """Give the format of a name; raises UsageError with the nearest ones for a wrong name."""
    formats = registry()
    if name not in formats:
        near = difflib.get_close_matches(name, formats, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"choose from {', '.join(formats)}"
        raise UsageError(f"there is no format {name!r}: {hint}")
    return formats[name]


def recognise(sample: Sample) -> Format:
    """Find the one format that a file is in, by what it holds, then by its name.

    Raises UsageError when none claims it, or when several do with the same right.
    """
    claims = {name: found.sniff(sample) for name, found in registry().items()}
    best = max(claims.values(), default=0)
    names = [name for name, claim in claims.items() if claim == best]
    if best and len(names) > 1:
        by_suffix = [name for name in names if sample.name.endswith(find(name).suffixes)]
        names = by_suffix if len(by_suffix) == 1 else names
    if best and len(names) == 1:
        return find(names[0])
    if best:
        raise UsageError(
            f"{sample.name} may be {' or '.join(names)}: say which with --from (--format for score)"
        )
    raise UsageError(
        f"{sample.name} is in no format that goldwire recognises: name one with --from "
        f"(--format for score); known are {', '.join(registry())}"
    )


def read(source: Source, *, format_name: str | None = None) -> tuple[Format, Reading]:
    """Read a file in the named format, or in the one that it is recognised as."""
    found = find(format_name) if format_name else recognise(Sample(source.name, source.data))
    return found, found.read(source)
