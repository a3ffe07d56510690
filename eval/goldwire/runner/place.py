"""Where a run is saved, and what becomes of an earlier one."""

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from goldwire.errors import UsageError
from goldwire.runs import RunManifest, find_runs, next_folder, read_manifest

RUNS = ".goldwire/runs"
"""Where runs are saved, below the working directory, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to run: where (`out`, or below `runs`), how often, and what to do with earlier answers.

    `fresh` ignores an unfinished run, `reuse` takes a complete one as it is. `max_cost` stops the
    run once its answers cost as much.
    """

    out: Path | None = None
    runs: Path = Path(RUNS)
    repeats: int = 1
    fresh: bool = False
    reuse: bool = False
    max_cost: float | None = None


def place(manifest: RunManifest, wanted: Wanted) -> tuple[Path, bool]:
    """Choose the folder, and whether what it holds is to be replaced.

    Raises UsageError when the folder asked for holds anything that must not be lost.
    """
    if wanted.out is None:
        stem = f"{_slug(manifest.name)}-{manifest.key[:8]}"
        found = find_runs(wanted.runs, stem=stem, key=manifest.key)
        if wanted.reuse:
            complete = [folder for folder, there in found if there.status == "complete"]
            if complete:
                return complete[-1], False
        if found and found[-1][1].status != "complete" and not wanted.fresh:
            return found[-1][0], False
        return next_folder(wanted.runs, stem=stem), False
    there = read_manifest(wanted.out)
    if there is None:
        if wanted.out.is_dir() and any(wanted.out.iterdir()) and not _is_ours(wanted.out):
            raise UsageError(f"{wanted.out} holds other files → give an empty or a new folder")
        return wanted.out, False
    if wanted.fresh:
        return wanted.out, True
    if there.key != manifest.key:
        raise UsageError(
            f"{wanted.out} holds a run of {there.name} with other code, parameters or texts → "
            "--fresh replaces it, another --out keeps it"
        )
    if there.status == "complete" and not wanted.reuse:
        raise UsageError(
            f"{wanted.out} holds this run, complete since {there.finished} → --reuse takes its "
            "answers, --fresh replaces them"
        )
    return wanted.out, False


def _is_ours(folder: Path) -> bool:
    """Claim that a folder was left by a runner that was killed before it wrote its manifest."""
    return all(path.name == "lock" or path.name.startswith(".") for path in folder.iterdir())


def is_complete(folder: Path) -> bool:
    """Claim that a folder holds a run in which nothing is missing."""
    manifest = read_manifest(folder)
    return manifest is not None and manifest.status == "complete"


def continued(folder: Path, manifest: RunManifest) -> RunManifest:
    """Keep when a run was started, and how its system introduced itself."""
    there = read_manifest(folder)
    if there is None:
        return manifest
    return msgspec.structs.replace(
        there, gold=manifest.gold, environment=manifest.environment, status="running", finished=None
    )


def _slug(name: str) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "-", name).strip("-").lower()[:40] or "run"
