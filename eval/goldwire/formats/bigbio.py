"""BigBIO's knowledge-base schema: passages, entities, events, coreferences and relations as JSON.

Offsets are code points of the whole document; texts and offsets are parallel lists, so that
mentions may be in pieces.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import UNSET

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, Writing, text_ref
from goldwire.formats.flattening import Flat, flatten
from goldwire.formats.graph import Edge, connect
from goldwire.formats.items import whole, words
from goldwire.formats.json_values import dumped, field_of, items_of, objects
from goldwire.formats.ledger import Ledger
from goldwire.formats.passages import assembled
from goldwire.formats.placing import Claim, Placing, words_to_ground
from goldwire.formats.projection import project
from goldwire.formats.text_records import read_text_records
from goldwire.model import Annotation, Argument, EventMention, Link, Mention, Span

FIELDS = {
    "entities": frozenset({"id", "type", "links"}),
    "mentions": frozenset({"id", "entity", "type", "spans"}),
    "events": frozenset({"id", "type"}),
    "event_mentions": frozenset({"id", "event", "type", "trigger", "arguments"}),
    "relations": frozenset({"id", "layer", "type", "head", "tail"}),
}
CAPABILITIES = frozenset({"text", "discontinuous", "nested"})


def sniff(sample: Sample) -> int:
    """Claim records of passages and entities whose offsets are lists of pairs."""
    return 2 if any(
        isinstance(record.get("passages"), list)
        and isinstance(record.get("entities"), list)
        and "documents" not in record
        and "annotations" not in record
        for record in sample.objects
    ) else 0  # fmt: skip


def read(source: Source) -> Reading:
    """Read a document a record."""
    return read_text_records(
        source, name_and_text=_name_and_text, claims=_entity_claims, annotate=_annotation
    )


def _name_and_text(record: Mapping[str, object]) -> tuple[object, str | None]:
    return record.get("document_id") or record.get("id"), assembled(_passages(record)) or None


def _entity_claims(record: Mapping[str, object]) -> Iterator[Claim]:
    for part in objects(record.get("entities")):
        yield from _claims(part)


def _passages(record: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    for passage in objects(record.get("passages")):
        for text, pair in zip(
            items_of(passage.get("text")), items_of(passage.get("offsets")), strict=False
        ):
            start = whole(items_of(pair)[0]) if items_of(pair) else None
            if isinstance(text, str) and start is not None:
                yield start, text


def _claims(part: object) -> Iterator[Claim]:
    """Give a claim for every piece of an entity or a trigger."""
    pairs = items_of(field_of(part, "offsets"))
    texts = [*items_of(field_of(part, "text")), *[None] * len(pairs)]
    for pair, text in zip(pairs, texts, strict=False):
        ends = [whole(end) for end in items_of(pair)]
        if len(ends) == 2:
            yield Claim(ends[0], ends[1], words(text))


def _annotation(
    record: Mapping[str, object],
    doc_id: str,
    own: str | None,
    text: str | None,
    placing: Placing,
    *,
    where: str,
) -> Annotation:
    def spans(part: object, place: str) -> tuple[Span, ...]:
        if not list(_claims(part)):
            said = str(field_of(part, "offsets"))[:60]
            placing.ledger.lose("without-place", "unplaced", place, said, document=doc_id)
        placed = [placing.place(text, c, where=place, document=doc_id) for c in _claims(part)]
        return tuple(span for one in placed for span in one) if all(placed) else ()

    mentions = []
    links: dict[str, list[Link]] = {}
    for at, part in enumerate(objects(record.get("entities"))):
        name = str(part.get("id", ""))
        found = spans(part, f"{where}/entities/{at}")
        surface = " ".join(str(text) for text in items_of(part.get("text")))
        mentions.append(
            Mention(
                id=name,
                type=words(part.get("type")),
                spans=found,
                surface=words_to_ground(text, found, list(_claims(part)), surface or None),
            )
        )
        for one in objects(part.get("normalized")):
            link = Link(
                kb=str(one.get("db_name", "")), id=str(one.get("db_id", "")), status="to_verify"
            )
            links.setdefault(name, []).append(link)
    events = []
    for at, part in enumerate(objects(record.get("events"))):
        trigger = spans(part.get("trigger"), f"{where}/events/{at}")
        events.append(
            EventMention(
                id=str(part.get("id", "")),
                type=str(part.get("type", "")),
                trigger=trigger[0] if trigger else None,
                arguments=tuple(
                    Argument(role=str(one.get("role", "")), ref=str(one.get("ref_id", "")))
                    for one in objects(part.get("arguments"))
                ),
            )
        )
    annotation = Annotation(
        doc_id=doc_id,
        text_ref=None if own is None else text_ref(own),
        mentions=tuple(mentions),
        event_mentions=tuple(events) or UNSET,
    )
    return connect(
        annotation,
        placing.ledger,
        clusters=[
            [str(name) for name in items_of(one.get("entity_ids"))]
            for one in objects(record.get("coreferences"))
        ],
        edges=[
            Edge(
                str(one.get("type", "")),
                str(one.get("arg1_id", "")),
                str(one.get("arg2_id", "")),
                str(one.get("id", "")),
                f"{where}/relations/{at}",
            )
            for at, one in enumerate(objects(record.get("relations")))
        ],
        links=links,
    )


def write(documents: Sequence[AnnotatedText]) -> Writing:
    """Write a record a line, with the whole text as one passage."""
    ledger = Ledger()
    lines = []
    for document in documents:
        kept = project(document, ledger, fields=FIELDS, can=CAPABILITIES)
        lines.append(_record(document, flatten(kept, ledger)))
    return Writing({"bigbio_kb.jsonl": dumped(lines)}, tuple(ledger.losses))


def _record(document: AnnotatedText, flat: Flat) -> dict[str, object]:
    text = document.text

    def pieces(spans: Sequence[Span]) -> dict[str, object]:
        return {
            "text": [
                span.text or "" if text is None else text[span.start : span.end] for span in spans
            ],
            "offsets": [[span.start, span.end] for span in spans],
        }

    passage = {"id": "p0", "type": "text", "text": [text], "offsets": [[0, len(text or "")]]}
    return {
        "id": document.doc_id,
        "document_id": document.doc_id,
        "passages": [] if text is None else [passage],
        "entities": [
            {
                "id": mention.id,
                "type": mention.type,
                **pieces(mention.spans),
                "normalized": [
                    {"db_name": link.kb, "db_id": link.id}
                    for link in flat.links.get(mention.id, ())
                ],
            }
            for _, mention in flat.mentions
        ],
        "events": [
            {
                "id": event.id,
                "type": event.type,
                "trigger": pieces([event.trigger] if event.trigger else []),
                "arguments": [
                    {"role": argument.role, "ref_id": argument.ref} for argument in event.arguments
                ],
            }
            for _, event in flat.events
        ],
        "coreferences": [
            {"id": f"c{at}", "entity_ids": cluster}
            for at, cluster in enumerate(flat.clusters, start=1)
        ],
        "relations": [
            {
                "id": edge.id or f"r{at}",
                "type": edge.type,
                "arg1_id": edge.head,
                "arg2_id": edge.tail,
                "normalized": [],
            }
            for at, edge in enumerate(flat.edges, start=1)
        ],
    }


FORMAT = Format(
    name="bigbio",
    title="BigBIO's knowledge-base schema, as JSON Lines",
    suffixes=(".jsonl", ".json"),
    sniff=sniff,
    read=read,
    write=write,
    fields=FIELDS,
    capabilities=CAPABILITIES,
)
