"""Labels that must agree with each other: types, roles and their fillers, attributes, subtypes."""

from collections.abc import Iterator

from goldwire.errors import Problem
from goldwire.model import Entity, Event, EventMention, Mention, Time, Value
from goldwire.ontology import nearest
from goldwire.validation.subject import Subject

TYPED_ATTRIBUTES = ("medium", "direction")
"""Attributes that only some event types have."""


def ontology_problems(subject: Subject) -> Iterator[Problem]:
    """Check what no single field shows; that a label exists at all is the schema's matter."""
    yield from _mention_types(subject)
    if subject.is_gold:
        yield from _subtypes(subject)
    disputed = set()
    for problem in _event_types(subject):
        disputed.add(problem.pointer.removesuffix("/type"))
        yield problem
    for pointer, mention in subject.each("event_mentions", EventMention):
        if subject.is_gold and pointer not in disputed:
            yield from _roles(subject, pointer, mention)
            yield from _attributes(subject, pointer, mention)


def _mention_types(subject: Subject) -> Iterator[Problem]:
    """Where a mention says its type although its entity has one, the two must agree."""
    for pointer, mention in subject.each("mentions", Mention):
        entity = subject.get(mention.entity, Entity)
        if entity and mention.type and not subject.is_gold and mention.type != entity.type:
            yield subject.problem(
                "GW305",
                f"{pointer}/type",
                "the mention and its entity differ in type",
                found=mention.type,
                expected=entity.type,
            )


def _subtypes(subject: Subject) -> Iterator[Problem]:
    if subject.ontology.origin == "inferred":
        return
    for pointer, entity in subject.each("entities", Entity):
        label = subject.ontology.label("entity_type", entity.type)
        if label and entity.subtype is not None and entity.subtype not in label.subtypes:
            yield subject.problem(
                "GW308",
                f"{pointer}/subtype",
                f"{entity.type} does not have this subtype",
                found=entity.subtype,
                expected=f"one of {', '.join(label.subtypes)}" if label.subtypes else "no subtype",
            )


def _event_types(subject: Subject) -> Iterator[Problem]:
    mentions_by_event: dict[str, list[tuple[str, EventMention]]] = {}
    for pointer, mention in subject.each("event_mentions", EventMention):
        if mention.event is not None:
            mentions_by_event.setdefault(mention.event, []).append((pointer, mention))
    for pointer, event in subject.each("events", Event):
        mentions = mentions_by_event.get(event.id, [])
        types = {mention.type for _, mention in mentions}
        if not _are_known(subject, types | {event.type}):
            continue
        if len(mentions) > 1 and len(types) == 1 and event.type not in types:
            yield subject.problem(
                "GW302",
                f"{pointer}/type",
                "all mentions of the event have another type",
                found=event.type,
                expected=types.pop(),
            )
            continue
        for place, mention in mentions:
            if mention.type != event.type:
                yield subject.problem(
                    "GW302",
                    f"{place}/type",
                    f"the event {event.id} has another type",
                    found=mention.type,
                    expected=event.type,
                )


def _are_known(subject: Subject, types: set[str]) -> bool:
    return all(subject.ontology.label("event_type", event_type) for event_type in types)


def _roles(subject: Subject, pointer: str, mention: EventMention) -> Iterator[Problem]:
    if not _are_known(subject, {mention.type}):
        return
    allowed = subject.ontology.roles_of(mention.type)
    for position, argument in enumerate(mention.arguments):
        place = f"{pointer}/arguments/{position}"
        filler = subject.by_id.get(argument.ref or "")
        if argument.role not in allowed:
            near = nearest(argument.role, allowed)
            yield subject.problem(
                "GW303",
                f"{place}/role",
                f"{mention.type} does not have this role",
                found=argument.role,
                expected=f"one of {', '.join(allowed)}",
                fix=f"did you mean {near}?" if near else "",
            )
            continue
        layer, label = _described(subject, filler)
        if layer and not subject.ontology.allows(
            mention.type, argument.role, layer=layer, label=label
        ):
            fillers = subject.ontology.fillers(mention.type, argument.role)
            yield subject.problem(
                "GW304",
                f"{place}/ref",
                f"{argument.ref} may not be the {argument.role} of {mention.type}",
                found=f"{layer} {label}",
                expected=f"one of {', '.join(fillers)}",
            )
        elif argument.rel is not None and layer not in ("time", ""):
            yield subject.problem(
                "GW306", f"{place}/rel", "only a time has a `rel`", found=f"{layer} {label}"
            )


def _described(subject: Subject, filler: object) -> tuple[str, str]:
    """Say of which layer and label an item is; empty where it cannot be told without guessing."""
    if isinstance(filler, Mention):
        entity = subject.get(filler.entity, Entity)
        label = entity.type if entity else filler.type
        known = label is not None and subject.ontology.label("entity_type", label)
        return ("entity", label) if known and label else ("", "")
    if isinstance(filler, Value):
        known = subject.ontology.label("value_type", filler.type)
        return ("value", filler.type) if known else ("", "")
    if isinstance(filler, Time):
        return ("time", filler.type)
    if isinstance(filler, EventMention):
        return ("event", filler.type)
    return ("", "")


def _attributes(subject: Subject, pointer: str, mention: EventMention) -> Iterator[Problem]:
    label = subject.ontology.label("event_type", mention.type)
    if label is None or subject.ontology.origin == "inferred":
        return
    for name in TYPED_ATTRIBUTES:
        if getattr(mention, name) is not None and name not in label.attributes:
            yield subject.problem(
                "GW307",
                f"{pointer}/{name}",
                f"{mention.type} does not have the attribute {name}",
                found=getattr(mention, name),
            )
