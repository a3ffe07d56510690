"""Do the words that a system quotes stand where it says? If not: which offsets would explain it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from goldwire.inputs import Gold, open_run
from goldwire.offsets import Evidence, detect, fits
from goldwire.pairing import Pairing, pair_documents, spans_of

N_DOCUMENTS = 30
"""Documents with misplaced words that are looked at: a convention shows itself soon or never."""


def offset_hint(folder: Path, gold: Gold) -> str | None:
    """Say what is wrong with a run's offsets, by the words beside its spans; None when nothing is.

    A system that counts UTF-16 units, bytes or inclusive ends without saying so loses every item
    behind the first character that counts differently, and looks merely bad.
    """
    suspicious = list(islice(_suspicious(folder, gold), N_DOCUMENTS))
    evidence = [item for items in suspicious for item in items]
    n_wrong = sum(map(_is_misplaced, evidence))
    if not n_wrong:
        return None
    found = detect(evidence)
    said = f"{n_wrong} of {len(evidence)} quotes do not stand where the system says"
    if len(suspicious) == N_DOCUMENTS:
        said += f", in the first {N_DOCUMENTS} documents with any such"
    if found.convention is None:
        return f"{said}, and no one convention of offsets explains it"
    return (
        f"{said}; its offsets are {found.convention} → let it declare them, or pass "
        f"--param offsets={found.convention}"
    )


def _suspicious(folder: Path, gold: Gold) -> Iterator[list[Evidence]]:
    """Give the quotes of every document in which one is misplaced."""
    pairs = pair_documents(gold, open_run([str(folder)]), pairing=Pairing())
    for item, record in pairs:
        if record is None or item.text is None:
            continue
        quotes = [
            Evidence(item.text, span.start, span.end, span.text)
            for _, span in spans_of(record)
            if span.text
        ]
        if any(map(_is_misplaced, quotes)):
            yield quotes


def _is_misplaced(quote: Evidence) -> bool:
    return not fits(quote.text[quote.start : quote.end], quote.surface or "")
