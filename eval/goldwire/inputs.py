"""Paths → documents: which gold, which predictions, in whatever files they lie.

Predictions may be several files, globs, folders, gzipped files or `-` (stdin); gold is a corpus
root, or any file or folder in a readable format. Nothing is read before it is asked for, and
goldwire's own JSON Lines are streamed; files of other formats are read one at a time.
"""

import glob
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from goldwire.corpus import Corpus, find_corpus
from goldwire.errors import GoldError, Problem, UsageError
from goldwire.files import HARMLESS, FileReader, Found, suffixes
from goldwire.formats import Texts
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument

DEFAULT_SPLIT = "test"
"""The split that is scored when none is named, where the corpus has it; else all documents are."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold standard that can be iterated as often as wanted.

    `tag` is `name@version#digest`, as it stands in signatures; `split` is empty for all of it.
    """

    name: str
    version: str
    digest: str
    split: str
    schema_version: str
    place: str
    corpus: Corpus | None = None
    paths: tuple[str, ...] = ()
    reader: FileReader = field(default_factory=FileReader)
    found: dict[str, Found] = field(default_factory=dict)

    @property
    def texts(self) -> Texts:
        """The texts of the documents, for predictions in formats that have none."""
        return Texts(lambda: ((item.doc_id, item.text) for item in self if item.text is not None))

    @property
    def tag(self) -> str:
        """Name the gold, its version and its content."""
        return f"{self.name}@{self.version}#{self.digest[:8]}"

    def __iter__(self) -> Iterator[GoldDocument]:
        if self.corpus is None:
            yield from _stream_gold(self.paths, reader=self.reader, found=self.found)
            return
        for doc_id in self.corpus.doc_ids(self.split or None):
            yield self.corpus.gold_document(doc_id)

    def context(self) -> dict[str, str]:
        """Give the fields that name this gold in a signature."""
        split = {"split": self.split} if self.split else {}
        return {"gold": self.tag, **split, "schema": self.schema_version}


@dataclass(frozen=True, slots=True)
class Run:
    """A system's predictions: where they lie, and how the system is called.

    `found` says of every file that was read which format and dialect it is in.
    """

    paths: tuple[str, ...]
    name: str
    layers: tuple[str, ...] | None = None
    reader: FileReader = field(default_factory=FileReader)
    problems: list[Problem] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Annotation]:
        for path in self.paths:
            n_records, before = 0, len(self.problems)
            for document in self.reader.read(path, problems=self.problems, found=self.found):
                n_records += 1
                yield document.annotation
            if not n_records and len(self.problems) == before:
                self.problems.append(
                    Problem("GW701", "", "the file holds no record", document=path)
                )


def expand(paths: Iterable[str]) -> tuple[str, ...]:
    """Turn files, globs and folders into files, each once, in order; `-` stays as it is.

    Raises UsageError for a path that leads to no file.
    """
    found: dict[str, None] = {}
    for path in paths:
        if path == "-":
            files = [path]
        elif Path(path).is_dir():
            files = sorted(
                str(file)
                for file in Path(path).rglob("*")
                if file.name.endswith(suffixes())
                and not any(part.startswith(".") for part in file.relative_to(path).parts)
            )
        else:
            files = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else [path]  # noqa: PTH207
        if not files:
            raise UsageError(f"{path} leads to no file that ends in {', '.join(suffixes())}")
        for file in files:
            if file != "-" and not Path(file).is_file():
                raise UsageError(f"there is no file {file}: give predictions as JSON or JSON Lines")
            found[file] = None
    return tuple(found)


def open_run(
    paths: Sequence[str], *, name: str | None = None, reader: FileReader = FileReader()
) -> Run:
    """Find a system's predictions; its name is the first path's unless given."""
    files = expand(paths)
    first = "stdin" if paths[0] == "-" else Path(paths[0]).name.partition(".")[0]
    return Run(files, name or first or Path(paths[0]).resolve().name, reader=reader)


def open_gold(
    path: str | None = None, *, split: str | None = None, reader: FileReader = FileReader()
) -> Gold:
    """Find the gold: the path given, else the configured one, else the nearest corpus root.

    Raises UsageError when there is none, GoldError when it cannot be read.
    """
    place = path or configured("gold")
    if place is None:
        root = find_corpus(Path.cwd())
        if root is None:
            raise UsageError(
                "no gold: pass --gold PATH, set `gold` in [tool.goldwire] of pyproject.toml or in "
                "goldwire.toml, or work inside a corpus repository"
            )
        return _corpus_gold(Corpus.open(root), split=split)
    if not Path(place).exists():
        raise UsageError(f"there is no gold at {place}")
    if Path(place).is_dir() and (root := find_corpus(Path(place), upwards=False)) is not None:
        return _corpus_gold(Corpus.open(root), split=split)
    return _file_gold(place, reader)


def _corpus_gold(corpus: Corpus, *, split: str | None) -> Gold:
    splits = corpus.splits
    if split is not None and split not in splits:
        raise UsageError(
            f"{corpus.name} has no split {split!r}: its splits are {', '.join(splits) or 'none'}"
        )
    chosen = split or (DEFAULT_SPLIT if DEFAULT_SPLIT in splits else "")
    return Gold(
        name=corpus.name,
        version=corpus.version,
        digest=corpus.digest(chosen or None),
        split=chosen,
        schema_version=corpus.schema_version,
        place=str(corpus.root),
        corpus=corpus,
    )


def _file_gold(place: str, reader: FileReader) -> Gold:
    files = expand([place])
    digest = hashlib.sha256()
    for path in files:
        with Path(path).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return Gold(
        name=Path(place).name.partition(".")[0],
        version="unversioned",
        digest=digest.hexdigest(),
        split="",
        schema_version="1.0.0",
        place=place,
        paths=files,
        reader=replace(reader, is_gold=True),
    )


def _stream_gold(
    paths: Iterable[str], *, reader: FileReader, found: dict[str, Found]
) -> Iterator[GoldDocument]:
    """Yield the records of gold files; every fault in them is raised together at the end.

    Repaired tags are no fault when tags are decoded as conlleval does.
    """
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in paths:
        for document in reader.read(path, problems=problems, found=found):
            if document.doc_id in seen:
                problems.append(
                    Problem(
                        "GW711",
                        "/doc_id",
                        "this document stands in gold more than once",
                        document=document.doc_id,
                        expected="one record per document",
                    )
                )
            seen.add(document.doc_id)
            yield document
    faults = [problem for problem in problems if problem.code not in HARMLESS]
    if faults:
        raise GoldError("the gold cannot be used", faults)


def configured(key: str) -> str | None:
    """Read one setting from goldwire.toml or from [tool.goldwire] of the nearest pyproject.toml."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        for name, table in (("goldwire.toml", ()), ("pyproject.toml", ("tool", "goldwire"))):
            file = folder / name
            if not file.is_file():
                continue
            settings: object = _toml(file)
            for step in table:
                settings = settings.get(step, {}) if isinstance(settings, Mapping) else {}
            value = settings.get(key) if isinstance(settings, Mapping) else None
            if value is not None:
                return str(folder / str(value))
    return None


def _toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not valid TOML: {error}") from error
