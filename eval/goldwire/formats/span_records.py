"""Records of labelled spans: where a file keeps its texts, its ids and its items.

One record a document: an object with items under one of many keys, a list of items, a training pair
of spaCy's, an object of documents by id; or items that each name their document, or are all of one.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from goldwire.formats.base import Source
from goldwire.formats.items import has_offsets
from goldwire.formats.json_values import values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document

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
class Record:
    """One record before its document and its items' places are settled."""

    where: str
    rows: tuple[object, ...]
    given: object = None
    text: str | None = None
    relations: tuple[object, ...] = ()
    doc_id: str = ""


def records_of(source: Source, ledger: Ledger) -> list[Record]:
    """Find the records of a file; those that are none are faults of it."""
    found = list(values(source.data, ledger))
    if found and all(has_offsets(value) for _, value in found):
        return _grouped(found)
    records: list[Record] = []
    for where, value in found:
        if is_mapping_of_documents(value):
            assert isinstance(value, Mapping)  # noqa: S101  # for the type checker
            for doc_id, inner in value.items():
                rows = rows_of(inner)
                records.append(Record(f"{where} /{doc_id}".strip(), tuple(rows or ()), doc_id))
        elif (record := _record(where, value, ledger)) is not None:
            records.append(record)
    return records


def _record(where: str, value: object, ledger: Ledger) -> Record | None:
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
        value = {"text": value[0], **(value[1] if isinstance(value[1], dict) else {})}
    rows = rows_of(value)
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
        return Record(where, tuple(rows))
    if value.get("answer") in {"reject", "ignore"}:
        ledger.lose("rejected-answer", "dropped", where, f"answer {value['answer']!r}")
        return None
    text = own_text(value)
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
    return Record(
        where,
        tuple(rows or ()),
        _given_id(value),
        text,
        tuple(relations) if isinstance(relations, list) else (),
    )


def _grouped(found: Sequence[tuple[str, object]]) -> list[Record]:
    """Make records of a list of items: one, or one for each document that the items name."""
    groups: dict[object, list[object]] = {}
    for _, value in found:
        key = value.get("doc_id", value.get("document_id")) if isinstance(value, Mapping) else None
        groups.setdefault(key if isinstance(key, str | int) else None, []).append(value)
    return [Record("", tuple(rows), key) for key, rows in groups.items()]


def named(records: list[Record], source: Source, ledger: Ledger) -> Iterable[Record]:
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


def rows_of(value: object) -> Sequence[object] | None:
    """Find the items of a record: the first key that holds a list of them."""
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict):
            return rows_of(value[1])
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


def is_mapping_of_documents(value: object) -> bool:
    """Claim that a value is an object of documents, with their items, by id."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and not any(key in value for key in (*ITEM_KEYS, *TEXT_KEYS))
        and all(
            (rows := rows_of(inner)) is not None and (not rows or any(map(has_offsets, rows)))
            for inner in value.values()
        )
    )


def own_text(value: Mapping[str, object]) -> str | None:
    """Give the text of a record."""
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
