"""Test items of `*.goldwire.toml` files: one per document and layer, one per floor.

    extractor = "py:my_extractor:extract"
    gold = "../corpus-repository"          # default: as the commands find it
    baseline = "names.jsonl.gz"            # default: beside this file, named after it
    allow = "allow.toml"
    metrics = ["mentions/strict"]          # default: each layer's strictest

    [min]
    "mentions/strict" = 0.80

Paths count from the file. Every item runs the extractor on its own document only, so that `-k`,
`--lf` and workers of xdist do no more than they must.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from goldwire.ci import in_ci
from goldwire.errors import GoldwireError, UsageError
from goldwire.evaluation import Evaluation, Measured
from goldwire.extraction import extract_all
from goldwire.gating.baselines import write_baseline
from goldwire.gating.judging import ITEM_METRICS
from goldwire.inputs import open_gold, setting
from goldwire.metrics import find
from goldwire.pytest_session import UPDATE, UPDATE_NEW, USED, how, loaded
from goldwire.regression import BaselineFile, CheckedRun, MissingBaselineError

if TYPE_CHECKING:
    from goldwire.extractors import Extractor

KEYS = ("extractor", "gold", "split", "baseline", "allow", "metrics", "min")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a `*.goldwire.toml` file says, with its paths made whole."""

    extractor: str
    gold: str | None
    split: str | None
    baseline: Path
    allow: Path | None
    metrics: tuple[str, ...]
    floors: Mapping[str, float] = field(default_factory=dict)


def read_settings(path: Path) -> Settings:
    """Read the file; raises UsageError that names key and fault."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    unknown = sorted(table.keys() - set(KEYS))
    if unknown:
        raise UsageError(f"{path} holds {', '.join(unknown)}; its keys are {', '.join(KEYS)}")
    extractor = table.get("extractor") or (setting("extractor") or (None, None))[1]
    if not extractor:
        raise UsageError(f'{path} has no extractor → write extractor = "py:package.module:name"')
    named = table.get("metrics", ITEM_METRICS)
    folder = path.parent
    default = path.name.removesuffix(".goldwire.toml") + ".jsonl.gz"
    return Settings(
        extractor=str(extractor),
        gold=str(folder / table["gold"]) if "gold" in table else None,
        split=table.get("split"),
        baseline=folder / table.get("baseline", default),
        allow=folder / table["allow"] if "allow" in table else None,
        metrics=tuple(find(str(name)).name for name in named),
        floors={str(name): float(value) for name, value in table.get("min", {}).items()},
    )


class GoldwireFile(pytest.File):
    """A `*.goldwire.toml` file; its extractor, gold and baseline are opened once."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Give the message alone: the fault is in the file or in gold, not in goldwire's code."""
        if isinstance(excinfo.value, GoldwireError):
            return str(excinfo.value)
        del style  # Files have none.
        return super().repr_failure(excinfo)

    def collect(self) -> Iterator[pytest.Item]:
        """Make an item for each document and annotated layer, then for each floor."""
        for document in self.evaluation.documents():
            annotated = set(document.annotation.attempted())
            by_layer: dict[str, list[str]] = {}
            for name in self.settings.metrics:
                metric = find(name)
                if annotated.issuperset(metric.layers):
                    by_layer.setdefault(metric.layer, []).append(name)
            for layer, metrics in by_layer.items():
                yield LayerItem.from_parent(
                    self,
                    name=f"{document.doc_id}/{layer}",
                    doc_id=document.doc_id,
                    metrics=tuple(metrics),
                )
        for name, floor in self.settings.floors.items():
            yield FloorItem.from_parent(self, name=f"{name}>={floor:g}", address=name, floor=floor)

    @cached_property
    def settings(self) -> Settings:
        """What the file says."""
        return read_settings(self.path)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The gold that the file names."""
        return Evaluation(open_gold(self.settings.gold, split=self.settings.split))

    @cached_property
    def extractor(self) -> "Extractor":
        """The extractor that the file names, loaded from where pytest was called."""
        extractor = loaded(self.settings.extractor)
        self.config.add_cleanup(getattr(extractor, "close", lambda: None))
        return extractor

    @cached_property
    def whole(self) -> Measured:
        """The extractor's output on all documents."""
        return self.evaluation.run(self.extractor)

    @cached_property
    def is_updated(self) -> bool:
        """Whether the baseline was written in this session, which happens at the first item."""
        baseline = self.baseline
        if not baseline.is_due():
            return False
        write_baseline(baseline.path, self.whole, self.evaluation)
        baseline.saw(baseline.path)
        return True

    @property
    def baseline(self) -> BaselineFile:
        """The baseline that the file names."""
        path = self.settings.baseline
        return BaselineFile(
            path=path,
            update=self.config.getoption(UPDATE),
            update_new=self.config.getoption(UPDATE_NEW),
            how=how(path),
            saw=self.config.stash[USED].saw,
        )

    def on(self, doc_id: str) -> CheckedRun:
        """Run the extractor on one document."""
        evaluation = self.evaluation.on([doc_id])
        records = extract_all(evaluation.documents(), self.extractor)
        measured = Measured(self.extractor.name, self.extractor.version, (records,))
        baseline = replace(self.baseline, update=False, update_new=False)
        return CheckedRun(evaluation, measured, baseline, hides_protected=in_ci())


class _Item(pytest.Item):
    """What both kinds of item share: how they are called and how they fail."""

    parent: GoldwireFile

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Give the message alone: there is no code of the user's to show."""
        if isinstance(excinfo.value, AssertionError | GoldwireError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        """Name the item in reports."""
        return self.path, None, self.name


class LayerItem(_Item):
    """One layer of one document: fails when gold items are lost."""

    def __init__(self, *, doc_id: str, metrics: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.doc_id = doc_id
        self.metrics = metrics

    def runtest(self) -> None:
        """Run the extractor on the document and compare with the baseline."""
        if self.parent.is_updated:
            return
        try:
            run = self.parent.on(self.doc_id)
            run.assert_no_lost(allow=self.parent.settings.allow, metrics=self.metrics)
        except MissingBaselineError as error:
            if in_ci():
                raise
            pytest.skip(str(error))


class FloorItem(_Item):
    """One floor over all documents: fails when the score is below it."""

    def __init__(self, *, address: str, floor: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.address = address
        self.floor = floor

    def runtest(self) -> None:
        """Run the extractor on all documents and look at one score."""
        run = CheckedRun(self.parent.evaluation, self.parent.whole, self.parent.baseline)
        run.assert_score(self.address, self.floor)
