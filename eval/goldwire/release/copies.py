"""Copies: the files, folders, web archives and pages in which a reader has the texts."""

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

from goldwire.errors import UsageError

WARC_SUFFIXES = (".warc", ".warc.gz")
HTML_SUFFIXES = (".html", ".htm", ".xhtml")
TIMEOUT = 30.0
MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Copy:
    """One file or page: its bytes, and what they are said to be.

    `hint` is a document id that its name suggests, `url` where it was found on the web.
    """

    name: str
    data: bytes
    hint: str = ""
    url: str = ""
    is_html: bool = False
    charset: str | None = None


def read_copies(places: Iterable[str]) -> Iterator[Copy]:
    """Read all copies of files, folders, WARC files and http(s) addresses, in the order given.

    Raises UsageError for a place that leads nowhere, and for WARC without warcio.
    """
    for place in places:
        scheme = urlsplit(place).scheme
        if scheme in ("http", "https"):
            yield _fetch(place)
        elif "://" in place:
            raise UsageError(f"{place}: texts are fetched by http and https only")
        elif Path(place).is_dir():
            for file in sorted(Path(place).rglob("*")):
                hidden = any(part.startswith(".") for part in file.relative_to(place).parts)
                if file.is_file() and not hidden:
                    yield from _file(file)
        elif Path(place).is_file():
            yield from _file(Path(place))
        else:
            raise UsageError(f"there is no file or folder {place}: give your copies of the texts")


def _file(path: Path) -> Iterator[Copy]:
    if path.name.endswith(WARC_SUFFIXES):
        yield from _archive(path)
        return
    hint = path.parent.name if path.stem == "text" else path.stem
    is_html = path.suffix.lower() in HTML_SUFFIXES
    yield Copy(str(path), path.read_bytes(), hint=hint, is_html=is_html)


def _archive(path: Path) -> Iterator[Copy]:
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError as error:
        raise UsageError(f"reading {path} needs warcio: pip install warcio") from error
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type not in ("response", "resource"):
                continue
            headers = record.http_headers or record.rec_headers
            kind = _content_type(headers.get_header("Content-Type") or "")
            if kind.get_content_maintype() != "text" and "html" not in kind.get_content_type():
                continue
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            yield Copy(
                f"{path}#{url}",
                record.content_stream().read(),
                url=url,
                is_html="html" in kind.get_content_type(),
                charset=kind.get_content_charset(),
            )


def _fetch(url: str) -> Copy:
    request = urllib.request.Request(url, headers={"User-Agent": "goldwire"})  # noqa: S310  # http(s)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            data = answer.read(MAX_BYTES + 1)
            kind = answer.headers
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise UsageError(f"{url} cannot be fetched: {error}") from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"{url} is larger than {MAX_BYTES} bytes: save it and give the file")
    return Copy(
        url,
        data,
        url=url,
        is_html="html" in kind.get_content_type(),
        charset=kind.get_content_charset(),
    )


def _content_type(header: str) -> Message:
    message = Message()
    message["Content-Type"] = header or "application/octet-stream"
    return message
