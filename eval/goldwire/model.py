"""The records: frozen values with one JSON shape for gold, annotators and systems.

A `Document` is what a text *is* (its text, where it comes from, what may be done with it); an
`Annotation` is what somebody *says about it* (stand-off layers). Gold, an annotator's pass and a
system's prediction are all an `Annotation`: gold fills every field that the schema demands,
a prediction may leave out whatever it does not attempt.

Offsets are Unicode code points, 0-based, half-open. Labels are plain strings: which ones are
allowed is the ontology's matter (`schema/ontology.json`), checked by `validation`.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

AnnotationSet = Literal["gold", "annotator", "prediction"]

LAYERS = (
    "entities",
    "mentions",
    "values",
    "times",
    "events",
    "event_mentions",
    "attributions",
    "relations",
)
"""The stand-off layers of an annotation record, in the order in which they are written."""

SURFACES = frozenset({"surface", "cue_surface", "content_surface"})
"""The fields in which a prediction gives words in place of spans; gold has none of them."""

AUTHOR = "AUTHOR"
"""The factuality source that stands for the author of the text, beside attribution ids."""


LONGEST = 2**31 - 1
"""The largest offset, in code points: that of a text of about 2 GB."""


class Record(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Base of the records: immutable, compared by value, absent fields left out of the JSON.

    A field that no record knows is refused: a misspelt one would otherwise be lost in silence.
    Records are trees of frozen values, so no cycle can need the garbage collector (`gc=False`).
    """


class Span(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A half-open range of Unicode code points, with the words it covers (`text`).

    A text-free release replaces `text` by `check`, a digest of those words.

    >>> Span(0, 5).overlaps(Span(4, 9))
    True
    >>> Span(7, 7)
    Traceback (most recent call last):
    ValueError: span must satisfy 0 <= start < end, got 7:7
    """

    start: int
    end: int
    text: str | None = None
    check: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= LONGEST:
            rule = "0 <= start < end" if self.end <= LONGEST else f"end <= {LONGEST}"
            message = f"span must satisfy {rule}, got {self.start}:{self.end}"
            raise ValueError(message)

    def overlaps(self, other: "Span") -> bool:
        """Claim that the two ranges share at least one code point."""
        return self.start < other.end and other.start < self.end


class Link(Record, frozen=True, kw_only=True, gc=False):
    """An entity's or event's identifier in a knowledge base, and how far it was checked."""

    kb: str
    id: str | None
    status: str
    evidence: str | None = None


class Entity(Record, frozen=True, kw_only=True, gc=False):
    """What mentions refer to; `group` when it is several things named together."""

    id: str
    type: str
    subtype: str | None = None
    canonical_name: str | None = None
    group: bool = False
    generic: bool = False
    links: tuple[Link, ...] = ()
    note: str | None = None


class Mention(Record, frozen=True, kw_only=True, gc=False):
    """One expression in the text that refers to an entity.

    In gold the entity carries the type. A prediction without coreference gives `type` here, and
    one without offsets gives `surface` and no `spans` (it is *ungrounded*).
    """

    id: str = ""
    entity: str | None = None
    type: str | None = None
    level: str | None = None
    form: str | None = None
    spans: tuple[Span, ...] = ()
    head: Span | None = None
    surface: str | None = None
    score: float | None = None
    difficult: bool = False
    note: str | None = None


class Value(Record, frozen=True, kw_only=True, gc=False):
    """A number, amount or title in the text, with its normalised `value`."""

    id: str = ""
    type: str
    spans: tuple[Span, ...] = ()
    value: float | str | None = None
    mod: str | None = None
    unit: str | None = None
    surface: str | None = None
    score: float | None = None
    difficult: bool = False
    note: str | None = None


class Time(Record, frozen=True, kw_only=True, gc=False):
    """A TIMEX3 expression: `value` is ISO 8601; without spans it is a time that is only implied."""

    id: str = ""
    type: str
    value: str | None = None
    spans: tuple[Span, ...] = ()
    mod: str | None = None
    anchor: str | None = None
    begin: str | None = None
    end: str | None = None
    function: str | None = None
    signal: Span | None = None
    surface: str | None = None
    score: float | None = None
    difficult: bool = False
    note: str | None = None


class Event(Record, frozen=True, kw_only=True, gc=False):
    """One happening; its event mentions are the words that evoke it."""

    id: str
    type: str
    links: tuple[Link, ...] = ()
    note: str | None = None


class Factuality(Record, frozen=True, kw_only=True, gc=False):
    """How certain `source` (AUTHOR or an attribution id) presents the event to be."""

    source: str
    value: str


class Argument(Record, frozen=True, kw_only=True, gc=False):
    """Who or what takes part in an event, and how.

    `ref` is the id of a mention, value, time or event mention; a prediction may instead give the
    `span` of the filler, or only its words (`surface`).
    """

    role: str
    ref: str | None = None
    span: Span | None = None
    surface: str | None = None
    rel: str | None = None
    score: float | None = None


class EventMention(Record, frozen=True, kw_only=True, gc=False):
    """One trigger in the text with its attributes and arguments."""

    id: str = ""
    event: str | None = None
    type: str
    trigger: Span | None = None
    polarity: str | None = None
    tense: str | None = None
    genericity: str | None = None
    aspect: str | None = None
    dct_rel: str | None = None
    medium: str | None = None
    direction: str | None = None
    factuality: tuple[Factuality, ...] = ()
    arguments: tuple[Argument, ...] = ()
    surface: str | None = None
    score: float | None = None
    difficult: bool = False
    note: str | None = None


class Source(Record, frozen=True, kw_only=True, gc=False):
    """Who says it. `spans` is empty when the text leaves the source out (kind IMPLICIT).

    A prediction without offsets gives its words (`surface`).
    """

    kind: str | None = None
    spans: tuple[Span, ...] = ()
    mention: str | None = None
    surface: str | None = None


class Attribution(Record, frozen=True, kw_only=True, gc=False):
    """Who says what: a source, the cue that shows it, and the content.

    A prediction without offsets gives the words of cue and content instead of their spans.
    """

    id: str = ""
    source: Source = Source()
    cue: tuple[Span, ...] = ()
    content: tuple[Span, ...] = ()
    supplement: tuple[Span, ...] = ()
    cue_surface: str | None = None
    content_surface: str | None = None
    time: str | None = None
    type: str | None = None
    attitude: str | None = None
    polarity: str | None = None
    parent: str | None = None
    score: float | None = None
    difficult: bool = False
    note: str | None = None


class Relation(Record, frozen=True, kw_only=True, gc=False):
    """`head` REL `tail`, between two entities or two events, as `layer` says."""

    id: str = ""
    layer: str
    type: str
    head: str
    tail: str
    score: float | None = None
    difficult: bool = False
    note: str | None = None


class Agent(Record, frozen=True, kw_only=True, gc=False):
    """Who made an annotation."""

    id: str
    kind: str
    name: str | None = None
    version: str | None = None


class TextRef(Record, frozen=True, kw_only=True, gc=False):
    """The exact text that offsets count in: its SHA-256, and its lengths."""

    sha256: str
    code_points: int | None = None
    utf8_bytes: int | None = None


class Publisher(Record, frozen=True, kw_only=True, gc=False):
    """Who issued the article."""

    name: str
    url: str | None = None


class ClaimedSource(Record, frozen=True, kw_only=True, gc=False):
    """A source that the article itself names in its credit line."""

    name: str
    kind: str


class ArticleSource(Record, frozen=True, kw_only=True, gc=False):
    """Where an article comes from, as its own page states it."""

    publisher: Publisher | None = None
    canonical_url: str | None = None
    headline: str | None = None
    section: str | None = None
    byline: str | None = None
    dateline_place: str | None = None
    date_published: str | None = None
    credit_line: str | None = None
    claimed_sources: tuple[ClaimedSource, ...] = ()
    iptc_media_topics: tuple[str, ...] = ()


class Annotation(Record, frozen=True, kw_only=True, gc=False):
    """All that one annotator, the gold standard or one system says about one document.

    A layer that is UNSET was not attempted; an empty one was attempted and found nothing.
    """

    schema_version: str | None = None
    guideline_version: str | None = None
    doc_id: str
    annotation_set: AnnotationSet = "prediction"
    annotator: Agent | None = None
    text_ref: TextRef | None = None
    source: ArticleSource | None = None
    entities: tuple[Entity, ...] | UnsetType = UNSET
    mentions: tuple[Mention, ...] | UnsetType = UNSET
    values: tuple[Value, ...] | UnsetType = UNSET
    times: tuple[Time, ...] | UnsetType = UNSET
    events: tuple[Event, ...] | UnsetType = UNSET
    event_mentions: tuple[EventMention, ...] | UnsetType = UNSET
    attributions: tuple[Attribution, ...] | UnsetType = UNSET
    relations: tuple[Relation, ...] | UnsetType = UNSET

    def attempted(self) -> tuple[str, ...]:
        """Name the layers that are present, be they empty or not, in the order of `LAYERS`."""
        return tuple(layer for layer in LAYERS if getattr(self, layer) is not UNSET)


class Zone(Record, frozen=True, kw_only=True, gc=False):
    """A stretch of the text with one editorial function; only `annotatable` ones hold gold."""

    id: str
    kind: str
    start: int
    end: int
    annotatable: bool


class Provenance(Record, frozen=True, kw_only=True, gc=False):
    """A PROV relation of the article to another resource, and how sure that is."""

    relation: str
    target: str
    confidence: str
    evidence: str | None = None


class Rehydration(Record, frozen=True, kw_only=True, gc=False):
    """How a holder of the text turns a text-free release back into a full one."""

    method: str
    recipe_version: str | None = None
    steps: tuple[str, ...] = ()


class Rights(Record, frozen=True, kw_only=True, gc=False):
    """What may be done with the text and with the annotations."""

    text_status: str
    text_rights_holder: str | None = None
    text_license: str | None = None
    redistribution: str
    annotation_license: str
    rehydration: Rehydration | None = None
    takedown_contact: str | None = None


class Document(Record, frozen=True, kw_only=True, gc=False):
    """What a text is: its digest, its zones, where it comes from and what may be done with it."""

    schema_version: str
    doc_id: str
    language: str
    text_ref: TextRef
    source: ArticleSource
    zones: tuple[Zone, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    rights: Rights


class ManifestFile(Record, frozen=True, kw_only=True, gc=False):
    """One file of the corpus, by its path from the corpus root, and its SHA-256."""

    path: str
    sha256: str


class Manifest(Record, frozen=True, kw_only=True, gc=False):
    """The corpus as a whole: its name and version, its splits and the digest of every file."""

    schema_version: str
    guideline_version: str
    name: str
    version: str
    title: str
    description: str
    annotation_license: str
    splits: dict[str, tuple[str, ...]]
    files: tuple[ManifestFile, ...]


RECORDS: Mapping[str, type[Record]] = {
    "entities": Entity,
    "mentions": Mention,
    "values": Value,
    "times": Time,
    "events": Event,
    "event_mentions": EventMention,
    "attributions": Attribution,
    "relations": Relation,
}
"""The record of each layer."""


def layer_of(annotation: Annotation, layer: str) -> tuple[Record, ...]:
    """Give the items of a layer, none when it was not attempted."""
    items = getattr(annotation, layer)
    return () if items is UNSET else items


def items_of(annotation: Annotation) -> Iterator[tuple[str, int, Record]]:
    """Walk all items of all attempted layers as (layer, position, item)."""
    for layer in annotation.attempted():
        for position, item in enumerate(layer_of(annotation, layer)):
            yield layer, position, item
