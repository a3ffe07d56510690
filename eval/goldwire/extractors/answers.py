"""Answers: what a system printed for one document → an annotation, and notes on what was odd.

An answer is a prediction record (`schema/prediction.schema.json`), or the lenient
`{"id": …, "spans": [{"start": …, "end": …, "label": …}]}`, whose spans become mentions unless they
say another `layer`. Nothing is dropped: a span that is none costs its item the place, not the item,
which is scored as false; a note says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from goldwire.errors import UsageError
from goldwire.extractors import Answer, ExtractionError
from goldwire.formats.native import invalid
from goldwire.model import LAYERS, Annotation
from goldwire.offsets import Convention, OffsetMap, offset_map

SPAN_LAYERS = ("mentions", "values", "times", "event_mentions")
_RECORD_KEYS = frozenset(Annotation.__struct_fields__)
_LABEL_KEYS = ("type", "label", "entity_group", "entity")
_SURFACE_KEYS = ("text", "surface", "word")
_PASSED_ON = ("value", "score", "level", "unit", "mod", "note")
EXACT = Convention()
OTHER_DOCUMENT = "other document"
_ITEM_DEPTH = 2
"""How deep an item of a layer lies: `/mentions/0`."""
_ENDLESS = 2**31
"""No text is as long: offsets are kept in 32 bits."""


def read_convention(declared: object) -> Convention:
    """Read which offsets a system declares: `"utf16,inclusive"`, or an object with those words.

    Raises UsageError for what no offsets can be.
    """
    words = declared.values() if isinstance(declared, Mapping) else [declared]
    try:
        return Convention.parse(",".join(str(word) for word in words if word is not None))
    except ValueError as error:
        raise UsageError(f"the extractor declares its offsets as {declared!r}: {error}") from error


def is_answer(value: object) -> bool:
    """Claim that a JSON value is meant as an answer, be it a good one or not."""
    return isinstance(value, Mapping) and any(
        key in value for key in ("spans", "error", "doc_id", *LAYERS)
    )


def read_answer(value: object, *, doc_id: str, text: str, convention: Convention = EXACT) -> Answer:
    """Read a JSON value as the answer for a document.

    Raises ExtractionError when it is none: when it has another shape, is about another document,
    or says that there was an error.
    """
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        value = {"spans": value}
    if not isinstance(value, Mapping):
        raise ExtractionError(
            "malformed", f"expected a JSON object as an answer, found {type(value).__name__}"
        )
    if not is_answer(value):
        wanted = f"`spans` or a layer ({', '.join(LAYERS)})"
        raise ExtractionError("malformed", f"the answer has no {wanted}: {str(dict(value))[:80]}")
    answered = value.get("doc_id", value.get("id", doc_id))
    if answered != doc_id:
        raise ExtractionError(
            OTHER_DOCUMENT, f"asked for {doc_id!r}, but the answer is for {answered!r}"
        )
    if value.get("error"):
        raise _refusal(value["error"])
    given = value.get("notes")
    notes = [str(note) for note in given] if isinstance(given, list) else []
    record = {key: value[key] for key in _RECORD_KEYS if key in value}
    unknown = sorted(
        value.keys() - _RECORD_KEYS - {"id", "spans", "usage", "v", "error", "hello", "notes"}
    )
    if unknown:
        known = ", ".join(("id", "spans", "usage", *LAYERS))
        raise ExtractionError("malformed", f"unknown {', '.join(unknown)}: an answer has {known}")
    if "spans" in value:
        _add_spans(record, value["spans"])
    record["doc_id"] = doc_id
    places = None if convention == EXACT else offset_map(text, convention)
    converted = {key: _placed(item, f"/{key}", places, notes) for key, item in record.items()}
    try:
        annotation = msgspec.convert(converted, Annotation)
    except msgspec.ValidationError as error:
        problem = invalid(str(error), name="", place="")
        raise ExtractionError(
            "malformed",
            f"{problem.pointer}: {problem.message}"
            + (f" (expected {problem.expected})" if problem.expected else ""),
        ) from error
    usage = value.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    return Answer(
        annotation,
        notes=tuple(notes),
        tokens_in=_whole(usage.get("tokens_in", usage.get("prompt_tokens"))),
        tokens_out=_whole(usage.get("tokens_out", usage.get("completion_tokens"))),
        cost=float(usage["cost"]) if isinstance(usage.get("cost"), int | float) else None,
    )


def _refusal(error: object) -> ExtractionError:
    """Read an error that a system reports: words, or an object with `message` and more."""
    if not isinstance(error, Mapping):
        return ExtractionError("refused", f"the extractor says: {error}")
    message = str(error.get("message", dict(error)))
    kind, details = str(error.get("kind", "refused")), str(error.get("details", ""))
    words = message if "kind" in error else f"the extractor says: {message}"
    return ExtractionError(kind, words, details=details, is_final=error.get("is_final") is True)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _add_spans(record: dict[str, Any], spans: object) -> None:
    """Put the spans of a lenient answer into the layers that they name; there is one at least."""
    if not isinstance(spans, Sequence) or isinstance(spans, str | bytes):
        raise ExtractionError("malformed", f"/spans: expected an array, found {_kind(spans)}")
    added: dict[str, list[object]] = {} if spans else {"mentions": []}
    for at, span in enumerate(spans):
        item = _listed(span) if isinstance(span, list | tuple) else span
        if not isinstance(item, Mapping):
            raise ExtractionError(
                "malformed", f"/spans/{at}: expected an object, found {_kind(span)}"
            )
        layer = item.get("layer", "mentions")
        if layer not in SPAN_LAYERS:
            raise ExtractionError(
                "malformed", f"/spans/{at}/layer: {layer!r} is none of {', '.join(SPAN_LAYERS)}"
            )
        added.setdefault(layer, []).append(_item(item, layer))
    for layer, items in added.items():
        record[layer] = [*record.get(layer, ()), *items]


def _listed(span: Sequence[object]) -> dict[str, object]:
    """Read `[start, end, label]`."""
    return dict(zip(("start", "end", "label"), span, strict=False))


def _kind(value: object) -> str:
    return type(value).__name__


def _item(span: Mapping[str, Any], layer: str) -> dict[str, Any]:
    """Make an item of a layer of one lenient span."""
    label = next((span[key] for key in _LABEL_KEYS if span.get(key) is not None), None)
    surface = next((span[key] for key in _SURFACE_KEYS if span.get(key) is not None), None)
    item = {key: span[key] for key in _PASSED_ON if span.get(key) is not None}
    if label is not None or layer != "mentions":
        item["type"] = "" if label is None else str(label)
    if "start" not in span:
        if surface is not None:
            item["surface"] = surface
        return item
    place = {key: span[key] for key in ("start", "end", "length") if key in span}
    if surface is not None:
        place["text"] = surface
    item["trigger" if layer == "event_mentions" else "spans"] = (
        place if layer == "event_mentions" else [place]
    )
    return item


def _is_place(value: object) -> bool:
    return isinstance(value, Mapping) and "start" in value and ("end" in value or "length" in value)


def _placed(value: object, pointer: str, places: OffsetMap | None, notes: list[str]) -> object:
    """Convert the places in a value, at any depth.

    A place that is none is left out, and with it its neighbours in a list: what is left would be
    another item than the system meant. Its words go into the item's `note`, not into `surface`:
    grounding would find them, and right what the system got wrong.
    """
    if isinstance(value, Mapping):
        found: dict[str, object] = {}
        lost: list[str] = []
        for key, item in value.items():
            at = f"{pointer}/{key}"
            if _is_place(item):
                found[key] = _converted(item, at, places, notes)
                lost += [] if found[key] is not None or key != "trigger" else [str(item)]
            elif isinstance(item, list | tuple) and item and all(map(_is_place, item)):
                kept = [
                    _converted(place, f"{at}/{i}", places, notes) for i, place in enumerate(item)
                ]
                found[key] = [] if None in kept else kept
                lost += [str(place) for place in item] if None in kept and key == "spans" else []
            else:
                found[key] = _placed(item, at, places, notes)
        if lost and "kind" not in value and pointer.count("/") == _ITEM_DEPTH:
            found["note"] = f"given as {'; '.join(lost)}"
        return found
    if isinstance(value, list | tuple):
        return [_placed(item, f"{pointer}/{at}", places, notes) for at, item in enumerate(value)]
    return _whole_characters(value, pointer, notes) if isinstance(value, str) else value


def _whole_characters(words: str, pointer: str, notes: list[str]) -> str:
    """Replace halves of characters, which no file can hold: JavaScript cuts words so."""
    if words.isascii() or not any("\ud800" <= character <= "\udfff" for character in words):
        return words
    notes.append(f"{pointer}: {words!r} holds half a character, which was replaced")
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _converted(
    place: Mapping[str, Any], pointer: str, places: OffsetMap | None, notes: list[str]
) -> dict[str, Any] | None:
    """Give a place in code points of the exact text, or None with a note where it is none."""
    start, end = place["start"], place.get("end", place.get("length"))
    rest = {
        key: _placed(item, f"{pointer}/{key}", None, notes)
        for key, item in place.items()
        if key not in ("start", "end", "length")
    }
    if not _is_offset(start) or not _is_offset(end):
        notes.append(f"{pointer}: {start!r} to {end!r} are no offsets, so the item has no place")
        return None
    if places is None:
        if "end" not in place:
            end = start + end
        # One beyond the text stays as it is: scoring lists it and counts it as wrong.
        if 0 <= start < end:
            return {"start": start, "end": end, **rest}
    elif (found := places.span(start, end)) is not None:
        return {"start": found[0], "end": found[1], **rest}
    notes.append(f"{pointer}: {start}:{end} is no span of the text, so the item has no place")
    return None


def _is_offset(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _ENDLESS
