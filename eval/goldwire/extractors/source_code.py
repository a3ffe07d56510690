"""The source code behind a Python extractor, so that changed code is never taken for the old.

What counts is the module's own file and every file of the same source folder that it imports,
directly or not, wherever the import stands. Installed packages count by their versions.
"""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path


def source_digest(module: str, file: Path) -> str:
    """Give the SHA-256 over the files that a module is made of.

    `file` is the module's, `module` its dotted name, from which the source folder follows.
    """
    digest = hashlib.sha256()
    root = _source_folder(module, file)
    for path in source_files(module, file):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def source_files(module: str, file: Path) -> tuple[Path, ...]:
    """List the files of the module's source folder that it is made of, in order of their names.

    An import whose name is made at run time is not seen.
    """
    root = _source_folder(module, file)
    waiting, found = [file], {file}
    while waiting:
        path = waiting.pop()
        for imported in _imports(path, root):
            if imported not in found:
                found.add(imported)
                waiting.append(imported)
    return tuple(sorted(found))


def _source_folder(module: str, file: Path) -> Path:
    depth = module.count(".") + (file.name == "__init__.py")
    return file.parents[depth]


def _imports(path: Path, root: Path) -> Iterator[Path]:
    """Find the files under `root` that a file imports."""
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
                yield from _files(root, alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = [*base, *(node.module.split(".") if node.module else ())]
            for alias in node.names:
                yield from _files(root, [*stem, alias.name])


def _files(root: Path, names: list[str]) -> Iterator[Path]:
    """Give the files of the packages and of the module on the way to a dotted name."""
    for n in range(1, len(names) + 1):
        place = root.joinpath(*names[:n])
        for file in (place / "__init__.py", place.with_name(place.name + ".py")):
            if file.is_file():
                yield file
