"""What is in a release, counted while it is written: for the card and the descriptions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from goldwire.formats.released import ReleasedDocument
from goldwire.model import Entity, EventMention, layer_of
from goldwire.release.metadata import Card
from goldwire.release.profiles import Profile, allows_text
from goldwire.release.source import ReleaseSource

SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


@dataclass(slots=True)
class Facts:
    """What a release is and holds; counts are complete once all documents were seen.

    `n_rows`, `n_bytes` (in memory, as Arrow) and `tables` (the paths of the files) are by view and
    split; `text_licenses` count the licences of texts that are in it.
    """

    source: ReleaseSource
    profile: Profile
    digest: str = ""
    splits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    n_rows: dict[tuple[str, str], int] = field(default_factory=dict)
    n_bytes: dict[tuple[str, str], int] = field(default_factory=dict)
    tables: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    publishers: Counter[str] = field(default_factory=Counter)
    entity_types: Counter[str] = field(default_factory=Counter)
    event_types: Counter[str] = field(default_factory=Counter)
    annotators: Counter[str] = field(default_factory=Counter)
    text_status: Counter[str] = field(default_factory=Counter)
    text_licenses: Counter[str] = field(default_factory=Counter)
    dates: set[str] = field(default_factory=set)
    has_protected_text: bool = False

    @property
    def card(self) -> Card:
        """The corpus's metadata file."""
        return self.source.card

    @property
    def private(self) -> bool:
        """Whether the release holds text that may not be passed on."""
        return self.has_protected_text

    @property
    def title(self) -> str:
        """How the release is called in headings."""
        return self.card.pretty_name or self.source.title

    @property
    def n_documents(self) -> int:
        """How many documents the release has."""
        return sum(map(len, self.splits.values()))

    @property
    def size_category(self) -> str:
        """The Hub's name for how many documents there are."""
        return next((name for limit, name in SIZES if self.n_documents < limit), "n>10M")

    def saw(self, row: ReleasedDocument) -> None:
        """Take note of a document as it is written."""
        document, annotation = row.document, row.annotation
        self.languages[document.language] += 1
        self.text_status[row.text_status] += 1
        if document.source.publisher is not None:
            self.publishers[document.source.publisher.name] += 1
        if document.source.date_published:
            self.dates.add(document.source.date_published)
        if annotation.annotator is not None:
            self.annotators[annotation.annotator.kind] += 1
        for entity in layer_of(annotation, "entities"):
            if isinstance(entity, Entity):
                self.entity_types[entity.type] += 1
        for event in layer_of(annotation, "event_mentions"):
            if isinstance(event, EventMention):
                self.event_types[event.type] += 1
        if row.text_status == "full":
            self.text_licenses[document.rights.text_license or "not stated"] += 1
            self.has_protected_text |= not allows_text(document)


def by_count(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    """List counted names, the most frequent first, equal ones by name."""
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))
