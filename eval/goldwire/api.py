"""What `import goldwire` offers: reading, validating, scoring and comparing in one call each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from goldwire.clustering import DOCUMENT
from goldwire.comparison.paired import Comparison, System, compare_systems
from goldwire.compat import preset
from goldwire.errors import DataError, GoldError, Problem, UsageError
from goldwire.files import HARMLESS, as_gold
from goldwire.formats.tables import read_rows
from goldwire.grounding import Mode
from goldwire.inputs import Gold, Run, open_gold, open_run
from goldwire.metrics import Options
from goldwire.model import Annotation
from goldwire.pairing import GoldDocument, Pairing
from goldwire.request import read_request
from goldwire.scores import Scores
from goldwire.scoring import HEADLINE, score_documents, score_run
from goldwire.selection import Selection
from goldwire.version import version

Row = Annotation | Mapping[str, Any]
GoldLike = Gold | str | Path | Iterable[Row]
GOLD = "gold"
RunLike = Run | str | Path | Iterable[Row]


def load_corpus(path: str | Path | None = None, *, split: str | None = None) -> Gold:
    """Open a gold standard: a corpus root, a release, or a file or folder in a readable format.

    `hf://org/name@v1.0.0` is a published release; it is fetched once, then read from the cache.

    Without a path it is found as the commands find it. Iterating gives its documents.
    Raises UsageError when there is none.
    """
    return open_gold(None if path is None else str(path), split=split)


def read(path: str | Path) -> tuple[Annotation, ...]:
    """Read all annotation records of a file, folder or glob, in any readable format.

    Raises DataError that names every record that cannot be read.
    """
    run = open_run([str(path)])
    records = tuple(run)
    faults = [problem for problem in run.problems if problem.code not in HARMLESS]
    if faults:
        raise DataError(f"{path} cannot be read", faults)
    return records


def score(
    gold: GoldLike,
    predicted: RunLike,
    *,
    metrics: str | Sequence[str] | None = None,
    options: Options = Options(),
    selection: Selection = Selection(),
    slices: str | Sequence[str] = (),
    per_document: bool = False,
    explain: bool = False,
    confidence: bool = False,
    categories: bool = False,
    grounding: Mode = "folded",
    on_error: str = "refuse",
    compat: str | None = None,
) -> Scores:
    """Score predictions against gold; each is a path, an opened Gold or Run, or records.

    `metrics` are names, or one string as `--metrics` takes it; without them the headline ones are
    scored. Records may be rows of a table, such as a `datasets.Dataset` gives: dictionaries with a
    record's keys, where None stands for absence.

    `compat` names another scorer whose conventions are meant, e.g. "seqeval-strict": they replace
    the options but for `beta`, decide how tags of token files are read, and without `metrics` the
    numbers are those which that scorer prints.

    Predicted words without offsets are placed in the texts that gold has, as `grounding` says
    ("folded", "fuzzy" or "off").

    `scores["mentions/strict"].f1` is a fraction 0–1, or None where it is undefined. `slices` are
    what `--slice` takes (`scores["mentions/strict@headline"]`); `per_document` keeps what
    `scores.interval` needs, `confidence` what `scores.curve` and `.calibration` need; `explain`
    fills `scores.explained`, `categories` fills `scores.counts` and `.confusions`.
    Raises DataError when predictions cannot be used, GoldError when gold cannot, and
    NothingEvaluatedError when no gold document has a prediction.
    """
    opened = open_gold(str(gold)) if isinstance(gold, str | Path) else gold
    run = open_run([str(predicted)]) if isinstance(predicted, str | Path) else predicted
    meant = None if compat is None else preset(compat)
    if metrics is None:
        metrics = HEADLINE if meant is None else meant.metrics
    if meant is not None:
        options = replace(meant.options, beta=options.beta)
        if isinstance(opened, Gold):
            opened = opened.decoded(meant.decode)
        if isinstance(run, Run):
            run = run.decoded(meant.decode)
    wanted: dict[str, Any] = {
        "metrics": read_request(metrics).metrics if isinstance(metrics, str) else metrics,
        "options": options,
        "selection": selection,
        "slices": (slices,) if isinstance(slices, str) else slices,
        "per_document": per_document,
        "explain": explain,
        "confidence": confidence,
        "categories": categories,
        "grounding": grounding,
        "on_error": on_error,
    }
    if isinstance(opened, Gold) and isinstance(run, Run):
        return score_run(opened, run, compat=compat, **wanted)
    documents: Iterable[GoldDocument] = (
        opened if isinstance(opened, Gold) else _documents(opened, name=GOLD)
    )
    context = opened.context() if isinstance(opened, Gold) else {"gold": "in-memory"}
    return score_documents(
        documents,
        run
        if isinstance(run, Run)
        else (item.annotation for item in _documents(run, name="predictions")),
        context={
            **({"compat": compat} if compat else {}),
            "match": "optimal",
            **context,
            "v": version(),
        },
        pairing=Pairing(problems=run.problems) if isinstance(run, Run) else None,
        **wanted,
    )


def compare(
    gold: GoldLike,
    baseline: RunLike,
    candidate: RunLike,
    *,
    metrics: str | Sequence[str] = HEADLINE,
    options: Options = Options(),
    selection: Selection = Selection(),
    slices: str | Sequence[str] = (),
    grounding: Mode = "folded",
    cluster: str = DOCUMENT,
) -> Comparison:
    """Compare two systems on the same gold, each given as for `score`.

    `comparison.compared` has each metric's scores, the paired difference with its interval, p and
    Holm-adjusted p, and the smallest difference that could have been seen; `lost` and `gained` the
    gold items that only one of the two has right. `cluster` is what counts as one draw.
    Raises what `score` raises.
    """
    opened = open_gold(str(gold)) if isinstance(gold, str | Path) else gold
    if isinstance(opened, Gold):
        documents: Iterable[GoldDocument] = opened
        context = opened.context()
    else:
        documents = tuple(_documents(opened, name="gold"))
        context = {"gold": "in-memory"}
    systems = []
    for name, given in (("baseline", baseline), ("candidate", candidate)):
        run = open_run([str(given)]) if isinstance(given, str | Path) else given
        scores = score_documents(
            documents,
            run
            if isinstance(run, Run)
            else (item.annotation for item in _documents(run, name=name)),
            metrics=read_request(metrics).metrics if isinstance(metrics, str) else metrics,
            options=options,
            selection=selection,
            grounding=grounding,
            context={"match": "optimal", **context, "v": version()},
            slices=(slices,) if isinstance(slices, str) else slices,
            per_document=True,
            items=True,
            cluster=cluster,
        )
        systems.append(System(name, (scores,)))
    return compare_systems(*systems, cluster=cluster)


def _documents(rows: Iterable[Row], *, name: str) -> Iterator[GoldDocument]:
    """Give records as they are and rows as records; faulty rows are raised together at the end.

    Raises UsageError for what is no collection of records, GoldError for gold with faults.
    """
    if isinstance(rows, Annotation | Mapping) or not isinstance(rows, Iterable):
        raise UsageError(f"{name} must be a path or a list of records, got {type(rows).__name__}")
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if isinstance(row, Annotation):
            found = [GoldDocument(row)]
        else:
            found = [*map(as_gold, read_rows([row], name=name, problems=problems, first=number))]
        for document in found:
            if name == GOLD and document.doc_id in seen:
                twice = "this document stands in gold more than once"
                problems.append(Problem("GW711", "/doc_id", twice, document=document.doc_id))
            seen.add(document.doc_id)
            yield document
    if problems:
        error = GoldError if name == GOLD else DataError
        raise error(f"the {name} cannot be used", problems)


def validate(path: str | Path) -> tuple[Problem, ...]:
    """Check a corpus repository: every fault in its texts, records, annotations and manifest."""
    from goldwire.validation import validate_corpus

    return validate_corpus(Path(path)).problems
