"""One file or one document folder → a report, with what the corpus around it knows."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from goldwire import resources
from goldwire.errors import Problem
from goldwire.model import Document
from goldwire.ontology import Ontology, parse_ontology
from goldwire.validation.corpus_rules import Report, load_ontology, read_json
from goldwire.validation.reading import Parsed, parse_json
from goldwire.validation.records import document_of, validate_annotation, validate_document
from goldwire.validation.subject import Profile


def validate_folder(folder: Path, *, root: Path | None = None) -> Report:
    """Check a document folder: its record and its text. `root` is the corpus that it is in."""
    ontology, problems = _ontology(root)
    place = folder / "document.json"
    parsed = read_json(place, name=str(place))
    problems += parsed.problems
    text_path = folder / "text.txt"
    text = text_path.read_bytes().decode("utf-8", "replace") if text_path.is_file() else None
    if parsed.is_parsed:
        problems += validate_document(parsed.value, text=text, ontology=ontology, name=str(place))
    checked = {"documents": 1, "texts": int(text is not None)}
    return Report(tuple(problems), checked, ontology.description)


def validate_file(
    path: Path, *, root: Path | None = None, profile: Profile | None = None
) -> Report:
    """Check a file of annotation records: JSON, a JSON array or JSON Lines.

    Each record is checked by `profile`, else as its own annotation_set says (none: prediction).
    Texts and document records are taken from the corpus at `root`, by doc_id.
    """
    ontology, problems = _ontology(root)
    checked: Counter[str] = Counter()
    for prefix, parsed in _records(path):
        problems += parsed.problems
        if not parsed.is_parsed:
            continue
        checked["records"] += 1
        raw = parsed.value
        doc_id = raw.get("doc_id") if isinstance(raw, dict) else None
        document, text = _known(root, doc_id) if isinstance(doc_id, str) else (None, None)
        found = validate_annotation(
            raw,
            ontology=ontology,
            document=document,
            text=text,
            profile=profile or _profile_of(raw),
            name=str(path),
        )
        problems += (_below(problem, prefix) for problem in found)
    return Report(tuple(problems), dict(checked), ontology.description)


def _ontology(root: Path | None) -> tuple[Ontology, list[Problem]]:
    if root is not None:
        return load_ontology(root)
    return parse_ontology(resources.schema_text("ontology.json")), []


def _records(path: Path) -> Iterator[tuple[str, Parsed]]:
    """Parse every record of a file, with the place that goes before its pointers."""
    whole = read_json(path, name=str(path))
    if whole.is_parsed and isinstance(whole.value, list):
        if whole.problems:
            yield "", Parsed(None, whole.problems, is_parsed=False)
        for position, value in enumerate(whole.value):
            yield f"/{position}", Parsed(value)
        return
    if whole.is_parsed or path.suffix != ".jsonl":
        yield "", whole
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                parsed = parse_json(line.rstrip(b"\r\n"), name=str(path))
                problems = tuple(_below(problem, f"line {number} ") for problem in parsed.problems)
                yield f"line {number} ", Parsed(parsed.value, problems, is_parsed=parsed.is_parsed)


def _below(problem: Problem, prefix: str) -> Problem:
    if not prefix:
        return problem
    # Within a record on one line, the parser's own "line 1" says nothing.
    pointer = problem.pointer.removeprefix("line 1 ")
    return Problem(
        problem.code,
        f"{prefix}{pointer}".strip(),
        problem.message,
        problem.document,
        problem.found,
        problem.expected,
        problem.fix,
    )


def _profile_of(raw: object) -> Profile:
    kind = raw.get("annotation_set") if isinstance(raw, dict) else None
    return "gold" if kind in ("gold", "annotator") else "prediction"


def _known(root: Path | None, doc_id: str) -> tuple[Document | None, str | None]:
    """Find the record and the text of a document in the corpus; faults in them are not sought."""
    if root is None or doc_id not in resources.document_ids(root):
        return None, None
    parsed = read_json(root / resources.document_path(doc_id), name=doc_id)
    text_path = root / resources.text_path(doc_id)
    text = text_path.read_bytes().decode("utf-8", "replace") if text_path.is_file() else None
    return document_of(parsed.value), text
