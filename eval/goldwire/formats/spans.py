"""Span JSON and JSON Lines: a text and its labelled spans, as most libraries print them.

spaCy (`{"text", "entities": [[0, 5, "ORG"]]}`, training pairs, `ents`), Prodigy (`spans`,
`answer`), doccano in its versions (`label`, `labels`, `entities`, `annotations`, `data`), GLiNER
and Hugging Face pipelines (lists of objects without a text), and any list of objects or rows with
two offsets: code points with exclusive ends unless the words beside them show otherwise.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, Writing, text_ref
from goldwire.formats.items import (
    Item,
    Layout,
    has_offsets,
    item_of_object,
    item_of_row,
    layout_of,
)
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import text_of
from goldwire.formats.pieces import are_pieces, merged
from goldwire.formats.placing import Claim, Placing, evidence, settle, words_to_ground
from goldwire.formats.projection import CONTIGUOUS_MENTIONS, project
from goldwire.formats.relations import linked
from goldwire.formats.span_records import (
    ITEM_KEYS,
    Record,
    is_mapping_of_documents,
    named,
    own_text,
    records_of,
    rows_of,
)
from goldwire.model import Annotation, Mention


def sniff(sample: Sample) -> int:
    """Claim files whose items have offsets, and records that have a text and nothing else."""
    if any(has_offsets(record) or is_mapping_of_documents(record) for record in sample.records):
        return 1
    for record in sample.records:
        rows = rows_of(record)
        if rows is not None and any(has_offsets(row) for row in rows):
            return 1
    texts = [record for record in sample.objects if own_text(record) is not None]
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
    records = list(named(records_of(source, ledger), source, ledger))
    # One a record: two records may have one id and different texts.
    texts = [text_of(source, record.doc_id, record.text) for record in records]
    layout = layout_of(
        (row, text)
        for record, text in zip(records, texts, strict=True)
        for row in record.rows
        if isinstance(row, list)
    )
    pieces = [are_pieces(record.rows) for record in records]
    items = [[_item(row, layout) for row in record.rows] for record in records]
    found = [
        one
        for record, parts, text in zip(records, items, texts, strict=True)
        for one in evidence(text, _claims(record.rows, parts))
    ]
    placing = settle(source, ledger, found, trim=_is_pipeline(records))
    documents = []
    for record, text, parts, is_pieces in zip(records, texts, items, pieces, strict=True):
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


def _is_pipeline(records: Iterable[Record]) -> bool:
    return any(
        isinstance(row, Mapping) and "word" in row for record in records for row in record.rows
    )


def _has_rows(records: Iterable[Record]) -> bool:
    return any(isinstance(row, list) for record in records for row in record.rows)


def _mentions(
    items: Iterable[Item], text: str | None, record: Record, placing: Placing
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
                surface=words_to_ground(text, placed, [claim], claim.surface),
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
