"""Building a release: every document by its rights, every file by its content, all or nothing."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version as library_version
from pathlib import Path

import msgspec

from goldwire.errors import GoldError, NothingEvaluatedError, Problem, UsageError
from goldwire.formats.released import ReleasedDocument, released_row
from goldwire.model import Document
from goldwire.pairing import GoldDocument
from goldwire.release.card import card
from goldwire.release.companions import (
    citation,
    datasheet,
    eval_tasks,
    license_text,
    row_schema,
)
from goldwire.release.croissant import croissant
from goldwire.release.datapackage import datapackage
from goldwire.release.exports import exported
from goldwire.release.facts import Facts
from goldwire.release.leaks import body_of, leaks_in, runs_of, words_in, words_of
from goldwire.release.logical import logical_hash
from goldwire.release.profiles import Profile, may_leave, released_as
from goldwire.release.source import ReleaseSource
from goldwire.release.tables import Tables
from goldwire.released import (
    FORMAT,
    MANIFEST,
    Release,
    ReleasedFile,
    ReleaseManifest,
    rows_path,
)
from goldwire.resources import sha256_of
from goldwire.version import version


def build(
    source: ReleaseSource, output: Path, *, profile: Profile, own_use: bool = False
) -> Release:
    """Build a release into a new folder; it appears complete or not at all.

    `own_use` includes texts that may not be passed on; a release that holds one is private. Raises
    UsageError for a folder that exists or a corpus that lacks what a release needs, GoldError for
    documents whose record does not allow the profile, and for words that would have leaked,
    NothingEvaluatedError for a corpus without documents.
    """
    if output.exists():
        raise UsageError(f"{output} exists: releases are never overwritten, choose another folder")
    _check_splits(source)
    with _appearing(output) as folder:
        _Builder(source, folder, profile=profile, own_use=own_use).run()
    return Release.open(output)


def _check_splits(source: ReleaseSource) -> None:
    if not any(source.splits.values()):
        raise NothingEvaluatedError("the corpus has no document in a split to release")
    faulty = [split for split in source.splits if not split.isidentifier()]
    if faulty:
        raise UsageError(
            f"the split {faulty[0]!r} cannot be released: loaders allow letters, digits and _ only"
        )


@contextmanager
def _appearing(output: Path) -> Iterator[Path]:
    """Give a hidden folder beside `output` that takes its name once everything went well."""
    output.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=output.parent, prefix=f".{output.name}-"))
    try:
        folder.chmod(0o755)
        yield folder
        for file in folder.rglob("*"):
            if file.is_file():
                with file.open("rb") as opened:
                    os.fsync(opened.fileno())
        folder.rename(output)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@dataclass(slots=True)
class _Protected:
    """The runs of four words, as hashes, of all documents whose text may not leave.

    `shared` are those that several of them have: common phrases, which tell no text. In a row of
    its own document even a common phrase is found.
    """

    once: set[int] = field(default_factory=set)
    shared: set[int] = field(default_factory=set)

    def add(self, runs: set[int]) -> None:
        """Take note of one document's runs."""
        self.shared |= runs & self.once
        self.once |= runs

    def check(self, content: bytes, *, path: str) -> Iterator[Problem]:
        """Yield at most one problem of a file: the first run of words that must not be there."""
        yield from _leaks(words_of(content.decode("utf-8")), self.once - self.shared, path)


def _leaks(words: list[str], forbidden: set[int], document: str) -> Iterator[Problem]:
    for run in leaks_in(words, forbidden):
        yield Problem(
            "GW803",
            "",
            "four consecutive words of a text that may not be passed on stand here",
            document=document,
            found=repr(run),
            fix="reword it, or move it into a field that is withheld (`note`)",
        )
        return


class _Builder:
    """One build, from the first row to the manifest."""

    def __init__(
        self, source: ReleaseSource, folder: Path, *, profile: Profile, own_use: bool
    ) -> None:
        self._source = source
        self._folder = folder
        self._own_use = own_use
        self._facts = Facts(source, profile)
        self._protected = _Protected()
        self._problems: list[Problem] = []
        self._rows_by_file: dict[str, int] = {}
        # What holds nothing but texts that may be passed on; they may share words with others.
        self._exported: frozenset[str] = frozenset()

    def run(self) -> None:
        for split in self._source.splits:
            self._write_split(split)
        self._refuse()
        written = Release(self._folder, self._manifest())
        digests = {split: written.digest(split) for split in written.splits}
        self._facts.digest = written.digest()
        data = {path: self._described(path) for path in sorted(self._rows_by_file)}
        for path, content in self._texts(data).items():
            self._write(path, content)
        self._refuse()
        manifest = msgspec.structs.replace(
            self._manifest(),
            digest=self._facts.digest,
            split_digests=digests,
            files=tuple(self._all_files(data)),
        )
        text = json.dumps(msgspec.to_builtins(manifest), indent=1, ensure_ascii=False) + "\n"
        self._write(MANIFEST, text.encode("utf-8"))
        self._refuse()

    def _refuse(self) -> None:
        if self._problems:
            raise GoldError(f"{self._source.name} cannot be released so", self._problems)

    def _write(self, path: str, content: bytes) -> None:
        if path not in self._exported:
            self._problems += self._protected.check(content, path=path)
        place = self._folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def _released(self, split: str) -> Iterator[tuple[ReleasedDocument, GoldDocument]]:
        """Walk the documents of a split as the profile shows them; what may not is noted."""
        for gold in self._source.documents(split):
            if isinstance(gold, ReleasedDocument):
                yield gold, GoldDocument(gold.annotation, gold.document, gold.own_text)
                continue
            if gold.document is not None and not (self._own_use or may_leave(gold.document)):
                self._facts.left_out.append(gold.doc_id)
                if gold.text is not None:
                    self._protected.add(_body_runs(gold.document, gold.text))
                continue
            try:
                row = released_as(
                    gold,
                    self._facts.profile,
                    canary=self._facts.card.canary,
                    own_use=self._own_use,
                )
            except GoldError as error:
                self._problems += error.problems
                continue
            yield row, gold

    def _write_split(self, split: str) -> None:
        doc_ids: list[str] = []
        path = self._folder / rows_path(split)
        path.parent.mkdir(parents=True, exist_ok=True)
        tables = Tables(
            self._folder,
            split=split,
            n_documents=len(self._source.splits[split]),
            entity_types=self._source.ontology.labels("entity_type"),
        )
        with path.open("wb") as lines:
            for row, gold in self._released(split):
                doc_ids.append(row.doc_id)
                written = released_row(row)
                self._guard(row, gold, written)
                self._facts.saw(row)
                lines.write(
                    json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
                    + b"\n"
                )
                tables.add(row, written=written, text=gold.text)
        tables.close()
        self._facts.splits[split] = tuple(doc_ids)
        self._rows_by_file |= {rows_path(split): len(doc_ids), **tables.n_rows}
        self._facts.n_bytes |= {(view, split): size for view, size in tables.n_bytes.items()}
        for place, n_rows in tables.n_rows.items():
            key = (place.split("/")[1], split)
            self._facts.n_rows[key] = self._facts.n_rows.get(key, 0) + n_rows
            self._facts.tables.setdefault(key, []).append(place)

    def _guard(self, row: ReleasedDocument, gold: GoldDocument, written: object) -> None:
        """Look for the words of a document that may not leave in what is written about it."""
        document = gold.document
        if self._own_use or gold.text is None or document is None or row.own_text is not None:
            return
        runs = _body_runs(document, gold.text)
        self._protected.add(runs)
        self._problems += _leaks(words_in(written), runs, row.doc_id)

    def _described(self, path: str) -> ReleasedFile:
        place = self._folder / path
        return ReleasedFile(
            path=path,
            bytes=place.stat().st_size,
            sha256=sha256_of(place),
            logical_sha256=logical_hash(place),
            rows=self._rows_by_file.get(path),
        )

    def _texts(self, data: Mapping[str, ReleasedFile]) -> dict[str, bytes]:
        """Give every file that is neither data nor the manifest."""
        facts = self._facts
        return {
            **self._source.carried,
            **self._exports(),
            "README.md": card(facts).encode("utf-8"),
            "DATASHEET.md": datasheet(facts).encode("utf-8"),
            "LICENSE.md": license_text(facts).encode("utf-8"),
            "CITATION.cff": citation(facts).encode("utf-8"),
            "eval.yaml": eval_tasks(facts).encode("utf-8"),
            "schema/release.schema.json": row_schema().encode("utf-8"),
            "croissant.json": croissant(facts, data).encode("utf-8"),
            "datapackage.json": datapackage(facts, data).encode("utf-8"),
        }

    def _exports(self) -> dict[str, bytes]:
        written = Release(self._folder, self._manifest())
        found: dict[str, bytes] = {}
        for split in written.splits:
            with_text = [row for row in written.rows(split) if row.own_text is not None]
            found |= exported(split, with_text)
        self._exported = frozenset(found)
        return found

    def _all_files(self, data: Mapping[str, ReleasedFile]) -> Iterator[ReleasedFile]:
        for file in sorted(self._folder.rglob("*")):
            if file.is_file():
                path = file.relative_to(self._folder).as_posix()
                yield data[path] if path in data else self._described(path)

    def _manifest(self) -> ReleaseManifest:
        source, facts = self._source, self._facts
        return ReleaseManifest(
            format=FORMAT,
            name=source.name,
            version=source.version,
            profile=facts.profile,
            private=facts.private,
            title=source.title,
            description=source.description,
            schema_version=source.schema_version,
            guideline_version=source.guideline_version,
            annotation_license=source.annotation_license,
            canary=facts.card.canary,
            digest="",
            split_digests={},
            splits=facts.splits,
            left_out=tuple(facts.left_out),
            inputs=source.inputs,
            tools={
                "goldwire": version(),
                "python": ".".join(map(str, sys.version_info[:3])),
                "pyarrow": library_version("pyarrow"),
            },
        )


def _body_runs(document: Document, text: str) -> set[int]:
    return runs_of(words_of(body_of(document, text)))
