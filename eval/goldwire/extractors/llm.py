"""`llm:model`: any language model behind an OpenAI-compatible chat endpoint.

The address is the parameter `base_url`, else $OPENAI_BASE_URL, else OpenAI's; the key is
$OPENAI_API_KEY, or the header in the variable that `authorization_env` names. Neither is saved.
Prices are given per million tokens (`price_in`, `price_out`): none are built in, for they would be
out of date.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from goldwire.errors import UsageError
from goldwire.extractors import Answer, ExtractionError, Extractor, Setup
from goldwire.extractors.answers import read_answer
from goldwire.extractors.llm_prompt import LAYERS, system_prompt, user_prompt
from goldwire.extractors.llm_reply import json_object, record_of
from goldwire.extractors.service import AUTHORIZATION, CONCURRENCY, authorization
from goldwire.extractors.transport import Transport
from goldwire.ontology import parse_ontology
from goldwire.resources import ONTOLOGY, schema_text

PREFIX = "llm:"
TIMEOUT = 300.0
BASE_URL = "https://api.openai.com/v1"
JSON_MODES = ("object", "none")
PARAMETERS = (
    "base_url",
    AUTHORIZATION,
    "layers",
    "prompt",
    "temperature",
    "seed",
    "max_tokens",
    "max_completion_tokens",
    "json",
    "extra",
    "price_in",
    "price_out",
)


class LlmExtractor:
    """A model that is asked for one document at a time, in one message."""

    def __init__(self, model: str, setup: Setup) -> None:
        given = setup.only(*PARAMETERS)
        base = given.get("base_url") or os.environ.get("OPENAI_BASE_URL") or BASE_URL
        self.name, self.version = model, "unknown"
        self.layers = _layers(given.get("layers"))
        self.concurrency = setup.workers or CONCURRENCY
        self._asked = self.layers
        self._prompt = _prompt(given.get("prompt"), setup, self._asked)
        self._prices = (setup.number("price_in"), setup.number("price_out"))
        self._options = _options(setup)
        self._transport = Transport(
            f"{base.rstrip('/')}/chat/completions",
            headers=authorization(setup, default="OPENAI_API_KEY"),
            timeout=TIMEOUT if setup.timeout is None else setup.timeout,
            retries=setup.retries,
        )
        self.parameters = {
            **given,
            "base_url": base,
            "prompt_sha256": hashlib.sha256(self._prompt.encode()).hexdigest(),
        }

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Ask the model; raises ExtractionError for no answer, half a one, or no JSON."""
        messages = [
            {"role": "system", "content": self._prompt},
            {"role": "user", "content": user_prompt(text, reference_date=reference_date)},
        ]
        reply = self._reply({"model": self.name, "messages": messages, **self._options})
        content = _content(reply)
        notes: list[str] = []
        record = record_of(json_object(content, self._asked), self._asked, notes)
        if "entities" in record and "entities" not in self.layers:
            self.layers = ("entities", *self.layers)
        answer = read_answer({"doc_id": doc_id, **record}, doc_id=doc_id, text=text)
        tokens_in, tokens_out = _tokens(reply)
        return Answer(
            answer.annotation,
            notes=(*notes, *answer.notes),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost=self._cost(tokens_in, tokens_out),
        )

    def _reply(self, request: dict[str, Any]) -> Any:
        try:
            return self._transport.post(request)
        except ExtractionError as error:
            if "response_format" not in error.message:
                raise
            hint = f"{error.message} → --param json=none"
            raise ExtractionError(error.kind, hint, is_final=True) from error

    def _cost(self, tokens_in: int | None, tokens_out: int | None) -> float | None:
        """Give what the tokens cost; None without prices or without counts."""
        price_in, price_out = self._prices
        if tokens_in is None or tokens_out is None or (price_in is None and price_out is None):
            return None
        return (tokens_in * (price_in or 0.0) + tokens_out * (price_out or 0.0)) / 1e6


def _options(setup: Setup) -> dict[str, Any]:
    """Give the request's options; temperature 0 unless told otherwise, or left out when empty.

    `extra` is a JSON object of whatever else the server takes.
    """
    options: dict[str, Any] = {}
    if setup.parameters.get("temperature") != "":
        options["temperature"] = setup.number("temperature", 0.0)
    for name in ("seed", "max_tokens", "max_completion_tokens"):
        value = setup.number(name)
        if value is not None:
            options[name] = int(value)
    mode = setup.parameters.get("json", "object")
    if mode not in JSON_MODES:
        raise UsageError(f"--param json={mode}: write one of {', '.join(JSON_MODES)}")
    if mode == "object":
        options["response_format"] = {"type": "json_object"}
    extra = setup.parameters.get("extra", "{}")
    try:
        return options | dict(json.loads(extra))
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"--param extra={extra}: write a JSON object, e.g. "
            """'extra={"reasoning_effort": "low"}'"""
        ) from error


def _layers(given: str | None) -> tuple[str, ...]:
    layers = LAYERS if given is None else tuple(filter(None, given.split(",")))
    for layer in layers:
        if layer not in LAYERS:
            raise UsageError(f"--param layers: {layer!r} is none of {', '.join(LAYERS)}")
    return layers


def _prompt(path: str | None, setup: Setup, layers: tuple[str, ...]) -> str:
    if path is not None:
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--param prompt={path} cannot be read: {error}") from error
    ontology = setup.ontology
    if ontology is None:
        ontology = parse_ontology(schema_text(Path(ONTOLOGY).name), place=ONTOLOGY)
    return system_prompt(ontology, layers)


def _content(reply: object) -> str:
    """Give the words of the reply; raise ExtractionError when they are none, or cut short."""
    try:
        choice = reply["choices"][0]  # type: ignore[index]
        message = choice["message"]
        content = message.get("content")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ExtractionError(
            "malformed", f"no chat completion: {str(reply)[:200]} → is base_url right?"
        ) from error
    reason = choice.get("finish_reason")
    if reason == "length":
        raise ExtractionError("cut short", "the reply was cut short → raise --param max_tokens")
    if not isinstance(content, str) or not content.strip():
        said = message.get("refusal") or f"finish_reason {reason}"
        raise ExtractionError("refused", f"the model gave no words: {said}")
    return content


def _tokens(reply: Mapping[str, Any]) -> tuple[int | None, int | None]:
    usage = reply.get("usage")
    if not isinstance(usage, Mapping):
        return None, None
    found = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
    tokens_in, tokens_out = (value if isinstance(value, int) else None for value in found)
    return tokens_in, tokens_out


def load_llm(spec: str, setup: Setup) -> Extractor:
    """Load `llm:model`; nothing is sent yet."""
    model = spec.removeprefix(PREFIX)
    if not model:
        raise UsageError("llm: names no model → write llm:gpt-5-mini, or what your server calls it")
    return LlmExtractor(model, setup)
