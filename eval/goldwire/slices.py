"""Slices: the same credits under other groups. Nothing is matched again.

A gold item belongs to the slice of its own properties and a predicted item to its own, so that a
slice's precision and recall are read like a label's. Names of slices: zones by their kind
(`headline`, `paragraph`, …), `level=NAM`, `length=6-10` (code points), `nested` or `flat`, and
`document=ID`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side, Spans
from goldwire.columns.tables import Ints
from goldwire.errors import UsageError
from goldwire.metrics import Metric
from goldwire.tallies import Credits, Outcome, Tally, tally

LENGTHS = (5, 10, 20, 50)
UNKNOWN = "unknown"

_COLUMNS: Mapping[str, str] = {
    "mentions": "mentions",
    "entities": "mentions",
    "links": "mentions",
    "values": "values",
    "times": "times",
    "triggers": "triggers",
    "events": "triggers",
    "arguments": "arguments",
    "text": "mentions",
}


@dataclass(frozen=True, slots=True)
class Sliced:
    """The slice of each row: `index` [n] into `names`."""

    index: Ints
    names: tuple[str, ...]


def columns_of(metric: Metric) -> str | None:
    """Name the columns whose rows a metric credits; None where its items are no spans."""
    if metric.layer == "attributions":
        element = metric.name.partition("/")[2].partition("_")[0]
        return f"{element}s" if element in {"source", "cue", "content"} else None
    return _COLUMNS.get(metric.layer)


def slice_tallies(outcome: Outcome, chunk: Chunk, *, metric: Metric, by: str) -> dict[str, Tally]:
    """Tally an outcome slice by slice; a metric whose credits are no rows has no slices."""
    columns = columns_of(metric)
    if columns is None or outcome.gold.row is None or outcome.predicted.row is None:
        return {}
    slicer = SLICERS[by]
    gold, predicted = (
        slicer(chunk, side, getattr(side, columns)) for side in (chunk.gold, chunk.predicted)
    )
    names = tuple(dict.fromkeys((*gold.names, *predicted.names)))
    found = {}
    for name in names:
        part = Outcome(
            outcome.groups,
            _only(outcome.gold, gold, name),
            _only(outcome.predicted, predicted, name),
        )
        found[name] = tally(part, n_documents=chunk.n_documents)
    return found


def _only(credits_: Credits, sliced: Sliced, name: str) -> Credits:
    if name not in sliced.names or credits_.row is None:
        kept = np.zeros(0, dtype=np.int64)
    else:
        kept = np.flatnonzero(sliced.index[credits_.row] == sliced.names.index(name))
    return Credits(
        document=credits_.document[kept],
        group=credits_.group[kept],
        num=credits_.num[kept],
        den=credits_.den[kept],
        row=None if credits_.row is None else credits_.row[kept],
    )


def by_zone(chunk: Chunk, side: Side, spans: Spans) -> Sliced:
    """Slice by the kind of the zone in which a span starts, as the document record has zones."""
    del side
    kinds: dict[str, int] = {UNKNOWN: 0}
    index = np.zeros(len(spans), dtype=np.int64)
    for at, document in enumerate(chunk.documents):
        rows = slice(int(spans.offsets[at]), int(spans.offsets[at + 1]))
        zones = () if document is None else document.zones
        if not zones:
            continue
        starts = np.array([zone.start for zone in zones])
        ends = np.array([zone.end for zone in zones])
        of_zone = np.array([kinds.setdefault(zone.kind, len(kinds)) for zone in zones])
        place = np.searchsorted(starts, spans.start[rows], side="right") - 1
        inside = (place >= 0) & (spans.start[rows] < ends[np.maximum(place, 0)])
        index[rows] = np.where(inside, of_zone[np.maximum(place, 0)], 0)
    return Sliced(index, tuple(kinds))


def by_paragraph(chunk: Chunk, side: Side, spans: Spans) -> Sliced:
    """Slice by the zone itself, one slice for each paragraph; spans outside zones are one more."""
    del side
    names: dict[str, int] = {UNKNOWN: 0}
    index = np.zeros(len(spans), dtype=np.int64)
    for document, record in enumerate(chunk.documents):
        rows = slice(int(spans.offsets[document]), int(spans.offsets[document + 1]))
        for zone in () if record is None else record.zones:
            inside = (spans.start[rows] >= zone.start) & (spans.start[rows] < zone.end)
            name = f"paragraph={chunk.doc_ids[document]}#{zone.id}"
            index[rows][inside] = names.setdefault(name, len(names))
    return Sliced(index, tuple(names))


def by_level(chunk: Chunk, side: Side, spans: Spans) -> Sliced:
    """Slice mentions by their level; those without one are `level=unknown`. Others have none."""
    del side
    if "level" not in spans.extra:
        return Sliced(np.full(len(spans), ABSENT, dtype=np.int64), ())
    levels = spans.extra["level"]
    names = [UNKNOWN, *chunk.vocabularies["level"].names]
    return Sliced(levels + 1, tuple(f"level={name}" for name in names))


def by_length(chunk: Chunk, side: Side, spans: Spans) -> Sliced:
    """Slice by the length of the hull in code points."""
    del chunk, side
    edges = np.array(LENGTHS)
    lows = (1, *(edge + 1 for edge in LENGTHS))
    names = [f"length={low}-{high}" for low, high in zip(lows, LENGTHS, strict=False)]
    names.append(f"length={lows[-1]}+")
    return Sliced(np.searchsorted(edges, spans.end - spans.start), tuple(names))


def by_nesting(chunk: Chunk, side: Side, spans: Spans) -> Sliced:
    """Slice into spans inside another span of their layer (`nested`) and the others (`flat`)."""
    del chunk, side
    nested = np.zeros(len(spans), dtype=np.int64)
    order = np.lexsort((-spans.end, spans.start, spans.document))
    document, end = spans.document[order], spans.end[order]
    reach, last = -1, -1
    for at, row in enumerate(order.tolist()):
        if document[at] != last:
            reach, last = -1, document[at]
        nested[row] = end[at] <= reach
        reach = max(reach, int(end[at]))
    return Sliced(nested, ("flat", "nested"))


def by_document(chunk: Chunk, side: Side, spans: Spans) -> Sliced:
    """Slice by document."""
    del side
    return Sliced(spans.document, tuple(f"document={doc_id}" for doc_id in chunk.doc_ids))


SLICERS: Mapping[str, Callable[[Chunk, Side, Spans], Sliced]] = {
    "zone": by_zone,
    "level": by_level,
    "length": by_length,
    "nesting": by_nesting,
    "document": by_document,
    "paragraph": by_paragraph,
}
"""How items can be sliced."""

SINGLE_DOCUMENT = frozenset({"document", "paragraph"})
"""Slicings whose slices lie within one document each: they have no clusters to compare."""


def check_slicing(name: str) -> str:
    """Give the name back, or raise UsageError that lists the slicings there are."""
    if name not in SLICERS:
        raise UsageError(f"cannot slice by {name!r}: choose from {', '.join(SLICERS)}")
    return name
