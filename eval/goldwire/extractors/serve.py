"""The other side of `isolated`: loads one extractor and answers documents on stdin and stdout.

`python -m goldwire.extractors.serve`; the first line says which extractor. What the extractor
prints, be it from C, goes to stderr.
"""

import json
import os
import sys
from typing import IO, Any

import msgspec

from goldwire.errors import GoldwireError
from goldwire.extractors import ExtractionError, Extractor, Setup, ask
from goldwire.extractors.loading import load_extractor
from goldwire.ontology import parse_ontology


def main() -> int:
    """Serve until stdin is closed."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        wanted = json.loads(sys.stdin.buffer.readline())
        text = wanted["ontology"]
        setup = Setup(
            parameters=wanted["parameters"],
            ontology=None if text is None else parse_ontology(text),
        )
        try:
            extractor = load_extractor(wanted["spec"], setup)
        except GoldwireError as error:
            _send(out, {"hello": {"refused": str(error)}})
            return error.exit_code
        parameters = getattr(extractor, "parameters", {})
        hello = {
            "name": extractor.name,
            "version": extractor.version,
            "layers": list(extractor.layers),
            "parameters": {key: str(value) for key, value in parameters.items()},
        }
        _send(out, {"hello": hello})
        for line in sys.stdin.buffer:
            _send(out, answered(extractor, json.loads(line)))
    return 0


def answered(extractor: Extractor, request: dict[str, Any]) -> dict[str, Any]:
    """Give the answer to a request as JSON values, or its error."""
    doc_id = request["doc_id"]
    try:
        answer = ask(
            extractor,
            request["text"],
            doc_id=doc_id,
            reference_date=request.get("reference_date"),
        )
    except (Exception, SystemExit) as error:  # noqa: BLE001  (a foreign system may raise anything)
        found = ExtractionError.of(error)
        return {
            "id": doc_id,
            "error": {
                "kind": found.kind,
                "message": found.message,
                "details": found.details,
                "is_final": found.is_final,
            },
        }
    usage = {"tokens_in": answer.tokens_in, "tokens_out": answer.tokens_out, "cost": answer.cost}
    record: dict[str, Any] = msgspec.to_builtins(answer.annotation)
    return {**record, "notes": list(answer.notes), "usage": usage}


def _send(out: IO[bytes], value: dict[str, Any]) -> None:
    out.write(msgspec.json.encode(value) + b"\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
