"""Grounding: places offset-free mentions in the text, or says why not.

A system that gives words and no offsets is scored like any other: its words are looked up in the
text (`candidates`: verbatim, through ever coarser `folds`, and, if wanted, approximately), and all
items get their places together (`assignment`), by their order where they have one. Gold is never
consulted, nothing is dropped, and what cannot be placed says why.
"""

from goldwire.grounding.model import (
    TIERS,
    Grounding,
    Mode,
    Placed,
    Range,
    Report,
    Sought,
    Summary,
)
from goldwire.grounding.placing import place
from goldwire.grounding.records import (
    LAYERS,
    Grounded,
    ground,
    is_ungrounded,
    n_ungrounded,
    with_spans,
)

__all__ = [
    "LAYERS",
    "TIERS",
    "Grounded",
    "Grounding",
    "Mode",
    "Placed",
    "Range",
    "Report",
    "Sought",
    "Summary",
    "ground",
    "is_ungrounded",
    "n_ungrounded",
    "place",
    "with_spans",
]
