"""The manifest against the folder: files and digests, splits and documents, versions."""

import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from goldwire import resources
from goldwire.errors import Problem
from goldwire.model import Manifest

REWRITE = "once the change is meant, `goldwire release manifest` writes the manifest anew"


def manifest_problems(
    root: Path, manifest: Manifest, *, faulty: AbstractSet[str]
) -> Iterator[Problem]:
    """Check a readable manifest; files in `faulty` are reported already and changed, at most."""
    yield from _files(root, manifest, faulty=faulty)
    yield from _splits(root, manifest)
    yield from _versions(root, manifest)


def _problem(code: str, pointer: str, message: str, **details: str) -> Problem:
    return Problem(code, pointer, message, document=resources.MANIFEST, **details)


def _files(root: Path, manifest: Manifest, *, faulty: AbstractSet[str]) -> Iterator[Problem]:
    present = set(resources.corpus_files(root))
    listed: set[str] = set()
    for position, item in enumerate(manifest.files):
        pointer = f"/files/{position}"
        if item.path in listed:
            yield _problem("GW628", f"{pointer}/path", f"{item.path} is listed twice", fix=REWRITE)
            continue
        listed.add(item.path)
        if item.path not in present:
            if not _is_reported(item.path, faulty):
                yield _problem(
                    "GW621", f"{pointer}/path", f"{item.path} is not in the corpus", fix=REWRITE
                )
        elif not _is_reported(item.path, faulty):
            digest = resources.sha256_of(root / item.path)
            if digest != item.sha256:
                yield _problem(
                    "GW622",
                    f"{pointer}/sha256",
                    f"{item.path} has changed since the manifest was written",
                    found=digest,
                    expected=item.sha256,
                    fix=REWRITE,
                )
    for path in sorted(present - listed):
        yield Problem(
            "GW623", "", "the file is not listed in the manifest", document=path, fix=REWRITE
        )


def _is_reported(path: str, faulty: AbstractSet[str]) -> bool:
    """Claim that a file is at fault already; a text's faults are reported at its record."""
    record = path.removesuffix("text.txt") + "document.json" if path.endswith("text.txt") else path
    return path in faulty or record in faulty


def _splits(root: Path, manifest: Manifest) -> Iterator[Problem]:
    known = set(resources.gold_ids(root))
    split_by_document: dict[str, str] = {}
    for split, doc_ids in manifest.splits.items():
        for position, doc_id in enumerate(doc_ids):
            pointer = f"/splits/{split}/{position}"
            if doc_id not in known:
                yield _problem("GW624", pointer, f"{doc_id} is not in the corpus")
            first = split_by_document.setdefault(doc_id, split)
            if first != split:
                yield _problem(
                    "GW625", pointer, f"{doc_id} is in the split {first} already", found=split
                )
    for doc_id in sorted(known - set(split_by_document)):
        yield _problem("GW626", "/splits", f"{doc_id} is in no split")


def _versions(root: Path, manifest: Manifest) -> Iterator[Problem]:
    for doc_id in resources.gold_ids(root):
        for path, names in (
            (resources.document_path(doc_id), ("schema_version",)),
            (resources.gold_path(doc_id), ("schema_version", "guideline_version")),
        ):
            record = _record(root / path)
            for name in names:
                found, expected = record.get(name), getattr(manifest, name)
                if isinstance(found, str) and found != expected:
                    yield Problem(
                        "GW627",
                        f"/{name}",
                        f"the {name} differs from the manifest's",
                        document=path,
                        found=found,
                        expected=expected,
                    )


def _record(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}  # It is reported where the file itself is checked.
    return value if isinstance(value, dict) else {}
