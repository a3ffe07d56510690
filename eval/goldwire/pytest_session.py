"""What the pytest plugin remembers during a session. Standard library and pytest only."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from goldwire.extractors import Extractor

FOLDER = "goldwire_baselines"
UPDATE, UPDATE_NEW = "--goldwire-update", "--goldwire-update-new"


class UsedBaselines:
    """Which baselines this session has used, from every worker where there are several."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    def saw(self, path: Path) -> None:
        """Take note of a baseline."""
        self.paths.add(str(path.resolve()))

    def unused(self) -> list[str]:
        """List the baselines beside the used ones that no test asked for."""
        folders = {Path(path).parent for path in self.paths}
        found = {
            str(file)
            for folder in folders
            if folder.name == FOLDER
            for file in folder.iterdir()
            if file.name.endswith((".jsonl", ".jsonl.gz")) and not file.name.startswith(".")
        }
        return sorted(found - self.paths)


USED = pytest.StashKey[UsedBaselines]()
RUNS = pytest.StashKey[dict[object, Any]]()


def loaded(extractor: "str | Extractor | Callable[..., object]") -> "Extractor":
    """Give an extractor for whatever a test names one by."""
    from goldwire.extractors.loading import load_extractor
    from goldwire.extractors.python_callable import CallableExtractor

    if isinstance(extractor, str):
        return load_extractor(extractor)
    if hasattr(extractor, "extract"):
        return cast("Extractor", extractor)
    return CallableExtractor(extractor, name=getattr(extractor, "__name__", "extractor"))


def how(baseline: Path) -> str:
    """Say how a baseline is written."""
    option = UPDATE if baseline.is_file() else UPDATE_NEW
    return f"pytest {option}, then commit {baseline}"
