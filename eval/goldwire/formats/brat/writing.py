"""Writing brat: a .txt and an .ann for every document, with lines that brat itself would write."""

import re
from collections.abc import Iterator, Mapping, Sequence

from goldwire.formats.base import AnnotatedText, Writing
from goldwire.formats.brat import attributes as names
from goldwire.formats.cutting import is_label
from goldwire.formats.flattening import flatten
from goldwire.formats.ledger import Ledger
from goldwire.formats.paths import FileNames
from goldwire.formats.projection import Kept, project
from goldwire.model import Attribution, EventMention, Record, Span, Value, layer_of

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
        self.given: set[str] = set()
        self.ids: dict[str, str] = {}
        self.flat = flatten(
            kept, ledger, is_label=is_label, is_name=_is_name, others=self._other_ids()
        )
        self.wanted = {mention.id for _, mention in self.flat.mentions}
        self.wanted |= {event.id for _, event in self.flat.events}

    def written(self) -> list[str]:
        """Make all lines, those first that others refer to."""
        for where, mention in self.flat.mentions:
            self._item(mention, names.MENTION, where)
        for layer, known in (("times", names.TIME), ("values", names.VALUE)):
            for where, item in self._of(layer):
                if name := self._item(item, known, where):
                    self._attributes(name, {names.LAYER: layer}, {}, where)
        sayings = [
            (where, item)
            for where, item in self._of("attributions")
            if isinstance(item, Attribution) and self._has_cue(item, where)
        ]
        for where, item in [*self.flat.events, *sayings]:
            self.ids[_id(item) or where] = self._new("E", _id(item))
        for where, event in self.flat.events:
            self._event(event, where)
        for where, saying in sayings:
            self._attribution(saying, where)
        self._graph()
        return self.lines

    def _other_ids(self) -> Iterator[str]:
        """Give the ids that arguments may name beside mentions and events."""
        for layer in ("times", "values"):
            for _, item in self._of(layer):
                if is_label(str(getattr(item, "type", ""))) and (name := _id(item)):
                    yield name

    def _of(self, layer: str) -> Iterator[tuple[str, Record]]:
        items = layer_of(self.kept.annotation, layer)
        yield from zip(self.kept.places(layer), items, strict=True) if items else ()

    def _lose(self, code: str, where: str) -> None:
        self.ledger.lose(code, "dropped", where, document=self.document.doc_id)

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

    def _item(self, item: Record, known: Mapping[str, str], where: str) -> str:
        """Write a mention, time or value; gives its id, or nothing when its label cannot stand."""
        kind = str(getattr(item, "type", ""))
        if not is_label(kind):
            self._lose("unwritable-label", where)
            return ""
        name = self._text_bound(kind, getattr(item, "spans", ()), _id(item))
        if own := _id(item):
            self.ids.setdefault(own, name)
        attributes = names.written(item, known)
        if isinstance(item, Value) and isinstance(item.value, str) and _is_number(item.value):
            self._lose("number-as-text", f"{where}/value")
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
                self._lose("unwritable", f"{where}/{known[name]}")

    def _note(self, target: str, note: str | None, where: str) -> None:
        if note is not None and note.strip() and not set(note) & set("\n\r\t"):
            self.lines.append(f"{self._new('#')}\tAnnotatorNotes {target}\t{note}")
        elif note is not None:
            self._lose("unwritable", f"{where}/note")

    def _event(self, item: EventMention, where: str) -> None:
        assert item.trigger is not None  # noqa: S101  # flattening has left out the others
        name = self.ids[item.id]
        parts = [f"{item.type}:{self._text_bound(item.type, [item.trigger])}"]
        roles: dict[str, int] = {}
        for argument in item.arguments:
            role = argument.role
            roles[role] = roles.get(role, 0) + 1
            number = str(roles[role]) if roles[role] > 1 else ""
            parts.append(f"{role}{number}:{self.ids[str(argument.ref)]}")
        self.lines.append(f"{name}\t{' '.join(parts)}")
        self._attributes(name, names.written(item, names.EVENT), names.EVENT, where)
        self._note(name, item.note, where)

    def _has_cue(self, item: Attribution, where: str) -> bool:
        if not item.cue:
            self._lose("without-trigger", where)
        return bool(item.cue)

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
            self._lose("field", f"{where}/source/mention")
        known = {**names.ATTRIBUTION, "SourceKind": "source/kind"}
        self._attributes(name, attributes, known, where)
        self._note(name, item.note, where)

    def _graph(self) -> None:
        for cluster in self.flat.clusters:
            if len(cluster) > 1:
                self.lines.append(f"*\tEquiv {' '.join(self.ids[name] for name in cluster)}")
        for name, links in self.flat.links.items():
            for link in links:
                reference = f"Reference {self.ids[name]} {link.kb}:{link.id}"
                self.lines.append(f"{self._new('N')}\t{reference}\t{link.id}")
        for edge in self.flat.edges:
            ends = f"Arg1:{self.ids[edge.head]} Arg2:{self.ids[edge.tail]}"
            self.lines.append(f"{self._new('R', edge.id)}\t{edge.type} {ends}")


def _id(item: Record) -> str:
    return str(getattr(item, "id", ""))


def _is_name(label: str) -> bool:
    """Claim that a type of event or a role can stand: a colon would end it."""
    return is_label(label) and ":" not in label


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
