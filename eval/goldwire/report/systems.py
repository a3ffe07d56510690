"""Several systems on one gold, in one table: numbers by systems, for a terminal or a paper."""

from collections.abc import Mapping, Sequence

from goldwire.inputs import Gold
from goldwire.report.terminal import Cells, f_name, percent, table
from goldwire.scores import Score, Scores

Rows = Mapping[str, Sequence[Score]]


def systems_text(gold: Gold, scored: Mapping[str, Scores], rows: Rows) -> str:
    """Give the table for a terminal: F1 unless the address of a number says P or R."""
    split = f", split {gold.split}" if gold.split else ""
    n = max(scores.pairing.n_documents for scores in scored.values())
    return "\n".join(
        [
            f"gold    {gold.tag}{split} ({n} document{'' if n == 1 else 's'}) at {gold.place}",
            "",
            table([("", *scored), *_cells(rows)]),
            "",
            *_signatures(scored),
        ]
    )


def latex_table(gold: Gold, scored: Mapping[str, Scores], rows: Rows) -> str:
    """Give a LaTeX table in percent; of one system P, R and F1, of several F1 (or as addressed)."""
    if len(scored) == 1:
        beta = next(iter(scored.values())).options.beta
        header: Cells = ("", "P", "R", f_name(f"{beta:g}"))
        cells = [
            (str(score.address), *map(percent, (score.p, score.r, score.f1)))
            for score in next(iter(rows.values()))
        ]
    else:
        header, cells = ("", *scored), _cells(rows)
    lines = [f"% gold {gold.tag}", *(f"% {line}" for line in _signatures(scored))]
    lines += [r"\begin{tabular}{l" + "r" * (len(header) - 1) + "}", r"\hline"]
    lines += [" & ".join(map(escaped, header)) + r" \\", r"\hline"]
    lines += [" & ".join(map(escaped, row)) + r" \\" for row in cells]
    return "\n".join([*lines, r"\hline", r"\end{tabular}"])


def _cells(rows: Rows) -> list[Cells]:
    """Put each number in a row; a system that has it not, because it did not attempt it, has –."""
    names = dict.fromkeys(str(score.address) for found in rows.values() for score in found)
    by_system = [{str(score.address): score for score in found} for found in rows.values()]
    return [(name, *(_value(found.get(name)) for found in by_system)) for name in names]


def _value(score: Score | None) -> str:
    if score is None:
        return "–"
    return percent({"p": score.p, "r": score.r}.get(score.address.measure or "f1", score.f1))


def _signatures(scored: Mapping[str, Scores]) -> list[str]:
    """Give the signature that all share; systems differ in their predictions alone."""
    shared = dict.fromkeys(str(scores.shared_signature()) for scores in scored.values())
    return [f"signature  {signature}" for signature in shared]


def escaped(text: str) -> str:
    """Write text so that LaTeX prints it as it is."""
    special = {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "–": "--",
        **{character: f"\\{character}" for character in "_%&#${}"},
    }
    return "".join(special.get(character, character) for character in text)
