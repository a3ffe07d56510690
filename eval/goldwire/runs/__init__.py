"""A run: a folder with what a system answered, which can be killed at any moment and continued.

    manifest.json        what was run, on which texts, and what came of it
    predictions.jsonl    one prediction record a line (predictions.2.jsonl, … for repeats)
    log.jsonl            one line for every call: seconds, tokens, cost, notes, error
    lock                 held by the process that writes; free again as soon as that ends

Lines are appended and flushed to the disk one by one; a line that was torn is none. An error is
logged and never becomes an answer.
"""

from goldwire.runs.lock import LockedError
from goldwire.runs.reading import (
    find_runs,
    next_folder,
    predictions_name,
    read_log,
    read_manifest,
    whole_lines,
)
from goldwire.runs.records import FORMAT, Entry, Failure, Latency, RunManifest, totals
from goldwire.runs.writing import OpenRun, UnwritableError

__all__ = [
    "FORMAT",
    "Entry",
    "Failure",
    "Latency",
    "LockedError",
    "OpenRun",
    "RunManifest",
    "UnwritableError",
    "find_runs",
    "next_folder",
    "predictions_name",
    "read_log",
    "read_manifest",
    "totals",
    "whole_lines",
]
