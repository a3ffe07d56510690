"""Scoring several runs alike: one gold, one set of options, and whatever is to be measured with it.

A system to be measured is saved predictions (each path one run) or an extractor by its spec, which
is then run afresh as often as wanted.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from goldwire.clustering import DOCUMENT
from goldwire.comparison import System
from goldwire.errors import NothingEvaluatedError, Problem
from goldwire.extraction import extract_all
from goldwire.extractors import Extractor, Setup
from goldwire.extractors.loading import is_spec, loaded
from goldwire.files import FileReader
from goldwire.grounding import Mode
from goldwire.inputs import Gold, open_run
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
    """What a system gave for the documents: one list of records per run, and its name.

    `layers` are those that it said it attempted, None when the records must tell.
    """

    name: str
    version: str
    runs: tuple[tuple[Annotation, ...], ...]
    layers: tuple[str, ...] | None = None
    problems: tuple[tuple[Problem, ...], ...] = ()

    def attempted(self) -> frozenset[str]:
        """Name the layers that it attempted: those it said, else those that any record has."""
        if self.layers is not None:
            return frozenset(self.layers)
        records = [record for run in self.runs for record in run]
        found = {layer for record in records for layer in record.attempted()}
        return frozenset(found | ({"source"} if any(one.source for one in records) else set()))

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
        records: Iterable[Annotation],
        *,
        layers: Sequence[str] | None = None,
        problems: Iterable[Problem] = (),
    ) -> Scores:
        """Score one run with all that comparing needs: per document, and item by item."""
        return score_documents(
            self.documents(),
            (record for record in records if self.only is None or record.doc_id in self.only),
            metrics=self.metrics,
            options=self.options,
            selection=self.selection,
            context={**self._context(), **self.gold.context(), "v": version()},
            pairing=Pairing(problems=list(problems)),
            layers=layers,
            slices=self.slices,
            per_document=True,
            explain=True,
            grounding=self.grounding,
            cluster=self.cluster,
        )

    def system(self, measured: Measured) -> System:
        """Score every run of a system."""
        problems = measured.problems or ((),) * len(measured.runs)
        return System(
            measured.name,
            tuple(
                self.score(run, layers=measured.layers, problems=found)
                for run, found in zip(measured.runs, problems, strict=True)
            ),
        )

    def measure(self, candidates: Sequence[str], *, repeats: int = 1) -> Measured:
        """Read saved predictions, each path one run, or run an extractor `repeats` times.

        Raises UsageError, ExtractorError or DataError when there is nothing to score.
        """
        if len(candidates) == 1 and is_spec(candidates[0]):
            corpus = self.gold.corpus
            setup = Setup(ontology=None if corpus is None else corpus.ontology())
            with loaded(candidates[0], setup) as extractor:
                return self.run(extractor, repeats=repeats)
        reader = replace(self.reader, texts=self.gold.texts)
        opened = [open_run([path], reader=reader) for path in candidates]
        runs = tuple(tuple(run) for run in opened)
        return Measured(
            name=opened[0].name,
            version="unknown",
            runs=runs,
            layers=opened[0].layers,
            problems=tuple(tuple(run.problems) for run in opened),
        )

    def run(self, extractor: Extractor, *, repeats: int = 1) -> Measured:
        """Run an extractor afresh over the documents, `repeats` times."""
        documents = list(self.documents())
        if not documents:
            raise NothingEvaluatedError(f"nothing was evaluated: {self.gold.tag} has no documents")
        runs = tuple(extract_all(documents, extractor) for _ in range(repeats))
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
