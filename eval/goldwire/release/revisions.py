"""Two states of a corpus, whatever holds them: a folder, a built release, or a git revision."""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goldwire import resources
from goldwire.corpus import Corpus, find_corpus
from goldwire.errors import UsageError
from goldwire.released import Release, is_release

State = Corpus | Release


@contextmanager
def opened(place: str, *, near: Path | None = None) -> Iterator[State]:
    """Open a corpus folder or release by its path, else a git revision of the corpus at `near`.

    `near` is the corpus root whose history is meant, by default the nearest one. Raises UsageError
    for a place that is neither.
    """
    path = Path(place)
    if is_release(path):
        yield Release.open(path)
        return
    if path.is_dir():
        yield Corpus.open(path)
        return
    root = near or find_corpus(Path.cwd())
    if root is None or not is_revision(root, place):
        raise UsageError(
            f"{place} is no corpus folder, no built release and no git revision of a corpus here"
        )
    with tempfile.TemporaryDirectory(prefix="goldwire-revision-") as folder:
        yield _checked_out(root, place, Path(folder))


def is_revision(root: Path, name: str) -> bool:
    """Claim that git knows a name as a commit in the repository around a corpus."""
    return not name.startswith("-") and _git(root, "rev-parse", "--verify", f"{name}^{{commit}}")[1]


def last_tag(root: Path) -> str | None:
    """Give the newest tag that the present commit descends from, None without tags or git."""
    found, is_known = _git(root, "describe", "--tags", "--abbrev=0")
    return found.decode().strip() if is_known else None


def tags_with(root: Path, path: str) -> tuple[str, ...] | None:
    """List the tags whose tree has a path below the corpus root; None without git."""
    listed, is_known = _git(root, "tag", "--list")
    if not is_known:
        return None
    return tuple(
        tag
        for tag in listed.decode().splitlines()
        if _git(root, "ls-tree", "--name-only", tag, "--", path)[0].strip()
    )


def _checked_out(root: Path, revision: str, folder: Path) -> Corpus:
    archive, is_known = _git(root, "archive", "--format=tar", revision)
    if not is_known:
        raise UsageError(f"git cannot give the corpus as it was at {revision}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        wanted = ("corpus/", "annotations/", "schema/")
        members = [member for member in tar.getmembers() if member.name.startswith(wanted)]
        tar.extractall(folder, members=members, filter="data")
    if not resources.is_corpus_root(folder):
        raise UsageError(f"at {revision} there was no corpus in {root}")
    return Corpus.open(folder)


def _git(root: Path, *words: str) -> tuple[bytes, bool]:
    """Run git in a folder; gives its output and whether it went well."""
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program, no shell
            ["git", "-C", str(root), *words],  # noqa: S607
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return b"", False
    return done.stdout, done.returncode == 0
