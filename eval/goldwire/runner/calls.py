"""One call of an extractor: what it answers, or why it does not, and how long that took."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import msgspec

from goldwire.extractors import Answer, ExtractionError, Extractor, ask
from goldwire.extractors.answers import OTHER_DOCUMENT
from goldwire.inputs import Gold
from goldwire.model import Agent, Annotation, TextRef
from goldwire.pairing import GoldDocument
from goldwire.runs import Entry, Failure, OpenRun

NO_TEXT = "no text"
_DETAILS = 2_000


@dataclass(frozen=True, slots=True)
class Task:
    """One call that is wanted."""

    repeat: int
    doc_id: str
    text: str | None
    reference_date: str | None


def tasks_of(gold: Gold, run: OpenRun) -> Iterator[Task]:
    """Give the calls whose answers are not in the run yet, in order of repeats and documents."""
    for repeat in range(1, run.manifest.repeats + 1):
        for item in gold:
            if (repeat, item.doc_id) not in run.answered:
                yield Task(repeat, item.doc_id, item.text, reference_date(item))


def reference_date(item: GoldDocument) -> str | None:
    """Give the date that relative dates of a document count from: when it was published."""
    return None if item.document is None else item.document.source.date_published


def call(extractor: Extractor, task: Task) -> tuple[Entry, Annotation | None]:
    """Call the extractor once; whatever it raises becomes the entry's error."""
    start = perf_counter()
    try:
        answer = _ask(extractor, task)
        annotation = _stamped(answer.annotation, extractor, task)
        # What cannot be written is no answer: better known now than when it is to be saved.
        msgspec.json.encode(annotation)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (a foreign system may raise anything)
        failure = _failure(error)
        seconds = perf_counter() - start
        return Entry(doc_id=task.doc_id, repeat=task.repeat, seconds=seconds, error=failure), None
    entry = Entry(
        doc_id=task.doc_id,
        repeat=task.repeat,
        seconds=perf_counter() - start,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        cost=answer.cost,
        notes=tuple(map(_writable, answer.notes)),
    )
    return entry, annotation


def _ask(extractor: Extractor, task: Task) -> Answer:
    if task.text is None:
        raise ExtractionError(NO_TEXT, "the corpus does not hold the text of this document")
    return ask(extractor, task.text, doc_id=task.doc_id, reference_date=task.reference_date)


def _failure(error: BaseException) -> Failure:
    found = ExtractionError.of(error)
    return Failure(
        kind=found.kind,
        message=_writable(found.message),
        details=_writable(found.details[-_DETAILS:]),
        is_final=found.is_final,
    )


def _writable(words: str) -> str:
    """Replace halves of characters, which no file can hold."""
    return words.encode("utf-8", "replace").decode("utf-8")


def _stamped(annotation: Annotation, extractor: Extractor, task: Task) -> Annotation:
    """Say in the record by whom it is and of which text; raise when it is of another document."""
    if not isinstance(annotation, Annotation):
        raise ExtractionError(
            "malformed", f"expected an Annotation, found {type(annotation).__name__}"
        )
    if annotation.doc_id != task.doc_id:
        raise ExtractionError(
            OTHER_DOCUMENT,
            f"asked for {task.doc_id!r}, but the answer is for {annotation.doc_id!r}",
        )
    text = task.text or ""
    made_by = Agent(id=extractor.name, kind="system", version=extractor.version)
    reference = TextRef(sha256=sha256_of_text(text), code_points=len(text))
    return msgspec.structs.replace(
        annotation,
        annotation_set="prediction",
        annotator=annotation.annotator or made_by,
        text_ref=annotation.text_ref or reference,
    )


def sha256_of_text(text: str) -> str:
    """Give the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
