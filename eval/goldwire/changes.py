"""Gold items lost and gained between two systems, and those that flap from run to run.

Metrics whose credits are no single items (coreference, relations, document fields) are told
document by document: there the document's own F1 is what falls or rises.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from goldwire.explanation import Explained
from goldwire.items import GoldItem, has_items
from goldwire.metrics import find
from goldwire.scores import Scores
from goldwire.signature import Address
from goldwire.statistics import scores as divided
from goldwire.statistics.measures import SAME
from goldwire.tallies import union_of_groups

EXPLAINED_AS = {
    "sources": "attributions/source",
    "cues": "attributions/cue",
    "contents": "attributions/content",
}
"""How explanations call the columns of attributions."""


@dataclass(frozen=True, slots=True)
class Change:
    """One gold item, or one document's score, that differs between two systems.

    `key` names it in an allow-list. `metrics` are those under which it changed. `now` is what the
    candidate makes of the item, None where nothing tells; `before` and `after` are the F1 of a
    document under a metric without items, and None for items.
    """

    key: str
    doc_id: str
    metrics: tuple[str, ...]
    item: GoldItem | None = None
    now: Explained | None = None
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What was lost, gained, and what is unstable; each in the order of gold."""

    lost: tuple[Change, ...]
    gained: tuple[Change, ...]
    unstable: tuple[Change, ...]


def changes(
    baseline: Sequence[Scores], candidate: Sequence[Scores], *, metrics: Sequence[str]
) -> Changes:
    """Compare the runs of two systems item by item under these metrics."""
    found: dict[str, dict[str, Change]] = {"lost": {}, "gained": {}, "unstable": {}}
    for name in metrics:
        walk = _of_items if has_items(find(name)) else _of_documents
        for kind, change in walk(name, baseline, candidate):
            before = found[kind].get(change.key)
            if before is not None:
                change = _under(before, name)  # noqa: PLW2901
            found[kind][change.key] = change
    now = explained_by_place(candidate[0])
    place = {doc_id: at for at, doc_id in enumerate(baseline[0].doc_ids)}

    def in_order(kind: str) -> tuple[Change, ...]:
        listed = sorted(found[kind].values(), key=lambda change: _order(change, place))
        return tuple(_with_now(change, now) for change in listed)

    return Changes(in_order("lost"), in_order("gained"), in_order("unstable"))


def _under(change: Change, metric: str) -> Change:
    return replace(change, metrics=(*change.metrics, metric))


def _order(change: Change, place: Mapping[str, int]) -> tuple[int, int, int, str]:
    item = change.item
    start, end = (-1, -1) if item is None else (item.start, item.end)
    return place.get(change.doc_id, 0), start, end, change.key


def _of_items(
    name: str, baseline: Sequence[Scores], candidate: Sequence[Scores]
) -> Iterator[tuple[str, Change]]:
    before = [run.gold_items.get(name, {}) for run in baseline]
    after = [run.gold_items.get(name, {}) for run in candidate]
    for item in before[0]:
        had = [run[item] for run in before]
        has = [run.get(item, False) for run in after]
        kind = _kind(had, has)
        if kind is not None:
            yield kind, Change(item.key, item.doc_id, (name,), item)


def _kind(had: Sequence[bool], has: Sequence[bool]) -> str | None:
    if len({*had}) > 1 or len({*has}) > 1:
        return "unstable"
    if had[0] == has[0]:
        return None
    return "lost" if had[0] else "gained"


def _of_documents(
    name: str, baseline: Sequence[Scores], candidate: Sequence[Scores]
) -> Iterator[tuple[str, Change]]:
    had, has = (
        np.stack([_document_scores(run, name) for run in runs]) for runs in (baseline, candidate)
    )
    for at, doc_id in enumerate(baseline[0].doc_ids):
        one, other = had[:, at], has[:, at]
        if np.isnan(one).any() or np.isnan(other).any():
            continue
        if other.max() < one.min() - SAME:
            kind = "lost"
        elif other.min() > one.max() + SAME:
            kind = "gained"
        elif max(np.ptp(one), np.ptp(other)) > SAME:
            kind = "unstable"
        else:
            continue
        yield (
            kind,
            Change(
                f"{doc_id} {name}",
                doc_id,
                (name,),
                before=float(one.mean()),
                after=float(other.mean()),
            ),
        )


def _document_scores(run: Scores, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    table = run.tallies[name]
    groups = union_of_groups([table])
    return divided(table.spread(groups), run.measure(Address(name)))


Place = tuple[str, str, int, int, str]
"""Document, layer as explanations call it, start, end and label."""


def explained_by_place(run: Scores) -> dict[Place, Explained]:
    """Look up what became of gold items by their place and label."""
    return {
        (one.doc_id, one.layer, one.gold.start, one.gold.end, one.gold.label): one
        for one in run.explained
        if one.gold is not None
    }


def place_of(item: GoldItem) -> Place:
    """Give the place under which explanations know an item."""
    layer = EXPLAINED_AS.get(item.layer, item.layer)
    return item.doc_id, layer, item.start, item.end, item.label


def _with_now(change: Change, now: Mapping[Place, Explained]) -> Change:
    if change.item is None:
        return change
    return replace(change, now=now.get(place_of(change.item)))
