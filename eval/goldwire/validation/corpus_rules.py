"""A whole corpus folder → a report: every record, every text, and the manifest over them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from goldwire import resources
from goldwire.errors import GoldError, Problem
from goldwire.model import Annotation, Document, Manifest
from goldwire.ontology import Ontology, infer_ontology, parse_ontology
from goldwire.validation.document_rules import is_recorded_text
from goldwire.validation.manifest_rules import manifest_problems
from goldwire.validation.reading import Parsed, parse_json
from goldwire.validation.records import document_of, validate_annotation, validate_document
from goldwire.validation.schema_rules import check_schema


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and every problem found; `Problem.document` is the file's path."""

    problems: tuple[Problem, ...]
    checked: Mapping[str, int]
    ontology: str = ""

    @property
    def by_file(self) -> dict[str, tuple[Problem, ...]]:
        """The problems of every file that has any."""
        files: dict[str, list[Problem]] = {}
        for problem in self.problems:
            files.setdefault(problem.document, []).append(problem)
        return {file: tuple(found) for file, found in files.items()}


@dataclass(slots=True)
class _Examination:
    """The problems and counts of one corpus, as they come in."""

    root: Path
    ontology: Ontology
    problems: list[Problem] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)

    def parse(self, path: str) -> Parsed:
        """Parse a JSON file, its problems noted."""
        parsed = read_json(self.root / path, name=path)
        self.problems += parsed.problems
        return parsed


def read_json(path: Path, *, name: str) -> Parsed:
    """Read and parse a JSON file; one that cannot be read is a problem, not an exception."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = Problem("GW001", "", f"cannot be read: {error.strerror}", document=name)
        return Parsed(None, (problem,), is_parsed=False)
    return parse_json(data, name=name)


def validate_corpus(root: str | Path) -> Report:
    """Check a corpus root: documents, texts, gold, annotators' passes and manifest.

    Nothing is repaired, and one fault is reported once: a file that has problems of its own is not
    also reported for its changed digest. A corpus without a manifest is checked without it.
    """
    folder = Path(root)
    ontology, problems = load_ontology(folder)
    examination = _Examination(folder, ontology, problems)
    documents = {
        doc_id: _check_document(examination, doc_id) for doc_id in resources.document_ids(folder)
    }
    for doc_id in resources.gold_ids(folder):
        place = resources.gold_path(doc_id)
        _check_annotation(examination, place, doc_id, documents, annotation_set="gold")
        if doc_id not in documents:
            examination.problems.append(
                Problem(
                    "GW611",
                    "",
                    "the document record is missing",
                    document=place,
                    expected=resources.document_path(doc_id),
                )
            )
    for doc_id in sorted(set(documents) - set(resources.gold_ids(folder))):
        examination.problems.append(
            Problem(
                "GW613",
                "",
                "the document has no gold",
                document=resources.document_path(doc_id),
                expected=resources.gold_path(doc_id),
            )
        )
    for path in sorted((folder / resources.PASSES).glob("*/*.json")):
        place = path.relative_to(folder).as_posix()
        _check_annotation(examination, place, path.stem, documents, annotation_set="annotator")
    _check_manifest(examination)
    return Report(
        tuple(examination.problems),
        dict(examination.checked),
        ontology.description,
    )


def load_ontology(root: Path) -> tuple[Ontology, list[Problem]]:
    """Load a corpus's ontology; one that is missing or unusable is inferred from use."""
    problems: list[Problem] = []
    if (root / resources.ONTOLOGY).is_file():
        try:
            content = (root / resources.ONTOLOGY).read_bytes()
            return parse_ontology(content, place=resources.ONTOLOGY), problems
        except GoldError as error:
            problems.extend(error.problems)
    return infer_ontology(_readable_annotations(root)), problems


def _readable_annotations(root: Path) -> Iterator[Annotation]:
    gold = (root / resources.gold_path(doc_id) for doc_id in resources.gold_ids(root))
    for path in (*gold, *sorted((root / resources.PASSES).glob("*/*.json"))):
        try:
            yield msgspec.json.decode(path.read_bytes(), type=Annotation)
        except (OSError, UnicodeDecodeError, msgspec.DecodeError):
            continue  # It is reported where the file itself is checked.


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A document as annotations of it need it: its record, and its text where that can be used."""

    document: Document | None
    text: str | None


def _check_document(examination: _Examination, doc_id: str) -> _Recorded:
    place = resources.document_path(doc_id)
    if not (examination.root / place).is_file():
        examination.problems.append(
            Problem("GW611", "", "the document record is missing", document=place)
        )
        return _Recorded(None, None)
    examination.checked["documents"] += 1
    parsed = examination.parse(place)
    if not parsed.is_parsed:
        return _Recorded(None, None)
    document = document_of(parsed.value)
    text = _read_text(examination, doc_id, document)
    examination.problems += validate_document(
        parsed.value, text=text, ontology=examination.ontology, name=place
    )
    examination.problems += _misplaced(parsed.value, doc_id, name=place)
    if document is not None and text is not None and not is_recorded_text(document, text):
        return _Recorded(None, None)  # Every offset and digest would be reported again.
    return _Recorded(document, text)


def _read_text(examination: _Examination, doc_id: str, document: Document | None) -> str | None:
    place = resources.text_path(doc_id)
    path = examination.root / place
    if not path.is_file():
        if document is not None and document.rights.redistribution == "full_text":
            examination.problems.append(
                Problem("GW612", "", "the text is missing", document=place, fix="add text.txt")
            )
        return None
    examination.checked["texts"] += 1
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        examination.problems.append(
            Problem("GW002", "", f"the text is not UTF-8: {error}", document=place)
        )
        return None


def _check_annotation(
    examination: _Examination,
    place: str,
    doc_id: str,
    documents: Mapping[str, _Recorded],
    *,
    annotation_set: str,
) -> None:
    examination.checked["gold" if annotation_set == "gold" else "passes"] += 1
    parsed = examination.parse(place)
    if not parsed.is_parsed:
        return
    recorded = documents.get(doc_id, _Recorded(None, None))
    examination.problems += validate_annotation(
        parsed.value,
        ontology=examination.ontology,
        document=recorded.document,
        text=recorded.text,
        name=place,
    )
    examination.problems += _misplaced(parsed.value, doc_id, name=place)
    found = parsed.value.get("annotation_set") if isinstance(parsed.value, dict) else None
    if found in ("gold", "annotator") and found != annotation_set:
        examination.problems.append(
            Problem(
                "GW610",
                "/annotation_set",
                "the annotation is in the wrong folder",
                document=place,
                found=str(found),
                expected=annotation_set,
            )
        )
    members = parsed.value.values() if isinstance(parsed.value, dict) else ()
    examination.checked["items"] += sum(len(items) for items in members if isinstance(items, list))


def _misplaced(raw: Any, doc_id: str, *, name: str) -> list[Problem]:
    found = raw.get("doc_id") if isinstance(raw, dict) else None
    if not isinstance(found, str) or found == doc_id:
        return []
    return [
        Problem(
            "GW601",
            "/doc_id",
            "the doc_id differs from the file's place",
            document=name,
            found=found,
            expected=doc_id,
        )
    ]


def _check_manifest(examination: _Examination) -> None:
    if not (examination.root / resources.MANIFEST).is_file():
        return
    examination.checked["manifests"] += 1
    parsed = examination.parse(resources.MANIFEST)
    if not parsed.is_parsed:
        return
    faults = check_schema(
        parsed.value, "manifest", ontology=examination.ontology, name=resources.MANIFEST
    )
    examination.problems += faults
    try:
        manifest = msgspec.convert(parsed.value, Manifest)
    except msgspec.ValidationError as error:
        if not faults:
            examination.problems.append(
                Problem("GW020", "", f"cannot be read: {error}", document=resources.MANIFEST)
            )
        return
    faulty = {problem.document for problem in examination.problems}
    examination.checked["files"] += len(manifest.files)
    examination.problems += manifest_problems(examination.root, manifest, faulty=faulty)
