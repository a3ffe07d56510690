"""Items: one mention in whatever shape a system prints it, an object or a row of values.

Objects are read by their keys, of which many names are known. Rows have no names: which column is
the start, the label or the words is settled for all rows together, by types and by the words that
stand at the offsets.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from goldwire.formats.placing import Claim

T = TypeVar("T")

STARTS = (
    "start",
    "start_offset",
    "start_char",
    "startOffset",
    "start_pos",
    "begin",
    "char_start",
    "offset_start",
    "startIndex",
    "start_index",
    "index",
    "offset",
)
ENDS = (
    "end",
    "end_offset",
    "end_char",
    "endOffset",
    "end_pos",
    "char_end",
    "offset_end",
    "endIndex",
    "end_index",
)
LABELS = (
    "label",
    "entity_group",
    "type",
    "label_",
    "tag",
    "category",
    "entity_type",
    "class",
    "extraction_class",
    "kind",
)
SURFACES = ("text", "surface", "word", "mention", "phrase", "span_text", "name", "extraction_text")
SCORES = ("score", "confidence", "probability", "prob")
COVERED = ("slice", "covered_text", "coveredText")
_PLACES = ("offset", "span", "char_interval", "offsets", "position", "location")


@dataclass(frozen=True, slots=True)
class Item:
    """One mention as a file has it; `is_readable` is False for one that was not understood.

    `covered` are the words that the system itself cut out at the offsets, where it says so.
    """

    label: str | None = None
    claim: Claim = field(default_factory=Claim)
    score: float | None = None
    id: str | None = None
    covered: str | None = None
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of a row hold what; None for what no column holds."""

    start: int | None = None
    label: int | None = None
    surface: int | None = None

    def __str__(self) -> str:
        names = {self.label: "label", self.surface: "surface"}
        if self.start is not None:
            names |= {self.start: "start", self.start + 1: "end"}
        known = [column for column in names if column is not None]
        return ",".join(names.get(column, "…") for column in range(max(known, default=-1) + 1))


def whole(value: object) -> int | None:
    """Read an offset: an integer, an integral float, or digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return None


def words(value: object) -> str | None:
    """Read a label or a surface: a string that is not empty."""
    return value if isinstance(value, str) and value else None


def number(value: object) -> float | None:
    """Read a score."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def has_offsets(value: object) -> bool:
    """Claim that this is an item with two offsets, or with one and its words."""
    if isinstance(value, Mapping):
        claim = item_of_object(value).claim
        return claim.start is not None and claim.end is not None
    if isinstance(value, list):
        return _pair_column(value) is not None
    return False


def item_of_object(value: Mapping[str, object]) -> Item:
    """Read an item by its keys; one that has neither place nor words is not readable."""
    start, end, length = _place(value)
    label, surface = _label_and_surface(value, is_placed=start is not None)
    if end is None and start is not None:
        if length is not None:
            end = start + length
        elif surface is not None:
            end = start + len(surface)
    own = value.get("id")
    return Item(
        label=label,
        claim=Claim(surface=surface) if end is None else Claim(start, end, surface),
        score=_first(value, SCORES, number),
        id=str(own) if isinstance(own, str | int) else None,
        covered=_first(value, COVERED, words),
        is_readable=surface is not None or (start is not None and end is not None),
    )


def _place(value: Mapping[str, object]) -> tuple[int | None, int | None, int | None]:
    """Give start, end and length, from the item itself or from an object or pair inside it."""
    start, end = _first(value, STARTS, whole), _first(value, ENDS, whole)
    length = whole(value.get("length"))
    if start is not None and (end is not None or length is not None):
        return start, end, length
    for key in _PLACES:
        inner = value.get(key)
        if isinstance(inner, Mapping):
            return _first(inner, STARTS, whole), _first(inner, ENDS, whole), whole(
                inner.get("length")
            )  # fmt: skip
        if isinstance(inner, list) and len(inner) == 2:
            return whole(inner[0]), whole(inner[1]), None
    return start, end, length


def _label_and_surface(
    value: Mapping[str, object], *, is_placed: bool
) -> tuple[str | None, str | None]:
    """Give label and words; what is called `entity` is whichever of them is lacking."""
    label = _first(value, LABELS, words)
    surface = _first(value, SURFACES, words)
    several = value.get("labels")
    if label is None and isinstance(several, list):
        label = next(filter(None, map(words, several)), None)
    entity = words(value.get("entity"))
    if label is None and (surface is not None or is_placed):
        return entity, surface
    return label, entity if surface is None else surface


def item_of_row(row: Sequence[object], layout: Layout) -> Item:
    """Read an item by the columns of its file."""
    start, end = (
        (_cell(row, layout.start), _cell(row, layout.start + 1))
        if layout.start is not None
        else (None, None)
    )
    first, last = whole(start), whole(end)
    surface = words(_cell(row, layout.surface))
    label = _cell(row, layout.label)
    if isinstance(label, list):
        label = next(iter(label), None)
    is_placed = first is not None and last is not None
    return Item(
        label=words(label) or (None if is_placed else next(filter(None, map(words, row)), None)),
        claim=Claim(first, last, surface) if is_placed else Claim(surface=surface),
        is_readable=is_placed or surface is not None,
    )


def layout_of(rows: Iterable[tuple[Sequence[object], str | None]]) -> Layout:
    """Settle what the columns of rows hold; each row comes with the text it is about, if known."""
    known = [(row, text) for row, text in rows if _pair_column(row) is not None]
    if not known:
        return Layout(label=1, surface=0)
    starts = [_pair_column(row) for row, _ in known]
    start = max(set(starts), key=starts.count)
    assert start is not None  # noqa: S101  # rows without a pair were left out
    width = max(len(row) for row, _ in known)
    if start == 0 and width == 3:
        return Layout(start=0, label=2)
    others = [column for column in range(width) if column not in {start, start + 1}]
    fit = {
        column: sum(_is_surface(row, text, column=column, start=start) for row, text in known)
        for column in others
    }
    surface = max(others, key=lambda column: (fit[column], -column), default=None)
    if surface is None or fit[surface] < 0.9 * len(known):
        surface = None
    label = next(
        (
            column
            for column in others
            if column != surface
            and fit[column] < 0.9 * len(known)
            and _are_labels([_cell(row, column) for row, _ in known])
        ),
        None,
    )
    return Layout(start, label, surface)


def _are_labels(cells: Sequence[object]) -> bool:
    """Claim that a column names kinds: nearly all strings, and not a new one in every row."""
    names = [cell[0] if isinstance(cell, list) and cell else cell for cell in cells]
    known = [name for name in names if isinstance(name, str) and name]
    return len(known) >= 0.9 * len(cells) and len(set(known)) <= max(3, len(cells) / 2)


def _is_surface(row: Sequence[object], text: str | None, *, column: int, start: int) -> float:
    """Say how well a cell can be the words at the offsets: 1 the very words, less in other case."""
    cell = _cell(row, column)
    first, last = whole(_cell(row, start)), whole(_cell(row, start + 1))
    if not isinstance(cell, str) or not cell or first is None or last is None:
        return 0
    if len(cell) not in {last - first, last - first + 1, last}:
        return 0
    if text is None:
        return 1
    around = text[max(0, first - 40) : last + 40]
    if cell in around:
        return 1
    return 0.95 if cell.casefold() in around.casefold() else 0


def _pair_column(row: Sequence[object]) -> int | None:
    """Find the first two neighbouring integers of a row."""
    for column in range(len(row) - 1):
        pair = row[column : column + 2]
        if all(isinstance(cell, int) and not isinstance(cell, bool) for cell in pair):
            return column
    return None


def _cell(row: Sequence[object], column: int | None) -> object:
    return None if column is None or column >= len(row) else row[column]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _first(
    value: Mapping[str, object], keys: Iterable[str], read: Callable[[object], T | None]
) -> T | None:
    for key in keys:
        if (found := read(value.get(key))) is not None:
            return found
    return None
