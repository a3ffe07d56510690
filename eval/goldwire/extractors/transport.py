"""JSON over HTTP for servers that are busy, fail, or stop in the middle of an answer.

What may pass is tried again: after as long as the server asks for (Retry-After), else after a time
that doubles with every try and is cut by chance, so that many clients do not come back together.
When a server asks for patience, all requests of this run wait.
"""

import email.utils
import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from goldwire.errors import UsageError
from goldwire.extractors import ExtractionError
from goldwire.version import version

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
"""Statuses after which the same request may succeed."""
FINAL = frozenset({401, 403, 404, 405, 407})
"""Statuses that every other request would get as well."""
LONGEST_WAIT = 300.0
"""Seconds; a server that asks for more is taken at its word: there is no answer now."""
LARGEST_BODY = 256 * 2**20
FIRST_WAIT = 0.5
_CHUNK = 2**16
_NO_MONEY = "insufficient_quota"
_SHOWN = 300


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET without the text: better an error that says where to."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(slots=True)
class _FailedError(Exception):
    """One try failed: whether another one may help, and when the server wants it."""

    kind: str
    message: str
    may_pass: bool = True
    is_final: bool = False
    retry_after: float | None = None


@dataclass(slots=True)
class Transport:
    """Posts JSON to one URL, from any number of threads.

    `timeout` is in seconds for each try, `retries` how often a request is sent again. `sleep` and
    `chance` (0–1) are there for tests.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 60.0
    retries: int = 4
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    _not_before: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{self.url!r} is no address → write http://host:port/path")
        if parts.username or parts.password:
            raise UsageError(
                f"{parts.hostname}: no passwords in addresses, which are saved with a run → pass "
                "--param authorization_env=NAME, the name of a variable that holds the header"
            )

    def post(self, body: object) -> Any:
        """Send a JSON value and give the JSON value that comes back.

        Raises ExtractionError when none came, after as many tries as may help.
        """
        data = json.dumps(body, ensure_ascii=False).encode()
        for n_tries in range(1, self.retries + 2):
            self._wait_for_turn()
            try:
                return self._try(data)
            except _FailedError as failed:
                wait = self._pause(failed, n_tries)
                if wait is None:
                    raise self._given_up(failed, n_tries) from failed
                if failed.retry_after is not None:
                    with self._lock:
                        self._not_before = max(self._not_before, time.monotonic() + wait)
                else:
                    self.sleep(wait)
        raise AssertionError

    def _wait_for_turn(self) -> None:
        wait = self._not_before - time.monotonic()
        if wait > 0:
            self.sleep(wait)

    def _pause(self, failed: _FailedError, n_tries: int) -> float | None:
        """Give the seconds until the next try, or None when there is none."""
        if not failed.may_pass or n_tries > self.retries:
            return None
        if failed.retry_after is not None:
            return None if failed.retry_after > LONGEST_WAIT else failed.retry_after
        longest = min(FIRST_WAIT * 2.0 ** (n_tries - 1), LONGEST_WAIT)
        return longest * (0.5 + 0.5 * self.chance())

    def _given_up(self, failed: _FailedError, n_tries: int) -> ExtractionError:
        tries = f" ({n_tries} tries)" if n_tries > 1 else ""
        return ExtractionError(failed.kind, failed.message + tries, is_final=failed.is_final)

    def _try(self, data: bytes) -> Any:
        request = urllib.request.Request(  # noqa: S310  (http and https alone: __post_init__)
            self.url,
            data=data,
            headers={
                "Content-Type": "application/json",
                "Accept": "application/json",
                "User-Agent": f"goldwire/{version()}",
                **self.headers,
            },
            method="POST",
        )
        until = time.monotonic() + self.timeout
        try:
            with _opener().open(request, timeout=self.timeout) as response:
                content = _body(response, until=until)
        except urllib.error.HTTPError as error:
            raise _refused(error) from error
        except TimeoutError as error:
            raise _FailedError("timeout", f"no answer within {self.timeout:g} s") from error
        except urllib.error.URLError as error:
            raise _unreachable(self.url, error.reason) from error
        except (http.client.HTTPException, OSError) as error:
            message = f"the connection broke: {type(error).__name__}: {error}"
            raise _FailedError("broken off", message) from error
        try:
            return json.loads(content)
        except ValueError as error:
            shown = content[:_SHOWN].decode("utf-8", "replace")
            raise _FailedError("malformed", f"the answer is no JSON: {shown!r}") from error


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirects)


def _body(response: http.client.HTTPResponse, *, until: float) -> bytes:
    """Read a body piece by piece: one that drips must not take for ever, nor one that floods."""
    parts, size = [], 0
    while chunk := response.read1(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if time.monotonic() > until:
            raise TimeoutError
        if size > LARGEST_BODY:
            message = f"the answer has more than {LARGEST_BODY // 2**20} MB"
            raise _FailedError("malformed", message, may_pass=False)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)


def _refused(error: urllib.error.HTTPError) -> _FailedError:
    """Read an answer that is an error: its status, its first words, when to come again."""
    said = b""
    with suppress(OSError, http.client.HTTPException):
        said = error.read(_SHOWN)
    words = said.decode("utf-8", "replace").strip()
    has_run_dry = error.code == 429 and _NO_MONEY in words
    place = error.headers.get("Location")
    where = f" (it is at {place})" if place else ""
    return _FailedError(
        f"http {error.code}",
        f"the server says {error.code} {error.reason}{where}{f': {words}' if words else ''}",
        may_pass=error.code in BUSY and not has_run_dry,
        is_final=error.code in FINAL or place is not None or has_run_dry,
        retry_after=retry_after(error.headers, now=time.time()),
    )


def _unreachable(url: str, reason: object) -> _FailedError:
    if isinstance(reason, TimeoutError):
        return _FailedError("timeout", "the server did not answer in time")
    return _FailedError("unreachable", f"{urlsplit(url).netloc} cannot be reached: {reason}")


def retry_after(headers: Message, *, now: float) -> float | None:
    """Read Retry-After, in seconds or as a date, as seconds from `now` (Unix time); None without.

    >>> headers = Message()
    >>> headers["Retry-After"] = "Thu, 01 Jan 1970 00:01:00 GMT"
    >>> retry_after(headers, now=50.0)
    10.0
    """
    given = headers.get("Retry-After")
    if given is None:
        return None
    try:
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(given).timestamp()
        return max(0.0, float(moment) - now)
    except ValueError:
        return None
