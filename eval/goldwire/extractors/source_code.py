"""The source code behind a Python extractor, so that changed code is never taken for the old.

What counts is the module's own file and every file of the same source folder that it imports,
directly or not, wherever the import stands; and the versions of the packages that these import. An
import whose name is made at run time is not seen.
"""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from importlib.metadata import version as installed_version
from pathlib import Path

_INSTALLED = frozenset({"site-packages", "dist-packages"})


@dataclass(frozen=True, slots=True)
class SourceCode:
    """The files that a module is made of, and the top names that they import from elsewhere."""

    root: Path
    files: tuple[Path, ...]
    imported: frozenset[str]

    @property
    def digest(self) -> str:
        """The SHA-256 over all files and their places."""
        digest = hashlib.sha256()
        for path in self.files:
            digest.update(path.relative_to(self.root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    @property
    def packages(self) -> dict[str, str]:
        """The installed packages that are imported, with their versions."""
        known = packages_distributions()
        names = {name for top in self.imported for name in known.get(top, ())}
        return {name: installed_version(name) for name in sorted(names)}


def source_code(module: str, file: Path) -> SourceCode:
    """Find what a module is made of, by its dotted name and its file.

    Of an installed package it is the package alone.
    """
    root = file.parents[module.count(".") + (file.name == "__init__.py")]
    own = module.partition(".")[0] if root.name in _INSTALLED else None
    waiting, found = [file], {file}
    imported: set[str] = set()
    while waiting:
        path = waiting.pop()
        for names in _imports(path, root):
            files = list(_files(root, names)) if own in (None, names[0]) else []
            if not files:
                imported.add(names[0])
            for other in files:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
    return SourceCode(root, tuple(sorted(found)), frozenset(imported))


def _imports(path: Path, root: Path) -> Iterator[list[str]]:
    """Give the dotted names that a file imports."""
    if path.suffix != ".py":
        return
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError:
        return
    package = path.parent.relative_to(root).parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = [*base, *(node.module.split(".") if node.module else ())]
            for alias in node.names:
                yield [*stem, alias.name]


def _files(root: Path, names: list[str]) -> Iterator[Path]:
    """Give the files of the packages and of the module on the way to a dotted name."""
    for n in range(1, len(names) + 1):
        place = root.joinpath(*names[:n])
        for file in (place / "__init__.py", place.with_name(place.name + ".py")):
            if file.is_file():
                yield file
