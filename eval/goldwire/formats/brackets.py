"""Brackets of coreference columns: `(3`, `3)`, `(3)`, several of them joined by `|` or not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_PART = re.compile(r"(?P<open>\()?(?P<name>[^()|]+)(?P<close>\))?")


@dataclass(slots=True)
class Brackets:
    """Mentions of entities while their brackets are read, token by token.

    `found` are (entity, first token, last token); those that open and never close stay in `opened`,
    those that close unopened are counted in `unopened`.
    """

    found: list[tuple[str, int, int]] = field(default_factory=list)
    opened: dict[str, list[int]] = field(default_factory=dict)
    unopened: list[tuple[str, int]] = field(default_factory=list)

    def add(self, cell: str, at: int) -> None:
        """Read the cell of one token; nested mentions of one entity close the last one opened.

        >>> brackets = Brackets()
        >>> for at, cell in enumerate(["(2(3", "3)", "2)|(1)"]):
        ...     brackets.add(cell, at)
        >>> brackets.found
        [('3', 0, 1), ('2', 0, 2), ('1', 2, 2)]
        """
        for match in _PART.finditer(cell):
            name = match["name"]
            if match["open"] and match["close"]:
                self.found.append((name, at, at))
            elif match["open"]:
                self.opened.setdefault(name, []).append(at)
            elif match["close"] and self.opened.get(name):
                self.found.append((name, self.opened[name].pop(), at))
            elif match["close"]:
                self.unopened.append((name, at))

    @property
    def unclosed(self) -> Iterable[tuple[str, int]]:
        """The mentions that were opened and never closed, by entity and first token."""
        return [(name, at) for name, places in self.opened.items() for at in places]
