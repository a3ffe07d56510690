"""CorefUD: CoNLL-U with coreference in its last column (`Entity=`).

The header `# global.Entity` says which fields stand between the dashes of an opening bracket. The
text is that of `# text` where its tokens are found in it, else it is made of forms and SpaceAfter.
Mentions in pieces (`e1[1/2]`) have several spans; a mention of empty nodes alone has no place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.graph import connect
from goldwire.formats.ledger import Kind, Ledger
from goldwire.model import Annotation, Mention, Span
from goldwire.offsets import TokenMap, align, spaced

_NEW = re.compile(r"#\s*newdoc(?:\s+id)?\s*=\s*(?P<id>.*)")
_FIELDS = re.compile(r"#\s*global\.Entity\s*=\s*(?P<fields>.*)")
_PART = re.compile(r"\((?P<opened>[^()]+)(?P<closed>\))?|(?P<name>[^()]+)\)")
_ROW = re.compile(r"(?P<first>\d+)(?:-(?P<last>\d+)|(?P<empty>\.\d+))?\t(?P<rest>.*)")
_PIECE = re.compile(r"(?P<name>.*?)\[(?P<number>\d+)/(?P<of>\d+)\]")


@dataclass(frozen=True, slots=True)
class _Cell:
    """The entities of one node: its place among the surface tokens, and is it all of that token.

    `at` of an empty node is the token that it stands before.
    """

    entity: str
    at: int
    is_empty: bool = False
    begins: bool = True
    ends: bool = True


@dataclass(slots=True)
class _Document:
    """One document while its lines are read; `words` are the tokens that stand in the text.

    `inside` words are still to come of a surface token whose words begin with number `first`.
    """

    doc_id: str
    words: list[str] = field(default_factory=list)
    blanks: list[bool] = field(default_factory=list)
    cells: list[_Cell] = field(default_factory=list)
    first: int = 0
    inside: int = 0


def sniff(sample: Sample) -> int:
    """Claim CoNLL-U with entities."""
    return 2 if "global.Entity" in sample.head and "\t" in sample.head else 0


def read(source: Source) -> Reading:
    """Read every document, with its clusters and the types that the header knows."""
    ledger = Ledger(source.name)
    text = source.data.decode("utf-8-sig", "replace")
    header = next(filter(None, map(_FIELDS.match, text.splitlines())), None)
    fields = header["fields"].strip().split("-") if header else ["eid"]
    documents = [
        _annotated(document, fields, source, ledger)
        for document in _documents(text, source, ledger)
    ]
    dialect = {"entity fields": "-".join(fields)}
    return Reading(tuple(documents), tuple(ledger.losses), dialect, tuple(ledger.problems))


def _documents(text: str, source: Source, ledger: Ledger) -> Iterator[_Document]:
    document = _Document(source.stem)
    for number, line in enumerate(text.splitlines(), start=1):
        match, row = _NEW.match(line), _ROW.fullmatch(line)
        if match:
            if document.words:
                yield document
            document = _Document(match["id"].strip() or source.stem)
        elif row:
            _node(document, row)
        elif not line.strip() and document.blanks:
            document.blanks[-1] = True
        elif line.strip() and not line.startswith("#"):
            ledger.lose("unreadable-line", "unreadable", f"line {number}", line[:60])
    if document.words:
        yield document


def _node(document: _Document, row: re.Match[str]) -> None:
    """Read the line of one node; a surface token of several words comes before its words."""
    number = int(row["first"])
    if row["last"]:
        document.first, document.inside = number, int(row["last"]) - number + 1
        _add(document, row)
    elif row["empty"]:
        document.cells.append(_Cell(_entity(row), len(document.words), is_empty=True))
    else:
        if document.inside < 1:
            document.first = number
            _add(document, row)
        is_first, is_last = number == document.first, document.inside < 2
        place = len(document.words) - 1
        document.cells.append(_Cell(_entity(row), place, begins=is_first, ends=is_last))
        document.inside -= 1


def _misc(row: re.Match[str]) -> list[str]:
    """Give the parts of the last of the ten columns."""
    columns: list[str] = row["rest"].split("\t")
    return columns[8].split("|") if len(columns) > 8 else []


def _entity(row: re.Match[str]) -> str:
    return next((part[7:] for part in _misc(row) if part.startswith("Entity=")), "")


def _add(document: _Document, row: re.Match[str]) -> None:
    document.words.append(row["rest"].split("\t")[0])
    document.blanks.append("SpaceAfter=No" not in _misc(row))


def _annotated(
    document: _Document, fields: Sequence[str], source: Source, ledger: Ledger
) -> AnnotatedText:
    doc_id, known = document.doc_id, source.texts.get(document.doc_id)
    if known is None and (found := source.texts.id_of_tokens(document.words)) is not None:
        doc_id, known = found, source.texts.get(found)
    if known is None:
        document.blanks[-1] = False
        text, tokens = spaced(document.words, document.blanks)
    else:
        text, tokens = known, align(document.words, known)
    pieces = _Pieces(document, ledger).all()
    place = fields.index("etype") if "etype" in fields else None
    mentions, clusters = [], dict[str, list[str]]()
    for number, (opened, ranges) in enumerate(pieces, start=1):
        parts = opened.split("-")
        kind = parts[place] if place is not None and place < len(parts) else ""
        spans = tuple(_spans(ranges, tokens, text))
        if not spans:
            ledger.lose("no-words", "unplaced", "", f"entity {parts[0]}", document=doc_id)
        mentions.append(Mention(id=f"m{number}", type=kind or None, spans=spans))
        clusters.setdefault(parts[0], []).append(f"m{number}")
    annotation = Annotation(
        doc_id=doc_id,
        text_ref=text_ref(text) if known is None else None,
        mentions=tuple(mentions),
    )
    annotation = connect(annotation, ledger, clusters=clusters.values())
    return AnnotatedText(annotation, text if known is None else None)


def _spans(ranges: Sequence[tuple[int, int]], tokens: TokenMap, text: str) -> Iterator[Span]:
    for first, last in sorted(ranges):
        span = tokens.span(first, last + 1)
        if span is not None:
            yield Span(*span, text[slice(*span)])


@dataclass(slots=True)
class _Pieces:
    """Mentions while brackets are read: what each bracket says, and its ranges of words.

    An empty node counts for nothing in a range, and alone makes an empty one.
    """

    document: _Document
    ledger: Ledger
    found: list[tuple[str, list[tuple[int, int]]]] = field(default_factory=list)
    opened: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    waiting: dict[str, tuple[str, list[tuple[int, int]]]] = field(default_factory=dict)

    def all(self) -> list[tuple[str, list[tuple[int, int]]]]:
        """Read all cells; brackets without a partner are entered as unreadable."""
        for cell in self.document.cells:
            for match in _PART.finditer(cell.entity):
                self._bracket(match, cell)
        for name, places in self.opened.items():
            for _ in places:
                self._lose("open-bracket", "unreadable", name)
        return self.found

    def _lose(self, code: str, kind: Kind, said: str) -> None:
        self.ledger.lose(code, kind, "", said, document=self.document.doc_id)

    def _bracket(self, match: re.Match[str], cell: "_Cell") -> None:
        last = cell.at - 1 if cell.is_empty else cell.at
        if match["opened"] is not None:
            name = match["opened"].split("-")[0]
            if not cell.begins:
                self._lose("widened-to-token", "repaired", name)
            if match["closed"]:
                self._close(name, match["opened"], cell.at, last, cell)
            else:
                self.opened.setdefault(name, []).append((match["opened"], cell.at))
        elif self.opened.get(match["name"]):
            header, first = self.opened[match["name"]].pop()
            self._close(match["name"], header, first, last, cell)
        else:
            self._lose("open-bracket", "unreadable", match["name"])

    def _close(self, name: str, header: str, first: int, last: int, cell: "_Cell") -> None:
        if not cell.ends:
            self._lose("widened-to-token", "repaired", name)
        piece = _PIECE.fullmatch(name)
        ranges = [(first, last)] if last >= first else []
        if piece is None:
            self.found.append((header, ranges))
            return
        whole = piece["name"]
        if piece["number"] == "1" or whole not in self.waiting:
            self.waiting[whole] = (header.replace(name, whole, 1), [])
            self.found.append(self.waiting[whole])
        self.waiting[whole][1].extend(ranges)


FORMAT = Format(
    name="corefud",
    title="CorefUD: CoNLL-U with entities",
    suffixes=(".conllu",),
    sniff=sniff,
    read=read,
)
