"""Publishing to a Hub on the loopback interface: done once, done whole, done again without harm."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from goldwire.loopback_hub import LoopbackHub
from goldwire.loopback_hub.repositories import Addition
from goldwire.released import Release
from releases import build_of, copy_corpus, edit

pytest.importorskip("huggingface_hub", reason="the Hub's client library is not installed")

REPO = "org/corpus"


@dataclass(frozen=True)
class Press:
    """A committed corpus, its release, and a Hub to publish it on."""

    hub: LoopbackHub
    root: Path
    release: Path

    def command(self, *arguments: str) -> list[str]:
        return [
            sys.executable, "-m", "goldwire", "publish", REPO, "--corpus", str(self.root),
            "--release", str(self.release), *arguments,
        ]  # fmt: skip

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.hub.environment(), "HF_HUB_ETAG_TIMEOUT": "3"}

    def publish(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def visible(self, revision: str = "main") -> dict[str, bytes]:
        """Everything that a reader of a revision sees, but for the repository's own file."""
        found = self.hub.files(REPO, revision)
        return {path: content for path, content in found.items() if path != ".gitattributes"}

    def built(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.release).as_posix(): path.read_bytes()
            for path in self.release.rglob("*")
            if path.is_file()
        }


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@t", *arguments],
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A corpus in a git repository and its release; tests that spoil them make copies."""
    root = copy_corpus(tmp_path_factory.mktemp("corpus") / "c")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    release = tmp_path_factory.mktemp("release") / "r"
    build_of(root, release)
    return root, release


@pytest.fixture
def press(committed: tuple[Path, Path]) -> Iterator[Press]:
    with LoopbackHub() as hub:
        yield Press(hub, *committed)


def test_without_execute_nothing_is_changed(press: Press) -> None:
    said = press.publish("--create")
    assert said.returncode == 0, said.stderr
    assert "nothing was changed: pass --execute" in said.stderr
    assert "  + README.md" in said.stdout
    assert not any(method != "GET" for method, _ in press.hub.requests)


def test_a_repository_that_is_not_there_is_made_only_when_asked_for(press: Press) -> None:
    said = press.publish("--execute")
    assert said.returncode == 2
    assert f"there is no {REPO}: pass --create" in said.stderr
    assert not any(method != "GET" for method, _ in press.hub.requests)


def test_a_release_is_published_whole_in_one_commit_and_again_without_any(press: Press) -> None:
    said = press.publish("--execute", "--create", "--private")
    assert said.returncode == 0, said.stderr
    version = Release.open(press.release).version
    assert press.visible(f"v{version}") == press.visible() == press.built()
    repository = press.hub.store.repository(REPO)
    assert repository.private
    assert [commit.title for commit in repository.commits.values()] == [
        "initial commit",
        f"Release v{version}",
    ]
    before = dict(repository.commits)
    again = press.publish("--execute")
    assert again.returncode == 0, again.stderr
    assert "already published; nothing to do" in again.stderr
    assert repository.commits == before


def test_the_json_names_every_file_with_its_digest(press: Press) -> None:
    said = press.publish("--create", "--json")
    record = json.loads(said.stdout)
    assert sorted(record["added"]) == sorted(record["files"]) == sorted(press.built())
    assert record["published"] is False


def test_what_the_new_version_lacks_is_removed_and_stays_in_the_old_tag(press: Press) -> None:
    repository = press.hub.store.create(REPO)
    old = [
        Addition(path, press.hub.store.put(content), is_lfs=False)
        for path, content in {"old.txt": b"old", "README.md": b"# old"}.items()
    ]
    press.hub.store.commit(repository, "main", title="old", additions=old)
    press.hub.store.tag(repository, "v0.0.1", "main")
    said = press.publish("--execute")
    assert said.returncode == 0, said.stderr
    assert "  - old.txt" in said.stdout
    assert "  ~ README.md" in said.stdout
    assert press.visible() == press.built()
    assert press.visible("v0.0.1") == {"old.txt": b"old", "README.md": b"# old"}


def test_a_version_is_never_replaced(press: Press) -> None:
    repository = press.hub.store.create(REPO)
    press.hub.store.tag(repository, f"v{Release.open(press.release).version}", "main")
    before = press.visible()
    said = press.publish("--execute")
    assert said.returncode == 1
    assert "a version is never replaced" in said.stderr
    assert press.visible() == before


Fault = Callable[[LoopbackHub], None]
STEPS = {
    "looking": ("GET", r"/api/datasets/org/corpus$"),
    "creating": ("POST", r"/api/repos/create"),
    "preparing": ("POST", r"/preupload/"),
    "negotiating": ("POST", r"/info/lfs/objects/batch"),
    "uploading": ("PUT", r"/lfs/"),
    "committing": ("POST", r"/commit/main"),
    "tagging": ("POST", r"/tag/"),
    "checking": ("GET", r"/tree/v"),
}


CHANGING = ("creating", "uploading", "committing", "tagging")


@pytest.mark.parametrize(
    ("kind", "step"),
    [*(("refused", step) for step in STEPS), *(("lost answer", step) for step in CHANGING)],
)
def test_whatever_breaks_a_reader_sees_the_old_or_the_new_and_running_again_finishes(
    press: Press, step: str, kind: str
) -> None:
    method, path = STEPS[step]
    times = 50 if kind == "refused" else 1
    # 501 is what the client library does not retry by itself.
    if kind == "refused":
        press.hub.faults.add(method, path, status=501, times=times)
    else:
        press.hub.faults.add(method, path, kind="after")
    said = press.publish("--execute", "--create")
    if kind == "refused":
        assert said.returncode == 1, said.stderr
        assert "Traceback" not in said.stderr
        assert "answered 501: run this again, it goes on" in said.stderr
    else:
        assert said.returncode in (0, 1), said.stderr
        assert "Traceback" not in said.stderr
    press.hub.faults.clear()
    try:
        seen = press.visible()
    except Exception:  # noqa: BLE001 - there may be no repository yet
        seen = {}
    assert seen in ({}, press.built())
    again = press.publish("--execute", "--create")
    assert again.returncode == 0, again.stderr
    version = Release.open(press.release).version
    assert press.visible(f"v{version}") == press.visible() == press.built()
    # The release came in one commit, however often it was tried.
    assert len(press.hub.store.repository(REPO).commits) == 2


def test_a_commit_of_somebody_else_in_between_is_not_overwritten(press: Press) -> None:
    press.hub.store.create(REPO)
    press.hub.faults.add("POST", "/commit/main", status=412)
    said = press.publish("--execute")
    assert said.returncode == 1
    assert "somebody has committed" in said.stderr
    assert press.visible() == {}


@pytest.mark.parametrize("step", ["uploading", "committing", "tagging"])
def test_a_killed_process_leaves_the_old_or_the_new(press: Press, step: str) -> None:
    method, path = STEPS[step]
    press.hub.faults.add(method, path, kind="hang", seconds=30)
    with subprocess.Popen(
        press.command("--execute", "--create"),
        env=press.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        for _ in range(600):
            if any(
                asked == method and _matches(path, place) for asked, place in press.hub.requests
            ):
                break
            time.sleep(0.05)
        process.kill()
    assert press.visible() in ({}, press.built())
    again = press.publish("--execute", "--create")
    assert again.returncode == 0, again.stderr
    version = Release.open(press.release).version
    assert press.visible(f"v{version}") == press.visible() == press.built()


def _matches(pattern: str, path: str) -> bool:
    import re

    return re.search(pattern, path) is not None


def test_a_wrong_token_says_how_to_log_in(press: Press) -> None:
    press.hub.faults.add("POST", "/api/repos/create", status=401, times=9)
    said = press.publish("--execute", "--create")
    assert said.returncode == 1
    assert "set HF_TOKEN" in said.stderr


def test_a_hub_that_is_not_there_is_said_to_be_so(press: Press) -> None:
    environment = {**press.environment(), "HF_ENDPOINT": "http://127.0.0.1:9"}
    said = subprocess.run(
        press.command(), env=environment, capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert "could not be reached" in said.stderr


def spoilt(tmp_path: Path, *, own_use: bool = False) -> tuple[Path, Path]:
    root = copy_corpus(tmp_path / "c")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    build_of(root, tmp_path / "r", profile="full" if own_use else "as-allowed", own_use=own_use)
    return root, tmp_path / "r"


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda root, _: (root / "corpus" / "new.txt").write_text("x"), 4, "corpus is not valid"),
        (
            lambda root, _: edit(root, "corpus/manifest.json", lambda m: m.update(title="new")),
            1,
            "has changed since the release was built",
        ),
        (
            lambda root, _: edit(root, "corpus/manifest.json", lambda m: m.update(title="new")),
            1,
            "the file is not committed",
        ),
        (lambda _, release: (release / "README.md").write_text("x"), 1, "not as it was built"),
        (lambda _, release: (release / "more.txt").write_text("x"), 1, "not part of the release"),
        (lambda _, release: (release / "README.md").unlink(), 1, "the file is missing"),
    ],
)
def test_what_must_not_be_published_is_not(
    tmp_path: Path, spoil: Callable[[Path, Path], Any], code: int, words: str
) -> None:
    root, release = spoilt(tmp_path)
    spoil(root, release)
    with LoopbackHub() as hub:
        said = Press(hub, root, release).publish("--execute", "--create")
        assert (said.returncode, words in said.stderr) == (code, True), said.stderr
        assert not any(method != "GET" for method, _ in hub.requests)


def test_texts_without_rights_are_never_published(tmp_path: Path) -> None:
    root, release = spoilt(tmp_path, own_use=True)
    with LoopbackHub() as hub:
        said = Press(hub, root, release).publish("--execute", "--create", "--private")
        assert said.returncode == 1
        assert "GW831" in said.stderr
        assert "GW832 ip-20220113-kz-withdrawal" in said.stderr
        assert hub.requests == []


def test_a_published_release_is_gold_also_when_the_hub_is_gone(press: Press) -> None:
    said = press.publish("--execute", "--create")
    assert said.returncode == 0, said.stderr
    address = f"hf://{REPO}@v{Release.open(press.release).version}"
    gold = press.root / "annotations" / "gold" / "gw-20260105-fisheries-talks.json"

    def score(place: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "goldwire", "score", str(gold), "--gold", place, "--split",
             "example", "--json"],
            env={**press.environment(), **more},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    fetched = score(address)
    assert fetched.returncode == 0, fetched.stderr
    ours, theirs = json.loads(score(str(press.root)).stdout), json.loads(fetched.stdout)
    assert theirs["scores"] == ours["scores"]
    press.hub.faults.add("GET", ".", kind="drop", times=1000)
    press.hub.faults.add("HEAD", ".", kind="drop", times=1000)
    assert json.loads(score(address, HF_HUB_OFFLINE="1").stdout) == theirs


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("hf://org/corpus", "names no version"),
        ("hf://corpus@v1", "is no address"),
        ("hf://org/corpus@v9.9.9", "has no v9.9.9"),
        ("hf://org/nothing@v1.0.0", "there is no dataset org/nothing"),
    ],
)
def test_an_address_that_leads_nowhere_says_why(press: Press, address: str, words: str) -> None:
    press.hub.store.create(REPO)
    said = subprocess.run(
        [sys.executable, "-m", "goldwire", "show", "--gold", address],
        env=press.environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (said.returncode, words in said.stderr) == (2, True), said.stderr
