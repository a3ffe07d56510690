"""Span JSON and JSON Lines: a text and its labelled spans, as most libraries print them.

spaCy (`{"text", "entities": [[0, 5, "ORG"]]}`, training pairs, `ents`), Prodigy (`spans`,
`answer`), doccano in its versions (`label`, `labels`, `entities`, `annotations`, `data`), GLiNER
and Hugging Face pipelines (lists of objects without a text), and any list of objects or rows with
two offsets: code points with exclusive ends unless the words beside them show otherwise.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, Writing, text_ref
from goldwire.formats.items import (
    Item,
    Layout,
    has_offsets,
    item_of_object,
    item_of_row,
    layout_of,
)
from goldwire.formats.json_values import values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document, text_of
from goldwire.formats.pieces import are_pieces, merged
from goldwire.formats.placing import Claim, Placing, evidence, settle
from goldwire.formats.projection import CONTIGUOUS_MENTIONS, project
from goldwire.formats.relations import linked
from goldwire.model import Annotation, Mention

ITEM_KEYS = (
    "entities",
    "spans",
    "ents",
    "label",
    "labels",
    "annotations",
    "mentions",
    "predictions",
    "ner",
    "results",
    "output",
)
TEXT_KEYS = ("text", "data", "sentence", "content", "raw")
ID_KEYS = ("doc_id", "id", "document_id", "doc", "doc_key", "docid")


@dataclass(frozen=True, slots=True)
class _Record:
    """One record before its document and its items' places are settled."""

    where: str
    rows: tuple[object, ...]
    given: object = None
    text: str | None = None
    relations: tuple[object, ...] = ()
    doc_id: str = ""


def sniff(sample: Sample) -> int:
    """Claim files whose items have offsets, and records that have a text and nothing else."""
    if any(has_offsets(record) or _is_mapping_of_documents(record) for record in sample.records):
        return 1
    for record in sample.records:
        rows = _rows_of(record)
        if rows is not None and any(has_offsets(row) for row in rows):
            return 1
    texts = [record for record in sample.objects if _text_of(record) is not None]
    empty = [record for record in texts if not any(record.get(key) for key in ITEM_KEYS)]
    is_bare = all(
        isinstance(value, str | int | float | bool | None | dict | list)
        and key not in {"tokens", "sentences", "denotations", "passages"}
        for record in empty
        for key, value in record.items()
    )
    return 1 if texts and len(empty) == len(sample.records) and is_bare else 0


def read(source: Source) -> Reading:
    """Read records; items that cannot be understood are kept without a place."""
    ledger = Ledger(source.name)
    records = list(_named(_records(source, ledger), source, ledger))
    texts = {record.doc_id: text_of(source, record.doc_id, record.text) for record in records}
    layout = layout_of(
        (row, texts[record.doc_id])
        for record in records
        for row in record.rows
        if isinstance(row, list)
    )
    pieces = [are_pieces(record.rows) for record in records]
    items = [[_item(row, layout) for row in record.rows] for record in records]
    found = [
        one
        for record, parts in zip(records, items, strict=True)
        for one in evidence(texts[record.doc_id], _claims(record.rows, parts))
    ]
    placing = settle(source, ledger, found, trim=_is_pipeline(records))
    documents = []
    for record, parts, is_pieces in zip(records, items, pieces, strict=True):
        text = texts[record.doc_id]
        whole = merged(parts, text, ledger, record.doc_id) if is_pieces else parts
        mentions = _mentions(whole, text, record, placing)
        annotation = Annotation(
            doc_id=record.doc_id,
            text_ref=None if record.text is None else text_ref(record.text),
            mentions=mentions,
        )
        annotation = linked(annotation, record.relations, ledger, where=record.where)
        documents.append(AnnotatedText(annotation, record.text))
    dialect = {**placing.dialect, **({"columns": str(layout)} if _has_rows(records) else {})}
    if any(pieces):
        dialect["tags"] = "pieces of words with B- and I-, joined"
    return Reading(tuple(documents), tuple(ledger.losses), dialect, tuple(ledger.problems))


def _records(source: Source, ledger: Ledger) -> list[_Record]:
    found = list(values(source.data, ledger))
    if found and all(has_offsets(value) for _, value in found):
        return _grouped(found)
    records: list[_Record] = []
    for where, value in found:
        if _is_mapping_of_documents(value):
            assert isinstance(value, Mapping)  # noqa: S101  # for the type checker
            for doc_id, inner in value.items():
                rows = _rows_of(inner)
                records.append(_Record(f"{where} /{doc_id}".strip(), tuple(rows or ()), doc_id))
        elif (record := _record(where, value, ledger)) is not None:
            records.append(record)
    return records


def _record(where: str, value: object, ledger: Ledger) -> _Record | None:
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
        value = {"text": value[0], **(value[1] if isinstance(value[1], dict) else {})}
    rows = _rows_of(value)
    if not isinstance(value, Mapping):
        if rows is None:
            ledger.refuse(
                "GW703",
                where,
                "neither a record with a text and spans nor a list of spans",
                found=json.dumps(value, ensure_ascii=False)[:60],
                fix="correct the record, or name the file's format",
            )
            return None
        return _Record(where, tuple(rows))
    if value.get("answer") in {"reject", "ignore"}:
        ledger.lose("rejected-answer", "dropped", where, f"answer {value['answer']!r}")
        return None
    text = _text_of(value)
    if rows is None and text is None:
        ledger.refuse(
            "GW703",
            where,
            "a record without a text and without spans",
            found=", ".join(map(str, value))[:60],
            expected=f"spans under one of {', '.join(ITEM_KEYS[:6])}, …",
            fix="correct the record, or name the file's format",
        )
        return None
    relations = value.get("relations")
    return _Record(
        where,
        tuple(rows or ()),
        _given_id(value),
        text,
        tuple(relations) if isinstance(relations, list) else (),
    )


def _grouped(found: Sequence[tuple[str, object]]) -> list[_Record]:
    """Make records of a list of items: one, or one for each document that the items name."""
    groups: dict[object, list[object]] = {}
    for _, value in found:
        key = value.get("doc_id", value.get("document_id")) if isinstance(value, Mapping) else None
        groups.setdefault(key if isinstance(key, str | int) else None, []).append(value)
    return [_Record("", tuple(rows), key) for key, rows in groups.items()]


def _named(records: list[_Record], source: Source, ledger: Ledger) -> Iterable[_Record]:
    """Give every record its doc_id; bare lists in the number of the known texts go by order."""
    is_alone = len(records) == 1
    known = list(source.texts.by_id)
    is_bare = all(record.given is None and record.text is None for record in records)
    for at, record in enumerate(records):
        if is_bare and not is_alone and len(records) == len(known):
            doc_id = known[at]
            ledger.lose("named-by-order", "note", record.where, "one list for each known text",
                        document=doc_id)  # fmt: skip
        else:
            doc_id = name_document(
                source,
                ledger,
                given=record.given,
                text=record.text,
                number=at + 1,
                is_alone=is_alone,
                where=record.where,
            )
        yield replace(record, doc_id=doc_id)


def _rows_of(value: object) -> Sequence[object] | None:
    """Find the items of a record: the first key that holds a list of them."""
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict):
            return _rows_of(value[1])
        return value if all(isinstance(row, dict | list) for row in value) else None
    if not isinstance(value, Mapping):
        return None
    empty = None
    for key in ITEM_KEYS:
        rows = value.get(key)
        if isinstance(rows, list):
            if any(has_offsets(row) for row in rows):
                return rows
            empty = rows if empty is None else empty
    return empty


def _is_mapping_of_documents(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and not any(key in value for key in (*ITEM_KEYS, *TEXT_KEYS))
        and all(
            (rows := _rows_of(inner)) is not None and (not rows or any(map(has_offsets, rows)))
            for inner in value.values()
        )
    )


def _text_of(value: Mapping[str, object]) -> str | None:
    for key in TEXT_KEYS:
        if isinstance(found := value.get(key), str):
            return found
    return None


def _given_id(value: Mapping[str, object]) -> object:
    for key in ID_KEYS:
        if isinstance(found := value.get(key), str | int) and not isinstance(found, bool):
            return found
    meta = value.get("meta", value.get("metadata"))
    return _given_id(meta) if isinstance(meta, Mapping) else None


def _item(row: object, layout: Layout) -> Item:
    if isinstance(row, Mapping):
        return item_of_object(row)
    if isinstance(row, list):
        return item_of_row(row, layout)
    return Item(is_readable=False)


def _claims(rows: Iterable[object], items: Iterable[Item]) -> Iterable[Claim]:
    """Give the claims whose words are the text's own: a pipeline's `word` is made of pieces."""
    for row, item in zip(rows, items, strict=True):
        is_made = isinstance(row, Mapping) and "word" in row and "text" not in row
        surface = item.covered or (None if is_made else item.claim.surface)
        yield replace(item.claim, surface=surface)


def _is_pipeline(records: Iterable[_Record]) -> bool:
    return any(
        isinstance(row, Mapping) and "word" in row for record in records for row in record.rows
    )


def _has_rows(records: Iterable[_Record]) -> bool:
    return any(isinstance(row, list) for record in records for row in record.rows)


def _mentions(
    items: Iterable[Item], text: str | None, record: _Record, placing: Placing
) -> tuple[Mention, ...]:
    mentions = []
    for at, item in enumerate(items):
        where = f"{record.where} item {at + 1}".strip()
        claim = item.claim
        if not item.is_readable:
            placing.ledger.lose(
                "unreadable-item", "unreadable", where, str(item.label), document=record.doc_id
            )
        is_made = placing.trim and claim.is_placed
        placed = placing.place(
            text, replace(claim, surface=None) if is_made else claim,
            where=where, document=record.doc_id,
        )  # fmt: skip
        mentions.append(
            Mention(
                id=item.id or "",
                type=item.label,
                spans=placed,
                surface=None if placed else claim.surface,
                score=item.score,
            )
        )
    return tuple(mentions)


FIELDS = {"mentions": CONTIGUOUS_MENTIONS}


def write(documents: Sequence[AnnotatedText]) -> Writing:
    """Write spaCy's shape, a line a document: `{"id", "text", "entities": [[start, end, label]]}`.

    Only contiguous mentions with a type can be written; documents without a text have null there.
    """
    ledger = Ledger()
    lines = []
    for document in documents:
        kept = project(document, ledger, fields=FIELDS)
        entities = [
            [span.start, span.end, mention.type]
            for mention in kept.mentions
            for span in mention.spans
        ]
        line = {"id": document.doc_id, "text": document.text, "entities": entities}
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    return Writing({"spans.jsonl": "".join(lines).encode()}, tuple(ledger.losses))


FORMAT = Format(
    name="spans",
    title="labelled spans as JSON or JSON Lines: spaCy, Prodigy, doccano, GLiNER, Hugging Face",
    suffixes=(".jsonl", ".json"),
    sniff=sniff,
    read=read,
    write=write,
    fields=FIELDS,
    capabilities=frozenset({"text", "nested"}),
)
