"""Libraries that an extractor needs and goldwire does not: loaded when they are, or asked for."""

import hashlib
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from types import ModuleType

from goldwire.errors import UsageError


def need(module: str, *, spec: str, package: str | None = None) -> ModuleType:
    """Import a library; raise UsageError that says how to install it when it is not there."""
    try:
        return import_module(module)
    except ImportError as error:
        wanted = package or module
        raise UsageError(f"'{spec}' needs {wanted}: {error} → pip install {wanted}") from error


def model_parameters(name: str, *packages: str) -> dict[str, str]:
    """Say which model this is: its files' digest where it lies in a folder, and who runs it."""
    found = {}
    folder = Path(name)
    if folder.is_dir():
        digest = hashlib.sha256()
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        found["model_sha256"] = digest.hexdigest()
    for package in packages:
        try:
            found[package] = installed_version(package)
        except PackageNotFoundError:
            continue
    return found
