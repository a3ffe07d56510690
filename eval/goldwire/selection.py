"""Selections: which items take part in a score, and under which labels."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from goldwire.errors import UsageError
from goldwire.labels import LAYER_NAMES, LabelMap
from goldwire.model import Annotation, Mention
from goldwire.quoting import quoted, unquote


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items take part: label map for predictions, labels kept, don't-care gold mentions.

    `labels` keeps only these labels of mentions, values, times and triggers, on both sides.
    `only` maps a mention attribute to the one value that counts (`{"level": "NAM"}`); other gold
    mentions become don't-care: a prediction on them is neither right nor wrong.
    """

    label_map: LabelMap = field(default_factory=LabelMap)
    labels: frozenset[str] = frozenset()
    only: Mapping[str, str] = field(default_factory=dict)

    def restrict(self, annotation: Annotation) -> Annotation:
        """Leave out the items whose label is not wanted."""
        if not self.labels:
            return annotation
        types = {entity.id: entity.type for entity in annotation.entities or ()}
        changes: dict[str, object] = {}
        for name in LAYER_NAMES.values():
            items = getattr(annotation, name)
            if items:
                changes[name] = tuple(
                    item
                    for item in items
                    if (item.type or types.get(getattr(item, "entity", None) or "", ""))
                    in self.labels
                )
        return msgspec.structs.replace(annotation, **changes)

    def is_ignored(self, mention: Mention) -> bool:
        """Claim that this gold mention is don't-care."""
        return any(_words(getattr(mention, key)) != value for key, value in self.only.items())

    def fields(self) -> dict[str, str]:
        """Write the selection as signature fields; a default selection writes nothing."""
        fields = {
            "map": str(self.label_map),
            "labels": ",".join(quoted(label, ",") for label in sorted(self.labels)),
            "only": ",".join(
                f"{key}={quoted(value, ',')}" for key, value in sorted(self.only.items())
            ),
        }
        return {key: value for key, value in fields.items() if value}

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> "Selection":
        """Read a selection back from the fields of a signature; others are left alone.

        Raises UsageError for rules that are none, and for keys that no mention has.
        """
        only: dict[str, str] = {}
        for rule in filter(None, fields.get("only", "").split(",")):
            key, equals, value = rule.partition("=")
            if not equals:
                raise UsageError(f"--only {rule!r}: write KEY=VALUE, e.g. level=NAM")
            if key not in Mention.__struct_fields__:
                raise UsageError(
                    f"--only {rule!r}: no mention has {key!r}; choose from "
                    f"{', '.join(Mention.__struct_fields__)}"
                )
            only[key] = unquote(value)
        return cls(
            label_map=LabelMap.parse(filter(None, fields.get("map", "").split(","))),
            labels=frozenset(map(unquote, filter(None, fields.get("labels", "").split(",")))),
            only=only,
        )


def _words(value: object) -> str | None:
    """Write a mention's attribute as a rule does: `true` and `false` for claims."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
