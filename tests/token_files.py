"""Token files as tests read them: the one place that knows how the reader is called."""

from goldwire.errors import Problem
from goldwire.formats import Source, conll, tags
from goldwire.formats.base import Decode

TAGS = tags
"""The module that knows which prefixes begin and end mentions."""

Found = tuple[int, int, str]


def read(
    data: bytes, *, name: str = "x.conll", decode: Decode = "conlleval"
) -> tuple[list[tuple[str, list[Found]]], list[Problem]]:
    """Give the text and the mentions (start, end, label) of every document, and the problems."""
    reading = conll.read(Source(name, data, decode=decode))
    documents = [
        (
            document.text or "",
            [
                (span.start, span.end, mention.type or "")
                for mention in document.annotation.mentions or ()
                for span in mention.spans
            ],
        )
        for document in reading.documents
    ]
    return documents, list(reading.problems)
