"""Publishing: one commit holds the whole release, then a tag names it, then it is checked.

Every step begins by looking at what is there, so a publication that was interrupted anywhere is
finished by running it again, and one that is complete does nothing. A reader sees the old version
or the new one: a commit is whole or not at all, and a tag is set only on a complete commit.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goldwire.errors import DataError, Problem
from goldwire.released import MANIFEST, Release

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KEPT = frozenset({".gitattributes"})
"""Files that are the repository's own: neither compared nor removed."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file to publish; a Hub knows it by `sha256` (LFS) or by `blob_id` (as git calls it)."""

    path: str
    place: Path
    size: int
    sha256: str
    blob_id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Paths by what a publication would do to them."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a publication would change, and what of it is done already.

    `head` is the commit that the release would follow, None for a repository that is not there;
    `tagged` is the commit that already has the release's tag. `content` is the release as a whole.
    """

    repo: str
    tag: str
    head: str | None
    tagged: str | None
    content: Mapping[str, LocalFile]
    difference: Difference

    @property
    def is_complete(self) -> bool:
        """Claim that the release is there, tagged, and nothing is left to do."""
        return self.tagged is not None


def local_files(release: Release) -> dict[str, LocalFile]:
    """List the files of a release: those of its manifest, and the manifest itself.

    Raises DataError when a file is missing or not as it was built, or when one was added.
    """
    expected: dict[str, str | None] = {file.path: file.sha256 for file in release.manifest.files}
    expected[MANIFEST] = None
    found, problems = {}, []
    for path in sorted(release.root.rglob("*")):
        name = path.relative_to(release.root).as_posix()
        if path.is_dir():
            continue
        if name not in expected:
            problems.append(_altered(name, "the file is not part of the release"))
            continue
        found[name] = _hashed(name, path)
        if expected[name] not in (None, found[name].sha256):
            problems.append(_altered(name, "the file is not as it was built"))
    problems += [_altered(name, "the file is missing") for name in expected if name not in found]
    if problems:
        raise DataError("the release is not as it was built, so nothing was published", problems)
    return found


def _altered(path: str, message: str) -> Problem:
    return Problem("GW821", "", message, document=path, fix="build it again with `goldwire build`")


def _hashed(name: str, path: Path) -> LocalFile:
    size = path.stat().st_size
    sha256 = hashlib.sha256()
    blob = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            sha256.update(part)
            blob.update(part)
    return LocalFile(name, path, size, sha256.hexdigest(), blob.hexdigest())


def make_plan(api: "HfApi", repo: str, release: Release) -> Plan:
    """Compare a release with what a repository holds; changes nothing.

    Raises DataError when the release's tag is already there with another content.
    """
    from huggingface_hub.errors import RepositoryNotFoundError

    content = local_files(release)
    tag = f"v{release.version}"
    try:
        head = api.dataset_info(repo).sha
    except RepositoryNotFoundError:
        return Plan(repo, tag, None, None, content, Difference(tuple(content), (), ()))
    refs = api.list_repo_refs(repo, repo_type="dataset")
    tagged = next((ref.target_commit for ref in refs.tags if ref.name == tag), None)
    difference = _difference(api, repo, tagged or head, content)
    if tagged is not None and difference:
        raise DataError(
            f"{repo} has a {tag} with another content: a version is never replaced",
            [
                Problem(
                    "GW822",
                    "",
                    f"{word} since {tag} was published",
                    document=path,
                    fix="raise the version of the corpus and build again",
                )
                for word in ("added", "changed", "removed")
                for path in getattr(difference, word)
            ],
        )
    return Plan(repo, tag, head, tagged, content, difference)


def _difference(
    api: "HfApi", repo: str, revision: str | None, content: Mapping[str, LocalFile]
) -> Difference:
    """Compare a release with a revision, by the digests that the Hub states."""
    from huggingface_hub.hf_api import RepoFile

    entries = api.list_repo_tree(repo, recursive=True, revision=revision, repo_type="dataset")
    remote = {
        entry.path: entry.lfs.sha256 if entry.lfs else entry.blob_id
        for entry in entries
        if isinstance(entry, RepoFile) and entry.path not in KEPT
    }
    return Difference(
        tuple(path for path in content if path not in remote),
        tuple(
            path
            for path, file in content.items()
            if path in remote and remote[path] not in (file.sha256, file.blob_id)
        ),
        tuple(path for path in remote if path not in content),
    )


def carry_out(api: "HfApi", plan: Plan, *, private: bool = False) -> Iterator[str]:
    """Do what is left of a plan, step by step; each step done is yielded as a line.

    Raises DataError when somebody else has committed since the plan was made, or when what is there
    in the end is not the release.
    """
    head = plan.head
    if head is None:
        api.create_repo(plan.repo, repo_type="dataset", private=private)
        head = api.dataset_info(plan.repo).sha
        yield f"created {plan.repo}"
    if not plan.is_complete:
        if plan.difference:
            head = _commit(api, plan, parent=str(head))
            yield f"committed as {head[:12]}"
        api.create_tag(plan.repo, tag=plan.tag, revision=head, repo_type="dataset")
        yield f"tagged {plan.tag}"
    difference = _difference(api, plan.repo, plan.tag, plan.content)
    if difference:
        raise DataError(
            f"{plan.tag} of {plan.repo} is not the release that was published",
            [
                Problem("GW823", "", f"on the Hub it is {word}", document=path)
                for word, paths in (
                    ("missing", difference.added),
                    ("another file", difference.changed),
                    ("one too many", difference.removed),
                )
                for path in paths
            ],
        )
    yield f"verified {len(plan.content)} files of {plan.repo}@{plan.tag}"


def _commit(api: "HfApi", plan: Plan, *, parent: str) -> str:
    """Commit the whole difference at once; give the commit's id."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete
    from huggingface_hub.errors import HfHubHTTPError

    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        CommitOperationAdd(path, str(plan.content[path].place))
        for path in (*plan.difference.added, *plan.difference.changed)
    ]
    operations += [CommitOperationDelete(path) for path in plan.difference.removed]
    try:
        made = api.create_commit(
            plan.repo,
            operations,
            commit_message=f"Release {plan.tag}",
            repo_type="dataset",
            parent_commit=parent,
        )
    except HfHubHTTPError as error:
        if error.response.status_code != 412:
            raise
        raise DataError(
            f"somebody has committed to {plan.repo} meanwhile, so nothing was published: look at "
            "what they did, then run this again"
        ) from error
    return str(made.oid)


@contextmanager
def asking(api: "HfApi") -> Iterator[None]:
    """Turn what can go wrong between here and a Hub into errors that say what to do.

    A refused or broken request raises DataError: what is there is the old version or the new one,
    and running again goes on from it.
    """
    from huggingface_hub.errors import HfHubHTTPError

    # The library's own error descends from that of its transport, which changes with its versions;
    # what goes wrong in its threads comes wrapped in a RuntimeError.
    transport: type[Exception] = HfHubHTTPError.__bases__[0]
    try:
        yield
    except (OSError, transport, RuntimeError) as error:
        cause = error if isinstance(error, (OSError, transport)) else error.__cause__
        if cause is None:
            raise
        raise DataError(f"{api.endpoint} {_what_went_wrong(cause)}") from error


def _what_went_wrong(cause: BaseException) -> str:
    response = getattr(cause, "response", None)
    if response is None:
        return (
            f"could not be reached ({type(cause).__name__}): run this again, it goes on from what "
            "is there"
        )
    if response.status_code in (401, 403):
        return (
            f"answered {response.status_code}: log in with `hf auth login`, or set HF_TOKEN to a "
            "token that may write"
        )
    return f"answered {response.status_code}: run this again, it goes on from what is there"
