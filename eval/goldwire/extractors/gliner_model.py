"""`gliner:model`: a GLiNER model, asked for the corpus's own entity types by their titles.

GLiNER cuts a text that is longer than it bears, with no more than a warning: here it is read in
pieces that end at a line break or a sentence, and no word is left out.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.errors import UsageError
from goldwire.extractors import Answer, Extractor, Setup
from goldwire.extractors.answers import read_answer
from goldwire.extractors.installed import model_parameters, need
from goldwire.ontology import Ontology, parse_ontology
from goldwire.resources import ONTOLOGY, schema_text

PREFIX = "gliner:"
PARAMETERS = ("labels", "threshold", "max_words")
THRESHOLD = 0.5
MAX_WORDS = 384

_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")
_SENTENCE_ENDS = frozenset(".!?")


class GlinerExtractor:
    """A model and the labels that it is asked for; its scores are kept."""

    layers: tuple[str, ...] = ("mentions",)

    def __init__(self, name: str, setup: Setup) -> None:
        given = setup.only(*PARAMETERS)
        gliner = need("gliner", spec=f"{PREFIX}{name}")
        try:
            self._model: Any = gliner.GLiNER.from_pretrained(
                name, local_files_only=Path(name).is_dir()
            )
        except (OSError, ValueError) as error:
            raise UsageError(f"{name!r} cannot be loaded: {error}") from error
        self._labels = _labels(given.get("labels"), setup.ontology)
        self._threshold = setup.number("threshold", THRESHOLD)
        most = setup.number("max_words", getattr(self._model.config, "max_len", MAX_WORDS))
        self._max_words = int(most or MAX_WORDS)
        self.name, self.version = name.rstrip("/").rpartition("/")[2], "unknown"
        self.parameters = {
            **given,
            "asked": ", ".join(self._labels),
            **model_parameters(name, "gliner", "torch"),
        }

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Ask the model piece by piece; its offsets are code points of the piece."""
        del reference_date
        found = [
            {
                "start": start + item["start"],
                "end": start + item["end"],
                "label": self._labels[item["label"]],
                "score": float(item["score"]),
            }
            for start, end in pieces(text, max_words=self._max_words)
            for item in self._model.predict_entities(
                text[start:end], list(self._labels), threshold=self._threshold
            )
        ]
        return read_answer({"spans": found}, doc_id=doc_id, text=text)


def pieces(text: str, *, max_words: int) -> Iterator[tuple[int, int]]:
    """Cut a text into pieces of so many words at most, as starts and ends in code points.

    A piece ends at the last line break in reach, else at the last end of a sentence, else where it
    must. White space around pieces is left out.

    >>> list(pieces("One two. Three four.", max_words=4))
    [(0, 8), (9, 20)]
    """
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    first = 0
    while first < len(words):
        after = _cut(text, words, first, min(first + max_words, len(words)))
        yield words[first][0], words[after - 1][1]
        first = after


def _cut(text: str, words: list[tuple[int, int]], first: int, limit: int) -> int:
    """Give the index of the first word that does not belong to the piece any more."""
    if limit == len(words):
        return limit
    for at in range(limit, first, -1):
        if "\n" in text[words[at - 1][1] : words[at][0]]:
            return at
    for at in range(limit, first, -1):
        if text[words[at - 1][1] - 1] in _SENTENCE_ENDS:
            return at
    return limit


def _labels(given: str | None, ontology: Ontology | None) -> dict[str, str]:
    """Give what the model is asked for → the label it stands for.

    `labels` are words, or `word=LABEL`; else they are the titles of the ontology's entity types.
    """
    if given is not None:
        pairs = [part.partition("=") for part in given.split(",") if part.strip()]
        return {word.strip(): (label or word).strip() for word, _, label in pairs}
    if ontology is None:
        ontology = parse_ontology(schema_text(Path(ONTOLOGY).name), place=ONTOLOGY)
    found = {}
    for name in ontology.labels("entity_type"):
        label = ontology.label("entity_type", name)
        found[(label.title if label and label.title else name).lower()] = name
    return found


def load_gliner(spec: str, setup: Setup) -> Extractor:
    """Load `gliner:model`; raises UsageError when the library or the model is not there."""
    return GlinerExtractor(spec.removeprefix(PREFIX), setup)
