"""A saved result computed again: the same figures, or what changed.

A result (`goldwire score --json`) names, in the signature of every number, its options, its gold
and the version of its definition. So a later goldwire can score the same predictions alike, and
must then get the same four sums, unless the metric's definition has changed since.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from goldwire.errors import UsageError
from goldwire.metrics import describe
from goldwire.scores import Score, Scores
from goldwire.signature import Address, Signature

TOLERANCE = 1e-9
SUMS = ("p_num", "p_den", "r_num", "r_den")

Outcome = Literal["same", "different", "definition changed", "gone"]


class SavedScore(msgspec.Struct, frozen=True):
    """One number of a saved result, as far as it can be checked."""

    metric: str
    signature: str
    label: str | None = None
    slice: str | None = None
    p: float | None = None
    r: float | None = None
    f1: float | None = None
    p_num: float = 0.0
    p_den: float = 0.0
    r_num: float = 0.0
    r_den: float = 0.0

    @property
    def address(self) -> Address:
        """The address without a measure: all of them are checked."""
        return Address(self.metric, None, self.label, self.slice)

    @property
    def definition(self) -> str:
        """The version of the metric's definition that gave this number."""
        return Signature.parse(self.signature).options.get("def", "1")


class SavedResult(msgspec.Struct, frozen=True):
    """A saved result: the signature that its numbers share, and the numbers."""

    signature: str
    scores: tuple[SavedScore, ...]
    system: str = ""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """One number of a saved result, and what computing it again gave."""

    address: Address
    outcome: Outcome
    reason: str = ""


def read_result(data: bytes, *, name: str) -> SavedResult:
    """Read what `goldwire score --json` printed for one system; raises UsageError for the rest."""
    try:
        found = msgspec.json.decode(data, type=SavedResult)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if b'"systems"' in data:
            raise UsageError(
                f"{name} holds several systems: save and check them one by one"
            ) from error
        raise UsageError(f"{name} is no result of `goldwire score --json`: {error}") from error
    if not found.scores:
        raise UsageError(f"{name} holds no score, so there is nothing to check")
    return found


def recheck(saved: SavedResult, scores: Scores) -> tuple[Rechecked, ...]:
    """Compare every saved number with what the run gives now."""
    return tuple(_recheck(one, scores) for one in saved.scores)


def changed_context(saved: SavedResult, scores: Scores) -> Mapping[str, tuple[str, str]]:
    """Give what differs between the shared signatures: field → (saved, now), "" for none."""
    before, now = Signature.parse(saved.signature).options, scores.shared_signature().options
    keys = dict.fromkeys((*before, *now))
    return {
        key: (before.get(key, ""), now.get(key, ""))
        for key in keys
        if before.get(key) != now.get(key)
    }


def is_known(one: SavedScore) -> bool:
    """Claim that this goldwire has the metric of a saved number."""
    try:
        describe(one.metric)
    except UsageError:
        return False
    return True


def _recheck(one: SavedScore, scores: Scores) -> Rechecked:
    if not is_known(one):
        return Rechecked(one.address, "gone", "this goldwire has no such metric")
    now = scores.signature(one.address).options.get("def", "1")
    if now != one.definition:
        reason = f"its definition had version {one.definition} and has version {now}"
        return Rechecked(one.address, "definition changed", reason)
    try:
        score = scores[str(one.address)]
    except KeyError as error:
        return Rechecked(one.address, "different", str(error.args[0]))
    differing = [*_differing(one, score)]
    if differing:
        return Rechecked(one.address, "different", "; ".join(differing))
    return Rechecked(one.address, "same")


def _differing(one: SavedScore, score: Score) -> Sequence[str]:
    now: dict[str, Any] = {
        **dict(zip(SUMS, score.sums, strict=True)),
        "p": score.p,
        "r": score.r,
        "f1": score.f1,
    }
    return [
        f"{name} was {before} and is {now[name]}"
        for name in now
        if not _is_same(before := getattr(one, name), now[name])
    ]


def _is_same(before: float | None, now: float | None) -> bool:
    if before is None or now is None:
        return before is now
    return math.isclose(before, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
