"""Attributes of brat: which names fill which fields of goldwire's records, in both directions."""

from collections.abc import Mapping

from goldwire.formats.brat.lines import Lines
from goldwire.formats.ledger import Ledger
from goldwire.model import Record

LAYER = "Layer"
"""The attribute that says that a text-bound annotation is no mention: `times` or `values`."""

MENTION = {"Level": "level", "Form": "form"}
TIME = {"Value": "value", "Mod": "mod", "Function": "function"}
VALUE = {"Value": "value", "Mod": "mod", "Unit": "unit"}
EVENT = {
    "Polarity": "polarity",
    "Tense": "tense",
    "Genericity": "genericity",
    "Aspect": "aspect",
    "DctRel": "dct_rel",
    "Medium": "medium",
    "Direction": "direction",
}
ATTRIBUTION = {
    "Type": "type",
    "Attitude": "attitude",
    "Polarity": "polarity",
    "Parent": "parent",
    "SourceKind": "kind",
}
NEGATION = "Negation"
"""The flag that shared tasks have for negated events."""


def attributes_of(lines: Lines) -> dict[str, dict[str, str]]:
    """Give the attributes of every annotation by its id."""
    found: dict[str, dict[str, str]] = {}
    for attribute in lines.attributes:
        found.setdefault(attribute.target, {})[attribute.type] = attribute.value
    return found


def filled(
    attributes: Mapping[str, str],
    names: Mapping[str, str],
    ledger: Ledger,
    *,
    where: str,
    document: str,
) -> dict[str, str]:
    """Give the fields that attributes fill; those of other names are entered as dropped."""
    fields = {}
    for name, value in attributes.items():
        if name in names and value:
            fields[names[name]] = value
        elif name == NEGATION and "Polarity" in names and not value:
            fields["polarity"] = "NEG"
        elif name != LAYER:
            said = f"{name} {value}".strip()
            ledger.lose("attribute", "dropped", where, said, document=document)
    return fields


def written(item: Record, names: Mapping[str, str]) -> dict[str, str]:
    """Give the attributes that hold an item's fields: name → value."""
    return {
        name: str(value)
        for name, field in names.items()
        if (value := getattr(item, field, None)) is not None
    }
