"""`spacy:pipeline`: the entities of a spaCy pipeline, by its name or its folder."""

from typing import Any

from goldwire.errors import UsageError
from goldwire.extractors import Answer, Extractor, Setup
from goldwire.extractors.answers import read_answer
from goldwire.extractors.installed import model_parameters, need

PREFIX = "spacy:"


class SpacyExtractor:
    """A pipeline's `doc.ents`, or with the parameter `spans` one of its span groups."""

    layers: tuple[str, ...] = ("mentions",)

    def __init__(self, name: str, setup: Setup) -> None:
        self._group = setup.only("spans").get("spans")
        spacy = need("spacy", spec=f"{PREFIX}{name}")
        try:
            self._pipeline: Any = spacy.load(name)
        except OSError as error:
            raise UsageError(
                f"spaCy has no pipeline {name!r} → python -m spacy download {name}, or give the "
                "folder of one"
            ) from error
        meta = self._pipeline.meta
        self.name = f"{meta.get('lang', '')}_{meta.get('name', '')}".strip("_") or name
        self.version = str(meta.get("version") or "unknown")
        self.parameters = {**setup.parameters, **model_parameters(name, "spacy")}

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Run the pipeline; spaCy counts code points, ends exclusive, as goldwire does."""
        del reference_date
        doc = self._pipeline(text)
        spans = doc.ents if self._group is None else doc.spans.get(self._group, ())
        found = [
            {
                "start": span.start_char,
                "end": span.end_char,
                "label": span.label_,
                "text": span.text,
            }
            for span in spans
        ]
        return read_answer({"spans": found}, doc_id=doc_id, text=text)


def load_spacy(spec: str, setup: Setup) -> Extractor:
    """Load `spacy:pipeline`; raises UsageError when spaCy or the pipeline is not there."""
    return SpacyExtractor(spec.removeprefix(PREFIX), setup)
