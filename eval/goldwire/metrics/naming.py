"""The nearest right names for a wrong one: misspelt, without its layer, or another scorer's."""

import difflib
from collections.abc import Collection

from goldwire.metrics.base import LAYER_ORDER

ELSEWHERE = {
    # NER scorers
    "ner": "mentions/strict",
    "f1": "mentions/strict",
    "partial": "mentions/semeval_partial",
    "ent_type": "mentions/semeval_type",
    "entities/partial": "mentions/semeval_partial",
    "entities/type": "mentions/type",
    "boundary": "mentions/exact",
    "iou": "mentions/iou@0.5",
    # Coreference scorers
    "bcub": "entities/b3",
    "b_cubed": "entities/b3",
    "ceaf": "entities/ceaf_e",
    "ceafe": "entities/ceaf_e",
    "ceafm": "entities/ceaf_m",
    "coref": "entities/conll",
    # neleval
    "strong_mention_match": "links/strong_mention",
    "strong_typed_mention_match": "links/strong_typed",
    "strong_link_match": "links/strong_link",
    "strong_nil_match": "links/strong_nil",
    "strong_all_match": "links/strong_all",
    "strong_typed_all_match": "links/typed_all",
    "mention_ceaf": "links/nil_ceaf",
    # TextEE, EvmEval, GRIT
    "trigger_id": "triggers/identified",
    "trigger_cls": "triggers/classified",
    "triggers/exact": "triggers/identified",
    "triggers/strict": "triggers/classified",
    "argument_id": "arguments/identified",
    "argument_cls": "arguments/classified",
    "argument_attached_id": "arguments/attached_identified",
    "argument_attached_cls": "arguments/attached_classified",
    "arguments/strict": "arguments/attached_classified",
    "ree": "events/ceaf_ree",
    "rme": "events/ceaf_rme",
}
"""What other scorers call it, and what it is here. Only hints are made of this, never a score."""

N_HINTS = 3


def nearest(name: str, known: Collection[str]) -> tuple[str, ...]:
    """Give at most three of the known names, the likeliest first; none when nothing is near.

    >>> nearest("entities/strict", ["mentions/strict", "times/strict", "links/nil_ceaf"])
    ('mentions/strict', 'times/strict')
    """
    layer, _, measure = name.rpartition("/")
    wanted = name.lower().replace("-", "_")
    hints = [ELSEWHERE[key] for key in (wanted, measure.lower()) if key in ELSEWHERE]
    likely = [layer] if layer in LAYER_ORDER else difflib.get_close_matches(layer, LAYER_ORDER)
    hints += [f"{one}/{measure}" for one in likely]
    hints += [other for other in known if other.endswith(f"/{measure}")]
    hints += difflib.get_close_matches(name, known, n=N_HINTS, cutoff=0.5)
    return tuple(dict.fromkeys(hint for hint in hints if hint in known))[:N_HINTS]
