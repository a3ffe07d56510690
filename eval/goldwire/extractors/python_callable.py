"""`py:package.module:name`: any Python callable or object as an extractor."""

import importlib
from collections.abc import Callable
from typing import cast

from goldwire.errors import UsageError
from goldwire.extractors import Extractor
from goldwire.model import LAYERS, Annotation

PREFIX = "py:"
_FORM = "py:package.module:name"


class CallableExtractor:
    """A function `(text, *, doc_id, reference_date) -> Annotation` with a name and a version.

    `layers` are those that the function says it attempts in an attribute of that name, else all:
    what its annotations hold then decides.
    """

    def __init__(self, function: Callable[..., object], *, name: str) -> None:
        self._function = function
        self.name = name
        self.version = str(getattr(function, "version", "unknown"))
        self.layers: tuple[str, ...] = tuple(getattr(function, "layers", LAYERS))

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Annotation:
        """Call the function; raise UsageError when it gives anything but an Annotation."""
        found = self._function(text, doc_id=doc_id, reference_date=reference_date)
        if not isinstance(found, Annotation):
            raise UsageError(
                f"{self.name} returned {type(found).__name__} for {doc_id}, expected "
                "goldwire.model.Annotation → build one, or write its output to a file and read "
                "that with `goldwire score`"
            )
        return found


def load_callable(spec: str) -> Extractor:
    """Load the extractor that `py:package.module:name` names.

    The name may stand for a class that takes no arguments, an object with `extract`, or a function.
    Raises UsageError, with what to do next, when the module or the name cannot be loaded.
    """
    module_name, _, attribute = spec.removeprefix(PREFIX).partition(":")
    if not spec.startswith(PREFIX) or not module_name or not attribute:
        raise UsageError(f"'{spec}' is no extractor → write {_FORM}")
    try:
        found: object = importlib.import_module(module_name)
    except ImportError as error:
        raise UsageError(
            f"cannot import '{module_name}' for '{spec}': {error} → install its package, or run "
            "where the module lies (or set PYTHONPATH)"
        ) from error
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise UsageError(
                f"'{module_name}' has no '{attribute}' → {_public_names(module_name)}"
            ) from error
    return _as_extractor(found, spec)


def _as_extractor(found: object, spec: str) -> Extractor:
    if isinstance(found, type):
        try:
            found = found()
        except TypeError as error:
            raise UsageError(
                f"'{spec}' is a class that needs arguments: {error} → name a function or an "
                "object instead"
            ) from error
    if callable(getattr(found, "extract", None)):
        missing = [name for name in ("name", "version", "layers") if not hasattr(found, name)]
        if missing:
            raise UsageError(f"'{spec}' has no {', '.join(missing)} → add what is missing to it")
        return cast("Extractor", found)
    if callable(found):
        return CallableExtractor(found, name=spec)
    raise UsageError(
        f"'{spec}' is a {type(found).__name__} → name a function, or an object with `extract`"
    )


def _public_names(module_name: str) -> str:
    module = importlib.import_module(module_name)
    names = [name for name in vars(module) if not name.startswith("_")]
    callables = sorted(name for name in names if callable(getattr(module, name)))
    return f"it has {', '.join(callables[:8])}" if callables else "it has nothing to call"
