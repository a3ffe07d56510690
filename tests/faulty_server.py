"""A server that misbehaves as its URL says, for the fault suite: `python faulty_server.py`.

It prints its port, then serves until its stdin is closed. `/service/FAULTS` answers documents,
`/v1/FAULTS/chat/completions` is a language model. FAULTS are given in order, one a request, split
by commas; then it answers well. `GET /log` tells what was asked.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

LOCK = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    counts: ClassVar[dict[str, int]] = {}
    log: ClassVar[list[dict[str, Any]]] = []

    def do_GET(self) -> None:
        self._send(200, self.log)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with LOCK:
            at = self.counts[self.path] = self.counts.get(self.path, 0) + 1
            self.log.append(
                {"path": self.path, "body": body, "key": self.headers.get("Authorization")}
            )
        kind, faults = self.path.strip("/").split("/")[:2]
        planned = faults.split(",")
        fault = planned[at - 1] if at <= len(planned) else ""
        good = model_reply(body) if kind == "v1" else service_answer(body)
        self._answer(fault, good)

    def _answer(self, fault: str, good: dict[str, Any]) -> None:  # noqa: C901, PLR0912
        if fault.isdigit():
            self._send(int(fault), {"error": "no"})
        elif fault.startswith("after"):
            self._send(429, {"error": "slow down"}, {"Retry-After": fault.removeprefix("after")})
        elif fault == "dry":
            self._send(429, {"error": {"code": "insufficient_quota"}})
        elif fault == "format":
            self._send(400, {"error": "response_format is not supported"})
        elif fault == "moved":
            self._send(302, {}, {"Location": "/elsewhere"})
        elif fault == "half":
            data = json.dumps(good).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
        elif fault == "cut":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b'ff\r\n{"id": ')
            self.close_connection = True
        elif fault == "gone":
            self.close_connection = True
        elif fault == "silent":
            STOP.wait(5)
            self.close_connection = True
        elif fault == "html":
            self._send(200, "<html>It works!</html>")
        elif fault == "together":
            TOGETHER.wait(timeout=10)
            self._send(200, good)
        elif fault in REPLIES:
            self._send(200, reply(REPLIES[fault], reason="length" if fault == "length" else "stop"))
        else:
            self._send(200, good)

    def _send(self, code: int, value: object, headers: dict[str, str] | None = None) -> None:
        data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        for name, content in (headers or {}).items():
            self.send_header(name, content)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def service_answer(body: dict[str, Any]) -> dict[str, Any]:
    span = {"start": 0, "end": 3, "label": "PER"}
    return {"id": body["id"], "hello": {"name": "served", "version": "3"}, "spans": [span]}


GOOD = '{"mentions": [{"text": "Ann", "type": "PER"}], "values": [], "times": []}'
REPLIES = {
    "fenced": f"Sure!\n```json\n{GOOD}\n```\nAnything else?",
    "length": GOOD[:20],
    "torn": GOOD[:40],
    "prose": "Ann is a person.",
    "empty": "",
    "labels": '{"mentions": {"PER": ["Ann", "Bob"]}, "remark": 1}',
    "events": json.dumps(
        {
            "mentions": [
                {"text": "Ann", "type": "PER", "entity": "Ann"},
                {"text": "she", "type": "PER", "entity": "Ann"},
                "Bob",
            ],
            "times": [{"text": "today", "type": "DATE", "value": "2022-01-13"}],
            "values": [{"text": "two", "type": "QUANT", "value": 2}],
            "event_mentions": [
                {
                    "text": "met",
                    "type": "Contact.Meet",
                    "arguments": [
                        {"role": "Participant", "text": "Ann"},
                        {"role": "Time", "text": "today"},
                        {"role": "Place", "text": "Oz"},
                    ],
                }
            ],
        }
    ),
}


def model_reply(body: dict[str, Any]) -> dict[str, Any]:
    del body
    return reply(GOOD)


def reply(content: str, *, reason: str = "stop") -> dict[str, Any]:
    return {
        "choices": [
            {"message": {"role": "assistant", "content": content}, "finish_reason": reason}
        ],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100},
    }


STOP = threading.Event()
TOGETHER = threading.Barrier(4)
"""Nobody passes before four requests are there at the same time."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    STOP.set()


if __name__ == "__main__":
    main()
