"""BioC, as JSON and as XML: collections of documents of passages, with annotations and relations.

The specification leaves open what offsets count; code points are declared here, and the words
beside them decide. Several locations are a mention in pieces. XML is read without its document
type: no entity is expanded and nothing is fetched.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.bioc.xml import collection_of
from goldwire.formats.graph import Edge, connect
from goldwire.formats.items import whole, words
from goldwire.formats.json_values import field_of, objects, values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document, text_of
from goldwire.formats.passages import assembled
from goldwire.formats.placing import Claim, Placing, evidence, settle, words_to_ground
from goldwire.model import Annotation, Link, Mention
from goldwire.offsets import Convention

DECLARED = Convention(end="length")
_LINKS = ("identifier", "cui", "ncbi_homologene", "dbsnp")


@dataclass(frozen=True, slots=True)
class _Record:
    where: str
    doc_id: str
    own: str | None
    text: str | None
    parts: tuple[Mapping[str, object], ...]


def sniff(sample: Sample) -> int:
    """Claim collections and documents of passages."""
    if "<collection" in sample.head and "<passage>" in sample.head:
        return 2
    return 2 if any(map(_is_bioc, sample.objects)) else 0


def _is_bioc(record: Mapping[str, object]) -> bool:
    documents = objects(record.get("documents")) or [record]
    return any(
        "offset" in passage and ("text" in passage or "sentences" in passage)
        for document in documents
        for passage in objects(document.get("passages"))
    )


def read(source: Source) -> Reading:
    """Read every document of the collection."""
    ledger = Ledger(source.name)
    records = list(_records(source, ledger))
    proofs = [
        proof
        for record in records
        for part in record.parts
        for one in objects(part.get("annotations"))
        for claims in [list(_claims(one))]
        if len(claims) == 1
        for proof in evidence(record.text, claims)
    ]
    placing = settle(source, ledger, proofs, declared=DECLARED)
    documents = [AnnotatedText(_annotation(record, placing), record.own) for record in records]
    return Reading(tuple(documents), tuple(ledger.losses), placing.dialect, tuple(ledger.problems))


def _records(source: Source, ledger: Ledger) -> Iterator[_Record]:
    found: list[tuple[str, Mapping[str, object]]]
    if source.data.lstrip().startswith(b"<"):
        collection = collection_of(source.data, ledger)
        found = [(f"/documents/{at}", one) for at, one in enumerate(collection)]
    else:
        found = [
            (f"{where}/documents/{at}", document)
            for where, value in values(source.data, ledger)
            if isinstance(value, Mapping)
            for at, document in enumerate(objects(value.get("documents")) or [value])
        ]
    for number, (where, document) in enumerate(found, start=1):
        own = assembled(_passages(document)) or None
        doc_id = name_document(
            source,
            ledger,
            given=document.get("id"),
            text=own,
            number=number,
            is_alone=len(found) == 1,
            where=where,
        )
        parts: list[Mapping[str, object]] = [document]
        for passage in objects(document.get("passages")):
            parts += [passage, *objects(passage.get("sentences"))]
        yield _Record(where, doc_id, own, text_of(source, doc_id, own), tuple(parts))


def _passages(document: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Give the passages, or where they have no text of their own their sentences."""
    for passage in objects(document.get("passages")):
        own = words(passage.get("text"))
        for part in [passage] if own else objects(passage.get("sentences")):
            offset, text = whole(part.get("offset")), words(part.get("text"))
            if offset is not None and text is not None:
                yield offset, text


def _claims(annotation: Mapping[str, object]) -> Iterator[Claim]:
    places = objects(annotation.get("locations"))
    surface = words(annotation.get("text")) if len(places) == 1 else None
    for place in places:
        offset, length = whole(place.get("offset")), whole(place.get("length"))
        if offset is not None and length is not None:
            yield Claim(offset, length, surface)


def _annotation(record: _Record, placing: Placing) -> Annotation:
    mentions = []
    links: dict[str, list[Link]] = {}
    edges = []
    for part in record.parts:
        for one in objects(part.get("annotations")):
            name = str(one.get("id", ""))
            where = f"{record.where} annotation {name}"
            claims = list(_claims(one))
            placed = [
                placing.place(record.text, claim, where=where, document=record.doc_id)
                for claim in claims
            ]
            spans = tuple(span for piece in placed for span in piece) if all(placed) else ()
            label = words(field_of(one, "infons", "type"))
            surface = words_to_ground(record.text, spans, claims, words(one.get("text")))
            if not placed:
                placing.ledger.lose(
                    "without-place", "unplaced", where, str(surface), document=record.doc_id
                )
            mentions.append(Mention(id=name, type=label, spans=spans, surface=surface))
            for key in _LINKS:
                if (reference := words(field_of(one, "infons", key))) is not None:
                    links.setdefault(name, []).append(_link(key, reference))
        for one in objects(part.get("relations")):
            ends = [str(node.get("refid", "")) for node in objects(one.get("nodes"))]
            where = f"{record.where} relation {one.get('id', '')}"
            if len(ends) == 2:
                kind = words(field_of(one, "infons", "type")) or ""
                edges.append(Edge(kind, ends[0], ends[1], str(one.get("id", "")), where))
            else:
                said = f"{len(ends)} nodes"
                placing.ledger.lose("relation", "dropped", where, said, document=record.doc_id)
    annotation = Annotation(
        doc_id=record.doc_id,
        text_ref=None if record.own is None else text_ref(record.own),
        mentions=tuple(mentions),
    )
    return connect(annotation, placing.ledger, links=links, edges=edges)


def _link(key: str, reference: str) -> Link:
    kb, colon, name = reference.partition(":")
    return Link(kb=kb if colon else key, id=name if colon else reference, status="to_verify")


FORMAT = Format(
    name="bioc",
    title="BioC collections, JSON and XML",
    suffixes=(".json", ".bioc.xml"),
    sniff=sniff,
    read=read,
)
