"""Pairing documents: every gold document with its prediction, and a list of all that did not fit.

Nothing is dropped in silence. What makes scores meaningless (a prediction for another text, two
predictions for one document, a document that gold lacks) is fatal; what can be counted (a document
without prediction, a span beyond the text, a surface that the text does not have) stays in the
scores as the error that it is, and is listed.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from goldwire.errors import Problem
from goldwire.model import Annotation, Document, Span

SURFACE_MISMATCH = "GW722"
OTHER_TEXT = "GW713"
FATAL = frozenset({"GW701", "GW702", "GW703", "GW711", "GW712", OTHER_TEXT, "GW732", "GW738"})
"""Codes of problems after which no number is printed, unless errors are to be counted."""


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """One gold document: its annotation, and its record and text where the gold has them."""

    annotation: Annotation
    document: Document | None = None
    text: str | None = None

    @property
    def doc_id(self) -> str:
        """The id under which predictions must be given."""
        return self.annotation.doc_id

    @property
    def text_digest(self) -> str | None:
        """The SHA-256 of the exact text: as its record says, else as it is, else as gold says."""
        if self.document is not None:
            return self.document.text_ref.sha256
        if self.text is not None:
            return hashlib.sha256(self.text.encode()).hexdigest()
        return None if self.annotation.text_ref is None else self.annotation.text_ref.sha256


@dataclass(slots=True)
class Pairing:
    """What was found while documents were paired; complete once the pairs were iterated.

    `annotated` and `attempted` are the layers present in any gold and in any predicted record;
    `protected` are the documents whose rights record does not let their words be passed on.
    """

    problems: list[Problem] = field(default_factory=list)
    annotated: set[str] = field(default_factory=set)
    attempted: set[str] = field(default_factory=set)
    protected: set[str] = field(default_factory=set)
    n_documents: int = 0
    n_predicted: int = 0
    n_missing: int = 0
    n_unknown: int = 0

    def saw_gold(self, item: GoldDocument) -> None:
        """Take note of a gold document."""
        self.n_documents += 1
        self.annotated.update(item.annotation.attempted())
        if item.document is not None or item.annotation.source is not None:
            self.annotated.add("source")
        if item.document is not None and item.document.rights.redistribution != "full_text":
            self.protected.add(item.doc_id)

    def saw_prediction(self, annotation: Annotation) -> None:
        """Take note of a predicted record."""
        self.n_predicted += 1
        self.attempted.update(annotation.attempted())
        if annotation.source is not None:
            self.attempted.add("source")

    @property
    def fatal(self) -> tuple[Problem, ...]:
        """Give the problems after which scores would mean nothing."""
        return tuple(problem for problem in self.problems if problem.code in FATAL)


def pair_documents(
    gold: Iterable[GoldDocument], predicted: Iterable[Annotation], *, pairing: Pairing
) -> Iterator[tuple[GoldDocument, Annotation | None]]:
    """Yield every gold document once, in gold's order, with its prediction or None.

    Both sides are streams. As long as they are in the same order nothing is held back; a
    prediction that comes before its gold document waits until that is reached.
    """
    stream = iter(predicted)
    waiting: dict[str, Annotation] = {}
    has_prediction: dict[str, bool] = {}

    def next_prediction() -> Annotation | None:
        for annotation in stream:
            pairing.saw_prediction(annotation)
            if annotation.doc_id in waiting or has_prediction.get(annotation.doc_id):
                pairing.problems.append(_predicted_twice(annotation.doc_id))
                continue
            return annotation
        return None

    missing: list[str] = []
    for item in gold:
        pairing.saw_gold(item)
        found = waiting.pop(item.doc_id, None)
        while found is None and (annotation := next_prediction()) is not None:
            if annotation.doc_id == item.doc_id:
                found = annotation
            else:
                waiting[annotation.doc_id] = annotation
        has_prediction[item.doc_id] = found is not None
        if found is None:
            missing.append(item.doc_id)
            yield item, None
        else:
            yield item, _usable(item, found, pairing)
    while (annotation := next_prediction()) is not None:
        waiting[annotation.doc_id] = annotation
    pairing.n_missing += len(missing)
    pairing.n_unknown = len(waiting)
    pairing.problems.extend(_unknown(doc_id, has_prediction) for doc_id in waiting)
    pairing.problems.extend(_missing(doc_id) for doc_id in missing)


def _usable(item: GoldDocument, found: Annotation, pairing: Pairing) -> Annotation | None:
    """List a prediction's problems; one for another text could be right by accident only."""
    problems = tuple(check_prediction(item, found))
    pairing.problems.extend(problems)
    if any(problem.code == OTHER_TEXT for problem in problems):
        pairing.n_missing += 1
        return None
    return found


def check_prediction(gold: GoldDocument, predicted: Annotation) -> Iterator[Problem]:
    """Compare a prediction with the text it claims to be about; needs gold's text or its digest."""
    claimed = None if predicted.text_ref is None else predicted.text_ref.sha256
    digest = None if claimed is None else gold.text_digest
    if claimed is not None and digest is not None and claimed != digest:
        yield Problem(
            OTHER_TEXT,
            "/text_ref/sha256",
            "the prediction was made on another text, so its offsets mean nothing here",
            document=gold.doc_id,
            found=claimed[:12],
            expected=digest[:12],
            fix="run the extractor on the corpus text, byte for byte",
        )
        return
    length = _length(gold)
    if length is None:
        return
    for pointer, span in spans_of(predicted):
        if span.end > length:
            yield Problem(
                "GW721",
                pointer,
                "the span ends beyond the text, so it is scored as wrong",
                document=gold.doc_id,
                found=f"{span.start}:{span.end}",
                expected=f"at most {length} code points",
                fix="offsets are Unicode code points, 0-based, half-open",
            )
        elif (
            span.text is not None
            and gold.text is not None
            and gold.text[span.start : span.end] != span.text
        ):
            yield Problem(
                SURFACE_MISMATCH,
                pointer,
                "the words given for the span are not the ones that stand there",
                document=gold.doc_id,
                found=repr(span.text),
                expected=repr(gold.text[span.start : span.end]),
                fix="check the offset unit (code points, not bytes or UTF-16) and the exact text",
            )


def _length(gold: GoldDocument) -> int | None:
    if gold.text is not None:
        return len(gold.text)
    return None if gold.document is None else gold.document.text_ref.code_points


def spans_of(annotation: Annotation) -> Iterator[tuple[str, Span]]:
    """Walk all spans of a record with their JSON Pointers."""
    for pointer, spans in _span_lists(annotation):
        for at, span in enumerate(spans):
            yield f"{pointer}/{at}", span
    for pointer, single in _single_spans(annotation):
        if single is not None:
            yield pointer, single


def _span_lists(annotation: Annotation) -> Iterator[tuple[str, tuple[Span, ...]]]:
    for layer in ("mentions", "values", "times"):
        for position, item in enumerate(getattr(annotation, layer) or ()):
            yield f"/{layer}/{position}/spans", item.spans
    for position, attribution in enumerate(annotation.attributions or ()):
        pointer = f"/attributions/{position}"
        yield f"{pointer}/source/spans", attribution.source.spans
        for name in ("cue", "content", "supplement"):
            yield f"{pointer}/{name}", getattr(attribution, name)


def _single_spans(annotation: Annotation) -> Iterator[tuple[str, Span | None]]:
    for position, mention in enumerate(annotation.mentions or ()):
        yield f"/mentions/{position}/head", mention.head
    for position, time in enumerate(annotation.times or ()):
        yield f"/times/{position}/signal", time.signal
    for position, event in enumerate(annotation.event_mentions or ()):
        yield f"/event_mentions/{position}/trigger", event.trigger
        for at, argument in enumerate(event.arguments):
            yield f"/event_mentions/{position}/arguments/{at}/span", argument.span


def _predicted_twice(doc_id: str) -> Problem:
    return Problem(
        "GW711",
        "/doc_id",
        "this document is predicted more than once",
        document=doc_id,
        expected="one record per document",
        fix="keep one of the records, or pass --on-error=count to score the first; pass --each if "
        "every file is a system of its own",
    )


def _unknown(doc_id: str, known: Collection[str]) -> Problem:
    some = ", ".join(sorted(known)[:3]) + (", …" if len(known) > 3 else "")
    return Problem(
        "GW712",
        "/doc_id",
        "gold has no such document",
        document=doc_id,
        expected=f"one of {len(known)}: {some}",
        fix="give the gold document's doc_id, or pass --on-error=count to leave the record out",
    )


def _missing(doc_id: str) -> Problem:
    return Problem(
        "GW714",
        "/doc_id",
        "gold document without prediction: all its items count as missed",
        document=doc_id,
        fix="run the extractor on this document too",
    )
