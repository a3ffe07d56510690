"""CoNLL-2012: a token a line, coreference in the last column, named entities in an earlier one.

Documents begin with `#begin document`; parts of one document are documents of their own. Fewer
columns than the shared task had are known too: the word is then the first cell that is no number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.brackets import Brackets
from goldwire.formats.graph import connect
from goldwire.formats.ledger import Ledger
from goldwire.formats.tokenized import Token, Tokenized, placed
from goldwire.model import Annotation, Mention, Span

_BEGIN = re.compile(r"#\s*begin document\s*(?:\((?P<name>[^)]*)\))?;?\s*(?:part\s+(?P<part>\d+))?")
_NAMED = re.compile(r"\((?P<label>[A-Z_]+)\*?(?P<close>\))?")
_NAMES_COLUMN = 10
_WORD_COLUMN = 3


@dataclass(slots=True)
class _Part:
    """One document while its lines are read: words of sentences, cells of the two columns."""

    doc_id: str
    sentences: list[list[Token]] = field(default_factory=lambda: [[]])
    coreference: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def sniff(sample: Sample) -> int:
    """Claim files with a line that begins a document."""
    lines = sample.head.splitlines()
    return 2 if any(_BEGIN.match(line) and "document" in line for line in lines) else 0


def read(source: Source) -> Reading:
    """Read a document a part, with entities for coreference."""
    ledger = Ledger(source.name)
    parts = list(_parts(source, ledger))
    documents = [_document(part, source, ledger) for part in parts]
    n_names = sum(bool(part.names) for part in parts)
    dialect = {"columns": "coreference" + (", named entities" if n_names else "")}
    return Reading(tuple(documents), tuple(ledger.losses), dialect, tuple(ledger.problems))


def _parts(source: Source, ledger: Ledger) -> Iterator[_Part]:
    part: _Part | None = None
    seen: set[str] = set()
    for number, line in enumerate(source.data.decode("utf-8-sig", "replace").splitlines(), start=1):
        begin = _BEGIN.match(line)
        if begin:
            if part is not None and part.coreference:
                yield part
            name = begin["name"] or source.stem
            doc_id = name if begin["part"] is None else f"{name}-{int(begin['part'])}"
            doc_id = doc_id if doc_id not in seen else f"{doc_id}-{number}"
            seen.add(doc_id)
            part = _Part(doc_id)
        elif line.startswith("#"):
            continue
        elif not line.strip():
            if part is not None and part.sentences[-1]:
                part.sentences.append([])
        elif part is not None:
            _token(part, line.split(), number, ledger)
    if part is not None and part.coreference:
        yield part


def _token(part: _Part, cells: Sequence[str], number: int, ledger: Ledger) -> None:
    if len(cells) < 2:
        ledger.lose("unreadable-line", "unreadable", f"line {number}", " ".join(cells)[:60],
                    document=part.doc_id)  # fmt: skip
        return
    is_full = len(cells) > _WORD_COLUMN + 1 and cells[1].isdecimal() and cells[2].isdecimal()
    first = next((cell for cell in cells[:-1] if not cell.isdecimal()), cells[0])
    word = cells[_WORD_COLUMN] if is_full else first
    part.sentences[-1].append(Token(word, (), number))
    part.coreference.append(cells[-1])
    if is_full and len(cells) > _NAMES_COLUMN + 1:
        part.names.append(cells[_NAMES_COLUMN])


def _document(part: _Part, source: Source, ledger: Ledger) -> AnnotatedText:
    tokenized = Tokenized(part.doc_id, tuple(tuple(one) for one in part.sentences if one))
    if source.texts.by_id and part.doc_id not in source.texts.by_id:
        found = source.texts.id_of_tokens(tokenized.words)
        tokenized = Tokenized(found or part.doc_id, tokenized.sentences)
    text, tokens, is_own = placed(tokenized, source, ledger)
    brackets = Brackets()
    for at, cell in enumerate(part.coreference):
        if cell not in {"-", "_", "*"}:
            brackets.add(cell, at)
    for name, at in (*brackets.unclosed, *brackets.unopened):
        said = f"entity {name} at token {at}"
        ledger.lose("open-bracket", "unreadable", "", said, document=part.doc_id)
    mentions = [Mention(id=f"open{at}", surface=tokenized.words[at]) for _, at in brackets.unclosed]
    clusters: dict[str, list[str]] = {}
    for name, first, last in sorted(brackets.found, key=lambda one: (one[1], -one[2])):
        span = tokens.span(first, last + 1)
        own = f"m{len(mentions) + 1}"
        spans = () if span is None else (Span(*span, text[slice(*span)]),)
        surface = None if spans else " ".join(tokenized.words[first : last + 1])
        mentions.append(Mention(id=own, spans=spans, surface=surface))
        clusters.setdefault(name, []).append(own)
    for label, first, last in _names(part.names):
        span = tokens.span(first, last + 1)
        if span is None:
            continue
        spans = (Span(*span, text[slice(*span)]),)
        same = [at for at, one in enumerate(mentions) if one.spans == spans]
        if same:
            mentions[same[0]] = msgspec.structs.replace(mentions[same[0]], type=label)
        else:
            mentions.append(Mention(id=f"n{len(mentions) + 1}", type=label, spans=spans))
    annotation = Annotation(
        doc_id=tokenized.doc_id,
        text_ref=text_ref(text) if is_own else None,
        mentions=tuple(mentions),
    )
    annotation = connect(annotation, ledger, clusters=clusters.values())
    return AnnotatedText(annotation, text if is_own else None)


def _names(cells: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Read the column of named entities: `(PERSON*`, `*`, `*)`, `(GPE)`."""
    label, start = "", 0
    for at, cell in enumerate(cells):
        match = _NAMED.match(cell)
        if match:
            label, start = match["label"], at
        if label and cell.endswith(")"):
            yield label, start, at
            label = ""


FORMAT = Format(
    name="conll-2012",
    title="CoNLL-2012 with coreference (and named entities) in columns",
    suffixes=(".conll", ".key", ".response", "_conll"),
    sniff=sniff,
    read=read,
)
