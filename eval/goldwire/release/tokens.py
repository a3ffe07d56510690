"""The `tokens` view: flat names in IOB2 tags, one row per annotatable zone.

Names are the heads of mentions of level NAM, as other corpora of names have them (*Ingrid Solvang*
of *Minister Ingrid Solvang*): their extents where heads are not annotated, and all mentions where
levels are not. Tags cannot nest: of overlapping names the longest wins, then the earliest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldwire.formats.released import ReleasedDocument
from goldwire.model import Entity, Mention, Span, layer_of

NAME = "NAM"
OUTSIDE = "O"
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class TokenRow:
    """The tokens of one zone: offsets in the whole text, and tags."""

    zone: str
    zone_kind: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    tags: tuple[str, ...]


def tag_names(entity_types: Sequence[str]) -> tuple[str, ...]:
    """Give all tags of an inventory of entity types, `O` first; a tag's place is its number.

    >>> tag_names(["PER"])
    ('O', 'B-PER', 'I-PER')
    """
    return (OUTSIDE, *(f"{prefix}-{name}" for name in entity_types for prefix in "BI"))


def token_rows(row: ReleasedDocument, text: str) -> Iterator[TokenRow]:
    """Walk the annotatable zones with their tokens and tags; one row where there are no zones."""
    names = outermost_names(row)
    zones = [
        (zone.id, zone.kind, zone.start, zone.end)
        for zone in row.document.zones
        if zone.annotatable
    ]
    for zone, kind, start, end in zones or [("text", "text", 0, len(text))]:
        places = [match.span() for match in _TOKEN.finditer(text, start, end)]
        tags = tuple(_tag(at, names) for at in places)
        yield TokenRow(
            zone, kind, tuple(at[0] for at in places), tuple(at[1] for at in places), tags
        )


def outermost_names(row: ReleasedDocument) -> tuple[tuple[Span, str], ...]:
    """Give the names that tags can show, with their types, in the order of the text."""
    entities = {
        item.id: item.type
        for item in layer_of(row.annotation, "entities")
        if isinstance(item, Entity)
    }
    mentions = [item for item in layer_of(row.annotation, "mentions") if isinstance(item, Mention)]
    has_levels = any(mention.level is not None for mention in mentions)
    spans = [
        (mention.head or mention.spans[0], mention.type or entities.get(mention.entity or "", ""))
        for mention in mentions
        if mention.spans and (mention.level == NAME or not has_levels)
    ]
    taken: list[tuple[Span, str]] = []
    for span, label in sorted(
        spans, key=lambda found: (found[0].start - found[0].end, found[0].start, found[1])
    ):
        if label and not any(span.overlaps(other) for other, _ in taken):
            taken.append((span, label))
    return tuple(sorted(taken, key=lambda found: found[0].start))


def _tag(place: tuple[int, int], names: Sequence[tuple[Span, str]]) -> str:
    start, end = place
    for span, label in names:
        if span.start < end and start < span.end:
            # A name may begin inside a token (a compound written as one word).
            return f"{'B' if start <= span.start else 'I'}-{label}"
    return OUTSIDE
