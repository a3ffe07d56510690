"""Paths → documents: which gold, which predictions, in whatever files they lie.

Predictions may be several files, globs, folders, gzipped files or `-` (stdin); gold is a corpus
root, or any file or folder of annotation records. Nothing is read before it is asked for, and files
are streamed.
"""

import glob
import gzip
import hashlib
import sys
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from goldwire import hub
from goldwire.corpus import Corpus, find_corpus
from goldwire.errors import GoldError, Problem, UsageError
from goldwire.formats import conll, tables
from goldwire.formats.native import read_annotations
from goldwire.formats.released import ReleasedDocument
from goldwire.formats.token_identity import first_difference
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument
from goldwire.released import Release, is_release
from goldwire.runs import predictions_name, read_manifest, whole_lines

TOKEN_SUFFIXES = tuple(suffix + zipped for suffix in conll.SUFFIXES for zipped in ("", ".gz"))
SUFFIXES = (
    ".json",
    ".jsonl",
    ".json.gz",
    ".jsonl.gz",
    *tables.SUFFIXES,
    *TOKEN_SUFFIXES,
)


UNPACKING = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a packed file raises when it is damaged or was never packed."""

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
    corpus: Corpus | Release | None = None
    paths: tuple[str, ...] = ()
    decode: conll.Decode = "conlleval"

    @property
    def tag(self) -> str:
        """Name the gold, its version and its content."""
        return f"{self.name}@{self.version}#{self.digest[:8]}"

    def __iter__(self) -> Iterator[GoldDocument]:
        if self.corpus is None:
            yield from _stream_gold(self.paths, decode=self.decode)
            return
        yield from self.corpus.gold_documents(self.split or None)

    def scan(self) -> Iterator[GoldDocument]:
        """Iterate as usual, but leave the rows of tables in the table; see `scan_parquet`."""
        if self.corpus is None:
            yield from _stream_gold(self.paths, decode=self.decode, scan=True)
        else:
            yield from self

    def context(self) -> dict[str, str]:
        """Give the fields that name this gold in a signature."""
        split = {"split": self.split} if self.split else {}
        return {"gold": self.tag, **split, "schema": self.schema_version}


@dataclass(frozen=True, slots=True)
class Run:
    """A system's predictions: where they lie, and how the system is called.

    With `is_saved` the files are a run folder's, whose last line may be torn.
    """

    paths: tuple[str, ...]
    name: str
    layers: tuple[str, ...] | None = None
    decode: conll.Decode = "conlleval"
    problems: list[Problem] = field(default_factory=list)
    is_saved: bool = False

    def __iter__(self) -> Iterator[Annotation]:
        return map(tables.whole, self.scan())

    def scan(self) -> Iterator[Annotation]:
        """Iterate as usual, but leave the rows of tables in the table; see `scan_parquet`."""
        if self.is_saved:
            for path in self.paths:
                if Path(path).is_file():
                    yield from read_annotations(
                        whole_lines(Path(path)), name=path, problems=self.problems
                    )
            return
        for path in self.paths:
            n_records, before = 0, len(self.problems)
            for document in read_documents(
                path, problems=self.problems, decode=self.decode, scan=True
            ):
                n_records += 1
                yield document.annotation
            if not n_records and len(self.problems) == before:
                self.problems.append(
                    Problem("GW701", "", "the file holds no record", document=path)
                )


def read_documents(
    path: str,
    *,
    problems: list[Problem],
    decode: conll.Decode = "conlleval",
    scan: bool = False,
) -> Iterator[GoldDocument]:
    """Stream the records of one file in whichever format its name says; texts where it has them.

    A file that cannot be unpacked is added to `problems`. With `scan` the rows of tables stay in
    the table; see `scan_parquet`.
    """
    try:
        yield from _documents_of(path, problems=problems, decode=decode, scan=scan)
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


def _documents_of(
    path: str, *, problems: list[Problem], decode: conll.Decode, scan: bool
) -> Iterator[GoldDocument]:
    if path.endswith(TOKEN_SUFFIXES):
        lines = read_lines(path)
        for found in conll.read_tokens(lines, name=path, problems=problems, decode=decode):
            yield GoldDocument(found.annotation, text=found.text)
    elif path.endswith(tables.SUFFIXES):
        rows = tables.scan_parquet if scan else tables.read_parquet
        yield from map(as_gold, rows(path, problems=problems))
    else:
        found_records = read_annotations(read_lines(path), name=path, problems=problems)
        yield from map(GoldDocument, found_records)


def as_gold(record: Annotation | ReleasedDocument) -> GoldDocument:
    """Give a record as a gold document, with the text and document record that a release holds."""
    if isinstance(record, ReleasedDocument):
        return GoldDocument(record.annotation, record.document, record.own_text)
    return GoldDocument(record)


def read_lines(path: str) -> Iterator[bytes]:
    """Stream the lines of a file, of a gzipped file, or of stdin for `-`."""
    if path == "-":
        yield from sys.stdin.buffer
    elif path.endswith(".gz"):
        with gzip.open(path) as file:
            yield from file
    else:
        with Path(path).open("rb") as file:
            yield from file


def expand(paths: Iterable[str]) -> tuple[str, ...]:
    """Turn files, globs and folders into files, each once, in order; `-` stays as it is.

    Raises UsageError for a path that leads to no file.
    """
    found: dict[str, None] = {}
    for path in paths:
        if path == "-":
            files = [path]
        elif Path(path).is_dir() and read_manifest(Path(path)) is not None:
            files = [str(Path(path) / predictions_name(1))]
        elif Path(path).is_dir():
            files = sorted(
                str(file)
                for file in Path(path).rglob("*")
                if file.name.endswith(SUFFIXES)
                and not any(part.startswith(".") for part in file.relative_to(path).parts)
            )
        else:
            files = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else [path]  # noqa: PTH207
        if not files:
            raise UsageError(f"{path} leads to no file that ends in {', '.join(SUFFIXES)}")
        for file in files:
            # Whatever can be read will do: the shell's <(command) is a pipe.
            if file != "-" and (not Path(file).exists() or Path(file).is_dir()):
                raise UsageError(f"there is no file {file}: give predictions as JSON or JSON Lines")
            found[file] = None
    return tuple(found)


def open_run(paths: Sequence[str], *, name: str | None = None, repeat: int = 1) -> Run:
    """Find a system's predictions; its name is the first path's unless given.

    Of a run folder (`goldwire run`) it is the system's own name, and `repeat` says which answers
    are meant.
    """
    folder = Path(paths[0])
    saved = read_manifest(folder) if len(paths) == 1 and folder.is_dir() else None
    if saved is not None:
        called = f"{saved.name} {saved.version}".removesuffix(" unknown")
        if saved.repeats > 1:
            called += f", repeat {repeat} of {saved.repeats}"
        path = str(folder / predictions_name(repeat))
        return Run((path,), name or called, layers=saved.layers, is_saved=True)
    files = expand(paths)
    first = "stdin" if paths[0] == "-" else Path(paths[0]).name.partition(".")[0]
    return Run(files, name or first or Path(paths[0]).resolve().name)


def open_runs(paths: Sequence[str], *, each: bool = False) -> tuple[Run, ...]:
    """Find the predictions of one system, or with `each` those of a system for every path.

    Several token files are several systems in any case: without ids they cannot be parts of one.
    Systems are called like their files, or by their whole paths where that is not enough.
    """
    files = expand(paths)
    if not each and not (len(files) > 1 and all(file.endswith(TOKEN_SUFFIXES) for file in files)):
        return (open_run(paths),)
    places = dict.fromkeys(place for path in paths for place in _places(path))
    runs = [open_run([place]) for place in places]
    taken = Counter(run.name for run in runs)
    return tuple(
        run if taken[run.name] == 1 else replace(run, name=place)
        for run, place in zip(runs, places, strict=True)
    )


def _places(path: str) -> Iterable[str]:
    """Give the systems of a path: what a glob matches; of a folder all of it, or token files."""
    for place in sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else [path]:  # noqa: PTH207
        files = expand([place])
        if all(file.endswith(TOKEN_SUFFIXES) for file in files):
            yield from files
        else:
            yield place


def different_tokens(gold: Gold, run: Run) -> Problem | None:
    """Say where the tokens of two token files first differ; None when they do not, or are none."""
    both = (*gold.paths, *run.paths)
    if (
        len(gold.paths) != 1
        or len(run.paths) != 1
        or not all(path.endswith(TOKEN_SUFFIXES) for path in both)
    ):
        return None
    try:
        return first_difference(
            read_lines(gold.paths[0]),
            read_lines(run.paths[0]),
            gold_name=gold.place,
            name=run.paths[0],
        )
    except UNPACKING:
        # The reader will say so, with all else that is wrong.
        return None


def open_gold(path: str | None = None, *, split: str | None = None) -> Gold:
    """Find the gold: the path given, else the configured one, else the nearest corpus root.

    A path may lead to a corpus root, a built release, or a file or folder of records; or it is the
    address of a published release, `hf://org/name@v1.0.0`.

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
    if place.startswith(hub.SCHEME):
        found = _corpus_gold(Release.open(hub.fetch(place)), split=split)
        return replace(found, place=place)
    if not Path(place).exists():
        raise UsageError(f"there is no gold at {place}")
    if is_release(Path(place)):
        return _corpus_gold(Release.open(place), split=split)
    if Path(place).is_dir() and (root := find_corpus(Path(place), upwards=False)) is not None:
        return _corpus_gold(Corpus.open(root), split=split)
    return _file_gold(place)


def _corpus_gold(corpus: Corpus | Release, *, split: str | None) -> Gold:
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


def _file_gold(place: str) -> Gold:
    files = expand([place])
    if not all(Path(file).is_file() for file in files):
        raise UsageError(f"gold is read more than once, so {place} must be a file and no pipe")
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
    )


def _stream_gold(
    paths: Iterable[str], *, decode: conll.Decode, scan: bool = False
) -> Iterator[GoldDocument]:
    """Yield the records of gold files; every fault in them is raised together at the end.

    Repaired tags are no fault when tags are decoded as conlleval does.
    """
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in paths:
        for document in read_documents(path, problems=problems, decode=decode, scan=scan):
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
    faults = [problem for problem in problems if problem.code != conll.INVALID_TAG]
    if faults:
        raise GoldError("the gold cannot be used", faults)


def configured(key: str) -> str | None:
    """Read a path from the settings; it counts from the file that holds it."""
    found = setting(key)
    return None if found is None else str(found[0] / str(found[1]))


def setting(key: str) -> tuple[Path, object] | None:
    """Read one setting from goldwire.toml or from [tool.goldwire] of the nearest pyproject.toml.

    Gives the folder of the file and the value; None when no file has the key.
    """
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
                return folder, value
    return None


def _toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not valid TOML: {error}") from error
