"""Small corpora and releases for tests, made from the repository's own corpus."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from goldwire.corpus import Corpus, write_manifest
from goldwire.release.build import build
from goldwire.release.profiles import Profile
from goldwire.release.source import corpus_source
from goldwire.released import Release

ROOT = Path(__file__).parents[1]
SEED = "ip-20220113-kz-withdrawal"
EXAMPLE = "gw-20260105-fisheries-talks"

Change = Callable[[dict[str, Any]], object]


def copy_corpus(target: Path) -> Path:
    """Copy the repository's corpus, schema and annotations."""
    for folder in ("corpus", "annotations", "schema"):
        shutil.copytree(ROOT / folder, target / folder)
    for name in ("CHANGELOG.md", "LICENSE-ANNOTATIONS"):
        shutil.copy(ROOT / name, target / name)
    write_manifest(target)
    return target


def edit(root: Path, path: str, change: Change) -> None:
    """Change a JSON file in place and renew the manifest's digests."""
    place = root / path
    record = json.loads(place.read_text(encoding="utf-8"))
    change(record)
    place.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    write_manifest(root)


def build_of(
    root: Path, output: Path, *, profile: Profile = "as-allowed", own_use: bool = False
) -> Release:
    """Build a release of a corpus."""
    return build(corpus_source(Corpus.open(root)), output, profile=profile, own_use=own_use)


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder by its path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
