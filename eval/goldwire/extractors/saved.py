"""`file:predictions.jsonl`: saved predictions, given again document by document."""

from pathlib import Path

from goldwire.errors import DataError, UsageError
from goldwire.extractors import Answer, ExtractionError, Extractor, Setup
from goldwire.inputs import open_run
from goldwire.model import Annotation
from goldwire.resources import sha256_of

PREFIX = "file:"


class SavedExtractor:
    """Answers from a file, a glob or a folder; a document that is not there is an error."""

    layers: tuple[str, ...] = ()

    def __init__(self, path: str) -> None:
        run = open_run([path])
        self._by_id: dict[str, Annotation] = {}
        twice: set[str] = set()
        for annotation in run:
            if annotation.doc_id in self._by_id:
                twice.add(annotation.doc_id)
            self._by_id[annotation.doc_id] = annotation
        if run.problems:
            raise DataError(f"{path} cannot be read", run.problems)
        if twice:
            raise UsageError(f"{path} predicts {', '.join(sorted(twice))} more than once")
        self.name, self.version = run.name, "saved"
        self.parameters = {f"file {file}": sha256_of(Path(file)) for file in run.paths}

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Look a document up; the text and the date are what they were."""
        del text, reference_date
        if doc_id not in self._by_id:
            raise ExtractionError("missing", f"no record for {doc_id} in {self.name}")
        return Answer(self._by_id[doc_id])


def load_saved(spec: str, setup: Setup) -> Extractor:
    """Load `file:path`."""
    setup.only()
    return SavedExtractor(spec.removeprefix(PREFIX))
