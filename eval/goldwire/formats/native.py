"""goldwire's own format: annotation records as JSON, as a JSON array, or as JSON Lines.

JSON Lines is read as a stream, one record at a time; the two others are read whole. Records carry
no text; `text_ref` names the text that they are about.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from goldwire.errors import Problem
from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, Writing
from goldwire.formats.ledger import Ledger
from goldwire.formats.projection import all_fields
from goldwire.model import LAYERS, Annotation

DECODER = msgspec.json.Decoder(Annotation)
ENCODER = msgspec.json.Encoder()

_PATH = re.compile(r"^(?P<message>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`")


def read_annotations(
    lines: Iterable[bytes], *, name: str, problems: list[Problem]
) -> Iterator[Annotation]:
    """Read records from the lines of a file; every unreadable one is added to `problems`.

    A record on one line is yielded as soon as its line is read. `name` is how the file is called
    in problems. Blank lines are skipped; a file without any record is a problem of its own.
    """
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    first = next(numbered, None)
    if first is None:
        problems.append(
            Problem(
                "GW701",
                "",
                "the file is empty",
                document=name,
                expected="one annotation record per line, or a JSON array of records",
                fix="check that the extractor wrote its output to this file",
            )
        )
        return
    first = (first[0], first[1].removeprefix(BOM_UTF8))
    if b"\x00" in first[1]:
        problems.append(_not_text(name))
        return
    lines_of_file: Iterator[tuple[int, bytes]] = chain([first], numbered)
    if not _is_json(first[1]):
        kept = list(lines_of_file)
        whole = b"\n".join(line for _, line in kept)
        if len(kept) > 1 and _is_json(whole):
            yield from _read_whole(whole, name=name, problems=problems)
            return
        lines_of_file = iter(kept)
    elif first[1].lstrip().startswith(b"["):
        yield from _read_whole(first[1], name=name, problems=problems)
        return
    for number, line in lines_of_file:
        record = _decode(line, name=name, line_number=number, problems=problems)
        if record is not None:
            yield record


def _not_text(name: str) -> Problem:
    return Problem(
        "GW702",
        "line 1",
        "the file is not UTF-8 text: it holds zero bytes",
        document=name,
        expected="JSON in UTF-8",
        fix="save it as UTF-8 (UTF-16 has zero bytes), or unpack it first",
    )


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _read_whole(data: bytes, *, name: str, problems: list[Problem]) -> Iterator[Annotation]:
    """Read one record or an array of records that is known to be well-formed JSON."""
    if not data.lstrip().startswith(b"["):
        record = _decode(data, name=name, line_number=None, problems=problems)
        if record is not None:
            yield record
        return
    for position, item in enumerate(msgspec.json.decode(data, type=list[msgspec.Raw])):
        record = _decode(bytes(item), name=name, line_number=None, problems=problems, at=position)
        if record is not None:
            yield record


def _decode(
    data: bytes,
    *,
    name: str,
    line_number: int | None,
    problems: list[Problem],
    at: int | None = None,
) -> Annotation | None:
    try:
        return DECODER.decode(data)
    except msgspec.ValidationError as error:
        # The first unknown field is found before the end is seen of what may be no JSON at all.
        if (fault := _fault_of_json(data)) is not None:
            problems.append(_malformed(fault, data, name=name, line_number=line_number))
            return None
        line = "" if line_number is None else f"line {line_number}"
        prefix = "" if at is None else f"/{at}"
        problems.append(invalid(str(error), name=name, place=line, prefix=prefix))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problems.append(_malformed(str(error), data, name=name, line_number=line_number))
    except RecursionError:
        problems.append(_malformed(_TOO_DEEP, data, name=name, line_number=line_number))
    return None


_TOO_DEEP = "it is nested too deeply for any record"


def _fault_of_json(data: bytes) -> str | None:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return str(error)
    except RecursionError:
        return _TOO_DEEP
    return None


def _malformed(message: str, data: bytes, *, name: str, line_number: int | None) -> Problem:
    return Problem(
        "GW702",
        "" if line_number is None else f"line {line_number}",
        f"malformed JSON: {message}",
        document=name,
        found=repr(data[:60].decode("utf-8", "replace")) + ("…" if len(data) > 60 else ""),
        expected="one complete JSON object per record",
        fix="correct the line, or pass --on-error=count to score without it",
    )


def invalid(message: str, *, name: str, place: str, prefix: str = "") -> Problem:
    """Turn msgspec's message about a record into a problem with a JSON Pointer.

    `place` says where in the file the record is (such as `line 7`), `prefix` is put before the
    pointer.
    """
    match = _PATH.match(message)
    text = match["message"] if match else message
    path = (match["path"] if match else None) or ""
    pointer = path.replace("[", "/").replace("]", "").replace(".", "/")
    unknown = _UNKNOWN.search(text)
    expected = ""
    if unknown is not None:
        pointer = f"{pointer}/{unknown['name']}"
        is_layer = pointer.count("/") == 1
        text = f"unknown {'layer' if is_layer else 'field'} {unknown['name']!r}"
        expected = f"one of {', '.join(LAYERS)}" if is_layer else "a field of the prediction schema"
    return Problem(
        "GW703",
        f"{place} {prefix}{pointer}".strip(),
        text,
        document=name,
        expected=expected,
        fix="`goldwire validate --profile prediction FILE` lists every fault of the file",
    )


def is_native(record: object) -> bool:
    """Claim that a JSON value is a record of goldwire: an id, layers, and no text of its own."""
    if not isinstance(record, Mapping) or "doc_id" not in record:
        return False
    if set(record) <= set(Annotation.__struct_fields__):
        return not any(_is_foreign(item) for layer in LAYERS for item in _items(record, layer))
    is_foreign = any(key in record for key in ("text", "tokens", "sentences"))
    return any(layer in record for layer in LAYERS[1:]) and not is_foreign


def _items(record: Mapping[str, object], layer: str) -> list[object]:
    found = record.get(layer)
    return found if isinstance(found, list) else []


def _is_foreign(item: object) -> bool:
    """Claim that an item has its place or its words where goldwire's items never have them."""
    return not isinstance(item, Mapping) or bool({"start", "start_offset", "text"} & item.keys())


def sniff(sample: Sample) -> int:
    """Claim files whose first records are goldwire's."""
    return 2 if sample.objects and all(map(is_native, sample.objects[:3])) else 0


def read(source: Source) -> Reading:
    """Read records; `read_annotations` does the same as a stream."""
    ledger = Ledger(source.name)
    lines = source.data.splitlines(keepends=True)
    records = read_annotations(lines, name=source.name, problems=ledger.problems)
    documents = tuple(AnnotatedText(record) for record in records)
    return Reading(documents, dialect=DIALECT, problems=tuple(ledger.problems))


DIALECT = {"offsets": "code_points,exclusive"}


def write(documents: Sequence[AnnotatedText]) -> Writing:
    """Write a record a line. Texts are left out, and listed: a record only names its text."""
    ledger = Ledger()
    for document in documents:
        if document.text is not None:
            ledger.lose("text-left-out", "note", "", document=document.doc_id)
    lines = [ENCODER.encode(document.annotation) + b"\n" for document in documents]
    return Writing({"annotations.jsonl": b"".join(lines)}, tuple(ledger.losses))


FORMAT = Format(
    name="native",
    title="goldwire's own records as JSON, a JSON array or JSON Lines",
    suffixes=(".jsonl", ".json"),
    sniff=sniff,
    read=read,
    write=write,
    fields=all_fields(),
    capabilities=frozenset({"discontinuous", "nested", "unplaced"}),
)
