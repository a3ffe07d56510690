"""langextract's JSON Lines: a text with extractions, of which some have a place.

Where the library found fewer words than were extracted (`match_lesser`), or similar ones
(`match_fuzzy`), its own span is taken and the difference is listed.
"""

from collections.abc import Iterator, Mapping

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.items import Item, item_of_object, words
from goldwire.formats.json_values import values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document, text_of
from goldwire.formats.placing import evidence, settle, words_to_ground
from goldwire.model import Annotation, Mention


def sniff(sample: Sample) -> int:
    """Claim records with extractions."""
    return 2 if any("extractions" in record for record in sample.objects) else 0


def read(source: Source) -> Reading:
    """Read a document a record; extractions without an interval keep their words only."""
    ledger = Ledger(source.name)
    records = []
    found = list(values(source.data, ledger))
    for number, (where, value) in enumerate(found, start=1):
        if not isinstance(value, Mapping) or not isinstance(value.get("extractions"), list | None):
            ledger.refuse("GW703", where, "a record without a list of extractions",
                          fix="correct the record")  # fmt: skip
            continue
        own = words(value.get("text"))
        doc_id = name_document(
            source,
            ledger,
            given=value.get("document_id"),
            text=own,
            number=number,
            is_alone=len(found) == 1,
            where=where,
        )
        items = list(_items(value, ledger, where=where, document=doc_id))
        records.append((where, doc_id, own, text_of(source, doc_id, own), items))
    proofs = [
        proof
        for _, _, _, text, items in records
        if text is not None
        for proof in evidence(text, [item.claim for item in items if item.claim.surface])
        if proof.surface and proof.surface in text
    ]
    placing = settle(source, ledger, proofs)
    documents = []
    for where, doc_id, own, text, items in records:
        mentions = []
        for at, item in enumerate(items, start=1):
            spans = placing.place(text, item.claim, where=f"{where} item {at}", document=doc_id)
            surface = words_to_ground(text, spans, [item.claim], item.claim.surface)
            mentions.append(Mention(type=item.label, spans=spans, surface=surface))
        annotation = Annotation(
            doc_id=doc_id,
            text_ref=None if own is None else text_ref(own),
            mentions=tuple(mentions),
        )
        documents.append(AnnotatedText(annotation, own))
    return Reading(tuple(documents), tuple(ledger.losses), placing.dialect, tuple(ledger.problems))


def _items(
    record: Mapping[str, object], ledger: Ledger, *, where: str, document: str
) -> Iterator[Item]:
    extractions = record.get("extractions")
    for at, value in enumerate(extractions if isinstance(extractions, list) else (), start=1):
        place = f"{where} item {at}"
        if not isinstance(value, Mapping):
            ledger.lose("unreadable-item", "unreadable", place, str(value)[:60], document=document)
            yield Item(is_readable=False)
            continue
        if value.get("attributes"):
            said = str(value["attributes"])[:60]
            ledger.lose("attributes", "dropped", place, said, document=document)
        interval = value.get("char_interval")
        yield item_of_object(
            {
                "label": value.get("extraction_class"),
                "text": value.get("extraction_text"),
                **(interval if isinstance(interval, Mapping) else {}),
            }
        )


FORMAT = Format(
    name="langextract",
    title="langextract's JSON Lines",
    suffixes=(".jsonl",),
    sniff=sniff,
    read=read,
)
