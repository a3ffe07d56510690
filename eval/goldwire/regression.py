"""A score as a regression test: an extractor that was run, and what may be asserted about it.

The pytest plugin is built on this; nothing here knows pytest.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from goldwire.comparison.paired import System, compare_systems
from goldwire.errors import UsageError
from goldwire.evaluation import Evaluation, Measured
from goldwire.gating.allowances import read_allowances
from goldwire.gating.baselines import BaselineError, fit, is_baseline, read_baseline, write_baseline
from goldwire.gating.judging import ITEM_METRICS, Judgement, floor_finding, judge
from goldwire.metrics import describe, find
from goldwire.report.changes import change_lines
from goldwire.report.gate import figures_table, findings_table
from goldwire.report.terminal import percent
from goldwire.scores import Scores
from goldwire.signature import Address


class MissingBaselineError(BaselineError):
    """There is no baseline to compare with yet; the message says how to make one."""


@dataclass(frozen=True, slots=True)
class BaselineFile:
    """Where a baseline is kept, whether it is to be written now, and how a user writes it.

    `update` writes it whatever is there, `update_new` only when there is none. `saw` is told the
    path whenever a baseline is used.
    """

    path: Path
    update: bool = False
    update_new: bool = False
    how: str = ""
    saw: Callable[[Path], None] = field(default=lambda _: None)

    def is_due(self) -> bool:
        """Claim that the baseline must be written before anything can be compared."""
        return self.update or (self.update_new and not self.path.is_file())


@dataclass(frozen=True, slots=True)
class CheckedRun:
    """An extractor's output over a gold standard; its assertions raise AssertionError.

    `hides_protected`: messages show items of protected texts as offsets and labels, as logs that
    others can read demand.
    """

    evaluation: Evaluation
    measured: Measured
    baseline: BaselineFile
    hides_protected: bool = False
    _systems: dict[object, System] = field(default_factory=dict, repr=False, compare=False)

    def assert_no_lost(
        self,
        *,
        allow: str | Path | None = None,
        metrics: Sequence[str] = ITEM_METRICS,
        today: dt.date | None = None,
    ) -> None:
        """Assert that no gold item which the baseline has right is lost.

        `allow` is an allow-list (TOML), whose entries must still hold on `today`.
        """
        __tracebackhide__ = True
        judgement = self.judged(metrics=metrics, allow=allow, today=today)
        self._demand(judgement)

    def assert_not_inferior(
        self,
        *,
        margin: float,
        metrics: Sequence[str] = ITEM_METRICS,
        inconclusive: str = "fail",
    ) -> None:
        """Assert that each metric's F1 is proved to lose less than `margin`, a fraction.

        With `inconclusive="pass"` only a proved loss fails, and a small corpus proves nothing.
        """
        __tracebackhide__ = True
        if inconclusive not in {"fail", "pass"}:
            raise UsageError(f"inconclusive is 'fail' or 'pass', not {inconclusive!r}")
        judgement = self.judged(metrics=metrics, margin=margin)
        if judgement is not None and judgement.verdict == "INCONCLUSIVE" and inconclusive == "pass":
            return
        self._demand(judgement)

    def assert_score(self, name: str, minimum: float) -> None:
        """Assert that a number such as `mentions/strict.r[PER]` is at least `minimum` (0–1)."""
        __tracebackhide__ = True
        metric = describe(Address.parse(name).metric).name
        system = self._system(self.evaluation, self.measured, (metric,))
        finding = floor_finding(system, name, minimum)
        if finding.outcome != "PASS":
            raise AssertionError(
                f"{finding.what}: {finding.reason} ({_bounds(system.runs[0], name)})\n"
                f"gold {self.evaluation.gold.tag}, {system.runs[0][name].signature}"
            )

    def judged(
        self,
        *,
        metrics: Sequence[str] = ITEM_METRICS,
        margin: float | None = None,
        allow: str | Path | None = None,
        today: dt.date | None = None,
    ) -> Judgement | None:
        """Judge the run against its baseline; None when the baseline was only just written."""
        if self.baseline.is_due():
            write_baseline(self.baseline.path, self.measured, self.evaluation)
            self.baseline.saw(self.baseline.path)
            return None
        against, shared = self._against()
        candidate = self.measured.after(against)
        names = tuple(find(name).name for name in metrics)
        base = self._system(shared, against, names)
        found = self._system(shared, candidate, names)
        told = [name for name in names if all(name in run for run in (*base.runs, *found.runs))]
        if not told:
            raise UsageError(
                "there is nothing to compare: "
                + "; ".join(dict.fromkeys(found.runs[0].not_scored.values()))
            )
        return judge(
            compare_systems(base, found, metrics=told),
            found,
            margin=margin,
            allowances=read_allowances(allow) if allow is not None else (),
            today=today or dt.datetime.now().astimezone().date(),
        )

    def _against(self) -> tuple[Measured, Evaluation]:
        path, how = self.baseline.path, self.baseline.how
        if not path.is_file():
            raise MissingBaselineError(f"there is no baseline at {path} yet → make one: {how}")
        self.baseline.saw(path)
        if not is_baseline(path):
            return self.evaluation.measure([str(path)]), self.evaluation
        read = read_baseline(path, how=how)
        fitting = fit(read.header, self.evaluation, how=how)
        only = self.evaluation.only
        shared = fitting.doc_ids if only is None else fitting.doc_ids & only
        return read.measured, self.evaluation.on(shared)

    def _system(
        self, evaluation: Evaluation, measured: Measured, metrics: tuple[str, ...]
    ) -> System:
        key = (evaluation.only, id(measured.runs), measured.layers, metrics)
        if key not in self._systems:
            self._systems[key] = replace(evaluation, metrics=metrics).system(measured)
        return self._systems[key]

    def _demand(self, judgement: Judgement | None) -> None:
        __tracebackhide__ = True
        if judgement is not None and judgement.verdict != "PASS":
            raise AssertionError(self.told(judgement))

    def told(self, judgement: Judgement) -> str:
        """Say what failed: the findings, the figures, and the first ten lost items in context."""
        base = next(iter(self._systems.values()))
        hidden = base.runs[0].pairing.protected if self.hides_protected else ()
        sifted = judgement.sifted
        lines = [
            (
                f"goldwire: {judgement.verdict}, gold {self.evaluation.gold.tag}, baseline "
                f"{self.baseline.path.name}"
            ),
            findings_table(judgement.findings),
            *change_lines("lost", sifted.remaining, hidden=hidden, more=""),
            "",
            figures_table(judgement.comparison.compared),
        ]
        lines += [f"expired on {one.expires}: {one.item}" for one in sifted.expired]
        if self.baseline.how:
            lines += ["", f"if this is meant: {self.baseline.how}"]
        return "\n".join(lines)


def _bounds(run: Scores, name: str) -> str:
    """Write the interval of a number, or why it has none."""
    try:
        found = run.interval(name)
    except (UsageError, KeyError) as error:
        return f"no interval: {error.args[0]}"
    if found.low is None or found.high is None:
        return f"no interval: {found.note}"
    shown = f"95 % interval {percent(found.low)} to {percent(found.high)}"
    return f"{shown}; {found.note}" if found.note else shown
