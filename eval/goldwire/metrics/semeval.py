"""SemEval-2013 categories, MUC-5 error rates and the confusion matrix, all from one alignment.

SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013) sorts items as MUC-5 did (Chinchor & Sundheim
1993) into correct, incorrect, partial, missed and spurious, under four schemas:

| schema | correct | incorrect | partial |
|---|---|---|---|
| `strict` | same span and label | any other pair | |
| `exact` | same span | any other pair | |
| `partial` | same span | | any other pair |
| `type` | same label | any other pair | |

The pairs are those of `goldwire.matching.align`, the same under all schemas. With
POS = COR + INC + PAR + MIS and ACT = COR + INC + PAR + SPU,

    P = (COR + PAR / 2) / ACT     R = (COR + PAR / 2) / POS

This agrees with nervaluate 1.2.1 wherever no span overlaps two others; elsewhere nervaluate's
result depends on the order of predictions.
"""

from dataclasses import dataclass, fields

import numpy as np

from goldwire.columns import Chunk, Spans
from goldwire.columns.tables import Floats, Ints
from goldwire.matching import AlignedSide, Category, align
from goldwire.matching.views import Duplicates
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.credits import credits_of, groups_of
from goldwire.tallies import Credits, Outcome

SCHEMAS = ("strict", "exact", "partial", "type")

_CREDIT = {
    # What CORRECT, TYPE, BOUNDARY and BOTH earn, in this order.
    "strict": (1.0, 0.0, 0.0, 0.0),
    "exact": (1.0, 1.0, 0.0, 0.0),
    "partial": (1.0, 1.0, 0.5, 0.5),
    "type": (1.0, 0.0, 1.0, 0.0),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items are correct, incorrect, partial, missed and spurious; counts add up.

    Rates are fractions, None where nothing could be counted. ERR, UND, OVG and SUB are MUC-5's
    error per response fill, undergeneration, overgeneration and substitution (Chinchor & Sundheim
    1993), SER is the slot error rate (Makhoul et al. 1999) with half an error for a partial item.
    """

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Pool the counts of two collections of documents."""
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def possible(self) -> int:
        """POS: the gold items."""
        return self.correct + self.incorrect + self.partial + self.missed

    @property
    def actual(self) -> int:
        """ACT: the predicted items."""
        return self.correct + self.incorrect + self.partial + self.spurious

    @property
    def precision(self) -> float | None:
        """(COR + PAR / 2) / ACT."""
        return _rate(self.correct + self.partial / 2, self.actual)

    @property
    def recall(self) -> float | None:
        """(COR + PAR / 2) / POS."""
        return _rate(self.correct + self.partial / 2, self.possible)

    @property
    def err(self) -> float | None:
        """(INC + PAR / 2 + MIS + SPU) / (COR + PAR + INC + MIS + SPU)."""
        wrong = self.incorrect + self.partial / 2 + self.missed + self.spurious
        return _rate(wrong, self.possible + self.spurious)

    @property
    def und(self) -> float | None:
        """MIS / POS."""
        return _rate(self.missed, self.possible)

    @property
    def ovg(self) -> float | None:
        """SPU / ACT."""
        return _rate(self.spurious, self.actual)

    @property
    def sub(self) -> float | None:
        """(INC + PAR / 2) / (COR + PAR + INC)."""
        paired = self.correct + self.partial + self.incorrect
        return _rate(self.incorrect + self.partial / 2, paired)

    @property
    def ser(self) -> float | None:
        """(INC + PAR / 2 + MIS + SPU) / POS; more than 1 is possible."""
        wrong = self.incorrect + self.partial / 2 + self.missed + self.spurious
        return _rate(wrong, self.possible)


def _rate(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def schema_counts(
    chunk: Chunk, layer: str, *, duplicates: Duplicates = "count"
) -> dict[str, Counts]:
    """Count a layer's items under each of `SCHEMAS`; duplicates are spurious, ignored ones out."""
    aligned = align(chunk, layer, duplicates=duplicates)
    gold = np.bincount(aligned.gold.category, minlength=len(Category)).tolist()
    predicted = np.bincount(aligned.predicted.category, minlength=len(Category)).tolist()
    found = {}
    for schema in SCHEMAS:
        by_credit = {1.0: 0, 0.5: 0, 0.0: 0}
        for category, credit in enumerate(_CREDIT[schema]):
            by_credit[credit] += gold[category]
        found[schema] = Counts(
            correct=by_credit[1.0],
            incorrect=by_credit[0.0],
            partial=by_credit[0.5],
            missed=gold[Category.MISSED],
            spurious=predicted[Category.SPURIOUS] + predicted[Category.DUPLICATE],
        )
    return found


def _credits(side: Spans, aligned: AlignedSide, earned: Floats) -> Credits:
    return credits_of(
        side,
        num=earned[aligned.category],
        den=(aligned.category != Category.IGNORED).astype(np.float64),
    )


def _schema(schema: str) -> Compute:
    earned = np.zeros(len(Category))
    earned[: len(_CREDIT[schema])] = _CREDIT[schema]

    def compute(chunk: Chunk, options: Options) -> Outcome:
        aligned = align(chunk, "mentions", duplicates=options.duplicates)
        return Outcome(
            groups_of(chunk, "mentions"),
            _credits(chunk.gold.mentions, aligned.gold, earned),
            _credits(chunk.predicted.mentions, aligned.predicted, earned),
        )

    compute.__doc__ = f"""Score mentions under SemEval-2013's schema `{schema}`.

    P = (COR + PAR / 2) ÷ ACT, R = (COR + PAR / 2) ÷ POS, over the pairs of the one alignment.
    """
    return compute


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of aligned items by gold and predicted label: shape [labels + 1, labels + 1].

    Rows are gold labels, the last one for predictions without a gold item (spurious); columns are
    predicted labels, the last one for gold without a prediction (missed). Labels ascend.
    """

    labels: tuple[str, ...]
    counts: Ints

    def __add__(self, other: "Confusion") -> "Confusion":
        """Pool two matrices; a label that one of them lacks has zeros there."""
        labels = tuple(sorted({*self.labels, *other.labels}))
        counts = np.zeros((len(labels) + 1, len(labels) + 1), dtype=np.int64)
        for one in (self, other):
            at = np.array([*(labels.index(label) for label in one.labels), len(labels)])
            counts[np.ix_(at, at)] += one.counts
        return Confusion(labels, counts)


def confusion(chunk: Chunk, layer: str, *, duplicates: Duplicates = "count") -> Confusion:
    """Count which gold label met which predicted label; don't-care items are left out."""
    aligned = align(chunk, layer, duplicates=duplicates)
    gold: Spans = getattr(chunk.gold, layer)
    predicted: Spans = getattr(chunk.predicted, layer)
    names = groups_of(chunk, layer)
    n = len(names)
    missed = gold.label[aligned.gold.category == Category.MISSED]
    spurious = predicted.label[np.isin(aligned.predicted.category, UNPAIRED)]
    rows = np.concatenate([gold.label[aligned.gold_rows], missed, np.full(len(spurious), n)])
    columns = np.concatenate(
        [predicted.label[aligned.predicted_rows], np.full(len(missed), n), spurious]
    )
    counts = np.bincount(rows * (n + 1) + columns, minlength=(n + 1) ** 2).reshape(n + 1, n + 1)
    occurring = [i for i in range(n) if counts[i].any() or counts[:, i].any()]
    order = [*sorted(occurring, key=names.__getitem__), n]
    return Confusion(tuple(names[i] for i in order[:-1]), counts[np.ix_(order, order)])


UNPAIRED = (Category.SPURIOUS, Category.DUPLICATE)

METRICS = (
    Metric(
        name="mentions/semeval_partial",
        summary="mentions: same span, or half for overlapping (SemEval-2013 partial)",
        layers=("mentions",),
        compute=_schema("partial"),
        uses=("duplicates",),
    ),
    Metric(
        name="mentions/semeval_type",
        summary="mentions: aligned with the same label (SemEval-2013 type)",
        layers=("mentions",),
        compute=_schema("type"),
        uses=("duplicates",),
    ),
)
