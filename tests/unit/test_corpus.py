"""A corpus folder: found, opened, read and sealed by its manifest."""

import hashlib
import json
from pathlib import Path

import pytest

from goldwire.corpus import Corpus, find_corpus, write_manifest
from goldwire.errors import GoldError, UsageError
from goldwire.model import Annotation, Manifest
from goldwire.resources import corpus_files, data_root, schema_text

GOLD = {"doc_id": "b", "mentions": [{"type": "PER", "spans": [{"start": 0, "end": 3}]}]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for doc_id in ("b", "a"):
        (tmp_path / "corpus" / doc_id).mkdir(parents=True)
        (tmp_path / "corpus" / doc_id / "text.txt").write_bytes("Éva saß\r\n".encode())
    (tmp_path / "annotations" / "gold").mkdir(parents=True)
    for doc_id in ("b", "a"):
        record = json.dumps(GOLD | {"doc_id": doc_id})
        (tmp_path / "annotations" / "gold" / f"{doc_id}.json").write_text(record, encoding="utf-8")
    return tmp_path


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        schema_version="1.0.0",
        guideline_version="0.1.0",
        name="tiny",
        version="1.2.3",
        title="Tiny",
        description="Two documents.",
        annotation_license="CC0-1.0",
        splits={"train": ("b",), "test": ("a",)},
        files=(),
    )


def test_the_nearest_corpus_root_is_found_at_or_above(root: Path) -> None:
    assert find_corpus(root) == root
    assert find_corpus(root / "corpus" / "a") == root
    assert find_corpus(root / "corpus", upwards=False) is None


def test_a_folder_that_is_no_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no corpus root"):
        Corpus.open(tmp_path)


def test_a_corpus_without_manifest_can_be_read(root: Path) -> None:
    corpus = Corpus.open(root)
    assert (corpus.name, corpus.version, corpus.splits) == (root.name, "unversioned", {})
    assert corpus.doc_ids() == ("a", "b")
    assert [document.doc_id for document in corpus] == ["a", "b"]
    assert corpus.ontology().origin == "inferred"


def test_a_text_is_read_byte_for_byte(root: Path) -> None:
    assert Corpus.open(root).text("a") == "Éva saß\r\n"
    assert Corpus.open(root).text("nowhere") is None


def test_documents_come_in_the_order_of_the_split(root: Path, manifest: Manifest) -> None:
    write_manifest(root, manifest=manifest)
    corpus = Corpus.open(root)
    assert [document.doc_id for document in corpus.gold_documents("train")] == ["b"]
    assert (corpus.name, corpus.version, corpus.schema_version) == ("tiny", "1.2.3", "1.0.0")
    with pytest.raises(UsageError, match="its splits are train, test"):
        corpus.doc_ids("dev")


def test_the_digest_follows_texts_and_annotations_and_nothing_else(
    root: Path, manifest: Manifest
) -> None:
    write_manifest(root, manifest=manifest)
    digests = {split: Corpus.open(root).digest(split) for split in ("test", "train")}
    gold = root / "annotations" / "gold" / "a.json"
    record = json.loads(gold.read_text("utf-8"))
    record["mentions"][0]["spans"][0]["text"] = "Éva"
    record["mentions"][0]["note"] = "a remark"
    gold.write_text(json.dumps(record, indent=2), encoding="utf-8")
    assert Corpus.open(root).digest("test") == digests["test"]
    record["mentions"][0]["type"] = "ORG"
    gold.write_text(json.dumps(record), encoding="utf-8")
    relabelled = Corpus.open(root).digest("test")
    assert relabelled != digests["test"]
    (root / "corpus" / "a" / "text.txt").write_bytes(b"other")
    assert Corpus.open(root).digest("test") not in {relabelled, digests["test"]}
    assert Corpus.open(root).digest("train") == digests["train"]


def test_a_manifest_lists_every_file_but_itself_and_is_written_the_same_twice(
    root: Path, manifest: Manifest
) -> None:
    written = write_manifest(root, manifest=manifest)
    first = (root / "corpus" / "manifest.json").read_bytes()
    assert [file.path for file in written.files] == [
        "annotations/gold/a.json",
        "annotations/gold/b.json",
        "corpus/a/text.txt",
        "corpus/b/text.txt",
    ]
    assert written.files[2].sha256 == hashlib.sha256("Éva saß\r\n".encode()).hexdigest()
    assert write_manifest(root) == written
    assert (root / "corpus" / "manifest.json").read_bytes() == first
    assert sorted(path.name for path in (root / "corpus").iterdir()) == ["a", "b", "manifest.json"]


def test_a_manifest_needs_something_to_start_from(root: Path) -> None:
    with pytest.raises(UsageError, match="give name, version and splits"):
        write_manifest(root)


def test_unreadable_records_are_refused_with_their_place(root: Path) -> None:
    (root / "annotations" / "gold" / "a.json").write_text('{"doc_id": 1}', encoding="utf-8")
    with pytest.raises(GoldError) as refusal:
        Corpus.open(root).gold("a")
    assert refusal.value.problems[0].document.endswith("a.json")
    (root / "corpus" / "a" / "text.txt").write_bytes(b"\xff")
    with pytest.raises(GoldError):
        Corpus.open(root).text("a")


def test_the_bundled_corpus_is_found_with_its_schemas() -> None:
    corpus = Corpus.open(Path(str(data_root())))
    assert all(isinstance(document.annotation, Annotation) for document in corpus)
    assert json.loads(schema_text("annotation.schema.json"))["title"]
    assert "schema/ontology.json" in corpus_files(corpus.root)
