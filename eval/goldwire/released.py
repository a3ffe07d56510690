"""A built release, read back: the same face as a corpus folder, whatever its profile holds.

A release is a folder with `MANIFEST.json`; its rows are read from `jsonl/<split>.jsonl`, as a
stream, so reading needs no library. Words are there where the profile lets them out.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from goldwire.corpus import gold_digest
from goldwire.errors import GoldError, Problem, UsageError
from goldwire.formats.released import ReleasedDocument, read_released
from goldwire.model import Annotation, Document, Record
from goldwire.ontology import Ontology, infer_ontology, parse_ontology
from goldwire.pairing import GoldDocument

MANIFEST = "MANIFEST.json"
LOST_MANIFEST = "build or fetch the release again: without its manifest nothing tells what it holds"
FORMAT = "goldwire-release/1"
ONTOLOGY = "schema/ontology.json"


def rows_path(split: str) -> str:
    """Give the path of a split's rows, from the release's root."""
    return f"jsonl/{split}.jsonl"


class ReleasedFile(Record, frozen=True, kw_only=True, gc=False):
    """One file of a release: its bytes by `sha256`, what it says by `logical_sha256`."""

    path: str
    bytes: int
    sha256: str
    logical_sha256: str
    rows: int | None = None


class Input(Record, frozen=True, kw_only=True, gc=False):
    """One file of the corpus that a release was built from."""

    path: str
    sha256: str


class ReleaseManifest(Record, frozen=True, kw_only=True, gc=False):
    """What a release is: its corpus and version, its profile, what is in it and what it came from.

    `private` releases hold words that their documents' records do not let out: they are for their
    maker's own use. `left_out` are documents that may not be passed on at all.
    """

    format: str
    name: str
    version: str
    profile: str
    private: bool = False
    title: str
    description: str
    schema_version: str
    guideline_version: str
    annotation_license: str
    canary: str | None = None
    digest: str
    split_digests: dict[str, str]
    splits: dict[str, tuple[str, ...]]
    left_out: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    tools: dict[str, str]
    files: tuple[ReleasedFile, ...] = ()


def is_release(folder: Path) -> bool:
    """Claim that a folder is a built release, be it a damaged one."""
    path = folder / MANIFEST
    if not path.is_file():
        return False
    with path.open("rb") as file:
        is_named = f'"{FORMAT}"'.encode() in file.read(200)
    return is_named or (folder / "jsonl").is_dir()


@dataclass(frozen=True)
class Release:
    """An opened release. Iterating it gives its gold documents, split by split."""

    root: Path
    manifest: ReleaseManifest

    @classmethod
    def open(cls, root: str | Path) -> "Release":
        """Open a release.

        Raises UsageError when the folder is none, GoldError when its manifest cannot be read.
        """
        folder = Path(root)
        if not is_release(folder):
            raise UsageError(f"{folder} is no goldwire release: it has no {MANIFEST} of one")
        try:
            manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=ReleaseManifest)
        except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
            raise _unreadable(folder / MANIFEST, "", error) from error
        return cls(folder, manifest)

    @property
    def name(self) -> str:
        """The corpus's name."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """The corpus's version."""
        return self.manifest.version

    @property
    def schema_version(self) -> str:
        """The version of the schemas that the records follow."""
        return self.manifest.schema_version

    @property
    def splits(self) -> dict[str, tuple[str, ...]]:
        """The documents of every split."""
        return dict(self.manifest.splits)

    def doc_ids(self, split: str | None = None) -> tuple[str, ...]:
        """List the documents of a split in its order, or all by id.

        Raises UsageError for a split that the release does not have.
        """
        if split is None:
            return tuple(sorted(self._places))
        if split not in self.splits:
            known = ", ".join(self.splits) or "none"
            raise UsageError(f"{self.name} has no split {split!r}: its splits are {known}")
        return self.splits[split]

    def rows(self, split: str) -> Iterator[ReleasedDocument]:
        """Stream the rows of a split in its order.

        Raises GoldError for a file or line that cannot be read, or that is not what it should be.
        """
        path = self.root / rows_path(split)
        expected = iter(self.splits[split])
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    row = _row(line, path=path, number=number)
                    wanted = next(expected, None)
                    if row.doc_id != wanted:
                        raise _unreadable(
                            path,
                            f"line {number}",
                            f"the document is {row.doc_id}, the manifest says {wanted}",
                        )
                    yield row
        except OSError as error:
            raise _unreadable(path, "", error) from error
        if (wanted := next(expected, None)) is not None:
            raise _unreadable(path, "", f"{wanted} is missing: the file is cut off")

    def row(self, doc_id: str) -> ReleasedDocument:
        """Read one document's row; raises GoldError for one that the release does not have."""
        if doc_id not in self._places:
            raise _unreadable(self.root / MANIFEST, "/splits", f"there is no document {doc_id}")
        path, start = self._places[doc_id]
        with path.open("rb") as file:
            file.seek(start)
            return _row(file.readline(), path=path, number=None)

    @cached_property
    def _places(self) -> dict[str, tuple[Path, int]]:
        """Where each document's line begins: file and byte."""
        found: dict[str, tuple[Path, int]] = {}
        for split, doc_ids in self.splits.items():
            path, start = self.root / rows_path(split), 0
            if not path.is_file():
                raise _unreadable(path, "", "the file is missing")
            with path.open("rb") as lines:
                for doc_id, line in zip(doc_ids, lines, strict=False):
                    found[doc_id] = (path, start)
                    start += len(line)
        return found

    def text(self, doc_id: str) -> str | None:
        """Give a document's exact text; None where the release withholds or masks it."""
        return self.row(doc_id).own_text

    def document(self, doc_id: str) -> Document | None:
        """Read a document's record."""
        return self.row(doc_id).document

    def gold(self, doc_id: str) -> Annotation:
        """Read a document's gold annotation."""
        return self.row(doc_id).annotation

    def gold_document(self, doc_id: str) -> GoldDocument:
        """Read a document's gold annotation with its record and text."""
        return _gold_document(self.row(doc_id))

    def gold_documents(self, split: str | None = None) -> Iterator[GoldDocument]:
        """Stream the gold documents of a split, or of all."""
        for name in (split,) if split is not None else self.splits:
            yield from map(_gold_document, self.rows(name))

    def __iter__(self) -> Iterator[GoldDocument]:
        return self.gold_documents()

    def digest(self, split: str | None = None) -> str:
        """Give the SHA-256 of the gold, computed from the rows: that of the corpus it came from."""
        return gold_digest(
            (row.annotation, row.document.text_ref.sha256)
            for row in map(self.row, sorted(self.doc_ids(split)))
        )

    def ontology(self) -> Ontology:
        """Load the release's ontology, or infer one from its gold when it carries none."""
        path = self.root / ONTOLOGY
        if path.is_file():
            return parse_ontology(path.read_bytes(), place=ONTOLOGY)
        return infer_ontology(gold.annotation for gold in self)


def _gold_document(row: ReleasedDocument) -> GoldDocument:
    return GoldDocument(row.annotation, row.document, row.own_text)


def _row(line: bytes, *, path: Path, number: int | None) -> ReleasedDocument:
    try:
        return read_released(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path, "" if number is None else f"line {number}", error) from error


def _unreadable(path: Path, place: str, error: object) -> GoldError:
    problem = Problem(
        "GW001",
        place,
        f"cannot be read: {error}",
        document=str(path),
        fix=LOST_MANIFEST
        if path.name == MANIFEST and not place
        else "`goldwire build --verify RELEASE` lists every file that is not as it was built",
    )
    return GoldError(f"{path} cannot be used", [problem])
