"""Splits: which documents train, tune and test, and whether their texts are really different.

Documents of one group (an outlet, a day, a story) never part. What is in a split stays there, so a
corpus can grow without last year's test documents turning into training data.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from goldwire.errors import UsageError

Splits = dict[str, tuple[str, ...]]

UNASSIGNED = "unassigned"
"""The split of documents that nobody has assigned yet."""

SPLIT_NAME = re.compile(r"[A-Za-z][0-9A-Za-z_-]*")
"""What a manifest may call a split."""

N_WORDS = 5
"""Texts are compared by their runs of this many words."""

_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Alike:
    """Two documents of different splits whose texts share much; `likeness` is Jaccard's, 0–1."""

    first: str
    first_split: str
    second: str
    second_split: str
    likeness: float


def assign(
    groups: Mapping[str, str],
    shares: Mapping[str, float],
    *,
    seed: int,
    kept: Mapping[str, Sequence[str]] | None = None,
) -> Splits:
    """Assign documents to splits by group, near to the shares wanted; a seed gives one answer.

    `groups` maps every document to its group, `shares` every split to its share of the documents
    (they need not add up to 1), `kept` says what is assigned already and stays. A group goes where
    its documents already are, else, in an order that the seed decides, to the split that lacks
    most. Raises UsageError for shares that are none, and for a group that is already parted.
    """
    if not shares or any(not math.isfinite(share) or share < 0 for share in shares.values()):
        raise UsageError("every split needs a share that is 0 or more, as in train=0.8,test=0.2")
    if not sum(shares.values()):
        raise UsageError("all shares are 0: at least one split must take documents")
    home = _homes(groups, kept or {})
    placed = {doc_id: home[group] for doc_id, group in groups.items() if group in home}
    counts = Counter(placed.values())
    total = sum(shares.values())
    sizes = Counter(group for doc_id, group in groups.items() if doc_id not in placed)
    for group in sorted(sizes, key=lambda name: _draw(seed, name)):
        wanted = {name: share / total * len(groups) for name, share in shares.items() if share}
        home[group] = max(wanted, key=lambda name: wanted[name] - counts[name])
        counts[home[group]] += sizes[group]
    names = {**dict.fromkeys(kept or {}), **dict.fromkeys(shares)}
    found: dict[str, list[str]] = {name: [*(kept or {}).get(name, ())] for name in names}
    known = {doc_id for doc_ids in found.values() for doc_id in doc_ids}
    for doc_id in sorted(groups):
        if doc_id not in known:
            found[home[groups[doc_id]]].append(doc_id)
    return {name: tuple(doc_ids) for name, doc_ids in found.items()}


def _homes(groups: Mapping[str, str], kept: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Find the split that each group already has documents in."""
    home: dict[str, str] = {}
    for split, doc_ids in kept.items():
        for doc_id in doc_ids:
            group = groups.get(doc_id)
            if group is not None and home.setdefault(group, split) != split:
                raise UsageError(
                    f"group {group!r} is already in two splits, {home[group]} and {split} "
                    f"({doc_id}): move its documents into one, or assign all afresh"
                )
    return home


def _draw(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}\0{name}".encode()).hexdigest()


def near_duplicates(
    texts: Mapping[str, str], splits: Mapping[str, Sequence[str]], *, threshold: float
) -> list[Alike]:
    """Find documents of different splits whose texts are nearly the same, most alike first.

    Likeness is the share of word 5-grams (letters and digits, case folded) that two texts have in
    common, of all that either has (Jaccard); it is exact, no pair is missed. Cost grows with the
    number of pairs of texts that share a 5-gram.
    """
    from scipy import sparse

    where = {doc_id: split for split, doc_ids in splits.items() for doc_id in doc_ids}
    names = [doc_id for doc_id in texts if doc_id in where]
    numbers: dict[tuple[str, ...], int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, doc_id in enumerate(names):
        for run in set(_runs(texts[doc_id])):
            rows.append(row)
            columns.append(numbers.setdefault(run, len(numbers)))
    shape = (len(names), max(1, len(numbers)))
    has = sparse.csr_matrix((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape)
    sizes = np.diff(has.indptr)
    found = []
    for start in range(0, len(names), _BLOCK):
        shared = (has[start : start + _BLOCK] @ has.T).tocoo()
        for row, column, n in zip(shared.row + start, shared.col, shared.data, strict=True):
            first, second = names[row], names[column]
            likeness = n / (sizes[row] + sizes[column] - n)
            if row < column and likeness >= threshold and where[first] != where[second]:
                found.append(Alike(first, where[first], second, where[second], float(likeness)))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.first, pair.second))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    for at in range(max(1, len(words) - N_WORDS + 1)):
        yield tuple(words[at : at + N_WORDS])
