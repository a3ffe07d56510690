"""Cutting: a text into sentences of tokens that never straddle the ends of mentions, and tags."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from goldwire.formats.base import AnnotatedText
from goldwire.formats.ledger import Ledger
from goldwire.formats.projection import Kept
from goldwire.formats.tags import iob2
from goldwire.model import Mention

_TOKEN = re.compile(r"\w+|[^\w\s]")


def tokenize(text: str, spans: Sequence[tuple[int, int]] = ()) -> list[list[tuple[int, int]]]:
    r"""Give (start, end) of every token: runs of word characters, other characters one by one.

    Lines are sentences, but no sentence ends inside a span. Empty lines give none.

    >>> tokenize("Ann Lee.\nNo", [(0, 7)])
    [[(0, 3), (4, 7), (7, 8)], [(9, 11)]]
    >>> tokenize("eastAsian", [(4, 9)])
    [[(0, 4), (4, 9)]]
    """
    cuts = sorted({place for span in spans for place in span})
    sentences: list[list[tuple[int, int]]] = [[]]
    reach = 0
    pending = sorted(spans, reverse=True)
    at = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if "\n" in text[at:start] and start >= reach and sentences[-1]:
            sentences.append([])
        while pending and pending[-1][0] < end:
            reach = max(reach, pending.pop()[1])
        inner = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
        sentences[-1] += list(pairwise(inner))
        at = end
    return [sentence for sentence in sentences if sentence]


def tagged(
    document: AnnotatedText, kept: Kept, ledger: Ledger
) -> Iterator[tuple[list[str], list[str]]]:
    """Cut a document into sentences of tokens with IOB2 tags; what cannot be tagged is a loss."""
    if document.text is None:
        for where in kept.places("mentions"):
            ledger.lose("no-text", "dropped", where, document=document.doc_id)
        return
    mentions = _disjoint(document.text, kept, ledger)
    spans = [(mention.spans[0].start, mention.spans[0].end) for mention in mentions]
    labels = {span: str(mention.type) for span, mention in zip(spans, mentions, strict=True)}
    ends = dict(spans)
    for sentence in tokenize(document.text, spans):
        last = {end: at for at, (_, end) in enumerate(sentence)}
        inside = [
            (at, last[ends[start]], labels[start, ends[start]])
            for at, (start, _) in enumerate(sentence)
            if start in ends
        ]
        words = [document.text[start:end] for start, end in sentence]
        yield words, iob2(len(words), inside)


def _disjoint(text: str, kept: Kept, ledger: Ledger) -> list[Mention]:
    """Leave out the mentions that overlap a longer or an earlier one, or cannot be tagged."""

    def length(at: int) -> int:
        return kept.mentions[at].spans[0].end - kept.mentions[at].spans[0].start

    taken: list[Mention] = []
    is_taken = bytearray(len(text))
    for at in sorted(range(len(kept.mentions)), key=lambda at: (-length(at), at)):
        mention = kept.mentions[at]
        span, label = mention.spans[0], str(mention.type)
        words = text[span.start : span.end]
        if any(is_taken[span.start : span.end]):
            code = "overlapping"
        elif span.end > len(text) or words != words.strip() or not is_label(label):
            code = "untaggable"
        else:
            taken.append(mention)
            is_taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            continue
        where = kept.places("mentions")[at]
        ledger.lose(code, "dropped", where, document=kept.annotation.doc_id)
    return sorted(taken, key=lambda mention: mention.spans[0].start)


def is_label(label: str) -> bool:
    """Claim that a label can stand in a column: printable and without blanks."""
    return label.isprintable() and not any(map(str.isspace, label)) and bool(label)
