r"""WebAnno TSV 3: tokens with UTF-16 offsets, a column for every feature of every layer.

The text is that of the `#Text=` lines, put where the first token of their sentence begins. Span
layers are mentions, labelled by their first feature that has a value; chains are coreference.
`LABEL[3]` joins the tokens of one annotation, `|` divides stacked ones, `\` escapes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.graph import Edge, connect
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document
from goldwire.formats.passages import assembled
from goldwire.model import Annotation, Mention, Span
from goldwire.offsets import Convention, OffsetMap, offset_map, to_units

_HEAD = re.compile(r"#T_(?P<kind>SP|CH|RL)=(?P<rest>.*)")
_VERSION = re.compile(r"#FORMAT=WebAnno TSV (?P<version>\S+)")
_ROW = re.compile(r"(?P<unit>\d+-\d+(?:\.\d+)?)\t(?P<start>\d+)-(?P<end>\d+)\t(?P<cells>.*)")
_CELL = re.compile(r"(?P<value>.*?)(?:\[(?P<id>\d+)\])?", re.DOTALL)
_LINK = re.compile(r"(?P<type>.*)->(?P<chain>\d+)-(?P<number>\d+)")
_ESCAPED = re.compile(r"\\(?P<character>.)")
_TEXT_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "b": "\b"}
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer: its kind (SP, CH or RL), its name, its features, its first column."""

    kind: str
    name: str
    features: tuple[str, ...]
    column: int

    @property
    def short(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A token, or a part of one: its number, its UTF-16 offsets, its cells."""

    number: str
    start: int
    end: int
    cells: tuple[str, ...]
    line: int


@dataclass(slots=True)
class _File:
    """A file by its lines."""

    layers: list[_Layer] = field(default_factory=list)
    sentences: list[tuple[list[str], list[_Unit]]] = field(default_factory=list)


def sniff(sample: Sample) -> int:
    """Claim files that say so in their first line."""
    return 2 if sample.head.startswith("#FORMAT=WebAnno TSV 3") else 0


def read(source: Source) -> Reading:
    """Read one document."""
    ledger = Ledger(source.name)
    file = _parsed(source.data.decode("utf-8-sig", "replace"), ledger)
    text = assembled(_passages(file))
    doc_id = name_document(source, ledger, text=text)
    table = offset_map(text, source.convention or Convention(unit="utf16"))
    reader = _Reader(file, text, table, doc_id, ledger)
    annotation = reader.annotation()
    version = _VERSION.match(source.data.decode("utf-8-sig", "replace"))
    dialect = {
        "version": version["version"] if version else "unknown",
        "offsets": str(table.convention),
        "checked": reader.checked(),
    }
    return Reading(
        (AnnotatedText(annotation, text),), tuple(ledger.losses), dialect, tuple(ledger.problems)
    )


def _parsed(text: str, ledger: Ledger) -> _File:
    file = _File()
    column = 0
    lines: list[str] = []
    units: list[_Unit] = []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")  # noqa: PLW2901
        if head := _HEAD.fullmatch(line):
            name, *features = head["rest"].split("|")
            kind = head["kind"]
            width = len(features) if kind == "RL" else max(1, len(features))
            file.layers.append(_Layer(kind, name, tuple(features), column))
            column += width
        elif line.startswith("#Text="):
            if units:
                file.sentences.append((lines, units))
                lines, units = [], []
            lines = [*lines, _unescaped_text(line.removeprefix("#Text="))]
        elif row := _ROW.fullmatch(line):
            cells = tuple(row["cells"].split("\t"))
            units.append(_Unit(row["unit"], int(row["start"]), int(row["end"]), cells, number))
        elif line.strip() and not line.startswith("#"):
            ledger.lose("unreadable-line", "unreadable", f"line {number}", line[:60])
    if units:
        file.sentences.append((lines, units))
    return file


def _unescaped_text(text: str) -> str:
    return _ESCAPED.sub(
        lambda match: _TEXT_ESCAPES.get(match["character"], match["character"]),
        re.sub(r"\\u(?P<code>[0-9A-Fa-f]{4})", lambda m: chr(int(m["code"], 16)), text),
    )


def _passages(file: _File) -> Iterator[tuple[int, str]]:
    """Give every sentence's text with the code point at which it begins.

    Offsets are UTF-16 units: what earlier sentences have beyond the basic plane is taken off.
    """
    surplus = 0
    for lines, units in file.sentences:
        text = "\n".join(lines)
        first = text.find(units[0].cells[0]) if units[0].cells[0] else 0
        begin = units[0].start - int(to_units(text, "utf16")[max(0, first)])
        yield begin - surplus, text
        surplus += int(to_units(text, "utf16")[-1]) - len(text)


class _Reader:
    """Reads the annotations of one file."""

    def __init__(
        self, file: _File, text: str, table: OffsetMap, doc_id: str, ledger: Ledger
    ) -> None:
        self.file = file
        self.text = text
        self.table = table
        self.doc_id = doc_id
        self.ledger = ledger
        self.units = [unit for _, units in file.sentences for unit in units]
        self.mentions: dict[tuple[str, str], tuple[str, list[_Unit]]] = {}
        self.chains: dict[str, list[str]] = {}

    def checked(self) -> str:
        """Say how many tokens stand where their offsets say."""
        fit = sum(self._words(unit) == unit.cells[0] for unit in self.units)
        return f"{fit} of {len(self.units)} tokens"

    def _words(self, unit: _Unit) -> str | None:
        span = self.table.span(unit.start, unit.end)
        return None if span is None else self.text[slice(*span)]

    def annotation(self) -> Annotation:
        """Make the record."""
        edges: list[tuple[str, str, str, int]] = []
        for unit in self.units:
            if self._words(unit) != unit.cells[0]:
                said = f"{unit.start}-{unit.end} are {self._words(unit)!r}, not {unit.cells[0]!r}"
                self.ledger.lose(
                    "surface-mismatch", "doubtful", f"line {unit.line}", said, document=self.doc_id
                )
            for layer in self.file.layers:
                if layer.kind == "SP":
                    self._span(layer, unit)
                elif layer.kind == "CH":
                    self._chain(layer, unit)
                else:
                    edges += self._relation(layer, unit)
        ids = {key: f"m{at}" for at, key in enumerate(self.mentions, start=1)}
        mentions = tuple(
            Mention(id=ids[key], type=label, spans=tuple(self._spans(units)))
            for key, (label, units) in self.mentions.items()
        )
        by_unit = {units[0].number: ids[key] for key, (_, units) in reversed(self.mentions.items())}
        annotation = Annotation(doc_id=self.doc_id, text_ref=text_ref(self.text), mentions=mentions)
        return connect(
            annotation,
            self.ledger,
            clusters=[
                [ids[key] for key in self.mentions if key[1] in names]
                for names in self.chains.values()
            ],
            edges=[
                Edge(kind, by_unit.get(head, head), by_unit.get(tail, tail), where=f"line {line}")
                for kind, head, tail, line in edges
            ],
        )

    def _spans(self, units: Sequence[_Unit]) -> Iterator[Span]:
        """Join neighbouring tokens to one span."""
        places = [self.table.span(unit.start, unit.end) for unit in units]
        known = sorted(place for place in places if place is not None)
        while known:
            start, end = known.pop(0)
            while known and not self.text[end : known[0][0]].strip():
                end = max(end, known.pop(0)[1])
            yield Span(start, end, self.text[start:end])

    def _cells(self, layer: _Layer, unit: _Unit) -> list[list[tuple[str, str]]]:
        """Give the layer's columns as lists of (value, disambiguation id), one for each stack."""
        cells = unit.cells[1:][layer.column :][: max(1, len(layer.features))]
        return [[_split(part) for part in _BAR.split(cell)] for cell in cells]

    def _span(self, layer: _Layer, unit: _Unit) -> None:
        columns = self._cells(layer, unit)
        for at in range(max((len(column) for column in columns), default=0)):
            values = [column[at] for column in columns if at < len(column)]
            present = [(value, name) for value, name in values if value != "_" or name]
            if not present:
                continue
            label = next((value for value, _ in present if value not in {"*", "_"}), layer.short)
            for _ in [value for value, _ in present if value not in {"*", "_", label}]:
                self.ledger.lose("feature", "dropped", f"line {unit.line}", str(present)[:60],
                                 document=self.doc_id)  # fmt: skip
            self._add(layer, unit, label, present[0][1] or f"{unit.number}.{at}")

    def _add(self, layer: _Layer, unit: _Unit, label: str, name: str) -> None:
        self.mentions.setdefault((layer.name, name), (label, []))[1].append(unit)

    def _chain(self, layer: _Layer, unit: _Unit) -> None:
        columns = self._cells(layer, unit)
        for value, name in columns[-1] if columns else []:
            link = _LINK.fullmatch(value)
            if link:
                own = name or f"chain-{link['chain']}-{link['number']}"
                kind = columns[0][0][0]
                self._add(layer, unit, kind if kind not in {"*", "_"} else layer.short, own)
                self.chains.setdefault(link["chain"], []).append(own)

    def _relation(self, layer: _Layer, unit: _Unit) -> Iterator[tuple[str, str, str, int]]:
        """Give (label, source, target, line); the last column says where a relation comes from."""
        columns = self._cells(layer, unit)
        for at, (governor, _) in enumerate(columns[-1] if columns else []):
            if governor != "_":
                label = columns[0][at][0] if at < len(columns[0]) else layer.short
                yield label, governor, unit.number, unit.line


def _split(cell: str) -> tuple[str, str]:
    """Cut a cell into its value, unescaped, and its disambiguation id."""
    match = _CELL.fullmatch(cell)
    if match is None or cell == "_":
        return cell, ""
    return _ESCAPED.sub(lambda found: found["character"], match["value"]), match["id"] or ""


FORMAT = Format(
    name="webanno",
    title="WebAnno TSV 3, as INCEpTION and GUM write it",
    suffixes=(".tsv",),
    sniff=sniff,
    read=read,
)
