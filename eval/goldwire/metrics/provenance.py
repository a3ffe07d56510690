"""Where the article comes from, as it says itself: publisher, headline, date, credit line, sources.

Gold is the document record's `source` (or the gold record's own), a prediction gives `source` in
its record. Each field is a bag of values, of which all but `claimed_sources` hold at most one; a
value is right when the other side gives the same one for the document. Nothing is right about
a field that both sides leave out. Publishers and claimed sources are known by their names. No other
scorer does this; goldwire defines it.
"""

import numpy as np

from goldwire.columns import FIELDS, Chunk, Side
from goldwire.metrics.base import Compute, Metric, Options
from goldwire.metrics.keys import Keyed, key_of, score_keys
from goldwire.tallies import Outcome

NOUNS = {
    "publisher": "who issued the article",
    "headline": "its headline",
    "date_published": "its date",
    "credit_line": "its credit line",
    "claimed_sources": "the sources that it claims",
}
MATCHES = {
    "": ("value", "the same characters"),
    "_normalised": ("normalised", "the same but for case, white space and punctuation"),
}
"""Suffix of a metric's name → column that must be equal, and how that is called."""


def score_field(chunk: Chunk, options: Options, *, field: str, column: str) -> Outcome:
    """Score one field: P = right ÷ predicted values, R = right ÷ gold values.

    `column` is `value` (same characters) or `normalised` (case folded; white space and punctuation
    one and the same). Copies count as a multiset.
    """
    gold, predicted = (
        _keyed(side, FIELDS.index(field), column) for side in (chunk.gold, chunk.predicted)
    )
    return score_keys(gold, predicted, groups=("",), options=options)


def _keyed(side: Side, field: int, column: str) -> Keyed:
    fields = side.fields
    rows = np.flatnonzero(fields["field"] == field)
    return Keyed(
        document=fields.document[rows],
        group=np.zeros(len(rows), dtype=np.int64),
        key=key_of(fields[column][rows]),
        valid=np.ones(len(rows), dtype=np.bool_),
    )


def _bound(field: str, column: str) -> Compute:
    def compute(chunk: Chunk, options: Options) -> Outcome:
        return score_field(chunk, options, field=field, column=column)

    compute.__doc__ = score_field.__doc__
    return compute


METRICS: tuple[Metric, ...] = tuple(
    Metric(
        name=f"document/{field}{suffix}",
        summary=f"{NOUNS[field]}: {meaning}",
        layers=("source",),
        compute=_bound(field, column),
        uses=("duplicates",),
        is_local=False,
    )
    for field in FIELDS
    for suffix, (column, meaning) in MATCHES.items()
)
