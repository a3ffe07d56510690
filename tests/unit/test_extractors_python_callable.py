import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldwire.errors import UsageError
from goldwire.extractors import ExtractionError, Setup, ask
from goldwire.extractors.python_callable import load_callable
from goldwire.extractors.source_code import source_code

MODULE = """
from goldwire.model import LAYERS, Annotation, Mention

NUMBER = 3


def nothing(text, *, doc_id, reference_date=None):
    return Annotation(doc_id=doc_id, mentions=())


nothing.version = "2.0"
nothing.layers = ("mentions",)


def plain(text, *, doc_id, reference_date=None):
    return Annotation(doc_id=doc_id, mentions=(Mention(type="PER", surface=text),))


def wrong(text):
    return 3


def of_text_alone(text):
    return {"spans": [{"start": 0, "end": len(text), "label": "PER"}]}


def listed(text, doc_id):
    return [(0, 3, "PER"), (0, 3, doc_id)]


def with_parameter(text, *, label="PER"):
    return [(0, 3, label)]


def in_utf16(text):
    return [(3, 6, "PER")]


in_utf16.offsets = "utf16"
in_utf16.name = "sixteen"


def raises(text):
    raise ValueError("five quotation marks")


class Whole:
    name, version, layers = "whole", "1", ("times",)

    def extract(self, text, *, doc_id, reference_date=None):
        return Annotation(doc_id=doc_id, times=())


class NeedsArguments:
    name, version, layers = "needs arguments", "1", ()

    def __init__(self, model):
        self.model = model

    def extract(self, text, *, doc_id, reference_date=None):
        return Annotation(doc_id=doc_id, mentions=(Mention(type=self.model, surface=text),))


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


def labels(spec: str, text: str, **parameters: str) -> list[str | None]:
    found = ask(load_callable(spec, Setup(parameters=parameters)), text, doc_id="d").annotation
    return [mention.type for mention in found.mentions or ()]


def test_a_function_is_an_extractor_with_the_layers_and_version_that_it_states(module: str) -> None:
    extractor = load_callable(f"py:{module}:nothing")
    assert (extractor.name, extractor.version) == (f"py:{module}:nothing", "2.0")
    assert extractor.layers == ("mentions",)
    assert ask(extractor, "A text", doc_id="d").annotation.mentions == ()


def test_a_function_that_states_nothing_attempts_what_its_annotations_hold(module: str) -> None:
    extractor = load_callable(f"py:{module}:plain")
    assert extractor.version == "unknown"
    assert extractor.layers == ()
    assert ask(extractor, "Ann", doc_id="d").annotation.attempted() == ("mentions",)


@pytest.mark.parametrize("name", ["Whole", "whole"])
def test_a_class_or_an_object_with_extract_is_taken_as_it_is(module: str, name: str) -> None:
    extractor = load_callable(f"py:{module}:{name}")
    assert (extractor.name, extractor.layers) == ("whole", ("times",))


def test_the_baseline_can_be_named_too() -> None:
    extractor = load_callable("py:goldwire.extractors.baseline:BaselineExtractor")
    assert extractor.name == "baseline"


def test_a_function_may_take_the_text_alone_and_give_plain_values(module: str) -> None:
    assert labels(f"py:{module}:of_text_alone", "Ann") == ["PER"]
    assert labels(f"py:{module}:listed", "Ann Lee") == ["PER", "d"]


def test_parameters_reach_functions_and_classes(module: str) -> None:
    assert labels(f"py:{module}:with_parameter", "Ann", label="ORG") == ["ORG"]
    assert labels(f"py:{module}:NeedsArguments", "Ann", model="GPE") == ["GPE"]
    with pytest.raises(UsageError, match="takes no parameter 'colour'"):
        labels(f"py:{module}:with_parameter", "Ann", colour="red")


def test_a_function_s_declared_offsets_are_converted(module: str) -> None:
    extractor = load_callable(f"py:{module}:in_utf16")
    # A pair of surrogates stands for the face, so that Ann is at 3 in UTF-16 and at 2 here.
    [mention] = ask(extractor, "\U0001f600 Ann", doc_id="d").annotation.mentions or ()
    assert (mention.spans[0].start, mention.spans[0].end) == (2, 5)
    assert extractor.name == "sixteen"


def test_a_file_can_be_named_by_its_path(module: str, tmp_path: Path) -> None:
    assert labels(f"py:{tmp_path / module}.py:listed", "Ann Lee") == ["PER", "d"]
    with pytest.raises(UsageError, match="there is no file"):
        load_callable("py:no/such/file.py:f")


@pytest.mark.usefixtures("module")
def test_changed_code_has_another_digest_even_where_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    for name, text in (
        ("package/__init__.py", ""),
        ("package/main.py", "import numpy.random\ndef f(text):\n    from package import words\n"),
        ("package/words.py", "from .deep import *\n"),
        ("package/deep.py", "WORDS = ['a']\n"),
        ("package/unused.py", "WORDS = ['a']\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    main = tmp_path / "package" / "main.py"
    assert [path.name for path in source_code("package.main", main).files] == [
        "__init__.py",
        "deep.py",
        "main.py",
        "words.py",
    ]

    assert list(source_code("package.main", main).packages) == ["numpy"]

    def code() -> str:
        found: str = vars(load_callable("py:package.main:f"))["parameters"]["code"]
        return found

    before = code()
    (tmp_path / "package" / "unused.py").write_text("WORDS = ['b']\n", encoding="utf-8")
    assert code() == before
    (tmp_path / "package" / "deep.py").write_text("WORDS = ['b']\n", encoding="utf-8")
    assert code() != before


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


def test_a_module_that_raises_when_imported_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("1 / 0\n", encoding="utf-8")
    with pytest.raises(UsageError, match="raises ZeroDivisionError when it is imported"):
        load_callable(f"py:{tmp_path / 'broken.py'}:f")


def test_a_module_that_ends_the_program_when_imported_is_named(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("raise SystemExit(0)\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"ends the program when .* \(exit: 0\) → keep"):
        load_callable(f"py:{tmp_path / 'script.py'}:f")


def test_a_function_that_returns_no_answer_is_named(module: str) -> None:
    with pytest.raises(ExtractionError, match="returned int for d, expected a dict such as"):
        ask(load_callable(f"py:{module}:wrong"), "A text", doc_id="d")


def test_what_a_function_raises_is_passed_on(module: str) -> None:
    with pytest.raises(ValueError, match="five quotation marks"):
        ask(load_callable(f"py:{module}:raises"), "A text", doc_id="d")
