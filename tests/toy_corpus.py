"""A corpus of three tiny documents, made where a test wants it, and extractors to try on it.

    d1  Ann Lee met Bob in Oslo.        d2  Oslo thanked Ann Lee.        d3  Bob left Rome for Oslo.

Gold: PER for people, GPE for places; eight mentions, every one of them capitalised words.
"""

import hashlib
import json
import re
from pathlib import Path

TEXTS = {
    "d1": "Ann Lee met Bob in Oslo.\n",
    "d2": "Oslo thanked Ann Lee.\n",
    "d3": "Bob left Rome for Oslo.\n",
}
LABELS = {"Ann Lee": "PER", "Bob": "PER", "Oslo": "GPE", "Rome": "GPE"}
PUBLISHERS = {"d1": "North", "d2": "South", "d3": "North"}

EXTRACTOR = '''\
"""A gazetteer of names: the extractor whose quality is to be kept."""

import re

from goldwire import Annotation, Mention, Span

LABELS = {labels}
version = "1"
layers = ("mentions",)


def extract(text, *, doc_id, reference_date=None):
    mentions = [
        Mention(type=LABELS[found[0]], spans=(Span(found.start(), found.end(), text=found[0]),))
        for found in re.finditer("|".join(LABELS), text)
    ]
    return Annotation(doc_id=doc_id, mentions=tuple(mentions))


extract.version = version
extract.layers = layers
'''


def mentions(text: str, labels: dict[str, str]) -> list[dict[str, object]]:
    """Give a mention for every occurrence of the names, as JSON values."""
    return [
        {"type": labels[found[0]], "spans": [{"start": found.start(), "end": found.end()}]}
        for found in re.finditer("|".join(labels), text)
    ]


def write_corpus(root: Path, *, redistribution: str = "full_text") -> Path:
    """Make the corpus repository in a folder, without a manifest."""
    for doc_id, text in TEXTS.items():
        digest = hashlib.sha256(text.encode()).hexdigest()
        folder = root / "corpus" / doc_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "text.txt").write_text(text, encoding="utf-8")
        document = {
            "schema_version": "1.0.0",
            "doc_id": doc_id,
            "language": "en",
            "text_ref": {"sha256": digest, "code_points": len(text)},
            "source": {"publisher": {"name": PUBLISHERS[doc_id]}, "date_published": "2026-01-05"},
            "zones": [
                {"id": "z1", "kind": "paragraph", "start": 0, "end": len(text), "annotatable": True}
            ],
            "rights": {
                "text_status": "own_work",
                "redistribution": redistribution,
                "annotation_license": "CC-BY-4.0",
            },
        }
        (folder / "document.json").write_text(json.dumps(document), encoding="utf-8")
        write_gold(root, doc_id, mentions(text, LABELS))
    return root


def write_gold(root: Path, doc_id: str, found: list[dict[str, object]]) -> None:
    """Write the gold of a document, one mention a line."""
    digest = hashlib.sha256(TEXTS[doc_id].encode()).hexdigest()
    folder = root / "annotations" / "gold"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps({"id": f"m{at}", **one}) for at, one in enumerate(found, start=1))
    head = f'{{"doc_id": "{doc_id}", "annotation_set": "gold",'
    text_ref = f'"text_ref": {{"sha256": "{digest}"}},'
    (folder / f"{doc_id}.json").write_text(f'{head}\n{text_ref}\n"mentions": [\n{lines}\n]}}\n')


def predictions(*, without: tuple[str, ...] = (), wrong: dict[str, str] | None = None) -> str:
    """Write JSON Lines as an extractor would give that misses names or labels them otherwise."""
    labels = {
        name: (wrong or {}).get(name, label)
        for name, label in LABELS.items()
        if name not in without
    }
    return "".join(
        json.dumps({"doc_id": doc_id, "mentions": mentions(text, labels)}) + "\n"
        for doc_id, text in TEXTS.items()
    )


def extractor_source(*, without: tuple[str, ...] = (), wrong: dict[str, str] | None = None) -> str:
    """Write a Python module whose `extract` misses names or labels them otherwise."""
    labels = {
        name: (wrong or {}).get(name, label)
        for name, label in LABELS.items()
        if name not in without
    }
    return EXTRACTOR.replace("{labels}", repr(labels))
