"""Which item of the old gold is which of the new: by what they say, not by their ids.

Ids are never identity in scoring, so renumbering must not look like a change. Items are paired by
place first, then by id; entities and events by the mentions that they share. References are
compared after the new ids were translated into the old ones.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

import msgspec

from goldwire.model import LAYERS, Annotation, layer_of

Item = dict[str, Any]
PLACED = ("mentions", "values", "times", "event_mentions", "attributions")
CLUSTERS = {"entities": ("mentions", "entity"), "events": ("event_mentions", "event")}
"""Layers of clusters: the layer of their members, and the member's field that names the cluster."""

_WORD = re.compile(r"\w+\s*|\W\s*")
Place = tuple[tuple[int, int], ...]
Mapped = Callable[[int, int], tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The items of one layer: pairs of old and new, and those without partner."""

    pairs: tuple[tuple[Item, Item], ...]
    removed: tuple[Item, ...]
    added: tuple[Item, ...]


@dataclass(slots=True)
class Matched:
    """All layers of one document, with the old id of every paired new item."""

    layers: dict[str, Pairs] = field(default_factory=dict)
    old_ids: dict[str, str] = field(default_factory=dict)


def items_by_layer(annotation: Annotation) -> dict[str, list[Item]]:
    """Give the items of every layer as plain values."""
    return {
        layer: [msgspec.to_builtins(item) for item in layer_of(annotation, layer)]
        for layer in LAYERS
    }


def match_items(old: Annotation, new: Annotation, *, mapped: Mapped) -> Matched:
    """Pair the items of two annotations; `mapped` moves an old span into the new text."""
    before, after = items_by_layer(old), items_by_layer(new)
    matched = Matched()
    for layer in PLACED:
        matched.layers[layer] = _match_placed(before[layer], after[layer], mapped)
        _note(matched, layer)
    for layer, (members, name) in CLUSTERS.items():
        shared = Counter(
            (one.get(name), other.get(name)) for one, other in matched.layers[members].pairs
        )
        matched.layers[layer] = _match_clusters(before[layer], after[layer], shared)
        _note(matched, layer)
    translated = [translate(item, matched.old_ids) for item in after["relations"]]
    by_translation = dict(zip(map(id, translated), after["relations"], strict=True))
    found = _by_keys(
        before["relations"],
        translated,
        [_relation_key, lambda item: item.get("id") or None],
    )
    matched.layers["relations"] = replace(
        found,
        pairs=tuple((one, by_translation[id(other)]) for one, other in found.pairs),
        added=tuple(by_translation[id(item)] for item in found.added),
    )
    _note(matched, "relations")
    return matched


def place_of(item: Item) -> Place:
    """Give the spans by which an item stands in the text, in order; empty without a place."""
    if "trigger" in item:
        spans: Iterable[Item] = [item["trigger"]]
    elif "content" in item or "cue" in item:
        spans = [*item.get("source", {}).get("spans", ()), *item.get("cue", ())]
        spans = [*spans, *item.get("content", ())]
    else:
        spans = item.get("spans", ())
    return tuple((span["start"], span["end"]) for span in spans)


def translate(value: Any, old_ids: Mapping[str, str]) -> Any:
    """Replace references to new items by the ids of the old ones that they are."""
    if isinstance(value, dict):
        return {key: translate(item, old_ids) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [translate(item, old_ids) for item in value]
    return old_ids.get(value, value) if isinstance(value, str) else value


def text_map(old: str | None, new: str | None) -> Mapped:
    """Give how spans move from an old text to a new one; None for one whose words changed.

    Without both texts spans stay where they are.

    >>> moved = text_map("Ann met Bob.", "Yesterday Ann saw Bob.")
    >>> moved(0, 3), moved(4, 7), moved(8, 11)
    ((10, 13), None, (18, 21))
    """
    if old is None or new is None or old == new:
        return lambda start, end: (start, end)
    same = list(_same_stretches(old, new))

    def moved(start: int, end: int) -> tuple[int, int] | None:
        for begin, size, shift in same:
            if begin <= start and end <= begin + size:
                return start + shift, end + shift
        return None

    return moved


def text_edits(old: str, new: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Walk the stretches in which two texts differ: where in the old one, where in the new one.

    >>> list(text_edits("Ann met Bob.", "Ann saw Bob."))
    [((4, 7), (4, 7))]
    """
    at_old = at_new = 0
    for begin, size, shift in _same_stretches(old, new):
        if not size and begin < len(old):
            continue
        if (at_old, at_new) != (begin, begin + shift):
            yield (at_old, begin), (at_new, begin + shift)
        at_old, at_new = begin + size, begin + size + shift


def _same_stretches(old: str, new: str) -> Iterator[tuple[int, int, int]]:
    """Walk what both texts have in common as (start in the old one, length, shift), word by word.

    What is equal at both ends is set aside first: most changes are small.
    """
    head = _n_common(old, new)
    tail = _n_common(old[head:][::-1], new[head:][::-1])
    yield 0, head, 0
    before, after = (_WORD.findall(text[head : len(text) - tail]) for text in (old, new))
    places = [[0, *accumulate(map(len, words))] for words in (before, after)]
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        begin, end = places[0][block.a], places[0][block.a + block.size]
        yield head + begin, end - begin, places[1][block.b] - begin
    yield len(old) - tail, tail, len(new) - len(old)


def _n_common(one: str, other: str) -> int:
    """Count the characters that two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _note(matched: Matched, layer: str) -> None:
    for one, other in matched.layers[layer].pairs:
        if one.get("id") and other.get("id"):
            matched.old_ids[other["id"]] = one["id"]


def _match_placed(old: Sequence[Item], new: Sequence[Item], mapped: Mapped) -> Pairs:
    def old_place(item: Item) -> object:
        moved = [mapped(*span) for span in place_of(item)]
        return None if not moved or None in moved else tuple(moved)

    places = {id(item): old_place(item) for item in old}
    places |= {id(item): place_of(item) or None for item in new}
    keys: list[Callable[[Item], object]] = [
        lambda item: _joined(places[id(item)], item.get("type"), item.get("id")),
        lambda item: _joined(places[id(item)], item.get("type")),
        lambda item: places[id(item)],
        lambda item: item.get("id") or None,
    ]
    return _by_keys(old, new, keys)


def _joined(place: object, *others: object) -> object:
    return None if place is None else (place, *others)


def _by_keys(
    old: Sequence[Item], new: Sequence[Item], keys: Sequence[Callable[[Item], object]]
) -> Pairs:
    """Pair items with equal keys, one key after the other; equal items pair in their order."""
    pairs: list[tuple[int, int]] = []
    left, right = list(range(len(old))), list(range(len(new)))
    for key in keys:
        waiting: dict[object, list[int]] = {}
        for at in right:
            value = key(new[at])
            if value is not None:
                waiting.setdefault(value, []).append(at)
        for at in list(left):
            value = key(old[at])
            if value is not None and waiting.get(value):
                partner = waiting[value].pop(0)
                pairs.append((at, partner))
                left.remove(at)
                right.remove(partner)
    return Pairs(
        tuple((old[one], new[other]) for one, other in sorted(pairs)),
        tuple(old[at] for at in left),
        tuple(new[at] for at in right),
    )


def _match_clusters(
    old: Sequence[Item], new: Sequence[Item], shared: Mapping[tuple[Any, Any], int]
) -> Pairs:
    """Pair clusters that share the most members, then those with the same id."""
    old_by_id = {item["id"]: item for item in old}
    new_by_id = {item["id"]: item for item in new}
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    ranked = sorted(
        ((count, one == other, one, other) for (one, other), count in shared.items() if one),
        key=lambda found: (-found[0], not found[1], str(found[2]), str(found[3])),
    )
    for _, __, one, other in ranked:
        known = one in old_by_id and other in new_by_id
        if known and one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)
    for one in old_by_id:
        if one not in pairs and one in new_by_id and one not in taken:
            pairs[one] = one
            taken.add(one)
    return Pairs(
        tuple((old_by_id[one], new_by_id[pairs[one]]) for one in old_by_id if one in pairs),
        tuple(item for item in old if item["id"] not in pairs),
        tuple(item for item in new if item["id"] not in taken),
    )


def _relation_key(item: Item) -> object:
    return item["layer"], item["type"], item["head"], item["tail"]
