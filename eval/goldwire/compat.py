"""Compatibility presets: another scorer's conventions by name, for numbers that must match its own.

| preset | conventions |
|---|---|
| `conlleval` | tags decoded as the CoNLL-2000 script does; 0/0 shown as 0 |
| `seqeval-default` | as `conlleval`: seqeval's default mode is lenient |
| `seqeval-strict` | a mention must begin with B-, S- or U-; copies merge; 0/0 shown as 0 |
| `conll-2012` | repeated mentions merge in coreference, singletons stay, 0/0 shown as 0 |

Each is proved by a differential test against the scorer, on the inputs where that is right
(docs/peers.md lists where it is not).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from goldwire.errors import UsageError
from goldwire.formats.base import Decode
from goldwire.metrics import Options


@dataclass(frozen=True, slots=True)
class Preset:
    """How tags are decoded and how items are counted."""

    decode: Decode
    options: Options


PRESETS: Mapping[str, Preset] = {
    "conlleval": Preset("conlleval", Options(zero_division="zero")),
    "seqeval-default": Preset("conlleval", Options(duplicates="merge", zero_division="zero")),
    "seqeval-strict": Preset("strict", Options(duplicates="merge", zero_division="zero")),
    "conll-2012": Preset("conlleval", Options(duplicates="merge", zero_division="zero")),
}


def preset(name: str) -> Preset:
    """Give a preset; raises UsageError with the names there are."""
    if name not in PRESETS:
        raise UsageError(f"there is no preset {name!r}: choose from {', '.join(PRESETS)}")
    return PRESETS[name]
