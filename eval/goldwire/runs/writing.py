"""Writing a run folder line by line, so that whatever ends the writer, what was there stays whole.

A line is with the operating system before the next document is asked for: the death of the process
loses nothing. It is on the disk (fsync) as soon as more than a tenth of a second of work, or any
cost, would be lost with the power.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

import msgspec

from goldwire.errors import GoldwireError
from goldwire.model import Annotation
from goldwire.replacing import replace_file
from goldwire.runs.lock import lock
from goldwire.runs.reading import LOG, MANIFEST, predictions_name
from goldwire.runs.records import Entry, RunManifest

WORK_AT_RISK = 0.1
"""Seconds of an extractor's work that a power cut may lose."""


class UnwritableError(GoldwireError):
    """A run cannot be written to: the disk is full, or the folder is not ours."""


class _DocId(msgspec.Struct):
    doc_id: str


class OpenRun:
    """A run folder that this process writes; `answered` holds (repeat, doc_id) of its answers.

    It is a context manager: leaving it lets the lock go.
    """

    def __init__(self, folder: Path, manifest: RunManifest, *, afresh: bool = False) -> None:
        self.folder = folder
        self.manifest = manifest
        self.answered: set[tuple[int, str]] = set()
        self._files: dict[str, int] = {}
        self._at_risk = 0.0
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = lock(folder)
        try:
            with _writing(folder):
                if afresh:
                    for path in self._own_files():
                        path.unlink()
                for repeat in range(1, manifest.repeats + 1):
                    self.answered |= {(repeat, name) for name in self._salvaged(repeat)}
            self.write_manifest(manifest)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files and let the lock go."""
        for descriptor in (*self._files.values(), self._lock):
            with suppress(OSError):
                os.close(descriptor)
        self._files = {}

    def add(self, entry: Entry, annotation: Annotation | None = None) -> None:
        """Log a call, and append its answer if there is one.

        Raises UnwritableError when they cannot be written; what was there before stays whole.
        """
        self._append(LOG, msgspec.json.encode(entry))
        if annotation is not None:
            self._append(predictions_name(entry.repeat), msgspec.json.encode(annotation))
            self.answered.add((entry.repeat, entry.doc_id))
        self._at_risk += entry.seconds
        if self._at_risk >= WORK_AT_RISK or entry.cost:
            self.sync()

    def sync(self) -> None:
        """Bring everything that was added to the disk."""
        with _writing(self.folder):
            for descriptor in self._files.values():
                os.fsync(descriptor)
        self._at_risk = 0.0

    def write_manifest(self, manifest: RunManifest) -> None:
        """Replace the manifest, as a whole or not at all, after all answers are on the disk."""
        self.sync()
        with _writing(self.folder):
            text = json.dumps(msgspec.to_builtins(manifest), indent=1, ensure_ascii=False)
            replace_file(self.folder / MANIFEST, [text.encode("utf-8"), b"\n"])
        self.manifest = manifest

    def put_in_order(self) -> None:
        """Bring the answers into the order of the documents, whichever came first."""
        order = {doc_id: at for at, doc_id in enumerate(self.manifest.texts)}
        for repeat in range(1, self.manifest.repeats + 1):
            path = self.folder / predictions_name(repeat)
            places = list(_places(path))
            ordered = sorted(places, key=lambda place: order.get(place[0], len(order)))
            if ordered != places:
                self._close(path.name)
                with _writing(self.folder), path.open("rb") as file:
                    replace_file(path, _read_at(file, ordered))

    def _append(self, name: str, line: bytes) -> None:
        path = self.folder / name
        with _writing(self.folder):
            if name not in self._files:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
                self._files[name] = os.open(path, flags, 0o644)
            descriptor = self._files[name]
            size = os.fstat(descriptor).st_size
            rest = memoryview(line + b"\n")
            try:
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
            except BaseException:
                # Half a line would be read as torn; better that there is none.
                with suppress(OSError):
                    os.ftruncate(descriptor, size)
                raise

    def _salvaged(self, repeat: int) -> list[str]:
        """Name the documents answered; lines that are torn or damaged are taken out of the file."""
        path = self.folder / predictions_name(repeat)
        if not path.is_file():
            return []
        places = list(_places(path))
        if sum(size for _, _, size in places) != path.stat().st_size:
            with path.open("rb") as file:
                replace_file(path, _read_at(file, places))
        return [doc_id for doc_id, _, _ in places]

    def _close(self, name: str) -> None:
        if name in self._files:
            os.close(self._files.pop(name))

    def _own_files(self) -> list[Path]:
        names = {MANIFEST, LOG}
        return [
            path
            for path in self.folder.iterdir()
            if path.name in names or path.match("predictions*.jsonl")
        ]


def _places(path: Path) -> Iterator[tuple[str, int, int]]:
    """Give document, offset and size of every good line, the first one for each document."""
    at = 0
    seen: set[str] = set()
    with path.open("rb") as file:
        for line in file:
            with suppress(msgspec.DecodeError, UnicodeDecodeError):
                doc_id = msgspec.json.decode(line, type=_DocId).doc_id
                if line.endswith(b"\n") and doc_id not in seen:
                    seen.add(doc_id)
                    yield doc_id, at, len(line)
            at += len(line)


def _read_at(file: BinaryIO, places: Iterable[tuple[str, int, int]]) -> Iterator[bytes]:
    for _, at, size in places:
        file.seek(at)
        yield file.read(size)


class _writing:  # noqa: N801  (read as a statement: with _writing(folder))
    """Turn a failure to write into a message with the next step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise UnwritableError(
                f"{self._folder} cannot be written: {error.strerror or error} → make room (or "
                "check its rights) and give the same command again: answers so far are kept"
            ) from error
