"""Readiness: whether a release may be published, before any host is asked.

It must say what the corpus says now, the corpus must be valid and committed, and no text may leave
that its document's record does not let out.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from goldwire.corpus import Corpus
from goldwire.errors import DataError, GoldError, Problem
from goldwire.released import Release
from goldwire.resources import MANIFEST, sha256_of
from goldwire.validation import validate_corpus

COMMITTED = ("corpus", "annotations", "schema")
DESCRIBED = ("name", "version", "title", "description", "guideline_version", "annotation_license")
"""What a corpus's manifest and a release's must say alike."""


def check_ready(release: Release, corpus: Corpus) -> None:
    """Check a release and the corpus that it was built from.

    Raises GoldError when the corpus is not valid, DataError with every other reason not to publish.
    """
    root = corpus.root
    faults = validate_corpus(root).problems
    if faults:
        raise GoldError("the corpus is not valid, so nothing was published", faults)
    problems = [*_words_without_rights(release), *_stale(release, corpus), *_uncommitted(root)]
    if problems:
        raise DataError("this release must not be published as it is", problems)


def _words_without_rights(release: Release) -> Iterator[Problem]:
    if release.manifest.private:
        yield Problem(
            "GW831",
            "",
            "it holds texts that may not be passed on: it is for its maker's own use",
            found=f"profile {release.manifest.profile}",
            fix="build with --profile as-allowed or standoff",
        )
    for split in release.splits:
        for row in release.rows(split):
            allowed = row.document.rights.redistribution
            if row.own_text is not None and allowed != "full_text":
                yield Problem(
                    "GW832",
                    "",
                    "its text is in the release and may not be passed on",
                    document=row.doc_id,
                    found=f"redistribution {allowed}",
                    fix="build with --profile as-allowed or standoff",
                )


def _stale(release: Release, corpus: Corpus) -> Iterator[Problem]:
    changed = [
        file.path
        for file in release.manifest.inputs
        if not (corpus.root / file.path).is_file()
        or sha256_of(corpus.root / file.path) != file.sha256
    ]
    if any(
        getattr(corpus.manifest, field) != getattr(release.manifest, field) for field in DESCRIBED
    ):
        changed.append(MANIFEST)
    for path in changed:
        yield Problem(
            "GW833",
            "",
            "the file has changed since the release was built",
            document=path,
            fix="build again with `goldwire build`",
        )


def _uncommitted(root: Path) -> Iterator[Problem]:
    """Name what git has not committed; nothing where the corpus is not in a git repository."""
    try:
        said = subprocess.run(  # noqa: S603 - the command is fixed
            ["git", "-C", str(root), "status", "--porcelain", "--", *COMMITTED],  # noqa: S607 - from PATH
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return
    for line in said.stdout.splitlines() if said.returncode == 0 else ():
        yield Problem(
            "GW834",
            "",
            "the file is not committed, so nobody could see what the release was made from",
            document=line[3:],
            fix="commit it, then build again",
        )
