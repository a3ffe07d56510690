"""brat stand-off: a .txt and its .ann, one document each.

Text-bound annotations are mentions, but for triggers of events and the parts of attributions
(PolNeAR writes these as events with Source, Cue and Content). Equivalences are coreference,
normalisations are links of entities, attributes whose names goldwire has fill its fields. In the
words that are copied beside them, fragments may be joined by a blank (brat), by " [...] " (bconv)
or by nothing (bioc).
"""

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.brat.lines import parse
from goldwire.formats.brat.records import annotate
from goldwire.formats.brat.writing import CAPABILITIES, FIELDS, write
from goldwire.formats.ledger import Ledger
from goldwire.formats.placing import Claim, evidence, settle


def sniff(sample: Sample) -> int:
    """Claim files with a line that only brat has, or with its name."""
    first = next((line for line in sample.head.splitlines() if line.strip()), "")
    lines = parse(first, Ledger(), document="")
    if any(bound.fragments for bound in lines.text_bound.values()) or lines.events:
        return 2
    if lines.equivalences or lines.relations:
        return 2
    return 1 if sample.name.endswith((".ann", ".a2")) and not sample.records else 0


def read(source: Source) -> Reading:
    """Read one document, with the .txt beside it or a known text of its name."""
    ledger = Ledger(source.name)
    stem = source.file_name.removesuffix(".ann").removesuffix(".a2")
    own = _own_text(source, f"{stem}.txt", ledger)
    doc_id, known = _known(source, stem, own)
    text = known if own is None else own
    data = source.data
    if source.name.endswith(".a2"):
        data = (source.sibling(f"{stem}.a1") or b"") + data
    lines = parse(data.decode("utf-8-sig", "replace"), ledger, document=doc_id)
    whole = [
        Claim(*bound.fragments[0], bound.words)
        for bound in lines.text_bound.values()
        if len(bound.fragments) == 1
    ]
    placing = settle(source, ledger, evidence(text, whole))
    annotation, dialect = annotate(
        doc_id, text, lines, placing, text_ref=None if own is None else text_ref(own)
    )
    return Reading(
        (AnnotatedText(annotation, own),),
        tuple(ledger.losses),
        {**placing.dialect, **dialect},
        tuple(ledger.problems),
    )


def _own_text(source: Source, name: str, ledger: Ledger) -> str | None:
    """Give the text beside the file, without its byte order mark; what is not UTF-8 is a fault."""
    data = source.sibling(name)
    if data is None:
        return None
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        message = f"the text beside it, {name}, is not UTF-8 at byte {error.start}"
        ledger.refuse("GW702", "", message, fix="save it as UTF-8 without changing a character")
        return None


def _known(source: Source, stem: str, own: str | None) -> tuple[str, str | None]:
    """Find a known text by the file's name, with or without an annotator's name at its end.

    A file with a text of its own is else the document with that very text, one without is the only
    document that is known.
    """
    if not source.texts.by_id:
        return stem, None
    for doc_id in (stem, stem.rpartition("_")[0]):
        if (text := source.texts.get(doc_id)) is not None:
            return doc_id, text
    if own is not None:
        return source.texts.id_of(own) or stem, None
    return source.texts.only() or (stem, None)


FORMAT = Format(
    name="brat",
    title="brat stand-off (.ann with its .txt), also PolNeAR's attributions and BioNLP's .a2",
    suffixes=(".ann", ".a2"),
    sniff=sniff,
    read=read,
    write=write,
    fields=FIELDS,
    capabilities=CAPABILITIES,
)
