"""Where a release is made from: a corpus folder, or another release whose texts came back."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from goldwire import resources
from goldwire.corpus import Corpus
from goldwire.errors import GoldError, UsageError
from goldwire.formats.released import ReleasedDocument
from goldwire.model import Manifest
from goldwire.ontology import Ontology
from goldwire.pairing import GoldDocument
from goldwire.release.metadata import CARD, Card, read_card
from goldwire.release.profiles import restored
from goldwire.released import Input, Release, ReleaseManifest

CARRIED = {
    "annotations/GUIDELINES.md": "GUIDELINES.md",
    "annotations/AGREEMENT.md": "AGREEMENT.md",
    "annotations/changes.jsonl": "changes.jsonl",
    "CHANGELOG.md": "CHANGELOG.md",
    "LICENSE-ANNOTATIONS": "LICENSE-ANNOTATIONS",
    CARD: "card.toml",
}
"""Files of a corpus that its releases carry as they are, where it has them: from → to."""


@dataclass(frozen=True, slots=True)
class ReleaseSource:
    """All that a release is made from.

    `documents` streams a split's gold, in the split's order; what comes as a row of a release goes
    into the new one as it is. `carried` are files that are passed on as they are, by their path in
    the release.
    """

    name: str
    version: str
    title: str
    description: str
    schema_version: str
    guideline_version: str
    annotation_license: str
    splits: Mapping[str, tuple[str, ...]]
    card: Card
    ontology: Ontology
    carried: Mapping[str, bytes]
    inputs: tuple[Input, ...]
    documents: Callable[[str], Iterator[GoldDocument | ReleasedDocument]]


def corpus_source(corpus: Corpus) -> ReleaseSource:
    """Give a corpus as a source; it must be valid.

    Raises UsageError for a corpus without manifest, GoldError with every problem of an invalid one.
    """
    from goldwire.validation import validate_corpus

    manifest = corpus.manifest
    if manifest is None:
        raise UsageError(
            f"{corpus.root} has no {resources.MANIFEST}: a release needs name, version and splits"
        )
    report = validate_corpus(corpus.root)
    if report.problems:
        raise GoldError(f"{corpus.name} cannot be released: it is not valid", report.problems)
    carried = {
        target: (corpus.root / place).read_bytes()
        for place, target in CARRIED.items()
        if (corpus.root / place).is_file()
    }
    if "CHANGELOG.md" in carried:
        carried["CHANGELOG.md"] = corpus_changes(carried["CHANGELOG.md"])
    ontology = corpus.ontology()
    carried |= _schemas(corpus.root, ontology)
    return _source(
        manifest,
        ontology=ontology,
        carried=carried,
        inputs=tuple(Input(path=file.path, sha256=file.sha256) for file in manifest.files),
        documents=corpus.gold_documents,
    )


def _source(
    manifest: Manifest | ReleaseManifest,
    *,
    ontology: Ontology,
    carried: Mapping[str, bytes],
    inputs: tuple[Input, ...],
    documents: Callable[[str], Iterator[GoldDocument | ReleasedDocument]],
) -> ReleaseSource:
    """Give a source that is called and described as the manifest says."""
    return ReleaseSource(
        name=manifest.name,
        version=manifest.version,
        title=manifest.title,
        description=manifest.description,
        schema_version=manifest.schema_version,
        guideline_version=manifest.guideline_version,
        annotation_license=manifest.annotation_license,
        splits=manifest.splits,
        card=read_card(carried.get("card.toml", b"")),
        ontology=ontology,
        carried=carried,
        inputs=inputs,
        documents=documents,
    )


def _schemas(root: Path, ontology: Ontology) -> dict[str, bytes]:
    """Give goldwire's schemas and the corpus's ontology; an inferred one is written out."""
    names = [f"{name}.schema.json" for name in resources.SCHEMAS]
    found = {f"schema/{name}": resources.schema_text(name).encode("utf-8") for name in names}
    declared = root / resources.ONTOLOGY
    if declared.is_file():
        found[resources.ONTOLOGY] = declared.read_bytes()
    else:
        raw = json.loads(ontology.schema_text)
        text = json.dumps(raw, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        found[resources.ONTOLOGY] = text.encode("utf-8")
    return found


def corpus_changes(changelog: bytes) -> bytes:
    r"""Keep of a change log the sections about the corpus, where it has such; else all of it.

    >>> log = b"# C\n\n## 2\n\n### Code\n\n- x\n\n### Corpus a 2\n\n- y\n"
    >>> print(corpus_changes(log).decode(), end="")
    # C
    <BLANKLINE>
    ## 2
    <BLANKLINE>
    ### Corpus a 2
    <BLANKLINE>
    - y
    """
    lines = changelog.decode("utf-8").splitlines()
    if not any(line.startswith("### Corpus") for line in lines):
        return changelog
    kept: list[str] = []
    release, is_wanted = "", False
    for line in lines:
        if line.startswith("# "):
            kept += [line, ""]
        elif line.startswith("## "):
            release, is_wanted = line, False
        elif line.startswith("### "):
            is_wanted = line.startswith("### Corpus")
            if is_wanted and release:
                kept += [release, ""]
                release = ""
            if is_wanted:
                kept.append(line)
        elif is_wanted:
            kept.append(line)
    return ("\n".join(kept).strip() + "\n").encode("utf-8")


def release_source(release: Release, texts: Mapping[str, str]) -> ReleaseSource:
    """Give a release as a source, its words restored wherever `texts` has the document's text.

    Other documents stay as they are. Restoring raises what `restored` raises, when iterated.
    """
    manifest = release.manifest
    names = {*CARRIED.values(), resources.ONTOLOGY}
    names |= {f"schema/{name}.schema.json" for name in resources.SCHEMAS}
    carried = {
        name: (release.root / name).read_bytes()
        for name in sorted(names)
        if (release.root / name).is_file()
    }

    def documents(split: str) -> Iterator[GoldDocument | ReleasedDocument]:
        for row in release.rows(split):
            text = texts.get(row.doc_id, row.own_text)
            yield row if text is None else restored(row, text)

    return _source(
        manifest,
        ontology=release.ontology(),
        carried=carried,
        inputs=manifest.inputs,
        documents=documents,
    )
