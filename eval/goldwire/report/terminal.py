"""Scores for people at a terminal: tables, what did not fit, and what the numbers mean."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from statistics import mean, stdev

from goldwire.errors import Problem
from goldwire.files import Found
from goldwire.inputs import Gold
from goldwire.scores import Score, Scores
from goldwire.tallies import P_DEN, R_DEN

SHOWN_PROBLEMS = 10

UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of control characters, lone surrogates and line separators."""

Cells = tuple[str, ...]


def percent(value: float | None) -> str:
    """Write a fraction in percent with one decimal; 0/0 is `undef`, never a number.

    >>> percent(2 / 3), percent(None)
    ('66.7', 'undef')
    """
    return "undef" if value is None else f"{100 * value:.1f}"


def f_name(beta: str) -> str:
    """Name F by its weight of recall, as `--beta` gave it.

    >>> f_name("1"), f_name("0.5")
    ('F1', 'F0.5')
    """
    return f"F{beta}"


def amount(value: float) -> str:
    """Write a sum: whole when it is whole, else with two decimals.

    >>> amount(3.0), amount(2.5)
    ('3', '2.50')
    """
    return str(int(value)) if value == int(value) else f"{value:.2f}"


def printable(text: str) -> str:
    """Write control characters as escapes: labels and names come from files, and may hold any.

    >>> printable("A" + chr(27)) == "A" + chr(92) + "x1b"
    True
    """
    return "".join(
        ascii(character)[1:-1] if unicodedata.category(character) in UNPRINTABLE else character
        for character in text
    )


def heading(gold: Gold, scores: Scores, *, system: str) -> str:
    """Name the gold first, then the system, then how many documents were compared."""
    pairing = scores.pairing
    split = f", split {gold.split}" if gold.split else ""
    plural = "" if pairing.n_documents == 1 else "s"
    lines = [f"gold    {gold.tag}{split} ({pairing.n_documents} document{plural}) at {gold.place}"]
    lines.append(f"system  {system} ({pairing.n_predicted} predicted)")
    if pairing.n_documents < 2:
        lines.append("        one document: a demonstration, not a benchmark")
    return "\n".join(lines)


def score_table(scores: Iterable[Score], *, in_full: bool = False) -> str:
    """Give a table of scores: P, R and F in percent, and the four sums behind them.

    Labels and slices are written below their metric, or `in_full` as addresses.
    """
    scores = list(scores)
    f = f_name(scores[0].signature.options.get("beta", "1")) if scores else f_name("1")
    rows: list[Cells] = [("", "P", "R", f, "correct/predicted", "found/gold")]
    layer = ""
    for score in scores:
        if score.address.layer != layer:
            layer = score.address.layer
            rows.append(())
        rows.append(_row(score, in_full=in_full))
    return table(rows)


def _row(score: Score, *, in_full: bool) -> Cells:
    label, part = score.address.label, score.address.slice
    p_num, p_den, r_num, r_den = (amount(value) for value in score.sums)
    name = score.address.metric
    if in_full:
        name = str(score.address)
    elif part is not None:
        name = f"    @{part}"
    elif label is not None:
        name = f"    {label or '(no label)'}"
    if score.signature.options["avg"] == "metrics":
        return (name, "", "", percent(score.f1), "", "")
    of = "" if score.n_averaged is None else f" (mean of {score.n_averaged})"
    return (
        name,
        percent(score.p),
        percent(score.r),
        percent(score.f1) + of,
        f"{p_num}/{p_den}",
        f"{r_num}/{r_den}",
    )


def interval_table(scores: Scores, *, bootstrap: bool = False) -> str:
    """Give each metric's F1 with its confidence interval, or why it has none."""
    rows: list[Cells] = [("", f_name(f"{scores.options.beta:g}"), "95 % interval", "")]
    for name in scores:
        found = scores.interval(name, bootstrap=bootstrap)
        shown = (
            "none"
            if found.low is None or found.high is None
            else f"{percent(found.low)} to {percent(found.high)}"
        )
        rows.append((name, percent(found.value), shown, f"{found.method}; {found.note}"))
    return table(rows, left=(0, 3))


def confidence_table(scores: Scores) -> str:
    """Give average precision, the best threshold and calibration of each metric of spans."""
    rows: list[Cells] = [("", "AP", "best F1", "at ≥", "ECE", "Brier", "")]
    for name in scores.confident:
        if name not in scores or not scores.confident[name]:
            continue
        try:
            curve, calibrated = scores.curve(name), scores.calibration(name)
        except ValueError as error:
            rows.append((name, "", "", "", "", "", f"none: {error}"))
            continue
        best = curve.best_f1()
        rows.append(
            (
                name,
                percent(curve.average_precision()),
                "undef" if best is None else percent(best[1]),
                "" if best is None else f"{best[0]:.3g}",
                "" if calibrated is None else f"{calibrated.error:.3f}",
                "" if calibrated is None else f"{calibrated.brier:.3f}",
                "threshold tuned on this very data",
            )
        )
    return table(rows, left=(0, 6))


def repeats_table(repeats: Sequence[Iterable[Score]]) -> str:
    """Give each number's mean, least, greatest and standard deviation (n - 1) over the repeats.

    A number is F unless its address says otherwise; repeats where it is undefined are not in `n`.
    """
    values: dict[str, list[float]] = {}
    for rows_of_one in repeats:
        for score in rows_of_one:
            known = values.setdefault(str(score.address), [])
            value = {"p": score.p, "r": score.r}.get(score.address.measure or "f1", score.f1)
            if value is not None:
                known.append(value)
    rows: list[Cells] = [("", "mean", "least", "greatest", "s.d.", "n")]
    for name, known in values.items():
        figures = (mean(known), min(known), max(known), stdev(known)) if len(known) > 1 else ()
        rows.append((name, *map(percent, figures or (None,) * 4), str(len(known))))
    return table(rows)


def table(rows: Iterable[Cells], *, left: Collection[int] = (0,)) -> str:
    """Align rows of cells, the columns in `left` to the left, the others to the right.

    An empty row is a blank line.

    >>> print(table([("", "P"), ("a/b", "66.7")]))
            P
    a/b  66.7
    """
    listed = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*filter(None, listed), strict=True)]
    return "\n".join(
        "  ".join(
            f"{cell:<{width}}" if at in left else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in listed
    )


def input_notes(*found: Mapping[str, Found]) -> Iterator[str]:
    """Say how files were read that are not in goldwire's own format; the first few of them."""
    foreign = {
        path: item for files in found for path, item in files.items() if item.format != "native"
    }
    for path, item in list(foreign.items())[:SHOWN_PROBLEMS]:
        yield f"read {path} as {item}"
    if len(foreign) > SHOWN_PROBLEMS:
        yield f"… and {len(foreign) - SHOWN_PROBLEMS} more files (--json lists them all)"


def notes(scores: Scores) -> Iterator[str]:
    """Say what a reader of the numbers must know: missing documents, labels, dropped items."""
    pairing = scores.pairing
    by_reason: dict[str, list[str]] = {}
    for name, reason in scores.not_scored.items():
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        yield f"{', '.join(names)}: not scored, because {reason}"
    if pairing.n_missing:
        yield (
            f"{pairing.n_missing} of {pairing.n_documents} gold documents have no prediction that "
            "can be used: all their items count as missed"
        )
    for by, unsliced in scores.unsliced.items():
        yield f"{', '.join(unsliced)}: no slices by {by}, because their items are no spans with one"
    for label, count in sorted(scores.dropped.items()):
        yield f"{count} predicted items labelled {label} were left out, as the label map says"
    for what, count in scores.oddities.items():
        yield f"{count} predicted {what}: scored as wrong"
    if scores.absent_labels:
        yield f"--labels: no gold item is labelled {', '.join(scores.absent_labels)}"
    yield from _misleading(scores)
    for layer, labels in scores.unknown_labels.items():
        named = ", ".join(
            f"{label or '(none)'}" + (f" (nearest: {near})" if near else "")
            for label, near in labels.items()
        )
        yield (
            f"labels predicted in {layer} that gold never has, all scored as wrong: {named}; "
            "--map FROM=TO maps a label, --map FROM= leaves it out"
        )
    yield from problem_lines(pairing.problems)


def _misleading(scores: Scores) -> Iterator[str]:
    """Say which numbers are low because of what was asked, not because of the system."""
    if _lacks_levels(scores):
        yield (
            "slices by level: no prediction gives a level, so all of them are in level=unknown; of "
            "the other slices only the recall tells anything"
        )
    of_mentions = [table for name, table in scores.tallies.items() if name.startswith("mentions/")]
    has_gold = any(table.sums[..., R_DEN].any() for table in of_mentions)
    if "only" in scores.context and of_mentions and not has_gold:
        yield (
            f"--only: no gold mention that is scored has {scores.context['only']}, so all of them "
            "are don't-care and nothing could be found"
        )


def _lacks_levels(scores: Scores) -> bool:
    """Claim that slices by level hold gold's items alone, for want of levels in the predictions."""
    levels = {
        key: part.sums[..., P_DEN].any()
        for key, part in scores.sliced.items()
        if key[1].startswith("level=")
    }
    is_unknown = {key[1] == "level=unknown" for key, has_any in levels.items() if has_any}
    return is_unknown == {True} and len(levels) > 1


def problem_lines(
    problems: Iterable[Problem], *, rest: str = "--json lists them all"
) -> Iterator[str]:
    """List problems, the first few of each code in full and the rest as a count.

    `rest` says where they are all listed.
    """
    shown: Counter[str] = Counter()
    for problem in problems:
        shown[problem.code] += 1
        if shown[problem.code] <= SHOWN_PROBLEMS:
            yield str(problem)
    for code, count in shown.items():
        if count > SHOWN_PROBLEMS:
            yield f"{code}: and {count - SHOWN_PROBLEMS} more of this kind ({rest})"
