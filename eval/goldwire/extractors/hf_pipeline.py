"""`hf:model`: a token-classification model by its name on the Hugging Face Hub, or its folder.

A text that is longer than the model bears is read in overlapping pieces: nothing of it is cut off.
"""

from typing import Any

from goldwire.errors import UsageError
from goldwire.extractors import Answer, ExtractionError, Extractor, Setup
from goldwire.extractors.answers import read_answer
from goldwire.extractors.installed import model_parameters, need

PREFIX = "hf:"
PARAMETERS = ("aggregation", "device", "revision")
AGGREGATIONS = ("simple", "first", "average", "max")
_NO_LIMIT = 10**6
_RESERVED = 2
"""Positions that some models keep for themselves."""


class HfExtractor:
    """A transformers pipeline. Its scores are kept."""

    layers: tuple[str, ...] = ("mentions",)

    def __init__(self, name: str, setup: Setup) -> None:
        given = setup.only(*PARAMETERS)
        aggregation = given.get("aggregation", "simple")
        if aggregation not in AGGREGATIONS:
            raise UsageError(
                f"--param aggregation={aggregation}: write one of {', '.join(AGGREGATIONS)}"
            )
        spec = f"{PREFIX}{name}"
        transformers = need("transformers", spec=spec)
        need("torch", spec=spec)
        revision = given.get("revision")
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(name, revision=revision)
            model = transformers.AutoModelForTokenClassification.from_pretrained(
                name, revision=revision
            )
        except (OSError, ValueError) as error:
            raise UsageError(f"{name!r} cannot be loaded: {error}") from error
        if not tokenizer.is_fast:
            raise UsageError(f"{name!r} has a slow tokenizer, which gives no offsets")
        if tokenizer.model_max_length > _NO_LIMIT:
            limit = getattr(model.config, "max_position_embeddings", 512)
            tokenizer.model_max_length = limit - _RESERVED
        self._pipeline: Any = transformers.pipeline(
            "token-classification",
            model=model,
            tokenizer=tokenizer,
            aggregation_strategy=aggregation,
            stride=tokenizer.model_max_length // 4,
            device=given.get("device", "cpu"),
        )
        self.name, self.version = name.rstrip("/").rpartition("/")[2], revision or "unknown"
        self.parameters = {**given, **model_parameters(name, "transformers", "torch", "tokenizers")}
        commit = getattr(model.config, "_commit_hash", None)
        if commit:
            self.parameters["commit"] = str(commit)

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Run the pipeline; its offsets are code points."""
        del reference_date
        found = []
        for group in self._pipeline(text):
            start, end = group["start"], group["end"]
            if start is None or end is None:
                raise ExtractionError("malformed", f"the tokenizer gave no offsets: {group}")
            score = float(group["score"])
            label = group["entity_group"]
            found.append({"start": int(start), "end": int(end), "label": label, "score": score})
        return read_answer({"spans": found}, doc_id=doc_id, text=text)


def load_hf(spec: str, setup: Setup) -> Extractor:
    """Load `hf:model`; raises UsageError when a library or the model is not there."""
    return HfExtractor(spec.removeprefix(PREFIX), setup)
