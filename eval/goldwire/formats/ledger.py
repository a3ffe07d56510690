"""Losses: what does not pass a format unchanged, entered as a file is read or written."""

from dataclasses import dataclass
from typing import Literal

from goldwire.errors import Problem

Kind = Literal["note", "repaired", "dropped", "doubtful", "unplaced", "unreadable"]
KINDS: tuple[Kind, ...] = ("note", "repaired", "dropped", "doubtful", "unplaced", "unreadable")
"""How bad a loss is.

- note: nothing was lost, but something was decided;
- repaired: read or written differently from how it stood;
- dropped: left out, because the other side has no place for it;
- doubtful: read as it stands, but contradicted by what stands beside it;
- unplaced: an item without a place in the text, kept, so that it counts as wrong;
- unreadable: an item that was not understood, kept as an unplaced one where there was any.

Gold may have none of the last three.
"""


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that did not pass unchanged: what (`code`), how bad, where, and an example.

    `where` is a place in the file that was read, or a JSON Pointer into the record that was
    written.
    """

    code: str
    kind: Kind
    where: str
    example: str = ""
    document: str = ""

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.document, self.where)))
        return f"{self.kind}: {self.code} at {place}" + (
            f": {self.example}" if self.example else ""
        )


class Ledger:
    """Where a reader or writer enters what does not pass unchanged, as it goes."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.losses: list[Loss] = []
        self.problems: list[Problem] = []

    def lose(
        self, code: str, kind: Kind, where: str, example: str = "", *, document: str = ""
    ) -> None:
        """Enter one loss."""
        self.losses.append(Loss(code, kind, where, example, document))

    def refuse(
        self, code: str, where: str, message: str, *, found: str = "", expected: str = "", fix: str
    ) -> None:
        """Enter one fault after which what was read means nothing."""
        self.problems.append(
            Problem(
                code,
                where,
                message,
                document=self.name,
                found=found,
                expected=expected,
                fix=fix,
            )
        )
