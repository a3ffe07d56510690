"""An extractor that misbehaves as told, for the fault suite: `python faulty_extractor.py MODE`.

It answers every document with one mention of its first three code points; on document d3 it does
what MODE says. Every document that it is asked for is written to the file in $ASKED.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

MODE = sys.argv[1] if len(sys.argv) > 1 else "good"


def answer(doc_id: str) -> dict[str, Any]:
    return {"id": doc_id, "spans": [{"start": 0, "end": 3, "label": "PER"}]}


def say(value: object) -> None:
    sys.stdout.write((value if isinstance(value, str) else json.dumps(value)) + "\n")
    sys.stdout.flush()


def misbehave(doc_id: str) -> None:  # noqa: C901, PLR0912  (one branch a fault)
    if MODE == "crash":
        sys.stderr.write("boom: no such model\n")
        sys.exit(3)
    elif MODE == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif MODE == "hang":
        say("loading …")
        time.sleep(600)
    elif MODE == "garbage":
        say("\x00\xff }{ not JSON")
        say('{"id": "d3", "spans": [')
        sys.exit(1)
    elif MODE == "noise":
        say("Warning: deprecated")
        say("[1, 2]")
        say(answer(doc_id))
    elif MODE == "flood":
        sys.stderr.write("x" * 10_000_000)
        say("y" * 10_000_000)
        say(answer(doc_id))
    elif MODE == "long":
        say(answer(doc_id) | {"mentions": [{"type": "PER", "note": "n" * 10_000_000}]})
    elif MODE == "outside":
        places = [(0, 1000), (-1, 3), (3, 1), (2, 2), ("0", "3")]
        spans = [{"start": a, "end": b, "label": "PER", "text": "Ann"} for a, b in places]
        say({"id": doc_id, "spans": spans})
    elif MODE == "other":
        say(answer("d1"))
    elif MODE in {"error", "versioned"}:
        say({"id": doc_id, "error": {"message": "too long for me"}})
    elif MODE == "shape":
        say({"id": doc_id, "spans": [], "entites": []})
    elif MODE == "slow":
        time.sleep(0.3)
        say(answer(doc_id))
    elif MODE == "once" and not Path(os.environ["ASKED"] + ".again").exists():
        Path(os.environ["ASKED"] + ".again").touch()
        say({"id": doc_id, "error": "not today"})
    else:
        say(answer(doc_id))


def main() -> None:
    if MODE == "deaf":
        time.sleep(600)
    if MODE == "versioned":
        say({"hello": {"name": "faulty", "version": os.environ["VERSION"]}})
    if MODE == "hello":
        say({"hello": {"name": "faulty", "version": "7", "layers": ["mentions", "times"]}})
    for line in sys.stdin:
        request = json.loads(line)
        with Path(os.environ["ASKED"]).open("a", encoding="utf-8") as file:
            file.write(request["doc_id"] + "\n")
        if request["doc_id"] == "d3":
            misbehave(request["doc_id"])
        else:
            say(answer(request["doc_id"]))


if __name__ == "__main__":
    main()
