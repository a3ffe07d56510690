"""Rehydration: a reader's copies put the words back into a release, or it says why they cannot.

A copy is the text when its digest says so, after the steps of the recipe; nothing else counts. One
that is not leaves its document as it is, with a report of what would survive in it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from goldwire.errors import UsageError
from goldwire.formats.released import ReleasedDocument
from goldwire.release.anchoring import Anchoring, anchor, shifts
from goldwire.release.build import build
from goldwire.release.copies import Copy
from goldwire.release.recipes import Candidate, candidates
from goldwire.release.source import release_source
from goldwire.released import Release

Outcome = Literal["present", "restored", "mismatch", "missing"]


@dataclass(frozen=True, slots=True)
class Rehydrated:
    """What became of one document: `present` had its text, `restored` got it from a copy.

    `mismatch` has a copy of other words, `anchoring` says what survives in it; `missing` has none.
    """

    doc_id: str
    outcome: Outcome
    copy: str = ""
    steps: tuple[str, ...] = ()
    anchoring: Anchoring | None = None


@dataclass(slots=True)
class Found:
    """The texts that were found, by document, and what became of every document.

    `unused` are copies that are the text of no document.
    """

    texts: dict[str, str] = field(default_factory=dict)
    documents: list[Rehydrated] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every document has its text."""
        return all(one.outcome in ("present", "restored") for one in self.documents)


def find_texts(release: Release, copies: Iterable[Copy]) -> Found:
    """Find for every document without text the copy that is it, or the nearest one."""
    present: list[tuple[str, bool]] = []
    wanted: dict[str, str] = {}
    had: set[str] = set()
    for split in release.splits:
        for row in release.rows(split):
            present.append((row.doc_id, row.own_text is not None))
            if row.own_text is None:
                wanted[row.document.text_ref.sha256] = row.doc_id
            else:
                had.add(row.document.text_ref.sha256)
    restored, others = _by_digest(wanted, copies)
    found = Found()
    for doc_id, is_present in present:
        if is_present:
            found.documents.append(Rehydrated(doc_id, "present"))
            continue
        hit: tuple[Copy, Candidate] | Rehydrated = restored.get(doc_id) or _nearest(
            release.row(doc_id), others, n_missing=len(wanted) - len(restored)
        )
        if isinstance(hit, Rehydrated):
            found.documents.append(hit)
        else:
            copy, one = hit
            found.texts[doc_id] = one.text
            found.documents.append(Rehydrated(doc_id, "restored", copy.name, one.steps))
    used = {one.copy for one in found.documents}
    found.unused = [
        copy.name
        for copy, made in others
        if copy.name not in used and had.isdisjoint(_digest(one.text) for one in made)
    ]
    return found


def _by_digest(
    wanted: Mapping[str, str], copies: Iterable[Copy]
) -> tuple[dict[str, tuple[Copy, Candidate]], list[tuple[Copy, list[Candidate]]]]:
    """Give each document the copy whose digest says that it is it, and list all other copies."""
    restored: dict[str, tuple[Copy, Candidate]] = {}
    others: list[tuple[Copy, list[Candidate]]] = []
    for copy in copies:
        made = candidates(copy.data, charset=copy.charset, is_html=copy.is_html)
        hits = [(wanted[d], one) for one in made if (d := _digest(one.text)) in wanted]
        for doc_id, one in hits[:1]:
            restored.setdefault(doc_id, (copy, one))
        if not hits:
            others.append((copy, made))
    return restored, others


def rehydrate(release: Release, found: Found, output: Path, *, partial: bool = False) -> Release:
    """Build the release anew with the texts that were found: `full`, as the corpus would give it.

    `partial` lets documents without text stay as they are. Raises UsageError when there are such
    and it is not set, GoldError when the release was changed after it was built.
    """
    if not found.is_complete and not partial:
        raise UsageError("some documents have no text: nothing was written")
    return build(
        release_source(release, found.texts),
        output,
        profile="full" if found.is_complete else "as-allowed",
        own_use=True,
    )


def _nearest(
    row: ReleasedDocument, others: Sequence[tuple[Copy, list[Candidate]]], *, n_missing: int
) -> tuple[Copy, Candidate] | Rehydrated:
    """Look for a document inside longer copies; else report on the copy that is nearest to it."""
    named = [found for found in others if _is_named(row, found[0])]
    if not named and n_missing == 1 and len(others) == 1:
        named = list(others)
    best: Rehydrated | None = None
    for copy, made in named or others:
        for one in made[:1]:
            inside = _inside(row, one)
            if inside is not None:
                return copy, inside
            anchoring = anchor(row, one.text)
            if (named or anchoring.n_blocks_found) and (
                best is None or _n_found(best) < anchoring.n_blocks_found
            ):
                best = Rehydrated(row.doc_id, "mismatch", copy.name, one.steps, anchoring)
        if not made and named and best is None:
            best = Rehydrated(row.doc_id, "mismatch", copy.name, ("cannot be decoded",))
    return best or Rehydrated(row.doc_id, "missing")


def _n_found(one: Rehydrated) -> int:
    return -1 if one.anchoring is None else one.anchoring.n_blocks_found


def _inside(row: ReleasedDocument, one: Candidate) -> Candidate | None:
    """Find the exact text inside a longer one, where its blocks say that it may begin."""
    length = row.document.text_ref.code_points
    if length is None:
        return None
    for shift in shifts(row, one.text):
        text = one.text[max(shift, 0) : shift + length]
        if shift >= 0 and _digest(text) == row.document.text_ref.sha256:
            return Candidate(text, (*one.steps, f"cut out {shift}:{shift + length}"))
    return None


def _is_named(row: ReleasedDocument, copy: Copy) -> bool:
    url = row.document.source.canonical_url
    same_page = bool(copy.url) and url is not None and copy.url.rstrip("/") == url.rstrip("/")
    return copy.hint == row.doc_id or same_page


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def report_lines(found: Found) -> Iterator[str]:
    """Write what became of every document, and of every annotation of a mismatch."""
    for one in found.documents:
        told = {
            "present": "has its text already",
            "restored": f"restored from {one.copy} ({', '.join(one.steps)})",
            "mismatch": f"{one.copy} is not its text",
            "missing": "no copy of it was given",
        }[one.outcome]
        yield f"{one.doc_id}: {told}"
        if one.anchoring is None:
            continue
        anchoring = one.anchoring
        yield (
            f"  {anchoring.n_blocks_found} of {anchoring.n_blocks} checked sentences are in it; "
            f"{anchoring.n_surviving} of {len(anchoring.anchored)} annotations survive, none was "
            "moved"
        )
        for item in anchoring.anchored:
            place = f"{item.start}:{item.end}"
            told = (
                f"survives at {item.found_start}:{item.found_end}"
                if item.survives
                else f"lost: {item.reason}"
            )
            yield f"  {item.layer} {item.id} {place} {told}"
    for name in found.unused:
        yield f"{name}: no document is this text"
