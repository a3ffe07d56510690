"""Random records with every layer, for the laws of metrics: gold, and predictions that resemble it.

The text has two regions. In the first, of `NEAR` code points, everything stands close together and
the words repeat; what a test adds beyond it meets nothing, and no two words are the same there.
"""

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import msgspec

from goldwire.model import (
    AUTHOR,
    LAYERS,
    Annotation,
    Argument,
    ArticleSource,
    Attribution,
    ClaimedSource,
    Entity,
    Event,
    EventMention,
    Factuality,
    Link,
    Mention,
    Publisher,
    Relation,
    Source,
    Span,
    Time,
    Value,
)

NEAR = 40
FAR = 100
TEXT = ("Aa " * NEAR)[:FAR] + "".join(chr(0x4E00 + at) for at in range(FAR))

PERS = ("PER", "ORG", "地名")
EVENTS = ("Contact.Meet", "Movement.Deploy")
ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "polarity": ("POS", "NEG"),
    "tense": ("PAST", "FUTURE"),
    "genericity": ("SPECIFIC", "GENERIC"),
    "aspect": ("NONE", "BEGIN"),
    "dct_rel": (None, "BEFORE"),
    "medium": (None, "SPOKEN", "WRITTEN"),
    "direction": (None, "IN", "OUT"),
}
ROLES = ("Participant", "Place", "Topic")
Draw = Callable[[], Span]


def near(rng: Random) -> Span:
    """A span of one to eight code points, so that spans meet often."""
    start = rng.randrange(NEAR - 8)
    return Span(start, start + rng.randint(1, 8))


def whole(rng: Random, doc_id: str) -> Annotation:
    """A record whose references all resolve; layers may be empty, spans nest, cross and repeat."""
    most = rng.choice((0, 2, 4, 6))
    while True:
        found = items(
            rng,
            doc_id,
            prefix="g",
            place=lambda: near(rng),
            most=most,
            entity_types=PERS,
            event_types=EVENTS,
        )
        if has_different_clusters(found):
            return found


def has_different_clusters(record: Annotation) -> bool:
    """Claim that no two entities, nor events, of one type have the same mentions.

    Nothing would tell them apart, so which of them a relation is about would be the file's choice.
    """
    for kinds, members, place in (
        ({e.id: e.type for e in record.entities or ()}, record.mentions or (), "spans"),
        ({v.id: v.type for v in record.events or ()}, record.event_mentions or (), "trigger"),
    ):
        held: dict[str, list[Any]] = {name: [] for name in kinds}
        for member in members:
            cluster = member.entity if isinstance(member, Mention) else member.event
            held.setdefault(cluster or "", []).append(repr(getattr(member, place)))
        contents = [(kinds.get(name), *sorted(places)) for name, places in held.items() if places]
        if len({*contents}) < len(contents):
            return False
    return True


def items(
    rng: Random,
    doc_id: str,
    *,
    prefix: str,
    place: Draw,
    most: int,
    entity_types: tuple[str, ...],
    event_types: tuple[str, ...],
    identifiers: tuple[str, ...] = ("Q1", "Q2"),
) -> Annotation:
    """Up to `most` items of every layer, with ids of their own."""

    def some(at_most: int = most) -> Iterable[int]:
        return range(rng.randint(0, at_most))

    def spans() -> tuple[Span, ...]:
        one, other = sorted((place(), place()), key=lambda span: span.start)
        return (one, other) if one.end < other.start and rng.random() < 0.3 else (one,)

    entities = [
        Entity(
            id=f"{prefix}e{at}",
            type=rng.choice(entity_types),
            links=rng.choice(((), (Link(kb="wd", id=rng.choice(identifiers), status="exact"),))),
        )
        for at in range(most and 3)
    ]
    events = [Event(id=f"{prefix}v{at}", type=rng.choice(event_types)) for at in range(most and 2)]
    mentions = []
    for at in some(2 * most):
        where = spans()
        mentions.append(
            Mention(
                id=f"{prefix}m{at}",
                entity=rng.choice(entities).id,
                level=rng.choice(("NAM", "NOM")),
                form=rng.choice((None, "PER.IND")),
                spans=where,
                head=rng.choice((None, Span(where[0].start, where[0].start + 1))),
            )
        )
    values = [
        Value(
            id=f"{prefix}q{at}",
            type=rng.choice(("QUANT", "TITLE")),
            spans=spans(),
            value=rng.choice((1, 2, None)),
        )
        for at in some()
    ]
    times = [
        Time(
            id=f"{prefix}t{at}",
            type=rng.choice(("DATE", "DURATION")),
            value=rng.choice(("2022-01-12", "2022-01-13")),
            spans=spans(),
        )
        for at in some()
    ]
    attributions = [
        Attribution(
            id=f"{prefix}a{at}",
            source=rng.choice((Source(spans=(place(),)), _source(rng, mentions))),
            cue=(place(),),
            content=spans(),
            type=rng.choice(("DIRECT", "INDIRECT")),
            attitude=rng.choice(("ASSERTION", "BELIEF")),
            polarity="POS",
            parent=f"{prefix}a0" if at == 1 else None,
        )
        for at in some(most // 2)
    ]
    fillers = [*(m.id for m in mentions), *(q.id for q in values), *(t.id for t in times)]
    triggers = []
    for at in some():
        event = rng.choice(events)
        triggers.append(
            EventMention(
                id=f"{prefix}x{at}",
                event=event.id,
                type=event.type,
                trigger=place(),
                **{name: rng.choice(values) for name, values in ATTRIBUTES.items()},
                factuality=tuple(
                    Factuality(source=by, value=rng.choice(("CT+", "PR+")))
                    for by in (AUTHOR, *(a.id for a in attributions[:2]))
                ),
                arguments=tuple(
                    Argument(role=rng.choice(ROLES), ref=rng.choice(fillers))
                    for _ in some(3)
                    if fillers
                ),
            )
        )
    named = [known for known in entities if any(m.entity == known.id for m in mentions)]
    evoked = [known for known in events if any(x.event == known.id for x in triggers)]
    ends = {
        ("entity", "PART_OF"): [known.id for known in named],
        ("event", "BEFORE"): [known.id for known in evoked],
    }
    relations = [
        Relation(id=f"{prefix}r-{layer}", layer=layer, type=kind, head=ids[0], tail=ids[1])
        for (layer, kind), ids in ends.items()
        if len(ids) > 1 and rng.random() < 0.8
    ]
    return Annotation(
        doc_id=doc_id,
        source=ArticleSource(
            publisher=rng.choice((None, Publisher(name="The Paper"))),
            headline=rng.choice((None, "A headline")),
            date_published=rng.choice((None, "2022-01-13")),
            credit_line=rng.choice((None, "SOURCE: AP")),
            claimed_sources=rng.choice(((), (ClaimedSource(name="AP", kind="agency"),))),
        )
        if most
        else None,
        entities=tuple(named),
        mentions=tuple(mentions),
        values=tuple(values),
        times=tuple(times),
        events=tuple(evoked),
        event_mentions=tuple(triggers),
        attributions=tuple(attributions),
        relations=tuple(relations),
    )


def _source(rng: Random, mentions: list[Mention]) -> Source:
    if not mentions:
        return Source()
    mention = rng.choice(mentions)
    return Source(mention=mention.id, spans=mention.spans)


def disturbed(rng: Random, gold: Annotation) -> Annotation:
    """Change gold until its clusters can be told apart."""
    while not has_different_clusters(found := _disturbed(rng, gold)):
        pass
    return found


def _disturbed(rng: Random, gold: Annotation) -> Annotation:
    """Gold with items left out, copied, moved and relabelled; some records are anything at all.

    References of what is left out lead nowhere, and some mentions lose their place.
    """
    if rng.random() < 0.15:
        return whole(rng, gold.doc_id)
    changes: dict[str, Any] = {}
    mentions = gold.mentions or ()
    twins = {
        mention.id: [other for other in mentions if other.entity == mention.entity]
        for mention in mentions
    }
    for layer in LAYERS:
        kept: list[Any] = []
        for item in getattr(gold, layer) or ():
            fate = rng.random()
            if fate < 0.12 and layer not in {"entities", "events"}:
                continue
            kept.append(_changed(rng, item) if fate < 0.4 else item)
            if rng.random() < 0.5:
                kept[-1] = _answered(rng, kept[-1], twins)
            if fate > 0.95 and layer not in {"entities", "events", "relations"}:
                kept.append(msgspec.structs.replace(item, id=f"{item.id}-again"))
        changes[layer] = tuple(kept)
    return msgspec.structs.replace(gold, **changes)


def _changed(rng: Random, item: Any) -> Any:
    """Change something about an item."""
    changes: dict[str, Any] = {}
    says_else = rng.random() < 0.4
    if isinstance(item, Entity):
        changes = {"type": rng.choice((*PERS, "NEW"))}
    elif isinstance(item, EventMention):
        changes = _said_else(rng, item) if says_else else {"trigger": rng.choice((None, near(rng)))}
    elif isinstance(item, Attribution):
        changes = (
            {"type": None, "attitude": None, "polarity": None}
            if says_else
            else {rng.choice(("cue", "content")): (near(rng),)}
        )
    elif isinstance(item, Mention):
        changes = rng.choice(
            (
                {"spans": (near(rng),), "head": None},
                {"spans": (near(rng),), "head": None},
                {"level": rng.choice((None, "NAM")), "form": rng.choice((None, "PER.IND"))},
                {"spans": (), "head": None, "surface": rng.choice(("Aa", "nowhere"))},
            )
        )
    elif isinstance(item, Value | Time):
        other = rng.choice(
            ({"value": None}, {"type": "TITLE" if isinstance(item, Value) else "SET"})
        )
        changes = other if says_else else {"spans": (near(rng),)}
    return msgspec.structs.replace(item, **changes)


def _said_else(rng: Random, item: EventMention) -> dict[str, Any]:
    return {
        "type": rng.choice(EVENTS),
        **{name: rng.choice((None, *values)) for name, values in ATTRIBUTES.items()},
        "arguments": item.arguments[1:],
        "factuality": tuple(
            Factuality(source=judged.source, value=value)
            for judged in item.factuality
            if (value := rng.choice((None, "CT+", "CT-")))
        ),
    }


def _answered(rng: Random, item: Any, twins: dict[str, list[Mention]]) -> Any:
    """Let other mentions of the same entities, `twins`, fill roles and be sources; or any other."""
    replace = msgspec.structs.replace
    every = [one[0] for one in twins.values()]

    def other(ref: str | None) -> Mention | None:
        if ref not in twins:
            return None
        return rng.choice(every if rng.random() < 0.2 else twins[ref])

    if isinstance(item, EventMention):
        return replace(
            item,
            arguments=tuple(
                replace(argument, ref=mention.id) if (mention := other(argument.ref)) else argument
                for argument in item.arguments
            ),
        )
    if isinstance(item, Attribution) and (mention := other(item.source.mention)):
        return replace(item, source=Source(mention=mention.id, spans=mention.spans))
    return item


def pairs(seed: int, n: int) -> list[tuple[Annotation, Annotation]]:
    """Make n documents, gold and predicted; every twentieth prediction is empty."""
    rng = Random(seed)
    found = []
    for at in range(n):
        gold = whole(rng, f"d{at}")
        nothing = Annotation(doc_id=gold.doc_id, **dict.fromkeys(LAYERS, ()))  # type: ignore[arg-type]
        found.append((gold, nothing if at % 20 == 7 else disturbed(rng, gold)))
    return found


def united(record: Annotation, more: Annotation) -> Annotation:
    """Add the items of a second record; of the article's fields those that the first lacks."""
    layers = {
        layer: (*(getattr(record, layer) or ()), *(getattr(more, layer) or ())) for layer in LAYERS
    }
    return msgspec.structs.replace(record, **layers)


def mixed(rng: Random, record: Annotation) -> Annotation:
    """Shuffle the items of every layer and give everything another id."""
    salt = rng.random()

    def new(name: str | None) -> str | None:
        return f"{name[::-1]}~{salt}" if name and name != AUTHOR else name

    replace = msgspec.structs.replace

    def renamed(item: Any) -> Any:
        changes: dict[str, Any] = {"id": new(item.id) or ""}
        for key in ("entity", "event", "parent", "time"):
            if hasattr(item, key):
                changes[key] = new(getattr(item, key))
        if isinstance(item, Relation):
            changes |= {"head": new(item.head), "tail": new(item.tail)}
        if isinstance(item, Attribution):
            changes["source"] = replace(item.source, mention=new(item.source.mention))
        if isinstance(item, EventMention):
            changes["arguments"] = tuple(replace(a, ref=new(a.ref)) for a in item.arguments)
            changes["factuality"] = tuple(replace(f, source=new(f.source)) for f in item.factuality)
        return replace(item, **changes)

    layers = {
        layer: tuple(rng.sample([renamed(item) for item in found], len(found)))
        for layer in LAYERS
        if (found := getattr(record, layer))
    }
    return replace(record, **layers)
