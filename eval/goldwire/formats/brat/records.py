"""From lines of brat to a record: mentions, times, values, events, attributions, coreference."""

import contextlib
from collections.abc import Mapping

import msgspec

from goldwire.formats.brat import attributes as names
from goldwire.formats.brat.lines import Binary, EventLine, Lines, TextBound
from goldwire.formats.graph import Edge, connect
from goldwire.formats.placing import Claim, Placing, words_to_ground
from goldwire.model import (
    Annotation,
    Argument,
    Attribution,
    EventMention,
    Link,
    Mention,
    Span,
    TextRef,
    Time,
    Value,
)
from goldwire.model import Source as Speaker
from goldwire.offsets import fits

JOINS = (" ", " [...] ", "")
_PARTS = frozenset({"Source", "Cue", "Content", "Supplement"})


def annotate(
    doc_id: str, text: str | None, lines: Lines, placing: Placing, *, text_ref: TextRef | None
) -> tuple[Annotation, dict[str, str]]:
    """Make the record of a file, and say what else was found in it.

    A layer that the file has no line for was not attempted, but for mentions.
    """
    maker = _Maker(doc_id, text, lines, placing)
    sayings = [event for event in lines.events if _is_saying(event)]
    happenings = [event for event in lines.events if not _is_saying(event)]
    used = {event.trigger for event in lines.events}
    used |= {target for event in sayings for _, target in event.arguments}
    free = [bound for bound in lines.text_bound.values() if bound.id not in used]
    by_layer: dict[str, list[TextBound]] = {"times": [], "values": [], "mentions": []}
    for bound in free:
        layer = maker.attributes.get(bound.id, {}).get(names.LAYER, "mentions")
        by_layer[layer if layer in by_layer else "mentions"].append(bound)
    mentions = tuple(map(maker.mention, by_layer["mentions"]))
    annotation = Annotation(
        doc_id=doc_id,
        text_ref=text_ref,
        mentions=mentions if mentions or not sayings else msgspec.UNSET,
        times=tuple(map(maker.time, by_layer["times"])) or msgspec.UNSET,
        values=tuple(map(maker.value, by_layer["values"])) or msgspec.UNSET,
        event_mentions=tuple(map(maker.event, happenings)) or msgspec.UNSET,
        attributions=tuple(map(maker.attribution, sayings)) or msgspec.UNSET,
    )
    dialect = {"fragments joined by": ", ".join(map(repr, sorted(maker.joins)))}
    return _related(annotation, lines, maker), {
        **(dialect if maker.joins else {}),
        **({"profile": "polnear"} if sayings else {}),
    }


def _is_saying(event: EventLine) -> bool:
    return event.type.startswith("Attribution") and all(
        role.rstrip("0123456789") in _PARTS for role, _ in event.arguments
    )


class _Maker:
    """Makes the items of one document of its lines."""

    def __init__(self, doc_id: str, text: str | None, lines: Lines, placing: Placing) -> None:
        self.doc_id = doc_id
        self.text = text
        self.lines = lines
        self.placing = placing
        self.attributes = names.attributes_of(lines)
        self.notes = {note.target: note.value for note in lines.notes if note.value}
        self.joins: set[str] = set()
        self.spans = {bound.id: self._spans(bound) for bound in lines.text_bound.values()}

    def lose(self, code: str, line: int, example: str) -> None:
        """Enter something that has no place in the record."""
        self.placing.ledger.lose(code, "dropped", f"line {line}", example, document=self.doc_id)

    def _spans(self, bound: TextBound) -> tuple[Span, ...]:
        """Place all fragments, or none; the words beside several are checked under every join."""
        where = f"line {bound.line}"
        is_whole = len(bound.fragments) == 1
        spans = [
            span
            for start, end in bound.fragments
            for span in self.placing.place(
                self.text,
                Claim(start, end, bound.words if is_whole else None),
                where=where,
                document=self.doc_id,
            )
        ]
        if len(spans) < len(bound.fragments):
            return ()
        if len(spans) > 1 and self.text is not None and bound.words is not None:
            parts = [str(span.text) for span in spans]
            joins = [join for join in JOINS if fits(join.join(parts), bound.words)]
            if joins:
                self.joins.add(joins[0])
            else:
                said = f"{parts} are not {bound.words!r}"
                self.placing.ledger.lose(
                    "surface-mismatch", "doubtful", where, said, document=self.doc_id
                )
        return tuple(spans)

    def _fields(self, target: str, known: Mapping[str, str], line: int) -> dict[str, str]:
        attributes = self.attributes.get(target, {})
        where = f"line {line}"
        fields = names.filled(
            attributes, known, self.placing.ledger, where=where, document=self.doc_id
        )
        if target in self.notes:
            fields["note"] = self.notes[target]
        return fields

    def mention(self, bound: TextBound) -> Mention:
        """Make a mention; without a text it keeps its words."""
        item = Mention(
            id=bound.id,
            type=bound.type,
            spans=self.spans[bound.id],
            surface=words_to_ground(
                self.text,
                self.spans[bound.id],
                [Claim(start, end) for start, end in bound.fragments],
                bound.words,
            ),
        )
        return msgspec.structs.replace(item, **self._fields(bound.id, names.MENTION, bound.line))

    def time(self, bound: TextBound) -> Time:
        """Make a time."""
        item = Time(id=bound.id, type=bound.type, spans=self.spans[bound.id])
        return msgspec.structs.replace(item, **self._fields(bound.id, names.TIME, bound.line))

    def value(self, bound: TextBound) -> Value:
        """Make a value; what reads as a number is one."""
        fields: dict[str, object] = dict(self._fields(bound.id, names.VALUE, bound.line))
        with contextlib.suppress(ValueError):
            fields |= {"value": float(str(fields["value"]))} if "value" in fields else {}
        item = Value(id=bound.id, type=bound.type, spans=self.spans[bound.id])
        return msgspec.structs.replace(item, **fields)

    def event(self, line: EventLine) -> EventMention:
        """Make an event mention; a trigger in pieces is taken from its first to its last letter."""
        trigger = self._hull(line.trigger, line)
        item = EventMention(
            id=line.id,
            type=line.type,
            trigger=trigger,
            arguments=tuple(Argument(role=role, ref=ref) for role, ref in line.arguments),
        )
        return msgspec.structs.replace(item, **self._fields(line.id, names.EVENT, line.line))

    def _hull(self, target: str, line: EventLine) -> Span | None:
        spans = self.spans.get(target, ())
        if len(spans) < 2:
            return spans[0] if spans else None
        start, end = spans[0].start, spans[-1].end
        self.placing.ledger.lose(
            "discontinuous-trigger", "repaired", f"line {line.line}", target, document=self.doc_id
        )
        return Span(start, end, None if self.text is None else self.text[start:end])

    def attribution(self, line: EventLine) -> Attribution:
        """Make an attribution of the parts that an event names; the trigger is its cue again."""
        parts: dict[str, list[Span]] = {part: [] for part in _PARTS}
        for role, target in line.arguments:
            found = self.spans.get(target, ())
            if not found:
                self.lose("lost-part", line.line, f"{role}:{target}")
            parts[role.rstrip("0123456789")] += found
        cue = tuple(parts["Cue"]) or self.spans.get(line.trigger, ())
        fields = self._fields(line.id, names.ATTRIBUTION, line.line)
        kind = fields.pop("kind", None)
        item = Attribution(
            id=line.id,
            source=Speaker(kind=kind, spans=tuple(parts["Source"])),
            cue=cue,
            content=tuple(parts["Content"]),
            supplement=tuple(parts["Supplement"]),
        )
        return msgspec.structs.replace(item, **fields)


def _related(annotation: Annotation, lines: Lines, maker: _Maker) -> Annotation:
    """Add coreference, links and relations, where the file has any."""
    links: dict[str, list[Link]] = {}
    known = {mention.id for mention in annotation.mentions or ()}
    for line in lines.normalisations:
        if line.target in known:
            links.setdefault(line.target, []).append(_link(line))
        else:
            maker.lose("normalisation", line.line, f"{line.target} {line.value}")
    return connect(
        annotation,
        maker.placing.ledger,
        clusters=lines.equivalences,
        links=links,
        edges=[
            Edge(line.type, line.target, line.value, line.id, f"line {line.line}")
            for line in lines.relations
        ],
    )


def _link(line: Binary) -> Link:
    """Read a reference such as `Wikidata:Q232`; without a colon the line's type names the base."""
    kb, colon, name = line.value.partition(":")
    if colon:
        return Link(kb=kb, id=name, status="to_verify")
    return Link(kb=line.type, id=line.value, status="to_verify")
