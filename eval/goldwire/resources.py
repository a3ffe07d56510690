"""Where the data lies: the bundled folders, and the shape of a corpus repository.

A corpus root holds `corpus/<doc_id>/{text.txt,document.json}`, `annotations/gold/<doc_id>.json`
and, if it has them, `corpus/manifest.json` and `schema/ontology.json`. goldwire's own repository is
one.
"""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

MANIFEST = "corpus/manifest.json"
ONTOLOGY = "schema/ontology.json"
GOLD = "annotations/gold"
PASSES = "annotations/passes"
SCHEMAS = ("common", "document", "annotation", "prediction", "manifest")
"""The schemas beside the ontology, each in `schema/<name>.schema.json`."""


def data_root() -> Traversable:
    """Find the folder that holds corpus/, schema/ and annotations/.

    A wheel carries them inside the package; a checkout keeps them at its root.
    """
    packaged = files("goldwire") / "_data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def schema_text(name: str) -> str:
    """Read one of goldwire's own schemas by its file name, such as `ontology.json`."""
    return (data_root() / "schema" / name).read_bytes().decode("utf-8")


def document_path(doc_id: str) -> str:
    """Give the path of a document's record, from the corpus root."""
    return f"corpus/{doc_id}/document.json"


def text_path(doc_id: str) -> str:
    """Give the path of a document's text, from the corpus root."""
    return f"corpus/{doc_id}/text.txt"


def gold_path(doc_id: str) -> str:
    """Give the path of a document's gold annotation, from the corpus root."""
    return f"{GOLD}/{doc_id}.json"


def is_corpus_root(folder: Path) -> bool:
    """Claim that a folder is the root of a corpus repository."""
    return (folder / "corpus").is_dir() and (folder / GOLD).is_dir()


def document_ids(root: Path) -> tuple[str, ...]:
    """List the folders of `corpus/` by name, in order."""
    return tuple(sorted(folder.name for folder in _children(root / "corpus") if folder.is_dir()))


def gold_ids(root: Path) -> tuple[str, ...]:
    """List the documents that `annotations/gold` holds, in order."""
    return tuple(sorted(file.stem for file in _children(root / GOLD) if file.suffix == ".json"))


def corpus_files(root: Path) -> tuple[str, ...]:
    """List what a manifest must list: every file of the corpus, by its path from the root.

    That is all of corpus/ and annotations/ and the ontology, without the manifest itself and
    without hidden files.
    """
    found = [ONTOLOGY] if (root / ONTOLOGY).is_file() else []
    for folder in ("corpus", "annotations"):
        for file in (root / folder).rglob("*"):
            path = file.relative_to(root)
            if file.is_file() and not any(part.startswith(".") for part in path.parts):
                found.append(path.as_posix())
    return tuple(sorted(path for path in found if path != MANIFEST))


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _children(folder: Path) -> list[Path]:
    visible = folder.iterdir() if folder.is_dir() else ()
    return [path for path in visible if not path.name.startswith(".")]
