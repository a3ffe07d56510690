"""Scaffolding: the files of a new corpus repository, ready to be validated, scored and published.

The templates lie in `corpus/`; `{name}` stands for the corpus's name. The example document is
imported like any other.
"""

import tempfile
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from goldwire import resources
from goldwire.corpus import write_manifest
from goldwire.errors import UsageError
from goldwire.importing import import_documents
from goldwire.importing.metadata import Metadata
from goldwire.model import Annotation, Entity, Manifest, Mention, Span
from goldwire.pairing import GoldDocument
from goldwire.splitting import UNASSIGNED

EXAMPLE = "example-1"
SPLIT = "example"
TEXT = "Ana Ruiz opened the harbour of Arica on Monday.\nThe mayor thanked Peru.\n"
_DOTTED = {"gitattributes": ".gitattributes", "gitignore": ".gitignore", "github": ".github"}


def scaffold(folder: Path, *, name: str, example: bool = True) -> tuple[str, ...]:
    """Write a new corpus into a folder; give the paths written.

    The folder appears as a whole or not at all. Raises UsageError when it is there and not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already: name a new or empty folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".init-") as place:
        made = Path(place) / "corpus"
        _write(files(__package__) / "corpus", made, name=name)
        for empty in ("corpus", resources.GOLD):
            (made / empty).mkdir(parents=True, exist_ok=True)
        write_manifest(made, manifest=_manifest(name, split=SPLIT if example else UNASSIGNED))
        if example:
            import_documents(made, [_example()], metadata=_metadata(), split=SPLIT)
        else:
            (made / resources.GOLD / ".gitkeep").touch()
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    return tuple(
        path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()
    )


def _write(template: Traversable, target: Path, *, name: str) -> None:
    if template.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for member in template.iterdir():
            if member.name not in {"__pycache__", "__init__.py"}:
                _write(member, target / _DOTTED.get(member.name, member.name), name=name)
        return
    content = template.read_bytes().decode("utf-8").replace("{name}", name)
    target.write_bytes(content.encode("utf-8"))


def _manifest(name: str, *, split: str) -> Manifest:
    return Manifest(
        schema_version="1.0.0",
        guideline_version="0.1.0",
        name=name,
        version="0.1.0",
        title=name,
        description="Say here what the corpus holds, who made it and what it is for.",
        annotation_license="CC-BY-4.0",
        splits={split: ()},
        files=(),
    )


def _metadata() -> Metadata:
    return Metadata(
        {
            EXAMPLE: {
                "language": "en",
                "headline": "Ana Ruiz opened the harbour of Arica on Monday.",
                "text_status": "own_work",
                "text_license": "CC0-1.0",
                "redistribution": "full_text",
            }
        }
    )


def _example() -> GoldDocument:
    entities = (
        Entity(id="E1", type="PER"),
        Entity(id="E2", type="PLACE"),
        Entity(id="E3", type="PLACE"),
    )
    words = (("Ana Ruiz", "E1"), ("Arica", "E2"), ("The mayor", "E1"), ("Peru", "E3"))
    mentions = tuple(
        Mention(id=f"m{n}", entity=entity, spans=(Span(at, at + len(word)),))
        for n, (word, entity) in enumerate(words, start=1)
        for at in [TEXT.index(word)]
    )
    return GoldDocument(Annotation(doc_id=EXAMPLE, entities=entities, mentions=mentions), text=TEXT)
