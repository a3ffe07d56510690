"""Exports: the documents whose text is in a release, once more in formats that other tools read.

Without the text these formats say nothing, so documents without it are not in them. An export is a
function from a split's documents to files; what it leaves out is in the rows.
"""

from collections.abc import Callable, Iterator, Sequence

from goldwire.formats.released import ReleasedDocument
from goldwire.release.tokens import token_rows

Export = Callable[[str, Sequence[ReleasedDocument]], Iterator[tuple[str, bytes]]]
"""Takes a split and its documents with text, gives files by their path in the release."""


def conll(split: str, documents: Sequence[ReleasedDocument]) -> Iterator[tuple[str, bytes]]:
    """Write a token and its tag a line, as the config `tokens` has them; a sentence is a zone."""
    lines: list[str] = []
    for row in documents:
        lines += ["-DOCSTART-\tO", ""]
        text = row.own_text or ""
        for found in token_rows(row, text):
            places = zip(found.starts, found.ends, found.tags, strict=True)
            lines += [f"{text[start:end]}\t{tag}" for start, end, tag in places]
            lines.append("")
    yield f"conll/{split}.conll", "".join(f"{line}\n" for line in lines).encode("utf-8")


EXPORTS: tuple[Export, ...] = (conll,)


def exported(split: str, documents: Sequence[ReleasedDocument]) -> dict[str, bytes]:
    """Give the files of all exports; none for a split in which no document has its text."""
    if not documents:
        return {}
    return {path: content for export in EXPORTS for path, content in export(split, documents)}
