"""Faults in the files of a corpus: each is found once, in the right file."""

# ruff: noqa: E501 - one fault a line reads as a table

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goldwire.corpus import write_manifest
from goldwire.validation import Report, validate_corpus

ROOT = Path(__file__).parents[2]
DOC_ID = "ip-20220113-kz-withdrawal"
TEXT = f"corpus/{DOC_ID}/text.txt"
DOCUMENT = f"corpus/{DOC_ID}/document.json"
GOLD = f"annotations/gold/{DOC_ID}.json"
OTHER_GOLD = "annotations/gold/gw-20260105-fisheries-talks.json"
PASS = f"annotations/passes/A/{DOC_ID}.json"
MANIFEST = "corpus/manifest.json"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the real corpus that a test may spoil."""
    for folder in ("corpus", "annotations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "schema").mkdir()
    shutil.copy(ROOT / "schema" / "ontology.json", tmp_path / "schema" / "ontology.json")
    write_manifest(tmp_path)
    return tmp_path


def edit(path: Path, change: Callable[[Any], object]) -> None:
    record = json.loads(path.read_bytes())
    change(record)
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def found(report: Report) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.document, problem.pointer) for problem in report.problems]


def test_the_corpus_has_no_fault_and_says_what_was_checked(corpus: Path) -> None:
    report = validate_corpus(corpus)
    assert found(report) == []
    assert report.checked["documents"] == report.checked["texts"] == report.checked["gold"] == 2
    assert report.checked["passes"] == 2
    assert report.ontology == "goldwire news ontology (declared)"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (lambda d: d.update(doc_id="another"), "GW601", "/doc_id"),
        (lambda d: d["text_ref"].update(sha256="0" * 64), "GW602", "/text_ref/sha256"),
        (lambda d: d["text_ref"].update(utf8_bytes=2453), "GW603", "/text_ref/utf8_bytes"),
        (lambda d: d["zones"][-1].update(end=9999), "GW606", "/zones/22"),
        (lambda d: d["zones"][-1].update(start=2453), "GW606", "/zones/22"),
        (lambda d: d["zones"][3].update(start=80), "GW607", "/zones/3"),
        (lambda d: d["zones"][4].update(id="z04"), "GW201", "/zones/4/id"),
        (lambda d: d["zones"][4].update(kind="footer"), "GW301", "/zones/4/kind"),
        (lambda d: d["source"].update(date_published="2022-02-30"), "GW608", "/source/date_published"),
        (lambda d: d["source"].update(date_published="13 Jan"), "GW014", "/source/date_published"),
        (lambda d: d["source"].update(author="x"), "GW011", "/source/author"),
        (lambda d: d["source"]["iptc_media_topics"].append("medtop:16000000"), "GW017", "/source/iptc_media_topics/2"),
        (lambda d: d["rights"].update(redistribution="all"), "GW013", "/rights/redistribution"),
        (lambda d: d.pop("language"), "GW010", ""),
    ],
)  # fmt: skip
def test_a_fault_in_a_document_record_is_reported_once(
    corpus: Path, change: Callable[[Any], object], code: str, pointer: str
) -> None:
    edit(corpus / DOCUMENT, change)
    assert found(validate_corpus(corpus)) == [(code, DOCUMENT, pointer)]


def test_the_publication_time_must_be_the_documents_date(corpus: Path) -> None:
    edit(corpus / DOCUMENT, lambda d: d["source"].update(date_published="2022-01-14"))
    write_manifest(corpus)
    assert ("GW508", GOLD, "/times/0/value") in found(validate_corpus(corpus))


def test_a_changed_text_is_reported_once_and_not_span_by_span(corpus: Path) -> None:
    text = (corpus / TEXT).read_bytes().decode("utf-8")
    (corpus / TEXT).write_bytes(f"A{text}".encode())
    assert found(validate_corpus(corpus)) == [("GW602", DOCUMENT, "/text_ref/sha256")]


@pytest.mark.parametrize(
    ("spoil", "code"), [(lambda t: t + "\r\n", "GW605"), (lambda t: t + "e\u0301", "GW604")]
)
def test_a_text_in_another_form_is_named(
    corpus: Path, spoil: Callable[[str], str], code: str
) -> None:
    text = (corpus / TEXT).read_bytes().decode("utf-8")
    (corpus / TEXT).write_bytes(spoil(text).encode())
    assert code in [problem[0] for problem in found(validate_corpus(corpus))]


def test_a_text_in_another_encoding_is_named(corpus: Path) -> None:
    (corpus / TEXT).write_bytes("café".encode("latin-1"))
    assert [problem[0] for problem in found(validate_corpus(corpus))] == ["GW002"]


def test_malformed_json_is_named_with_line_and_column(corpus: Path) -> None:
    (corpus / GOLD).write_text('{\n "doc_id": "x",\n}', encoding="utf-8")
    assert found(validate_corpus(corpus)) == [("GW003", GOLD, "line 3 column 1")]


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        (b'{"a": {"b": 1, "b": 2}}', "GW004", "/a/b"),
        (b'{"a": NaN}', "GW003", ""),
        (b'{"a": "\xff"}', "GW002", "line 1"),
        (b"", "GW003", "line 1 column 1"),
    ],
)
def test_what_is_wrong_with_a_file_is_the_first_thing_to_know(
    corpus: Path, data: bytes, code: str, pointer: str
) -> None:
    (corpus / GOLD).write_bytes(data)
    assert found(validate_corpus(corpus))[0] == (code, GOLD, pointer)


def test_annotations_of_another_text_are_reported_once(corpus: Path) -> None:
    edit(corpus / GOLD, lambda gold: gold["text_ref"].update(sha256="0" * 64))
    assert found(validate_corpus(corpus)) == [("GW609", GOLD, "/text_ref/sha256")]


def test_a_pass_among_the_gold_is_reported(corpus: Path) -> None:
    edit(corpus / GOLD, lambda gold: gold.update(annotation_set="annotator"))
    assert found(validate_corpus(corpus)) == [("GW610", GOLD, "/annotation_set")]


def test_passes_are_checked_too(corpus: Path) -> None:
    edit(corpus / PASS, lambda gold: gold["mentions"][0].update(level="NAME"))
    assert found(validate_corpus(corpus)) == [("GW301", PASS, "/mentions/0/level")]


def test_gold_without_a_document_record_is_reported(corpus: Path) -> None:
    (corpus / DOCUMENT).unlink()
    assert found(validate_corpus(corpus)) == [("GW611", DOCUMENT, "")]


def test_a_document_without_gold_is_reported(corpus: Path) -> None:
    (corpus / GOLD).unlink()
    edit(corpus / MANIFEST, lambda manifest: manifest["splits"].update(test=[]))
    problems = found(validate_corpus(corpus))
    assert ("GW613", DOCUMENT, "") in problems
    assert [problem[0] for problem in problems] == ["GW613", "GW621"]


def test_a_text_may_be_missing_only_where_it_may_not_be_shipped(corpus: Path) -> None:
    (corpus / TEXT).unlink()
    write_manifest(corpus)
    assert found(validate_corpus(corpus)) == []
    edit(corpus / DOCUMENT, lambda d: d["rights"].update(redistribution="full_text"))
    write_manifest(corpus)
    assert found(validate_corpus(corpus)) == [("GW612", TEXT, "")]


def files_of(manifest: Any) -> list[dict[str, str]]:
    files: list[dict[str, str]] = manifest["files"]
    return files


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (lambda m: m.update(version="1"), "GW014", "/version"),
        (lambda m: m.pop("title"), "GW010", ""),
        (lambda m: m.update(splits=[]), "GW012", "/splits"),
        (lambda m: m.update(splits={}), "GW016", "/splits"),
        (lambda m: files_of(m).append({"path": "corpus/x.txt", "sha256": "0" * 64}), "GW621", "/files/#/path"),
        (lambda m: files_of(m)[0].update(sha256="0" * 64), "GW622", "/files/0/sha256"),
        (lambda m: files_of(m).append(files_of(m)[0]), "GW628", "/files/#/path"),
        (lambda m: m.update(splits={"test": [DOC_ID, "other"]}), "GW624", "/splits/test/1"),
        (lambda m: m.update(splits={"test": [DOC_ID], "dev": [DOC_ID]}), "GW625", "/splits/dev/0"),
        (lambda m: m.update(splits={"test": []}), "GW626", "/splits"),
        (lambda m: files_of(m)[0].update(path="/etc/passwd"), "GW014", "/files/0/path"),
    ],
)  # fmt: skip
def test_a_fault_in_the_manifest_is_reported(
    corpus: Path, change: Callable[[Any], object], code: str, pointer: str
) -> None:
    edit(corpus / MANIFEST, change)
    n_files = len(files_of(json.loads((corpus / MANIFEST).read_bytes())))
    first = found(validate_corpus(corpus))[0]
    assert first == (code, MANIFEST, pointer.replace("#", str(n_files - 1)))


def test_an_unlisted_file_is_reported_as_itself(corpus: Path) -> None:
    (corpus / "annotations" / "notes.md").write_text("new", encoding="utf-8")
    assert found(validate_corpus(corpus)) == [("GW623", "annotations/notes.md", "")]


def test_hidden_files_are_not_part_of_the_corpus(corpus: Path) -> None:
    (corpus / "annotations" / ".DS_Store").write_bytes(b"x")
    assert found(validate_corpus(corpus)) == []


def test_versions_must_agree_with_the_manifest(corpus: Path) -> None:
    edit(corpus / MANIFEST, lambda manifest: manifest.update(guideline_version="9.0.0"))
    assert found(validate_corpus(corpus)) == [
        ("GW627", OTHER_GOLD, "/guideline_version"),
        ("GW627", GOLD, "/guideline_version"),
    ]


def test_a_corpus_without_manifest_and_ontology_is_checked_with_inferred_labels(
    corpus: Path,
) -> None:
    (corpus / MANIFEST).unlink()
    (corpus / "schema" / "ontology.json").unlink()
    report = validate_corpus(corpus)
    assert found(report) == []
    assert report.ontology.endswith("(inferred)")


def test_an_unusable_ontology_is_reported(corpus: Path) -> None:
    (corpus / "schema" / "ontology.json").write_text("{}", encoding="utf-8")
    assert found(validate_corpus(corpus))[0][:2] == ("GW321", "schema/ontology.json")


def test_validation_changes_no_file(corpus: Path) -> None:
    before = {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()}
    validate_corpus(corpus)
    assert before == {path: path.read_bytes() for path in corpus.rglob("*") if path.is_file()}
