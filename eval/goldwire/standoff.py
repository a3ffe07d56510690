"""Stand-off form: records without the words of their text. Standard library only.

The build hook uses it to keep protected words out of packages, and the digest of a gold standard
counts it, so that gold has the same digest with its words and without.
"""

from typing import Any

WORDS = frozenset(
    {
        "text",
        "surface",
        "cue_surface",
        "content_surface",
        "canonical_name",
        "note",
        "headline",
        "byline",
        "section",
        "credit_line",
        "canonical_url",
        "provenance",
    }
)
"""The record fields that hold words of a text, or from which they could be told."""


def without_words(value: Any) -> Any:
    """Give a JSON value without the fields that hold words of a text, at any depth.

    >>> without_words({"start": 0, "end": 3, "text": "Ann"})
    {'start': 0, 'end': 3}
    """
    if isinstance(value, dict):
        return {key: without_words(item) for key, item in value.items() if key not in WORDS}
    if isinstance(value, list | tuple):
        return [without_words(item) for item in value]
    return value
