"""The whole path of a release: built, published, loaded, given its text back, and scored alike."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from goldwire.loopback_hub import LoopbackHub
from goldwire.released import Release
from releases import SEED, build_of, copy_corpus

pytest.importorskip("datasets", reason="the Hub's client libraries are not installed")

REPO = "org/corpus"
READER = Path(__file__).with_name("hub_reader.py")


def run(hub: LoopbackHub, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=hub.environment()["HF_HOME"].removesuffix("home"),
        env={**os.environ, **hub.environment()},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def goldwire(hub: LoopbackHub, *arguments: str) -> str:
    return run(hub, "-m", "goldwire", *arguments)


def test_the_scores_from_a_rehydrated_release_are_those_from_the_repository(tmp_path: Path) -> None:
    root = copy_corpus(tmp_path / "corpus")
    release = build_of(root, tmp_path / "release")
    with LoopbackHub() as hub:
        goldwire(
            hub, "publish", REPO, "--corpus", str(root), "--release", str(release.root),
            "--create", "--execute",
        )  # fmt: skip
        found: dict[str, Any] = json.loads(run(hub, str(READER), REPO, f"v{release.version}"))
        fetched, whole = Path(found["folder"]), tmp_path / "whole"
        assert Release.open(fetched).text(SEED) is None
        text = root / "corpus" / SEED / "text.txt"
        goldwire(hub, "rehydrate", str(fetched), "--texts", str(text), "--output", str(whole))
        scores = [
            json.loads(
                goldwire(hub, "eval", "baseline", "--gold", place, "--metrics", "all", "--json")
            )["scores"]
            for place in (str(root), str(whole))
        ]
    assert Release.open(whole).text(SEED) == text.read_bytes().decode()
    assert scores[0] == scores[1]
    assert len(scores[0]) > 60
    written = {
        (file.path.split("/")[1], file.path.split("/")[2].split("-")[0]): file.rows
        for file in release.manifest.files
        if file.path.startswith("data/")
    }
    loaded = {
        (config, split): n
        for config, splits in found["rows"].items()
        for split, n in splits.items()
    }
    assert len({config for config, _ in loaded}) == 10
    assert loaded == {key: n for key, n in written.items() if n}
