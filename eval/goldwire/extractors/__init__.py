"""Extractors: anything that turns a text into an annotation, behind one protocol.

`goldwire.extractors.loading.load_extractor` loads one from its spec, such as `cmd:perl tagger.pl`;
there is a module a kind. A package of its own adds a kind by an entry point (see `Setup`).
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from goldwire.errors import ExtractorError, UsageError
from goldwire.model import Annotation
from goldwire.ontology import Ontology


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system says about one document, and what that took.

    `notes` name whatever could not be taken as it came. Tokens and cost (in the currency of the
    prices given) are those of this document; None where the system does not tell.
    """

    annotation: Annotation
    notes: tuple[str, ...] = ()
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None


class ExtractionError(ExtractorError):
    """A system gave no answer for one document; the next document may be tried.

    `kind` is one word, such as `timeout`; `details` are the last words of the system. With
    `is_final` no other document can fare better (a wrong key, a server that is not there).
    """

    def __init__(
        self, kind: str, message: str, *, details: str = "", is_final: bool = False
    ) -> None:
        self.kind = kind
        self.message = message
        self.details = details
        self.is_final = is_final
        super().__init__(f"{message}\n{details}" if details else message)

    @classmethod
    def of(cls, error: BaseException) -> "ExtractionError":
        """Give whatever a system raised as an extraction error, with its last lines of code."""
        if isinstance(error, cls):
            return error
        trace = "".join(traceback.format_exception(error, limit=-3))
        return cls("exception", f"{type(error).__name__}: {error}", details=trace)


class Extractor(Protocol):
    """A callable system.

    It may also have `parameters` (what else decides its answers, by name), `concurrency` (how many
    calls it bears at a time; 1 unless it says so) and `close()`.
    """

    @property
    def name(self) -> str:
        """How the system is called."""

    @property
    def version(self) -> str:
        """Which version of the system this is."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The record layers that the system attempts; none when what it finds shall decide."""

    def extract(
        self, text: str, *, doc_id: str, reference_date: str | None = None
    ) -> Annotation | Answer:
        """Annotate a text; `reference_date` (ISO 8601) is what relative dates count from.

        Raises ExtractionError, or anything else, when there is no answer for this document.
        """


def ask(
    extractor: Extractor, text: str, *, doc_id: str, reference_date: str | None = None
) -> Answer:
    """Call an extractor; an annotation alone is an answer without notes, tokens or cost."""
    found = extractor.extract(text, doc_id=doc_id, reference_date=reference_date)
    return found if isinstance(found, Answer) else Answer(found)


@dataclass(slots=True)
class Setup:
    """What a kind of extractor is loaded with: `load(rest, setup) -> Extractor`.

    `rest` is the spec after its `kind:`. An entry point of the group `goldwire.extractors` names
    such a function; its name is the kind. `timeout` is in seconds per document, `retries` how often
    a request is sent again, `workers` how many documents are answered at a time; none of them
    decides what the answer is, so they are no parameters.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    ontology: Ontology | None = None
    timeout: float | None = None
    retries: int = 4
    workers: int | None = None

    def only(self, *known: str) -> Mapping[str, str]:
        """Give the parameters; raise UsageError when there is one beyond those known."""
        for name in self.parameters:
            if name not in known:
                allowed = f"it takes {', '.join(known)}" if known else "it takes none"
                raise UsageError(f"this extractor has no parameter {name!r}: {allowed}")
        return self.parameters

    def number(self, name: str, default: float | None = None) -> float | None:
        """Read a parameter as a number; raise UsageError when it is none."""
        if name not in self.parameters:
            return default
        try:
            return float(self.parameters[name])
        except ValueError as error:
            raise UsageError(
                f"--param {name}={self.parameters[name]}: write a number, such as {name}=0.5"
            ) from error
