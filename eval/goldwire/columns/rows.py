"""Rows while they are collected: integer columns that grow, batch by batch.

`Collected` is one side of a chunk as the records have it: a `Rows` per layer, in the records' own
order, with ids and references as integers. Who collects (from records or from a table) fills it,
and `goldwire.columns.assembly` turns it into a `Side`.
"""

import math
from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from goldwire.columns.numbering import constant
from goldwire.columns.tables import (
    ABSENT,
    ATTRIBUTION_ATTRIBUTES,
    TRIGGER_ATTRIBUTES,
    Bools,
    Floats,
    Ints,
    Vocabularies,
    Vocabulary,
)

PLACE = ("start", "end", "fragments")
ELEMENTS = ("source", "cue", "content")
MENTION_ATTRIBUTES = ("level", "form", "head_start", "head_end")

Values = Iterable[int] | Ints | None
"""Values of an integer column; None stands for `ABSENT` in every row."""


class Column:
    """One integer column while it is collected; rows that nobody gives a value are `ABSENT`."""

    def __init__(self) -> None:
        self.values = array("q")

    def extend(self, values: Iterable[int] | Ints, *, first: int) -> None:
        """Collect the values of the rows from `first` on."""
        self._fill(first)
        if isinstance(values, list):
            self.values.fromlist(values)
        elif isinstance(values, np.ndarray):
            self.values.frombytes(np.ascontiguousarray(values, dtype=np.int64).tobytes())
        else:
            self.values.extend(values)

    def _fill(self, n: int) -> None:
        if len(self.values) < n:
            self.values.extend([ABSENT] * (n - len(self.values)))

    def finish(self, n: int) -> Ints:
        """Give the column: shape [n]."""
        if not self.values:
            return constant(np.int64(ABSENT), n)
        self._fill(n)
        return np.frombuffer(self.values, dtype=np.int64)


class Rows:
    """The rows of one record layer: named integer columns, scores, and which are don't-care.

    `counts` says how many rows each document has.
    """

    def __init__(self, *names: str) -> None:
        self.columns = {name: Column() for name in names}
        self.counts = array("q")
        self.scores: dict[int, float] = {}
        self.ignored: list[int] = []
        self.n = 0

    def __len__(self) -> int:
        return self.n

    def extend(self, counts: Iterable[int] | Ints, n: int, **columns: Values) -> None:
        """Collect `n` rows of some documents, `counts` of each; a column not given is absent."""
        if isinstance(counts, np.ndarray):
            self.counts.frombytes(np.ascontiguousarray(counts, dtype=np.int64).tobytes())
        else:
            self.counts.extend(counts)
        for name, values in columns.items():
            if values is not None:
                self.columns[name].extend(values, first=self.n)
        self.n += n

    def add_scores(self, scores: Sequence[float | None] | Floats) -> None:
        """Say the scores of the rows that come next; None and nan stand for no score."""
        if isinstance(scores, np.ndarray):
            scores = scores.tolist()
        elif scores.count(None) == len(scores):
            return
        self.scores.update(
            (at, score)
            for at, score in enumerate(scores, start=self.n)
            if score is not None and not math.isnan(score)
        )

    def add_ignored(self, claims: Iterable[bool]) -> None:
        """Say which of the rows that come next are don't-care."""
        self.ignored += [at for at, claim in enumerate(claims, start=self.n) if claim]

    def offsets(self, n_documents: int) -> Ints:
        """Give the CSR offsets [n_documents + 1]; a layer nobody collected has no rows."""
        offsets = np.zeros(n_documents + 1, dtype=np.int64)
        if self.counts:
            np.cumsum(np.frombuffer(self.counts, dtype=np.int64), out=offsets[1:])
        return offsets

    def finish(self) -> dict[str, Ints]:
        """Give the columns: each of shape [n]."""
        return {name: column.finish(self.n) for name, column in self.columns.items()}

    def all_scores(self) -> Floats:
        """Give the scores, nan where there is none: shape [n]."""
        if not self.scores:
            return constant(np.float64(np.nan), self.n)
        score = np.full(self.n, np.nan)
        score[list(self.scores)] = list(self.scores.values())
        return score

    def all_ignored(self) -> Bools:
        """Claim of each row that it is don't-care: shape [n]."""
        if not self.ignored:
            return constant(np.False_, self.n)
        ignored = np.zeros(self.n, dtype=np.bool_)
        ignored[self.ignored] = True
        return ignored


class Collected:
    """One side of a chunk as records or tables have it, before references are followed.

    `references` numbers the ids of entities and events, `names` those of everything else, where
    the empty id names nothing; both live as long as the chunk. With `has_entities` mentions have
    entities, be they declared or implied; with `refers` ids of mentions are looked up.
    """

    def __init__(
        self, vocabularies: Vocabularies, *, layers: frozenset[str], surfaces: bool = False
    ) -> None:
        self.words = vocabularies
        self.layers = layers
        self.has_entities = "entities" in layers
        self.refers = not layers.isdisjoint({"event_mentions", "attributions"})
        self.references = Vocabulary()
        self.names = Vocabulary(nameless=True)
        self.n_documents = 0
        self.mention_attributes = (*MENTION_ATTRIBUTES, *(("surface",) if surfaces else ()))
        self.mentions = Rows(*PLACE, "id", "label", "reference", *self.mention_attributes)
        self.entities = Rows("id", "type", "link")
        self.values = Rows(*PLACE, "id", "label", "normalised", "is_implied")
        self.times = Rows(*PLACE, "id", "label", "normalised", "is_implied")
        self.events = Rows("id", "type", "link")
        self.triggers = Rows(*PLACE, "id", "label", "reference", *TRIGGER_ATTRIBUTES)
        self.arguments = Rows(*PLACE, "label", "item", "trigger", "name", "rel")
        self.factuality = Rows("trigger", "name", "value")
        self.attributions = Rows("id", "parent", "kind", "mention", *ATTRIBUTION_ATTRIBUTES)
        self.elements = {name: Rows(*PLACE, "attribution") for name in ELEMENTS}
        self.relations = Rows("is_event", "type", "head", "tail")
        self.fields = Rows("field", "value", "normalised")

    def needs(self, *layers: str) -> bool:
        """Claim that one of these layers was asked for."""
        return not self.layers.isdisjoint(layers)
