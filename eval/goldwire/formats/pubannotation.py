"""PubAnnotation's JSON: a text with denotations and relations, or with tracks of several projects.

Offsets are code points. A span that is a list is a denotation in pieces.
"""

from collections.abc import Iterator, Mapping

from goldwire.formats.base import Format, Reading, Sample, Source, text_ref
from goldwire.formats.graph import Edge, connect
from goldwire.formats.items import whole, words
from goldwire.formats.json_values import objects
from goldwire.formats.placing import Claim, Placing
from goldwire.formats.text_records import read_text_records
from goldwire.model import Annotation, Mention


def sniff(sample: Sample) -> int:
    """Claim records with denotations, or with tracks that have some."""
    return 2 if any(next(_denotations(record), None) for record in sample.objects) else 0


def read(source: Source) -> Reading:
    """Read a document a record; the denotations of all tracks together, named by their track."""
    return read_text_records(
        source, name_and_text=_name_and_text, claims=_all_claims, annotate=_annotation
    )


def _name_and_text(record: Mapping[str, object]) -> tuple[object, str | None]:
    database, name = words(record.get("sourcedb")), record.get("sourceid")
    return f"{database}-{name}" if database and name else name, words(record.get("text"))


def _all_claims(record: Mapping[str, object]) -> Iterator[Claim]:
    for _, one in _denotations(record):
        yield from _claims(one)


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
