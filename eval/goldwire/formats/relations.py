"""Relations in records of labelled spans, whose ends are ids, positions or places of spans."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from goldwire.formats.graph import with_entities
from goldwire.formats.ledger import Ledger
from goldwire.model import Annotation, Relation

_HEADS = ("from_id", "head_span", "head", "subj", "dep", "source", "arg1_id", "subject")
_TAILS = ("to_id", "child_span", "tail", "obj", "child", "dest", "target", "arg2_id", "object")
_TYPES = ("type", "label", "relation", "pred", "predicate")


def linked(
    annotation: Annotation, relations: Sequence[object], ledger: Ledger, *, where: str
) -> Annotation:
    """Add the relations of a record; their ends are ids of mentions, their positions or places."""
    if not relations:
        return annotation
    typed, entity_ids = with_entities(annotation)
    places: dict[object, int] = {}
    for at, mention in enumerate(annotation.mentions or ()):
        places.setdefault(at, at)
        if mention.id:
            places[mention.id] = at
        for span in mention.spans:
            places.setdefault((span.start, span.end), at)
    if any(mention.id for mention in annotation.mentions or ()):
        numbers: dict[object, int] = {
            int(key): at for key, at in places.items() if isinstance(key, str) and key.isdecimal()
        }
        places.update(numbers)
    made = []
    for number, value in enumerate(relations):
        kind, head, tail = _parts(value)
        if kind is None or head not in places or tail not in places:
            ledger.lose(
                "unreadable-relation",
                "dropped",
                f"{where} relation {number + 1}".strip(),
                str(value)[:60],
                document=annotation.doc_id,
            )
            continue
        made.append(
            Relation(
                layer="entity",
                type=kind,
                head=entity_ids[places[head]],
                tail=entity_ids[places[tail]],
            )
        )
    return msgspec.structs.replace(typed, relations=tuple(made))


def _parts(value: object) -> tuple[str | None, object, object]:
    if not isinstance(value, Mapping):
        return None, None, None
    kind = next((value[key] for key in _TYPES if isinstance(value.get(key), str)), None)
    return kind, _end(value, _HEADS), _end(value, _TAILS)


def _end(value: Mapping[str, object], keys: Iterable[str]) -> object:
    """Give an end of a relation as something that a mention is known by."""
    for key in keys:
        found = value.get(key)
        if isinstance(found, Mapping) and {"start", "end"} <= set(found):
            return (found["start"], found["end"])
        if isinstance(found, str | int):
            return found
    return None
