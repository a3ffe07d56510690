"""Re-anchoring: of a copy that is not the exact text, which annotations still stand, and where.

Nothing is moved. The report says of every annotation that has a place whether the sentence around
it is in the copy with the same words (then also where), or that nobody can tell without the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldwire.formats.released import Block, ReleasedDocument
from goldwire.model import (
    LAYERS,
    Attribution,
    EventMention,
    Mention,
    Record,
    Span,
    Time,
    Value,
    layer_of,
)
from goldwire.release.blocks import find_blocks


@dataclass(frozen=True, slots=True)
class Anchored:
    """One annotation: where it stands in the exact text, and in the copy if it survives there.

    `found_start` and `found_end` are None for one that is lost; `reason` says why.
    """

    layer: str
    id: str
    start: int
    end: int
    found_start: int | None
    found_end: int | None
    reason: str = ""

    @property
    def survives(self) -> bool:
        """Whether the words around it are in the copy."""
        return self.found_start is not None


@dataclass(frozen=True, slots=True)
class Anchoring:
    """What of a document stands in a copy; `n_blocks_found` of its blocks do."""

    anchored: tuple[Anchored, ...]
    n_blocks: int
    n_blocks_found: int

    @property
    def n_surviving(self) -> int:
        """How many annotations survive."""
        return sum(item.survives for item in self.anchored)


def anchor(row: ReleasedDocument, copy: str) -> Anchoring:
    """Find what of a document's annotation stands in a copy of its text."""
    places = find_blocks(row.blocks, copy)
    found = tuple(_anchored(row, places))
    return Anchoring(found, len(row.blocks), sum(bool(starts) for starts in places.values()))


def shifts(row: ReleasedDocument, copy: str) -> tuple[int, ...]:
    """Give where the whole text might begin in a copy, by where its blocks stand; in order."""
    places = find_blocks(row.blocks, copy)
    return tuple(
        sorted({start - block.start for block, starts in places.items() for start in starts})
    )


def spans_of_item(item: Record) -> tuple[Span, ...]:
    """Give the spans by which an item stands in the text; none for an item without a place."""
    if isinstance(item, Mention | Value | Time):
        return item.spans
    if isinstance(item, EventMention):
        return () if item.trigger is None else (item.trigger,)
    if isinstance(item, Attribution):
        return (*item.source.spans, *item.cue, *item.content)
    return ()


def _anchored(row: ReleasedDocument, places: dict[Block, tuple[int, ...]]) -> Iterator[Anchored]:
    for layer in LAYERS:
        for item in layer_of(row.annotation, layer):
            spans = spans_of_item(item)
            if not spans:
                continue
            start, end = min(s.start for s in spans), max(s.end for s in spans)
            moved = {_shift(span, row.blocks, places) for span in spans}
            shift = moved.pop() if len(moved) == 1 else "its parts have moved apart"
            found = shift if isinstance(shift, int) else None
            yield Anchored(
                layer=layer,
                id=getattr(item, "id", ""),
                start=start,
                end=end,
                found_start=None if found is None else start + found,
                found_end=None if found is None else end + found,
                reason="" if isinstance(shift, int) else shift,
            )


def _shift(span: Span, blocks: Sequence[Block], places: dict[Block, tuple[int, ...]]) -> int | str:
    """Say by how much a span has moved, or why nobody can tell."""
    around = [block for block in blocks if block.start < span.end and span.start < block.end]
    if not around or around[0].start > span.start or around[-1].end < span.end:
        return "no block covers it: too short a line to be checked"
    moved = set()
    for block in around:
        starts = places[block]
        if not starts:
            return f"the words of {block.start}:{block.end} are not in the copy"
        if len(starts) > 1:
            return f"the words of {block.start}:{block.end} are in the copy {len(starts)} times"
        moved.add(starts[0] - block.start)
    return moved.pop() if len(moved) == 1 else "its parts have moved apart"
