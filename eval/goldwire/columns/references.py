"""References followed: which row of a document an id names, and which cluster a mention is in.

Ids and references are integers; what they name is looked up in the document that they stand in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from goldwire.columns.numbering import DIRECT
from goldwire.columns.tables import ABSENT, Ints, Table


@dataclass(frozen=True, slots=True)
class Names:
    """What is named in each document: row i is called `id[i]` in `document[i]` (`ABSENT`: nothing).

    Where several rows of a document have one id, it names the last.
    """

    document: Ints
    id: Ints

    def find(self, document: Ints, reference: Ints) -> Ints:
        """Give the row that each reference names, `ABSENT` without one: shape of `reference`."""
        named = np.flatnonzero(self.id != ABSENT)
        if not len(named) or not len(reference):
            return np.full(len(reference), ABSENT, dtype=np.int64)
        width = 1 + max(int(self.id.max()), int(reference.max()))
        n_documents = 1 + max(int(self.document.max()), int(document.max()))
        keys = self.document[named] * width + self.id[named]
        wanted = document * width + np.maximum(reference, 0)
        if n_documents * width <= DIRECT * (len(keys) + len(wanted)):
            rows = np.full(n_documents * width, ABSENT, dtype=np.int64)
            # Of repeated places the last assignment stays.
            rows[keys] = named
            found = rows[wanted]
        else:
            order = np.argsort(keys, kind="stable")
            ascending = np.append(ABSENT, keys[order])
            place = np.searchsorted(ascending, wanted, side="right") - 1
            found = np.append(ABSENT, named[order])[place]
            found[ascending[place] != wanted] = ABSENT
        found[reference == ABSENT] = ABSENT
        return found


@dataclass(frozen=True, slots=True)
class Clusters:
    """Entities or events in ascending order of documents; a cluster's row is its number."""

    document: Ints
    id: Ints
    type: Ints
    link: Ints

    def names(self) -> Names:
        """Give the clusters by their ids."""
        return Names(self.document, self.id)

    def table(self, n_documents: int) -> Table:
        """Give them as a table."""
        offsets = np.zeros(n_documents + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.document, minlength=n_documents), out=offsets[1:])
        return Table(offsets, {"type": self.type, "link": self.link})


def clustered(
    declared: Clusters, *, document: Ints, reference: Ints, label: Ints
) -> tuple[Clusters, Ints]:
    """Put mentions into the clusters they refer to; give all clusters, and that of each mention.

    A cluster that nobody declared is made, after the declared ones of its document: one for all
    mentions that give the same reference, one for each that gives none; its type is its first
    mention's label.
    """
    found = declared.names().find(document, reference)
    lost = np.flatnonzero(found == ABSENT)
    if not len(lost):
        return declared, found
    leader = _first_alike(document[lost], reference[lost])
    is_leader = leader == np.arange(len(lost))
    made = lost[is_leader]
    found[lost] = len(declared.document) + (np.cumsum(is_leader) - 1)[leader]
    documents = np.concatenate([declared.document, document[made]])
    order = np.argsort(documents, kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    clusters = Clusters(
        document=documents[order],
        id=np.concatenate([declared.id, reference[made]])[order],
        type=np.concatenate([declared.type, label[made]])[order],
        link=np.concatenate([declared.link, np.full(len(made), ABSENT)])[order],
    )
    return clusters, number[found]


def _first_alike(document: Ints, reference: Ints) -> Ints:
    """Give the first position with the same document and reference; without one, its own."""
    leader = np.arange(len(document))
    named = np.flatnonzero(reference != ABSENT)
    if len(named):
        key = document[named] * (int(reference.max()) + 1) + reference[named]
        order = np.argsort(key, kind="stable")
        ascending = key[order]
        starts = np.flatnonzero(np.append(True, ascending[1:] != ascending[:-1]))
        sizes = np.diff(np.append(starts, len(order)))
        leader[named[order]] = np.repeat(named[order[starts]], sizes)
    return leader


@dataclass(frozen=True, slots=True)
class Filler:
    """Items of one layer that can fill a role: all arrays [n], `kind` an index in FILLER_KINDS."""

    kind: int
    document: Ints
    id: Ints
    start: Ints
    end: Ints
    fragments: Ints
    cluster: Ints | None = None


@dataclass(frozen=True, slots=True)
class Fillers:
    """Everything with an id that can fill a role: kind, place and cluster [n + 1] of each.

    The last row stands for what a reference that leads nowhere names (`ABSENT` indexes it).
    """

    names: Names
    kind: Ints
    start: Ints
    end: Ints
    fragments: Ints
    cluster: Ints

    def find(self, document: Ints, reference: Ints) -> Ints:
        """Give the row of what each reference names."""
        return self.names.find(document, reference)


def fillers(parts: Sequence[Filler]) -> Fillers:
    """Put the items of several layers together; of equal ids in a document the last part's wins."""
    parts = [part for part in parts if (part.id != ABSENT).any()]

    def together(arrays: Iterable[Ints], nothing: int) -> Ints:
        return np.concatenate([*arrays, np.array([nothing])])

    return Fillers(
        names=Names(
            together((part.document for part in parts), 0),
            together((part.id for part in parts), ABSENT),
        ),
        kind=together((np.full(len(part.id), part.kind) for part in parts), 0),
        start=together((part.start for part in parts), ABSENT),
        end=together((part.end for part in parts), ABSENT),
        fragments=together((part.fragments for part in parts), ABSENT),
        cluster=together(
            (
                np.full(len(part.id), ABSENT) if part.cluster is None else part.cluster
                for part in parts
            ),
            ABSENT,
        ),
    )
