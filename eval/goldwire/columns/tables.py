"""The shape of columns: integer tables of a chunk of documents, gold and predicted side by side.

A `Chunk` holds some documents, gold and predicted side by side, as CSR tables: all rows of a layer
in one array, rows of document *i* at `offsets[i]:offsets[i + 1]`. Labels, values and link ids are
integers of vocabularies that both sides share, so that equality of integers is equality of labels.

Rows are in canonical order (document, start, end, fragments, label, then the record's own order);
every metric is therefore independent of the order of items in a file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from goldwire.model import Document

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Made = TypeVar("Made")

ABSENT = -1
"""Stands in an integer column where the record says nothing."""

TRIGGER_ATTRIBUTES = (
    "polarity",
    "tense",
    "genericity",
    "aspect",
    "dct_rel",
    "medium",
    "direction",
)
ATTRIBUTION_ATTRIBUTES = ("type", "attitude", "polarity")
FIELDS = ("publisher", "headline", "date_published", "credit_line", "claimed_sources")
FILLER_KINDS = ("unresolved", "mention", "value", "time", "event", "span")


class Vocabulary:
    """Strings as integers in order of first appearance; grows while columns are built.

    None is `ABSENT`, and so is the empty string when it is `nameless`.
    """

    def __init__(self, *, nameless: bool = False) -> None:
        # None stands among the names, so that a whole column is looked up in one sweep.
        self._ids: dict[str | None, int] = {None: ABSENT, **({"": ABSENT} if nameless else {})}
        self._n_absent = len(self._ids)

    def __len__(self) -> int:
        return len(self._ids) - self._n_absent

    def id(self, name: str) -> int:
        """Give the integer of a name, a new one for a new name."""
        return self._ids.setdefault(name, len(self))

    def ids(self, names: Sequence[str | None]) -> list[int]:
        """Give the integers of names, `ABSENT` for None."""
        known = self._ids
        try:
            return list(map(known.__getitem__, names))
        except KeyError:
            n_absent = self._n_absent
            return [known.setdefault(name, len(known) - n_absent) for name in names]

    def ids_or_absent(self, names: Sequence[str | None]) -> list[int] | None:
        """Give the integers of names, or None when every name is None."""
        return None if names.count(None) == len(names) else self.ids(names)

    @property
    def names(self) -> tuple[str, ...]:
        """Name the integers: `names[id]`."""
        return tuple(name for name, at in self._ids.items() if name is not None and at != ABSENT)


class Vocabularies:
    """The vocabularies of one scoring run, by what they name; made on first use.

    Used names: `mentions`, `values`, `times`, `triggers` (event types), `roles`, `relations`,
    `normalised` (values of times and values), `links`, `surfaces` (folded words of mentions),
    `field_values` and `normalised_field_values` (of document fields), and one per attribute
    (`polarity`, `level`, …). `fragments` interns the fragment lists of discontinuous spans, 0
    meaning contiguous.
    """

    def __init__(self) -> None:
        self._by_kind: dict[str, Vocabulary] = {}
        self.fragments: dict[tuple[tuple[int, int], ...], int] = {(): 0}

    def __getitem__(self, kind: str) -> Vocabulary:
        return self._by_kind.setdefault(kind, Vocabulary())

    def hull(self, spans: Iterable[tuple[int, int]]) -> tuple[int, int, int]:
        """Give start and end of a discontinuous span's hull, and the id of its fragment list."""
        pieces = tuple(sorted(spans))
        fragments = self.fragments.setdefault(pieces, len(self.fragments))
        return pieces[0][0], max(end for _, end in pieces), fragments

    def fragment_lists(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """List the fragments of each interned id, in code points: `fragment_lists()[id]`."""
        return tuple(self.fragments)


@dataclass(frozen=True)
class Spans:
    """The spans of one layer on one side: `n` rows over `d` documents, in canonical order.

    `start` and `end` [n] are code points; of a discontinuous span they are its hull, and
    `fragments` [n] is then the id of its interned fragment list (0 when contiguous). An
    ungrounded item has start and end `ABSENT`: it equals and overlaps nothing.
    `label` [n] indexes the layer's vocabulary; `item` [n] is the position in the record's layer.
    `ignored` [n] marks don't-care items (gold only). `extra` holds further integer columns [n].
    """

    offsets: Ints
    start: Ints
    end: Ints
    fragments: Ints
    label: Ints
    item: Ints
    ignored: Bools
    score: Floats
    extra: Mapping[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def document(self) -> Ints:
        """The document of each row, as a position in the chunk: shape [n]."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows without a span of their own (attributions, relations, clusters): CSR by document."""

    offsets: Ints
    columns: Mapping[str, Ints]

    def __len__(self) -> int:
        return int(self.offsets[-1])

    def __getitem__(self, column: str) -> Ints:
        return self.columns[column]

    @property
    def document(self) -> Ints:
        """The document of each row, as a position in the chunk: shape [n]."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


@dataclass(frozen=True, slots=True)
class Side:
    """All columns of one side of a chunk.

    Spans (with their `extra` columns):
    `mentions` (entity: cluster, level, form, head_start, head_end, and surface when asked for;
    ABSENT where nobody tells the words), `values` and `times` (normalised), `triggers` (event:
    cluster, and `TRIGGER_ATTRIBUTES`), `arguments` (label: role; trigger: row in `triggers`,
    filler: index in `FILLER_KINDS`, cluster: entity or event cluster of the filler, rel),
    `sources`, `cues`, `contents` (attribution: row in `attributions`).

    Tables: `entities` and `events` (type, link; the row is the cluster number), `attributions`
    (source, cue, content: rows or ABSENT; kind; parent: row, ABSENT, or -2 for an unknown one;
    entity: cluster of the source; `ATTRIBUTION_ATTRIBUTES`), `relations` (is_event, type, head,
    tail: clusters or ABSENT),
    `factuality` (trigger: row, attribution: row, -1 for AUTHOR or -2 for an unknown source; value),
    `fields` of the article (field: index in `FIELDS`, value, normalised).
    """

    mentions: Spans
    values: Spans
    times: Spans
    triggers: Spans
    arguments: Spans
    sources: Spans
    cues: Spans
    contents: Spans
    entities: Table
    events: Table
    attributions: Table
    relations: Table
    factuality: Table
    fields: Table


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some documents, gold and predicted, in columns that share their vocabularies."""

    doc_ids: tuple[str, ...]
    gold: Side
    predicted: Side
    vocabularies: Vocabularies
    documents: tuple[Document | None, ...] = ()
    _memo: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: object, make: Callable[[], Made]) -> Made:
        """Give `make()`, computed once per chunk and key: what several metrics share."""
        if key not in self._memo:
            self._memo[key] = make()
        return cast("Made", self._memo[key])

    @property
    def n_documents(self) -> int:
        """How many documents the chunk holds."""
        return len(self.doc_ids)

    def swapped(self) -> "Chunk":
        """Give the chunk with gold and predicted exchanged."""
        return Chunk(self.doc_ids, self.predicted, self.gold, self.vocabularies, self.documents)
