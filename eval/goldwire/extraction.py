"""Run an extractor over the documents of a gold standard, in memory and in order."""

from collections.abc import Iterable

from goldwire.errors import ExtractorError, UsageError
from goldwire.extractors import Extractor
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument

SHOWN_ERRORS = 10


def extract_all(
    documents: Iterable[GoldDocument], extractor: Extractor, *, max_errors: int = 0
) -> tuple[Annotation, ...]:
    """Give the extractor's annotation of every document; it is told id, text and date alone.

    Documents on which it raises have no annotation, so all their items count as missed. Raises
    ExtractorError that names them when they are more than `max_errors`, and UsageError for
    documents without text.
    """
    found: list[Annotation] = []
    errors: list[str] = []
    for document in documents:
        if document.text is None:
            raise UsageError(
                f"{document.doc_id} has no text here, so no extractor can run on it → use a gold "
                "with texts, or give saved predictions"
            )
        record = document.document
        date = None if record is None else record.source.date_published
        try:
            found.append(
                extractor.extract(document.text, doc_id=document.doc_id, reference_date=date)
            )
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001  an extractor may raise anything
            errors.append(f"{document.doc_id}: {type(error).__name__}: {error}")
    if len(errors) > max_errors:
        shown = [f"  {error}" for error in errors[:SHOWN_ERRORS]]
        raise ExtractorError(
            "\n".join([f"{extractor.name} failed on {len(errors)} documents:", *shown])
        )
    return tuple(found)
