"""Baseline files: what a gate compares with. They keep predictions, not scores.

A baseline is JSON Lines, gzipped when its name says so. The first line says which gold, which
options and which system it was made with, the others hold the records of each run. Because it keeps
predictions, it is scored afresh when gold is corrected; it is refused when it was made for other
texts, another schema or other options. Words of texts that may not be passed on are left out.
"""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from goldwire.corpus import UNVERSIONED
from goldwire.errors import UsageError
from goldwire.evaluation import Evaluation, Measured
from goldwire.formats.tables import whole
from goldwire.grounding import Mode, ground, n_ungrounded
from goldwire.model import Annotation
from goldwire.replacing import replace_file
from goldwire.standoff import without_words
from goldwire.version import version

FORMAT = "1.0.0"
SHOWN_DOCUMENTS = 5


class BaselineError(UsageError):
    """A baseline is not there, cannot be read, or was made for something else."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a baseline. `texts` has the SHA-256 of each document's text, or ""."""

    goldwire_baseline: str
    system: str
    system_version: str
    gold: str
    gold_version: str
    split: str
    digest: str
    schema: str
    options: dict[str, str]
    texts: dict[str, str]
    layers: tuple[str, ...] | None = None
    runs: int = 1
    code: str = ""


class Line(msgspec.Struct, frozen=True):
    """One record of one run, counted from 0."""

    run: int
    record: Annotation


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline that was read: how it was made, and the predictions of every run."""

    header: Header
    measured: Measured


def is_baseline(path: str | Path) -> bool:
    """Claim that a file starts as a baseline does."""
    file = Path(path)
    if not file.is_file():
        return False
    with _opened(file) as lines:
        return b'"goldwire_baseline"' in next(iter(lines), b"")


def read_baseline(path: str | Path, *, how: str) -> Baseline:
    """Read a baseline; `how` is the command that makes one, for the message when there is none.

    Raises BaselineError.
    """
    file = Path(path)
    if not file.is_file():
        raise BaselineError(f"there is no baseline at {path} yet → make one: {how}")
    decoder = msgspec.json.Decoder(Line)
    try:
        with _opened(file) as lines:
            header = msgspec.json.decode(next(lines), type=Header)
            _check_format(header, file)
            runs: list[list[Annotation]] = [[] for _ in range(header.runs)]
            for line in lines:
                found = decoder.decode(line)
                runs[found.run].append(found.record)
    except (msgspec.MsgspecError, StopIteration, IndexError, EOFError, OSError) as error:
        raise BaselineError(
            f"{path} is no baseline that can be read: {error} → make it again: {how}"
        ) from error
    return Baseline(
        header,
        Measured(
            name=header.system,
            version=header.system_version,
            runs=tuple(map(tuple, runs)),
            layers=header.layers,
        ),
    )


def _check_format(header: Header, file: Path) -> None:
    if header.goldwire_baseline.partition(".")[0] != FORMAT.partition(".")[0]:
        raise BaselineError(
            f"{file} has the baseline format {header.goldwire_baseline}, this goldwire reads "
            f"{FORMAT} → make it again with --update-baseline"
        )


def write_baseline(path: str | Path, measured: Measured, evaluation: Evaluation) -> None:
    """Write what a system gave as the new baseline: under another name first, then renamed."""
    documents = list(evaluation.documents())
    protected = {
        item.doc_id: item.text
        for item in documents
        if item.document is not None and item.document.rights.redistribution != "full_text"
    }
    gold = evaluation.gold
    header = Header(
        goldwire_baseline=FORMAT,
        system=measured.name,
        system_version=measured.version,
        gold=gold.name,
        gold_version=gold.version,
        split=gold.split,
        digest=gold.digest,
        schema=gold.schema_version,
        options=evaluation.signed_options(),
        texts={item.doc_id: item.text_digest or "" for item in documents},
        layers=measured.layers,
        runs=len(measured.runs),
        code=version(),
    )
    mode = evaluation.grounding
    lines = [msgspec.json.encode(header), *_lines(measured, protected, grounding=mode)]
    data = b"\n".join(lines) + b"\n"
    file = Path(path)
    if file.name.endswith(".gz"):
        data = gzip.compress(data, mtime=0)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, data)


def _lines(
    measured: Measured, protected: Mapping[str, str | None], *, grounding: Mode
) -> Iterator[bytes]:
    for at, run in enumerate(measured.runs):
        for given in run:
            record = whole(given)
            if record.doc_id in protected:
                record = _bare(record, protected[record.doc_id], grounding=grounding)
            yield msgspec.json.encode(Line(at, record))


def _bare(record: Annotation, text: str | None, *, grounding: Mode) -> Annotation:
    """Give a record without words; what has no place gets one first, as it would in scoring."""
    if text is not None and grounding != "off" and n_ungrounded(record):
        record = ground(record, text, fuzzy=grounding == "fuzzy").prediction
    return msgspec.convert(without_words(msgspec.to_builtins(record)), Annotation)


def _opened(file: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(file)) if file.name.endswith(".gz") else file.open("rb")


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a baseline can be compared: the documents that both have, and what to say about it.

    Documents that are new in gold or gone from it are left out of the comparison, and named.
    """

    doc_ids: frozenset[str]
    notes: tuple[str, ...] = ()


def fit(header: Header, evaluation: Evaluation, *, how: str) -> Fit:
    """Check a baseline against the gold and the options of today.

    Raises BaselineError that says all that differs: gold, split, schema, options, texts.
    """
    gold = evaluation.gold
    # Gold without a manifest is called after its folder, which every clone may name otherwise.
    is_named = UNVERSIONED not in (header.gold_version, gold.version)
    differing = [
        f"{what}: {made or 'none'} and {now or 'none'}"
        for what, made, now in (
            *([("gold", header.gold, gold.name)] if is_named else []),
            ("split", header.split, gold.split),
            ("schema", header.schema, gold.schema_version),
            *_differing_options(header.options, evaluation.signed_options()),
        )
        if made != now
    ]
    texts = {item.doc_id: item.text_digest or "" for item in evaluation.documents()}
    shared = [doc_id for doc_id in texts if doc_id in header.texts]
    changed = [
        doc_id
        for doc_id in shared
        if texts[doc_id] != header.texts[doc_id] and header.texts[doc_id]
    ]
    if changed:
        differing.append(f"the texts of {_named(changed)}")
    if differing:
        raise BaselineError(
            f"the baseline and this run are not comparable, they differ in {'; '.join(differing)} "
            f"→ use the same gold and options, or make the baseline again: {how}"
        )
    if not shared:
        raise BaselineError(f"the baseline has none of the documents of {gold.tag} → {how}")
    return Fit(frozenset(shared), tuple(_notes(header, evaluation, texts)))


def _differing_options(
    made: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    for key in sorted(made.keys() | now.keys()):
        yield key, made.get(key, ""), now.get(key, "")


def _notes(header: Header, evaluation: Evaluation, texts: Mapping[str, str]) -> Iterator[str]:
    gold = evaluation.gold
    if header.digest != gold.digest:
        yield (
            f"gold has changed since the baseline was made (#{header.digest[:8]} to "
            f"#{gold.digest[:8]}): the baseline's predictions were scored against the new gold"
        )
    new = [doc_id for doc_id in texts if doc_id not in header.texts]
    if new:
        yield f"the baseline does not have {_named(new)}: left out of the comparison"
    gone = [doc_id for doc_id in header.texts if doc_id not in texts]
    if gone:
        yield f"gold no longer has {_named(gone)}: left out of the comparison"


def _named(doc_ids: list[str]) -> str:
    more = f" and {len(doc_ids) - SHOWN_DOCUMENTS} more" if len(doc_ids) > SHOWN_DOCUMENTS else ""
    return ", ".join(doc_ids[:SHOWN_DOCUMENTS]) + more
