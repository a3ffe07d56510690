"""W3C Web Annotation: JSON-LD annotations of a text by position and by quotation.

Positions are code points as goldwire counts them, unless the quotations show otherwise; a quotation
without a position is placed where it stands with its prefix and suffix, if that is one place only.
Annotations of anything but a text are entered as dropped.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, Writing
from goldwire.formats.items import whole, words
from goldwire.formats.json_values import objects, values
from goldwire.formats.ledger import Ledger
from goldwire.formats.placing import Claim, evidence, settle, words_to_ground
from goldwire.formats.projection import project
from goldwire.model import Annotation, Mention

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
PREFIX = "urn:x-goldwire:document:"
"""How an IRI begins that is made of a doc_id."""

FIELDS = {"mentions": frozenset({"type", "spans"})}
_AROUND = 24
"""How many characters before and behind a quotation are written beside it."""


@dataclass(frozen=True, slots=True)
class _Note:
    """One annotation of a text."""

    source: str
    label: str | None
    claim: Claim
    context: tuple[str, str] | None
    where: str


def sniff(sample: Sample) -> int:
    """Claim annotations, pages and collections of them."""
    for record in sample.objects:
        context = record.get("@context")
        if context == CONTEXT or (isinstance(context, list) and CONTEXT in context):
            return 2
    return 1 if any(
        record.get("type") == "Annotation" and "target" in record for record in sample.objects
    ) else 0  # fmt: skip


def read(source: Source) -> Reading:
    """Read a document for every source that is annotated."""
    ledger = Ledger(source.name)
    notes = [
        note
        for where, value in values(source.data, ledger)
        for note in _notes(value, where, ledger)
    ]
    by_id: dict[str, list[_Note]] = {}
    for note in notes:
        by_id.setdefault(_doc_id(note.source, source), []).append(note)
    texts = {doc_id: source.texts.get(doc_id) for doc_id in by_id}
    placing = settle(
        source,
        ledger,
        [
            proof
            for doc_id, found in by_id.items()
            for proof in evidence(texts[doc_id], [note.claim for note in found])
        ],
    )
    documents = []
    for doc_id, found in by_id.items():
        mentions = []
        for note in found:
            claim = _located(note, texts[doc_id])
            spans = placing.place(texts[doc_id], claim, where=note.where, document=doc_id)
            surface = words_to_ground(texts[doc_id], spans, [claim], claim.surface)
            mentions.append(Mention(type=note.label, spans=spans, surface=surface))
        documents.append(AnnotatedText(Annotation(doc_id=doc_id, mentions=tuple(mentions))))
    return Reading(tuple(documents), tuple(ledger.losses), placing.dialect, tuple(ledger.problems))


def _doc_id(iri: str, source: Source) -> str:
    """Read a document's id from its IRI: goldwire's own, else its last part where that is known."""
    if iri.startswith(PREFIX):
        return unquote(iri.removeprefix(PREFIX))
    last = unquote(iri.rstrip("/").rpartition("/")[2])
    for name in (iri, last, last.rpartition(".")[0]):
        if name in source.texts.by_id:
            return name
    only = source.texts.only()
    return iri if only is None else only[0]


def _notes(value: object, where: str, ledger: Ledger) -> Iterator[_Note]:
    if not isinstance(value, Mapping):
        ledger.refuse("GW703", where, "no annotation", fix="give JSON objects")
        return
    inner = objects(value.get("items")) or objects(value.get("@graph"))
    first = value.get("first")
    if isinstance(first, Mapping):
        inner += objects(first.get("items"))
    if inner:
        for at, part in enumerate(inner):
            yield from _notes(part, f"{where}/items/{at}", ledger)
        return
    target = value.get("target")
    found = False
    for one in [target] if isinstance(target, Mapping) else objects(target):
        claim, context = _claim(_selectors(one.get("selector")))
        iri = words(one.get("source")) or words(one.get("id"))
        if iri is not None and (claim.is_placed or claim.surface):
            found = True
            yield _Note(iri, _label(value.get("body")), claim, context, where)
    if not found:
        ledger.lose("not-of-a-text", "dropped", where, str(target)[:60])


def _selectors(value: object) -> list[Mapping[str, object]]:
    """Give all selectors, also those that refine others."""
    found = [value] if isinstance(value, Mapping) else objects(value)
    for selector in list(found):
        found += _selectors(selector.get("refinedBy"))
    return found


def _claim(
    selectors: Sequence[Mapping[str, object]],
) -> tuple[Claim, tuple[str, str] | None]:
    start = end = surface = context = None
    for selector in selectors:
        if selector.get("type") == "TextPositionSelector":
            start, end = whole(selector.get("start")), whole(selector.get("end"))
        elif selector.get("type") == "TextQuoteSelector":
            surface = words(selector.get("exact"))
            context = (str(selector.get("prefix") or ""), str(selector.get("suffix") or ""))
    if start is None or end is None:
        return Claim(surface=surface), context
    return Claim(start, end, surface), context


def _located(note: _Note, text: str | None) -> Claim:
    """Find a quotation without a position by what stands around it, if that is one place only."""
    claim = note.claim
    if claim.is_placed or text is None or claim.surface is None:
        return claim
    before, after = note.context or ("", "")
    whole_quote = before + claim.surface + after
    at = text.find(whole_quote)
    if at < 0 or text.find(whole_quote, at + 1) >= 0:
        return claim
    start = at + len(before)
    return Claim(start, start + len(claim.surface), claim.surface)


def _label(body: object) -> str | None:
    """Read a label: the value of a body for tagging or classifying, else of the only body."""
    if isinstance(body, str):
        return body
    bodies = [body] if isinstance(body, Mapping) else objects(body)
    tags = [one for one in bodies if one.get("purpose") in {"tagging", "classifying"}]
    for one in tags or bodies:
        for key in ("value", "label", "name", "source", "id"):
            if (found := words(one.get(key))) is not None:
                return found
    return None


def write(documents: Sequence[AnnotatedText]) -> Writing:
    """Write one annotation a line, with position and quotation; the text itself is not written."""
    ledger = Ledger()
    lines = []
    for document in documents:
        kept = project(document, ledger, fields=FIELDS)
        text = document.text
        if text is not None:
            ledger.lose("text-left-out", "note", "", document=document.doc_id)
        for mention in kept.mentions:
            span = mention.spans[0]
            selectors: list[dict[str, object]] = [
                {"type": "TextPositionSelector", "start": span.start, "end": span.end}
            ]
            if text is not None:
                selectors.append(
                    {
                        "type": "TextQuoteSelector",
                        "exact": text[span.start : span.end],
                        "prefix": text[max(0, span.start - _AROUND) : span.start],
                        "suffix": text[span.end : span.end + _AROUND],
                    }
                )
            lines.append(
                {
                    "@context": CONTEXT,
                    "type": "Annotation",
                    "body": {"type": "TextualBody", "purpose": "tagging", "value": mention.type},
                    "target": {
                        "source": PREFIX + quote(document.doc_id, safe=""),
                        "selector": selectors,
                    },
                }
            )
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return Writing({"annotations.jsonl": content.encode()}, tuple(ledger.losses))


FORMAT = Format(
    name="w3c",
    title="W3C Web Annotation (JSON-LD), by position or by quotation",
    suffixes=(".json", ".jsonld", ".jsonl"),
    sniff=sniff,
    read=read,
    write=write,
    fields=FIELDS,
    capabilities=frozenset({"nested"}),
)
