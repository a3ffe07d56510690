"""spaCy's DocBin (.spacy): documents with entities and span groups; needs spaCy.

Span groups are read with the entities; a span that stands in both counts once.
"""

import zlib

from goldwire.errors import UsageError
from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document
from goldwire.model import Annotation, Mention, Span

LARGEST = 2_000_000_000
"""A file that unpacks to more bytes than this is refused."""


def sniff(sample: Sample) -> int:
    """Claim files with spaCy's name and compression, or whose content says so."""
    if not sample.data.startswith(b"\x78"):
        return 0
    if sample.name.endswith(".spacy"):
        return 2
    try:
        head = zlib.decompressobj().decompress(sample.data, 200)
    except zlib.error:
        return 0
    return 2 if b"version" in head and b"attrs" in head else 0


def read(source: Source) -> Reading:
    """Read every document; names of entities and groups are labels."""
    ledger = Ledger(source.name)
    try:
        import spacy
        from spacy.tokens import DocBin
    except ImportError as error:
        raise UsageError(
            f"reading {source.name} needs spaCy: pip install 'goldwire[spacy]'"
        ) from error
    try:
        _check_size(source.data)
        docs = list(DocBin().from_bytes(source.data).get_docs(spacy.blank("xx").vocab))
    except Exception as error:  # noqa: BLE001  # the library raises whatever its parsers raise
        said = f"no DocBin: {type(error).__name__}: {error}"[:200]
        ledger.refuse("GW702", "", said, fix="write it with DocBin.to_disk")
        return Reading((), problems=tuple(ledger.problems))
    documents = []
    for number, doc in enumerate(docs, start=1):
        text = doc.text
        doc_id = name_document(
            source, ledger, text=text, number=number, is_alone=len(docs) == 1, where=f"doc {number}"
        )
        groups = [span for group in doc.spans.values() for span in group]
        spans = dict.fromkeys(
            (span.start_char, span.end_char, span.label_) for span in (*doc.ents, *groups)
        )
        mentions = tuple(
            Mention(type=label or None, spans=(Span(start, end, text[start:end]),))
            for start, end, label in spans
            if start < end
        )
        annotation = Annotation(doc_id=doc_id, text_ref=text_ref(text), mentions=mentions)
        documents.append(AnnotatedText(annotation, text))
    dialect = {"offsets": "code_points,exclusive (read by spaCy)"}
    return Reading(tuple(documents), tuple(ledger.losses), dialect, tuple(ledger.problems))


def _check_size(data: bytes) -> None:
    """Raise ValueError for a file that would unpack to more than memory may hold."""
    unpacker = zlib.decompressobj()
    size, rest = 0, data
    while rest and not unpacker.eof:
        size += len(unpacker.decompress(rest, 1 << 24))
        rest = unpacker.unconsumed_tail
        if size > LARGEST:
            raise ValueError(f"it unpacks to more than {LARGEST} bytes")


FORMAT = Format(
    name="docbin",
    title="spaCy's DocBin",
    suffixes=(".spacy",),
    sniff=sniff,
    read=read,
    needs="spacy",
)
