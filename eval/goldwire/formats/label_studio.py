"""Label Studio's JSON: tasks with annotations (or predictions, or the `completions` of old).

Offsets are those of JavaScript strings, UTF-16 units, unless the words beside them show otherwise.
For gold the annotations are read, one for each task: the one marked as ground truth, else the
first; for predictions the predictions, where a task has any.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, Writing, text_ref
from goldwire.formats.graph import Edge, connect
from goldwire.formats.items import number, whole, words
from goldwire.formats.json_values import field_of, items_of, objects, values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document
from goldwire.formats.placing import Claim, evidence, settle, words_to_ground
from goldwire.formats.projection import project
from goldwire.model import Annotation, Mention
from goldwire.offsets import Convention, to_units

DECLARED = Convention(unit="utf16")
FIELDS = {"mentions": frozenset({"id", "type", "spans"})}
_LABELS = ("labels", "hypertextlabels", "paragraphlabels")
_RESULTS = ("annotations", "completions", "predictions")


@dataclass(frozen=True, slots=True)
class _Region:
    """One labelled span of a task."""

    id: str
    label: str | None
    claim: Claim
    score: float | None
    where: str


@dataclass(frozen=True, slots=True)
class _Task:
    doc_id: str
    text: str
    regions: tuple[_Region, ...]
    edges: tuple[Edge, ...]


def sniff(sample: Sample) -> int:
    """Claim tasks: data, and results of annotators or models."""
    return 2 if any(map(_is_task, sample.objects)) else 0


def _is_task(value: Mapping[str, object]) -> bool:
    return isinstance(value.get("data"), Mapping) and any(key in value for key in _RESULTS)


def read(source: Source) -> Reading:
    """Read a document a task; tasks without a text are entered as dropped."""
    ledger = Ledger(source.name)
    found = [(where, value) for where, value in values(source.data, ledger)]
    tasks = [
        task
        for order, (where, value) in enumerate(found, start=1)
        if isinstance(value, Mapping)
        and (task := _task(value, source, ledger, where=where, order=order)) is not None
    ]
    claims = [
        proof for task in tasks for proof in evidence(task.text, [r.claim for r in task.regions])
    ]
    placing = settle(source, ledger, claims, declared=DECLARED)
    documents = []
    for task in tasks:
        mentions = []
        for region in task.regions:
            spans = placing.place(task.text, region.claim, where=region.where, document=task.doc_id)
            mentions.append(
                Mention(
                    id=region.id,
                    type=region.label,
                    spans=spans,
                    surface=words_to_ground(task.text, spans, [region.claim], region.claim.surface),
                    score=region.score,
                )
            )
        annotation = Annotation(
            doc_id=task.doc_id, text_ref=text_ref(task.text), mentions=tuple(mentions)
        )
        annotation = connect(annotation, ledger, edges=task.edges)
        documents.append(AnnotatedText(annotation, task.text))
    return Reading(tuple(documents), tuple(ledger.losses), placing.dialect, tuple(ledger.problems))


def _task(
    value: Mapping[str, object], source: Source, ledger: Ledger, *, where: str, order: int
) -> _Task | None:
    result = _result(value, ledger, is_gold=source.is_gold, where=where)
    text = _text(value.get("data"), result)
    if text is None:
        ledger.lose("task-without-text", "dropped", where, "its data hold no text")
        return None
    given = field_of(value, "data", "doc_id") or field_of(value, "meta", "doc_id")
    doc_id = name_document(
        source,
        ledger,
        given=given or value.get("id"),
        text=text,
        number=order,
        is_alone=False,
        where=where,
    )
    regions: list[_Region] = []
    edges: list[Edge] = []
    for at, part in enumerate(result, start=1):
        place = f"{where} result {at}"
        if part.get("type") == "relation":
            edges += _edges(part, place)
        elif found := list(_regions(part, place)):
            regions += found
        elif part.get("type") in _LABELS:
            ledger.lose("unreadable-item", "unreadable", place, str(part)[:60], document=doc_id)
            regions.append(_Region("", None, Claim(), None, place))
        else:
            said = str(part.get("type"))
            ledger.lose("result", "dropped", place, said, document=doc_id)
    return _Task(doc_id, text, tuple(regions), tuple(edges))


def _result(
    value: Mapping[str, object], ledger: Ledger, *, is_gold: bool, where: str
) -> list[Mapping[str, object]]:
    """Choose one of a task's annotations; the others are entered as dropped."""
    made = objects(value.get("annotations")) or objects(value.get("completions"))
    predicted = objects(value.get("predictions"))
    several = made if is_gold or not predicted else predicted
    usable = [one for one in several if not one.get("was_cancelled")]
    for one in several:
        if one.get("was_cancelled"):
            ledger.lose("cancelled", "dropped", where, f"annotation {one.get('id')}")
    truth = [one for one in usable if one.get("ground_truth")] or usable
    for one in usable:
        if one is not truth[0]:
            ledger.lose("other-annotation", "dropped", where, f"annotation {one.get('id')}")
    return objects(truth[0].get("result")) if truth else []


def _text(data: object, result: Sequence[Mapping[str, object]]) -> str | None:
    """Find the text among a task's data: what is called so, else what holds the marked words."""
    if not isinstance(data, Mapping):
        return None
    if (text := words(data.get("text"))) is not None:
        return text
    marked = [
        found for part in result if (found := words(field_of(part, "value", "text"))) is not None
    ]
    strings = [value for value in data.values() if isinstance(value, str)]
    return next((text for text in strings if marked and all(one in text for one in marked)), None)


def _regions(part: Mapping[str, object], where: str) -> Iterator[_Region]:
    """Give the spans of one result, one for each of its labels."""
    value = part.get("value")
    if not isinstance(value, Mapping):
        return
    kinds = [key for key in _LABELS if key in value]
    start, end = whole(value.get("start")), whole(value.get("end"))
    if start is None or end is None or kinds == ["hypertextlabels"]:
        start = whole(field_of(value, "globalOffsets", "start"))
        end = whole(field_of(value, "globalOffsets", "end"))
    if not kinds:
        return
    surface = words(value.get("text"))
    name = part.get("id")
    labels = [words(label) for label in items_of(value[kinds[0]])] or [None]
    for at, label in enumerate(labels):
        yield _Region(
            id=f"{name}.{at + 1}" if at and name else str(name or ""),
            label=label,
            claim=Claim(surface=surface) if start is None or end is None else Claim(
                start, end, surface
            ),
            score=number(part.get("score")),
            where=where,
        )  # fmt: skip


def _edges(part: Mapping[str, object], where: str) -> Iterator[Edge]:
    """Give a relation once for each of its labels; a leftward one runs the other way."""
    head, tail = str(part.get("from_id")), str(part.get("to_id"))
    if part.get("direction") == "left":
        head, tail = tail, head
    for label in items_of(part.get("labels")) or [""]:
        yield Edge(str(label), head, tail, where=where)


def write(documents: Sequence[AnnotatedText]) -> Writing:
    """Write tasks with one annotation each, for a `Labels` tag called `label` on `Text` `text`."""
    ledger = Ledger()
    tasks = []
    for document in documents:
        kept = project(document, ledger, fields=FIELDS)
        text = document.text
        if text is None:
            for where in kept.places("mentions"):
                ledger.lose("no-text", "dropped", where, document=document.doc_id)
            continue
        units = to_units(text, "utf16")
        result = []
        taken: set[str] = set()
        for at, mention in enumerate(kept.mentions):
            span = mention.spans[0]
            name = mention.id if mention.id and mention.id not in taken else f"region-{at + 1}"
            taken.add(name)
            result.append(
                {
                    "id": name,
                    "from_name": "label",
                    "to_name": "text",
                    "type": "labels",
                    "value": {
                        "start": int(units[span.start]),
                        "end": int(units[span.end]),
                        "text": text[span.start : span.end],
                        "labels": [mention.type],
                    },
                }
            )
        data = {"doc_id": document.doc_id, "text": text}
        tasks.append({"data": data, "annotations": [{"result": result}]})
    content = json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"
    return Writing({"tasks.json": content.encode()}, tuple(ledger.losses))


FORMAT = Format(
    name="label-studio",
    title="Label Studio's JSON export and import",
    suffixes=(".json",),
    sniff=sniff,
    read=read,
    write=write,
    fields=FIELDS,
    capabilities=frozenset({"text", "nested"}),
)
