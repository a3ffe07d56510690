"""Coreference, links and relations: from formats that have them between mentions to entities.

goldwire relates entities and events, most formats relate mentions. So where a file has any of
these, every mention gets an entity: one for each cluster, and one of its own for the rest. Events
likewise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from goldwire.formats.ledger import Ledger
from goldwire.model import Annotation, Entity, Event, Link, Mention, Relation


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two mentions or two event mentions, by their ids in the file."""

    type: str
    head: str
    tail: str
    id: str = ""
    where: str = ""
    score: float | None = None


def connect(
    annotation: Annotation,
    ledger: Ledger,
    *,
    clusters: Iterable[Iterable[str]] = (),
    edges: Iterable[Edge] = (),
    links: Mapping[str, Sequence[Link]] | None = None,
) -> Annotation:
    """Add entities, events and relations to a record whose mentions have the file's ids.

    Clusters and edges are of ids of mentions, or of event mentions; clusters that share a member
    are one. Edges that lead from the one kind to the other, or nowhere, are entered as dropped.
    """
    clusters = [list(cluster) for cluster in clusters]
    mentions = {mention.id: at for at, mention in enumerate(annotation.mentions or ())}
    events = {event.id: at for at, event in enumerate(annotation.event_mentions or ())}
    between: list[Edge] = []
    among: list[Edge] = []
    for edge in edges:
        if edge.head in mentions and edge.tail in mentions:
            between.append(edge)
        elif edge.head in events and edge.tail in events:
            among.append(edge)
        else:
            said = f"{edge.type} {edge.head} {edge.tail}"
            ledger.lose("relation", "dropped", edge.where, said, document=annotation.doc_id)
    linked = {name: found for name, found in (links or {}).items() if name in mentions}
    joined = merged_clusters(clusters, mentions)
    relations: list[Relation] = []
    if joined or between or linked:
        annotation, ids = with_entities(annotation, joined)
        annotation = _with_links(annotation, linked, {name: ids[mentions[name]] for name in linked})
        relations += _relations("entity", between, {name: ids[at] for name, at in mentions.items()})
    joined = merged_clusters(clusters, events)
    if joined or among:
        annotation, names = _with_events(annotation, joined)
        relations += _relations("event", among, names)
    return msgspec.structs.replace(annotation, relations=tuple(relations) or msgspec.UNSET)


def merged_clusters(
    clusters: Iterable[Iterable[str]], positions: Mapping[str, int]
) -> list[set[int]]:
    """Turn clusters of ids into clusters of positions, those that share a member joined."""
    merged: list[set[int]] = []
    for ids in clusters:
        members = {positions[name] for name in ids if name in positions}
        apart = [cluster for cluster in merged if not cluster & members]
        joined = members.union(*(cluster for cluster in merged if cluster & members))
        merged = [*apart, joined] if joined else apart
    return sorted(merged, key=min)


def with_entities(
    annotation: Annotation, clusters: Sequence[Iterable[int]] = ()
) -> tuple[Annotation, list[str]]:
    """Give every mention an entity, one for each cluster of mention positions and one for the rest.

    Also gives the entity's id for each mention. Types move from mentions to entities.
    """
    cluster_of = {at: number for number, cluster in enumerate(clusters) for at in cluster}
    entities: dict[str, Entity] = {}
    ids: list[str] = []
    changed: list[Mention] = []
    for at, mention in enumerate(annotation.mentions or ()):
        name = f"c{cluster_of[at] + 1}" if at in cluster_of else f"e{at + 1}"
        if name not in entities or not entities[name].type:
            entities[name] = Entity(id=name, type=mention.type or "")
        ids.append(name)
        own = mention.type if mention.type != entities[name].type else None
        changed.append(msgspec.structs.replace(mention, entity=name, type=own))
    return (
        msgspec.structs.replace(
            annotation, entities=tuple(entities.values()), mentions=tuple(changed)
        ),
        ids,
    )


def _with_links(
    annotation: Annotation, links: Mapping[str, Sequence[Link]], entity_ids: Mapping[str, str]
) -> Annotation:
    """Give entities the links of their mentions, each once."""
    by_entity: dict[str, dict[Link, None]] = {}
    for name, found in links.items():
        by_entity.setdefault(entity_ids[name], {}).update(dict.fromkeys(found))
    entities = tuple(
        msgspec.structs.replace(entity, links=tuple(by_entity.get(entity.id, ())))
        for entity in annotation.entities or ()
    )
    return msgspec.structs.replace(annotation, entities=entities)


def _with_events(
    annotation: Annotation, clusters: Sequence[Iterable[int]]
) -> tuple[Annotation, dict[str, str]]:
    """Give every event mention an event, called by the first mention of its cluster."""
    mentions = annotation.event_mentions or ()
    first = {at: mentions[min(cluster)].id for cluster in clusters for at in cluster}
    event_of = {mention.id: first.get(at, mention.id) for at, mention in enumerate(mentions)}
    kinds = {mention.id: mention.type for mention in mentions}
    names = dict.fromkeys(event_of.values())
    return (
        msgspec.structs.replace(
            annotation,
            events=tuple(Event(id=name, type=kinds[name]) for name in names),
            event_mentions=tuple(
                msgspec.structs.replace(mention, event=event_of[mention.id]) for mention in mentions
            ),
        ),
        event_of,
    )


def _relations(layer: str, edges: Iterable[Edge], ids: Mapping[str, str]) -> Iterable[Relation]:
    for edge in edges:
        yield Relation(
            id=edge.id,
            layer=layer,
            type=edge.type,
            head=ids[edge.head],
            tail=ids[edge.tail],
            score=edge.score,
        )
