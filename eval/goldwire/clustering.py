"""Which documents are one draw: clusters of documents by an attribute of their records.

Documents that resemble each other (one publisher, one day, one topic) err together. Where a corpus
has many of a kind, that kind is the cluster, and intervals grow accordingly.
"""

from collections.abc import Sequence

import numpy as np

from goldwire.errors import UsageError
from goldwire.model import Document
from goldwire.tallies import Ints

DOCUMENT = "document"
SHORT = {
    "publisher": "source.publisher",
    "section": "source.section",
    "date": "source.date_published",
    "place": "source.dateline_place",
}
"""Short names of attributes; any other is a dotted path into the document record."""


def attribute(document: Document, by: str) -> str | None:
    """Read an attribute of a document record, such as `publisher` or `language`; None without it.

    Raises UsageError for a path that records do not have.
    """
    value: object = document
    for step in SHORT.get(by, by).split("."):
        fields = getattr(value, "__struct_fields__", ())
        if step not in fields:
            choices = ", ".join(("document", *SHORT, *fields))
            raise UsageError(f"documents have no attribute {by!r}: choose from {choices}")
        value = getattr(value, step)
        if value is None:
            return None
    return str(getattr(value, "name", value))


def clusters(doc_ids: Sequence[str], documents: Sequence[Document | None], *, by: str) -> Ints:
    """Number each document's cluster: shape [documents], ascending by the attribute's value.

    Raises UsageError that names the documents which do not have the attribute: to leave them out,
    or to put them together, would each change the interval.
    """
    if by == DOCUMENT:
        return np.arange(len(doc_ids))
    values = [None if document is None else attribute(document, by) for document in documents]
    without = [doc_id for doc_id, value in zip(doc_ids, values, strict=True) if value is None]
    if without:
        raise UsageError(
            f"cannot cluster by {by!r}: {len(without)} of {len(doc_ids)} documents do not have it, "
            f"the first is {without[0]} → cluster by another attribute, or complete the records"
        )
    number = {value: at for at, value in enumerate(sorted(set(map(str, values))))}
    return np.array([number[str(value)] for value in values], dtype=np.int64)
