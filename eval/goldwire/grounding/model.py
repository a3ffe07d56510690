"""What is asked of grounding and what it answers: one `Sought` and one `Placed` per item."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Range = tuple[int, int]
"""Start and end of a slice of the text: code points, half-open."""

TIERS = ("exact", "typographic", "caseless", "bare", "fuzzy", "subword")
"""How words can agree with the text, closest first; the position of a tier is what it costs."""

VERSION = 1
"""Rises whenever grounding can place an item elsewhere than before; it stands in signatures."""

Mode = Literal["folded", "fuzzy", "off"]
"""How words may differ from the text: in a fold, also in a few letters; or nothing is placed."""
Order = Literal["document", "per-label", "none"]
Status = Literal["given", "placed", "ungroundable", "surplus", "empty"]
Rule = Literal["given", "chain", "leftmost", "nearest", ""]


@dataclass(frozen=True, slots=True)
class Sought:
    """Words to be found. Items of one `label` share no place; the order of items is evidence.

    `given` is the item's place where it has one: it is kept, and no copy may take it. `before` and
    `after` are the words that stand around it (a W3C quote selector's prefix and suffix). `near`
    is where something that it belongs to stands.
    """

    words: str
    label: str = ""
    given: Range | None = None
    before: str = ""
    after: str = ""
    near: Range | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an item stands, or why nowhere.

    `status`: *given* and *placed* have a span. *ungroundable*: the text has no such words.
    *surplus*: it has, but copies of the item have taken all places. *empty*: there are no words to
    look for.

    `tier` is one of `TIERS` and `distance` the letters that differ (fuzzy only); `rule` says what
    chose the span; `n_candidates` is how often the text has the words; `choices` are the places
    that the order of the items leaves open for this one, the chosen one among them, in textual
    order.
    """

    status: Status
    span: Range | None = None
    tier: str = ""
    rule: Rule = ""
    n_candidates: int = 0
    choices: tuple[Range, ...] = ()
    distance: int = 0

    @property
    def is_ambiguous(self) -> bool:
        """Claim that the words alone, and their order, leave more than one place open."""
        return len(self.choices) > 1


@dataclass(frozen=True, slots=True)
class Grounding:
    """All answers, in the order of the items, and what their order was found to follow."""

    items: tuple[Placed, ...]
    order: Order


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of items without offsets; summaries of parts add up to the whole's.

    `tiers` counts the placed ones by tier, `unplaced` the others by status. `not_sought`
    counts items of documents whose text is not known, and all where grounding was off.
    """

    tiers: Mapping[str, int] = field(default_factory=dict)
    unplaced: Mapping[str, int] = field(default_factory=dict)
    n_ambiguous: int = 0
    not_sought: int = 0

    @classmethod
    def of(cls, items: Iterable[Placed]) -> "Summary":
        """Count answers; items whose place was given take no part."""
        asked = [item for item in items if item.status != "given"]
        return cls(
            Counter(item.tier for item in asked if item.status == "placed"),
            Counter(item.status for item in asked if item.status != "placed"),
            sum(item.is_ambiguous for item in asked),
        )

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(
            Counter(self.tiers) + Counter(other.tiers),
            Counter(self.unplaced) + Counter(other.unplaced),
            self.n_ambiguous + other.n_ambiguous,
            self.not_sought + other.not_sought,
        )

    @property
    def n_placed(self) -> int:
        """How many items have a place."""
        return sum(self.tiers.values())

    @property
    def n_sought(self) -> int:
        """How many items gave words and no place, in documents whose text is known."""
        return (
            self.n_placed + self.unplaced.get("ungroundable", 0) + self.unplaced.get("surplus", 0)
        )

    @property
    def hallucination_rate(self) -> float | None:
        """The share of sought items whose words the text does not have, 0–1; None without items."""
        return self.unplaced.get("ungroundable", 0) / self.n_sought if self.n_sought else None


@dataclass(frozen=True, slots=True)
class Report:
    """What grounding did in a run: how, and what became of the items of each layer."""

    mode: Mode
    layers: Mapping[str, Summary] = field(default_factory=dict)

    @property
    def signed(self) -> str:
        """How the grounding is called in a signature, with its version."""
        return self.mode if self.mode == "off" else f"{self.mode}.{VERSION}"

    def total(self) -> Summary:
        """Count over all layers."""
        return sum(self.layers.values(), Summary())
