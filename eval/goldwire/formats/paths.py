"""Names of files that are made of ids: no id from a file may lead out of the folder written to."""

import re

from goldwire.formats.ledger import Ledger

LONGEST = 120
"""Longer names are cut: file systems allow 255 bytes, and a suffix follows."""

_UNSAFE = re.compile(r"[^\w.\-]", re.ASCII)
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe_name(name: str) -> str:
    """Make a name of letters, digits, `_`, `-` and `.`, which does not begin with a dot.

    >>> safe_name("../../etc/passwd"), safe_name(""), safe_name("news/2022 a")
    ('_.._etc_passwd', 'document', 'news_2022_a')
    """
    made = _UNSAFE.sub("_", name).lstrip(".")[:LONGEST]
    if _RESERVED.fullmatch(made):
        made = f"_{made}"
    return made or "document"


class FileNames:
    """Gives every document its own safe name; one that differs from its id is entered as a note."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.taken: set[str] = set()

    def name(self, doc_id: str) -> str:
        """Give a name that no document before had; upper and lower case are not told apart."""
        base = name = safe_name(doc_id)
        number = 1
        while name.casefold() in self.taken:
            number += 1
            name = f"{base}-{number}"
        self.taken.add(name.casefold())
        if name != doc_id:
            self.ledger.lose("renamed", "note", "/doc_id", name, document=doc_id)
        return name
