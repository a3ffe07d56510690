"""Files: from a path to documents, in whichever format the file is.

The rim of `formats`: opens files, gives each format the bytes that it asks for, turns losses into
problems, and streams goldwire's own JSON Lines.
"""

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path

import msgspec

from goldwire.errors import Problem, UsageError
from goldwire.formats import (
    AnnotatedText,
    Format,
    Loss,
    Reading,
    Sample,
    Source,
    Texts,
    find,
    recognise,
    registry,
    tables,
)
from goldwire.formats.base import Decode
from goldwire.formats.native import DIALECT, is_native, read_annotations
from goldwire.formats.released import ReleasedDocument
from goldwire.formats.tokenized import INVALID_TAG
from goldwire.model import Annotation
from goldwire.offsets import Convention
from goldwire.pairing import GoldDocument

GZIP_MAGIC = b"\x1f\x8b"
UNPACKING = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a packed file raises when it is damaged or was never packed."""

CODES = {
    "repaired": "GW733",
    "dropped": "GW734",
    "doubtful": "GW735",
    "unplaced": "GW736",
    "unreadable": "GW737",
}
"""The codes under which losses of reading are reported; notes are not problems."""

HARMLESS = frozenset({INVALID_TAG, CODES["repaired"], CODES["dropped"]})
"""Codes that gold may have: read as something else, or not read for want of a place."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file turned out to be: its format, and the dialect of it."""

    format: str
    dialect: Mapping[str, str]

    def __str__(self) -> str:
        """Say it in a line."""
        return "; ".join([self.format, *(f"{key}: {value}" for key, value in self.dialect.items())])


@dataclass(frozen=True, slots=True)
class FileReader:
    """How files are read: format and offsets as asked for (else recognised), texts to be had.

    `is_gold` says that what people annotated is wanted where a file also has predictions.
    """

    format: str | None = None
    convention: Convention | None = None
    decode: Decode = "conlleval"
    texts: Texts = field(default_factory=Texts)
    is_gold: bool = False

    def read(
        self,
        path: str,
        *,
        problems: list[Problem],
        found: dict[str, Found] | None = None,
        scan: bool = False,
    ) -> Iterator[GoldDocument]:
        """Give the documents of one file; all that is amiss is added to `problems`.

        With `scan` the rows of tables stay in the table; see `scan_parquet`.
        """
        found = {} if found is None else found
        try:
            yield from self._read(path, problems=problems, found=found, scan=scan)
        except UNPACKING as error:
            problems.append(
                Problem(
                    "GW702",
                    "",
                    f"the file cannot be unpacked: {error}",
                    document=path,
                    expected="gzip, as its name says",
                    fix="write it again, or take .gz off its name if it was never packed",
                )
            )

    def _read(
        self, path: str, *, problems: list[Problem], found: dict[str, Found], scan: bool
    ) -> Iterator[GoldDocument]:
        if path.endswith(tables.SUFFIXES):
            found[path] = Found("parquet", DIALECT)
            rows = tables.scan_parquet if scan else tables.read_parquet
            yield from map(as_gold, rows(path, problems=problems))
            return
        lines = read_lines(path)
        first = next((line for line in lines if line.strip()), b"")
        everything = chain([first], lines)
        if self.format == "native" or (self.format is None and _is_native_line(first)):
            found[path] = Found("native", DIALECT)
            yield from map(GoldDocument, read_annotations(everything, name=path, problems=problems))
            return
        data = b"".join(_from_the_start(path, first, lines))
        known, reading = self._reading(path, data)
        found[path] = Found(known.name, reading.dialect)
        problems.extend(reading.problems)
        problems.extend(as_problems(reading.losses, name=path))
        for document in reading.documents:
            yield GoldDocument(document.annotation, text=document.text)

    def reading(self, path: str) -> tuple[Format, Reading]:
        """Read all of one file, with its losses as they are."""
        if path.endswith(tables.SUFFIXES):
            problems: list[Problem] = []
            found = map(as_gold, tables.read_parquet(path, problems=problems))
            rows = tuple(AnnotatedText(item.annotation, item.text) for item in found)
            return find("native"), Reading(rows, dialect=DIALECT, problems=tuple(problems))
        return self._reading(path, b"".join(read_lines(path)))

    def _reading(self, path: str, data: bytes) -> tuple[Format, Reading]:
        known = self._format(path, data)
        source = Source(
            Path(path).as_posix().removesuffix(".gz"),
            data,
            sibling=lambda name: read_sibling(path, name),
            texts=self.texts,
            convention=self.convention,
            is_gold=self.is_gold,
            decode=self.decode,
        )
        try:
            return known, known.read(source)
        except UnicodeEncodeError as error:
            return known, Reading((), problems=(_half_a_character(error, name=path),))

    def _format(self, path: str, data: bytes) -> Format:
        """Find the format; JSON that nobody claims is native, whose reader says what is wrong."""
        if self.format is not None:
            return find(self.format)
        try:
            return recognise(Sample(path.removesuffix(".gz"), data))
        except UsageError as error:
            is_json = data.lstrip()[:1] in {b"{", b"["} or path.endswith((".json", ".jsonl"))
            if is_json and "may be" not in str(error):
                return find("native")
            raise


def as_gold(record: Annotation | ReleasedDocument) -> GoldDocument:
    """Give a record as a gold document, with the text and document record that a release holds."""
    if isinstance(record, ReleasedDocument):
        return GoldDocument(record.annotation, record.document, record.own_text)
    return GoldDocument(record)


def as_problems(losses: Iterable[Loss], *, name: str) -> Iterator[Problem]:
    """Report losses of reading as problems; the file stands for documents that are not named."""
    for loss in losses:
        if loss.kind in CODES:
            yield Problem(
                CODES[loss.kind],
                loss.where,
                f"{loss.code}: {loss.example}" if loss.example else loss.code,
                document=loss.document or name,
            )


@cache
def suffixes() -> tuple[str, ...]:
    """Give the ends of names that are looked for in a folder."""
    known = {suffix: None for found in registry().values() for suffix in found.suffixes}
    return (*(suffix + zipped for suffix in known for zipped in ("", ".gz")), *tables.SUFFIXES)


def read_lines(path: str) -> Iterator[bytes]:
    """Stream the lines of a file, of a gzipped file, or of stdin (gzipped or not) for `-`."""
    if path == "-":
        yield from _piped(sys.stdin.buffer)
    elif path.endswith(".gz"):
        with gzip.open(path) as file:
            yield from file
    else:
        with Path(path).open("rb") as file:
            yield from file


def _piped(stdin: Iterable[bytes]) -> Iterator[bytes]:
    """Stream the lines of a pipe, which has no name that could end in .gz: its first bytes tell."""
    lines = iter(stdin)
    first = next(lines, b"")
    if first.startswith(GZIP_MAGIC):
        yield from BytesIO(gzip.decompress(b"".join([first, *lines])))
    else:
        yield first
        yield from lines


def read_sibling(path: str, name: str) -> bytes | None:
    """Give the bytes of a file beside another; a name that leads out of that folder has none."""
    if path == "-" or name != Path(name).name or name in {"", ".", ".."}:
        return None
    file = Path(path).parent / name
    return file.read_bytes() if file.is_file() else None


def read_texts(path: str) -> Texts:
    """Offer the text of one file, or of all .txt files of a folder, under the files' names.

    Raises UsageError when there is none.
    """
    place = Path(path)
    files = sorted(place.rglob("*.txt")) if place.is_dir() else [place]
    if not files or not all(file.is_file() for file in files):
        raise UsageError(f"there is no text at {path}: name a text file, or a folder of .txt files")

    def texts() -> Iterator[tuple[str, str]]:
        for file in files:
            name = file.parent.name if file.name == "text.txt" else file.stem
            try:
                text = file.read_bytes().decode("utf-8")
            except UnicodeDecodeError as error:
                raise UsageError(f"{file} is not UTF-8 at byte {error.start}") from error
            yield name, text.removeprefix("\ufeff")

    return Texts(texts)


def _half_a_character(error: UnicodeEncodeError, *, name: str) -> Problem:
    around = error.object[max(error.start - 20, 0) : error.end + 20]
    return Problem(
        "GW702",
        "",
        "a text holds half a character (a lone surrogate), so it is no Unicode text",
        document=name,
        found=ascii(around),
        expected="text that can be written as UTF-8",
        fix="correct what wrote the file: it cut a character in two",
    )


def _is_native_line(line: bytes) -> bool:
    try:
        return is_native(msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf")))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _from_the_start(path: str, first: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    """Give all lines again, with the blank ones before the first; stdin cannot be read twice."""
    return chain([first], rest) if path == "-" else read_lines(path)
