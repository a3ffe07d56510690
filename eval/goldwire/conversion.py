"""Conversion: files of one format to files of another, with a list of all that did not pass.

Reading is tolerant; what was lost on either side is kept apart, and each loss has a place.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from goldwire.corpus import Corpus, find_corpus
from goldwire.errors import DataError, Problem, UsageError
from goldwire.files import FileReader, Found
from goldwire.formats import AnnotatedText, Format, Loss
from goldwire.formats.ledger import KINDS, Kind
from goldwire.inputs import expand
from goldwire.pairing import GoldDocument


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was read and what it became; `protected` are documents whose words may not be passed on.

    `files` are the files to be written, by name.
    """

    target: str
    found: Mapping[str, Found]
    n_documents: int
    files: Mapping[str, bytes]
    read_losses: tuple[Loss, ...] = ()
    written_losses: tuple[Loss, ...] = ()
    protected: frozenset[str] = frozenset()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """All losses, of reading first."""
        return (*self.read_losses, *self.written_losses)

    def at_least(self, kind: Kind) -> tuple[Loss, ...]:
        """Give the losses that are as bad as a kind, or worse."""
        bad = KINDS[KINDS.index(kind) :]
        return tuple(loss for loss in self.losses if loss.kind in bad)

    def report(self) -> dict[str, Any]:
        """Give the loss report as JSON values; words of protected texts are left out."""
        return {
            "from": {
                path: {"format": one.format, "dialect": dict(one.dialect)}
                for path, one in self.found.items()
            },
            "to": self.target,
            "documents": self.n_documents,
            "files": sorted(self.files),
            "counts": dict(Counter(f"{loss.kind}: {loss.code}" for loss in self.losses)),
            "losses": [
                {
                    "side": side,
                    "kind": loss.kind,
                    "code": loss.code,
                    "document": loss.document,
                    "where": loss.where,
                    **({} if loss.document in self.protected else {"example": loss.example}),
                }
                for side, losses in (("read", self.read_losses), ("written", self.written_losses))
                for loss in losses
            ],
        }


@dataclass(slots=True)
class _Inputs:
    documents: list[AnnotatedText] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)


def convert(paths: Sequence[str], target: Format, *, reader: FileReader) -> Conversion:
    """Read files, or a corpus with its texts, and write them in another format, in memory.

    Raises UsageError for a format that cannot be written, DataError for files that cannot be read.
    """
    if target.write is None:
        raise UsageError(f"goldwire reads {target.name} and does not write it")
    inputs = _Inputs()
    for path in paths:
        root = find_corpus(Path(path), upwards=False) if Path(path).is_dir() else None
        if root is not None:
            _read_corpus(Corpus.open(root), inputs)
        else:
            for file in expand([path]):
                _read_file(file, inputs, reader)
    if inputs.problems:
        raise DataError("nothing was converted", inputs.problems)
    writing = target.write(inputs.documents)
    return Conversion(
        target=target.name,
        found=inputs.found,
        n_documents=len(inputs.documents),
        files=writing.files,
        read_losses=tuple(inputs.losses),
        written_losses=writing.losses,
        protected=frozenset(inputs.protected),
    )


def _read_corpus(corpus: Corpus, inputs: _Inputs) -> None:
    inputs.found[str(corpus.root)] = Found("corpus", {"offsets": "code_points,exclusive"})
    for doc_id in corpus.doc_ids():
        item: GoldDocument = corpus.gold_document(doc_id)
        inputs.documents.append(AnnotatedText(item.annotation, item.text))
        if item.document is not None and item.document.rights.redistribution != "full_text":
            inputs.protected.add(item.doc_id)


def _read_file(file: str, inputs: _Inputs, reader: FileReader) -> None:
    found, reading = reader.reading(file)
    inputs.found[file] = Found(found.name, reading.dialect)
    inputs.problems += reading.problems
    inputs.losses += reading.losses
    for document in reading.documents:
        text = document.text
        if text is None:
            text = reader.texts.get(document.doc_id)
        inputs.documents.append(AnnotatedText(document.annotation, text))


def write_files(files: Mapping[str, bytes], output: Path, *, as_folder: bool) -> tuple[Path, ...]:
    """Write files, each under a temporary name first; a single one is `output` itself.

    Names that lead out of the folder are refused before anything is written.
    """
    if len(files) == 1 and not as_folder:
        [data] = files.values()
        targets = {output: data}
    else:
        targets = {output / _checked(name): data for name, data in files.items()}
    for path, data in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    return tuple(targets)


def _checked(name: str) -> str:
    if name != Path(name).name or name in {"", ".", ".."} or "\\" in name or "\x00" in name:
        raise UsageError(f"a file cannot be called {name!r}: its name leads out of the folder")
    return name


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def summary(losses: Iterable[Loss], *, n_examples: int = 3) -> list[str]:
    """Give a line for every kind of loss: how often, and a few places."""
    groups: dict[tuple[str, str], list[Loss]] = {}
    for loss in losses:
        groups.setdefault((loss.kind, loss.code), []).append(loss)
    lines = []
    for (kind, code), group in sorted(groups.items(), key=lambda one: -KINDS.index(one[1][0].kind)):
        places = ", ".join(loss.where or loss.document for loss in group[:n_examples])
        more = ", …" if len(group) > n_examples else ""
        lines.append(f"{len(group):>6} {kind:<10} {code}: {places}{more}")
    return lines
