"""goldwire: a versioned gold corpus of annotated news, and the harness that scores against it.

    >>> import goldwire
    >>> gold = [goldwire.Annotation(doc_id="d", mentions=(
    ...     goldwire.Mention(type="PER", spans=(goldwire.Span(0, 3),)),
    ... ))]
    >>> goldwire.score(gold, gold)["mentions/strict"].f1
    1.0

Importing goldwire loads nothing: every name is fetched when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.api import compare, load_corpus, read, score, validate
    from goldwire.errors import (
        DataError,
        ExtractorError,
        GoldError,
        GoldwireError,
        NothingEvaluatedError,
        Problem,
        UsageError,
    )
    from goldwire.metrics import Options
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
    "compare",
    "load_corpus",
    "read",
    "score",
    "validate",
]

_LAZY = {
    "Annotation": "goldwire.model",
    "Argument": "goldwire.model",
    "Attribution": "goldwire.model",
    "DataError": "goldwire.errors",
    "Document": "goldwire.model",
    "Entity": "goldwire.model",
    "Event": "goldwire.model",
    "EventMention": "goldwire.model",
    "ExtractorError": "goldwire.errors",
    "GoldError": "goldwire.errors",
    "GoldwireError": "goldwire.errors",
    "Mention": "goldwire.model",
    "NothingEvaluatedError": "goldwire.errors",
    "Options": "goldwire.metrics",
    "Problem": "goldwire.errors",
    "Relation": "goldwire.model",
    "Scores": "goldwire.scores",
    "Selection": "goldwire.selection",
    "Source": "goldwire.model",
    "Span": "goldwire.model",
    "Time": "goldwire.model",
    "UsageError": "goldwire.errors",
    "Value": "goldwire.model",
    "compare": "goldwire.api",
    "load_corpus": "goldwire.api",
    "read": "goldwire.api",
    "score": "goldwire.api",
    "validate": "goldwire.api",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module 'goldwire' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_LAZY[name]), name)
    return value
