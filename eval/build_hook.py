"""Build hook: a wheel or sdist carries the words of a document only where its record allows it.

Standard library only: it runs in the isolated build environment. See
docs/decisions/0001-the-seed-article.md.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def load_without_words() -> Callable[[Any], Any]:
    """Load `goldwire.standoff` by its path: the package's own imports are not there in a build."""
    path = Path(__file__).parent / "goldwire" / "standoff.py"
    spec = spec_from_file_location("goldwire_standoff", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[Any], Any] = module.without_words
    return found


without_words = load_without_words()


class StandoffBuildHook(BuildHookInterface[Any]):
    """Replaces the data folders of a build by copies without protected words."""

    PLUGIN_NAME = "standoff"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Stage the data and add it to the build; an editable install sees the checkout itself."""
        if version == "editable":
            return
        self._stage = Path(tempfile.mkdtemp(prefix="goldwire-build-"))
        stage_data(Path(self.root), self._stage)
        prefix = "goldwire/_data" if self.target_name == "wheel" else ""
        for file in sorted(self._stage.rglob("*")):
            if file.is_file():
                place = file.relative_to(self._stage)
                build_data["force_include"][str(file)] = str(Path(prefix) / place)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the staged copies."""
        del build_data, artifact_path
        if version != "editable":
            shutil.rmtree(self._stage)


def stage_data(root: Path, stage: Path) -> None:
    """Copy corpus/, schema/ and annotations/gold to `stage`, without protected words."""
    shutil.copytree(root / "schema", stage / "schema")
    protected = set()
    for record in sorted((root / "corpus").glob("*/document.json")):
        document = json.loads(record.read_text(encoding="utf-8"))
        doc_id = document["doc_id"]
        folder = stage / "corpus" / doc_id
        if document["rights"]["redistribution"] == "full_text":
            shutil.copytree(record.parent, folder)
        else:
            protected.add(doc_id)
            write_json(folder / "document.json", without_words(document))
    for record in sorted((root / "annotations" / "gold").glob("*.json")):
        gold = json.loads(record.read_text(encoding="utf-8"))
        target = stage / "annotations" / "gold" / record.name
        write_json(target, without_words(gold) if gold["doc_id"] in protected else gold)
    for name in ("annotations/GUIDELINES.md", "annotations/AGREEMENT.md"):
        if (root / name).is_file():
            shutil.copy(root / name, stage / name)
    manifest = json.loads((root / "corpus" / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = [
        {"path": path.as_posix(), "sha256": digest(stage / path)}
        for path in (Path(item["path"]) for item in manifest["files"])
        if (stage / path).is_file()
    ]
    write_json(stage / "corpus" / "manifest.json", manifest)


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file, its folders made as needed; the same value gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def digest(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
