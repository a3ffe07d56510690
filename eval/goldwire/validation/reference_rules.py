"""Ids and references: unique, leading somewhere, and to the right layer; nothing left over."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from goldwire.errors import Problem
from goldwire.model import (
    AUTHOR,
    LAYERS,
    Attribution,
    Entity,
    Event,
    EventMention,
    Mention,
    Relation,
    Time,
    layer_of,
)
from goldwire.ontology import nearest
from goldwire.validation.subject import Subject

FILLERS = ("mentions", "values", "times", "event_mentions")
"""The layers whose items may fill a role."""

RELATED = {"entity": "entities", "event": "events"}
"""The layer that a relation's ends are in."""


class Reference(NamedTuple):
    """One field that names another item, and the layers in which that may be."""

    pointer: str
    target: str
    layers: tuple[str, ...]


def reference_problems(subject: Subject) -> Iterator[Problem]:
    """Check ids, references, relations and arguments of all layers."""
    yield from _repeated_ids(subject)
    dangling = set()
    for reference in references(subject):
        problem = _resolve(subject, reference)
        if problem is not None:
            dangling.add(problem.pointer)
            yield problem
    if subject.is_gold:
        yield from _unmentioned(subject, dangling)
    yield from _relations(subject)
    for pointer, mention in subject.each("event_mentions", EventMention):
        yield from _arguments(subject, pointer, mention)


def _repeated_ids(subject: Subject) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for layer in LAYERS:
        items = layer_of(subject.annotation, layer)
        for position, item in zip(subject.positions[layer], items, strict=True):
            item_id = getattr(item, "id", "")
            pointer = f"/{layer}/{position}"
            first = seen.setdefault(item_id, pointer) if item_id else pointer
            # Systems often count from 0 in every layer; only within one layer that is ambiguous.
            if first != pointer and (subject.is_gold or first.startswith(f"/{layer}/")):
                yield subject.problem(
                    "GW201", f"{pointer}/id", f"the id {item_id!r} stands at {first} already"
                )


def references(subject: Subject) -> Iterator[Reference]:
    """Walk every reference of the record."""
    for pointer, mention in subject.each("mentions", Mention):
        yield from _named(pointer, ("entity", mention.entity, ("entities",)))
    for pointer, time in subject.each("times", Time):
        for name, target in (("anchor", time.anchor), ("begin", time.begin), ("end", time.end)):
            yield from _named(pointer, (name, target, ("times",)))
    for pointer, event_mention in subject.each("event_mentions", EventMention):
        yield from _of_event_mention(pointer, event_mention)
    for pointer, attribution in subject.each("attributions", Attribution):
        yield from _named(
            pointer,
            ("source/mention", attribution.source.mention, ("mentions",)),
            ("time", attribution.time, ("times",)),
            ("parent", attribution.parent, ("attributions",)),
        )
    for pointer, relation in subject.each("relations", Relation):
        if relation.layer in RELATED:
            layers = (RELATED[relation.layer],)
            ends = (("head", relation.head, layers), ("tail", relation.tail, layers))
            yield from _named(pointer, *ends)


def _of_event_mention(pointer: str, mention: EventMention) -> Iterator[Reference]:
    yield from _named(pointer, ("event", mention.event, ("events",)))
    for position, argument in enumerate(mention.arguments):
        yield from _named(pointer, (f"arguments/{position}/ref", argument.ref, FILLERS))
    for position, factuality in enumerate(mention.factuality):
        source = None if factuality.source == AUTHOR else factuality.source
        yield from _named(pointer, (f"factuality/{position}/source", source, ("attributions",)))


def _named(pointer: str, *fields: tuple[str, str | None, tuple[str, ...]]) -> Iterator[Reference]:
    for name, target, layers in fields:
        if target is not None:
            yield Reference(f"{pointer}/{name}", target, layers)


def _resolve(subject: Subject, reference: Reference) -> Problem | None:
    pointer, target, layers = reference
    # A system that numbers its clusters without listing them has said all that is needed.
    if not subject.is_gold and not any(map(subject.attempted, layers)):
        return None
    if not subject.is_gold and any(target in subject.ids_by_layer[layer] for layer in layers):
        return None
    found = subject.layer_by_id.get(target)
    if found in layers or (found is None and subject.nameless.intersection(layers)):
        return None
    wanted = " or ".join(layers)
    if found is not None:
        return subject.problem(
            "GW203",
            pointer,
            f"{target!r} is not in the right layer",
            found=f"an item of {found}",
            expected=f"an item of {wanted}",
        )
    known = [item_id for item_id, layer in subject.layer_by_id.items() if layer in layers]
    near = nearest(target, known)
    return subject.problem(
        "GW202",
        pointer,
        f"nothing has the id {target!r}",
        expected=f"the id of an item of {wanted}",
        fix=f"did you mean {near!r}?" if near else "",
    )


def _unmentioned(subject: Subject, dangling: set[str]) -> Iterator[Problem]:
    """Find entities and events without mention.

    While a mention's own reference is at fault, the item that it meant would look unmentioned too:
    only the reference is reported then.
    """
    mentions = ((place, item.entity) for place, item in subject.each("mentions", Mention))
    entities = ((place, item.id) for place, item in subject.each("entities", Entity))
    yield from _left_over(
        subject, "GW204", "mentions", items=dict(entities), named=dict(mentions), dangling=dangling
    )
    event_mentions = (
        (place, item.event) for place, item in subject.each("event_mentions", EventMention)
    )
    events = ((place, item.id) for place, item in subject.each("events", Event))
    yield from _left_over(
        subject,
        "GW205",
        "event_mentions",
        items=dict(events),
        named=dict(event_mentions),
        dangling=dangling,
    )


def _left_over(
    subject: Subject,
    code: str,
    mention_layer: str,
    *,
    items: Mapping[str, str],
    named: Mapping[str, str | None],
    dangling: set[str],
) -> Iterator[Problem]:
    """Report the items (pointer → id) that no mention (pointer → id of its item) names."""
    is_doubtful = any(
        item_id is None or f"{place}/entity" in dangling or f"{place}/event" in dangling
        for place, item_id in named.items()
    )
    if is_doubtful or not subject.attempted(mention_layer):
        return
    seen = {*named.values(), *subject.named_unread}
    for pointer, item_id in items.items():
        if item_id and item_id not in seen:
            fix = "add one, or remove the item"
            yield subject.problem(code, pointer, f"no mention refers to {item_id!r}", fix=fix)
        seen.add(item_id)


def _relations(subject: Subject) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str, str], str] = {}
    for pointer, relation in subject.each("relations", Relation):
        if relation.head == relation.tail:
            yield subject.problem(
                "GW206", pointer, f"the relation leads from {relation.head!r} to itself"
            )
            continue
        key = (relation.layer, relation.type, relation.head, relation.tail)
        reverse = (relation.layer, relation.type, relation.tail, relation.head)
        is_symmetric = subject.ontology.is_symmetric(relation.layer, relation.type)
        if key in seen or (is_symmetric and reverse in seen):
            first = seen.get(key) or seen[reverse]
            yield subject.problem("GW207", pointer, f"the relation stands at {first} already")
        elif reverse in seen and subject.ontology.label(
            f"{relation.layer}_relation", relation.type
        ):
            yield subject.problem(
                "GW210", pointer, f"{relation.type} stands the other way round at {seen[reverse]}"
            )
        seen.setdefault(key, pointer)


def _arguments(subject: Subject, pointer: str, mention: EventMention) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for position, argument in enumerate(mention.arguments):
        place = f"{pointer}/arguments/{position}"
        if argument.ref is None or argument.span is not None:
            # Gold has only `ref`: there, its absence is the schema's matter.
            is_named = argument.ref is None and argument.surface is not None
            if (
                not subject.is_gold
                and not is_named
                and (argument.ref is None) == (argument.span is None)
            ):
                yield subject.problem(
                    "GW211",
                    place,
                    "an argument needs `ref`, `span` or `surface`, never `ref` and `span`",
                )
            continue
        if (argument.role, argument.ref) in seen:
            message = f"{argument.role} is filled by {argument.ref!r} already"
            yield subject.problem("GW208", place, message)
        elif argument.ref == mention.id:
            yield subject.problem("GW209", place, f"{mention.id!r} is its own {argument.role}")
        seen.add((argument.role, argument.ref))
