"""Stand-off form: records without the words of their text. Standard library only.

The build hook uses it to keep protected words out of packages, and the digest of a gold standard
counts it, so that gold has the same digest with its words and without.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

WORDS = frozenset(
    {
        "text",
        "check",
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


def check_of(text: str, start: int, end: int) -> str:
    """Give the check that stands for the words of a span in a text-free release.

    It is keyed by the whole text, so only who has the text can compute it: trying every short word
    tells nothing. Offsets are in it too, so that equal words do not show as equal checks and a
    shifted span is found out even where the same words stand.

    >>> check_of("Ann met Ann.", 0, 3) == check_of("Ann met Ann.", 8, 11)
    False
    """
    message = f"{start}:{end}:{text[start:end]}".encode()
    return f"hmac:{hmac.new(derived_key(text, 'check'), message, hashlib.sha256).hexdigest()[:16]}"


@lru_cache(maxsize=8)
def derived_key(text: str, purpose: str) -> bytes:
    """Derive a key from a text: only who has the text has it, and its public digest does not help.

    The digest of another message tells nothing about this one (domain separation by the prefix).
    """
    return hashlib.sha256(f"goldwire {purpose} 1\0{text}".encode()).digest()
