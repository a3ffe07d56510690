"""Extractors: anything that turns a text into an annotation, behind one protocol."""

from typing import Protocol

from goldwire.model import Annotation


class Extractor(Protocol):
    """A callable system. `layers` are the record layers that it attempts on every document."""

    @property
    def name(self) -> str:
        """How the system is called."""

    @property
    def version(self) -> str:
        """Which version of the system this is."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The record layers that the system attempts."""

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Annotation:
        """Annotate a text; `reference_date` (ISO 8601) is what relative dates count from."""
