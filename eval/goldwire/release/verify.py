"""Verifying a release: its files are those that were built, and the corpus still gives the same.

Bytes are compared with the release's own manifest; a rebuild is compared by logical hash, since
another version of pyarrow writes other bytes that say the same.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from goldwire.errors import Problem
from goldwire.release.build import build
from goldwire.release.logical import logical_hash
from goldwire.release.profiles import Profile
from goldwire.release.source import ReleaseSource
from goldwire.released import MANIFEST, Release, ReleasedFile, ReleaseManifest
from goldwire.resources import sha256_of


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found: problems, and how many files were compared and were the same byte for byte.

    `n_rebuilt` is 0 where nothing was rebuilt.
    """

    problems: tuple[Problem, ...]
    n_files: int
    n_rebuilt: int = 0
    n_identical: int = 0


def verify(release: Release, source: ReleaseSource | None) -> Verification:
    """Compare a release with its manifest and, given its source, with a release built anew."""
    problems = [*_against_manifest(release)]
    if source is None:
        return Verification(tuple(problems), len(release.manifest.files))
    with tempfile.TemporaryDirectory(prefix="goldwire-verify-") as place:
        rebuilt = build(
            source,
            Path(place) / "rebuilt",
            profile=cast("Profile", release.manifest.profile),
            own_use=release.manifest.private,
        )
        found = _files(release)
        expected = _files(rebuilt)
        problems += _against_rebuilt(found, expected)
        problems += _manifests(release.manifest, rebuilt.manifest)
        faulty = {problem.document for problem in problems}
        identical = sum(
            path in found and found[path].sha256 == file.sha256
            for path, file in expected.items()
            if path not in faulty
        )
    return Verification(tuple(problems), len(found), len(expected), identical)


def _files(release: Release) -> dict[str, ReleasedFile]:
    return {file.path: file for file in release.manifest.files}


def _against_manifest(release: Release) -> Iterator[Problem]:
    listed = _files(release)
    for path, file in listed.items():
        place = release.root / path
        if not place.is_file():
            yield Problem("GW811", "", "the file is missing", document=path, fix="get it again")
        elif (digest := sha256_of(place)) != file.sha256:
            yield Problem(
                "GW812",
                "",
                "the file is not the one that was built",
                document=path,
                found=digest,
                expected=file.sha256,
                fix="get it again",
            )
        elif (said := logical_hash(place)) != file.logical_sha256:
            yield Problem(
                "GW813",
                "",
                "the file does not say what the manifest says that it says",
                document=path,
                found=said,
                expected=file.logical_sha256,
                fix="build the release anew",
            )
    for place in sorted(release.root.rglob("*")):
        path = place.relative_to(release.root).as_posix()
        hidden = any(part.startswith(".") for part in Path(path).parts)
        if place.is_file() and not hidden and path != MANIFEST and path not in listed:
            yield Problem(
                "GW814", "", "the file is not part of the release", document=path, fix="remove it"
            )


def _manifests(found: ReleaseManifest, expected: ReleaseManifest) -> Iterator[Problem]:
    """Compare what the manifests say besides files and tools."""
    for name in found.__struct_fields__:
        one, other = getattr(found, name), getattr(expected, name)
        if name not in ("files", "tools") and one != other:
            yield Problem(
                "GW815",
                f"/{name}",
                "a build from the corpus as it is now says something else",
                document=MANIFEST,
                found=str(one)[:80],
                expected=str(other)[:80],
                fix="build a new version: a released one never changes",
            )


def _against_rebuilt(
    found: dict[str, ReleasedFile], expected: dict[str, ReleasedFile]
) -> Iterator[Problem]:
    for path in sorted(found.keys() | expected.keys()):
        one, other = found.get(path), expected.get(path)
        if one is None or other is None or one.logical_sha256 != other.logical_sha256:
            yield Problem(
                "GW815",
                "",
                "a build from the corpus as it is now says something else",
                document=path,
                found="no such file" if one is None else one.logical_sha256,
                expected="no such file" if other is None else other.logical_sha256,
                fix="build a new version: a released one never changes",
            )
