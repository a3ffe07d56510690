"""Writing brat: a .txt and an .ann for every document, with lines that brat itself would write."""

import re
from collections.abc import Iterable, Mapping, Sequence

from goldwire.formats import brat_attributes as names
from goldwire.formats.base import AnnotatedText, Writing
from goldwire.formats.cutting import is_label
from goldwire.formats.ledger import Ledger
from goldwire.formats.paths import FileNames
from goldwire.formats.projection import Kept, project
from goldwire.model import Attribution, Entity, EventMention, Record, Span, Value, layer_of

FIELDS: Mapping[str, frozenset[str]] = {
    "entities": frozenset({"id", "type", "links"}),
    "mentions": frozenset({"id", "entity", "type", "spans", "note", *names.MENTION.values()}),
    "times": frozenset({"id", "type", "spans", "note", *names.TIME.values()}),
    "values": frozenset({"id", "type", "spans", "note", *names.VALUE.values()}),
    "events": frozenset({"id", "type"}),
    "event_mentions": frozenset(
        {"id", "event", "type", "trigger", "arguments", "note", *names.EVENT.values()}
    ),
    "attributions": frozenset(
        {"id", "source", "cue", "content", "supplement", "note", *names.ATTRIBUTION.values()}
    )
    - {"kind"},
    "relations": frozenset({"id", "layer", "type", "head", "tail"}),
}
CAPABILITIES = frozenset({"text", "discontinuous", "nested"})

_BREAKS = str.maketrans("\n\r\t", "   ")


def write(documents: Sequence[AnnotatedText]) -> Writing:
    """Write every document; one without a text has only an .ann, with words as far as known."""
    ledger = Ledger()
    files: dict[str, bytes] = {}
    file_names = FileNames(ledger)
    for document in documents:
        name = file_names.name(document.doc_id)
        kept = project(document, ledger, fields=FIELDS, can=CAPABILITIES)
        lines = _Writer(document, kept, ledger).written()
        files[f"{name}.ann"] = "".join(f"{line}\n" for line in lines).encode()
        if document.text is not None:
            files[f"{name}.txt"] = document.text.encode()
    return Writing(files, tuple(ledger.losses))


class _Writer:
    """Makes the lines of one document; ids that are brat's already are kept."""

    def __init__(self, document: AnnotatedText, kept: Kept, ledger: Ledger) -> None:
        self.document = document
        self.kept = kept
        self.ledger = ledger
        self.lines: list[str] = []
        self.next = dict.fromkeys("TERAN#", 1)
        self.ids: dict[str, str] = {}
        self.wanted = {
            item.id
            for layer in ("mentions", "times", "values", "event_mentions", "attributions")
            for item in getattr(kept.annotation, layer) or ()
        }
        self.given: set[str] = set()
        self.entity_mentions: dict[str, list[str]] = {}
        self.event_mentions: dict[str, list[str]] = {}

    def written(self) -> list[str]:
        """Make all lines."""
        self._items()
        self._events()
        for where, entity in self._of("entities"):
            assert isinstance(entity, Entity)  # noqa: S101  # for the type checker
            self._entity(entity, where)
        for where, event in self._of("events"):
            mentions = self.event_mentions.get(str(getattr(event, "id", "")), [])
            self._equivalence(mentions, where)
        self._relations()
        return self.lines

    def _items(self) -> None:
        types = {entity.id: entity.type for entity in self.kept.annotation.entities or ()}
        for where, mention in zip(self.kept.places("mentions"), self.kept.mentions, strict=True):
            kind = types.get(mention.entity or "", mention.type)
            if mention.type not in {None, kind}:
                self.lose("type-of-mention", f"{where}/type")
            name = self._item(mention, kind or "", names.MENTION, where)
            if name and mention.entity in types:
                self.entity_mentions.setdefault(str(mention.entity), []).append(name)
        for layer, known in (("times", names.TIME), ("values", names.VALUE)):
            for where, item in self._of(layer):
                name = self._item(item, str(getattr(item, "type", "")), known, where)
                if name:
                    self._attributes(name, {names.LAYER: layer}, {}, where)

    def _events(self) -> None:
        """Write events; as arguments may point at events further down, all ids are given first."""
        happenings = [
            (where, item)
            for layer in ("event_mentions", "attributions")
            for where, item in self._of(layer)
            if isinstance(item, EventMention | Attribution) and self._has_trigger(item, where)
        ]
        for where, item in happenings:
            self.ids[item.id or where] = self._new("E", item.id)
        for where, item in happenings:
            if isinstance(item, EventMention):
                self._event(item, where)
            else:
                self._attribution(item, where)

    def lose(self, code: str, where: str) -> None:
        """Enter something that brat cannot hold."""
        self.ledger.lose(code, "dropped", where, document=self.document.doc_id)

    def _of(self, layer: str) -> Iterable[tuple[str, Record]]:
        items = layer_of(self.kept.annotation, layer)
        return zip(self.kept.places(layer), items, strict=True) if items else ()

    def _new(self, kind: str, own: str = "") -> str:
        """Give the next free id of a kind, or the item's own where it is one that brat has."""
        made = own if re.fullmatch(rf"{kind}[1-9]\d*", own) and own not in self.given else ""
        while not made or (made != own and made in self.wanted) or made in self.given:
            made = f"{kind}{self.next[kind]}"
            self.next[kind] += 1
        self.given.add(made)
        return made

    def _text_bound(self, kind: str, spans: Sequence[Span], own: str = "") -> str:
        name = self._new("T", own)
        places = ";".join(f"{span.start} {span.end}" for span in spans)
        text = self.document.text
        words = " ".join(
            (span.text or "") if text is None else text[span.start : span.end] for span in spans
        )
        self.lines.append(f"{name}\t{kind} {places}\t{words.translate(_BREAKS)}")
        return name

    def _item(self, item: Record, kind: str, known: Mapping[str, str], where: str) -> str:
        """Write a mention, time or value; gives its id, or nothing when its label cannot stand."""
        if not is_label(kind):
            self.lose("unwritable-label", where)
            return ""
        name = self._text_bound(kind, getattr(item, "spans", ()), getattr(item, "id", ""))
        if own := getattr(item, "id", ""):
            self.ids.setdefault(own, name)
        attributes = names.written(item, known)
        if isinstance(item, Value) and isinstance(item.value, str) and _is_number(item.value):
            self.lose("number-as-text", f"{where}/value")
            del attributes["Value"]
        self._attributes(name, attributes, known, where)
        self._note(name, getattr(item, "note", None), where)
        return name

    def _attributes(
        self, target: str, values: Mapping[str, str], known: Mapping[str, str], where: str
    ) -> None:
        for name, value in values.items():
            if value and value.isprintable() and value == value.strip():
                self.lines.append(f"{self._new('A')}\t{name} {target} {value}")
            else:
                self.lose("unwritable", f"{where}/{known[name]}")

    def _note(self, target: str, note: str | None, where: str) -> None:
        if note is not None and note.strip() and not set(note) & set("\n\r\t"):
            self.lines.append(f"{self._new('#')}\tAnnotatorNotes {target}\t{note}")
        elif note is not None:
            self.lose("unwritable", f"{where}/note")

    def _has_trigger(self, item: EventMention | Attribution, where: str) -> bool:
        """Claim that an event can be written: brat's events have a trigger and a plain label."""
        if isinstance(item, Attribution):
            if not item.cue:
                self.lose("without-trigger", where)
            return bool(item.cue)
        if item.trigger is None or not is_label(item.type) or ":" in item.type:
            self.lose("without-trigger" if item.trigger is None else "unwritable-label", where)
            return False
        return True

    def _event(self, item: EventMention, where: str) -> None:
        assert item.trigger is not None  # noqa: S101  # `_has_trigger` has seen to it
        name = self.ids[item.id or where]
        parts = [f"{item.type}:{self._text_bound(item.type, [item.trigger])}"]
        roles: dict[str, int] = {}
        for at, argument in enumerate(item.arguments):
            place = f"{where}/arguments/{at}"
            role = argument.role
            if argument.ref not in self.ids or not is_label(role) or ":" in role:
                self.lose("unwritable-argument", place)
                continue
            if argument.rel is not None:
                self.lose("field", f"{place}/rel")
            if argument.score is not None:
                self.lose("field", f"{place}/score")
            roles[role] = roles.get(role, 0) + 1
            number = str(roles[role]) if roles[role] > 1 else ""
            parts.append(f"{role}{number}:{self.ids[argument.ref]}")
        self.lines.append(f"{name}\t{' '.join(parts)}")
        if item.event is not None:
            self.event_mentions.setdefault(item.event, []).append(name)
        self._attributes(name, names.written(item, names.EVENT), names.EVENT, where)
        self._note(name, item.note, where)

    def _attribution(self, item: Attribution, where: str) -> None:
        name = self.ids[item.id or where]
        parts = [f"Attribution:{self._text_bound('Attribution', item.cue)}"]
        for role, spans in (
            ("Content", item.content),
            ("Cue", item.cue),
            ("Source", item.source.spans),
            ("Supplement", item.supplement),
        ):
            if spans:
                parts.append(f"{role}:{self._text_bound(role, spans)}")
        self.lines.append(f"{name}\t{' '.join(parts)}")
        attributes = names.written(item, names.ATTRIBUTION)
        if item.source.kind is not None:
            attributes["SourceKind"] = item.source.kind
        if item.parent is not None:
            attributes["Parent"] = self.ids.get(item.parent, "")
        if item.source.mention is not None:
            self.lose("field", f"{where}/source/mention")
        known = {**names.ATTRIBUTION, "SourceKind": "source/kind"}
        self._attributes(name, attributes, known, where)
        self._note(name, item.note, where)

    def _equivalence(self, written: Sequence[str], where: str) -> None:
        if not written:
            self.lose("without-mention", where)
        elif len(written) > 1:
            self.lines.append(f"*\tEquiv {' '.join(written)}")

    def _entity(self, entity: Entity, where: str) -> None:
        written = self.entity_mentions.get(entity.id, [])
        self._equivalence(written, where)
        for at, link in enumerate(entity.links if written else ()):
            place = f"{where}/links/{at}"
            if not link.id or ":" in link.kb or not is_label(f"{link.kb}:{link.id}"):
                self.lose("unwritable", place)
                continue
            if link.status != "to_verify":
                self.lose("field", f"{place}/status")
            if link.evidence is not None:
                self.lose("field", f"{place}/evidence")
            reference = f"Reference {written[0]} {link.kb}:{link.id}"
            self.lines.append(f"{self._new('N')}\t{reference}\t{link.id}")

    def _relations(self) -> None:
        for where, relation in self._of("relations"):
            layer, kind = getattr(relation, "layer", ""), str(getattr(relation, "type", ""))
            written = self.entity_mentions if layer == "entity" else self.event_mentions
            ends = [written.get(getattr(relation, end), [""])[0] for end in ("head", "tail")]
            if not all(ends) or not is_label(kind):
                self.lose("unwritable-relation", where)
                continue
            name = self._new("R", getattr(relation, "id", ""))
            self.lines.append(f"{name}\t{kind} Arg1:{ends[0]} Arg2:{ends[1]}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
