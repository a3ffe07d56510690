"""OneIE's JSON, input and output, and its kin: TextEE, and ACE 2005 as scripts give it.

A record is a sentence of tokens; sentences with one `doc_id` make a document. Token numbers are of
the sentence and their ends exclusive, unless the words beside them show that they are inclusive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec import UNSET

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.graph import Edge, connect
from goldwire.formats.items import number, whole, words
from goldwire.formats.json_values import field_of, items_of, objects, values
from goldwire.formats.ledger import Ledger
from goldwire.formats.oneie.keys import graph_of, plain
from goldwire.formats.placing import REFUSED
from goldwire.formats.tokenized import Token, Tokenized, placed
from goldwire.model import Annotation, Argument, EventMention, Mention, Span
from goldwire.offsets import NEEDED_SHARE, TokenMap


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One record, its keys made those of OneIE's input, and the number of its first token."""

    where: str
    value: Mapping[str, object]
    tokens: tuple[str, ...]
    first: int


def sniff(sample: Sample) -> int:
    """Claim sentences of tokens with a graph, or with mentions of entities or events."""
    return 2 if any(_is_sentence(plain(record)) for record in sample.objects) else 0


def _is_sentence(record: Mapping[str, object]) -> bool:
    has_layer = any(key in record for key in ("entity_mentions", "event_mentions", "graph"))
    return has_layer and isinstance(record.get("tokens"), list) and "spans" not in record


def read(source: Source) -> Reading:
    """Read a document for every `doc_id`; sentences without one are documents of their own."""
    ledger = Ledger(source.name)
    groups: dict[str, list[_Sentence]] = {}
    for order, (where, value) in enumerate(values(source.data, ledger), start=1):
        record = plain(value) if isinstance(value, Mapping) else {}
        if not _is_sentence(record):
            ledger.refuse("GW703", where, "no sentence of tokens", fix="correct the record")
            continue
        record = graph_of(record)
        key = words(record.get("doc_id")) or words(record.get("wnd_id")) or f"sentence-{order}"
        group = groups.setdefault(key, [])
        first = sum(len(one.tokens) for one in group)
        tokens = tuple(str(token) for token in items_of(record["tokens"]))
        group.append(_Sentence(where, record, tokens, first))
    extra = _extra(source, [one for group in groups.values() for one in group], ledger)
    documents = [_document(key, group, extra, source, ledger) for key, group in groups.items()]
    ends = {0: "exclusive ends", 1: "inclusive ends"}.get(extra, "refused")
    return Reading(
        tuple(documents),
        tuple(ledger.losses),
        {"tokens": f"of the sentence, {ends}"},
        tuple(ledger.problems),
    )


def _extra(source: Source, sentences: list[_Sentence], ledger: Ledger) -> int:
    """Settle what is added to an end to make it exclusive: 0, or 1 where ends are inclusive.

    Where neither fits the words, -1, and a fault of the file.
    """
    del source
    told = [
        (one, start, end, said)
        for one in sentences
        for part in _parts(one.value)
        if (start := whole(part.get("start"))) is not None
        and (end := whole(part.get("end"))) is not None
        and (said := words(part.get("text"))) is not None
    ]
    fit = {
        extra: sum(
            _squeezed("".join(one.tokens[start : end + extra])) == _squeezed(said)
            for one, start, end, said in told
        )
        for extra in (0, 1)
    }
    best = max(fit, key=lambda extra: (fit[extra], -extra))
    if fit[best] >= NEEDED_SHARE * len(told):
        return best
    examples = [
        f"{start}, {end} for {said!r}"
        for one, start, end, said in told
        if _squeezed("".join(one.tokens[start : end + best])) != _squeezed(said)
    ]
    ledger.refuse(
        REFUSED,
        "",
        f"exclusive ends fit {fit[0]} of {len(told)} token spans, inclusive ones {fit[1]}; "
        f"not, for one, {examples[0]}",
        expected="one convention for the whole file",
        fix="correct the file",
    )
    return -1


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _parts(value: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from objects(value.get("entity_mentions"))
    for event in objects(value.get("event_mentions")):
        trigger = event.get("trigger")
        if isinstance(trigger, Mapping):
            yield trigger


def _document(
    key: str, group: list[_Sentence], extra: int, source: Source, ledger: Ledger
) -> AnnotatedText:
    tokens = [token for one in group for token in one.tokens]
    doc_id = key if key in source.texts.by_id else source.texts.id_of_tokens(tokens) or key
    rows = tuple(tuple(Token(token, ()) for token in one.tokens) for one in group)
    own = words(group[0].value.get("text")) if len(group) == 1 else None
    text, places, is_own = placed(Tokenized(doc_id, rows, own), source, ledger)
    mentions: list[Mention] = []
    events: list[EventMention] = []
    edges: list[Edge] = []
    for one in group:
        reader = _Reader(one, doc_id, text, places, extra, ledger)
        mentions += reader.mentions()
        events += reader.events()
        edges += reader.edges()
    annotation = Annotation(
        doc_id=doc_id,
        text_ref=text_ref(text) if is_own else None,
        mentions=tuple(mentions),
        event_mentions=tuple(events)
        if any("event_mentions" in one.value for one in group)
        else UNSET,
    )
    annotation = connect(annotation, ledger, edges=edges)
    return AnnotatedText(annotation, text if is_own else None)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the layers of one sentence; ids are made unique by its place in the file."""

    sentence: _Sentence
    doc_id: str
    text: str
    places: TokenMap
    extra: int
    ledger: Ledger

    def _id(self, name: object) -> str:
        return f"{self.sentence.first}:{name}"

    def _spans(self, part: Mapping[str, object]) -> tuple[Span, ...]:
        start, end = whole(part.get("start")), whole(part.get("end"))
        if start is None or end is None or self.extra < 0 or end > len(self.sentence.tokens):
            return self._unplaced(part)
        first = self.sentence.first
        span = self.places.span(first + start, first + end + self.extra)
        if span is None:
            return self._unplaced(part)
        return (Span(*span, self.text[slice(*span)]),)

    def _unplaced(self, part: Mapping[str, object]) -> tuple[Span, ...]:
        said = str(part.get("text") or dict(part))[:60]
        self.ledger.lose(
            "unplaced-tokens", "unplaced", self.sentence.where, said, document=self.doc_id
        )
        return ()

    def mentions(self) -> Iterator[Mention]:
        """Read entities; the kind of mention is its level."""
        for at, part in enumerate(objects(self.sentence.value.get("entity_mentions"))):
            spans = self._spans(part)
            level = words(part.get("mention_type"))
            yield Mention(
                id=self._id(part.get("id", at)),
                type=words(part.get("entity_type")),
                level=level if level in {"NAM", "NOM", "PRO"} else None,
                spans=spans,
                surface=None if spans else words(part.get("text")),
                score=number(part.get("score")),
            )

    def events(self) -> Iterator[EventMention]:
        """Read events; arguments refer to entities of the same sentence."""
        for at, part in enumerate(objects(self.sentence.value.get("event_mentions"))):
            trigger = part.get("trigger")
            spans = self._spans(trigger) if isinstance(trigger, Mapping) else ()
            yield EventMention(
                id=self._id(part.get("id", f"event-{at}")),
                type=words(part.get("event_type")) or "",
                trigger=spans[0] if spans else None,
                surface=None if spans else words(field_of(trigger, "text")),
                score=number(part.get("score")),
                arguments=tuple(
                    Argument(
                        role=words(one.get("role")) or "",
                        ref=self._id(one.get("entity_id")),
                        score=number(one.get("score")),
                    )
                    for one in objects(part.get("arguments"))
                ),
            )

    def edges(self) -> Iterator[Edge]:
        """Read relations of two entities."""
        for part in objects(self.sentence.value.get("relation_mentions")):
            ends = [self._id(one.get("entity_id")) for one in objects(part.get("arguments"))]
            kind = words(part.get("relation_subtype")) or words(part.get("relation_type")) or ""
            if len(ends) == 2:
                yield Edge(kind, ends[0], ends[1], where=self.sentence.where)
            else:
                said = f"{kind} of {len(ends)}"
                self.ledger.lose(
                    "relation", "dropped", self.sentence.where, said, document=self.doc_id
                )


FORMAT = Format(
    name="oneie",
    title="OneIE's JSON, TextEE's, and ACE 2005 as preprocessing scripts give it",
    suffixes=(".json", ".jsonl"),
    sniff=sniff,
    read=read,
)
