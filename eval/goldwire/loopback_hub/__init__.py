"""A Hub on the loopback interface: what publishing code is tested against, with faults on order.

It answers the requests that `huggingface_hub` and `datasets` make of a dataset repository: create,
upload (regular files, LFS, or Xet into a local folder), commit, tag, list, resolve with ranges. It
keeps everything in memory and speaks to nobody else. The pytest fixture `goldwire_hub` is one.
"""

import tempfile
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

from goldwire.loopback_hub.api import Answer, Api, Request, parse_query
from goldwire.loopback_hub.faults import Fault, Faults
from goldwire.loopback_hub.repositories import RefusedError, Repository, Store
from goldwire.loopback_hub.xet import XetFolder

__all__ = ["Faults", "LoopbackHub", "RefusedError", "Repository", "Store"]

Transfer = Literal["lfs", "regular", "xet"]


class LoopbackHub:
    """A running Hub; use it as a context manager.

    `transfer` says how clients are asked to upload Parquet files. `requests` lists what was asked,
    as (method, path); `faults.add(...)` makes a later request go wrong.
    """

    def __init__(self, *, transfer: Transfer = "lfs") -> None:
        self.transfer = transfer
        self.store = Store()
        self.faults = Faults()
        self.requests: list[tuple[str, str]] = []
        self._folder = tempfile.TemporaryDirectory(prefix="loopback-hub-")
        self._server = _Server(self)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        xet = XetFolder(Path(self._folder.name) / "xet")
        xet.folder.mkdir()
        self.api = Api(self.store, endpoint=self.endpoint, transfer=transfer, xet=xet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._folder.cleanup()

    def environment(self) -> Mapping[str, str]:
        """Give the variables with which a client process uses this Hub and no other host."""
        home = Path(self._folder.name) / "home"
        return {
            "HF_ENDPOINT": self.endpoint,
            "HF_TOKEN": "loopback",
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_XET": "0" if self.transfer == "xet" else "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_UPDATE_DOWNLOAD_COUNTS": "0",
            "NO_PROXY": "127.0.0.1",
        }

    def files(self, name: str, revision: str = "main") -> dict[str, bytes]:
        """Give all files of a revision, by path."""
        commit = self.store.repository(name).resolve(revision)
        return {path: self.store.content(file.sha256) for path, file in commit.files.items()}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, hub: LoopbackHub) -> None:
        self.hub = hub
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _handle(self) -> None:
        hub = self.server.hub
        body = self._body()
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, url.path, parse_query(url.query), headers, body)
        hub.requests.append((self.command, url.path))
        fault = hub.faults.take(self.command, url.path)
        if fault is not None and fault.kind != "half":
            self._fail(fault, request)
            return
        self._send(hub.api.answer(request), is_half=fault is not None)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the base's names

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _fail(self, fault: Fault, request: Request) -> None:
        if fault.kind == "status":
            self._send(Answer({"error": "a fault that was asked for"}, fault.status))
            return
        if fault.kind == "after":
            self.server.hub.api.answer(request)
        if fault.kind == "hang":
            threading.Event().wait(fault.seconds)
        self.close_connection = True

    def _send(self, answer: Answer, *, is_half: bool = False) -> None:
        body = answer.encoded()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not isinstance(answer.body, bytes):
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if is_half else body)
        self.close_connection = self.close_connection or is_half

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing: `LoopbackHub.requests` has it all."""
