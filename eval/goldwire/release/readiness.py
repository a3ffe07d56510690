"""Readiness: whether a release may be published, before any host is asked.

It must say what the corpus says now, the corpus must be valid and committed, and no text may leave
that its document's record does not let out.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from goldwire.corpus import find_corpus
from goldwire.errors import DataError, GoldError, Problem, UsageError
from goldwire.released import Release
from goldwire.resources import sha256_of
from goldwire.validation import validate_corpus

COMMITTED = ("corpus", "annotations", "schema")


def check_ready(release: Release, *, corpus: str | None) -> None:
    """Check a release and the corpus that it was built from.

    Raises GoldError when the corpus is not valid, DataError with every other reason not to publish,
    UsageError when there is no corpus.
    """
    root = Path(corpus) if corpus is not None else find_corpus(Path.cwd())
    if root is None:
        raise UsageError("there is no corpus here or above: name its root with --corpus")
    faults = validate_corpus(root).problems
    if faults:
        raise GoldError("the corpus is not valid, so nothing was published", faults)
    problems = [*_words_without_rights(release), *_stale(release, root), *_uncommitted(root)]
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


def _stale(release: Release, root: Path) -> Iterator[Problem]:
    for file in release.manifest.inputs:
        path = root / file.path
        if not path.is_file() or sha256_of(path) != file.sha256:
            yield Problem(
                "GW833",
                "",
                "the file has changed since the release was built",
                document=file.path,
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
