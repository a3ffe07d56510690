"""Scoring several runs alike: one gold, one set of options, and whatever is to be measured with it.

A system to be measured is saved predictions (each path one run) or an extractor by its spec, which
is then run afresh as often as wanted.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from goldwire.clustering import DOCUMENT
from goldwire.comparison.paired import System
from goldwire.errors import DataError, NothingEvaluatedError, not_to_be_counted
from goldwire.extraction import extract_all
from goldwire.extractors import Extractor, Setup
from goldwire.extractors.loading import is_spec, loaded
from goldwire.files import FileReader, Found
from goldwire.grounding import Mode
from goldwire.inputs import Gold, Run, open_run
from goldwire.metrics import Options
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument, Pairing
from goldwire.scores import Scores
from goldwire.scoring import HEADLINE, score_documents
from goldwire.selection import Selection
from goldwire.version import version

OF_GOLD = frozenset({"gold", "split", "schema", "v", "ci"})
"""The signature fields that are no options: they name gold, the code and the intervals."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a system gave for the documents, and its name.

    A run is its records, or the files that hold them, which are then streamed whenever they are
    needed. `layers` are those that it said it attempted, None when the records must tell.
    """

    name: str
    version: str
    runs: tuple[Run | tuple[Annotation, ...], ...]
    layers: tuple[str, ...] | None = None

    @property
    def found(self) -> dict[str, Found]:
        """Tell what the files were that have been read so far, by path."""
        files = [run.found for run in self.runs if isinstance(run, Run)]
        return {path: found for one in files for path, found in one.items()}

    def attempted(self) -> frozenset[str]:
        """Name the layers that it attempted: those it said, else those that any record has."""
        if self.layers is not None:
            return frozenset(self.layers)
        found: set[str] = set()
        for run in self.runs:
            for record in _afresh(run):
                found.update(record.attempted())
                found.update({"source"} if record.source is not None else ())
        return frozenset(found)

    def after(self, baseline: "Measured") -> "Measured":
        """Give the candidate as one that attempts whatever the baseline attempted.

        A layer that it no longer gives is lost, not left out.
        """
        return replace(self, layers=tuple(sorted(self.attempted() | baseline.attempted())))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The gold and all options under which systems are measured."""

    gold: Gold
    metrics: tuple[str, ...] = HEADLINE
    options: Options = Options()
    selection: Selection = field(default_factory=Selection)
    slices: tuple[str, ...] = ()
    cluster: str = DOCUMENT
    grounding: Mode = "folded"
    compat: str | None = None
    reader: FileReader = FileReader()
    only: frozenset[str] | None = None

    def on(self, doc_ids: Collection[str]) -> "Evaluation":
        """Give the same evaluation, restricted to these documents."""
        return replace(self, only=frozenset(doc_ids))

    def documents(self) -> Iterator[GoldDocument]:
        """Walk the gold documents that take part."""
        corpus = self.gold.corpus
        if corpus is not None and self.only is not None:
            for doc_id in corpus.doc_ids(self.gold.split or None):
                if doc_id in self.only:
                    yield corpus.gold_document(doc_id)
            return
        for document in self.gold:
            if self.only is None or document.doc_id in self.only:
                yield document

    def score(
        self,
        run: Run | tuple[Annotation, ...],
        *,
        layers: Sequence[str] | None = None,
    ) -> Scores:
        """Score one run with all that comparing needs: per document, and item by item."""
        records = _afresh(run)
        problems = records.problems if isinstance(records, Run) else []
        try:
            return score_documents(
                self.documents(),
                (record for record in records if self.only is None or record.doc_id in self.only),
                metrics=self.metrics,
                options=self.options,
                selection=self.selection,
                context={**self._context(), **self.gold.context(), "v": version()},
                pairing=Pairing(problems=problems),
                layers=layers,
                slices=self.slices,
                per_document=True,
                items=True,
                grounding=self.grounding,
                cluster=self.cluster,
            )
        except DataError as error:
            # What is compared must be whole, so no command that compares counts faults instead.
            raise type(error)(error.message, map(not_to_be_counted, error.problems)) from error

    def system(self, measured: Measured) -> System:
        """Score every run of a system."""
        scores = (self.score(run, layers=measured.layers) for run in measured.runs)
        return System(measured.name, tuple(scores))

    def measure(
        self, candidates: Sequence[str], *, repeats: int = 1, max_errors: int = 0
    ) -> Measured:
        """Read saved predictions, each path one run, or run an extractor `repeats` times.

        Raises UsageError, ExtractorError or DataError when there is nothing to score.
        """
        if len(candidates) == 1 and is_spec(candidates[0]):
            corpus = self.gold.corpus
            setup = Setup(ontology=None if corpus is None else corpus.ontology())
            with loaded(candidates[0], setup) as extractor:
                return self.run(extractor, repeats=repeats, max_errors=max_errors)
        reader = replace(self.reader, texts=self.gold.texts)
        opened = [open_run([path], reader=reader) for path in candidates]
        return Measured(
            name=opened[0].name,
            version="unknown",
            runs=tuple(_held(run) if "-" in run.paths else run for run in opened),
            layers=opened[0].layers,
        )

    def run(self, extractor: Extractor, *, repeats: int = 1, max_errors: int = 0) -> Measured:
        """Run an extractor afresh over the documents, `repeats` times.

        Raises ExtractorError when it fails on more than `max_errors` documents of a run.
        """
        documents = list(self.documents())
        if not documents:
            raise NothingEvaluatedError(f"nothing was evaluated: {self.gold.tag} has no documents")
        runs = tuple(
            extract_all(documents, extractor, max_errors=max_errors) for _ in range(repeats)
        )
        layers = tuple(extractor.layers) or None
        return Measured(extractor.name, extractor.version, runs, layers=layers)

    def signed_options(self) -> dict[str, str]:
        """Give the signature fields of the options alone, without gold, split and versions."""
        context = {**self.selection.fields(), **self._context()}
        empty = Scores({}, context, self.options, {}, Pairing())
        fields = dict(empty.shared_signature().options)
        return {key: value for key, value in fields.items() if key not in OF_GOLD}

    def _context(self) -> dict[str, str]:
        compat = {"compat": self.compat} if self.compat else {}
        # Runs say how they were grounded where they were; another way than usual is an option.
        ground = {} if self.grounding == "folded" else {"ground": self.grounding}
        return {**compat, **ground, "match": "optimal"}


def _afresh(run: Run | tuple[Annotation, ...]) -> Run | tuple[Annotation, ...]:
    """Give a run that can be read from the start, and has no problems yet."""
    return replace(run, problems=[]) if isinstance(run, Run) else run


def _held(run: Run) -> tuple[Annotation, ...]:
    """Read a run that can be read but once, such as stdin; raises DataError for faulty records."""
    records = tuple(run)
    if run.problems:
        raise DataError(f"the predictions of {run.name} cannot be used", run.problems)
    return records
