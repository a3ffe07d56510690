"""The files of other people that lie beside the project: which are read, and how."""

from collections.abc import Iterator
from pathlib import Path

from goldwire.files import read_sibling
from goldwire.formats import Format, Reading, Source, Texts, read
from goldwire.inputs import open_gold

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SAMPLES = SHARED / "samples"
EXTRACTORS = SHARED / "extractors"
DOC_ID = "ip-20220113-kz-withdrawal"

FOLDERS = (
    "bioc brat conll2003 conll2012 corefud doccano dygie gliner hf_pipeline iob_schemes "
    "labelstudio llm_json oneie ace_json prodigy pubannotation spacy uima_json uima_xmi w3c "
    "webanno_tsv"
).split()
"""The folders of samples in formats that goldwire reads."""

NOT_READ = {
    "bioc/example-with-sentences.xml": "its words are placeholders, so no offsets fit them",
    "brat/bconv-tutorial-example.ann": "the .txt beside it has one more line break than it counts",
    "ace_json/nlpcl-lab-sample-4c947ba.json": "its offsets mix exclusive and inclusive ends",
    "gliner/GLiNER-README.md": "a page about the format",
    "labelstudio/issue1347_utf16.tsv": "Label Studio's TSV: export JSON instead",
    "labelstudio/issue539_completions_fragment.json": "its text was cut off, so no offsets fit",
    "labelstudio/sdk_relation_fragment.json": "a relation without its task",
    "labelstudio/sdk_test_htmltags_fragment.json": "results without their task",
    "llm_json/ner_inconsistent.yml": "YAML",
}
"""Files that are refused, and why: shown in the table, never read as something else."""

_BESIDE = (".txt", "MANIFEST.md", "inception_typesystem.xml", "small_typesystem.xml")


def files() -> Iterator[Path]:
    """Give all sample files of known formats, but those that only stand beside others."""
    for folder in FOLDERS:
        for path in sorted((SAMPLES / folder).iterdir()):
            is_text = path.suffix == ".txt" and folder == "brat"
            if not is_text and not path.name.endswith(_BESIDE[1:]):
                yield path


def name_of(path: Path) -> str:
    """Name a file as the tables do."""
    return f"{path.parent.name}/{path.name}"


def article_texts() -> Texts:
    """Offer the article that the seven extractors were run on."""
    return Texts(
        lambda: [(item.doc_id, item.text) for item in open_gold(str(ROOT)) if item.text is not None]
    )


def read_file(path: Path, texts: Texts | None = None) -> tuple[Format, Reading]:
    """Read a sample as `goldwire convert` does; XMI gets INCEpTION's type system."""

    def sibling(name: str) -> bytes | None:
        if name == "TypeSystem.xml":
            return (SAMPLES / "uima_xmi" / "inception_typesystem.xml").read_bytes()
        return read_sibling(str(path), name)

    return read(Source(name_of(path), path.read_bytes(), sibling=sibling, texts=texts or Texts()))
