"""Lost, gained and unstable items in words; protected texts are shown as offsets and labels."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from goldwire.comparison.changes import Change
from goldwire.explanation import Explained
from goldwire.metrics.base import LAYER_ORDER
from goldwire.report.terminal import percent, printable

SHOWN_ITEMS = 10


def change_line(change: Change, *, with_text: bool = True) -> str:
    """Give one change in one line: what it is, under which metrics, and what the candidate has.

    A document's score under a metric without items is written as what it was and what it is.
    """
    if change.item is None:
        return f"{change.key}: F1 {percent(change.before)} → {percent(change.after)}"
    shown = change.item.shown(with_text=with_text)
    now = _now(change.item.now, with_text=with_text)
    return printable(f"{shown}  ({', '.join(change.metrics)}){now}")


def _now(now: Explained | None, *, with_text: bool) -> str:
    if now is None or now.category == "CORRECT":
        return ""
    if now.predicted is None:
        return f"  now {now.category}"
    one = now.predicted
    words = "" if not with_text or one.words is None else f" “{one.words}”"
    return f"  now {now.category}: predicted {one.start}:{one.end}{words} {one.label}".rstrip()


def change_lines(
    title: str,
    found: Sequence[Change],
    *,
    limit: int | None = SHOWN_ITEMS,
    hidden: Collection[str] = (),
    more: str = " (--json lists them all)",
) -> Iterator[str]:
    """List the first changes under a title; the rest as a number. `hidden` documents lose words.

    `more` says where the others are to be found.
    """
    yield ""
    if not found:
        yield f"{title}: nothing"
        return
    yield f"{title}: {len(found)} gold item{'' if len(found) == 1 else 's'}"
    shown = found if limit is None else found[:limit]
    for change in shown:
        yield f"  {change_line(change, with_text=change.doc_id not in hidden)}"
    if len(shown) < len(found):
        yield f"  and {len(found) - len(shown)} more{more}"


def change_row(change: Change, protected: Collection[str]) -> dict[str, Any]:
    """Give one change as JSON values; words of a protected text stay where they are."""
    row: dict[str, Any] = {
        "item": change.key,
        "document": change.doc_id,
        "metrics": list(change.metrics),
    }
    if change.item is None:
        return {**row, "before": change.before, "after": change.after}
    item = change.item
    row |= {"start": item.start, "end": item.end, "label": item.label}
    now = None if item.now is None else asdict(item.now)
    row["now"] = now and {"category": now["category"], "predicted": now["predicted"]}
    if change.doc_id not in protected:
        row |= {"words": item.words, "before_it": item.before, "after_it": item.after}
    elif row["now"] and row["now"]["predicted"]:
        row["now"]["predicted"]["words"] = None
    return row


def layer_of(change: Change) -> str:
    """Name the layer that a change is about: the first of its metrics'."""
    return change.metrics[0].partition("/")[0]


def layers_in_order(names: Collection[str]) -> list[str]:
    """Put layers in the order in which reports show them."""
    return sorted(names, key=lambda name: (*LAYER_ORDER, name).index(name))
