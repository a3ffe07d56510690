"""goldwire: a versioned gold corpus of annotated news, and the harness that scores against it.

    >>> import goldwire
    >>> gold = [goldwire.Annotation(doc_id="d", mentions=(
    ...     goldwire.Mention(type="PER", spans=(goldwire.Span(0, 3),)),
    ... ))]
    >>> goldwire.score(gold, gold)["mentions/strict"].f1
    1.0

Importing goldwire loads no heavy library: what computes is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from goldwire.errors import (
    DataError,
    ExtractorError,
    GoldError,
    GoldwireError,
    NothingEvaluatedError,
    Problem,
    UsageError,
)
from goldwire.model import (
    Annotation,
    Argument,
    Attribution,
    Document,
    Entity,
    Event,
    EventMention,
    Mention,
    Relation,
    Source,
    Span,
    Time,
    Value,
)

if TYPE_CHECKING:
    from goldwire.api import load_corpus, read, score, validate
    from goldwire.metrics import Options
    from goldwire.scores import Scores
    from goldwire.selection import Selection

__all__ = [
    "Annotation",
    "Argument",
    "Attribution",
    "DataError",
    "Document",
    "Entity",
    "Event",
    "EventMention",
    "ExtractorError",
    "GoldError",
    "GoldwireError",
    "Mention",
    "NothingEvaluatedError",
    "Options",
    "Problem",
    "Relation",
    "Scores",
    "Selection",
    "Source",
    "Span",
    "Time",
    "UsageError",
    "Value",
    "load_corpus",
    "read",
    "score",
    "validate",
]

_LAZY = {
    "Options": "goldwire.metrics",
    "Scores": "goldwire.scores",
    "Selection": "goldwire.selection",
    "load_corpus": "goldwire.api",
    "read": "goldwire.api",
    "score": "goldwire.api",
    "validate": "goldwire.api",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module 'goldwire' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
