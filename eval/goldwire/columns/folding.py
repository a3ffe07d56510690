"""Strings made comparable: what offset-free and document metrics take for equal.

No Unicode normalisation form is applied: texts are NFC by the corpus's rule, and NFKC would make
different signs one (`½` and `1⁄2`). Case folding is Unicode's own (`ß` and `ss` are one).
"""

import unicodedata
from collections.abc import Mapping, Sequence

from goldwire.model import ArticleSource, Mention


def folded(words: str) -> str:
    r"""Fold case, and write every run of white space as one space, none at the ends.

    >>> folded(" Almaty\n  REGION")
    'almaty region'
    """
    return " ".join(words.casefold().split())


def normalised(words: str) -> str:
    """Fold like `folded`, punctuation being white space too; what is punctuation alone stays.

    >>> normalised("SOURCE:  Independent-Press.")
    'source independent press'
    >>> normalised("—")
    '—'
    """
    plain = folded(words)
    without = "".join(" " if unicodedata.category(sign)[0] == "P" else sign for sign in plain)
    return " ".join(without.split()) or plain


def surface_of(mention: Mention, text: str | None) -> str | None:
    """Give the folded words of a mention, its pieces joined by a space; None if nobody tells them.

    The record's own `surface` comes first, then the words of its spans, then the text's; a span
    that ends beyond the text has none ("").
    """
    if mention.surface is not None:
        return folded(mention.surface)
    pieces = []
    for span in sorted(mention.spans, key=lambda span: (span.start, span.end)):
        words = span.text
        if words is None and text is not None:
            words = text[span.start : span.end] if span.end <= len(text) else ""
        if words is None:
            return None
        pieces.append(words)
    return folded(" ".join(pieces)) if pieces else None


def fields_of(source: ArticleSource) -> Mapping[str, Sequence[str]]:
    """Give what a record says of the article, by field; an empty string says nothing."""
    single = {
        "publisher": source.publisher and source.publisher.name,
        "headline": source.headline,
        "date_published": source.date_published,
        "credit_line": source.credit_line,
    }
    fields = {name: (value,) for name, value in single.items() if value}
    claimed = tuple(one.name for one in source.claimed_sources if one.name)
    return {**fields, "claimed_sources": claimed}


def canonical(value: float | str | None) -> str | None:
    """Write a normalised value so that 2500, 2500.0 and "2500" are one value."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip()
    return str(int(value)) if value == int(value) else repr(value)
