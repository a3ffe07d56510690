"""Importing: texts and annotations of any readable format become documents of a corpus.

All of it is read, moved, checked and staged first; the corpus changes only when everything is
right, and then file by file, each as a whole, the manifest last. Run again after an interruption,
it finishes: what is there already and the same is left alone.
"""

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from goldwire import resources
from goldwire.corpus import Corpus, write_manifest
from goldwire.errors import GoldError, Problem, UsageError
from goldwire.formats.base import text_ref
from goldwire.importing.gold import complete
from goldwire.importing.labels import Inventories, extended, labels_in_use
from goldwire.importing.metadata import Metadata, document_record
from goldwire.importing.texts import STEPS, VERSION, normalise
from goldwire.model import LAYERS
from goldwire.pairing import GoldDocument
from goldwire.splitting import SPLIT_NAME, UNASSIGNED
from goldwire.validation import validate_corpus

_DOC_ID = re.compile(r"[A-Za-z][0-9A-Za-z_.:-]{0,127}")


@dataclass(slots=True)
class Imported:
    """What an import did: documents by what became of them, losses by kind, labels that are new."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    normalised: list[str] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    losses: dict[str, int] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)


def import_documents(
    root: Path,
    documents: Iterable[GoldDocument],
    *,
    metadata: Metadata = Metadata(),
    labels: Inventories | None = None,
    infer_labels: bool = False,
    split: str | None = None,
    replace: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Import documents into the corpus at `root`.

    `labels` are added to its ontology; with `infer_labels` those in use are. A document that is
    there with another content is refused unless `replace`. Raises GoldError with every fault of
    every document, after which nothing was changed, and UsageError for a folder that is no corpus.
    """
    corpus = Corpus.open(root)
    if corpus.manifest is None:
        raise UsageError(f"{root} has no {resources.MANIFEST}: `goldwire init` makes a corpus")
    found = list(documents)
    report = Imported()
    if infer_labels:
        labels = labels_in_use(item.annotation for item in found)
    with tempfile.TemporaryDirectory(dir=root, prefix=".import-") as folder:
        stage = Path(folder)
        # Texts must not be committed that an import which was killed left behind.
        (stage / ".gitignore").write_text("*\n", encoding="utf-8")
        ontology = _stage_ontology(corpus, stage, labels or {}, report)
        problems = _stage_documents(corpus, stage, found, metadata, report)
        problems += _bad_splits(found, metadata, split=split)
        problems += _faults(stage, {(one.document, one.pointer) for one in problems})
        problems += _conflicts(corpus, report, replace=replace)
        if problems:
            raise GoldError(f"nothing was imported; faults: {len(problems)}", problems)
        if not dry_run:
            _move_into(root, stage, [*report.added, *report.replaced], ontology=ontology)
            splits = _splits(corpus, report, metadata, split=split)
            manifest = msgspec.structs.replace(corpus.manifest, splits=splits)
            write_manifest(root, manifest=manifest)
    return report


def _stage_ontology(corpus: Corpus, stage: Path, labels: Inventories, report: Imported) -> bool:
    """Write the extended ontology to the stage; claim whether there is one to be moved."""
    path = corpus.root / resources.ONTOLOGY
    staged = stage / resources.ONTOLOGY
    staged.parent.mkdir(parents=True)
    if not labels:
        if path.is_file():
            shutil.copy(path, staged)
        return False
    current = _NEW_ONTOLOGY
    if path.is_file():
        corpus.ontology()  # Raises GoldError for one that cannot be extended.
        current = json.loads(path.read_bytes())
    written, report.labels[:] = extended(current, labels)
    staged.write_text(_json(written), encoding="utf-8")
    return written != current


_NEW_ONTOLOGY: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "labels of this corpus",
    "version": "0.1.0",
    "$defs": {},
}


def _stage_documents(
    corpus: Corpus,
    stage: Path,
    documents: Sequence[GoldDocument],
    metadata: Metadata,
    report: Imported,
) -> list[Problem]:
    problems: list[Problem] = []
    seen: Counter[str] = Counter()
    folders = {doc_id.casefold(): doc_id for doc_id in resources.document_ids(corpus.root)}
    guideline = corpus.manifest.guideline_version if corpus.manifest else "0.1.0"
    for item in documents:
        doc_id = item.doc_id
        seen[doc_id] += 1
        if not _DOC_ID.fullmatch(doc_id) or seen[doc_id] > 1 or item.text is None:
            problems.append(_unusable(doc_id, has_text=item.text is not None, n=seen[doc_id]))
            continue
        if (other := folders.setdefault(doc_id.casefold(), doc_id)) != doc_id:
            problems.append(
                Problem(
                    "GW847",
                    "/doc_id",
                    f"it differs from {other} in case only: on some systems they are one folder",
                    document=doc_id,
                    fix="rename one of the two",
                )
            )
            continue
        original = item.text
        normal = normalise(original)
        ref = msgspec.to_builtins(text_ref(normal.text))
        meant = item.annotation.text_ref
        if meant is not None and meant.sha256 == ref["sha256"]:
            # Its offsets count in the normal text already, of which this is another copy.
            original, normal = normal.text, normalise(normal.text)
        elif meant is not None and meant.sha256 != text_ref(original).sha256:
            problems.append(_other_text(doc_id, found=meant.sha256, expected=ref["sha256"]))
            continue
        made = complete(item.annotation, original=original, normal=normal)
        problems += made.problems
        steps = {"method": "none", "recipe_version": VERSION, "steps": list(STEPS)}
        record = document_record(metadata.of(doc_id), text_ref=ref, doc_id=doc_id, steps=steps)
        gold = {
            "schema_version": "1.0.0",
            "guideline_version": guideline,
            "doc_id": doc_id,
            "annotation_set": "gold",
            "text_ref": {"sha256": ref["sha256"]},
            **made.record,
        }
        staged = {
            resources.text_path(doc_id): normal.text,
            resources.document_path(doc_id): _json(record),
            resources.gold_path(doc_id): _json(gold),
        }
        for name, content in staged.items():
            path = stage / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode("utf-8"))
        state = _state(corpus, staged)
        getattr(report, state).append(doc_id)
        if normal.text != item.text:
            report.normalised.append(doc_id)
        _count(report.items, {layer: len(gold[layer]) for layer in LAYERS if layer in gold})
        _count(report.losses, dict.fromkeys(made.losses, 1))
    unknown = sorted(set(metadata.rows) - set(seen))
    problems += [
        Problem(
            "GW845",
            "",
            "the metadata describe a document that is not imported",
            document=doc_id,
            fix="correct its doc_id, or leave the row out",
        )
        for doc_id in unknown
    ]
    return problems


def _count(totals: dict[str, int], more: Mapping[str, int]) -> None:
    for key, n in more.items():
        totals[key] = totals.get(key, 0) + n


def _state(corpus: Corpus, staged: Mapping[str, str]) -> str:
    """Say what importing a document's files does; one that is there in part is added."""
    present = [
        path.read_bytes() == content.encode("utf-8")
        for name, content in staged.items()
        if (path := corpus.root / name).is_file()
    ]
    if not all(present):
        return "replaced"
    return "unchanged" if len(present) == len(staged) else "added"


def _other_text(doc_id: str, *, found: str, expected: str) -> Problem:
    return Problem(
        "GW609",
        "/text_ref/sha256",
        "the annotation is of another text than the one that is given",
        document=doc_id,
        found=found,
        expected=expected,
        fix="give the text that was annotated",
    )


def _unusable(doc_id: str, *, has_text: bool, n: int) -> Problem:
    if not has_text:
        return Problem(
            "GW846",
            "",
            "its text is not known: the file holds offsets only",
            document=doc_id,
            fix="give the texts with --texts",
        )
    if n > 1:
        return Problem(
            "GW847",
            "/doc_id",
            "several documents have this id",
            document=doc_id,
            fix="give all but one of them another id",
        )
    return Problem(
        "GW848",
        "/doc_id",
        "it cannot be a document's id, which also names its folder",
        document=doc_id,
        expected="a letter, then letters, digits and _.:- (at most 128)",
        fix="rename the file or its id",
    )


def _bad_splits(
    documents: Iterable[GoldDocument], metadata: Metadata, *, split: str | None
) -> Iterator[Problem]:
    for item in documents:
        wanted = metadata.of(item.doc_id).get("split") or split or UNASSIGNED
        if not SPLIT_NAME.fullmatch(wanted):
            yield Problem(
                "GW843",
                "/split",
                "it cannot be the name of a split",
                document=item.doc_id,
                found=repr(wanted),
                expected="a letter, then letters, digits, _ and -",
                fix="correct --split, or the column split of the metadata",
            )


def _faults(stage: Path, reported: AbstractSet[tuple[str, str]]) -> Iterator[Problem]:
    """Check what is staged; a place that is reported already is not reported again.

    Its files are not in the corpus yet, so the document is named, and not its files.
    """
    if not resources.is_corpus_root(stage):
        return
    names = {
        path(doc_id): doc_id
        for doc_id in resources.document_ids(stage)
        for path in (resources.gold_path, resources.document_path, resources.text_path)
    }
    for problem in validate_corpus(stage).problems:
        document = names.get(problem.document, problem.document)
        if (document, problem.pointer) not in reported:
            fix = problem.fix or _FIXES.get(problem.code, "")
            yield msgspec.structs.replace(problem, document=document, fix=fix)


_FIXES = {
    "GW301": "pass --ontology infer, or a file that defines the label, or correct it",
}


def _conflicts(corpus: Corpus, report: Imported, *, replace: bool) -> list[Problem]:
    if replace:
        return []
    return [
        Problem(
            "GW849",
            "",
            f"{corpus.name} has this document already, with another content",
            document=doc_id,
            fix="pass --replace to replace it, or rename the new one",
        )
        for doc_id in report.replaced
    ]


def _move_into(root: Path, stage: Path, doc_ids: Iterable[str], *, ontology: bool) -> None:
    names = [resources.ONTOLOGY] if ontology else []
    for doc_id in doc_ids:
        names += [
            resources.text_path(doc_id),
            resources.document_path(doc_id),
            resources.gold_path(doc_id),
        ]
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).replace(root / name)


def _splits(
    corpus: Corpus, report: Imported, metadata: Metadata, *, split: str | None
) -> dict[str, tuple[str, ...]]:
    """Add the new documents to the splits that are named for them."""
    splits = {name: list(doc_ids) for name, doc_ids in corpus.splits.items()}
    known = {doc_id for doc_ids in splits.values() for doc_id in doc_ids}
    for doc_id in sorted({*report.added, *report.replaced, *report.unchanged} - known):
        wanted = metadata.of(doc_id).get("split") or split or UNASSIGNED
        splits.setdefault(wanted, []).append(doc_id)
    return {name: tuple(doc_ids) for name, doc_ids in splits.items()}


def _json(record: object) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"
