"""Token files of the CoNLL family: one token a line, its tag in the last column.

Columns are cut at tabs where the file has any, else at blanks. Blank lines end sentences.
`-DOCSTART-` lines and comments with a document's id begin documents; a file without either is one
document when it is made of the only known text, else one for every sentence. Lines with `#` that
are no token lines are comments. Two columns of tags behind a running number are two layers of
mentions (GermEval), else the last one counts (conlleval's gold and predicted). A running number
before the token and offsets behind it are known as such.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from goldwire.errors import Problem
from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, Writing
from goldwire.formats.cutting import tagged
from goldwire.formats.ledger import Ledger
from goldwire.formats.projection import CONTIGUOUS_MENTIONS, project
from goldwire.formats.tags import is_tag, scheme_of
from goldwire.formats.tokenized import Token, Tokenized, annotate

SUFFIXES = (".conll", ".bio", ".iob", ".iob2", ".bioes")
DOCSTART = "-DOCSTART-"
FIELDS = {"mentions": CONTIGUOUS_MENTIONS}

_ID = re.compile(r"#\s*(?:newdoc id|doc_id|document_id|doc id)\s*[=:]\s*(?P<id>\S.*?)\s*$")
_PHRASES = frozenset("NP VP PP ADJP ADVP SBAR PRT CONJP INTJ LST UCP".split())
_MANY = 3
"""A # line with more columns than this is a comment even in a file of more columns."""


@dataclass(slots=True)
class _Group:
    """A document while its lines are read."""

    given: str | None = None
    sentences: list[list[tuple[int, list[str]]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns hold what: the token, its tags, its offsets (the first of two)."""

    token: int
    n_layers: int
    offsets: int | None

    def token_of(self, line: int, cells: Sequence[str]) -> Token:
        place = None
        if self.offsets is not None and len(cells) > self.offsets + 1:
            pair = cells[self.offsets : self.offsets + 2]
            if all(cell.isdecimal() for cell in pair):
                place = (int(pair[0]), int(pair[1]))
        tags = tuple(cells[-self.n_layers :]) if len(cells) > self.token + self.n_layers else ("O",)
        return Token(cells[self.token], tags, line, place)


def sniff(sample: Sample) -> int:
    """Claim files of lines with a tag in the last column; more so with a name of the family."""
    if sample.records:
        return 0
    lines = [line for line in sample.head.splitlines()[:-1] or [sample.head] if line.strip()]
    rows = [line.split() for line in lines if not line.startswith("#")]
    tagged = [row for row in rows if len(row) > 1 and is_tag(row[-1])]
    named = sample.name.removesuffix(".gz").endswith(SUFFIXES)
    if rows and len(tagged) >= 0.8 * len(rows):
        return 2 if named or any(row[0] == DOCSTART for row in rows) else 1
    return 1 if named and not any(line.startswith("#begin document") for line in lines) else 0


def read(source: Source) -> Reading:
    """Read a token file; a token without a tag is a fault of the file and counts as outside."""
    ledger = Ledger(source.name)
    groups = list(_groups(source, ledger))
    rows = [cells for group in groups for sentence in group.sentences for _, cells in sentence]
    columns = _columns(rows)
    if not rows:
        ledger.refuse(
            "GW701",
            "",
            "the file holds no token",
            expected="one token and its tag a line, blank lines between sentences",
            fix="check what the extractor wrote",
        )
    documents = _documents(groups, columns, source)
    annotated = annotate(documents, source, ledger)
    layers = [
        [[token.tags[layer] for token in sentence if layer < len(token.tags)] for sentence in s]
        for layer in range(columns.n_layers)
        for s in [[sentence for document in documents for sentence in document.sentences]]
    ]
    dialect = {"scheme": ", ".join(scheme_of(layer) for layer in layers)}
    if columns.offsets is not None:
        dialect["offsets"] = "code_points,exclusive (in the file's own columns)"
    return Reading(tuple(annotated), tuple(ledger.losses), dialect, tuple(ledger.problems))


def _groups(source: Source, ledger: Ledger) -> Iterator[_Group]:
    """Cut the file into documents and sentences of rows."""
    group, sentence = _Group(), list[tuple[int, list[str]]]()
    for number, line, cells, is_comment in _lines(source, ledger):
        named = _ID.match(line) if is_comment else None
        is_start = bool(named) or cells[:1] == [DOCSTART]
        if cells and not is_start and not is_comment:
            if len(cells) == 1 or not cells[-1].strip():
                problem = _unreadable(source.name, number, "a token without a tag")
                ledger.problems.append(problem)
            row = [cells[0], "O"] if len(cells) == 1 else cells
            sentence.append((number, [cell.strip() or "O" for cell in row]))
            continue
        if sentence and (is_start or not is_comment):
            group.sentences.append(sentence)
            sentence = []
        if is_start:
            if group.sentences or (named and group.given):
                yield group
                group = _Group()
            group.given = named["id"] if named else None
    if sentence:
        group.sentences.append(sentence)
    if group.sentences:
        yield group


def _lines(source: Source, ledger: Ledger) -> Iterator[tuple[int, str, list[str], bool]]:
    """Give every line: its number, itself, its cells (none when it is blank), is it a comment."""
    lines = source.data.removeprefix(b"\xef\xbb\xbf").splitlines()
    has_tabs = sum(b"\t" in line for line in lines) * 2 > sum(bool(line.strip()) for line in lines)
    widths = Counter(
        len(line.split(b"\t" if has_tabs else None))
        for line in lines
        if line.strip() and not line.startswith((b"#", DOCSTART.encode()))
    )
    usual = widths.most_common(1)[0][0] if widths else 0
    is_open = False
    for number, raw in enumerate(lines, start=1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            ledger.problems.append(_unreadable(source.name, number, "the line is not UTF-8"))
            continue
        by_tabs = "\t" in line and has_tabs and not line.startswith(DOCSTART)
        cells = line.split("\t") if by_tabs else line.split()
        is_comment = line.startswith("#") and _is_comment(
            line.split(), cells, usual=usual, opens=not is_open
        )
        is_open = bool(line.strip()) and (is_open or not is_comment)
        yield number, line, cells if line.strip() else [], is_comment


def _is_comment(words: Sequence[str], cells: Sequence[str], *, usual: int, opens: bool) -> bool:
    """Claim that a line with # is a comment, by its words and cells.

    It is when it has not the columns of the others and no tag, and when # is followed by three
    words or, before a sentence, by anything but a tag.
    """
    is_tagged = len(words) > 1 and is_tag(words[-1])
    if words[0] == "#" and (len(words) > _MANY or (opens and not is_tagged)):
        return True
    return len(cells) != usual and not (len(cells) == 2 and is_tagged)


def _unreadable(name: str, line: int, message: str) -> Problem:
    return Problem(
        "GW702",
        f"line {line}",
        message,
        document=name,
        expected="a token, any other columns and a tag, separated by blanks or tabs",
        fix="correct the line, or pass --on-error=count to score without it",
    )


def _columns(rows: Sequence[Sequence[str]]) -> _Columns:
    """Settle what the columns hold, from all rows together."""
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 2
    usual = [row for row in rows if len(row) == width]
    token = 1 if width > 2 and all(row[0].isdecimal() for row in usual) else 0
    n_layers = 1
    # Without a running number, two columns of tags are gold and predicted, as conlleval takes them.
    if token and width - token > 2 and all(is_tag(row[-2]) for row in usual):
        labels = {row[-2].partition("-")[2] for row in usual} - {""}
        n_layers = 2 if labels and not labels <= _PHRASES else 1
    offsets = None
    if width - token >= 4 and all(
        row[token + 1].isdecimal()
        and row[token + 2].isdecimal()
        and int(row[token + 2]) - int(row[token + 1]) == len(row[token])
        for row in usual
    ):
        offsets = token + 1
    return _Columns(token, n_layers, offsets)


def _documents(groups: Sequence[_Group], columns: _Columns, source: Source) -> list[Tokenized]:
    parts = [
        (
            group.given,
            tuple(
                tuple(columns.token_of(line, cells) for line, cells in sentence)
                for sentence in group.sentences
            ),
        )
        for group in groups
    ]
    unit = "document"
    if len(parts) == 1 and parts[0][0] is None:
        [(_, sentences)] = parts
        words = [token.word for sentence in sentences for token in sentence]
        if source.texts.by_id and (found := source.texts.id_of_tokens(words)) is not None:
            return [Tokenized(found, sentences)]
        unit = "sentence"
        parts = [(None, (sentence,)) for sentence in sentences]
    documents = []
    for number, (given, sentences) in enumerate(parts, start=1):
        words = [token.word for sentence in sentences for token in sentence]
        doc_id = given or f"{unit}-{number}"
        if source.texts.by_id and doc_id not in source.texts.by_id:
            doc_id = source.texts.id_of_tokens(words) or doc_id
        documents.append(Tokenized(doc_id, sentences))
    return documents


def write(documents: Sequence[AnnotatedText]) -> Writing:
    """Write IOB2, a token and its tag a line; tokens are cut at the ends of every mention.

    Of mentions that overlap only the longest, then the first, is kept. Blanks of the text are not.
    """
    ledger = Ledger()
    lines: list[str] = []
    for document in documents:
        lines += [f"{DOCSTART}\tO", "", f"# doc_id = {document.doc_id}"]
        kept = project(document, ledger, fields=FIELDS)
        for tokens, tags in tagged(document, kept, ledger):
            lines += [f"{token}\t{tag}" for token, tag in zip(tokens, tags, strict=True)]
            lines.append("")
    data = "".join(line + "\n" for line in lines).encode()
    return Writing({"documents.conll": data}, tuple(ledger.losses))


FORMAT = Format(
    name="conll",
    title="token files with IO, IOB1, IOB2, IOBES, BILOU or BMES tags: CoNLL-2003, GermEval",
    suffixes=SUFFIXES,
    sniff=sniff,
    read=read,
    write=write,
    fields=FIELDS,
)
