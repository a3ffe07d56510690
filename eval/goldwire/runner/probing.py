"""Probing an extractor: whether it answers, what it finds, and how its offsets count.

It is asked for a few documents behind characters that count differently in every unit. Words beside
its spans show how they count; where it gives none, the shift of its spans does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from goldwire.extractors import Answer, ExtractionError, Extractor, ask
from goldwire.model import Annotation, items_of
from goldwire.offsets import Evidence, detect, fits
from goldwire.pairing import GoldDocument, spans_of
from goldwire.runner.calls import reference_date

PREFIX = "\U0001f600 é\n"
"""Four code points, five UTF-16 units, eight UTF-8 bytes."""
N_DOCUMENTS = 5
_SHIFTS = {4: "code_points", 5: "utf16", 8: "utf8"}


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of probing; `offsets` says in a line how they count, `problems` what is wrong."""

    offsets: str
    items: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def probe(extractor: Extractor, documents: Iterable[GoldDocument]) -> Probe:
    """Ask an extractor for the first few documents that have a text."""
    items: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    notes: list[str] = []
    problems: list[str] = []
    evidence: list[Evidence] = []
    shifts: Counter[int | None] = Counter()
    texts = list(_first(documents))
    if not texts:
        problems.append("no document of the gold has its text here: nothing was asked")
    for document, text in texts:
        plain = _asked(extractor, document, text, problems)
        shifted = _asked(extractor, document, PREFIX + text, problems)
        if plain is None or shifted is None:
            continue
        notes += [f"{document.doc_id}: {note}" for note in shifted.notes]
        for layer, _, item in items_of(plain.annotation):
            items[layer] += 1
            label = getattr(item, "type", None)
            if layer in {"mentions", "entities"} and label is not None:
                labels[str(label)] += 1
        shifts[_shift(plain.annotation, shifted.annotation)] += 1
        evidence += [
            Evidence(PREFIX + text, span.start, span.end, span.text)
            for _, span in spans_of(shifted.annotation)
            if span.text
        ]
    offsets = _offsets(evidence, shifts, problems)
    return Probe(offsets, items, labels, tuple(notes), tuple(problems))


def _first(documents: Iterable[GoldDocument]) -> Iterator[tuple[GoldDocument, str]]:
    n = 0
    for document in documents:
        if document.text is not None and n < N_DOCUMENTS:
            n += 1
            yield document, document.text


def _asked(
    extractor: Extractor, document: GoldDocument, text: str, problems: list[str]
) -> Answer | None:
    date = reference_date(document)
    try:
        return ask(extractor, text, doc_id=document.doc_id, reference_date=date)
    except Exception as error:  # noqa: BLE001  (a foreign system may raise anything)
        found = ExtractionError.of(error)
        problem = f"{document.doc_id}: {found.kind}: {found.message}"
        if problem not in problems:
            problems.append(problem)
        return None


def _shift(plain: Annotation, shifted: Annotation) -> int | None:
    """Give by how much all spans moved; None when there are none, or they did not move alike."""
    before, after = (
        sorted((span.start, span.end) for _, span in spans_of(record))
        for record in (plain, shifted)
    )
    if not before or len(before) != len(after):
        return None
    moved = {late[0] - early[0] for early, late in zip(before, after, strict=True)}
    return moved.pop() if len(moved) == 1 else None


def _offsets(evidence: list[Evidence], shifts: Counter[int | None], problems: list[str]) -> str:
    return _by_quotes(evidence, problems) if evidence else _by_shift(shifts, problems)


def _by_quotes(evidence: list[Evidence], problems: list[str]) -> str:
    n_wrong = sum(
        not fits(quote.text[quote.start : quote.end], quote.surface or "") for quote in evidence
    )
    if not n_wrong:
        return f"right: all {len(evidence)} quotes stand where it says"
    convention = detect(evidence).convention
    wrong = f"offsets: {n_wrong} of {len(evidence)} quotes do not stand where it says"
    if convention is None:
        problems.append(f"{wrong}, and no one convention explains it")
        return "unknown"
    advice = f"let it declare them, or pass --param offsets={convention}"
    problems.append(f"{wrong}; they are {convention} → {advice}")
    return f"{convention}, undeclared"


def _by_shift(shifts: Counter[int | None], problems: list[str]) -> str:
    known = {shift for shift in shifts if shift is not None}
    unit = _SHIFTS.get(known.pop()) if len(known) == 1 else None
    if unit is None:
        return "unknown: it quotes no words, and its spans do not move as any unit would"
    if unit == "code_points":
        return "right, by how its spans move; whether ends are inclusive cannot be seen"
    problems.append(
        f"offsets: they count {unit} → let it declare them, or pass --param offsets={unit}"
    )
    return f"{unit}, undeclared"
