"""A corpus: a folder with texts, document records and gold annotations, read when asked for.

`corpus/manifest.json` gives its name, version and splits; a folder without one is still a corpus.
Reading does not check more than the shape of the records: `goldwire validate` does.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from goldwire import resources
from goldwire.errors import GoldError, Problem, UsageError
from goldwire.model import Annotation, Document, Manifest, ManifestFile
from goldwire.ontology import Ontology, infer_ontology, parse_ontology
from goldwire.pairing import GoldDocument
from goldwire.replacing import replace_file
from goldwire.standoff import without_words

R = TypeVar("R", Annotation, Document, Manifest)

UNVERSIONED = "unversioned"


def find_corpus(start: Path, *, upwards: bool = True) -> Path | None:
    """Find the nearest corpus root at `start` or, unless told not to look upwards, above it."""
    folders = (start, *start.absolute().parents) if upwards else (start,)
    return next((folder for folder in folders if resources.is_corpus_root(folder)), None)


@dataclass(frozen=True, slots=True)
class Corpus:
    """An opened corpus folder. Iterating it gives its gold documents in the order of `doc_ids`."""

    root: Path
    manifest: Manifest | None = None

    @classmethod
    def open(cls, root: str | Path) -> "Corpus":
        """Open a corpus root.

        Raises UsageError when the folder is none, GoldError when its manifest cannot be read.
        """
        folder = Path(root)
        if not resources.is_corpus_root(folder):
            raise UsageError(f"{folder} is no corpus root: it needs corpus/ and {resources.GOLD}/")
        path = folder / resources.MANIFEST
        return cls(folder, _read(path, Manifest) if path.is_file() else None)

    @property
    def name(self) -> str:
        """The corpus's name; the folder's when no manifest gives one."""
        return self.manifest.name if self.manifest else self.root.resolve().name

    @property
    def version(self) -> str:
        """The corpus's version, `unversioned` without a manifest."""
        return self.manifest.version if self.manifest else UNVERSIONED

    @property
    def schema_version(self) -> str:
        """The version of the schemas that the records follow."""
        return self.manifest.schema_version if self.manifest else "1.0.0"

    @property
    def splits(self) -> dict[str, tuple[str, ...]]:
        """The documents of every split; no split without a manifest."""
        return dict(self.manifest.splits) if self.manifest else {}

    def doc_ids(self, split: str | None = None) -> tuple[str, ...]:
        """List the documents of a split in its order, or all that have gold.

        Raises UsageError for a split that the corpus does not have.
        """
        if split is None:
            return resources.gold_ids(self.root)
        if split not in self.splits:
            known = ", ".join(self.splits) or "none"
            raise UsageError(f"{self.name} has no split {split!r}: its splits are {known}")
        return self.splits[split]

    def text(self, doc_id: str) -> str | None:
        """Read a document's exact text; None where the corpus does not hold it.

        Raises GoldError when it is not UTF-8.
        """
        path = self.root / resources.text_path(doc_id)
        if not path.is_file():
            return None
        try:
            return path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise _unreadable(path, error) from error

    def document(self, doc_id: str) -> Document | None:
        """Read a document's record; None where the corpus does not hold it."""
        path = self.root / resources.document_path(doc_id)
        return _read(path, Document) if path.is_file() else None

    def gold(self, doc_id: str) -> Annotation:
        """Read a document's gold annotation.

        Raises GoldError when there is none or when it cannot be read.
        """
        return _read(self.root / resources.gold_path(doc_id), Annotation)

    def gold_document(self, doc_id: str) -> GoldDocument:
        """Read a document's gold annotation with its record and text."""
        return GoldDocument(self.gold(doc_id), self.document(doc_id), self.text(doc_id))

    def gold_documents(self, split: str | None = None) -> Iterator[GoldDocument]:
        """Read the gold documents of a split, or all, one at a time."""
        return (self.gold_document(doc_id) for doc_id in self.doc_ids(split))

    def __iter__(self) -> Iterator[GoldDocument]:
        return self.gold_documents()

    def digest(self, split: str | None = None) -> str:
        """Give the SHA-256 of the gold: what is annotated in which texts, without their words.

        It depends on the annotations of a split and on the digests of their texts, and on nothing
        else: neither layout, notes nor quotations change it, so gold with and without its words
        is the same gold.
        """
        return gold_digest(
            (self.gold(doc_id), self._text_digest(doc_id)) for doc_id in sorted(self.doc_ids(split))
        )

    def _text_digest(self, doc_id: str) -> str | None:
        """Give the digest of the text where it is here, else the one that its record states."""
        path = self.root / resources.text_path(doc_id)
        if path.is_file():
            return resources.sha256_of(path)
        document = self.document(doc_id)
        return None if document is None else document.text_ref.sha256

    def ontology(self) -> Ontology:
        """Load the corpus's own ontology, or infer one from its gold when it declares none."""
        path = self.root / resources.ONTOLOGY
        if path.is_file():
            return parse_ontology(path.read_bytes(), place=resources.ONTOLOGY)
        return infer_ontology(gold.annotation for gold in self)


def gold_digest(documents: Iterable[tuple[Annotation, str | None]]) -> str:
    """Give the SHA-256 of gold: annotations without words, each with the digest of its text.

    Documents come in the order of their ids.
    """
    digest = hashlib.sha256()
    for annotation, text_sha256 in documents:
        record = without_words(msgspec.to_builtins(annotation))
        # The text's digest is counted once, whether or not the annotation repeats it.
        record.pop("text_ref", None)
        text = {"sha256": text_sha256}
        digest.update(json.dumps([record, text], sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def write_manifest(root: str | Path, *, manifest: Manifest | None = None) -> Manifest:
    """Write `corpus/manifest.json` with the digest of every file as it now is.

    All else is taken from `manifest`, or from the manifest that is there. The file is replaced as a
    whole or not at all. Raises UsageError when there is no manifest to start from.
    """
    folder = Path(root)
    current = manifest or Corpus.open(folder).manifest
    if current is None:
        raise UsageError(f"{folder} has no {resources.MANIFEST}: give name, version and splits")
    files = tuple(
        ManifestFile(path=path, sha256=resources.sha256_of(folder / path))
        for path in resources.corpus_files(folder)
    )
    written = msgspec.structs.replace(current, files=files)
    text = json.dumps(msgspec.to_builtins(written), indent=1, ensure_ascii=False) + "\n"
    replace_file(folder / resources.MANIFEST, text.encode("utf-8"))
    return written


def _read(path: Path, kind: type[R]) -> R:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> GoldError:
    problem = Problem(
        "GW001",
        "",
        f"cannot be read: {error}",
        document=str(path),
        fix="`goldwire validate` lists every fault",
    )
    return GoldError(f"{path} cannot be used", [problem])
