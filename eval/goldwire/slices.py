"""Slices: the same credits under other groups. Nothing is matched again.

A gold item belongs to the slice of its own properties and a predicted item to its own, so that a
slice's precision and recall are read like a label's. Names of slices: zones by their kind
(`headline`, `paragraph`, …), `level=NAM`, `length=6-10` (code points), `nested` or `flat` (a span
is nested when it lies in a larger one of its layer and side), `document=ID`, `paragraph=ID#ZONE`,
and `source.publisher=NAME` for any field of the document record (slicing
`document.source.publisher`). What nobody says is `unknown`.

Every metric can be sliced by document and by a document's field; by properties of items only those
whose credits are for spans.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from goldwire.columns import ABSENT, Chunk, Side, Spans, numbered
from goldwire.columns.tables import Ints
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
"""The columns whose rows the metrics of a layer credit."""


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


def document_slices(made: Tally, names: Sequence[str]) -> dict[str, Tally]:
    """Sum a tally by document slice: `names` [documents] says which slice each document is in."""
    slices = tuple(dict.fromkeys(names))
    place = {name: at for at, name in enumerate(slices)}
    sums = np.zeros((len(slices), len(made.groups), 4))
    np.add.at(sums, np.array([place[name] for name in names], dtype=np.int64), made.sums)
    return {name: Tally(made.groups, sums[at : at + 1]) for name, at in place.items()}


def document_rows(made: Tally, names: Sequence[str]) -> dict[str, Tally]:
    """Cut a tally by document slice, and keep a row per document, zero outside of the slice."""
    of_row = np.array(names)
    return {
        name: Tally(made.groups, np.where((of_row == name)[:, None, None], made.sums, 0.0))
        for name in dict.fromkeys(names)
    }


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
        zones = () if document is None else sorted(document.zones, key=lambda zone: zone.start)
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
    names: dict[str, int] = {f"paragraph={UNKNOWN}": 0}
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
    """Slice by the length of the hull in code points; without a place it is unknown."""
    del chunk, side
    edges = np.array(LENGTHS)
    lows = (1, *(edge + 1 for edge in LENGTHS))
    names = [f"length={low}-{high}" for low, high in zip(lows, LENGTHS, strict=False)]
    names += [f"length={lows[-1]}+", f"length={UNKNOWN}"]
    index = np.searchsorted(edges, spans.end - spans.start)
    return Sliced(np.where(spans.start == ABSENT, len(names) - 1, index), tuple(names))


def by_nesting(chunk: Chunk, side: Side, spans: Spans) -> Sliced:
    """Slice into spans inside a larger span of their layer (`nested`) and the others (`flat`)."""
    del chunk, side
    width = 2 + int(spans.end.max(initial=0))
    place = numbered(spans.document * width + spans.start + 1, width - spans.end)
    _, first, index = np.unique(place, return_index=True, return_inverse=True)
    end = (spans.document * width + spans.end)[first]
    # No span of an earlier document reaches into this one, so one running maximum will do.
    reach = np.maximum.accumulate(np.append(-1, end))[:-1] if len(end) else end
    nested = (end <= reach)[index.reshape(-1)] & (spans.start != ABSENT)
    return Sliced(nested.astype(np.int64), ("flat", "nested"))


SLICERS: Mapping[str, Callable[[Chunk, Side, Spans], Sliced]] = {
    "zone": by_zone,
    "level": by_level,
    "length": by_length,
    "nesting": by_nesting,
    "paragraph": by_paragraph,
}
"""How items can be sliced; documents are sliced by `document`, or `document.` and a field."""

SINGLE_DOCUMENT = frozenset({"document", "paragraph"})
"""Slicings whose slices lie within one document each: they have no clusters to compare."""
