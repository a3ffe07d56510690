"""The Hub's requests as functions of the store: what each endpoint answers, without HTTP.

The endpoints are those that `huggingface_hub` and `datasets` were seen to call.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from goldwire.loopback_hub.repositories import (
    Addition,
    Commit,
    RefusedError,
    Repository,
    Store,
    StoredFile,
    pointer_size,
)
from goldwire.loopback_hub.xet import XetFolder

USER = "loopback"
_DAY = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: the path still percent-encoded, the header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON."""
        return json.loads(self.body or b"{}")

    @property
    def has_token(self) -> bool:
        """Claim that the client is logged in; any token will do."""
        return self.headers.get("authorization", "").startswith("Bearer ")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status, a body (JSON unless it is bytes) and further headers."""

    body: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Give the body as it goes over the wire."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Handler = Callable[["Api", Request, tuple[str, ...]], Answer]


class Api:
    """A Hub's endpoints over one store. `transfer` says how Parquet files are to be uploaded."""

    def __init__(self, store: Store, *, endpoint: str, transfer: str, xet: XetFolder) -> None:
        self.store = store
        self.endpoint = endpoint
        self.transfer = transfer
        self.xet = xet

    def answer(self, request: Request) -> Answer:
        """Answer a request; a refusal carries the headers that clients turn into exceptions."""
        try:
            for method, pattern, handler in ROUTES:
                match = pattern.fullmatch(request.path)
                if match and method == request.method.replace("HEAD", "GET"):
                    parts = tuple(unquote(part or "") for part in match.groups())
                    return handler(self, request, parts)
        except RefusedError as refusal:
            headers = {"X-Error-Message": refusal.message}
            if refusal.code:
                headers["X-Error-Code"] = refusal.code
            return Answer({"error": refusal.message}, refusal.status, headers)
        return Answer({"error": "no such endpoint"}, 404)

    def readable(self, request: Request, name: str) -> Repository:
        """Find a repository; a private one is hidden from clients without a token."""
        repository = self.store.repository(name)
        if repository.private and not request.has_token:
            raise RefusedError(401, "RepoNotFound", "Repository not found")
        return repository

    def writable(self, request: Request, name: str) -> Repository:
        """Find a repository that is to be changed: 401 without a token."""
        if not request.has_token:
            raise RefusedError(401, "", "Invalid username or password.")
        return self.store.repository(name)


def _whoami(_: Api, request: Request, __: tuple[str, ...]) -> Answer:
    if not request.has_token:
        raise RefusedError(401, "", "Invalid username or password.")
    return Answer({"type": "user", "name": USER, "orgs": [], "auth": {"type": "access_token"}})


def _create(api: Api, request: Request, _: tuple[str, ...]) -> Answer:
    wanted = request.json()
    if wanted.get("type") != "dataset":
        raise RefusedError(400, "", "this Hub holds datasets only")
    if not request.has_token:
        raise RefusedError(401, "", "Invalid username or password.")
    name = f"{wanted.get('organization') or USER}/{wanted['name']}"
    url = f"{api.endpoint}/datasets/{name}"
    private = bool(wanted.get("private")) or wanted.get("visibility") == "private"
    try:
        api.store.create(name, private=private)
    except RefusedError as refusal:
        return Answer({"error": refusal.message, "url": url}, 409)
    return Answer({"url": url, "name": name, "id": name})


def _delete(api: Api, request: Request, _: tuple[str, ...]) -> Answer:
    wanted = request.json()
    name = f"{wanted.get('organization') or USER}/{wanted['name']}"
    api.writable(request, name)
    api.store.delete(name)
    return Answer(b"OK")


def _validate_yaml(_: Api, __: Request, ___: tuple[str, ...]) -> Answer:
    return Answer({"errors": [], "warnings": []})


def _info(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    name, revision = parts[0], parts[1] if len(parts) > 1 else "main"
    repository = api.readable(request, name)
    commit = repository.resolve(revision)
    siblings = [
        {"rfilename": path, "size": file.size, "blobId": file.oid}
        for path, file in sorted(commit.files.items())
    ]
    return Answer(
        {
            "_id": "0" * 24,
            "id": name,
            "author": name.split("/")[0],
            "sha": commit.oid,
            "createdAt": _DAY,
            "lastModified": _DAY,
            "private": repository.private,
            "gated": False,
            "disabled": False,
            "downloads": 0,
            "likes": 0,
            "tags": [],
            "siblings": siblings,
        }
    )


def _tree(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    name, revision, folder = parts
    commit = api.readable(request, name).resolve(revision)
    is_recursive = request.query.get("recursive", [""])[0].lower() in {"true", "1"}
    prefix = f"{folder}/" if folder else ""
    inside = [path for path in sorted(commit.files) if path.startswith(prefix)]
    if folder and not inside:
        raise RefusedError(404, "EntryNotFound", f"{folder} does not exist on {revision!r}")
    entries: dict[str, dict[str, object]] = {}
    for path in inside:
        steps = path.removeprefix(prefix).split("/")
        for depth in range(1, len(steps) if is_recursive else min(len(steps), 2)):
            above = prefix + "/".join(steps[:depth])
            entries[above] = {"type": "directory", "path": above, "oid": "0" * 40, "size": 0}
        if is_recursive or len(steps) == 1:
            entries[path] = _entry(api, path, commit.files[path])
    return Answer(list(entries.values()))


def _entry(api: Api, path: str, file: StoredFile) -> dict[str, object]:
    entry: dict[str, object] = {
        "type": "file",
        "path": path,
        "oid": file.oid,
        "size": file.size,
    }
    if file.is_lfs:
        entry["lfs"] = {
            "oid": file.sha256,
            "size": file.size,
            "pointerSize": pointer_size(file),
        }
        xet_hash = api.xet.hash_of(file.sha256)
        if xet_hash:
            entry["xetHash"] = xet_hash
    return entry


def _paths_info(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    name, revision = parts
    commit = api.readable(request, name).resolve(revision)
    wanted = request.json()
    found: list[dict[str, object]] = []
    for path in wanted.get("paths", []):
        if path in commit.files:
            found.append(_entry(api, path, commit.files[path]))
        elif any(file.startswith(f"{path}/") for file in commit.files):
            found.append({"type": "directory", "path": path, "oid": "0" * 40, "size": 0})
    return Answer(found)


def _refs(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    repository = api.readable(request, parts[0])

    def listed(refs: Mapping[str, str], prefix: str) -> list[dict[str, str]]:
        return [
            {"name": name, "ref": prefix + name, "targetCommit": oid} for name, oid in refs.items()
        ]

    return Answer(
        {
            "branches": listed(repository.branches, "refs/heads/"),
            "tags": listed(repository.tags, "refs/tags/"),
            "converts": [],
        }
    )


def _commits(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    repository = api.readable(request, parts[0])
    commit: Commit | None = repository.resolve(parts[1])
    found = []
    while commit is not None:
        found.append(
            {
                "id": commit.oid,
                "title": commit.title,
                "message": commit.message,
                "date": _DAY,
                "authors": [{"user": USER}],
            }
        )
        commit = repository.commits.get(commit.parent)
    return Answer(found)


def _preupload(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    commit = api.writable(request, parts[0]).resolve(parts[1])
    files = []
    for file in request.json()["files"]:
        path = file["path"]
        before = commit.files.get(path)
        is_large = path.endswith(".parquet") and api.transfer != "regular"
        files.append(
            {
                "path": path,
                "uploadMode": "lfs" if is_large else "regular",
                "shouldIgnore": False,
                "oid": (before.sha256 if before.is_lfs else before.oid) if before else None,
            }
        )
    return Answer({"files": files})


def _lfs_batch(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    api.writable(request, parts[0])
    objects = []
    for item in request.json()["objects"]:
        entry = {"oid": item["oid"], "size": item["size"]}
        if not api.store.has(item["oid"]):
            entry["actions"] = {
                "upload": {"href": f"{api.endpoint}/lfs/{item['oid']}"},
                "verify": {"href": f"{api.endpoint}/lfs-verify"},
            }
        objects.append(entry)
    transfer = "xet" if api.transfer == "xet" else "basic"
    return Answer({"transfer": transfer, "objects": objects})


def _lfs_put(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    if api.store.put(request.body) != parts[0]:
        raise RefusedError(400, "", "the content is not the one that was announced")
    return Answer()


def _lfs_verify(api: Api, request: Request, _: tuple[str, ...]) -> Answer:
    if not api.store.has(request.json()["oid"]):
        raise RefusedError(404, "", "the object was not uploaded")
    return Answer({})


def _commit(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    repository = api.writable(request, parts[0])
    header: dict[str, str] = {}
    additions: list[Addition] = []
    deleted: list[str] = []
    folders: list[str] = []
    for line in filter(None, request.body.split(b"\n")):
        step = json.loads(line)
        key, value = step["key"], step["value"]
        if key == "header":
            header = value
        elif key == "file":
            content = api.store.put(base64.b64decode(value["content"]))
            additions.append(Addition(value["path"], content, is_lfs=False))
        elif key == "lfsFile":
            if not api.store.has(value["oid"]):
                _take_from_xet(api, value["oid"])
            additions.append(Addition(value["path"], value["oid"], is_lfs=True))
        elif key == "deletedFile":
            deleted.append(value["path"])
        elif key == "deletedFolder":
            folders.append(value["path"].rstrip("/") + "/")
        else:
            raise RefusedError(400, "", f"unknown commit step {key!r}")
    commit = api.store.commit(
        repository,
        parts[1],
        title=header["summary"],
        message=header.get("description", ""),
        additions=additions,
        deleted=deleted,
        deleted_folders=folders,
        expected_parent=header.get("parentCommit"),
    )
    url = f"{api.endpoint}/datasets/{repository.name}/commit/{commit.oid}"
    return Answer({"success": True, "commitOid": commit.oid, "commitUrl": url, "hookOutput": ""})


def _take_from_xet(api: Api, sha256: str) -> None:
    content = api.xet.content(sha256)
    if content is not None:
        api.store.put(content)


def _tag(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    repository = api.writable(request, parts[0])
    api.store.tag(repository, request.json()["tag"], parts[1])
    return Answer({})


def _untag(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    api.store.untag(api.writable(request, parts[0]), parts[1])
    return Answer({})


def _xet_token(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    name, kind = parts[:2]
    (api.writable if kind == "write" else api.readable)(request, name)
    if api.transfer != "xet":
        raise RefusedError(404, "", "this Hub does not use Xet")
    token, expiry = "loopback", 4_102_444_800
    headers = {
        "X-Xet-Cas-Url": api.xet.url,
        "X-Xet-Access-Token": token,
        "X-Xet-Token-Expiration": str(expiry),
    }
    return Answer({"casUrl": api.xet.url, "accessToken": token, "exp": expiry}, headers=headers)


def _resolve(api: Api, request: Request, parts: tuple[str, ...]) -> Answer:
    name, revision, path = parts
    commit, file = api.readable(request, name).file(revision, path)
    content = api.store.content(file.sha256)
    etag = f'"{file.sha256 if file.is_lfs else file.oid}"'
    headers = {"X-Repo-Commit": commit.oid, "ETag": etag, "Accept-Ranges": "bytes"}
    if file.is_lfs:
        headers |= {"X-Linked-Size": str(file.size), "X-Linked-Etag": etag}
        xet_hash = api.xet.hash_of(file.sha256)
        if xet_hash:
            route = f"{api.endpoint}/api/datasets/{name}/xet-read-token/{commit.oid}"
            headers |= {"X-Xet-Hash": xet_hash, "X-Xet-Refresh-Route": route}
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if wanted is None or not any(wanted.groups()):
        return Answer(content, headers=headers)
    first, last = wanted.groups()
    start = int(first) if first else max(0, file.size - int(last))
    end = min(int(last), file.size - 1) if first and last else file.size - 1
    if start > end:
        headers["Content-Range"] = f"bytes */{file.size}"
        return Answer(b"", 416, headers)
    headers["Content-Range"] = f"bytes {start}-{end}/{file.size}"
    return Answer(content[start : end + 1], 206, headers)


def _routes(
    table: Iterable[tuple[str, str, Handler]],
) -> list[tuple[str, re.Pattern[str], Handler]]:
    words = {"NAME": r"([^/]+/[^/]+?)", "REV": r"([^/]+)", "REST": r"(.+)"}
    compiled = []
    for method, form, handler in table:
        pattern = re.sub("NAME|REV|REST", lambda word: words[word[0]], form)
        compiled.append((method, re.compile(pattern), handler))
    return compiled


ROUTES = _routes(
    [
        ("GET", "/api/whoami-v2", _whoami),
        ("POST", "/api/repos/create", _create),
        ("DELETE", "/api/repos/delete", _delete),
        ("POST", "/api/validate-yaml", _validate_yaml),
        ("GET", "/api/datasets/NAME", _info),
        ("GET", "/api/datasets/NAME/revision/REV", _info),
        ("GET", "/api/datasets/NAME/tree/REV(?:/REST)?", _tree),
        ("POST", "/api/datasets/NAME/paths-info/REV", _paths_info),
        ("GET", "/api/datasets/NAME/refs", _refs),
        ("GET", "/api/datasets/NAME/commits/REV", _commits),
        ("POST", "/api/datasets/NAME/preupload/REV", _preupload),
        ("POST", "/api/datasets/NAME/commit/REV", _commit),
        ("POST", "/api/datasets/NAME/tag/REV", _tag),
        ("DELETE", "/api/datasets/NAME/tag/REV", _untag),
        ("GET", "/api/datasets/NAME/xet-(read|write)-token/REV", _xet_token),
        ("POST", r"/datasets/NAME\.git/info/lfs/objects/batch", _lfs_batch),
        ("PUT", "/lfs/REV", _lfs_put),
        ("POST", "/lfs-verify", _lfs_verify),
        ("GET", "/datasets/NAME/resolve/REV/REST", _resolve),
    ]
)


def parse_query(query: str) -> Mapping[str, list[str]]:
    """Split a query string into its values by name."""
    return parse_qs(query)
