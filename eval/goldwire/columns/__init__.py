"""Records as integer columns: the only form that matching and metrics see."""

from goldwire.columns.build import build_chunk, chunks
from goldwire.columns.numbering import dense, numbered
from goldwire.columns.tables import (
    ABSENT,
    ATTRIBUTION_ATTRIBUTES,
    FIELDS,
    FILLER_KINDS,
    TRIGGER_ATTRIBUTES,
    Chunk,
    Side,
    Spans,
    Table,
    Vocabularies,
    Vocabulary,
)

__all__ = [
    "ABSENT",
    "ATTRIBUTION_ATTRIBUTES",
    "FIELDS",
    "FILLER_KINDS",
    "TRIGGER_ATTRIBUTES",
    "Chunk",
    "Side",
    "Spans",
    "Table",
    "Vocabularies",
    "Vocabulary",
    "build_chunk",
    "chunks",
    "dense",
    "numbered",
]
