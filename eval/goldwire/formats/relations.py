"""Relations between mentions: goldwire has them between entities, so each mention gets its own."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from goldwire.formats.ledger import Ledger
from goldwire.model import Annotation, Entity, Mention, Relation

_HEADS = ("from_id", "head", "subj", "head_span", "dep", "source", "arg1_id", "subject")
_TAILS = ("to_id", "tail", "obj", "child_span", "child", "dest", "target", "arg2_id", "object")
_TYPES = ("type", "label", "relation", "pred", "predicate")


def with_entities(
    annotation: Annotation, clusters: Sequence[Iterable[int]] = ()
) -> tuple[Annotation, list[str]]:
    """Give every mention an entity, one for each cluster of mention positions and one for the rest.

    Also gives the entity's id for each mention. Types move from mentions to entities.
    """
    mentions = annotation.mentions or ()
    cluster_of = {at: number for number, cluster in enumerate(clusters) for at in cluster}
    entities: dict[str, Entity] = {}
    ids: list[str] = []
    changed: list[Mention] = []
    for at, mention in enumerate(mentions):
        name = f"c{cluster_of[at] + 1}" if at in cluster_of else f"e{at + 1}"
        kind = mention.type or ""
        if name not in entities or not entities[name].type:
            entities[name] = Entity(id=name, type=kind)
        ids.append(name)
        own = mention.type if mention.type != entities[name].type else None
        changed.append(msgspec.structs.replace(mention, entity=name, type=own))
    return (
        msgspec.structs.replace(
            annotation, entities=tuple(entities.values()), mentions=tuple(changed)
        ),
        ids,
    )


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
