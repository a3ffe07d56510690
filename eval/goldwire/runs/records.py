"""What a run writes down: its manifest, and a log entry for every call."""

from collections.abc import Iterable
from typing import Any, Literal

from goldwire.model import Record

FORMAT = 1

Status = Literal["running", "complete", "incomplete"]


class Failure(Record, frozen=True, kw_only=True, gc=False):
    """Why there is no answer for a document; `is_final` when none can have one."""

    kind: str
    message: str
    details: str = ""
    is_final: bool = False


class Entry(Record, frozen=True, kw_only=True, gc=False):
    """One call: an answer's price, or the reason why there is none. `seconds` is wall time."""

    doc_id: str
    repeat: int = 1
    seconds: float
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None
    notes: tuple[str, ...] = ()
    error: Failure | None = None


class Latency(Record, frozen=True, kw_only=True, gc=False):
    """Seconds per answered document, over all calls."""

    median: float
    p95: float
    longest: float


class RunManifest(Record, frozen=True, kw_only=True, gc=False):
    """What was run, on which texts (by document, in order, their SHA-256), and what came of it.

    `goldwire_run` is the version of the format, by which a run folder is known. `key` is a digest
    of all that decides the answers: the extractor with its code and parameters, and the texts.
    `layers` are those that the system attempts; None when its answers decide.
    """

    goldwire_run: int
    extractor: str
    name: str
    version: str
    parameters: dict[str, str]
    key: str
    gold: str
    repeats: int = 1
    layers: tuple[str, ...] | None = None
    texts: dict[str, str]
    environment: dict[str, str]
    packages: tuple[str, ...] = ()
    started: str
    finished: str | None = None
    status: Status = "running"
    n_answers: int = 0
    n_errors: int = 0
    latency: Latency | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None


def totals(entries: Iterable[Entry]) -> dict[str, Any]:
    """Sum a run's calls into the fields of its manifest: latency, tokens and cost."""
    listed = list(entries)
    seconds = sorted(entry.seconds for entry in listed if entry.error is None)
    sums: dict[str, Any] = {}
    for name in ("tokens_in", "tokens_out", "cost"):
        told = [value for entry in listed if (value := getattr(entry, name)) is not None]
        sums[name] = sum(told) if told else None
    if seconds:
        n = len(seconds)
        sums["latency"] = Latency(
            median=round(seconds[(n - 1) // 2], 6),
            p95=round(seconds[min(n - 1, -(-95 * n // 100) - 1)], 6),
            longest=round(seconds[-1], 6),
        )
    return sums
