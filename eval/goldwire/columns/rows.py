"""Rows while they are collected: lists of integers that become sorted columns at the end."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from goldwire.columns.tables import ABSENT, FILLER_KINDS, Ints, Spans, Table

UNRESOLVED, MENTION, VALUE, TIME, EVENT, SPAN = range(len(FILLER_KINDS))

Places = tuple[list[int], list[int], list[int] | None]
"""Starts, ends and fragment ids of span lists; None stands for fragment ids that are all 0."""

Row = tuple[int, ...]


class Column:
    """One integer column while it is collected; nothing is kept while all of it is `ABSENT`."""

    def __init__(self) -> None:
        self.values = array("q")
        self.n_absent = 0

    def extend(self, values: Iterable[int] | None, n: int) -> None:
        """Collect `n` values; None stands for all of them absent."""
        if values is None:
            if self.values:
                self.values.extend([ABSENT] * n)
            else:
                self.n_absent += n
        else:
            if not self.values:
                self.values.extend([ABSENT] * self.n_absent)
            self.values.extend(values)

    def finish(self, n: int) -> Ints:
        """Give the column: shape [n]."""
        if not self.values:
            return np.full(n, ABSENT, dtype=np.int64)
        return np.frombuffer(self.values, dtype=np.int64)


class Rows:
    """Rows of one span layer while they are collected, column by column.

    Plain lists of integers: rows kept as tuples would cost more in garbage collection than in work.
    """

    def __init__(self, *extra: str) -> None:
        names = ("start", "end", "fragments", "label", "item", *extra)
        self.columns = {name: Column() for name in names}
        self.n = 0
        self.per_document: list[int] = [0]
        self.scores: dict[int, float] = {}
        self.ignored: list[int] = []

    def __len__(self) -> int:
        return self.n

    def extend(self, n: int, places: Places, **columns: Iterable[int] | None) -> None:
        """Collect `n` rows; a column that is None is absent in all of them."""
        starts, ends, fragments = places
        self.columns["start"].extend(starts, n)
        self.columns["end"].extend(ends, n)
        self.columns["fragments"].extend(fragments, n)
        for name, values in columns.items():
            self.columns[name].extend(values, n)
        self.n += n

    def end_document(self) -> None:
        """Say that all rows of a document have been collected."""
        self.per_document.append(self.n)

    def finish(self) -> tuple[Spans, Ints]:
        """Give the spans in canonical order, and for each collected row its place among them."""
        n = self.n
        offsets = np.array(self.per_document, dtype=np.int64)
        columns = {name: column.finish(n) for name, column in self.columns.items()}
        columns["fragments"] = np.maximum(columns["fragments"], 0)
        document = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        if not self.columns["item"].values:
            columns["item"] = np.arange(n) - offsets[document]
        order = _canonical_order(
            document, *(columns[name] for name in ("start", "end", "fragments", "label", "item"))
        )
        rank = np.empty(n, dtype=np.int64)
        rank[order] = np.arange(n)
        score = np.full(n, np.nan)
        score[list(self.scores)] = list(self.scores.values())
        ignored = np.zeros(n, dtype=np.bool_)
        ignored[self.ignored] = True
        columns = {name: column[order] for name, column in columns.items()}
        spans = Spans(
            offsets=offsets,
            start=columns.pop("start"),
            end=columns.pop("end"),
            fragments=columns.pop("fragments"),
            label=columns.pop("label"),
            item=columns.pop("item"),
            ignored=ignored[order],
            score=score[order],
            extra=columns,
        )
        return spans, rank


def _canonical_order(*keys: Ints) -> Ints:
    """Give the order that sorts by all keys, the first one first: one packed key if it fits."""
    n = len(keys[0])
    packed = np.zeros(n, dtype=np.int64)
    room = 2**62
    for key in keys[:-1]:
        size = int(key.max(initial=0)) + 2
        room //= size
        packed = packed * size + key + 1
    # The last key is the record's own order, which a stable sort keeps.
    return np.argsort(packed, kind="stable") if room else np.lexsort(keys[::-1])


def offsets_of(document: Ints, n_documents: int) -> Ints:
    """Give the CSR offsets [n_documents + 1] of rows whose documents ascend."""
    offsets = np.zeros(n_documents + 1, dtype=np.int64)
    np.cumsum(np.bincount(document, minlength=n_documents), out=offsets[1:])
    return offsets


def table_of(names: Sequence[str], rows: list[Row], n_documents: int) -> Table:
    """Make a table of rows (document, *names), which must ascend in document."""
    matrix = np.array(rows, dtype=np.int64).reshape(len(rows), len(names) + 1).T.copy()
    return Table(offsets_of(matrix[0], n_documents), dict(zip(names, matrix[1:], strict=True)))


def moved(rank: Ints, numbers: Ints) -> Ints:
    """Follow collected row numbers through a sort; negative ones mean absence and stay."""
    return np.where(numbers < 0, numbers, rank[np.maximum(numbers, 0)]) if len(rank) else numbers


class Clusters:
    """Entities or events while they are collected; a cluster's row is its number."""

    def __init__(self) -> None:
        self.document: list[int] = []
        self.type: list[int] = []
        self.link: list[int] = []

    def __len__(self) -> int:
        return len(self.document)

    def extend(self, document: int, types: Sequence[int], links: Sequence[int]) -> None:
        """Collect clusters of one document."""
        self.document += [document] * len(types)
        self.type += types
        self.link += links

    def finish(self, n_documents: int) -> Table:
        """Give the table of all clusters."""
        columns = {
            name: np.array(values, dtype=np.int64)
            for name, values in (("type", self.type), ("link", self.link))
        }
        return Table(offsets_of(np.array(self.document, dtype=np.int64), n_documents), columns)


class Fillers:
    """What can fill a role in one document: kind, place and cluster of everything with an id."""

    def __init__(self) -> None:
        self.position: dict[str, int] = {}
        self.kind: list[int] = [UNRESOLVED]
        self.start: list[int] = [ABSENT]
        self.end: list[int] = [ABSENT]
        self.fragments: list[int] = [0]
        self.cluster: list[int] = [ABSENT]

    def add(self, kind: int, ids: Sequence[str], places: Places, clusters: Iterable[int]) -> None:
        """Name items; position 0 stays what an unknown id leads to."""
        first = len(self.kind)
        self.position.update(zip(ids, range(first, first + len(ids)), strict=True))
        self.kind += [kind] * len(ids)
        self.start += places[0]
        self.end += places[1]
        self.fragments += [0] * len(ids) if places[2] is None else places[2]
        self.cluster += clusters

    def find(self, reference: str | None) -> int:
        """Give the position of what an id names, 0 for nothing."""
        return self.position.get(reference, 0) if reference else 0


def with_column(spans: Spans, name: str, column: Ints) -> Spans:
    """Give the same spans with an extra column added or replaced."""
    return replace(spans, extra={**spans.extra, name: column})
