"""Document records and their texts: digest, lengths, normal form, zones, dates."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from goldwire.errors import Problem
from goldwire.model import Document
from goldwire.validation.timex import day_of


def document_problems(document: Document, *, text: str | None, name: str) -> Iterator[Problem]:
    """Check a readable document record against itself and its text, if that is there."""
    length = document.text_ref.code_points
    if text is not None:
        yield from _text(document, text, name=name)
        length = len(text)
    yield from _zones(document, length, name=name)
    published = document.source.date_published or ""
    # Another form than this is the schema's matter.
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", published) and day_of(published) is None:
        yield Problem(
            "GW608",
            "/source/date_published",
            "the publication date is no real date",
            document=name,
            found=published,
        )


def is_recorded_text(document: Document, text: str) -> bool:
    """Claim that a text is the one whose digest the record gives."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest() == document.text_ref.sha256


def _text(document: Document, text: str, *, name: str) -> Iterator[Problem]:
    encoded = text.encode("utf-8")
    if not is_recorded_text(document, text):
        yield Problem(
            "GW602",
            "/text_ref/sha256",
            "the text is not the one that was recorded",
            document=name,
            found=hashlib.sha256(encoded).hexdigest(),
            expected=document.text_ref.sha256,
            fix="restore the text; if the change is meant, the gold must be annotated anew",
        )
    else:
        for field, found in (("code_points", len(text)), ("utf8_bytes", len(encoded))):
            recorded = getattr(document.text_ref, field)
            if recorded is not None and recorded != found:
                yield Problem(
                    "GW603",
                    f"/text_ref/{field}",
                    "the recorded length is wrong",
                    document=name,
                    found=str(recorded),
                    expected=str(found),
                )
    if "\r" in text or text.startswith("\ufeff"):
        what = "CR line ends" if "\r" in text else "a byte order mark"
        yield Problem("GW605", "", f"the text has {what}", document=name, expected="LF, no mark")
    if not unicodedata.is_normalized("NFC", text):
        yield Problem("GW604", "", "the text is not in Unicode form NFC", document=name)


def _zones(document: Document, length: int | None, *, name: str) -> Iterator[Problem]:
    seen: set[str] = set()
    reached = 0
    for position, zone in enumerate(document.zones):
        pointer = f"/zones/{position}"
        if zone.id in seen:
            yield Problem(
                "GW201", f"{pointer}/id", f"the id {zone.id!r} stands twice", document=name
            )
        seen.add(zone.id)
        if not 0 <= zone.start < zone.end or (length is not None and zone.end > length):
            yield Problem(
                "GW606",
                pointer,
                "the zone is empty or outside the text",
                document=name,
                found=f"{zone.start}:{zone.end}",
                expected=f"0 <= start < end <= {length}",
            )
            continue
        if zone.start < reached:
            yield Problem(
                "GW607",
                pointer,
                "the zone begins before the one before it ends",
                document=name,
                found=str(zone.start),
                expected=f"{reached} or more",
            )
        reached = max(reached, zone.end)
