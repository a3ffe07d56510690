"""Compatibility presets: another scorer's conventions by name, for numbers that must match its own.

| preset | conventions |
|---|---|
| `conlleval` | tags decoded as the CoNLL-2000 script does; 0/0 shown as 0 |
| `seqeval-default` | as `conlleval`: seqeval's default mode is lenient |
| `seqeval-strict` | mentions with invalid tags are left out; copies merge; 0/0 shown as 0 |
| `nervaluate-1.2.1` | surplus copies are spurious; 0/0 shown as 0 |
| `conll-2012` | repeated mentions merge in coreference, singletons stay, 0/0 shown as 0 |
| `neleval` | sets of mentions; singletons stay; 0/0 shown as 0 |
| `ceaf-ree` | an entity fills a role once; 0/0 shown as 0 |

Each says which of our numbers are the scorer's own, and is proved by a differential test against it
on the inputs where it is right (docs/peers.md lists both, and where it is not).
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from goldwire.errors import UsageError
from goldwire.formats.base import Decode
from goldwire.metrics import Options
from goldwire.signature import Address


@dataclass(frozen=True, slots=True)
class Preset:
    """How tags are decoded and items are counted, and what the scorer calls its numbers.

    `numbers` maps the scorer's name of a number to its address here; an address without a measure
    stands for precision, recall and F1, the label LABEL for any label.
    """

    decode: Decode
    options: Options
    numbers: Mapping[str, str]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics behind the scorer's numbers, each once."""
        return tuple(
            dict.fromkeys(Address.parse(address).metric for address in self.numbers.values())
        )


_COUNT = Options(zero_division="zero")
_MERGE = Options(duplicates="merge", zero_division="zero")

_CONLLEVAL = {
    "precision": "mentions/strict.p",
    "recall": "mentions/strict.r",
    "FB1": "mentions/strict.f1",
    "LABEL: precision": "mentions/strict.p[LABEL]",
    "LABEL: recall": "mentions/strict.r[LABEL]",
    "LABEL: FB1": "mentions/strict.f1[LABEL]",
}
_SEQEVAL = {
    "precision_score": "mentions/strict.p",
    "recall_score": "mentions/strict.r",
    "f1_score": "mentions/strict.f1",
    "classification_report: LABEL": "mentions/strict[LABEL]",
}
_NERVALUATE = {
    "overall strict": "mentions/strict",
    "overall exact": "mentions/exact",
    "overall partial": "mentions/semeval_partial",
    "overall ent_type": "mentions/semeval_type",
    "entities LABEL strict": "mentions/strict[LABEL]",
    "entities LABEL exact": "mentions/strict[LABEL]",
    "entities LABEL ent_type": "mentions/type[LABEL]",
}
_CONLL_2012 = {
    "Identification of Mentions": "entities/detection",
    "muc": "entities/muc",
    "bcub": "entities/b3",
    "ceafm": "entities/ceaf_m",
    "ceafe": "entities/ceaf_e",
    "blanc": "entities/blanc",
    "lea": "entities/lea",
    "CoNLL score": "entities/conll.f1",
}
_NELEVAL = {
    "strong_mention_match": "links/strong_mention",
    "strong_typed_mention_match": "links/strong_typed",
    "strong_link_match": "links/strong_link",
    "strong_nil_match": "links/strong_nil",
    "strong_all_match": "links/strong_all",
    "strong_typed_all_match": "links/typed_all",
    "entity_match": "links/entity_match",
    "muc": "entities/muc",
    "b_cubed": "entities/b3",
    "mention_ceaf": "entities/ceaf_m",
    "entity_ceaf": "entities/ceaf_e",
    "pairwise": "entities/blanc[coreference links]",
    "pairwise_negative": "entities/blanc[non-coreference links]",
}
_CEAF_REE = {
    "strict": "events/ceaf_ree",
    "prop": "events/ceaf_ree_prop",
}

PRESETS: Mapping[str, Preset] = {
    "conlleval": Preset("conlleval", _COUNT, _CONLLEVAL),
    "seqeval-default": Preset("conlleval", _MERGE, _SEQEVAL),
    "seqeval-strict": Preset("strict", _MERGE, _SEQEVAL),
    "nervaluate-1.2.1": Preset("conlleval", _COUNT, _NERVALUATE),
    "conll-2012": Preset("conlleval", _MERGE, _CONLL_2012),
    "neleval": Preset("conlleval", _MERGE, _NELEVAL),
    "ceaf-ree": Preset("conlleval", _COUNT, _CEAF_REE),
}


def preset(name: str) -> Preset:
    """Give a preset; raises UsageError with the names there are, the nearest first."""
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, n=1, cutoff=0.4)
        names = ", ".join(dict.fromkeys([*near, *PRESETS]))
        raise UsageError(f"there is no preset {name!r}: choose from {names}")
    return PRESETS[name]
