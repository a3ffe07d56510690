"""Metadata tables: one row a document, which says where it comes from and what may be done with it.

The columns are the fields of a document's record (`docs/importing.md` lists them), CSV or TSV with
a header.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from goldwire.errors import GoldError, Problem

SOURCE = (
    "canonical_url",
    "headline",
    "section",
    "byline",
    "dateline_place",
    "date_published",
    "credit_line",
)
RIGHTS = (
    "text_status",
    "text_rights_holder",
    "text_license",
    "redistribution",
    "annotation_license",
    "takedown_contact",
)
COLUMNS = ("doc_id", "split", "language", "publisher", "publisher_url", *SOURCE, *RIGHTS)

UNKNOWN_RIGHTS: Mapping[str, str] = {
    "text_status": "unknown",
    "redistribution": "stand_off_only",
    "annotation_license": "CC-BY-4.0",
}
"""What is recorded where nobody has said anything: a text that stays here."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of documents: rows by doc_id, and what holds for those that have none."""

    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def of(self, doc_id: str) -> Mapping[str, str]:
        """Give what is known of one document."""
        own = {key: value for key, value in self.rows.get(doc_id, {}).items() if value}
        return {**self.defaults, **own}


def read_metadata(content: bytes, *, name: str) -> dict[str, dict[str, str]]:
    """Read a table; raises GoldError that names every fault in it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem("GW843", "", f"the table is not UTF-8: {error}", document=name)
        raise GoldError("the metadata cannot be used", [problem]) from error
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [column.strip() for column in rows.fieldnames or ()]
    problems = [
        Problem(
            "GW843",
            "line 1",
            f"there is no column {column!r}",
            document=name,
            found=column,
            expected=f"columns among {', '.join(COLUMNS)}",
        )
        for column in columns
        if column not in COLUMNS
    ]
    problems += [
        Problem("GW843", "line 1", f"the column {column} is there twice", document=name)
        for column in sorted({column for column in columns if columns.count(column) > 1})
    ]
    if "doc_id" not in columns:
        problems.append(
            Problem("GW843", "line 1", "the table lacks the column doc_id", document=name)
        )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        values = {(key or "").strip(): value for key, value in row.items()}
        doc_id = (values.pop("doc_id", "") or "").strip()
        place = f"line {rows.line_num}"
        if None in row or None in row.values():
            message = "the row has more or fewer cells than the header"
            problems.append(Problem("GW843", place, message, document=name))
        elif not doc_id or doc_id in found:
            message = f"doc_id {doc_id} is there twice" if doc_id else "the row has no doc_id"
            problems.append(Problem("GW843", place, message, document=name))
        else:
            found[doc_id] = {key: value.strip() for key, value in values.items()}
    if problems:
        raise GoldError("the metadata cannot be used", problems)
    return found


def document_record(
    known: Mapping[str, str], *, text_ref: Mapping[str, Any], doc_id: str, steps: Mapping[str, Any]
) -> dict[str, Any]:
    """Make a document's record of what is known of it."""
    source: dict[str, Any] = {key: known[key] for key in SOURCE if key in known}
    if "publisher" in known:
        source["publisher"] = {"name": known["publisher"]}
        if "publisher_url" in known:
            source["publisher"]["url"] = known["publisher_url"]
    rights = {key: known[key] for key in RIGHTS if key in known}
    return {
        "schema_version": "1.0.0",
        "doc_id": doc_id,
        "language": known.get("language", "und"),
        "text_ref": text_ref,
        "source": source,
        "rights": {**UNKNOWN_RIGHTS, **rights, "rehydration": steps},
    }
