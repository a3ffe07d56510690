"""Grounding within a run: what it did, and how much better its choices could have turned out.

Where words stand in a text several times, a system that gives no offsets has not said which place
it means. The score uses the place that grounding chose without seeing gold. The *best case* lets
every ambiguous item have whichever of its places suits gold best, by a maximum matching: it is a
bound for the reader, never a score.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from goldwire.columns import build_chunk
from goldwire.formats.tables import row_of, whole
from goldwire.grounding import (
    Grounded,
    Mode,
    Range,
    Report,
    Summary,
    ground,
    n_ungrounded,
    with_spans,
)
from goldwire.labels import LAYER_NAMES
from goldwire.metrics import Metric, Options
from goldwire.model import Annotation, EventMention, Mention, Span, Time, Value
from goldwire.pairing import GoldDocument
from goldwire.scores import BOUNDED
from goldwire.selection import Selection
from goldwire.tallies import Tally, merge, tally

Target = tuple[str, str]
"""A layer, as metrics name it, and a label."""


@dataclass(slots=True)
class Grounder:
    """Grounds the predictions of a run, and collects what the report says of it."""

    mode: Mode
    selection: Selection
    summaries: dict[str, Summary] = field(default_factory=dict)
    gains: dict[str, Tally] = field(default_factory=dict)
    _open: list[tuple[Annotation, Annotation, Annotation]] = field(default_factory=list)

    def ground(self, gold: GoldDocument, prediction: Annotation) -> Annotation:
        """Place what has no place; a prediction whose items all have one is given back as it is."""
        if row_of(prediction) is not None:
            # Records with words of their own are never left in their tables.
            return prediction
        counts = n_ungrounded(prediction)
        if not counts:
            return prediction
        if self.mode == "off" or gold.text is None:
            self._count({layer: Summary(not_sought=n) for layer, n in counts.items()})
            return prediction
        grounded = ground(prediction, gold.text, fuzzy=self.mode == "fuzzy")
        self._count(grounded.summaries())
        if grounded.is_ambiguous:
            best = best_case(whole(gold.annotation), grounded, selection=self.selection)
            self._open.append((whole(gold.annotation), grounded.prediction, best))
        return grounded.prediction

    def _count(self, summaries: Mapping[str, Summary]) -> None:
        for layer, summary in summaries.items():
            self.summaries[layer] = self.summaries.get(layer, Summary()) + summary

    def settle(self, metrics: Sequence[Metric], options: Options) -> None:
        """Score the documents with ambiguous items since the last call, as placed and at best."""
        if not self._open or options.average != "micro":
            self._open.clear()
            return
        golds, placed, best = zip(*self._open, strict=True)
        self._open.clear()
        bounded = [metric for metric in metrics if metric.name in BOUNDED]
        as_placed = self._tallies(golds, placed, bounded, options)
        at_best = self._tallies(golds, best, bounded, options)
        for name, table in at_best.items():
            less = replace(as_placed[name], sums=-as_placed[name].sums)
            self.gains[name] = merge(filter(None, (self.gains.get(name), table, less)))

    def _tallies(
        self,
        golds: Sequence[Annotation],
        predicted: Sequence[Annotation],
        metrics: Sequence[Metric],
        options: Options,
    ) -> dict[str, Tally]:
        select = self.selection
        chunk = build_chunk(
            (
                (
                    gold.doc_id,
                    select.restrict(gold),
                    select.restrict(select.label_map.apply(prediction)[0]),
                    None,
                )
                for gold, prediction in zip(golds, predicted, strict=True)
            ),
            ignore=select.is_ignored if select.only else None,
            layers={layer for metric in metrics for layer in metric.layers},
        )
        return {
            metric.name: merge([tally(metric.compute(chunk, options), n_documents=len(golds))])
            for metric in metrics
        }

    def report(self) -> Report | None:
        """Say what was done; None in a run whose items all had places."""
        return Report(self.mode, self.summaries) if self.summaries else None

    def ceilings(self, tallies: Mapping[str, Tally]) -> dict[str, Tally]:
        """Give the best case of each bounded metric of a run: [1, groups, 4]."""
        return {
            name: merge([tallies[name], gain])
            for name, gain in self.gains.items()
            if name in tallies
        }


def best_case(gold: Annotation, grounded: Grounded, *, selection: Selection) -> Annotation:
    """Give a prediction in which as many items as possible stand where gold has their label.

    Only ambiguous items move, each within its choices. Don't-care gold items count for nothing.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    places = list(_gold_places(gold, selection))
    wanted: dict[Target, dict[Range, list[int]]] = {}
    for column, (target, place) in enumerate(places):
        wanted.setdefault(target, {}).setdefault(place, []).append(column)
    items = list(_predicted_items(grounded, selection))
    edges = list(_edges(items, wanted))
    if not edges:
        return grounded.prediction
    rows, columns = np.array(edges, dtype=np.int32).T
    graph = csr_array((np.ones(len(edges)), (rows, columns)), shape=(len(items), len(places)))
    partner = maximum_bipartite_matching(graph, perm_type="column")
    spans: dict[str, dict[int, Range]] = {}
    for item, column in zip(items, partner.tolist(), strict=True):
        if column >= 0 and item.may_move:
            spans.setdefault(item.layer, {})[item.at] = places[column][1]
    return with_spans(grounded.prediction, spans)


@dataclass(frozen=True, slots=True)
class _Item:
    """A predicted item: its record layer and position there, and the places that it can have."""

    layer: str
    at: int
    target: Target
    places: tuple[Range, ...]
    may_move: bool


def _edges(
    items: Sequence[_Item], wanted: Mapping[Target, Mapping[Range, Sequence[int]]]
) -> Iterator[tuple[int, int]]:
    """Pair the rows of items with the columns of the gold items whose place they can have."""
    sets: dict[int, frozenset[Range]] = {}
    for row, item in enumerate(items):
        gold = wanted.get(item.target, {})
        # Copies share their places; a text can have thousands of them.
        if id(item.places) not in sets:
            sets[id(item.places)] = frozenset(item.places)
        for place in gold.keys() & sets[id(item.places)]:
            yield from ((row, column) for column in gold[place])


def _gold_places(gold: Annotation, selection: Selection) -> Iterator[tuple[Target, Range]]:
    types = {entity.id: entity.type for entity in gold.entities or ()}
    for layer, name in LAYER_NAMES.items():
        for item in getattr(gold, name) or ():
            spans, label = _spans(item), _label(item, types)
            is_ignored = isinstance(item, Mention) and selection.is_ignored(item)
            is_wanted = not selection.labels or label in selection.labels
            if len(spans) == 1 and is_wanted and not is_ignored:
                yield (layer, label), (spans[0].start, spans[0].end)


def _predicted_items(grounded: Grounded, selection: Selection) -> Iterator[_Item]:
    prediction = grounded.prediction
    types = {entity.id: entity.type for entity in prediction.entities or ()}
    for layer, name in LAYER_NAMES.items():
        answers = grounded.layers.get(name)
        for at, item in enumerate(getattr(prediction, name) or ()):
            answer = None if answers is None else answers[at]
            label = _label(item, types)
            target = selection.label_map.rules.get((layer, label), (layer, label))
            if target is None:
                continue
            if answer is not None and answer.is_ambiguous:
                yield _Item(name, at, target, answer.choices, may_move=True)
            elif len(spans := _spans(item)) == 1:
                yield _Item(name, at, target, ((spans[0].start, spans[0].end),), may_move=False)


def _label(item: Mention | Value | Time | EventMention, types: Mapping[str, str]) -> str:
    if isinstance(item, Mention) and item.type is None:
        return types.get(item.entity or "", "")
    return item.type or ""


def _spans(item: Mention | Value | Time | EventMention) -> tuple[Span, ...]:
    if isinstance(item, EventMention):
        return () if item.trigger is None else (item.trigger,)
    return item.spans
