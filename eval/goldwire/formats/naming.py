"""Naming: which document a record is about, where the format has no ids of its own."""

from goldwire.formats.base import Source
from goldwire.formats.ledger import Ledger


def name_document(
    source: Source,
    ledger: Ledger,
    *,
    given: object = None,
    text: str | None = None,
    number: int = 1,
    is_alone: bool = True,
    where: str = "",
) -> str:
    """Find the doc_id of a record: its own id, else that of the known document with this text.

    An id that no known document has yields to a document whose text is the very same. A record
    without id and without text is the only known document, else is called by its file when it is
    alone there, else by its number, from 1.
    """
    known = source.texts.by_id
    own = str(given) if isinstance(given, str | int) and given != "" else None
    if own is not None and (own in known or not known):
        return own
    if text is not None and (found := source.texts.id_of(text)) is not None:
        ledger.lose(
            "named-by-text", "note", where, "the document with the same text", document=found
        )
        return found
    if own is not None:
        return own
    if text is None and is_alone and (only := source.texts.only()) is not None:
        return only[0]
    if is_alone:
        return source.stem
    return f"document-{number}"


def text_of(source: Source, doc_id: str, own: str | None) -> str | None:
    """Give the text that a record's offsets count in: its own, else the known document's."""
    return own if own is not None else source.texts.get(doc_id)
