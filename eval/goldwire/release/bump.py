"""The version bump that a difference demands, computed; a smaller one is refused.

Patch and minor never change the score of an unchanged prediction on an unchanged split; major may.
Before 1.0.0 the numbers move one place to the right, as usual: major demands 0.(y+1).0.
"""

import re
from collections import Counter
from collections.abc import Iterator

from goldwire.corpus import Corpus
from goldwire.errors import UsageError
from goldwire.ontology import Ontology
from goldwire.release.differences import (
    LEVELS,
    Change,
    Difference,
    Level,
    compare_documents,
    fields_in_use,
)
from goldwire.release.profiles import allows_text
from goldwire.release.revisions import State
from goldwire.resources import corpus_files, sha256_of

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-.*)?")


def diff(old: State, new: State) -> Difference:
    """Compare two states of a corpus and compute what bump the difference demands."""
    found = Difference(old.version, new.version)
    before, after = set(old.doc_ids()), set(new.doc_ids())
    found.reasons += _split_reasons(old, new)
    used = fields_in_use(old)
    for doc_id in sorted(before | after):
        if doc_id not in after:
            found.changes.append(Change(doc_id, "", "", "removed", "major"))
        elif doc_id not in before:
            found.changes.append(Change(doc_id, "", "", "added", _added_level(doc_id, old, new)))
        else:
            found.changes += compare_documents(
                old.gold_document(doc_id), new.gold_document(doc_id), used=used
            )
        for state in (old, new):
            document = state.document(doc_id) if doc_id in state.doc_ids() else None
            if document is not None and not allows_text(document):
                found.protected.add(doc_id)
    found.reasons += _change_reasons(found.changes)
    found.reasons += _ontology_reasons(old.ontology(), new.ontology())
    found.reasons += _schema_reasons(old.schema_version, new.schema_version)
    if not found.reasons and _content(old) != _content(new):
        found.reasons.append(("patch", "files beside the gold differ"))
    return found


def required_version(old: str, level: Level) -> str:
    """Give the smallest version that a change of this level may have.

    >>> required_version("1.4.2", "major"), required_version("1.4.2", "minor")
    ('2.0.0', '1.5.0')
    >>> required_version("0.4.2", "major"), required_version("0.4.2", "minor")
    ('0.5.0', '0.4.3')
    >>> required_version("0.4.2", "none")
    '0.4.2'
    """
    major, minor, patch = parts_of(old)
    if level == "none":
        return old
    if level == "major":
        return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    if level == "minor" and major:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def parts_of(version: str) -> tuple[int, int, int]:
    """Split a semantic version into its numbers; raises UsageError for another kind of version."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise UsageError(f"{version!r} is no semantic version: a corpus needs one to be compared")
    return int(match[1]), int(match[2]), int(match[3])


def is_enough(difference: Difference) -> bool:
    """Claim that the new version is as high as the difference demands."""
    wanted = required_version(difference.old_version, difference.level)
    return parts_of(difference.new_version) >= parts_of(wanted)


def _added_level(doc_id: str, old: State, new: State) -> Level:
    """A document in a split that was there changes that split's scores; a new split is an extra."""
    into = [split for split, doc_ids in new.splits.items() if doc_id in doc_ids]
    is_extra = bool(into) and not any(split in old.splits for split in into)
    return "minor" if is_extra else "major"


def _split_reasons(old: State, new: State) -> Iterator[tuple[Level, str]]:
    for split in sorted(old.splits.keys() | new.splits.keys()):
        before, after = old.splits.get(split), new.splits.get(split)
        if before is None:
            yield "minor", f"the split {split} is new"
        elif after is None:
            yield "major", f"the split {split} is gone"
        elif set(before) != set(after):
            yield "major", f"the documents of the split {split} are others"


def _change_reasons(changes: list[Change]) -> Iterator[tuple[Level, str]]:
    counts = Counter(
        (change.level, change.layer or "documents", _what(change)) for change in changes
    )
    order = {level: at for at, level in enumerate(LEVELS)}
    for (level, layer, what), count in sorted(
        counts.items(), key=lambda found: (-order[found[0][0]], found[0][1:])
    ):
        yield level, f"{layer}: {count} {what}"


def _what(change: Change) -> str:
    fields = f" ({', '.join(change.fields)})" if change.fields else ""
    if change.layer and not change.id and change.op in ("added", "removed"):
        return f"layer {change.op}"
    return {"text": "text changed", "record": "record edited"}.get(change.op, change.op) + fields


def _ontology_reasons(old: Ontology, new: Ontology) -> Iterator[tuple[Level, str]]:
    if "inferred" in (old.origin, new.origin):
        return
    kinds = sorted(old.inventories.keys() | new.inventories.keys())
    for kind in kinds:
        before, after = set(old.labels(kind)), set(new.labels(kind))
        for name in sorted(before - after):
            yield "major", f"ontology: the {kind} {name} is gone"
        for name in sorted(after - before):
            yield "minor", f"ontology: the {kind} {name} is new"
    if old.schema_text != new.schema_text and all(
        old.labels(kind) == new.labels(kind) for kind in kinds
    ):
        yield "patch", "ontology: definitions or mappings differ"


def _schema_reasons(old: str, new: str) -> Iterator[tuple[Level, str]]:
    one, other = parts_of(old), parts_of(new)
    if one[0] != other[0]:
        yield "major", f"schema {old} → {new}"
    elif one != other:
        yield ("minor" if one[1] != other[1] else "patch"), f"schema {old} → {new}"


def _content(state: State) -> object:
    """Give the digests of a corpus's files, for a change that nothing else has seen."""
    if isinstance(state, Corpus):
        root = state.root
        files = {path: sha256_of(root / path) for path in corpus_files(root)}
    else:
        files = {item.path: item.sha256 for item in state.manifest.inputs}
    # The log of a change is no change of its own.
    files.pop("annotations/changes.jsonl", None)
    return files
