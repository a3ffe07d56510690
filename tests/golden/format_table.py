"""The table of docs/formats.md: every file of other people that lies beside the project, as read.

`python tests/golden/format_table.py` writes the page anew.
"""

import sys
from collections import Counter
from collections.abc import Collection
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from goldwire.formats import Reading, recognise
from goldwire.formats.base import Sample
from goldwire.model import items_of
from samples import EXTRACTORS, NOT_READ, ROOT, article_texts, files, name_of, read_file

PAGE = ROOT / "docs" / "formats.md"
BEGIN, END = "<!-- table of samples -->\n", "<!-- end of table -->\n"


def table(*, without: Collection[str] = ()) -> str:
    """Read everything and make the table; files of the formats `without` have no row."""
    rows = [
        "| file | format | documents | items | losses | found |",
        "|---|---|---:|---:|---|---|",
    ]
    texts = article_texts()
    for path in sorted(EXTRACTORS.glob("*/raw.json")):
        found, reading = read_file(path, texts)
        rows.append(_row(name_of(path), found.name, reading))
    for path in files():
        name = name_of(path)
        if name in NOT_READ:
            rows.append(f"| {name} | refused | – | – | – | {NOT_READ[name]} |")
        elif not without or recognise(Sample(name, path.read_bytes())).name not in without:
            found, reading = read_file(path)
            rows.append(_row(name, found.name, reading))
    return "\n".join(rows) + "\n"


def _row(name: str, format_name: str, reading: Reading) -> str:
    items = Counter(
        layer for document in reading.documents for layer, _, _ in items_of(document.annotation)
    )
    counts = ", ".join(f"{n} {layer.replace('_', ' ')}" for layer, n in items.items())
    losses = Counter(f"{loss.kind}: {loss.code}" for loss in reading.losses)
    losses.update(f"fault: {problem.code}" for problem in reading.problems)
    lost = ", ".join(f"{n} {code}" for code, n in losses.items())
    found = "; ".join(f"{key}: {value}" for key, value in reading.dialect.items())
    cells = (name, format_name, str(len(reading.documents)), counts, lost, found)
    return "| " + " | ".join(cell or "–" for cell in cells) + " |"


def page_with(content: str, page: str) -> str:
    """Put the table into the page."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + "\n" + content + "\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page_with(table(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
