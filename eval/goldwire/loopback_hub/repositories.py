"""What a Hub keeps: repositories with commits, branches and tags over content-addressed files.

Pure state, no HTTP. A commit is the complete map of paths to files, so that every revision can be
read as it was; nothing that a commit replaces is lost.
"""

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MAIN = "main"
NO_COMMIT = "0" * 40


class RefusedError(Exception):
    """A request that a Hub refuses: HTTP status, the error code that clients look at, and why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a commit: its SHA-256, size, git object id, and whether it is stored as LFS."""

    sha256: str
    size: int
    oid: str
    is_lfs: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """A complete state of a repository."""

    oid: str
    parent: str
    title: str
    message: str
    number: int
    files: Mapping[str, StoredFile]


@dataclass(frozen=True, slots=True)
class Addition:
    """A file that a commit adds or replaces; its content was given or uploaded before."""

    path: str
    sha256: str
    is_lfs: bool


@dataclass(slots=True)
class Repository:
    """One dataset repository; `name` is namespace/name."""

    name: str
    private: bool = False
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def resolve(self, revision: str) -> Commit:
        """Find a commit by branch, tag or id; raises RefusedError (404 RevisionNotFound)."""
        for refs in (self.branches, self.tags):
            if revision in refs:
                return self.commits[refs[revision]]
        for prefix, refs in (("refs/heads/", self.branches), ("refs/tags/", self.tags)):
            name = revision.removeprefix(prefix)
            if name != revision and name in refs:
                return self.commits[refs[name]]
        if revision in self.commits:
            return self.commits[revision]
        raise RefusedError(404, "RevisionNotFound", f"Invalid rev id: {revision}")

    def file(self, revision: str, path: str) -> tuple[Commit, StoredFile]:
        """Find a file of a revision; raises RefusedError (404 EntryNotFound)."""
        commit = self.resolve(revision)
        if path not in commit.files:
            raise RefusedError(404, "EntryNotFound", f"{path} does not exist on {revision!r}")
        return commit, commit.files[path]


class Store:
    """All repositories and contents of a Hub; its methods are safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._repositories: dict[str, Repository] = {}
        self._contents: dict[str, bytes] = {}

    def create(self, name: str, *, private: bool = False) -> Repository:
        """Make an empty repository with a first commit; raises RefusedError (409) if it exists."""
        with self._lock:
            if name in self._repositories:
                raise RefusedError(409, "", "You already created this dataset repo")
            repository = Repository(name, private)
            self._repositories[name] = repository
            content = self.put(b"*.parquet filter=lfs diff=lfs merge=lfs -text\n")
            self.commit(
                repository,
                MAIN,
                title="initial commit",
                additions=[Addition(".gitattributes", content, is_lfs=False)],
            )
            return repository

    def delete(self, name: str) -> None:
        """Remove a repository for good."""
        with self._lock:
            self.repository(name)
            del self._repositories[name]

    def repository(self, name: str) -> Repository:
        """Find a repository; raises RefusedError (404 RepoNotFound)."""
        with self._lock:
            if name not in self._repositories:
                raise RefusedError(404, "RepoNotFound", "Repository not found")
            return self._repositories[name]

    def put(self, content: bytes) -> str:
        """Keep a content; give its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        with self._lock:
            self._contents[sha256] = content
        return sha256

    def content(self, sha256: str) -> bytes:
        """Give a content by its SHA-256; KeyError when it was never uploaded."""
        with self._lock:
            return self._contents[sha256]

    def has(self, sha256: str) -> bool:
        """Claim that a content was uploaded."""
        with self._lock:
            return sha256 in self._contents

    def commit(
        self,
        repository: Repository,
        branch: str,
        *,
        title: str,
        message: str = "",
        additions: Iterable[Addition] = (),
        deleted: Iterable[str] = (),
        deleted_folders: Iterable[str] = (),
        expected_parent: str | None = None,
    ) -> Commit:
        """Add a commit to a branch, whole or not at all.

        Raises RefusedError: 412 when the branch has moved away from `expected_parent`, 422 for an
        LFS file whose content was never uploaded, 404 for a branch that does not exist.
        """
        with self._lock:
            before = repository.resolve(branch) if repository.commits else None
            parent = before.oid if before else NO_COMMIT
            if before is not None and branch not in repository.branches:
                raise RefusedError(404, "RevisionNotFound", f"{branch} is no branch")
            if expected_parent is not None and not parent.startswith(expected_parent):
                raise RefusedError(
                    412, "", "A commit has happened since. Please refresh and try again."
                )
            files = dict(before.files) if before else {}
            for path in [*files]:
                if path in set(deleted) or path.startswith(tuple(deleted_folders)):
                    del files[path]
            for addition in additions:
                files[addition.path] = self._stored(addition)
            if before is not None and files == before.files:
                return before
            oid = _object_id(repr((parent, title, message, sorted(files.items()))).encode())
            commit = Commit(oid, parent, title, message, len(repository.commits), files)
            repository.commits[oid] = commit
            repository.branches[branch] = oid
            return commit

    def _stored(self, addition: Addition) -> StoredFile:
        if not self.has(addition.sha256):
            raise RefusedError(422, "", f"LFS pointer of {addition.path} points to no object")
        content = self.content(addition.sha256)
        blob = _pointer(addition.sha256, len(content)) if addition.is_lfs else content
        return StoredFile(addition.sha256, len(content), blob_id(blob), is_lfs=addition.is_lfs)

    def tag(self, repository: Repository, name: str, revision: str) -> None:
        """Name a commit; raises RefusedError (409) when the tag exists."""
        with self._lock:
            if name in repository.tags:
                raise RefusedError(409, "", f"Tag reference exists already: {name}")
            repository.tags[name] = repository.resolve(revision).oid

    def untag(self, repository: Repository, name: str) -> None:
        """Remove a tag; raises RefusedError (404) when there is none."""
        with self._lock:
            if repository.tags.pop(name, None) is None:
                raise RefusedError(404, "RevisionNotFound", f"there is no tag {name}")


def blob_id(content: bytes) -> str:
    """Give the id that git gives a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def pointer_size(file: StoredFile) -> int:
    """Give the size in bytes of the text that git holds in place of an LFS file."""
    return len(_pointer(file.sha256, file.size))


def _pointer(sha256: str, size: int) -> bytes:
    version = "version https://git-lfs.github.com/spec/v1"
    return f"{version}\noid sha256:{sha256}\nsize {size}\n".encode()


def _object_id(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
