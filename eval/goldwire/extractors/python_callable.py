"""`py:package.module:name` and `py:path/to/file.py:name`: any Python callable or object."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import cast

from goldwire.errors import UsageError
from goldwire.extractors import Answer, ExtractionError, Extractor, Setup
from goldwire.extractors.answers import EXACT, read_answer, read_convention
from goldwire.extractors.introduction import OFFSETS
from goldwire.extractors.source_code import source_code
from goldwire.model import Annotation

PREFIX = "py:"
_FORM = "py:package.module:name or py:path/to/file.py:name"


class CallableExtractor:
    """A function of a text that gives an Annotation, or an answer in JSON values.

    It is called with whichever of `doc_id`, `reference_date` and the parameters it takes. `name`,
    `version`, `layers` and `offsets` are what the function says of itself in attributes of these
    names; without `layers` what it finds decides.
    """

    def __init__(
        self,
        function: Callable[..., object],
        *,
        name: str,
        parameters: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._function = function
        self.name = str(getattr(function, "name", name))
        self.version = str(getattr(function, "version", "unknown"))
        self.layers: tuple[str, ...] = tuple(getattr(function, "layers", ()))
        declared = parameters.get(OFFSETS, getattr(function, "offsets", None))
        self._convention = EXACT if declared is None else read_convention(declared)
        own = {key: value for key, value in parameters.items() if key != OFFSETS}
        self._parameters = _accepted(function, own, spec=name)
        self._takes = {name for name in ("doc_id", "reference_date") if _takes(function, name)}

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Call the function.

        Raises ExtractionError when what it gives is no answer, and whatever the function raises.
        """
        about = {"doc_id": doc_id, "reference_date": reference_date}
        wanted = {name: about[name] for name in self._takes}
        found = self._function(text, **wanted, **self._parameters)
        if isinstance(found, Answer):
            return found
        if isinstance(found, Annotation):
            return Answer(found)
        if not isinstance(found, Mapping | list | tuple):
            raise ExtractionError(
                "malformed",
                f"{self.name} returned {type(found).__name__} for {doc_id}, expected a dict such "
                'as {"spans": [{"start": 0, "end": 3, "label": "PER"}]}, a list of such spans, '
                "or goldwire.Annotation → docs/extractors.md shows what an answer may be",
            )
        return read_answer(found, doc_id=doc_id, text=text, convention=self._convention)


class _Sourced:
    """An extractor with the digest of the code that it is made of among its parameters."""

    def __init__(self, extractor: Extractor, parameters: Mapping[str, str]) -> None:
        self._extractor = extractor
        self.parameters = {**getattr(extractor, "parameters", {}), **parameters}
        self.concurrency = int(getattr(extractor, "concurrency", 1))
        self.name, self.version = extractor.name, extractor.version
        self.layers = extractor.layers

    def extract(
        self, text: str, *, doc_id: str, reference_date: str | None = None
    ) -> Annotation | Answer:
        return self._extractor.extract(text, doc_id=doc_id, reference_date=reference_date)

    def close(self) -> None:
        close = getattr(self._extractor, "close", None)
        if close is not None:
            close()


def load_callable(spec: str, setup: Setup | None = None) -> Extractor:
    """Load the extractor that `py:package.module:name` or `py:file.py:name` names.

    The name may stand for a class, an object with `extract`, or a function. Parameters are passed
    to the class when it is made, or to the function when it is called, as text. Modules are also
    looked for in the working directory.
    Raises UsageError, with what to do next, when the module or the name cannot be loaded.
    """
    parameters = Setup().parameters if setup is None else setup.parameters
    module_name, _, attribute = spec.removeprefix(PREFIX).rpartition(":")
    if not spec.startswith(PREFIX) or not module_name or not attribute:
        raise UsageError(f"'{spec}' is no extractor → write {_FORM}")
    module = _module(module_name, spec)
    found: object = module
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise UsageError(
                f"'{module_name}' has no '{attribute}' → {_public_names(module)}"
            ) from error
    extractor = _as_extractor(found, spec, parameters)
    return _Sourced(extractor, {**parameters, **_code(module)})


def _module(name: str, spec: str) -> ModuleType:
    """Import a module by its dotted name, or a file by its path."""
    is_file = name.endswith(".py")
    folder = str(Path(name).resolve().parent) if is_file else str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    if is_file and not Path(name).is_file():
        raise UsageError(f"there is no file {name} for '{spec}' → write {_FORM}")
    try:
        return _from_file(Path(name)) if is_file else importlib.import_module(name)
    except ImportError as error:
        raise UsageError(
            f"cannot import '{name}' for '{spec}': {error} → install its package, or run "
            "where the module lies (or set PYTHONPATH)"
        ) from error
    except SystemExit as error:
        # A script without `if __name__ == "__main__"` would end the gate, with its own exit code.
        raise UsageError(
            f"'{name}' ends the program when it is imported (exit: {error}) → keep what it does as "
            'a script behind: if __name__ == "__main__"'
        ) from error
    except Exception as error:
        raise UsageError(
            f"'{name}' raises {type(error).__name__} when it is imported: {error} → correct it"
        ) from error


def _from_file(path: Path) -> ModuleType:
    # A name of its own: an extractor in json.py must not become everybody's json.
    found = importlib.util.spec_from_file_location(f"extractor_{path.stem}", path.resolve())
    if found is None or found.loader is None:
        raise UsageError(f"{path} cannot be loaded as Python → write {_FORM}")
    module = importlib.util.module_from_spec(found)
    sys.modules[module.__name__] = module
    found.loader.exec_module(module)
    return module


def _code(module: ModuleType) -> dict[str, str]:
    """Say which code a module is: a digest of its source, and the packages that it imports."""
    file = getattr(module, "__file__", None)
    if file is None:
        return {}
    code = source_code(module.__name__, Path(file))
    packages = {f"package {name}": version for name, version in code.packages.items()}
    return {"code": code.digest, **packages}


def _as_extractor(found: object, spec: str, parameters: Mapping[str, str]) -> Extractor:
    if isinstance(found, type):
        try:
            found = found(**parameters)
        except TypeError as error:
            raise UsageError(
                f"'{spec}' is a class that needs arguments: {error} → pass --param NAME=VALUE, or "
                "name a function or an object instead"
            ) from error
    elif parameters and not callable(found):
        raise UsageError(f"'{spec}' is an object: it takes no parameters → name its class")
    if callable(getattr(found, "extract", None)):
        missing = [name for name in ("name", "version", "layers") if not hasattr(found, name)]
        if missing:
            raise UsageError(f"'{spec}' has no {', '.join(missing)} → add what is missing to it")
        return cast("Extractor", found)
    if callable(found):
        return CallableExtractor(found, name=spec, parameters=parameters)
    raise UsageError(
        f"'{spec}' is a {type(found).__name__} → name a function, or an object with `extract`"
    )


def _takes(function: Callable[..., object], name: str) -> bool:
    try:
        found = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return name in found or any(item.kind is item.VAR_KEYWORD for item in found.values())


def _accepted(
    function: Callable[..., object], parameters: Mapping[str, str], *, spec: str
) -> Mapping[str, str]:
    for name in parameters:
        if not _takes(function, name):
            raise UsageError(f"'{spec}' takes no parameter {name!r} → add it to the function")
    return parameters


def _public_names(module: ModuleType) -> str:
    names = [name for name in vars(module) if not name.startswith("_")]
    callables = sorted(name for name in names if callable(getattr(module, name)))
    return f"it has {', '.join(callables[:8])}" if callables else "it has nothing to call"
