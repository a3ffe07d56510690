"""What a metric is: a named pure function from a chunk's columns to credits."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from goldwire.columns import Chunk
from goldwire.errors import UsageError
from goldwire.tallies import Outcome

LAYER_ORDER = (
    "mentions",
    "entities",
    "links",
    "values",
    "times",
    "triggers",
    "events",
    "arguments",
    "attributions",
    "relations",
    "document",
    "text",
)
"""The layers in the names of metrics, in the order in which reports show them."""

Average = Literal["micro", "macro"]


CHOICES = {
    "duplicates": ("count", "merge"),
    "singletons": ("keep", "drop"),
    "zero_division": ("undefined", "zero", "one"),
    "average": ("micro", "labels", "documents"),
}
"""What each option that is a word may be."""


@dataclass(frozen=True, slots=True)
class Options:
    """The choices that change a metric's numbers; every one of them stands in the signature.

    `duplicates`: a surplus copy of an item is counted as a false positive (`count`) or merged
    before scoring (`merge`). `singletons`: entities with one mention are kept or dropped in
    coreference. `zero_division`: what 0/0 is shown as. `beta`: the weight of recall in F.
    `average`: what makes one number of a metric's labels and documents: all their sums added before
    the one division (`micro`), or the mean of the scores of the `labels` or of the `documents`,
    those left out of it that are undefined.
    """

    duplicates: Literal["count", "merge"] = "count"
    singletons: Literal["keep", "drop"] = "keep"
    zero_division: Literal["undefined", "zero", "one"] = "undefined"
    beta: float = 1.0
    average: Literal["micro", "labels", "documents"] = "micro"

    def __post_init__(self) -> None:
        if not 0 < self.beta < math.inf:
            raise UsageError(f"beta weighs recall and must be above 0, got {self.beta:g}")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise UsageError(
                    f"{name} {getattr(self, name)!r}: choose from {', '.join(choices)}"
                )


Compute = Callable[[Chunk, Options], Outcome]


@dataclass(frozen=True, slots=True)
class Metric:
    """A named metric, e.g. `mentions/strict`.

    `layers` are the record layers that a run must have attempted for the metric to be scored.
    `average` says how its groups make one number: `micro` sums the groups' four sums, `macro`
    averages the groups' P, R and F (only BLANC needs it). `uses` names the options that change
    its numbers. `version` rises whenever its definition changes: only then do two results become
    incomparable. `is_local`: its credits depend on spans alone, so that paragraphs of one document
    may be resampled. `needs_surfaces`: it compares words, so chunks are built with surfaces=True.
    """

    name: str
    summary: str
    layers: tuple[str, ...]
    compute: Compute
    average: Average = "micro"
    uses: tuple[str, ...] = ()
    version: int = 1
    is_local: bool = True
    needs_surfaces: bool = False

    @property
    def layer(self) -> str:
        """The part of the name before the slash: what the metric is about."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Composite:
    """A named average of metrics, e.g. `entities/conll`: not additive itself, built of what is.

    Its F is the mean of the F's of `parts`, undefined as soon as one of them is. It has no
    precision and no recall.
    """

    name: str
    parts: tuple[str, ...]
    summary: str
