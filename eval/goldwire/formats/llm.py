"""What language models answer: labelled words, mostly without offsets, in JSON of any shape.

A list of objects, an object of lists by label, pairs; bare, fenced, among remarks or cut off; one
answer a file, or a record a line that holds the answer. Items keep their words and stay without a
place; offsets that a model gives are taken only for an item whose words stand just there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from goldwire.formats.answers import values_in
from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.items import (
    ENDS,
    LABELS,
    SCORES,
    STARTS,
    SURFACES,
    Item,
    item_of_object,
    words,
)
from goldwire.formats.json_values import values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document, text_of
from goldwire.formats.span_records import ID_KEYS, ITEM_KEYS
from goldwire.model import Annotation, Mention, Span

_ANSWERS = ("output", "response", "completion", "answer", "content", "prediction", "raw", "result")
_FIELDS = frozenset({*LABELS, *STARTS, *ENDS, *SURFACES, *SCORES}) - {"text"}
_NOT_LABELS = frozenset({*ID_KEYS, "text", "meta", "metadata", "model", "usage", "reason"})


@dataclass(frozen=True, slots=True)
class _Record:
    where: str
    items: tuple[Item, ...]
    given: object = None
    text: str | None = None


def sniff(sample: Sample) -> int:
    """Claim JSON whose items have words and no offsets, and texts that hold such JSON."""
    found = list(sample.records)
    if not found:
        found, how = values_in(sample.head)
        if not how:
            return 0
    for value in found:
        answer = _answer_of(value) if isinstance(value, Mapping) else None
        if answer is not None and values_in(answer)[0]:
            return 1
        items = list(_harvest(value))
        if items and all(item.claim.surface and item.label for item in items):
            return 0 if any(item.claim.is_placed for item in items) else 1
    return 0


def read(source: Source) -> Reading:
    """Read all answers; one without any JSON is a loss and a document without items."""
    ledger = Ledger(source.name)
    how: set[str] = set()
    records = list(_records(source, ledger, how))
    documents = []
    for number, record in enumerate(records, start=1):
        doc_id = name_document(
            source,
            ledger,
            given=record.given,
            text=record.text,
            number=number,
            is_alone=len(records) == 1,
            where=record.where,
        )
        text = text_of(source, doc_id, record.text)
        mentions = tuple(
            _mention(item, text, ledger, where=f"{record.where} item {at}".strip(), document=doc_id)
            for at, item in enumerate(record.items, start=1)
        )
        annotation = Annotation(
            doc_id=doc_id,
            text_ref=None if record.text is None else text_ref(record.text),
            mentions=mentions,
        )
        documents.append(AnnotatedText(annotation, record.text))
    dialect = {"offsets": "none; those that are there are checked one by one"}
    if how:
        dialect["json"] = ", ".join(sorted(how))
    return Reading(tuple(documents), tuple(ledger.losses), dialect, tuple(ledger.problems))


def _records(source: Source, ledger: Ledger, how: set[str]) -> Iterator[_Record]:
    quiet = Ledger(source.name)
    found = list(values(source.data, quiet))
    if not found or quiet.problems:
        answer = source.data.decode("utf-8", "replace")
        yield _answered(answer, ledger, how, where="")
        return
    if all(isinstance(value, Mapping) and _is_item(value) for _, value in found):
        yield _Record("", tuple(item for _, value in found for item in _harvest(value)))
        return
    for where, value in found:
        given = text = None
        if isinstance(value, Mapping):
            given = next((value[key] for key in (*ID_KEYS, "custom_id") if key in value), None)
            text = words(value.get("text"))
            inside = _answer_of(value)
            if inside is not None:
                record = _answered(inside, ledger, how, where=where)
                yield replace(record, given=given, text=text)
                continue
        yield _Record(where, tuple(_kept(value, ledger, where)), given, text)


def _answered(answer: str, ledger: Ledger, how: set[str], *, where: str) -> _Record:
    found, said = values_in(answer)
    how |= set(filter(None, said.split(", ")))
    if not found:
        ledger.lose("answer-without-json", "unreadable", where, answer.strip()[:60])
    elif "cut off" in said:
        ledger.lose("answer-cut-off", "doubtful", where, answer.strip()[-40:])
    items = (item for value in found for item in _kept(value, ledger, where))
    return _Record(where, tuple(items))


def _kept(value: object, ledger: Ledger, where: str) -> Iterator[Item]:
    """Leave out items that the model itself says are none."""
    for item in _harvest(value):
        if item.label == "==NONE==":
            ledger.lose("rejected-item", "dropped", where, str(item.claim.surface))
        else:
            yield item


def _answer_of(value: Mapping[str, object]) -> str | None:
    """Find the model's answer in a record, or in the envelope of a chat service."""
    for key in _ANSWERS:
        inner = value.get(key)
        if isinstance(inner, str) and (key != "content" or "role" in value or len(value) < 4):
            return inner
        if isinstance(inner, Mapping) and (found := _answer_of(inner)) is not None:
            return found
    for key in ("body", "message"):
        inner = value.get(key)
        if isinstance(inner, Mapping) and (found := _answer_of(inner)) is not None:
            return found
    choices = value.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        return _answer_of(choices[0])
    return None


def _is_item(value: Mapping[str, object]) -> bool:
    """Claim that an object is one item: words under a known key, and a label or nothing else."""
    has_words = any(isinstance(value.get(key), str) for key in (*SURFACES, "entity"))
    has_label = any(isinstance(value.get(key), str) for key in (*LABELS, "entity"))
    return (
        has_words and has_label and not any(isinstance(value.get(key), list) for key in ITEM_KEYS)
    )


def _harvest(value: object) -> Iterator[Item]:
    """Give all items of a value, whatever its shape."""
    if isinstance(value, list):
        yield from _harvest_list(value)
    elif isinstance(value, Mapping):
        if _is_item(value):
            rejected = value.get("is_entity") is False
            item = item_of_object(value)
            yield replace(item, label="==NONE==") if rejected else item
            return
        for key in ITEM_KEYS:
            if isinstance(value.get(key), list | Mapping):
                yield from _harvest(value[key])
                return
        if _FIELDS & value.keys():
            return
        for label, inner in value.items():
            if label not in _NOT_LABELS:
                yield from _labelled(label, inner)


def _harvest_list(value: list[object]) -> Iterator[Item]:
    for part in value:
        if isinstance(part, list) and len(part) == 2 and all(isinstance(one, str) for one in part):
            yield Item(label=str(part[1]), claim=item_of_object({"text": part[0]}).claim)
        elif isinstance(part, str):
            yield Item(claim=item_of_object({"text": part}).claim)
        else:
            yield from _harvest(part)


def _labelled(label: str, inner: object) -> Iterator[Item]:
    """Give the items that stand under their label: words, or objects with words."""
    if isinstance(inner, str) and inner:
        yield Item(label=label, claim=item_of_object({"text": inner}).claim)
    elif isinstance(inner, list):
        for part in inner:
            if isinstance(part, str):
                yield from _labelled(label, part)
            elif isinstance(part, Mapping):
                item = item_of_object(part)
                if item.claim.surface:
                    yield replace(item, label=item.label or label)


def _mention(item: Item, text: str | None, ledger: Ledger, *, where: str, document: str) -> Mention:
    """Make a mention, placed only when its very words stand at the offsets that it gives."""
    claim = item.claim
    spans: tuple[Span, ...] = ()
    if claim.start is not None and claim.end is not None and text is not None:
        if 0 <= claim.start < claim.end and text[claim.start : claim.end] == claim.surface:
            spans = (Span(claim.start, claim.end, claim.surface),)
        else:
            said = f"{claim.start}, {claim.end} are not {claim.surface!r}"
            ledger.lose("offsets-ignored", "repaired", where, said, document=document)
    return Mention(
        id=item.id or "",
        type=item.label,
        spans=spans,
        surface=None if spans else claim.surface,
        score=item.score,
    )


FORMAT = Format(
    name="llm",
    title="answers of language models: labelled words as JSON, fenced or among remarks",
    suffixes=(".json", ".jsonl"),
    sniff=sniff,
    read=read,
)
