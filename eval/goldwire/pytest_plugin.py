"""The pytest plugin: a score as a regression test. It does nothing until a test asks for it.

    def test_nothing_is_lost(goldwire_run):
        run = goldwire_run("py:my_extractor:extract")
        run.assert_no_lost()
        run.assert_score("mentions/strict", 0.80)

Files called `*.goldwire.toml` are tests as well, one per document and layer. Only the standard
library and pytest are loaded here; goldwire's own modules are loaded by the first test that needs
them.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from goldwire.ci import in_ci
from goldwire.pytest_session import (
    FOLDER,
    RUNS,
    UPDATE,
    UPDATE_NEW,
    USED,
    UsedBaselines,
    how,
    loaded,
)

if TYPE_CHECKING:
    from goldwire.extractors import Extractor
    from goldwire.inputs import Gold
    from goldwire.loopback_hub import LoopbackHub
    from goldwire.metrics import Options
    from goldwire.regression import CheckedRun
    from goldwire.selection import Selection

SUFFIX = ".goldwire.toml"
Measure = Callable[..., "CheckedRun"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the two options that write baselines."""
    group = parser.getgroup("goldwire")
    group.addoption(UPDATE, action="store_true", help="write every goldwire baseline anew")
    group.addoption(
        UPDATE_NEW, action="store_true", help="write goldwire baselines that are not yet there"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make room for what a session remembers."""
    config.stash[USED] = UsedBaselines()
    config.stash[RUNS] = {}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `*.goldwire.toml` files."""
    if not file_path.name.endswith(SUFFIX):
        return None
    from goldwire.pytest_items import GoldwireFile

    return GoldwireFile.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def goldwire_corpus() -> "Gold":
    """Give the gold that is configured, else the nearest corpus; define it anew for another."""
    from goldwire.inputs import open_gold

    return open_gold()


@pytest.fixture
def goldwire_run(request: pytest.FixtureRequest, goldwire_corpus: "Gold") -> Measure:
    """Give a function that runs an extractor over the gold and answers what may be asserted of it.

    The extractor is a spec (`py:package.module:name`), an extractor object or a function. It runs
    once per session, however many tests ask. `baseline` is a path from the test file; without it
    the configured one, else `goldwire_baselines/NAME.jsonl.gz` beside the test file.
    """

    def measure(
        extractor: "str | Extractor | Callable[..., object]",
        *,
        baseline: str | Path | None = None,
        name: str | None = None,
        repeats: int = 1,
        options: "Options | None" = None,
        selection: "Selection | None" = None,
    ) -> "CheckedRun":
        from goldwire.evaluation import Evaluation
        from goldwire.metrics import Options
        from goldwire.regression import BaselineFile, CheckedRun
        from goldwire.selection import Selection

        evaluation = Evaluation(
            gold=goldwire_corpus,
            options=options or Options(),
            selection=selection or Selection(),
        )
        config = request.config
        runs = config.stash[RUNS]
        key = (extractor, evaluation.gold.digest, evaluation.gold.place, repeats)
        if key not in runs:
            runs[key] = evaluation.run(loaded(extractor), repeats=repeats)
        measured = runs[key]
        place = _place(request.path.parent, baseline, name or measured.name)
        return CheckedRun(
            evaluation=evaluation,
            measured=measured,
            baseline=BaselineFile(
                path=place,
                update=config.getoption(UPDATE),
                update_new=config.getoption(UPDATE_NEW),
                how=how(place),
                saw=config.stash[USED].saw,
            ),
            hides_protected=in_ci(),
        )

    return measure


@pytest.fixture
def goldwire_hub(monkeypatch: pytest.MonkeyPatch) -> "Iterator[LoopbackHub]":
    """Run a Hub on the loopback interface, whose address child processes find in HF_ENDPOINT.

    The Hub's client library reads that when it is imported: use it in a process of its own, or give
    it `goldwire_hub.endpoint`. `goldwire_hub.faults.add(...)` lets requests go wrong.
    """
    from goldwire.loopback_hub import LoopbackHub

    with LoopbackHub() as hub:
        for name, value in hub.environment().items():
            monkeypatch.setenv(name, value)
        yield hub


def _place(folder: Path, baseline: str | Path | None, name: str) -> Path:
    from goldwire.inputs import configured

    if baseline is not None:
        return folder / baseline
    named = configured("baseline")
    if named is not None:
        return Path(named)
    return folder / FOLDER / f"{re.sub(r'[^0-9A-Za-z._-]+', '-', name).strip('-.')}.jsonl.gz"


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Iterator[None]:
    """Skip a test whose baseline is not made yet; on a CI server it fails: nothing was tested."""
    try:
        return (yield)
    except Exception as error:
        if type(error).__name__ != "MissingBaselineError" or in_ci():
            raise
        pytest.skip(str(error))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of xdist tell the controller which baselines it used."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["goldwire_used"] = sorted(session.config.stash[USED].paths)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear from a worker of xdist."""
    node.config.stash[USED].paths.update(getattr(node, "workeroutput", {}).get("goldwire_used", ()))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name the baselines that no test used, when all tests were asked for."""
    chosen = any("::" in arg for arg in config.args)
    if chosen or config.option.keyword or config.option.markexpr or config.getoption("lf", False):
        return
    unused = config.stash[USED].unused()
    if unused:
        terminalreporter.section("goldwire")
        for path in unused:
            terminalreporter.line(f"no test used the baseline {path}")
