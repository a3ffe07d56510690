"""What became of items, as tables: SemEval-2013 counts with MUC-5 rates, and confusion matrices."""

from goldwire.metrics.semeval import Confusion, Counts
from goldwire.report.terminal import Cells, percent, table
from goldwire.scores import Scores

HEADER = ("COR", "INC", "PAR", "MIS", "SPU", "ERR", "UND", "OVG", "SUB", "SER")
LEGEND = (
    "correct, incorrect, partial, missed, spurious; rates in percent: error per response fill,\n"
    "under- and overgeneration, substitution (MUC-5), slot error rate"
)


def error_table(scores: Scores) -> str:
    """Give the counts and rates of every layer of spans, under each schema."""
    rows: list[Cells] = [("", *HEADER)]
    for layer, by_schema in scores.counts.items():
        rows += [_counts(f"{layer} {schema}", counts) for schema, counts in by_schema.items()]
    return f"{table(rows)}\n{LEGEND}" if len(rows) > 1 else ""


def _counts(name: str, counts: Counts) -> Cells:
    numbers = (counts.correct, counts.incorrect, counts.partial, counts.missed, counts.spurious)
    rates = (counts.err, counts.und, counts.ovg, counts.sub, counts.ser)
    return (name, *map(str, numbers), *map(percent, rates))


def confusion_tables(scores: Scores) -> str:
    """Give a matrix for every layer: gold labels in rows, predicted labels in columns."""
    return "\n\n".join(
        table([(f"{layer}: gold \\ predicted", *_columns(matrix)), *_rows(matrix)])
        for layer, matrix in scores.confusions.items()
    )


def _columns(matrix: Confusion) -> Cells:
    return (*(label or "(none)" for label in matrix.labels), "(missed)")


def _rows(matrix: Confusion) -> list[Cells]:
    names = (*(label or "(none)" for label in matrix.labels), "(spurious)")
    rows = [
        (name, *(str(count) for count in counts))
        for name, counts in zip(names, matrix.counts.tolist(), strict=True)
    ]
    # Nothing is both spurious and missed.
    rows[-1] = (*rows[-1][:-1], "")
    return rows
