import json
from pathlib import Path

import pytest

from goldwire.errors import DataError, UsageError
from goldwire.extractors import ExtractionError, Setup, ask
from goldwire.extractors.gliner_model import pieces
from goldwire.extractors.loading import KINDS, load_extractor

RECORD = {"doc_id": "d", "mentions": [{"type": "PER", "spans": [{"start": 0, "end": 3}]}]}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("bsaeline", "'bsaeline' is no extractor: did you mean baseline?"),
        ("zzz:perl x.pl", "is no extractor → write one of baseline, py:package.module:name"),
        ("", "is no extractor → write one of"),
        ("cmd:", "cmd: names no program → write cmd:perl tagger.pl"),
        ("cmd:perl 'x", "No closing quotation → quote it as in a shell"),
        ("cmd:no-such-program x", "there is no program 'no-such-program' → install it"),
        ("llm:", "llm: names no model"),
        ("file:no-such-file.jsonl", "there is no file no-such-file.jsonl"),
    ],
)
def test_a_spec_that_names_nothing_is_answered_with_the_next_step(spec: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_extractor(spec)
    assert message in str(raised.value)


@pytest.mark.parametrize("spec", ["baseline", "file:run.jsonl", "llm:small", "gliner:x", "hf:x"])
def test_a_parameter_that_a_kind_does_not_know_is_refused(
    spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run.jsonl").write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="has no parameter 'colour'"):
        load_extractor(spec, Setup(parameters={"colour": "red"}))


def test_saved_predictions_are_given_again(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    extractor = load_extractor(f"file:{path}")
    assert len(ask(extractor, "Ann", doc_id="d").annotation.mentions or ()) == 1
    with pytest.raises(ExtractionError, match="no record for e in run"):
        ask(extractor, "Ann", doc_id="e")


def test_saved_predictions_with_faults_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(2 * (json.dumps(RECORD) + "\n"), encoding="utf-8")
    with pytest.raises(UsageError, match="predicts d more than once"):
        load_extractor(f"file:{path}")
    path.write_text('{"doc_id": 3}\n', encoding="utf-8")
    with pytest.raises(DataError, match="GW703"):
        load_extractor(f"file:{path}")


ADAPTER = """
from goldwire.extractors import Answer
from goldwire.model import Annotation


class Mine:
    name, version, layers = "mine", "4", ()

    def __init__(self, rest, parameters):
        self.rest, self.parameters = rest, parameters

    def extract(self, text, *, doc_id, reference_date=None):
        return Answer(Annotation(doc_id=doc_id, mentions=()), notes=(self.rest,), tokens_in=1)


def load(rest, setup):
    return Mine(rest, setup.only("size"))
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package is installed, which adds two kinds; one of them is broken."""
    info = tmp_path / "mine-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(
        "[goldwire.extractors]\nmine = my_adapter:load\nbroken = my_adapter:nothing\n", "utf-8"
    )
    (tmp_path / "my_adapter.py").write_text(ADAPTER, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("package")
def test_another_package_adds_a_kind_by_an_entry_point() -> None:
    extractor = load_extractor("mine:some:where", Setup(parameters={"size": "3"}))
    answer = ask(extractor, "Ann", doc_id="d")
    assert (extractor.name, answer.notes, answer.tokens_in) == ("mine", ("some:where",), 1)
    with pytest.raises(UsageError, match="did you mean mine:…"):
        load_extractor("mien:x")
    with pytest.raises(UsageError, match="the package behind broken: cannot be loaded"):
        load_extractor("broken:x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("One two.", ["One two."]),
        ("One two. Three four. Five.", ["One two.", "Three four.", "Five."]),
        ("One two\n\nThree four five", ["One two", "Three four five"]),
        ("one two three four five six", ["one two three four", "five six"]),
    ],
)
def test_pieces_end_at_lines_and_sentences_and_leave_no_word_out(
    text: str, expected: list[str]
) -> None:
    assert [text[start:end] for start, end in pieces(text, max_words=4)] == expected


def test_a_spacy_pipeline_is_read_from_its_folder(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="needs spaCy")
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Oz"}])
    nlp.to_disk(tmp_path / "pipeline")
    extractor = load_extractor(f"spacy:{tmp_path / 'pipeline'}")
    [mention] = ask(extractor, "\U0001f600 Oz", doc_id="d").annotation.mentions or ()
    assert (mention.type, mention.spans[0].start, mention.spans[0].end) == ("GPE", 2, 4)
    digest = vars(extractor)["parameters"]["model_sha256"]
    nlp.get_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Kansas"}])
    nlp.to_disk(tmp_path / "pipeline")
    changed = load_extractor(f"spacy:{tmp_path / 'pipeline'}")
    assert vars(changed)["parameters"]["model_sha256"] != digest
    with pytest.raises(UsageError, match="has no pipeline 'nowhere' → python -m spacy download"):
        load_extractor("spacy:nowhere")


def test_a_library_that_is_missing_is_named_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gliner", None)
    with pytest.raises(UsageError, match=r"'gliner:x' needs gliner: .* → pip install gliner"):
        load_extractor("gliner:x")


def test_every_kind_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "extractors.md").read_text(encoding="utf-8")
    assert [name for name in KINDS if f"| `{name}" not in page and f", `{name}" not in page] == []
