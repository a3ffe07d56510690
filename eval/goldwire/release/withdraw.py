"""Withdrawing a document: the next version does not have it, and older versions are named."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from goldwire import resources
from goldwire.corpus import Corpus, write_manifest
from goldwire.errors import UsageError
from goldwire.release.bump import parts_of, required_version
from goldwire.release.changelog import CHANGELOG, append_records, with_section
from goldwire.release.revisions import tags_with
from goldwire.replacing import replace_file


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was removed, the version without it, and the tags that still have it.

    `tags` is None where there is no git to ask; `emptied` are splits that are gone with it.
    """

    doc_id: str
    version: str
    removed: tuple[str, ...]
    emptied: tuple[str, ...]
    tags: tuple[str, ...] | None


def withdraw(corpus: Corpus, doc_id: str, *, reason: str) -> Withdrawal:
    """Remove a document with all that is annotated about it, and raise the version.

    Its id is never used again: `annotations/changes.jsonl` keeps it. Raises UsageError for an
    unknown document, the last one, or a corpus without manifest.
    """
    manifest = corpus.manifest
    if manifest is None:
        raise UsageError(f"{corpus.root} has no {resources.MANIFEST}: there is no version to raise")
    if doc_id not in corpus.doc_ids():
        raise UsageError(f"{corpus.name} has no document {doc_id}")
    if len(corpus.doc_ids()) == 1:
        raise UsageError(f"{doc_id} is the last document: without it there is no corpus")
    if not reason.strip():
        raise UsageError("--reason is empty: say why the document is withdrawn")
    version = required_version(manifest.version, "major")
    parts_of(version)
    removed = tuple(sorted(_files_of(corpus.root, doc_id)))
    splits = {
        split: tuple(name for name in names if name != doc_id)
        for split, names in manifest.splits.items()
    }
    emptied = tuple(split for split, names in splits.items() if not names)
    tags = tags_with(corpus.root, resources.gold_path(doc_id))
    _log(corpus, doc_id, version=version, reason=reason)
    for path in removed:
        (corpus.root / path).unlink()
    shutil.rmtree(corpus.root / "corpus" / doc_id, ignore_errors=True)
    write_manifest(
        corpus.root,
        manifest=msgspec.structs.replace(
            manifest,
            version=version,
            splits={split: names for split, names in splits.items() if names},
        ),
    )
    return Withdrawal(doc_id, version, removed, emptied, tags)


def _files_of(root: Path, doc_id: str) -> Iterator[str]:
    """Walk the files that are about one document, by their names."""
    for path in resources.corpus_files(root):
        parts = Path(path).parts
        if doc_id in parts or Path(path).stem == doc_id:
            yield path


def _log(corpus: Corpus, doc_id: str, *, version: str, reason: str) -> None:
    append_records(
        corpus.root,
        version,
        [{"version": version, "doc_id": doc_id, "op": "withdrawn", "reason": reason}],
    )
    log = corpus.root / CHANGELOG
    text = log.read_text(encoding="utf-8") if log.is_file() else "# Changelog\n\n## Unreleased\n"
    section = (
        f"### Corpus {corpus.name} {version}\n\n"
        f"- major: `{doc_id}` is withdrawn: {reason}. Its id is never used again.\n"
    )
    replace_file(log, with_section(text, section, version=version).encode("utf-8"))
