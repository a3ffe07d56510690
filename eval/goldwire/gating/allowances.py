"""The allow-list of the gate: losses that were agreed on, each with a reason and a last day.

A TOML file:

    [[allow]]
    item = "d1 mentions 129:139 GPE"
    reason = "the guidelines no longer ask for adjectives, see issue 12"
    expires = 2027-01-31
"""

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from goldwire.comparison.changes import Change
from goldwire.errors import UsageError

KEYS = ("item", "reason", "expires")
EXAMPLE = 'write item = "…", reason = "…" and expires = 2027-01-31 under [[allow]]'


@dataclass(frozen=True, slots=True)
class Allowance:
    """One loss that does not gate until the end of `expires`; `item` is a `Change.key`."""

    item: str
    reason: str
    expires: dt.date


@dataclass(frozen=True, slots=True)
class Sifted:
    """Losses parted by the allow-list: what still counts, what is excused, and what it is not.

    `expired` allowances excuse nothing any more; `unused` ones name no present loss.
    """

    remaining: tuple[Change, ...]
    excused: tuple[tuple[Change, Allowance], ...] = ()
    expired: tuple[Allowance, ...] = ()
    unused: tuple[Allowance, ...] = ()


def read_allowances(path: str | Path) -> tuple[Allowance, ...]:
    """Read an allow-list; raises UsageError that names entry and fault."""
    file = Path(path)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the allow-list {path} cannot be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the allow-list {path} is not valid TOML: {error}") from error
    entries = table.get("allow", [])
    unknown = sorted(table.keys() - {"allow"})
    if unknown or not isinstance(entries, list):
        raise UsageError(f"the allow-list {path} holds {', '.join(unknown) or 'allow'} → {EXAMPLE}")
    return tuple(
        _allowance(entry, place=f"{path}, entry {at}") for at, entry in enumerate(entries, start=1)
    )


def _allowance(entry: object, *, place: str) -> Allowance:
    if not isinstance(entry, dict):
        raise UsageError(f"{place} is no table → {EXAMPLE}")
    lacking = [key for key in KEYS if not entry.get(key)]
    unknown = sorted(entry.keys() - set(KEYS))
    if lacking or unknown:
        what = f"has no {', '.join(lacking)}" if lacking else f"holds {', '.join(unknown)}"
        raise UsageError(f"{place} {what} → {EXAMPLE}")
    expires = entry["expires"]
    if isinstance(expires, dt.datetime) or not isinstance(expires, dt.date):
        raise UsageError(f"{place}: expires is {expires!r}, expected a date such as 2027-01-31")
    return Allowance(" ".join(str(entry["item"]).split()), str(entry["reason"]), expires)


def sift(lost: Sequence[Change], allowances: Sequence[Allowance], *, today: dt.date) -> Sifted:
    """Part losses by the allow-list as it stands on a day."""
    valid = {one.item: one for one in allowances if one.expires >= today}
    keys = {change.key for change in lost}
    return Sifted(
        remaining=tuple(change for change in lost if change.key not in valid),
        excused=tuple((change, valid[change.key]) for change in lost if change.key in valid),
        expired=tuple(one for one in allowances if one.expires < today),
        unused=tuple(one for one in valid.values() if one.item not in keys),
    )
