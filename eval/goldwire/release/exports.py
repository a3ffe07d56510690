"""Exports: the documents whose text is in a release, once more in formats that other tools read.

Without the text these formats say nothing, so documents without it are not in them. What a format
cannot hold is listed beside its files; the rows have everything.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from goldwire.formats.base import AnnotatedText
from goldwire.formats.brat.writing import write as write_brat
from goldwire.formats.released import ReleasedDocument
from goldwire.release.tokens import token_rows

Export = Callable[[str, Sequence[ReleasedDocument]], Iterator[tuple[str, bytes]]]
"""Takes a split and its documents with text, gives files by their path in the release."""

FILES_PER_FOLDER = 4_000
"""Hosts show and take folders up to some thousands of files."""


def as_conll(split: str, documents: Sequence[ReleasedDocument]) -> Iterator[tuple[str, bytes]]:
    """Write a token and its tag a line, as the config `tokens` has them; a sentence is a zone."""
    lines: list[str] = []
    for row in documents:
        lines += ["-DOCSTART-\tO", "", f"# doc_id = {row.doc_id}"]
        text = row.own_text or ""
        for found in token_rows(row, text):
            places = zip(found.starts, found.ends, found.tags, strict=True)
            lines += [f"{text[start:end]}\t{tag}" for start, end, tag in places]
            lines.append("")
    yield f"conll/{split}.conll", "".join(f"{line}\n" for line in lines).encode("utf-8")


def as_brat(split: str, documents: Sequence[ReleasedDocument]) -> Iterator[tuple[str, bytes]]:
    """Write a text and its annotations a document, and what brat cannot hold in LOSSES.json."""
    per_folder = FILES_PER_FOLDER // 2
    losses = []
    for first in range(0, len(documents), per_folder):
        some = documents[first : first + per_folder]
        folder = f"brat/{split}"
        if len(documents) > per_folder:
            folder = f"{folder}/{first // per_folder:04d}"
        writing = write_brat([AnnotatedText(row.annotation, row.own_text) for row in some])
        losses += [asdict(loss) for loss in writing.losses]
        for name, content in writing.files.items():
            yield f"{folder}/{name}", content
    report = json.dumps(losses, indent=1, ensure_ascii=False) + "\n"
    yield f"brat/{split}/LOSSES.json", report.encode("utf-8")


EXPORTS: tuple[Export, ...] = (as_brat, as_conll)


def exported(split: str, documents: Sequence[ReleasedDocument]) -> dict[str, bytes]:
    """Give the files of all exports; none for a split in which no document has its text."""
    if not documents:
        return {}
    return {path: content for export in EXPORTS for path, content in export(split, documents)}
