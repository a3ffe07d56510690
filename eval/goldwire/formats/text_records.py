"""Files of JSON records, each a text with items whose places are claimed: how all such are read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from goldwire.formats.base import AnnotatedText, Reading, Source
from goldwire.formats.json_values import values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document, text_of
from goldwire.formats.placing import Claim, Placing, evidence, settle
from goldwire.model import Annotation

JsonRecord = Mapping[str, object]


class Annotate(Protocol):
    """Makes the annotation of a record: `own` is the text that it holds, `text` the one to use."""

    def __call__(
        self,
        record: JsonRecord,
        doc_id: str,
        own: str | None,
        text: str | None,
        placing: Placing,
        *,
        where: str,
    ) -> Annotation:
        """Give the annotation; what is lost is entered in the ledger of `placing`."""
        ...


def read_text_records(
    source: Source,
    *,
    name_and_text: Callable[[JsonRecord], tuple[object, str | None]],
    claims: Callable[[JsonRecord], Iterator[Claim]],
    annotate: Annotate,
) -> Reading:
    """Read a document a record; the convention of offsets is settled by all records together.

    `name_and_text` gives what a record says of its id and its text, `claims` those of all items.
    """
    ledger = Ledger(source.name)
    found = [
        (where, value) for where, value in values(source.data, ledger) if isinstance(value, Mapping)
    ]
    records = []
    for number, (where, value) in enumerate(found, start=1):
        given, own = name_and_text(value)
        doc_id = name_document(
            source,
            ledger,
            given=given,
            text=own,
            number=number,
            is_alone=len(found) == 1,
            where=where,
        )
        records.append((where, value, doc_id, own, text_of(source, doc_id, own)))
    proofs = [proof for _, value, _, _, text in records for proof in evidence(text, claims(value))]
    placing = settle(source, ledger, proofs)
    documents = [
        AnnotatedText(annotate(value, doc_id, own, text, placing, where=where), own)
        for where, value, doc_id, own, text in records
    ]
    return Reading(tuple(documents), tuple(ledger.losses), placing.dialect, tuple(ledger.problems))
