"""Token files of the CoNLL family: one token a line, its tag in the last column.

Blank lines end sentences, `-DOCSTART-` lines begin documents; a file without them has a document
for every sentence. The text is the tokens joined by one space and sentences by a line break, so
that two files can only be compared when their tokens are the same.

Tags may be IO, IOB1, IOB2, IOBES, BILOU or BMES. A mention begins where the conlleval script (CoNLL
2000) begins one, which reads valid tags of every scheme alike. Where a file marks beginnings and a
mention has none, its tags are *invalid*: `conlleval` repairs (and every repair is listed), `strict`
takes no mention from them, as seqeval's strict mode does. For `strict` a beginning is always
needed, and in a file that marks ends anywhere (IOBES, BILOU, BMES) an end too.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from goldwire.errors import Problem
from goldwire.model import Annotation, Mention, Span, TextRef

SUFFIXES = (".conll", ".bio", ".iob", ".iob2", ".bioes")
INVALID_TAG = "GW731"
Decode = Literal["conlleval", "strict"]

_TAG = re.compile(r"(?P<prefix>[BIESLUM])-(?P<label>.+)|(?P<bare>[^-]+.*)")
_BEGINS = frozenset("BSU")
_ENDS = frozenset("ESLU")
_BEGINNING = frozenset(f"{prefix}-" for prefix in _BEGINS)
_ENDING = frozenset(f"{prefix}-" for prefix in _ENDS)


@dataclass(frozen=True, slots=True)
class TokenDocument:
    """A document of a token file: its record, and the text that its offsets count in."""

    annotation: Annotation
    text: str


@dataclass(frozen=True, slots=True)
class _Token:
    line: int
    word: str
    tag: str


def read_tokens(
    lines: Iterable[bytes], *, name: str, problems: list[Problem], decode: Decode = "conlleval"
) -> Iterator[TokenDocument]:
    """Read a token file; unreadable lines and repaired tags are added to `problems`.

    Documents are called `document-1`, … or, without -DOCSTART- lines, `sentence-1`, ….
    """
    documents = list(_documents(lines, name=name, problems=problems))
    sentences = [sentence for document in documents for sentence in document]
    if not sentences:
        problems.append(
            Problem(
                "GW701",
                "",
                "the file holds no token",
                document=name,
                expected="one token and its tag a line, blank lines between sentences",
            )
        )
    strict = decode == "strict"
    needs_begin = strict or _needs_begin(sentences)
    needs_end = strict and any(
        token.tag[:2] in _ENDING for sentence in sentences for token in sentence
    )
    unit = "document" if len(documents) > 1 else "sentence"
    groups = documents if len(documents) > 1 else [[sentence] for sentence in sentences]
    for number, group in enumerate(groups, start=1):
        yield _document(
            f"{unit}-{number}",
            group,
            name=name,
            problems=problems,
            strict=strict,
            needs_begin=needs_begin,
            needs_end=needs_end,
        )


def _documents(
    lines: Iterable[bytes], *, name: str, problems: list[Problem]
) -> Iterator[list[list[_Token]]]:
    """Yield documents as lists of sentences, empty ones left out."""
    document: list[list[_Token]] = []
    sentence: list[_Token] = []
    for number, raw in enumerate(lines, start=1):
        try:
            columns = raw.decode("utf-8").split()
        except UnicodeDecodeError:
            problems.append(_unreadable(name, number, "the line is not UTF-8"))
            continue
        if columns and columns[0] != "-DOCSTART-":
            if _is_comment(columns, opens=not sentence):
                continue
            if len(columns) == 1:
                problems.append(_unreadable(name, number, "a token without a tag"))
            else:
                sentence.append(_Token(number, columns[0], columns[-1]))
            continue
        if sentence:
            document.append(sentence)
            sentence = []
        if columns and document:
            yield document
            document = []
    if sentence:
        document.append(sentence)
    if document:
        yield document


def _is_comment(columns: list[str], *, opens: bool) -> bool:
    """Claim that a line is no token: `#` and three words, or before a sentence `#` and no tag."""
    if columns[0] != "#":
        return False
    is_tagged = len(columns) > 1 and (columns[-1] == "O" or columns[-1][1:2] == "-")
    return len(columns) > 3 or (opens and not is_tagged)


def _unreadable(name: str, line: int, message: str) -> Problem:
    return Problem(
        "GW702",
        f"line {line}",
        message,
        document=name,
        expected="a token, any other columns and a tag, separated by blanks",
        fix="correct the line, or pass --on-error=count to score without it",
    )


def _needs_begin(sentences: Iterable[list[_Token]]) -> bool:
    """Claim that the file marks beginnings: some B-, S- or U- follows O or opens a sentence."""
    return any(
        token.tag[:2] in _BEGINNING and (before is None or before.tag == "O")
        for sentence in sentences
        for before, token in zip([None, *sentence], sentence, strict=False)
    )


def _document(
    doc_id: str,
    sentences: list[list[_Token]],
    *,
    name: str,
    problems: list[Problem],
    strict: bool,
    needs_begin: bool,
    needs_end: bool,
) -> TokenDocument:
    parts: list[str] = []
    mentions: list[Mention] = []
    at = 0
    for sentence in sentences:
        starts = []
        for token in sentence:
            starts.append(at)
            at += len(token.word) + 1
        parts.append(" ".join(token.word for token in sentence))
        for first, last, label in _chunks(sentence):
            begun = sentence[first].tag[:2] in _BEGINNING or not needs_begin
            ended = sentence[last].tag[:2] in _ENDING or not needs_end
            if not begun:
                problems.append(_invalid(name, sentence[first], strict=strict))
            elif not ended:
                problems.append(_unended(name, sentence[last]))
            if (begun and ended) or not strict:
                end = starts[last] + len(sentence[last].word)
                mentions.append(Mention(type=label, spans=(Span(starts[first], end),)))
    text = "\n".join(parts)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    record = Annotation(
        doc_id=doc_id,
        text_ref=TextRef(sha256=digest, code_points=len(text)),
        mentions=tuple(mentions),
    )
    return TokenDocument(record, text)


def _invalid(name: str, token: _Token, *, strict: bool) -> Problem:
    return Problem(
        INVALID_TAG,
        f"line {token.line}",
        "a mention that does not begin with B-, S- or U- is left out"
        if strict
        else "a mention that does not begin with B-, S- or U- is read as if it did",
        document=name,
        found=token.tag,
        expected="a beginning, as elsewhere in this file",
        fix="correct the tags; --compat seqeval-strict leaves such mentions out",
    )


def _unended(name: str, token: _Token) -> Problem:
    return Problem(
        INVALID_TAG,
        f"line {token.line}",
        "a mention that does not end with E-, S-, L- or U- is left out",
        document=name,
        found=token.tag,
        expected="an end, as elsewhere in this file",
        fix="correct the tags; --compat seqeval-default takes such mentions",
    )


def _chunks(sentence: list[_Token]) -> Iterator[tuple[int, int, str]]:
    """Yield (first token, last token, label) of each mention, by the rules of conlleval."""
    begin: int | None = None
    prefix_before, label_before = "O", ""
    for at, token in enumerate([*sentence, _Token(0, "", "O")]):
        prefix, label = _split(token.tag)
        same = label == label_before and prefix != "O" and prefix_before != "O"
        continues = same and prefix not in _BEGINS and prefix_before not in _ENDS
        if begin is not None and not continues:
            yield begin, at - 1, label_before
            begin = None
        if prefix != "O" and begin is None:
            begin = at
        prefix_before, label_before = prefix, label


def _split(tag: str) -> tuple[str, str]:
    match = _TAG.fullmatch(tag)
    if tag == "O" or match is None:
        return "O", ""
    if match["prefix"]:
        return match["prefix"], match["label"]
    return "I", tag
