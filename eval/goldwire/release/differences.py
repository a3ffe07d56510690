"""What changed between two states of a corpus: documents, texts, and every annotation.

Each change says what it is, where, before and after, and what version bump it demands by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from goldwire.model import LAYERS, Document, layer_of
from goldwire.pairing import GoldDocument
from goldwire.release.matching_items import (
    CLUSTERS,
    PLACED,
    Item,
    Mapped,
    Matched,
    match_items,
    place_of,
    text_edits,
    text_map,
    translate,
)
from goldwire.release.profiles import WITHHELD
from goldwire.release.revisions import State

Level = Literal["none", "patch", "minor", "major"]
LEVELS: tuple[Level, ...] = ("none", "patch", "minor", "major")
Op = Literal["added", "removed", "edited", "moved", "merged", "split", "renamed", "text", "record"]

SHOWN_WIDTH = 60
REMARKS = frozenset({"note", "evidence", "difficult", "canonical_name"})
"""Fields for people, which no metric reads."""
WORDS = frozenset({"text", "check"})
"""Fields of spans that repeat the text."""
ATTRIBUTES = frozenset(
    {
        *("level", "form", "polarity", "tense", "genericity", "aspect", "dct_rel", "medium"),
        *("direction", "factuality", "attitude", "function", "mod", "unit", "subtype"),
        "links",
    }
)
"""Fields with metrics of their own: where gold never had one, adding it changes no older score."""
UNSCORED_RECORD = frozenset({"rights", "provenance", "schema_version"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `layer` and `id` are empty for changes of the document itself.

    `fields` are those that differ; `partners` the ids on the other side of a merge or split.
    `before` and `after` are the items; `where` is the text around it, old and new, where known.
    """

    doc_id: str
    layer: str
    id: str
    op: Op
    level: Level
    fields: tuple[str, ...] = ()
    before: Item | None = None
    after: Item | None = None
    partners: tuple[str, ...] = ()
    where: tuple[str, str] = ("", "")


@dataclass(slots=True)
class Difference:
    """All changes between two states, and the reasons for the version bump that they demand."""

    old_version: str
    new_version: str
    changes: list[Change] = field(default_factory=list)
    reasons: list[tuple[Level, str]] = field(default_factory=list)
    protected: set[str] = field(default_factory=set)

    @property
    def level(self) -> Level:
        """The bump that is demanded."""
        return highest([level for level, _ in self.reasons])


def highest(levels: Sequence[Level]) -> Level:
    """Give the highest of levels, `none` of none."""
    return max(levels, key=LEVELS.index, default="none")


def compare_documents(
    old: GoldDocument, new: GoldDocument, *, used: frozenset[tuple[str, str]]
) -> Iterator[Change]:
    """Walk the changes of a document that is on both sides.

    `used` are the layers (with an empty field) and fields that the old corpus had anywhere.
    """
    yield from _record_changes(old, new, used)
    mapped = text_map(old.text, new.text)
    matched = match_items(old.annotation, new.annotation, mapped=mapped)
    # A side without its text lacks the other words too, for no fault of the gold.
    ignored = WORDS if old.text is not None and new.text is not None else WORDS | REMARKS
    scope = _Scope(old, new, matched, mapped, used, ignored)
    for layer in LAYERS:
        yield from scope.changes(layer)


def fields_in_use(state: State) -> frozenset[tuple[str, str]]:
    """List the layers and fields that any gold document has: (layer, "") and (layer, field)."""
    used: set[tuple[str, str]] = set()
    for gold in state:
        for layer in gold.annotation.attempted():
            used.add((layer, ""))
            for item in layer_of(gold.annotation, layer):
                used |= {(layer, name) for name in msgspec.to_builtins(item)}
        if gold.document is not None:
            source = msgspec.to_builtins(gold.document.source)
            used |= {("source", name) for name in source}
    return frozenset(used)


def _record_changes(
    old: GoldDocument, new: GoldDocument, used: frozenset[tuple[str, str]]
) -> Iterator[Change]:
    one, other = _digest(old), _digest(new)
    if old.text is not None and new.text is not None:
        for before, after in text_edits(old.text, new.text):
            yield _text_edit(new.doc_id, (old.text, before), (new.text, after))
    elif one != other:
        yield Change(
            new.doc_id,
            "",
            "",
            "text",
            "major",
            before={"sha256": one},
            after={"sha256": other},
        )
    withheld: frozenset[str] = frozenset()
    if old.text is None or new.text is None:
        withheld = WITHHELD["document"]
    before, after = (_comparable(_plain(side.document), withheld) for side in (old, new))
    for name in sorted((before.keys() | after.keys()) - {"text_ref", "doc_id"}):
        if before.get(name) == after.get(name):
            continue
        fields: tuple[str, ...] = (name,)
        level: Level = "patch" if name in UNSCORED_RECORD else "major"
        if name == "source":
            changed = _differing(before.get(name, {}), after.get(name, {}))
            fields = tuple(f"source.{item}" for item in changed)
            level = highest([_source_level(item, used) for item in changed])
        yield Change(new.doc_id, "", "", "record", level, fields=fields)
    remarks = _differing(_head(old), _head(new))
    if remarks:
        yield Change(new.doc_id, "", "", "record", "patch", fields=tuple(remarks))


def _text_edit(
    doc_id: str, old: tuple[str, tuple[int, int]], new: tuple[str, tuple[int, int]]
) -> Change:
    before, after = (
        {"start": start, "end": end, "text": text[start:end]} for text, (start, end) in (old, new)
    )
    shown = tuple(_in_context(text, *place) for text, place in (old, new))
    return Change(
        doc_id, "", "", "text", "major", before=before, after=after, where=(shown[0], shown[1])
    )


def _in_context(text: str, start: int, end: int) -> str:
    """Give a stretch of a text with some of what is around it, e.g. `met in [Bergen] on Sun`."""
    words = text[start:end]
    if len(words) > SHOWN_WIDTH:
        words = f"{words[: SHOWN_WIDTH // 2]} … {words[-SHOWN_WIDTH // 2 :]}"
    return " ".join(f"{text[max(0, start - 24) : start]}[{words}]{text[end : end + 24]}".split())


def _source_level(name: str, used: frozenset[tuple[str, str]]) -> Level:
    # What no metric reads can still be what scores are sliced or clustered by.
    return "major" if ("source", name) in used else "minor"


def _digest(gold: GoldDocument) -> str | None:
    if gold.document is not None:
        return gold.document.text_ref.sha256
    reference = gold.annotation.text_ref
    return None if reference is None else reference.sha256


def _plain(document: Document | None) -> Item:
    found: Item = {} if document is None else msgspec.to_builtins(document)
    return found


def _head(gold: GoldDocument) -> Item:
    found = msgspec.to_builtins(gold.annotation)
    return {name: found.get(name) for name in ("guideline_version", "annotator")}


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@dataclass(frozen=True, slots=True)
class _Scope:
    """One document while its layers are compared."""

    old: GoldDocument
    new: GoldDocument
    matched: Matched
    mapped: Mapped
    used: frozenset[tuple[str, str]]
    ignored: frozenset[str]

    def changes(self, layer: str) -> Iterator[Change]:
        """Walk the changes of a layer."""
        had, has = (layer in side.annotation.attempted() for side in (self.old, self.new))
        is_new = (layer, "") not in self.used
        if had != has:
            level: Level = "minor" if has and is_new else "major"
            op: Op = "added" if has else "removed"
            yield Change(self.new.doc_id, layer, "", op, level)
        found = self.matched.layers[layer]
        merged_into, merges = self._regrouped(layer)
        yield from merges
        for before, after in found.pairs:
            change = self._pair(layer, before, after, merged_into)
            if change is not None:
                yield change
        regrouped = list(self._cut_or_joined(layer)) if layer in PLACED else []
        yield from regrouped
        told = {
            *(change.id for change in (*merges, *regrouped)),
            *(partner for change in (*merges, *regrouped) for partner in change.partners),
        }
        for item in found.removed:
            if item.get("id") not in told:
                yield self._alone(layer, item, "removed", is_new=False)
        for item in found.added:
            if item.get("id") not in told:
                yield self._alone(layer, item, "added", is_new=is_new)

    def _alone(self, layer: str, item: Item, op: Op, *, is_new: bool) -> Change:
        is_old = op == "removed"
        around = self._around(item, self.old if is_old else self.new)
        return Change(
            self.new.doc_id,
            layer,
            item.get("id", ""),
            op,
            "minor" if is_new else "major",
            before=item if is_old else None,
            after=None if is_old else item,
            where=(around, "") if is_old else ("", around),
        )

    def _pair(
        self, layer: str, before: Item, after: Item, merged_into: Mapping[str, str]
    ) -> Change | None:
        translated = translate(after, self.matched.old_ids)
        moved = _moved(before, self.mapped)
        one, other = (_comparable(item, self.ignored) for item in (moved, translated))
        fields = [name for name in _differing(one, other) if name != "id"]
        if layer in ("mentions", "event_mentions"):
            name = "entity" if layer == "mentions" else "event"
            regrouped = merged_into.get(before.get(name, ""))
            if name in fields and regrouped == translated.get(name):
                fields.remove(name)
        is_moved = place_of(moved) != place_of(after)
        if not fields and before.get("id") == after.get("id"):
            return None
        level: Level = highest([self._field_level(layer, name, one, other) for name in fields])
        op: Op = "edited" if fields else "renamed"
        if is_moved and set(fields) <= {"spans", "head", "trigger", "source", "cue", "content"}:
            op = "moved"
        return Change(
            self.new.doc_id,
            layer,
            after.get("id", ""),
            op,
            level if fields else "patch",
            fields=tuple(fields),
            before=before,
            after=after,
            where=(self._around(before, self.old), self._around(after, self.new)),
        )

    def _field_level(self, layer: str, name: str, one: Item, other: Item) -> Level:
        if name in REMARKS:
            return "patch"
        if name in one and _without_remarks(one[name]) == _without_remarks(other.get(name)):
            return "patch"
        is_new = (layer, name) not in self.used and name in ATTRIBUTES
        return "minor" if is_new else "major"

    def _regrouped(self, layer: str) -> tuple[dict[str, str], list[Change]]:
        """Find clusters that were merged or split, by the members that moved between them.

        Gives for every old cluster that went into another one which (by its old id).
        """
        if layer in ("mentions", "event_mentions"):
            clusters = next(name for name, (members, _) in CLUSTERS.items() if members == layer)
            return self._regrouped(clusters)[0], []
        if layer not in CLUSTERS:
            return {}, []
        members, name = CLUSTERS[layer]
        links: set[tuple[str, str]] = {
            (one[name], other[name])
            for one, other in self.matched.layers[members].pairs
            if one.get(name) and other.get(name)
        }
        found = self.matched.layers[layer]
        removed = {item["id"]: item for item in found.removed}
        added = {item["id"]: item for item in found.added}
        changes: list[Change] = []
        into: dict[str, str] = {}
        for before, after in found.pairs:
            kept_id: str = before["id"]
            sources = sorted(a for a, b in links if b == after["id"] and a in removed)
            if sources:
                into |= dict.fromkeys(sources, kept_id)
                changes.append(self._joint(layer, "merged", before, after, sources))
            targets = sorted(b for a, b in links if a == before["id"] and b in added)
            if targets:
                changes.append(self._joint(layer, "split", before, after, targets))
        return into, changes

    def _joint(
        self, layer: str, op: Op, before: Item, after: Item, partners: Sequence[str]
    ) -> Change:
        return Change(
            self.new.doc_id,
            layer,
            after["id"],
            op,
            "major",
            before=before,
            after=after,
            partners=tuple(partners),
        )

    def _cut_or_joined(self, layer: str) -> Iterator[Change]:
        """Find one removed item in whose place several were added, and the other way round."""
        found = self.matched.layers[layer]
        for item in found.removed:
            parts = [other for other in found.added if _overlap(item, other)]
            if len(parts) > 1:
                yield Change(
                    self.new.doc_id,
                    layer,
                    item.get("id", ""),
                    "split",
                    "major",
                    before=item,
                    partners=tuple(part.get("id", "") for part in parts),
                    where=(self._around(item, self.old), ""),
                )
        for item in found.added:
            parts = [other for other in found.removed if _overlap(item, other)]
            if len(parts) > 1:
                yield Change(
                    self.new.doc_id,
                    layer,
                    item.get("id", ""),
                    "merged",
                    "major",
                    after=item,
                    partners=tuple(part.get("id", "") for part in parts),
                    where=("", self._around(item, self.new)),
                )

    def _around(self, item: Item, side: GoldDocument) -> str:
        """Give an item's words in context, e.g. `met in [Bergen] on Sunday`; "" without text."""
        place = place_of(item)
        if not place or side.text is None:
            return ""
        start, end = min(at[0] for at in place), max(at[1] for at in place)
        return _in_context(side.text, start, end)


def _moved(value: Any, mapped: Mapped) -> Any:
    """Move all spans as the text has moved; one whose words changed stays."""
    if isinstance(value, dict):
        if {"start", "end"} <= value.keys():
            start, end = mapped(value["start"], value["end"]) or (value["start"], value["end"])
            return {**value, "start": start, "end": end}
        return {key: _moved(item, mapped) for key, item in value.items()}
    return [_moved(item, mapped) for item in value] if isinstance(value, list | tuple) else value


def _comparable(value: Any, ignored: frozenset[str]) -> Any:
    """Leave out the fields that are not compared, at any depth."""
    if isinstance(value, dict):
        return {k: _comparable(item, ignored) for k, item in value.items() if k not in ignored}
    if isinstance(value, list | tuple):
        return [_comparable(item, ignored) for item in value]
    return value


def _without_remarks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_remarks(item) for key, item in value.items() if key not in REMARKS}
    return [_without_remarks(item) for item in value] if isinstance(value, list | tuple) else value


def _overlap(one: Item, other: Item) -> bool:
    return any(a < d and c < b for a, b in place_of(one) for c, d in place_of(other))
