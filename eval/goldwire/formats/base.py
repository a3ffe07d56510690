"""The one interface of all formats: bytes in, documents and losses and dialect out, and back.

A format never touches the file system. What it needs beside its own bytes (the text beside a
stand-off file, the gold texts that tokens were made of) it asks for by name, and gets or does not.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal

from goldwire.errors import Problem
from goldwire.formats.json_values import first_values
from goldwire.formats.ledger import Loss
from goldwire.model import Annotation, TextRef
from goldwire.offsets import Convention

Decode = Literal["conlleval", "strict"]
"""How invalid tags of tokens are read: repaired as the conlleval script does, or left out."""

NATIVE = Convention()


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """One document as a format holds it: what is said about it, and its text where known."""

    annotation: Annotation
    text: str | None = None

    @property
    def doc_id(self) -> str:
        """The id of the document."""
        return self.annotation.doc_id


class Texts:
    """The texts that may be asked for: those of the gold, or the one given on the command line.

    They are read when the first one is asked for.
    """

    def __init__(self, texts: Callable[[], Iterable[tuple[str, str]]] = tuple) -> None:
        self._texts = texts

    @staticmethod
    def of(texts: Mapping[str, str]) -> "Texts":
        """Offer the texts of a mapping by doc_id."""
        return Texts(texts.items)

    @cached_property
    def by_id(self) -> dict[str, str]:
        """All texts by doc_id."""
        return dict(self._texts())

    @cached_property
    def _ids_by_digest(self) -> dict[bytes, str]:
        return {_digest(text): doc_id for doc_id, text in self.by_id.items()}

    @cached_property
    def _ids_by_characters(self) -> dict[bytes, str]:
        return {_digest(_squeezed(text)): doc_id for doc_id, text in self.by_id.items()}

    def get(self, doc_id: str) -> str | None:
        """Give the text of a document."""
        return self.by_id.get(doc_id)

    def only(self) -> tuple[str, str] | None:
        """Give (doc_id, text) when there is exactly one."""
        return next(iter(self.by_id.items())) if len(self.by_id) == 1 else None

    def id_of(self, text: str) -> str | None:
        """Find the document that has exactly this text."""
        return self._ids_by_digest.get(_digest(text))

    def id_of_tokens(self, tokens: Iterable[str]) -> str | None:
        """Find the document that these tokens were made of: the same characters but for blanks."""
        return self._ids_by_characters.get(_digest(_squeezed("".join(tokens))))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _squeezed(text: str) -> str:
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read: its name, its bytes, and what may be asked for beside it.

    `sibling` gives the bytes of a file by its name beside this one. `convention` overrides
    detection. `is_gold` says that what people annotated is wanted where a file also has what a
    system predicted. `decode` says how invalid tags are read.
    """

    name: str
    data: bytes
    sibling: Callable[[str], bytes | None] = lambda _: None
    texts: Texts = field(default_factory=Texts)
    convention: Convention | None = None
    is_gold: bool = False
    decode: Decode = "conlleval"

    @property
    def file_name(self) -> str:
        """The last part of the name."""
        return PurePosixPath(self.name).name

    @property
    def stem(self) -> str:
        """The file's name up to the first dot: a doc_id for files that hold one document."""
        return self.file_name.partition(".")[0] or self.file_name


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: documents, what did not pass unchanged, and the dialect that was found.

    `problems` are faults after which the file's documents mean nothing, or are too few.
    """

    documents: tuple[AnnotatedText, ...]
    losses: tuple[Loss, ...] = ()
    dialect: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """What was written: files by name, and what the format could not hold."""

    files: Mapping[str, bytes]
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how it is recognised, read and written, and what it can hold.

    `sniff` gives how sure it is that a file is of this format: 0 no, 1 it may be, 2 it has a mark
    that only this format has. `fields` are the fields of each layer that a written file keeps,
    `capabilities` what else it can hold: text, discontinuous, nested.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    sniff: "Callable[[Sample], int]"
    read: Callable[[Source], Reading]
    write: Callable[[Sequence[AnnotatedText]], Writing] | None = None
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    capabilities: frozenset[str] = frozenset()
    needs: str = ""


@dataclass(frozen=True)
class Sample:
    """What a file looks like, for `sniff`: its name, its bytes and its first JSON records."""

    name: str
    data: bytes

    @cached_property
    def records(self) -> tuple[object, ...]:
        """The first JSON values of the file: lines, elements of an array, or its one value."""
        return first_values(self.data)

    @cached_property
    def objects(self) -> tuple[Mapping[str, object], ...]:
        """Those of the first records that are JSON objects."""
        return tuple(record for record in self.records if isinstance(record, dict))

    @cached_property
    def head(self) -> str:
        """The beginning of the file as text."""
        return self.data[:20_000].decode("utf-8-sig", "replace")


def text_ref(text: str) -> TextRef:
    """Describe the exact text that offsets count in."""
    data = text.encode("utf-8")
    return TextRef(
        sha256=hashlib.sha256(data).hexdigest(), code_points=len(text), utf8_bytes=len(data)
    )
