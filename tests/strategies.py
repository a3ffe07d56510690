"""Random documents for property tests: every layer, with nesting, crossing, copies and gaps."""

from hypothesis import strategies as st

from goldwire.model import (
    AUTHOR,
    Annotation,
    Argument,
    Attribution,
    Entity,
    Event,
    EventMention,
    Factuality,
    Mention,
    Relation,
    Source,
    Span,
    Time,
    Value,
)

TEXT_LENGTH = 40
ENTITY_TYPES = ("PER", "ORG", "GPE")
EVENT_TYPES = ("Contact.Meet", "Movement.Deploy")
ROLES = ("Participant", "Place", "Topic")


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """One span of at most eight code points, so that spans meet often."""
    start = draw(st.integers(0, TEXT_LENGTH - 8))
    return Span(start, start + draw(st.integers(1, 8)))


span_lists = st.lists(spans(), min_size=1, max_size=2).map(
    lambda found: tuple(found) if not _overlap(found) else (found[0],)
)


def _overlap(found: list[Span]) -> bool:
    return len(found) == 2 and found[0].overlaps(found[1])


@st.composite
def annotations(draw: st.DrawFn, doc_id: str = "d", *, max_items: int = 5) -> Annotation:
    """A whole record whose references all resolve; any layer may be empty."""

    def some(strategy: st.SearchStrategy[object]) -> list[object]:
        return draw(st.lists(strategy, max_size=max_items))

    entity_ids = [f"e{number}" for number in range(3)]
    event_ids = [f"v{number}" for number in range(2)]
    entities = [Entity(id=e, type=draw(st.sampled_from(ENTITY_TYPES))) for e in entity_ids]
    events = [Event(id=v, type=draw(st.sampled_from(EVENT_TYPES))) for v in event_ids]
    mentions = [
        Mention(
            id=f"m{number}",
            entity=draw(st.sampled_from(entity_ids)),
            level=draw(st.sampled_from(["NAM", "NOM"])),
            spans=(span,),
            head=draw(st.sampled_from([None, Span(span.start, span.start + 1)])),
        )
        for number, span in enumerate(some(spans()))
        if isinstance(span, Span)
    ]
    values = [
        Value(id=f"q{number}", type="QUANT", spans=(span,), value=draw(st.sampled_from([1, 2])))
        for number, span in enumerate(some(spans()))
        if isinstance(span, Span)
    ]
    times = [
        Time(
            id=f"t{number}",
            type=draw(st.sampled_from(["DATE", "DURATION"])),
            value=draw(st.sampled_from(["2022-01-12", "2022-01-13"])),
            spans=(span,),
        )
        for number, span in enumerate(some(spans()))
        if isinstance(span, Span)
    ]
    fillers = [*(m.id for m in mentions), *(v.id for v in values), *(t.id for t in times)]
    attributions = [
        Attribution(
            id=f"a{number}",
            source=Source(kind="NAMED", spans=draw(st.sampled_from([(), (span,)])), mention=None),
            cue=(draw(spans()),),
            content=draw(span_lists),
            type=draw(st.sampled_from(["DIRECT", "INDIRECT"])),
            attitude="ASSERTION",
            polarity="POS",
            parent="a0" if number == 1 else None,
        )
        for number, span in enumerate(some(spans())[:3])
        if isinstance(span, Span)
    ]
    event_mentions = [
        _event_mention(
            draw,
            number,
            span,
            event=draw(st.sampled_from(events)),
            fillers=fillers,
            attribution_ids=[a.id for a in attributions],
        )
        for number, span in enumerate(some(spans()))
        if isinstance(span, Span)
    ]
    relations = [
        Relation(id="r1", layer="entity", type="PART_OF", head="e0", tail="e1"),
        Relation(id="r2", layer="event", type="BEFORE", head="v0", tail="v1"),
    ]
    return Annotation(
        doc_id=doc_id,
        entities=tuple(e for e in entities if any(m.entity == e.id for m in mentions)),
        mentions=tuple(mentions),
        values=tuple(values),
        times=tuple(times),
        events=tuple(v for v in events if any(m.event == v.id for m in event_mentions)),
        event_mentions=tuple(event_mentions),
        attributions=tuple(attributions),
        relations=tuple(
            relation
            for relation in relations
            if {relation.head, relation.tail}
            <= {m.entity for m in mentions} | {m.event for m in event_mentions}
        ),
    )


def _event_mention(
    draw: st.DrawFn,
    number: int,
    trigger: Span,
    *,
    event: Event,
    fillers: list[str],
    attribution_ids: list[str],
) -> EventMention:
    judged_by = draw(st.sampled_from([AUTHOR, *attribution_ids]))
    return EventMention(
        id=f"x{number}",
        event=event.id,
        type=event.type,
        trigger=trigger,
        polarity=draw(st.sampled_from(["POS", "NEG"])),
        tense=draw(st.sampled_from(["PAST", "FUTURE"])),
        genericity="SPECIFIC",
        aspect="NONE",
        dct_rel=draw(st.sampled_from([None, "BEFORE", "AFTER"])),
        factuality=(Factuality(source=judged_by, value="CT+"),),
        arguments=tuple(
            Argument(role=draw(st.sampled_from(ROLES)), ref=draw(st.sampled_from(fillers)))
            for _ in range(draw(st.integers(0, 2)))
            if fillers
        ),
    )
