"""JSON Schema → problems: every fault once, at its deepest place, in words for people.

The schemas refer to each other and to the corpus's own ontology through a local registry; nothing
is fetched. jsonschema is slow (about 150 documents a second), so readers decode with msgspec and
come here only to explain a record; with `goldwire[fast]`, jsonschema-rs sees first whether there is
anything to explain.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from goldwire.errors import Problem
from goldwire.ontology import Ontology, nearest
from goldwire.resources import SCHEMAS, schema_text
from goldwire.validation.reading import child

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema_rs import Validator

BASE = "https://goldwire.dev/schema/1.0/"

MANY = 12
"""So many labels are listed in full; of longer inventories only the nearest label is named."""


def check_schema(raw: Any, schema: str, *, ontology: Ontology, name: str) -> list[Problem]:
    """List every fault of a JSON value against `schema/<schema>.schema.json`.

    `name` is how the file is called in problems.
    """
    quick = _quick_validator(schema, ontology)
    if quick is not None and quick.is_valid(raw):
        return []
    by_place: dict[str, list[Problem]] = {}
    for error in _validator(schema, ontology).iter_errors(raw):
        fault = _Fault(
            str(error.validator), error.validator_value, error.instance, error.schema, error.message
        )
        for problem in _explain(fault, error.absolute_path, name=name):
            found = by_place.setdefault(problem.pointer, [])
            if problem not in found:
                found.append(problem)
    return [problem for found in by_place.values() for problem in _roots(found)]


def _roots(problems: list[Problem]) -> list[Problem]:
    """Keep what explains the rest: a value of the wrong type breaks every other rule as well."""
    wrong_type = [problem for problem in problems if problem.code == "GW012"]
    forbidden = [problem for problem in problems if problem.code in ("GW011", "GW021")]
    return (forbidden or wrong_type)[:1] or problems


@lru_cache(maxsize=32)
def _validator(schema: str, ontology: Ontology) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    contents = _contents(ontology)
    registry: Registry[Any] = Registry().with_resources(
        (BASE + file, Resource.from_contents(content)) for file, content in contents.items()
    )
    return Draft202012Validator(contents[f"{schema}.schema.json"], registry=registry)


@lru_cache(maxsize=32)
def _quick_validator(schema: str, ontology: Ontology) -> "Validator | None":
    """Give the same validator from jsonschema-rs, if that is installed."""
    try:
        import jsonschema_rs
    except ImportError:
        return None
    contents = _contents(ontology)
    registry = jsonschema_rs.Registry([(BASE + file, part) for file, part in contents.items()])
    return jsonschema_rs.Draft202012Validator(contents[f"{schema}.schema.json"], registry=registry)


def _contents(ontology: Ontology) -> dict[str, Any]:
    texts = {f"{name}.schema.json": schema_text(f"{name}.schema.json") for name in SCHEMAS}
    texts["ontology.json"] = ontology.schema_text
    contents = {file: json.loads(text) for file, text in texts.items()}
    # Another corpus's ontology may have an $id of its own; here it stands where goldwire's would.
    contents["ontology.json"].pop("$id", None)
    contents["ontology.json"]["$schema"] = contents["common.schema.json"]["$schema"]
    return contents


class _Fault(NamedTuple):
    """What jsonschema says of one error: the broken keyword, its value, and where it stands."""

    keyword: str
    wanted: Any
    instance: Any
    schema: Any
    message: str


def _explain(fault: _Fault, path: Iterable[str | int], *, name: str) -> Iterator[Problem]:
    pointer = ""
    for step in path:
        pointer = child(pointer, step)
    explain = _EXPLANATIONS.get(fault.keyword, _other)
    for code, place, message, details in explain(fault, pointer):
        yield Problem(code, place, message, document=name, **details)


Explained = Iterator[tuple[str, str, str, dict[str, str]]]


def _required(fault: _Fault, pointer: str) -> Explained:
    # jsonschema raises one error for each missing field and names it only in its message.
    missing = next(field for field in fault.wanted if fault.message.startswith(f"{field!r} is"))
    yield "GW010", pointer, f"the field {missing!r} is missing", {"found": _fields(fault.instance)}


def _additional(fault: _Fault, pointer: str) -> Explained:
    known = fault.schema.get("properties", {})
    for field in fault.instance:
        if field not in known:
            near = nearest(str(field), known)
            yield (
                "GW011",
                child(pointer, field),
                f"the field {field!r} is unknown",
                {
                    "expected": f"one of {', '.join(known)}",
                    "fix": f"did you mean {near!r}?" if near else "remove it",
                },
            )


def _type(fault: _Fault, pointer: str) -> Explained:
    wanted = fault.wanted
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    yield (
        "GW012",
        pointer,
        "the value has the wrong type",
        {"found": _shown(fault.instance), "expected": " or ".join(names)},
    )


def _enumerated(fault: _Fault, pointer: str) -> Explained:
    allowed = [str(value) for value in fault.wanted]
    yield "GW013", pointer, "the value is not allowed here", _choice(fault.instance, allowed)


def _label(fault: _Fault, pointer: str) -> Explained:
    entries = fault.wanted
    if not all(isinstance(entry, dict) and "const" in entry for entry in entries):
        yield from _other(fault, pointer)
        return
    title = str(fault.schema.get("title", "label"))
    labels = [str(entry["const"]) for entry in entries]
    message = f"{title}: {_shown(fault.instance)} is not in the ontology"
    yield "GW301", pointer, message, _choice(fault.instance, labels)


def _pattern(fault: _Fault, pointer: str) -> Explained:
    details = {"found": _shown(fault.instance), "expected": f"to match {fault.wanted}"}
    yield "GW014", pointer, "the string does not have the required form", details


def _range(fault: _Fault, pointer: str) -> Explained:
    word = "at least" if fault.keyword == "minimum" else "at most"
    details = {"found": _shown(fault.instance), "expected": f"{word} {fault.wanted}"}
    yield "GW015", pointer, "the number is out of range", details


def _size(fault: _Fault, pointer: str) -> Explained:
    word = "at least" if fault.keyword.startswith("min") else "at most"
    details = {
        "found": str(len(fault.instance)),
        "expected": f"{word} {fault.wanted}",
    }
    few = "few" if word == "at least" else "many"
    unit = "characters" if fault.keyword.endswith("Length") else "items"
    yield "GW016", pointer, f"too {few} {unit}", details


def _repeated(fault: _Fault, pointer: str) -> Explained:
    items = list(fault.instance)
    for position, item in enumerate(items):
        if item in items[:position]:
            yield "GW017", child(pointer, position), f"{_shown(item)} stands twice", {}


def _excluded(fault: _Fault, pointer: str) -> Explained:
    """Explain `not: required`: one field not wanted here, or two that exclude each other."""
    fields: list[str] = fault.wanted.get("required", []) if isinstance(fault.wanted, dict) else []
    if len(fields) == 2:
        both = " and ".join(f"`{field}`" for field in fields)
        yield "GW018", pointer, f"the span has both {both}", {"fix": "keep one of the two"}
    elif len(fields) == 1:
        fix = "mentions carry `entity` where the layer entities is there, and else `type`"
        yield "GW021", child(pointer, fields[0]), "the field is not allowed here", {"fix": fix}
    else:
        yield from _other(fault, pointer)


def _dependent(fault: _Fault, pointer: str) -> Explained:
    layer = next(key for key in fault.wanted if fault.message.endswith(f" of {key!r}"))
    missing = [key for key in fault.wanted[layer] if key not in fault.instance]
    message = f"the layer {layer!r} is there, but {' and '.join(missing)} is not"
    yield "GW019", pointer, message, {"fix": f"add {' and '.join(missing)}, if only as []"}


def _other(fault: _Fault, pointer: str) -> Explained:
    yield "GW020", pointer, fault.message, {}


_EXPLANATIONS: dict[str, Callable[[_Fault, str], Explained]] = {
    "required": _required,
    "additionalProperties": _additional,
    "type": _type,
    "enum": _enumerated,
    "const": _other,
    "oneOf": _label,
    "pattern": _pattern,
    "minimum": _range,
    "maximum": _range,
    "minItems": _size,
    "maxItems": _size,
    "minLength": _size,
    "minProperties": _size,
    "uniqueItems": _repeated,
    "not": _excluded,
    "dependentRequired": _dependent,
}


def _choice(found: Any, allowed: list[str]) -> dict[str, str]:
    near = nearest(found, allowed) if isinstance(found, str) else None
    return {
        "found": _shown(found),
        "expected": f"one of {', '.join(allowed)}" if len(allowed) <= MANY else "a known label",
        "fix": f"did you mean {near}?" if near else "",
    }


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _fields(value: Any) -> str:
    return f"fields {', '.join(value)}" if value else "no field"
