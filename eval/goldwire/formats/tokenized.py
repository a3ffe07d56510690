"""Tokenised documents: sentences of tokens with rows of tags, made into mentions of a text.

Where the text is known the tokens are found in it; else it is made of them, with blanks between
tokens and line breaks between sentences, so that two such files can be compared when their tokens
are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from goldwire.errors import Problem
from goldwire.formats.base import AnnotatedText, Source, text_ref
from goldwire.formats.ledger import Ledger
from goldwire.formats.tags import chunks, marks_beginnings, marks_ends
from goldwire.model import Annotation, Mention, Span
from goldwire.offsets import NOWHERE, TokenMap, align, joined

INVALID_TAG = "GW731"
MISSING_SHARE = 0.01
"""More tokens than this that the text lacks, and it is another text."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its tags, one for each layer; `line` is where it stands in the file.

    `place` are offsets that the file itself gives for it.
    """

    word: str
    tags: tuple[str, ...]
    line: int = 0
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Tokenized:
    """One document of tokens: its id, its sentences, and its own text where the file has one."""

    doc_id: str
    sentences: tuple[tuple[Token, ...], ...]
    text: str | None = None

    @property
    def words(self) -> list[str]:
        """All words in order."""
        return [token.word for sentence in self.sentences for token in sentence]


def annotate(documents: Sequence[Tokenized], source: Source, ledger: Ledger) -> list[AnnotatedText]:
    """Read the mentions that tags mean, and place them in the text.

    Where a file marks beginnings and a mention has none, its tags are invalid: `conlleval` repairs
    (every repair is listed), `strict` takes no mention from them, as seqeval's strict mode does.
    For `strict` a beginning is always needed, and in a file that marks ends anywhere an end too.
    """
    n_layers = max(
        (len(token.tags) for document in documents for s in document.sentences for token in s),
        default=0,
    )
    is_strict = source.decode == "strict"
    needs = []
    for layer in range(n_layers):
        rows = [_row(s, layer) for document in documents for s in document.sentences]
        must_begin = is_strict or marks_beginnings(rows)
        needs.append(_Needs(must_begin, must_end=is_strict and marks_ends(rows)))
    return [_annotated(document, source, ledger, needs) for document in documents]


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a mention must have marked for its tags to be valid."""

    must_begin: bool
    must_end: bool


def _row(sentence: Sequence[Token], layer: int) -> list[str]:
    return [token.tags[layer] if layer < len(token.tags) else "O" for token in sentence]


def _annotated(
    document: Tokenized, source: Source, ledger: Ledger, needs: Sequence[_Needs]
) -> AnnotatedText:
    text, tokens, is_own = placed(document, source, ledger)
    mentions = []
    for layer, must in enumerate(needs):
        first = 0
        for sentence in document.sentences:
            for chunk in chunks(_row(sentence, layer)):
                if must.must_begin and not chunk.is_begun:
                    ledger.problems.append(_invalid(source, sentence[chunk.first], layer))
                    if source.decode == "strict":
                        continue
                elif must.must_end and not chunk.is_ended:
                    ledger.problems.append(_unended(source, sentence[chunk.last], layer))
                    continue
                span = tokens.span(first + chunk.first, first + chunk.last + 1)
                words = " ".join(t.word for t in sentence[chunk.first : chunk.last + 1])
                if span is None:
                    where = f"line {sentence[chunk.first].line}"
                    ledger.lose(
                        "token-not-in-text", "unplaced", where, words, document=document.doc_id
                    )
                mentions.append(
                    Mention(
                        type=chunk.label,
                        spans=() if span is None else (Span(*span, text[slice(*span)]),),
                        surface=words if span is None else None,
                    )
                )
            first += len(sentence)
    return AnnotatedText(
        Annotation(
            doc_id=document.doc_id,
            text_ref=text_ref(text) if is_own else None,
            mentions=tuple(mentions),
        ),
        text if is_own else None,
    )


def placed(document: Tokenized, source: Source, ledger: Ledger) -> tuple[str, TokenMap, bool]:
    """Give the text, the places of all tokens in it, and whether the text is the file's own."""
    known = document.text if document.text is not None else source.texts.get(document.doc_id)
    if known is not None:
        tokens = align(document.words, known)
        if _are_of_text(tokens, document, source, ledger) or document.text is not None:
            return known, tokens, document.text is not None
    places = [token.place for sentence in document.sentences for token in sentence]
    if places and all(place is not None for place in places):
        return _spread(document)
    text, tokens = joined([[token.word for token in sentence] for sentence in document.sentences])
    return text, tokens, True


def _are_of_text(tokens: TokenMap, document: Tokenized, source: Source, ledger: Ledger) -> bool:
    """List tokens that the text lacks; more than one in a hundred are those of another text.

    A prediction for another text keeps that, so that it is known for one when it meets gold.
    """
    missing = int((tokens.starts == NOWHERE).sum())
    if not missing:
        return True
    first = document.words[int(np.argmax(tokens.starts == NOWHERE))]
    said = f"{missing} of {len(document.words)} tokens are not in the text, first {first!r}"
    is_other = missing > MISSING_SHARE * len(document.words)
    if is_other and (source.is_gold or document.text is not None):
        ledger.problems.append(
            Problem(
                "GW713",
                "",
                f"the tokens are not those of the document's text: {said}",
                document=document.doc_id,
                fix="run the extractor on the corpus text, byte for byte",
            )
        )
    elif not is_other:
        ledger.lose("token-not-in-text", "doubtful", "", said, document=document.doc_id)
    return not is_other


def _spread(document: Tokenized) -> tuple[str, TokenMap, bool]:
    """Make a text with every token at its own offset; gaps are blanks, between sentences breaks."""
    starts, parts, at = [], [], 0
    for sentence in document.sentences:
        for number, token in enumerate(sentence):
            start = max(at, token.place[0] if token.place else at)
            gap = " " * (start - at)
            parts += ["\n" + gap[1:] if gap and at and not number else gap, token.word]
            starts.append(start)
            at = start + len(token.word)
    lengths = np.array([len(word) for word in document.words], np.int64)
    first = np.array(starts, np.int64)
    return "".join(parts), TokenMap(first, first + lengths), True


def _invalid(source: Source, token: Token, layer: int) -> Problem:
    is_strict = source.decode == "strict"
    what = "is left out" if is_strict else "is read as if it did"
    other = "" if is_strict else "; --compat seqeval-strict leaves such mentions out"
    return Problem(
        INVALID_TAG,
        f"line {token.line}",
        f"a mention that does not begin with B-, S- or U- {what}",
        document=source.name,
        found=token.tags[layer],
        expected="a beginning, as elsewhere in this file",
        fix=f"correct the tags{other}",
    )


def _unended(source: Source, token: Token, layer: int) -> Problem:
    return Problem(
        INVALID_TAG,
        f"line {token.line}",
        "a mention that does not end with E-, S-, L- or U- is left out",
        document=source.name,
        found=token.tags[layer],
        expected="an end, as elsewhere in this file",
        fix="correct the tags; --compat seqeval-default takes such mentions",
    )
