"""Paths → documents: which gold, which predictions, in whatever files they lie.

Predictions may be several files, globs, folders, gzipped files or `-` (stdin); gold is a corpus
root, or any file or folder in a readable format. Nothing is read before it is asked for, and
goldwire's own JSON Lines are streamed; files of other formats are read one at a time.
"""

import glob
import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from goldwire import hub
from goldwire.corpus import Corpus, find_corpus
from goldwire.errors import GoldError, Problem, UsageError, not_to_be_counted
from goldwire.files import HARMLESS, UNPACKING, FileReader, Found, read_lines, suffixes
from goldwire.formats import Texts, conll, tables
from goldwire.formats.base import Decode
from goldwire.formats.native import read_annotations
from goldwire.formats.token_identity import first_difference
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument
from goldwire.released import Release, is_release
from goldwire.runs import predictions_name, read_manifest, whole_lines

TOKEN_SUFFIXES = tuple(suffix + zipped for suffix in conll.SUFFIXES for zipped in ("", ".gz"))

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
        yield from self.corpus.gold_documents(self.split or None)

    def decoded(self, decode: Decode) -> "Gold":
        """Give the same gold, with the tags of token files read in this way."""
        return replace(self, reader=replace(self.reader, decode=decode))

    def scan(self) -> Iterator[GoldDocument]:
        """Iterate as usual, but leave the rows of tables in the table; see `scan_parquet`."""
        if self.corpus is None:
            yield from _stream_gold(self.paths, reader=self.reader, found=self.found, scan=True)
        else:
            yield from self

    def context(self) -> dict[str, str]:
        """Give the fields that name this gold in a signature."""
        split = {"split": self.split} if self.split else {}
        return {"gold": self.tag, **split, "schema": self.schema_version}


@dataclass(frozen=True, slots=True)
class Run:
    """A system's predictions: where they lie, and how the system is called.

    `found` says of every file that was read which format and dialect it is in. With `is_saved` the
    files are a run folder's, whose last line may be torn.
    """

    paths: tuple[str, ...]
    name: str
    layers: tuple[str, ...] | None = None
    reader: FileReader = field(default_factory=FileReader)
    problems: list[Problem] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)
    is_saved: bool = False

    def __iter__(self) -> Iterator[Annotation]:
        return map(tables.whole, self.scan())

    def decoded(self, decode: Decode) -> "Run":
        """Give the same run, with the tags of token files read in this way."""
        return replace(self, reader=replace(self.reader, decode=decode))

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
            for document in self.reader.read(
                path, problems=self.problems, found=self.found, scan=True
            ):
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
        elif Path(path).is_dir() and read_manifest(Path(path)) is not None:
            files = [str(Path(path) / predictions_name(1))]
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
            # Whatever can be read will do: the shell's <(command) is a pipe.
            if file != "-" and (not Path(file).exists() or Path(file).is_dir()):
                raise UsageError(f"there is no file {file}: correct the path")
            found[file] = None
    return tuple(found)


def open_run(
    paths: Sequence[str],
    *,
    name: str | None = None,
    reader: FileReader = FileReader(),
    repeat: int = 1,
) -> Run:
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
    return Run(files, name or first or Path(paths[0]).resolve().name, reader=reader)


def open_runs(
    paths: Sequence[str], *, each: bool = False, reader: FileReader = FileReader()
) -> tuple[Run, ...]:
    """Find the predictions of one system, or with `each` those of a system for every path.

    Several token files are several systems in any case: without ids they cannot be parts of one.
    Systems are called like their files, or by their whole paths where that is not enough.
    """
    files = expand(paths)
    if not each and not (len(files) > 1 and all(file.endswith(TOKEN_SUFFIXES) for file in files)):
        return (open_run(paths, reader=reader),)
    places = dict.fromkeys(place for path in paths for place in _places(path))
    runs = [open_run([place], reader=reader) for place in places]
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


def open_gold(
    path: str | None = None,
    *,
    split: str | None = None,
    whole: bool = False,
    reader: FileReader = FileReader(),
) -> Gold:
    """Find the gold: the path given, else the configured one, else the nearest corpus root.

    A path may lead to a corpus root, a built release, or a file or folder of records; or it is the
    address of a published release, `hf://org/name@v1.0.0`. Of a corpus it is the `split` named,
    else the one that is scored by default; or the `whole`.

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
        return _corpus_gold(Corpus.open(root), split=split, whole=whole)
    if place.startswith(hub.SCHEME):
        found = _corpus_gold(Release.open(hub.fetch(place)), split=split, whole=whole)
        return replace(found, place=place)
    if not Path(place).exists():
        raise UsageError(f"there is no gold at {place}")
    if is_release(Path(place)):
        return _corpus_gold(Release.open(place), split=split, whole=whole)
    if Path(place).is_dir() and (root := find_corpus(Path(place), upwards=False)) is not None:
        return _corpus_gold(Corpus.open(root), split=split, whole=whole)
    if split is not None:
        raise UsageError(f"{place} is no corpus repository and has no splits: leave --split out")
    return _file_gold(place, reader)


def _corpus_gold(corpus: Corpus | Release, *, split: str | None, whole: bool) -> Gold:
    splits = corpus.splits
    if split is not None and split not in splits:
        raise UsageError(
            f"{corpus.name} has no split {split!r}: its splits are {', '.join(splits) or 'none'}"
        )
    default = DEFAULT_SPLIT if DEFAULT_SPLIT in splits and not whole else ""
    chosen = split or default
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
        reader=replace(reader, is_gold=True),
    )


def _stream_gold(
    paths: Iterable[str],
    *,
    reader: FileReader,
    found: dict[str, Found],
    scan: bool = False,
) -> Iterator[GoldDocument]:
    """Yield the records of gold files; every fault in them is raised together at the end.

    Repaired tags are no fault when tags are decoded as conlleval does.
    """
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in paths:
        for document in reader.read(path, problems=problems, found=found, scan=scan):
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
    faults = [
        # Faults of predictions can be counted instead; gold must be whole.
        not_to_be_counted(problem)
        for problem in problems
        if problem.code not in HARMLESS
    ]
    if faults:
        raise GoldError("the gold cannot be used", faults)
    if not seen:
        raise GoldError("the gold cannot be used, because it holds no document")


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
