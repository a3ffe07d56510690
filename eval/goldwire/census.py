"""What a corpus or a run holds: documents, code points, and items by layer and label.

Counts add up over documents, so that a corpus of any size is read once and nothing of it is kept.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from goldwire.model import LAYERS, Annotation
from goldwire.pairing import GoldDocument

ARGUMENTS = "arguments"
NO_LABEL = "(none)"


@dataclass(slots=True)
class Layer:
    """One layer: its items, the documents that have any, and the items of every label."""

    n_items: int = 0
    n_documents: int = 0
    labels: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Census:
    """The counts of a collection of documents; `code_points` is None when a text is not known.

    `layers` has the layers that any record has, in the order of the record, and the arguments of
    events by role. `discontinuous` counts items of several spans, `singletons` entities with one
    mention, `unplaced` items without any span in the text.
    """

    n_documents: int = 0
    code_points: int | None = 0
    layers: dict[str, Layer] = field(default_factory=dict)
    discontinuous: int = 0
    unplaced: int = 0
    singletons: int = 0


def take_census(documents: Iterable[GoldDocument]) -> Census:
    """Count the documents of a gold standard, or of a run, once through."""
    census = Census()
    for item in documents:
        census.n_documents += 1
        length = _length(item)
        if length is None or census.code_points is None:
            census.code_points = None
        else:
            census.code_points += length
        _add(census, item.annotation)
    order = (*LAYERS, ARGUMENTS)
    census.layers = {name: census.layers[name] for name in order if name in census.layers}
    return census


def _length(item: GoldDocument) -> int | None:
    if item.text is not None:
        return len(item.text)
    refs = (
        None if item.document is None else item.document.text_ref,
        item.annotation.text_ref,
    )
    return next((ref.code_points for ref in refs if ref is not None), None)


def _add(census: Census, annotation: Annotation) -> None:
    for name in annotation.attempted():
        _add_layer(census, name, list(_labels(annotation, name)))
    if annotation.event_mentions:
        roles = [
            argument.role for mention in annotation.event_mentions for argument in mention.arguments
        ]
        _add_layer(census, ARGUMENTS, roles)
    for spanned in (annotation.mentions, annotation.values, annotation.times):
        for item in spanned or ():
            census.discontinuous += len(item.spans) > 1
            census.unplaced += not item.spans
    sizes = Counter(mention.entity for mention in annotation.mentions or () if mention.entity)
    census.singletons += sum(size == 1 for size in sizes.values())


def _add_layer(census: Census, name: str, labels: list[str]) -> None:
    layer = census.layers.setdefault(name, Layer())
    layer.n_items += len(labels)
    layer.n_documents += bool(labels)
    layer.labels.update(labels)


def _labels(annotation: Annotation, layer: str) -> Iterator[str]:
    """Give the label of every item of a layer: its type, of mentions their entity's."""
    if layer == "mentions":
        types = {entity.id: entity.type for entity in annotation.entities or ()}
        for mention in annotation.mentions or ():
            yield mention.type or types.get(mention.entity or "") or NO_LABEL
    elif layer == "relations":
        for relation in annotation.relations or ():
            yield f"{relation.layer} {relation.type}"
    else:
        for item in getattr(annotation, layer):
            yield item.type or NO_LABEL
