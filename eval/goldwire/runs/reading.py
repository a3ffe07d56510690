"""Reading a run folder, and finding the one that is meant."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from goldwire.errors import UsageError
from goldwire.runs.records import Entry, RunManifest

MANIFEST = "manifest.json"
LOG = "log.jsonl"


def read_manifest(folder: Path) -> RunManifest | None:
    """Read a run's manifest; None when the folder holds no run.

    Raises UsageError for a run of a later format, or with a damaged manifest.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except OSError:
        return None
    try:
        raw = json.loads(data)
        if not isinstance(raw, dict) or "goldwire_run" not in raw:
            return None
        return msgspec.convert(raw, RunManifest)
    except (ValueError, msgspec.ValidationError) as error:
        raise UsageError(
            f"{path} is no manifest that this version reads: {error} → restore it, or run again "
            "with another --out"
        ) from error


def predictions_name(repeat: int) -> str:
    """Name the file of a repeat, counted from 1."""
    return "predictions.jsonl" if repeat == 1 else f"predictions.{repeat}.jsonl"


def whole_lines(path: Path) -> Iterator[bytes]:
    """Stream the lines of a file that are whole; one that was torn at the end is none."""
    if path.is_file():
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))


def read_log(folder: Path) -> Iterator[Entry]:
    """Stream the calls of a run; damaged lines are passed over."""
    for line in whole_lines(folder / LOG):
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            yield msgspec.json.decode(line, type=Entry)


def find_runs(runs: Path, *, stem: str, key: str) -> list[tuple[Path, RunManifest]]:
    """Find the runs of a key below `runs`, the latest last."""
    return [
        (folder, manifest)
        for folder in _numbered(runs, stem)
        if (manifest := read_manifest(folder)) is not None and manifest.key == key
    ]


def next_folder(runs: Path, *, stem: str) -> Path:
    """Name the folder of a new run: `stem`, or with the next number, as in `stem.2`."""
    taken = _numbered(runs, stem)
    return runs / (stem if not taken else f"{stem}.{_number(taken[-1], stem) + 1}")


def _numbered(runs: Path, stem: str) -> list[Path]:
    folders = [runs / stem, *runs.glob(f"{stem}.*")] if runs.is_dir() else []
    return sorted(
        (folder for folder in folders if folder.is_dir() and _number(folder, stem)),
        key=lambda folder: _number(folder, stem),
    )


def _number(folder: Path, stem: str) -> int:
    rest = folder.name.removeprefix(stem).removeprefix(".")
    return 1 if not rest else int(rest) if rest.isdigit() else 0
