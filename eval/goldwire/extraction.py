"""Run an extractor over the documents of a gold standard, in memory and in order."""

from collections.abc import Iterable
from contextlib import closing

from goldwire.errors import ExtractorError, UsageError
from goldwire.extractors import Extractor
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument
from goldwire.runner import Task, call, in_parallel, reference_date

SHOWN_ERRORS = 10


def extract_all(
    documents: Iterable[GoldDocument], extractor: Extractor, *, max_errors: int = 0
) -> tuple[Annotation, ...]:
    """Give the extractor's annotation of every document; it is told id, text and date alone.

    Documents for which it has no answer have no annotation, so all their items count as missed.
    Raises ExtractorError that names them when they are more than `max_errors`, and UsageError for
    documents without text.
    """
    tasks = []
    for document in documents:
        if document.text is None:
            raise UsageError(
                f"{document.doc_id} has no text here, so no extractor can run on it → use a gold "
                "with texts, or give saved predictions"
            )
        date = reference_date(document)
        tasks.append(
            Task(repeat=1, doc_id=document.doc_id, text=document.text, reference_date=date)
        )
    n_workers = int(getattr(extractor, "concurrency", 1))
    answers = in_parallel(lambda task: call(extractor, task), tasks, n_workers=n_workers)
    with closing(answers):
        by_id = {task.doc_id: answer for task, answer in answers}
    found: list[Annotation] = []
    errors: list[str] = []
    for task in tasks:
        entry, annotation = by_id[task.doc_id]
        if annotation is not None:
            found.append(annotation)
        elif entry.error is not None:
            errors.append(f"{task.doc_id}: {entry.error.message}")
    if len(errors) > max_errors:
        shown = [f"  {error}" for error in errors[:SHOWN_ERRORS]]
        raise ExtractorError(
            "\n".join([f"{extractor.name} failed on {len(errors)} documents:", *shown])
        )
    return tuple(found)
