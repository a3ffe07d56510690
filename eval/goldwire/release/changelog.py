"""Change logs: a section of CHANGELOG.md for people, `annotations/changes.jsonl` for programs.

Both are published, so of a document whose text may not be passed on they carry ids, labels and
offsets, never words.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from goldwire.corpus import Corpus, write_manifest
from goldwire.release.bump import required_version
from goldwire.release.differences import Change, Difference
from goldwire.release.matching_items import place_of
from goldwire.replacing import replace_file
from goldwire.standoff import without_words

CHANGES = "annotations/changes.jsonl"
CHANGELOG = "CHANGELOG.md"
SHOWN_PER_DOCUMENT = 20
UNRELEASED = "## Unreleased"


def change_lines(difference: Difference, *, with_words: bool = True) -> Iterator[str]:
    """Write every change on a line, document by document.

    `with_words` shows items in their context, even of documents whose text may not be passed on.
    """
    by_document: dict[str, list[Change]] = {}
    for change in difference.changes:
        by_document.setdefault(change.doc_id, []).append(change)
    for doc_id, changes in by_document.items():
        yield doc_id
        words = with_words or doc_id not in difference.protected
        for change in changes:
            yield f"  {change_line(change, with_words=words)}"


def change_line(change: Change, *, with_words: bool) -> str:
    """Write one change, e.g. `mentions m1 23:29 edited type: PER → ORG  … met [Ann] …`."""
    if not change.layer:
        what = {"text": "text changed", "record": "record edited"}
        told = what.get(change.op, f"document {change.op}")
        if change.op == "text" and change.before and "start" in change.before:
            told += f" {_range(change.before)} → {_range(change.after or {})}"
            if with_words:
                told += f"  “{change.where[0]}” → “{change.where[1]}”"
        return f"{told}: {', '.join(change.fields)}" if change.fields else told
    if not change.id:
        return f"layer {change.layer} {change.op}"
    place = _places(change)
    values = ", ".join(
        _field(name, change, with_words=with_words) for name in change.fields if name != "spans"
    )
    partners = f" ({', '.join(change.partners)})" if change.partners else ""
    label = f" {_label(change)}" if change.op in ("added", "removed") else ""
    words = " → ".join(shown for shown in change.where if shown)
    if change.where[0] == change.where[1]:
        words = change.where[0]
    parts = [
        f"{change.layer} {change.id}",
        place,
        f"{change.op}{label}".rstrip() + partners,
        values,
    ]
    line = " ".join(part for part in parts if part)
    return f"{line}  “{words}”" if with_words and words else line


def _places(change: Change) -> str:
    shown = [
        f"{place[0][0]}:{place[-1][1]}"
        for item in (change.before, change.after)
        if item is not None and (place := place_of(item))
    ]
    return " → ".join(dict.fromkeys(shown))


def _range(place: Mapping[str, Any]) -> str:
    return f"{place['start']}:{place['end']}"


def _label(change: Change) -> str:
    item = change.after or change.before or {}
    return str(item.get("type", ""))


def _field(name: str, change: Change, *, with_words: bool) -> str:
    before, after = ((item or {}).get(name) for item in (change.before, change.after))
    if not with_words:
        kept = (without_words({name: value}).get(name) for value in (before, after))
        before, after = kept
        if name in ("note", "canonical_name"):
            return name
    if any(isinstance(value, dict | list | tuple) for value in (before, after)):
        return name
    return f"{name}: {_shown(before)} → {_shown(after)}"


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)


def change_records(difference: Difference, *, reason: str | None) -> Iterator[dict[str, Any]]:
    """Give every change as a record of `changes.jsonl`."""
    for change in difference.changes:
        record: dict[str, Any] = {
            "version": difference.new_version,
            "doc_id": change.doc_id,
            "layer": change.layer or None,
            "id": change.id or None,
            "op": change.op,
            "bump": change.level,
            "fields": list(change.fields),
            "partners": list(change.partners),
            "before": change.before,
            "after": change.after,
            "reason": reason,
        }
        if change.doc_id in difference.protected:
            record = without_words(record)
        yield {key: value for key, value in record.items() if value not in (None, [])}


def section(difference: Difference, *, name: str) -> str:
    """Write the section of CHANGELOG.md about this version of the corpus."""
    demanded = required_version(difference.old_version, difference.level)
    lines = [
        f"### Corpus {name} {difference.new_version}",
        "",
        f"Compared with {difference.old_version}: {difference.level} change, {demanded} or higher.",
        "",
        *(f"- {level}: {reason}" for level, reason in difference.reasons),
    ]
    for doc_id, n_changes in Counter(change.doc_id for change in difference.changes).items():
        changes = [change for change in difference.changes if change.doc_id == doc_id]
        is_open = doc_id not in difference.protected
        lines += ["", f"`{doc_id}`", ""]
        lines += [
            f"- {change_line(change, with_words=is_open)}"
            for change in changes[:SHOWN_PER_DOCUMENT]
        ]
        if n_changes > SHOWN_PER_DOCUMENT:
            lines.append(f"- and {n_changes - SHOWN_PER_DOCUMENT} more in `{CHANGES}`")
    return "\n".join(lines) + "\n"


def write_changes(corpus: Corpus, difference: Difference, *, reason: str | None = None) -> None:
    """Write section and records into a corpus; those of the same version are replaced."""
    log = corpus.root / CHANGELOG
    text = log.read_text(encoding="utf-8") if log.is_file() else "# Changelog\n\n## Unreleased\n"
    written = with_section(
        text, section(difference, name=corpus.name), version=difference.new_version
    )
    replace_file(log, written.encode("utf-8"))
    append_records(corpus.root, difference.new_version, change_records(difference, reason=reason))
    write_manifest(corpus.root)


def append_records(root: Path, version: str, records: Iterable[dict[str, Any]]) -> None:
    """Put a version's records at the end of `changes.jsonl`, in place of older ones of it."""
    path = root / CHANGES
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    kept = [line for line in lines if line.strip() and json.loads(line).get("version") != version]
    kept += [json.dumps(record, ensure_ascii=False) for record in records]
    replace_file(path, "".join(f"{line}\n" for line in kept).encode("utf-8"))


def with_section(text: str, new: str, *, version: str) -> str:
    """Put a generated section under "Unreleased", in place of an older one of its version."""
    begin, end = f"<!-- changes of {version} -->", f"<!-- end of {version} -->"
    block = f"{begin}\n{new}{end}\n"
    found = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}\n", re.DOTALL)
    if found.search(text):
        return found.sub(lambda _: block, text)
    if UNRELEASED not in text:
        head, _, rest = text.partition("\n")
        return f"{head}\n\n{UNRELEASED}\n\n{block}\n{rest.lstrip()}"
    before, _, after = text.partition(UNRELEASED)
    return f"{before}{UNRELEASED}\n\n{block}\n{after.lstrip()}"
