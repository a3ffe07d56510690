"""The loopback Hub against the Hub's own client libraries, in every way of uploading."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from goldwire.loopback_hub import LoopbackHub, RefusedError, Store
from goldwire.loopback_hub.repositories import Addition

CLIENT = Path(__file__).with_name("hub_client.py")


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub() as running:
        yield running


@pytest.mark.parametrize("transfer", ["lfs", "regular", "xet"])
def test_the_hub_s_own_libraries_find_what_they_put_there(transfer: Any, tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="the Hub's client libraries are not installed")
    if transfer == "xet":
        pytest.importorskip("hf_xet", reason="hf_xet is not installed")
    # datasets deletes its file before a regular upload reads it; no real Hub asks for that.
    push = "push" if transfer != "regular" else "-"
    with LoopbackHub(transfer=transfer) as hub:
        done = subprocess.run(
            [sys.executable, str(CLIENT), str(tmp_path), push],
            env={**os.environ, **hub.environment()},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["tags"] == {"v1.0.0": True}
    assert found["files"] == [
        ".gitattributes",
        "README.md",
        "data/documents/test-00000-of-00001.parquet",
    ]
    assert found["loaded"] == ["x", "é", "😀"]
    assert found["streamed"] == found["pandas"] == [1, 2, 3]
    assert found["snapshot"] is True
    assert found["statuses"] == {
        "no such repository": 404,
        "no such revision": 404,
        "no such file": 404,
        "repository exists": 409,
        "tag exists": 409,
        "parent moved": 412,
    }
    if push == "push":
        assert found["pushed"] == [4, 5]
    # Only where it was asked for did files go the way of LFS.
    assert any(path.startswith("/lfs/") for _, path in hub.requests) == (transfer == "lfs")


def get(
    hub: LoopbackHub, path: str, *, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection(urlsplit(hub.endpoint).netloc, timeout=5)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.fixture
def alphabet(hub: LoopbackHub) -> LoopbackHub:
    repository = hub.store.create("org/a")
    content = hub.store.put(b"abcdefghij")
    hub.store.commit(
        repository, "main", title="t", additions=[Addition("a.txt", content, is_lfs=False)]
    )
    return hub


@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("bytes=2-4", 206, b"cde"),
        ("bytes=7-", 206, b"hij"),
        ("bytes=-2", 206, b"ij"),
        ("bytes=8-99", 206, b"ij"),
        ("bytes=10-12", 416, b""),
        ("lines=1", 200, b"abcdefghij"),
    ],
)
def test_ranges_are_cut_as_http_defines_them(
    alphabet: LoopbackHub, wanted: str, status: int, body: bytes
) -> None:
    found, headers, content = get(alphabet, "/datasets/org/a/resolve/main/a.txt", Range=wanted)
    assert (found, content) == (status, body)
    assert int(headers["content-length"]) == len(body)


def test_faults_happen_to_the_requests_they_are_meant_for_and_then_stop(
    alphabet: LoopbackHub,
) -> None:
    path = "/datasets/org/a/resolve/main/a.txt"
    alphabet.faults.add("GET", "resolve", status=503, skip=1, times=2)
    statuses = [get(alphabet, path)[0] for _ in range(5)]
    assert statuses == [200, 503, 503, 200, 200]
    assert get(alphabet, path, method="HEAD")[0] == 200


@pytest.mark.parametrize("kind", ["drop", "half", "after"])
def test_a_broken_connection_is_seen_as_one(alphabet: LoopbackHub, kind: Any) -> None:
    alphabet.faults.add("GET", "resolve", kind=kind)
    with pytest.raises((HTTPException, ConnectionError)):
        get(alphabet, "/datasets/org/a/resolve/main/a.txt")


def test_a_private_repository_is_hidden_without_a_token(hub: LoopbackHub) -> None:
    hub.store.create("org/secret", private=True)
    status, headers, _ = get(hub, "/api/datasets/org/secret")
    assert (status, headers["x-error-code"]) == (401, "RepoNotFound")
    assert get(hub, "/api/datasets/org/secret", Authorization="Bearer x")[0] == 200


def test_a_commit_is_whole_or_nothing() -> None:
    store = Store()
    repository = store.create("org/a")
    before = repository.resolve("main")
    content = store.put(b"x")
    with pytest.raises(RefusedError, match="points to no object"):
        store.commit(
            repository,
            "main",
            title="t",
            additions=[
                Addition("good.txt", content, is_lfs=False),
                Addition("bad.bin", "0" * 64, is_lfs=True),
            ],
        )
    assert repository.resolve("main") == before


def test_what_a_commit_replaces_stays_readable_by_tag() -> None:
    store = Store()
    repository = store.create("org/a")
    for text in (b"old", b"new"):
        addition = Addition("a.txt", store.put(text), is_lfs=False)
        store.commit(repository, "main", title="t", additions=[addition])
        store.tag(repository, text.decode(), "main")
    contents = {
        tag: store.content(repository.file(tag, "a.txt")[1].sha256) for tag in ("old", "new")
    }
    assert contents == {"old": b"old", "new": b"new"}
    store.commit(repository, "main", title="t", deleted=["a.txt"])
    with pytest.raises(RefusedError, match=r"a\.txt does not exist"):
        repository.file("main", "a.txt")


def test_git_s_object_ids_are_those_of_git(tmp_path: Path) -> None:
    from goldwire.loopback_hub.repositories import blob_id

    path = tmp_path / "x"
    path.write_bytes(b"some content\n")
    said = subprocess.run(
        ["git", "hash-object", str(path)], capture_output=True, text=True, check=True
    )
    assert blob_id(path.read_bytes()) == said.stdout.strip()


def test_the_fixture_is_a_running_hub_whose_address_child_processes_find(
    goldwire_hub: LoopbackHub,
) -> None:
    assert os.environ["HF_ENDPOINT"] == goldwire_hub.endpoint
    assert get(goldwire_hub, "/api/datasets/no/where")[0] == 404
