"""The one door to extractors: a spec, such as `py:my.module:extract`, → an extractor."""

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from goldwire.errors import UsageError
from goldwire.extractors import Extractor, Setup

GROUP = "goldwire.extractors"
Load = Callable[[str, Setup], Extractor]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of extractor: where it is loaded, how its spec looks, whether it runs in Python."""

    place: str
    form: str
    is_python: bool = False


KINDS = {
    "baseline": Kind("goldwire.extractors.builtin:load_baseline", "baseline", is_python=True),
    "py": Kind(
        "goldwire.extractors.python_callable:load_callable",
        "py:package.module:name",
        is_python=True,
    ),
    "cmd": Kind("goldwire.extractors.command:load_command", "cmd:program arguments"),
    "http": Kind("goldwire.extractors.service:load_service", "http://host:port/path"),
    "https": Kind("goldwire.extractors.service:load_service", "https://host/path"),
    "llm": Kind("goldwire.extractors.llm:load_llm", "llm:model"),
    "spacy": Kind(
        "goldwire.extractors.spacy_pipeline:load_spacy", "spacy:pipeline", is_python=True
    ),
    "hf": Kind("goldwire.extractors.hf_pipeline:load_hf", "hf:model", is_python=True),
    "gliner": Kind("goldwire.extractors.gliner_model:load_gliner", "gliner:model", is_python=True),
    "file": Kind("goldwire.extractors.saved:load_saved", "file:predictions.jsonl"),
}
"""The kinds that come with goldwire, by the word before the colon."""


def is_spec(text: str) -> bool:
    """Claim that a word of the command line names an extractor, not a file of predictions."""
    name, colon, _ = text.partition(":")
    if name in KINDS:
        return bool(colon) or not Path(text).exists()
    return bool(colon) and any(point.name == name for point in _points())


def load_extractor(spec: str, setup: Setup | None = None) -> Extractor:
    """Load the extractor that a spec names: `kind:rest`.

    One that runs in Python gets processes of its own when the setup limits its time or wants
    several workers: only a process can be stopped, and not every function bears threads.
    Whoever loads an extractor should call its `close()` in the end, if it has one.
    Raises UsageError, with the next step, when the kind is unknown or the extractor cannot be
    loaded; kinds of other packages are found by their entry points (`goldwire.extractors`).
    """
    setup = Setup() if setup is None else setup
    name = spec.partition(":")[0]
    if name in KINDS:
        module, _, function = KINDS[name].place.partition(":")
        load = cast("Load", getattr(import_module(module), function))
        if KINDS[name].is_python and (setup.timeout is not None or (setup.workers or 1) > 1):
            from goldwire.extractors.isolated import load_isolated

            return load_isolated(spec, setup)
        return load(spec, setup)
    for point in _points():
        if point.name == name:
            return _loaded(point)(spec.partition(":")[2], setup)
    raise UsageError(_unknown(spec, name))


@contextmanager
def loaded(spec: str, setup: Setup | None = None) -> Iterator[Extractor]:
    """Load an extractor for as long as the context lasts, and close it then."""
    extractor = load_extractor(spec, setup)
    try:
        yield extractor
    finally:
        close = getattr(extractor, "close", None)
        if close is not None:
            close()


def _points() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def _loaded(point: EntryPoint) -> Load:
    try:
        return cast("Load", point.load())
    except Exception as error:
        raise UsageError(
            f"the package behind {point.name}: cannot be loaded: {error!r} ({point.value}) → "
            "update or reinstall it"
        ) from error


def _unknown(spec: str, name: str) -> str:
    known = {**{name: kind.form for name, kind in KINDS.items()}}
    known.update({point.name: f"{point.name}:…" for point in _points()})
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"{spec!r} is no extractor: did you mean {known[near[0]]}?"
    return f"{spec!r} is no extractor → write one of {', '.join(known.values())}"
