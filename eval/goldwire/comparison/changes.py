"""Gold items lost and gained between two systems, and those that flap from run to run.

Metrics whose credits are no single items (coreference, relations, document fields) are told
document by document: there the document's own F1 is what falls or rises.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from goldwire.items import GoldItem, has_items
from goldwire.metrics import find
from goldwire.scores import Scores
from goldwire.signature import Address
from goldwire.statistics import scores as divided
from goldwire.statistics.measures import SAME
from goldwire.tallies import union_of_groups


@dataclass(frozen=True, slots=True)
class Change:
    """One gold item, or one document's score, that differs between two systems.

    `key` names it in an allow-list. `metrics` are those under which it changed. `before` and
    `after` are the F1 of a document under a metric without items, and None for items.
    """

    key: str
    doc_id: str
    metrics: tuple[str, ...]
    item: GoldItem | None = None
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
    place = {doc_id: at for at, doc_id in enumerate(baseline[0].doc_ids)}

    def in_order(kind: str) -> tuple[Change, ...]:
        return tuple(sorted(found[kind].values(), key=lambda change: _order(change, place)))

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
    before = [run.wrong.get(name, {}) for run in baseline]
    after = [run.wrong.get(name, {}) for run in candidate]
    # The candidate's items come first: they know what the candidate has in their place.
    for item in dict.fromkeys(item for wrong in (*after, *before) for item in wrong):
        kind = _kind([item not in run for run in before], [item not in run for run in after])
        if kind is not None:
            # What stands there now is known of what is lost; else it is the baseline's, or varies.
            shown = item if kind == "lost" else replace(item, now=None)
            yield kind, Change(item.key, item.doc_id, (name,), shown)


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
