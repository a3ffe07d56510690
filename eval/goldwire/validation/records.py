"""One record → all its problems: first by its schema, then by the integrity rules."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from goldwire.errors import Problem
from goldwire.model import LAYERS, Annotation, Document
from goldwire.ontology import Ontology
from goldwire.validation.attribution_rules import attribution_problems
from goldwire.validation.document_rules import document_problems
from goldwire.validation.ontology_rules import ontology_problems
from goldwire.validation.reference_rules import reference_problems
from goldwire.validation.schema_rules import check_schema
from goldwire.validation.subject import Profile, Subject, read_items
from goldwire.validation.text_rules import arrangement_problems, backward_spans, span_problems
from goldwire.validation.time_rules import time_problems


def validate_annotation(
    raw: object,
    *,
    ontology: Ontology,
    document: Document | None = None,
    text: str | None = None,
    profile: Profile = "gold",
    name: str = "",
) -> tuple[Problem, ...]:
    """List every fault of an annotation record, each once, in the order of its pointers' layers.

    `raw` is a parsed JSON value or an `Annotation`. Without `document` or `text`, what needs them
    is not checked. `profile="prediction"` lets pass what a system may leave out or name freely.
    `name` stands in the problems for the record; by default its doc_id does.
    """
    value = _as_json(raw) if isinstance(raw, Annotation) else raw
    label = name or (str(value.get("doc_id", "")) if isinstance(value, dict) else "")
    schema = "annotation" if profile == "gold" else "prediction"
    problems = check_schema(value, schema, ontology=ontology, name=label)
    if not isinstance(value, dict):
        return tuple(problems)
    problems += backward_spans({layer: value.get(layer) for layer in LAYERS}, "", name=label)
    readable = read_items(value)
    problems += _unexplained(readable.failures, problems, name=label)
    subject = Subject(
        annotation=readable.annotation,
        name=label,
        ontology=ontology,
        document=document,
        text=text,
        profile=profile,
        positions=readable.positions,
        layer_by_id=readable.layer_by_id,
        named_unread=readable.named_unread,
        nameless=readable.nameless,
        broken=frozenset(problem.pointer for problem in problems),
    )
    problems += _other_text(subject)
    # Offsets into another text are all wrong: saying so once is enough.
    is_comparable = not any(problem.code == "GW609" for problem in problems)
    return tuple(_sorted([*problems, *_integrity(subject, is_comparable=is_comparable)]))


def _integrity(subject: Subject, *, is_comparable: bool) -> Iterator[Problem]:
    if is_comparable:
        broken = list(span_problems(subject))
        yield from broken
        subject = subject.without_broken(broken)
    yield from arrangement_problems(subject)
    yield from reference_problems(subject)
    yield from ontology_problems(subject)
    if subject.is_gold:
        yield from attribution_problems(subject)
        yield from time_problems(subject)


def _unexplained(
    failures: tuple[tuple[str, str], ...], problems: list[Problem], *, name: str
) -> list[Problem]:
    """Report the items that no record can hold although nothing else says why."""
    return [
        Problem("GW020", pointer, f"the item cannot be read: {message}", document=name)
        for pointer, message in failures
        if not any(
            problem.pointer == pointer or problem.pointer.startswith(f"{pointer}/")
            for problem in problems
        )
    ]


def _other_text(subject: Subject) -> list[Problem]:
    named = subject.annotation.text_ref
    if named is None:
        return []
    recorded = subject.document.text_ref.sha256 if subject.document else None
    if recorded is None and subject.text is not None:
        recorded = hashlib.sha256(subject.text.encode("utf-8")).hexdigest()
    if recorded is not None and named.sha256 != recorded:
        return [
            subject.problem(
                "GW609",
                "/text_ref/sha256",
                "the annotation is of another text",
                found=named.sha256,
                expected=recorded,
            )
        ]
    length = subject.document.text_ref.code_points if subject.document else None
    if named.code_points is not None and length is not None and named.code_points != length:
        return [
            subject.problem(
                "GW603",
                "/text_ref/code_points",
                "the recorded length is wrong",
                found=str(named.code_points),
                expected=str(length),
            )
        ]
    return []


def _sorted(problems: list[Problem]) -> list[Problem]:
    """Bring problems into the order of the record: top level, then layer by layer."""

    def key(problem: Problem) -> tuple[int, list[tuple[int, str]]]:
        steps = problem.pointer.split("/")[1:]
        layer = LAYERS.index(steps[0]) + 1 if steps and steps[0] in LAYERS else 0
        return layer, [(int(step), "") if step.isdigit() else (-1, step) for step in steps[1:]]

    return sorted(problems, key=key)


def validate_document(
    raw: object, *, text: str | None, ontology: Ontology, name: str = ""
) -> tuple[Problem, ...]:
    """List every fault of a document record against its schema, itself and its text.

    `raw` is a parsed JSON value or a `Document`; `text` is None where the corpus does not hold it.
    """
    value: Any = _as_json(raw) if isinstance(raw, Document) else raw
    label = name or (str(value.get("doc_id", "")) if isinstance(value, dict) else "")
    problems = check_schema(value, "document", ontology=ontology, name=label)
    document = document_of(value)
    if document is None:
        return tuple(problems) or (
            Problem("GW020", "", "the document record cannot be read", document=label),
        )
    return (*problems, *document_problems(document, text=text, name=label))


def document_of(raw: object) -> Document | None:
    """Read a document record from JSON; None when it cannot be read."""
    try:
        return msgspec.convert(raw, Document)
    except msgspec.ValidationError:
        return None


def _as_json(record: Annotation | Document) -> Any:
    """Turn a record into plain JSON; to_builtins would leave tuples, which no schema takes."""
    return msgspec.json.decode(msgspec.json.encode(record))
