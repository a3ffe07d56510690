"""Grounding of whole records: the items of a prediction that have a surface and no span."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import msgspec

from goldwire.grounding.candidates import Haystack
from goldwire.grounding.model import Placed, Range, Sought, Summary
from goldwire.grounding.parts import ground_arguments, ground_attributions, n_ungrounded_parts
from goldwire.grounding.placing import place
from goldwire.model import Annotation, EventMention, Mention, Record, Span, Time, Value

Item = Mention | Value | Time | EventMention

LAYERS = ("mentions", "values", "times", "event_mentions")
"""The layers whose items may have a surface in place of a span."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """A prediction whose items stand where grounding placed them, and what it said of each.

    `layers` has the answers for every layer in which a place was sought, in the order of its items;
    None for an item that has neither span nor surface. Of `attributions` they are by part
    (`parts.PARTS`), of `arguments` by event mention and argument; what has a place is None there.
    """

    prediction: Annotation
    layers: Mapping[str, tuple[Placed | None, ...]]

    def summaries(self) -> dict[str, Summary]:
        """Count the answers of each layer."""
        return {layer: Summary.of(filter(None, items)) for layer, items in self.layers.items()}

    @property
    def is_ambiguous(self) -> bool:
        """Claim that some item of a layer with labels could also stand elsewhere."""
        return any(
            item and item.is_ambiguous for layer in LAYERS for item in self.layers.get(layer, ())
        )


def is_ungrounded(item: Item) -> bool:
    """Claim that an item has words and no place."""
    return item.surface is not None and not _spans(item)


def n_ungrounded(prediction: Annotation) -> dict[str, int]:
    """Count the items that have words and no place, by layer; layers without any are left out."""
    # Every prediction passes here, and most have nothing of the kind.
    counts = {
        layer: len([1 for item in items if item.surface is not None and is_ungrounded(item)])
        for layer in LAYERS
        if (items := getattr(prediction, layer) or ())
    }
    return {
        **{layer: n for layer, n in counts.items() if n},
        **n_ungrounded_parts(prediction),
    }


def ground(prediction: Annotation, text: str, *, fuzzy: bool = False) -> Grounded:
    """Give every item that has a surface and no span its place in the text.

    Each layer is placed by itself, then the parts of attributions and the arguments of events, each
    near what it belongs to. What has no place stays as it was: it counts as a false
    positive. Items with spans are left alone, and so are times that are only implied: they have
    neither span nor surface.
    """
    layers: dict[str, tuple[Placed | None, ...]] = {}
    counts = n_ungrounded(prediction)
    if not counts:
        return Grounded(prediction, layers)
    haystack = Haystack(text, fuzzy=fuzzy)
    types = {entity.id: entity.type for entity in prediction.entities or ()}
    changes: dict[str, tuple[Record, ...]] = {}
    for layer in LAYERS:
        if layer not in counts:
            continue
        items = cast("Sequence[Item]", getattr(prediction, layer) or ())
        asked = {
            at: _sought(item, types, text)
            for at, item in enumerate(items)
            if _spans(item) or item.surface is not None
        }
        found = dict(zip(asked, place(haystack, list(asked.values())).items, strict=True))
        layers[layer] = tuple(found.get(at) for at in range(len(items)))
        changes[layer] = tuple(_placed(item, found.get(at), text) for at, item in enumerate(items))
    if "attributions" in counts:
        attributions = prediction.attributions or ()
        changes["attributions"], layers["attributions"] = ground_attributions(
            attributions, haystack
        )
    if "arguments" in counts:
        events = changes.get("event_mentions", prediction.event_mentions or ())
        changes["event_mentions"], layers["arguments"] = ground_arguments(
            cast("Sequence[EventMention]", events), haystack
        )
    return Grounded(msgspec.structs.replace(prediction, **changes), layers)


def with_spans(prediction: Annotation, spans: Mapping[str, Mapping[int, Range]]) -> Annotation:
    """Give a prediction with other spans for some of its items, by layer and position."""
    changes = {
        layer: tuple(
            _at(item, places[at]) if at in places else item
            for at, item in enumerate(getattr(prediction, layer))
        )
        for layer, places in spans.items()
    }
    return msgspec.structs.replace(prediction, **changes)


def _spans(item: Item) -> tuple[Span, ...]:
    if isinstance(item, EventMention):
        return () if item.trigger is None else (item.trigger,)
    return item.spans


def _sought(item: Item, types: Mapping[str, str], text: str) -> Sought:
    label = item.type
    if isinstance(item, Mention) and label is None:
        label = types.get(item.entity or "", "")
    spans = _spans(item)
    if not spans:
        return Sought(item.surface or "", label or "")
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    return Sought(text[start:end], label or "", given=(start, end))


def _placed(item: Item, answer: Placed | None, text: str) -> Item:
    if answer is None or answer.status != "placed" or answer.span is None:
        return item
    return _at(item, answer.span, words=text[slice(*answer.span)])


def _at(item: Item, place: Range, *, words: str | None = None) -> Item:
    span = Span(*place, text=words)
    if isinstance(item, EventMention):
        return msgspec.structs.replace(item, trigger=span)
    return msgspec.structs.replace(item, spans=(span,))
