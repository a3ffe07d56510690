"""Normalisation: from a reader's file to the exact text, by named steps and nothing else.

The steps of a recipe version never change, so that what rehydrated once does so for ever. No step
guesses at words: line ends, Unicode form, byte order mark, outer white space, and for a web page
its text. Whether the result is the text is decided by its digest alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

RECIPE_VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that a file may mean, and the steps that lead to it."""

    text: str
    steps: tuple[str, ...]


def candidates(
    data: bytes, *, charset: str | None = None, is_html: bool = False
) -> list[Candidate]:
    r"""Give all texts that the recipe makes of a file, the least changed first.

    None when the bytes are not in the character set (UTF-8 unless one is declared).

    >>> [candidate.text for candidate in candidates(b"A\r\nB\r\n")]
    ['A\nB\n', 'A\nB']
    """
    try:
        text = data.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return []
    steps = [f"decode {charset or 'UTF-8'}"]
    if text.startswith("\ufeff"):
        text = text[1:]
        steps.append("strip byte order mark")
    if is_html:
        text = text_of_html(text)
        steps.append("text of HTML")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        steps.append("CRLF and CR to LF")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        steps.append("NFC")
    found: dict[str, Candidate] = {}
    for variant, step in _variants(text):
        found.setdefault(variant, Candidate(variant, tuple(steps + step)))
    return list(found.values())


def _variants(text: str) -> Iterator[tuple[str, list[str]]]:
    yield text, []
    bare = text.rstrip("\n")
    yield bare, ["strip final line ends"]
    if not text.endswith("\n"):
        yield f"{bare}\n", ["add a final line end"]
    yield text.strip(), ["strip outer white space"]


_SKIPPED = frozenset({"script", "style", "head", "noscript", "template", "svg"})
_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table td th tr ul".split()
)


def text_of_html(page: str) -> str:
    r"""Give the text of a web page: blocks are parted by an empty line, white space is joined.

    >>> text_of_html("<h1>Talks</h1><p>They met\n in <b>Bergen</b>.<br>Then</p><script>x</script>")
    'Talks\n\nThey met in Bergen.\nThen'
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    lines = re.sub(r"[ \t\r\f\v]*\n[ \t\r\f\v]*", "\n", "".join(reader.parts))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n ")


class _Reader(HTMLParser):
    """Collects text; no-break spaces are words' business and stay."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SKIPPED:
            self._depth += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._depth = max(0, self._depth - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._depth:
            self.parts.append(re.sub(r"[ \t\r\n\f\v]+", " ", data))
