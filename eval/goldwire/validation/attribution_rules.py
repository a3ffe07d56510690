"""Who says what, and how certain: sources, nesting, and one factuality value for each source."""

from collections.abc import Iterator

from goldwire.errors import Problem
from goldwire.model import AUTHOR, Attribution, EventMention, Mention, Span
from goldwire.validation.circles import circular
from goldwire.validation.subject import Subject


def attribution_problems(subject: Subject) -> Iterator[Problem]:
    """Check attributions and factuality of gold."""
    parents = {item.id: item.parent for _, item in subject.each("attributions", Attribution)}
    nested_in_themselves = set(circular(parents))
    for pointer, attribution in subject.each("attributions", Attribution):
        yield from _source(subject, pointer, attribution)
        yield from _own_words(subject, pointer, attribution)
        if attribution.id in nested_in_themselves:
            yield subject.problem(
                "GW402", f"{pointer}/parent", f"{attribution.id} is nested in itself"
            )
            continue
        yield from _nesting(subject, pointer, attribution)
    for pointer, mention in subject.each("event_mentions", EventMention):
        yield from _factuality(subject, pointer, mention)


def _source(subject: Subject, pointer: str, attribution: Attribution) -> Iterator[Problem]:
    source = attribution.source
    if source.kind == "IMPLICIT" and (source.spans or source.mention):
        yield subject.problem(
            "GW401", f"{pointer}/source", "an IMPLICIT source has neither spans nor a mention"
        )
        return
    if source.kind not in (None, "IMPLICIT", AUTHOR) and not source.spans:
        yield subject.problem(
            "GW401",
            f"{pointer}/source",
            f"a {source.kind} source needs spans",
            fix="mark who says it, or make the source IMPLICIT",
        )
        return
    mention = subject.get(source.mention, Mention)
    if mention and source.spans and not _share(source.spans, mention.spans):
        yield subject.problem(
            "GW408",
            f"{pointer}/source/mention",
            f"the mention {mention.id} is not in the source's words",
        )


def _share(first: tuple[Span, ...], second: tuple[Span, ...]) -> bool:
    return any(one.overlaps(other) for one in first for other in second)


def _own_words(subject: Subject, pointer: str, attribution: Attribution) -> Iterator[Problem]:
    parts = (
        ("source", "source/spans", attribution.source.spans),
        ("cue", "cue", attribution.cue),
        ("content", "content", attribution.content),
    )
    for number, (name, field, spans) in enumerate(parts):
        for other_name, other_field, other_spans in parts[:number]:
            sound = all(subject.is_sound(f"{pointer}/{place}") for place in (field, other_field))
            if sound and _share(spans, other_spans):
                yield subject.problem(
                    "GW409", f"{pointer}/{field}", f"the {name} overlaps the {other_name}"
                )


def _nesting(subject: Subject, pointer: str, attribution: Attribution) -> Iterator[Problem]:
    parent = subject.get(attribution.parent, Attribution)
    if parent is None or not subject.is_sound(f"{pointer}/content"):
        return
    if not _holds_all(parent.content, attribution.content) and _is_sound(subject, parent):
        yield subject.problem(
            "GW403",
            f"{pointer}/content",
            f"the nested content is not inside the content of {parent.id}",
            fix="correct the spans, or `parent`",
        )


def _is_sound(subject: Subject, attribution: Attribution) -> bool:
    """Claim that no span of this attribution's content is reported already."""
    place = next(
        place for place, item in subject.each("attributions", Attribution) if item is attribution
    )
    return subject.is_sound(f"{place}/content")


def _holds_all(outer: tuple[Span, ...], inner: tuple[Span, ...]) -> bool:
    return all(
        any(frame.start <= span.start and span.end <= frame.end for frame in outer)
        for span in inner
    )


def _factuality(subject: Subject, pointer: str, mention: EventMention) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, factuality in enumerate(mention.factuality):
        place = f"{pointer}/factuality/{position}"
        if factuality.source in seen:
            yield subject.problem(
                "GW405", f"{place}/source", f"{factuality.source} has a value already"
            )
        seen.add(factuality.source)
        source = subject.get(factuality.source, Attribution)
        if source is None or mention.trigger is None or not source.content:
            continue
        is_sound = subject.is_sound(f"{pointer}/trigger") and _is_sound(subject, source)
        if is_sound and not _holds_all(source.content, (mention.trigger,)):
            yield subject.problem(
                "GW407",
                f"{place}/source",
                f"the trigger is not in what {factuality.source} says",
                fix="name the innermost attribution whose content holds the trigger",
            )
    if mention.factuality and AUTHOR not in seen:
        yield subject.problem(
            "GW406", f"{pointer}/factuality", "there is no value for AUTHOR", fix="add one"
        )
