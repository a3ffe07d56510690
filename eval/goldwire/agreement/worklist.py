"""The adjudicator's worklist: every item that not all annotators have alike, in order of the text.

Whatever two annotators made of the same stretch stands together as one case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations

from goldwire.agreement.pairwise import checked_passes
from goldwire.explanation import Explained
from goldwire.items import GoldItem
from goldwire.model import Annotation, Document
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents

WHOLE: tuple[str, ...] = (
    "mentions/strict",
    "values/strict",
    "times/strict",
    "triggers/classified",
    "arguments/attached_classified",
    "attributions/source",
    "attributions/cue",
    "attributions/content",
)
"""Metrics that say whether another annotator has the item at all."""

DETAILS: tuple[str, ...] = (
    "mentions/head",
    "mentions/level_f",
    "mentions/form_f",
    "entities/b3",
    "values/value",
    "times/value",
    "triggers/polarity_f",
    "triggers/tense_f",
    "triggers/genericity_f",
    "triggers/aspect_f",
    "events/b3",
)
"""Metrics that say whether an item which both have is alike in this; told when it is the matter.

B³ of an item is below 1 where the other annotator's cluster does not hold all of this one's.
"""


LAYERS = ("mentions", "values", "times", "triggers", "arguments", "sources", "cues", "contents")
"""The order of layers within a document."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """An item that some annotators have (`having`) and others have not, or not alike (`lacking`).

    `lacking` maps an annotator to the metrics under which it differs; `instead` to what it has in
    this place, where it has anything. Disputes of one case overlap; cases count from 1.
    """

    case: int
    item: GoldItem
    having: tuple[str, ...]
    lacking: Mapping[str, tuple[str, ...]]
    instead: Mapping[str, Explained]


def disagreements(
    passes: Mapping[str, Iterable[Annotation]],
    *,
    texts: Mapping[str, str] | None = None,
    documents: Mapping[str, Document] | None = None,
) -> tuple[Dispute, ...]:
    """List what the passes do not agree on; texts, where known, show the items in their context.

    Raises DataError when the documents of the passes differ.
    """
    records = checked_passes(passes)
    known, about = texts or {}, documents or {}
    lacking: dict[GoldItem, dict[str, tuple[str, ...]]] = {}
    having: dict[GoldItem, dict[str, None]] = {}
    instead: dict[GoldItem, dict[str, Explained]] = {}
    for one, other in permutations(records, 2):
        scores = score_documents(
            [
                GoldDocument(record, about.get(record.doc_id), known.get(record.doc_id))
                for record in records[one]
            ],
            records[other],
            metrics=(*WHOLE, *DETAILS),
            items=True,
        )
        for item, metrics in _wrong(scores).items():
            having.setdefault(item, {})[one] = None
            lacking.setdefault(item, {})[other] = metrics
            if item.now is not None and item.now.predicted is not None:
                instead.setdefault(item, {})[other] = item.now
    order = {doc_id: at for at, doc_id in enumerate(r.doc_id for r in next(iter(records.values())))}
    listed = [
        Dispute(0, item, tuple(having[item]), lacking[item], instead.get(item, {}))
        for item in sorted(
            lacking,
            key=lambda one: (
                order[one.doc_id],
                LAYERS.index(one.layer),
                one.start,
                one.end,
                one.label,
                one.of,
                one.copy,
            ),
        )
    ]
    return tuple(_in_cases(listed))


def _wrong(scores: Scores) -> dict[GoldItem, tuple[str, ...]]:
    """Name, for each item that the other annotator does not have alike, the metrics that say so."""
    found: dict[GoldItem, tuple[str, ...]] = {}
    for name in WHOLE:
        for item in _items(scores, name):
            found[item] = (name,)
    absent = set(found)
    for name in DETAILS:
        for item in _items(scores, name):
            if item not in absent:
                found[item] = (*found.get(item, ()), name)
    return found


def _items(scores: Scores, name: str) -> Iterable[GoldItem]:
    """Walk the wrong items of a metric, none when one of the two did not attempt its layers."""
    return scores.wrong.get(name, {}) if name in scores.tallies else ()


def _in_cases(disputes: list[Dispute]) -> list[Dispute]:
    numbered: list[Dispute] = []
    case, reach, last = 0, -1, ("", "")
    for dispute in disputes:
        item = dispute.item
        here = (item.doc_id, item.layer)
        if here != last or item.start >= reach:
            case, reach = case + 1, -1
        reach, last = max(reach, item.end), here
        numbered.append(replace(dispute, case=case))
    return numbered
