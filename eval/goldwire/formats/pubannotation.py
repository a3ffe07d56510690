"""PubAnnotation's JSON: a text with denotations and relations, or with tracks of several projects.

Offsets are code points. A span that is a list is a denotation in pieces.
"""

from collections.abc import Iterator, Mapping

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.graph import Edge, connect
from goldwire.formats.items import whole, words
from goldwire.formats.json_values import objects, values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document, text_of
from goldwire.formats.placing import Claim, Placing, evidence, settle
from goldwire.model import Annotation, Mention


def sniff(sample: Sample) -> int:
    """Claim records with denotations, or with tracks that have some."""
    return 2 if any(next(_denotations(record), None) for record in sample.objects) else 0


def read(source: Source) -> Reading:
    """Read a document a record; the denotations of all tracks together, named by their track."""
    ledger = Ledger(source.name)
    found = [
        (where, value) for where, value in values(source.data, ledger) if isinstance(value, Mapping)
    ]
    records = []
    for number, (where, value) in enumerate(found, start=1):
        own = words(value.get("text"))
        database, name = words(value.get("sourcedb")), value.get("sourceid")
        doc_id = name_document(
            source,
            ledger,
            given=f"{database}-{name}" if database and name else name,
            text=own,
            number=number,
            is_alone=len(found) == 1,
            where=where,
        )
        records.append((where, value, doc_id, own, text_of(source, doc_id, own)))
    proofs = [
        proof
        for _, value, _, _, text in records
        for _, one in _denotations(value)
        for proof in evidence(text, _claims(one))
    ]
    placing = settle(source, ledger, proofs)
    documents = [
        AnnotatedText(_annotation(value, doc_id, own, text, placing, where=where), own)
        for where, value, doc_id, own, text in records
    ]
    return Reading(tuple(documents), tuple(ledger.losses), placing.dialect, tuple(ledger.problems))


def _tracks(record: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Give the record itself and its tracks, each with what its ids begin with."""
    yield "", record
    for at, track in enumerate(objects(record.get("tracks"))):
        yield f"{track.get('project') or at}:", track


def _denotations(record: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    for prefix, track in _tracks(record):
        for one in objects(track.get("denotations")):
            yield prefix, one


def _claims(denotation: Mapping[str, object]) -> Iterator[Claim]:
    span = denotation.get("span")
    for one in [span] if isinstance(span, Mapping) else objects(span):
        start, end = whole(one.get("begin")), whole(one.get("end"))
        if start is not None and end is not None:
            yield Claim(start, end, words(denotation.get("text")))


def _annotation(
    record: Mapping[str, object],
    doc_id: str,
    own: str | None,
    text: str | None,
    placing: Placing,
    *,
    where: str,
) -> Annotation:
    mentions = []
    for at, (prefix, one) in enumerate(_denotations(record)):
        place = f"{where}/denotations/{at}"
        placed = [placing.place(text, c, where=place, document=doc_id) for c in _claims(one)]
        spans = tuple(span for part in placed for span in part) if all(placed) else ()
        if not placed:
            said = str(one.get("span"))[:60]
            placing.ledger.lose("without-place", "unplaced", place, said, document=doc_id)
        name = f"{prefix}{one.get('id') or at}"
        label = one.get("obj")
        mentions.append(Mention(id=name, type=words(label) or str(label), spans=spans))
    edges = [
        Edge(
            str(one.get("pred", "")),
            f"{prefix}{one.get('subj')}",
            f"{prefix}{one.get('obj')}",
            f"{prefix}{one.get('id') or ''}",
            f"{where}/relations/{at}",
        )
        for prefix, track in _tracks(record)
        for at, one in enumerate(objects(track.get("relations")))
    ]
    for _, track in _tracks(record):
        for at, one in enumerate(objects(track.get("attributes"))):
            said = f"{one.get('pred')} {one.get('obj')}"
            placing.ledger.lose(
                "attribute", "dropped", f"{where}/attributes/{at}", said, document=doc_id
            )
    annotation = Annotation(
        doc_id=doc_id,
        text_ref=None if own is None else text_ref(own),
        mentions=tuple(mentions),
    )
    return connect(annotation, placing.ledger, edges=edges)


FORMAT = Format(
    name="pubannotation",
    title="PubAnnotation's JSON, with or without tracks",
    suffixes=(".json",),
    sniff=sniff,
    read=read,
)
