"""goldwire: a versioned gold corpus of annotated news, and the harness that scores against it."""

from goldwire.errors import Problem
from goldwire.model import Annotation, Document, Span

__all__ = ["Annotation", "Document", "Problem", "Span"]
