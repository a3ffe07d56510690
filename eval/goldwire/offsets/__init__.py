"""Offsets: from however others count to code points of the exact text.

Inside goldwire there is one convention: Unicode code points, from 0, the end exclusive. UTF-16
units, UTF-8 bytes, inclusive ends, lengths, base 1, token indices and offsets of a lower-cased,
normalised or otherwise line-ended text live at the rim, and are converted here.
"""

from goldwire.offsets.conventions import Convention, OffsetMap, offset_map
from goldwire.offsets.detection import (
    NEEDED_SHARE,
    Candidate,
    Detection,
    Evidence,
    detect,
    fits,
)
from goldwire.offsets.maps import (
    FORMS,
    NOWHERE,
    UNITS,
    Form,
    Formed,
    Map,
    Unit,
    formed,
    from_units,
    to_units,
)
from goldwire.offsets.tokens import TokenMap, align, joined, spaced

__all__ = [
    "FORMS",
    "NEEDED_SHARE",
    "NOWHERE",
    "UNITS",
    "Candidate",
    "Convention",
    "Detection",
    "Evidence",
    "Form",
    "Formed",
    "Map",
    "OffsetMap",
    "TokenMap",
    "Unit",
    "align",
    "detect",
    "fits",
    "formed",
    "from_units",
    "joined",
    "offset_map",
    "spaced",
    "to_units",
]
