"""The signature of a number: everything that must be equal for two numbers to be comparable.

    goldwire|mentions/strict.f1|match:optimal|dup:count|avg:micro|gold:kz@1.0.0#3f9a1c2b|v:0.1.0

The first field is the program, the second addresses the number as
`layer/metric.measure[label]@slice`, the others are `key:value` in any order. `Signature.parse`
reads it back, so that a figure in a paper can be turned into the command that reproduces it.
The idea is sacreBLEU's (Post 2018).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from goldwire.errors import UsageError
from goldwire.quoting import quoted, unquote

_ADDRESS = re.compile(
    r"(?P<metric>[a-z_]+/(?:(?:[a-z]+_)?iou@[0-9]*\.?[0-9]+|[a-z0-9_]+)|\*)"
    r"(?:\.(?P<measure>p|r|f1))?"
    r"(?:\[(?P<label>[^\]]*)\])?"
    r"(?:@(?P<slice>.+))?",
    re.DOTALL,
)

Measure = Literal["p", "r", "f1"]


@dataclass(frozen=True, slots=True)
class Address:
    """Which number: `layer/metric.measure[label]@slice`; what is left out means all of it.

    The metric `*` stands for all numbers of a run. In a label `]` is written `%5D`, and `%` `%25`.

    >>> Address.parse("mentions/iou@0.5.f1[ORG]@headline")
    Address(metric='mentions/iou@0.5', measure='f1', label='ORG', slice='headline')
    >>> str(Address("mentions/strict", "f1"))
    'mentions/strict.f1'
    """

    metric: str
    measure: Measure | None = None
    label: str | None = None
    slice: str | None = None

    @property
    def layer(self) -> str:
        """The part of the metric's name before the slash."""
        return self.metric.partition("/")[0]

    def __str__(self) -> str:
        return (
            self.metric
            + ("" if self.measure is None else f".{self.measure}")
            + ("" if self.label is None else f"[{quoted(self.label, ']')}]")
            + ("" if self.slice is None else f"@{self.slice}")
        )

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address; raises UsageError for text that is none."""
        match = _ADDRESS.fullmatch(text)
        if match is None:
            raise UsageError(
                f"{text!r} does not address a number: write layer/metric.measure[label]@slice, "
                "for example mentions/strict.f1[ORG]"
            )
        parts = match.groupdict()
        measure = cast("Measure | None", parts["measure"])
        label = parts["label"]
        return cls(
            parts["metric"], measure, None if label is None else unquote(label), parts["slice"]
        )


@dataclass(frozen=True, slots=True)
class Signature:
    """An address and the options behind its number, in the order in which they are printed."""

    address: Address
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        fields = [f"{key}:{_escape(value)}" for key, value in self.options.items()]
        return "|".join(["goldwire", _escape(str(self.address)), *fields])

    @classmethod
    def parse(cls, text: str) -> "Signature":
        """Read a printed signature back; raises UsageError for text that is none."""
        program, *fields = text.strip("\r\n").split("|")
        if program != "goldwire" or not fields:
            raise UsageError(f"{text!r} is no goldwire signature: it must start with 'goldwire|'")
        address, *options = map(unquote, fields)
        pairs = [option.partition(":") for option in options]
        if not all(separator for _, separator, _ in pairs):
            raise UsageError(f"{text!r} is no goldwire signature: every option is key:value")
        return cls(Address.parse(address), {key: value for key, _, value in pairs})


def _escape(text: str) -> str:
    return quoted(text, "|\n\r")
