"""Flattening: the way back from entities and events to clusters and relations of mentions.

The inverse of `graph`: for formats that know mentions only. Whatever cannot come back is a loss.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from goldwire.formats.graph import Edge
from goldwire.formats.ledger import Ledger
from goldwire.formats.projection import Kept
from goldwire.model import Argument, Entity, EventMention, Link, Mention, Record, layer_of


@dataclass(slots=True)
class Flat:
    """Mentions and event mentions with unique ids, each with the JSON Pointer it comes from."""

    mentions: list[tuple[str, Mention]] = field(default_factory=list)
    events: list[tuple[str, EventMention]] = field(default_factory=list)
    clusters: list[list[str]] = field(default_factory=list)
    links: dict[str, list[Link]] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)


def flatten(
    kept: Kept,
    ledger: Ledger,
    *,
    is_label: Callable[[str], bool] = bool,
    is_name: Callable[[str], bool] = bool,
    others: Iterable[str] = (),
) -> Flat:
    """Flatten what is kept of a record.

    Items whose label cannot stand (`is_label`; `is_name` for types of events and roles) are left
    out. Arguments may refer to mentions, event
    mentions and `others`. A mention's type is its entity's; where it has another one, that is lost.
    """
    return _Flattener(kept, ledger, is_label, is_name, frozenset(others)).flat()


@dataclass(slots=True)
class _Flattener:
    kept: Kept
    ledger: Ledger
    is_label: Callable[[str], bool]
    is_name: Callable[[str], bool]
    others: frozenset[str]
    ids: set[str] = field(default_factory=set)
    entity_mentions: dict[str, list[str]] = field(default_factory=dict)
    event_mentions: dict[str, list[str]] = field(default_factory=dict)

    def flat(self) -> Flat:
        flat = Flat()
        self.ids |= self.others
        flat.mentions = list(self._mentions())
        named = list(self._events())
        known = self.ids
        flat.events = [(where, self._with_arguments(event, where, known)) for where, event in named]
        for where, entity in self._of("entities"):
            if isinstance(entity, Entity):
                self._entity(entity, where, flat)
        kinds = {event.id: event.type for _, event in flat.events}
        for where, event in self._of("events"):
            mentions = self.event_mentions.get(str(getattr(event, "id", "")), [])
            if not mentions:
                self._lose("without-mention", where)
                continue
            flat.clusters.append(mentions)
            if kinds[mentions[0]] != getattr(event, "type", ""):
                self._lose("type-of-event", f"{where}/type")
        flat.edges = list(self._edges())
        return flat

    def _of(self, layer: str) -> Iterator[tuple[str, Record]]:
        items = layer_of(self.kept.annotation, layer)
        yield from zip(self.kept.places(layer), items, strict=True) if items else ()

    def _lose(self, code: str, where: str) -> None:
        self.ledger.lose(code, "dropped", where, document=self.kept.annotation.doc_id)

    def _unique(self, own: str, made: str) -> str:
        """Give the item its own id, or one like it that is still free."""
        name = own or made
        while name in self.ids:
            name += "_"
        self.ids.add(name)
        return name

    def _mentions(self) -> Iterator[tuple[str, Mention]]:
        types = {entity.id: entity.type for entity in self.kept.annotation.entities or ()}
        for at, (where, mention) in enumerate(
            zip(self.kept.places("mentions"), self.kept.mentions, strict=True), start=1
        ):
            kind = types.get(mention.entity or "", mention.type) or ""
            if not self.is_label(kind):
                self._lose("unwritable-label", where)
                continue
            if mention.type not in {None, kind}:
                self._lose("type-of-mention", f"{where}/type")
            name = self._unique(mention.id, f"m{at}")
            if mention.entity in types:
                self.entity_mentions.setdefault(str(mention.entity), []).append(name)
            yield where, msgspec.structs.replace(mention, id=name, type=kind)

    def _events(self) -> Iterator[tuple[str, EventMention]]:
        for at, (where, event) in enumerate(self._of("event_mentions"), start=1):
            if not isinstance(event, EventMention):
                continue
            if event.trigger is None or not self.is_name(event.type):
                code = "without-trigger" if event.trigger is None else "unwritable-label"
                self._lose(code, where)
                continue
            name = self._unique(event.id, f"em{at}")
            if event.event is not None:
                self.event_mentions.setdefault(event.event, []).append(name)
            yield where, msgspec.structs.replace(event, id=name)

    def _with_arguments(self, event: EventMention, where: str, known: set[str]) -> EventMention:
        """Keep the arguments that refer to something that is written."""
        arguments = []
        for at, argument in enumerate(event.arguments):
            place = f"{where}/arguments/{at}"
            if argument.ref not in known or not self.is_name(argument.role):
                self._lose("unwritable-argument", place)
                continue
            for name in ("rel", "score"):
                if getattr(argument, name) is not None:
                    self._lose("field", f"{place}/{name}")
            arguments.append(Argument(role=argument.role, ref=argument.ref))
        return msgspec.structs.replace(event, arguments=tuple(arguments))

    def _entity(self, entity: Entity, where: str, flat: Flat) -> None:
        mentions = self.entity_mentions.get(entity.id, [])
        if not mentions:
            self._lose("without-mention", where)
            return
        flat.clusters.append(mentions)
        for at, link in enumerate(entity.links):
            place = f"{where}/links/{at}"
            if not link.id or ":" in link.kb or not self.is_label(f"{link.kb}:{link.id}"):
                self._lose("unwritable", place)
                continue
            plain = Link(kb=link.kb, id=link.id, status="to_verify")
            written = flat.links.setdefault(mentions[0], [])
            if plain in written:
                self._lose("copy", place)
                continue
            written.append(plain)
            if link.status != "to_verify":
                self._lose("field", f"{place}/status")
            if link.evidence is not None:
                self._lose("field", f"{place}/evidence")

    def _edges(self) -> Iterator[Edge]:
        for where, relation in self._of("relations"):
            layer, kind = str(getattr(relation, "layer", "")), str(getattr(relation, "type", ""))
            mentions = self.entity_mentions if layer == "entity" else self.event_mentions
            head, tail = (mentions.get(getattr(relation, end), [""])[0] for end in ("head", "tail"))
            if not head or not tail or not self.is_label(kind):
                self._lose("unwritable-relation", where)
                continue
            yield Edge(kind, head, tail, str(getattr(relation, "id", "")), where)
