"""Label maps: what a system calls PERSON may be what gold calls PER, but only when told so.

A rule moves one label of one layer to another label, perhaps of another layer, or drops it:

    PERSON=PER            mentions labelled PERSON are PER
    MISC=                 mentions labelled MISC are left out (counted and listed)
    DATE=times:DATE       mentions labelled DATE are times
    triggers:Attack=Conflict.Attack

In a label `,`, `=` and `%` may be written as `%2C`, `%3D` and `%25`.
Maps for the label sets that most systems print ship by name (`PRESETS`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from goldwire.errors import UsageError
from goldwire.model import Annotation, EventMention, Mention, Time, Value
from goldwire.quoting import quoted, unquote

LAYER_NAMES = {
    "mentions": "mentions",
    "values": "values",
    "times": "times",
    "triggers": "event_mentions",
}
"""How a rule names a layer, and the layer of the record that it means."""

Target = tuple[str, str] | None
Item = Mention | Value | Time | EventMention

_KINDS: Mapping[str, type[Item]] = {
    "mentions": Mention,
    "values": Value,
    "times": Time,
    "triggers": EventMention,
}

PRESETS: Mapping[str, tuple[str, ...]] = {
    # CoNLL-2003 (Tjong Kim Sang & De Meulder 2003): four types; MISC has no counterpart.
    "conll2003": ("LOC=GPE", "MISC="),
    # OntoNotes 5 (Weischedel et al. 2013): 18 types, of which seven are values or times.
    "ontonotes": (
        "PERSON=PER",
        "NORP=GPE",
        "FACILITY=FAC",
        "LAW=MEASURE",
        "PRODUCT=ART",
        "DATE=times:DATE",
        "TIME=times:TIME",
        "CARDINAL=values:QUANT",
        "QUANTITY=values:QUANT",
        "MONEY=values:MONEY",
        "PERCENT=values:PERCENT",
        "ORDINAL=",
        "EVENT=",
        "WORK_OF_ART=",
        "LANGUAGE=",
    ),
    # ACE 2005 (LDC 2005): vehicles and weapons are artefacts here.
    "ace2005": ("VEH=ART", "WEA=ART"),
}


@dataclass(frozen=True, slots=True)
class LabelMap:
    """Rules from (layer, label) to (layer, label), or to None for labels that are left out."""

    rules: Mapping[tuple[str, str], Target] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rules)

    def __str__(self) -> str:
        """Write the map as it stands in a signature: sorted, so that order does not matter."""
        return ",".join(
            f"{_written((layer, label))}={'' if target is None else _written(target)}"
            for (layer, label), target in sorted(self.rules.items())
        )

    @classmethod
    def parse(cls, rules: Iterable[str]) -> "LabelMap":
        """Read rules, each `[layer:]LABEL=[layer:][LABEL]` or the name of a preset.

        Raises UsageError for a rule that is neither, or that contradicts an earlier one.
        """
        parsed: dict[tuple[str, str], Target] = {}
        for rule in rules:
            for text in PRESETS.get(rule, (rule,)):
                source, equals, target = text.partition("=")
                if not equals or not source:
                    raise UsageError(
                        f"{text!r} is no label rule: write FROM=TO, FROM= to leave a label out, "
                        f"or a preset ({', '.join(PRESETS)})"
                    )
                key = _layer_and_label(source, "mentions")
                value = _layer_and_label(target, key[0]) if target else None
                if not key[1] or (value is not None and not value[1]):
                    raise UsageError(f"{text!r} names a layer without a label: write LAYER:LABEL")
                if parsed.setdefault(key, value) != value:
                    raise UsageError(f"{source} is mapped twice: to {parsed[key]} and to {value}")
        return cls(parsed)

    def apply(self, annotation: Annotation) -> tuple[Annotation, Counter[str]]:
        """Give the record with its labels mapped, and how many items each label lost."""
        dropped: Counter[str] = Counter()
        if not self.rules:
            return annotation, dropped
        types = {entity.id: entity.type for entity in annotation.entities or ()}
        moved: dict[str, list[Item]] = {layer: [] for layer in LAYER_NAMES}
        for layer, name in LAYER_NAMES.items():
            for item in getattr(annotation, name) or ():
                label = item.type
                if label is None:
                    label = types.get(item.entity or "", "")
                target = self.rules.get((layer, label), (layer, label))
                if target is None:
                    dropped[f"{layer}:{label}"] += 1
                elif target == (layer, label):
                    moved[layer].append(item)
                else:
                    moved[target[0]].append(_relabelled(item, *target))
        changes: dict[str, object] = {
            name: tuple(moved[layer])
            for layer, name in LAYER_NAMES.items()
            if moved[layer] or getattr(annotation, name)
        }
        return msgspec.structs.replace(annotation, **changes), dropped


def _written(target: tuple[str, str]) -> str:
    return f"{target[0]}:{quoted(target[1], ',=')}"


def _layer_and_label(text: str, default: str) -> tuple[str, str]:
    layer, colon, label = text.partition(":")
    if not colon:
        return default, unquote(text)
    if layer not in LAYER_NAMES:
        raise UsageError(f"{layer!r} is no layer with labels: use {', '.join(LAYER_NAMES)}")
    return layer, unquote(label)


def _relabelled(item: Item, layer: str, label: str) -> Item:
    """Give the item with another label, as an item of that layer; spans and score stay."""
    if isinstance(item, _KINDS[layer]):
        return msgspec.structs.replace(item, type=label)
    if isinstance(item, EventMention) or layer == "triggers":
        raise UsageError("triggers cannot be mapped to or from another layer")
    fields = {"id": item.id, "spans": item.spans, "surface": item.surface, "score": item.score}
    if layer != "mentions" and not isinstance(item, Mention):
        fields["value"] = item.value
    return msgspec.convert({"type": label, **fields}, _KINDS[layer])
