import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldwire.errors import UsageError
from goldwire.extractors.baseline import BaselineExtractor
from goldwire.extractors.python_callable import load_callable

MODULE = """
from goldwire.model import LAYERS, Annotation, Mention

NUMBER = 3


def nothing(text, *, doc_id, reference_date=None):
    return Annotation(doc_id=doc_id, mentions=())


nothing.version = "2.0"
nothing.layers = ("mentions",)


def plain(text, *, doc_id, reference_date=None):
    return Annotation(doc_id=doc_id, mentions=(Mention(type="PER", surface=text),))


def wrong(text, *, doc_id, reference_date=None):
    return {"doc_id": doc_id}


class Whole:
    name, version, layers = "whole", "1", ("times",)

    def extract(self, text, *, doc_id, reference_date=None):
        return Annotation(doc_id=doc_id, times=())


class NeedsArguments:
    def __init__(self, model):
        pass


class Nameless:
    def extract(self, text, *, doc_id, reference_date=None):
        return Annotation(doc_id=doc_id)


whole = Whole()
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "my_extractor.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "my_extractor"
    sys.modules.pop("my_extractor", None)


def test_a_function_is_an_extractor_with_the_layers_and_version_that_it_states(module: str) -> None:
    extractor = load_callable(f"py:{module}:nothing")
    assert (extractor.name, extractor.version) == (f"py:{module}:nothing", "2.0")
    assert extractor.layers == ("mentions",)
    assert extractor.extract("A text", doc_id="d").mentions == ()


def test_a_function_that_states_nothing_attempts_what_its_annotations_hold(module: str) -> None:
    extractor = load_callable(f"py:{module}:plain")
    assert extractor.version == "unknown"
    assert len(extractor.layers) == 8
    assert extractor.extract("Ann", doc_id="d").attempted() == ("mentions",)


@pytest.mark.parametrize("name", ["Whole", "whole"])
def test_a_class_or_an_object_with_extract_is_taken_as_it_is(module: str, name: str) -> None:
    extractor = load_callable(f"py:{module}:{name}")
    assert (extractor.name, extractor.layers) == ("whole", ("times",))


def test_the_baseline_can_be_named_too() -> None:
    extractor = load_callable("py:goldwire.extractors.baseline:BaselineExtractor")
    assert isinstance(extractor, BaselineExtractor)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("my_extractor:nothing", "is no extractor → write py:package.module:name"),
        ("py:my_extractor", "is no extractor → write py:package.module:name"),
        ("py::nothing", "is no extractor → write py:package.module:name"),
        ("py:no_such_module:f", "cannot import 'no_such_module'"),
        ("py:my_extractor:missing", "has no 'missing' → it has"),
        ("py:my_extractor:NUMBER", "is a int → name a function"),
        ("py:my_extractor:NeedsArguments", "is a class that needs arguments"),
        ("py:my_extractor:Nameless", "has no name, version, layers → add"),
    ],
)
@pytest.mark.usefixtures("module")
def test_what_cannot_be_loaded_is_a_usage_error_with_a_next_step(spec: str, message: str) -> None:
    with pytest.raises(UsageError, match="→") as raised:
        load_callable(spec)
    assert message in str(raised.value)


def test_a_function_that_returns_no_annotation_is_named(module: str) -> None:
    with pytest.raises(UsageError, match="returned dict for d, expected"):
        load_callable(f"py:{module}:wrong").extract("A text", doc_id="d")
