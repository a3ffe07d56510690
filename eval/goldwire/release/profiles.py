"""Profiles: what of a document leaves, by its rights record, and how it is given back.

`full` has the text and the words of every annotation. `standoff` has neither: offsets, labels,
digests, and the document's bibliographic facts. `masked` has the shape of the text besides.
`as-allowed` takes full for documents whose record allows it and standoff for the others.
"""

import json
import unicodedata
from typing import Any, Literal

import msgspec

from goldwire.errors import GoldError, Problem
from goldwire.formats.released import ReleasedDocument, TextStatus
from goldwire.model import SURFACES, Annotation, Document, Record
from goldwire.pairing import GoldDocument
from goldwire.release.blocks import cut_blocks
from goldwire.release.seals import seal, unseal
from goldwire.standoff import check_of

Profile = Literal["full", "standoff", "masked", "as-allowed"]
PROFILES: tuple[Profile, ...] = ("full", "standoff", "masked", "as-allowed")

WITHHELD = {
    "document": frozenset({"credit_line", "evidence"}),
    "annotation": SURFACES | {"canonical_name", "note"},
}
"""What is withheld besides the text and the words of spans. Of the document record that is the
credit line (it stands in the text) and the remarks on its provenance; publisher, address, headline,
byline, section, dates and claimed sources stay: they are what one cites an article by, and without
them nobody could find the text again. Of the annotation it is names and remarks, which may quote.
The evidence of links stays: it is about the knowledge base."""

_SPAN = frozenset({"start", "end", "text", "check"})


def allows_text(document: Document) -> bool:
    """Claim that a document's rights record lets its text be passed on."""
    return document.rights.redistribution == "full_text"


def may_leave(document: Document) -> bool:
    """Claim that anything about a document may be passed on."""
    return document.rights.redistribution != "none"


def released_as(
    gold: GoldDocument, profile: Profile, *, canary: str | None = None, own_use: bool = False
) -> ReleasedDocument:
    """Give a document as a profile shows it.

    `own_use` lets the text through whatever the rights record says: the result must stay with its
    maker. Raises GoldError for a document without record, or without the text that `full` needs.
    """
    document, text = gold.document, gold.text
    if document is None:
        raise _unfit(gold.doc_id, "the document has no record, so its rights are unknown")
    status: TextStatus
    may_show = own_use or allows_text(document)
    if may_show and (profile == "full" or (profile == "as-allowed" and text is not None)):
        status = "full"
    else:
        status = "masked" if profile == "masked" else "withheld"
    if profile == "full" and status != "full":
        raise _unfit(gold.doc_id, "its rights record does not let the text be passed on")
    if status != "withheld" and text is None:
        raise _unfit(gold.doc_id, f"the text is not here, and profile {profile} needs it")
    if status == "full" and text is not None:
        annotation = _with_words(gold.annotation, text)
        blocks = cut_blocks(text, document.zones, public=document.source.headline)
        return ReleasedDocument(document, annotation, text, status, blocks, canary=canary)
    return _without_words(gold, document, status, canary)


def _without_words(
    gold: GoldDocument, document: Document, status: TextStatus, canary: str | None
) -> ReleasedDocument:
    text = gold.text
    words: dict[str, Any] = {}
    kept_document = _withhold(document, "document", words)
    kept_annotation = _withhold(gold.annotation, "annotation", words)
    if text is None:
        annotation = msgspec.convert(_spans(kept_annotation, None), Annotation)
        return ReleasedDocument(
            msgspec.convert(kept_document, Document), annotation, None, status, canary=canary
        )
    plain = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ReleasedDocument(
        document=msgspec.convert(kept_document, Document),
        annotation=msgspec.convert(_spans(kept_annotation, text), Annotation),
        text=mask(text) if status == "masked" else None,
        text_status=status,
        blocks=cut_blocks(text, document.zones, public=document.source.headline),
        sealed=seal(plain.encode("utf-8"), text=text),
        canary=canary,
    )


def restored(row: ReleasedDocument, text: str) -> GoldDocument:
    """Give back a document as it was before words were withheld; the text must be the exact one.

    Raises SealError for another text, GoldError when a span's check does not fit its words: then
    offsets were changed after the build.
    """
    document = msgspec.to_builtins(row.document)
    annotation = msgspec.to_builtins(row.annotation)
    wrong = [
        Problem(
            "GW102",
            pointer,
            "the check does not fit the text",
            document=row.doc_id,
            found=found,
            expected=expected,
            fix="the release was changed after it was built: get it again",
        )
        for pointer, found, expected in _checks(annotation, text, "")
        if found != expected
    ]
    if wrong:
        raise GoldError(f"{row.doc_id} cannot be rehydrated", wrong)
    records = {"document": document, "annotation": annotation}
    if row.sealed is not None:
        for pointer, value in json.loads(unseal(row.sealed, text=text)).items():
            _put(records, pointer, value)
    return GoldDocument(
        _with_words(msgspec.convert(annotation, Annotation), text),
        msgspec.convert(document, Document),
        text,
    )


def mask(text: str) -> str:
    """Keep the shape of a text: letters become x or X, digits 0; all else stays.

    >>> mask("“Zoë, 24”")
    '“Xxx, 00”'
    """
    return "".join(map(_masked, text))


def _masked(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Lu", "Lt"):
        return "X"
    if kind[0] in "LM":
        return "x"
    return "0" if kind[0] == "N" else character


def _withhold(record: Record, name: str, words: dict[str, Any]) -> Any:
    """Take the withheld fields out of a record and put them into `words` by their pointers."""
    return _take(msgspec.to_builtins(record), f"/{name}", WITHHELD[name], words)


def _take(value: Any, pointer: str, names: frozenset[str], words: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        kept = {}
        for key, member in value.items():
            place = f"{pointer}/{key}"
            if key in names and not (key == "evidence" and "kb" in value):
                words[place] = member
            else:
                kept[key] = _take(member, place, names, words)
        return kept
    if isinstance(value, list | tuple):
        return [_take(item, f"{pointer}/{at}", names, words) for at, item in enumerate(value)]
    return value


def _put(records: Any, pointer: str, value: Any) -> None:
    *steps, last = pointer.strip("/").split("/")
    place = records
    for step in steps:
        place = place[int(step)] if isinstance(place, list | tuple) else place[step]
    place[last] = value


def _is_span(value: dict[str, Any]) -> bool:
    return {"start", "end"} <= value.keys() <= _SPAN


def _spans(value: Any, text: str | None) -> Any:
    """Replace the words of all spans by checks; without the text by nothing."""
    if isinstance(value, dict):
        if _is_span(value):
            start, end = value["start"], value["end"]
            check = {} if text is None else {"check": check_of(text, start, end)}
            return {"start": start, "end": end, **check}
        return {key: _spans(member, text) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_spans(member, text) for member in value]
    return value


def _with_words(annotation: Annotation, text: str) -> Annotation:
    return msgspec.convert(_quoted(msgspec.to_builtins(annotation), text), Annotation)


def _quoted(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        if _is_span(value):
            start, end = value["start"], value["end"]
            return {"start": start, "end": end, "text": text[start:end]}
        return {key: _quoted(member, text) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_quoted(member, text) for member in value]
    return value


def _checks(value: Any, text: str, pointer: str) -> list[tuple[str, str, str]]:
    """List every span's check as (pointer, found, expected)."""
    if isinstance(value, dict):
        if _is_span(value):
            check = value.get("check")
            expected = check_of(text, value["start"], value["end"])
            return [] if check is None else [(pointer, check, expected)]
        pairs: list[tuple[Any, Any]] = list(value.items())
    elif isinstance(value, list | tuple):
        pairs = list(enumerate(value))
    else:
        return []
    return [found for key, item in pairs for found in _checks(item, text, f"{pointer}/{key}")]


def _unfit(doc_id: str, message: str) -> GoldError:
    problem = Problem(
        "GW801",
        "/rights",
        message,
        document=doc_id,
        fix="choose --profile as-allowed or standoff, or --own-use for a copy that stays with you",
    )
    return GoldError(f"{doc_id} cannot be released", [problem])
