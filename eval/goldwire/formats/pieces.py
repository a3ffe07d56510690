"""Pieces of words: raw output of token classifiers, joined to the mentions that their tags mean.

A pipeline without aggregation gives one item for each sub-word, tagged B- or I-, and leaves out the
pieces that it tagged O.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from goldwire.formats.items import Item
from goldwire.formats.ledger import Ledger
from goldwire.formats.placing import Claim


def are_pieces(rows: Iterable[object]) -> bool:
    """Claim that all items are tagged pieces with an `index`, as `aggregation_strategy="none"` has.

    An empty file has none.
    """
    found = False
    for row in rows:
        label = row.get("entity") if isinstance(row, Mapping) else None
        if not isinstance(row, Mapping) or "index" not in row or "word" not in row:
            return False
        if not isinstance(label, str) or label[:2] not in {"B-", "I-"}:
            return False
        found = True
    return found


def merged(items: Iterable[Item], text: str | None, ledger: Ledger, document: str) -> list[Item]:
    """Join pieces: an I- continues the mention before it within a word or after a blank.

    A hole inside a word (a piece that was tagged O) is bridged and listed. The lowest score of the
    pieces is the mention's.
    """
    result: list[Item] = []
    for at, item in enumerate(items):
        prefix, _, label = (item.label or "").partition("-")
        piece = replace(item, label=label, id=None)
        if prefix == "I" and result and result[-1].label == label:
            gap = _gap(result[-1].claim, piece.claim, text)
            if gap is not None and not gap.strip():
                result[-1] = _joined(result[-1], piece)
                continue
            if gap is not None and " " not in gap:
                ledger.lose(
                    "hole-bridged", "repaired", f"item {at + 1}", repr(gap), document=document
                )
                result[-1] = _joined(result[-1], piece)
                continue
        result.append(piece)
    return result


def _gap(before: Claim, after: Claim, text: str | None) -> str | None:
    """Give what stands between two pieces; None when they are far apart or out of order."""
    if before.end is None or after.start is None or not 0 <= after.start - before.end <= 20:
        return None
    if text is None:
        return " " * min(1, after.start - before.end) if after.start - before.end <= 1 else None
    return text[before.end : after.start]


def _joined(one: Item, other: Item) -> Item:
    scores = [score for score in (one.score, other.score) if score is not None]
    return replace(
        one,
        claim=Claim(one.claim.start, other.claim.end),
        score=min(scores, default=None),
    )
