"""The baseline must not know the corpus: neither by reading it nor by its vocabulary."""

import re
from pathlib import Path

import pytest

import goldwire.extractors.baseline
from goldwire.extractors.baseline import BaselineExtractor

FOLDER = Path(goldwire.extractors.baseline.__file__).parent
ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in {".py", ".tsv"})
TEXTS = sorted((ROOT / "corpus").glob("*/text.txt"))


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_of_the_extractor_reads_or_names_the_annotations(path: Path) -> None:
    shown = path.read_text(encoding="utf-8")
    assert not re.search(r"annotations/|annotations\"|goldwire\.(corpus|inputs|resources)", shown)


def test_extraction_opens_no_file_but_its_own_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    read = Path.read_bytes

    def watched(self: Path) -> bytes:
        opened.append(self)
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", watched)
    for module in ("gazetteer", "events", "noun_phrases"):
        __import__(f"goldwire.extractors.baseline.{module}")
    from goldwire.extractors.baseline import events, gazetteer, noun_phrases

    gazetteer.gazetteer.cache_clear()
    events.lexicon.cache_clear()
    noun_phrases.noun_types.cache_clear()
    BaselineExtractor().extract("Soldiers left Peru on Monday.", doc_id="d")
    assert {path.name for path in opened} <= {"gazetteer.tsv", "triggers.tsv", "nouns.tsv"}
    assert {path.parent for path in opened} <= {FOLDER}


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.parent.name)
def test_no_row_of_words_of_a_corpus_text_stands_in_a_string_of_the_extractor(text: Path) -> None:
    """Three words in a row that a corpus text holds would be a rule made for it."""
    article = words_of(text.read_text(encoding="utf-8"))
    rows = {tuple(article[at : at + 3]) for at in range(len(article) - 2)}
    for path in FILES:
        for line in path.read_text(encoding="utf-8").splitlines():
            for phrase in re.split(r"[|\t()\"]", line):
                words = words_of(phrase)
                found = {tuple(words[at : at + 3]) for at in range(len(words) - 2)} & rows
                assert not found, f"{path.name}: {found}"


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.parent.name)
def test_a_capitalised_word_of_a_corpus_text_is_known_only_from_a_public_list(text: Path) -> None:
    """Names of people and small places of a text stand nowhere in the extractor."""
    article = text.read_text(encoding="utf-8")
    gazetteer = (FOLDER / "gazetteer.tsv").read_text(encoding="utf-8")
    public = set(words_of(gazetteer))
    names = set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", article))
    unknown = {name for name in names if name.lower() not in public}
    code = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    tables = {
        word for path in FILES if path.suffix == ".tsv" for word in words_of(path.read_text())
    }
    known = {name for name in unknown if re.search(rf"\b{name.lower()}\b", code.lower())}
    # What is left of a text's capitalised words must be titles, nouns of bodies, days and months.
    from goldwire.extractors.baseline import vocabulary

    general = (
        vocabulary.TITLE_WORDS
        | vocabulary.TITLE_MODIFIERS
        | vocabulary.BODY_NOUNS
        | vocabulary.FACILITY_NOUNS
        | vocabulary.FUNCTION_WORDS
        | vocabulary.PREMODIFIERS
        | tables
    )
    assert {name for name in known if name.lower() not in general} == set()


def test_the_gazetteer_states_its_public_source() -> None:
    head = (FOLDER / "gazetteer.tsv").read_text(encoding="utf-8").split("\nAfghanistan")[0]
    assert "GeoNames" in head
    assert "CC BY 4.0" in head
    assert "ISO 3166-1" in head


def test_the_tables_are_utf_8_with_the_columns_that_they_announce() -> None:
    for name, columns in (("gazetteer.tsv", 3), ("triggers.tsv", 4), ("nouns.tsv", 2)):
        lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
        rows = [line for line in lines if not line.startswith("#")]
        assert {len(row.split("\t")) for row in rows} == {columns}, name
