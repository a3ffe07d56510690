"""The peers' jobs: from the same JSON Lines files, or from the objects that each peer wants.

Files are read with msgspec, the fastest reader at hand, so that no peer is slow because of its
reader.
"""

import collections
import collections.abc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from synthetic import TYPES

Job = Callable[[], object]
Cluster = set[tuple[int, int]]


def mentions(path: Path) -> list[list[tuple[int, int, str]]]:
    """Read the mentions of every document as (start, end, label)."""
    with path.open("rb") as file:
        return [
            [
                (mention["spans"][0]["start"], mention["spans"][0]["end"], mention["type"])
                for mention in msgspec.json.decode(line)["mentions"]
            ]
            for line in file
        ]


def clusters(path: Path) -> list[dict[str, Cluster]]:
    """Read the entities of every document; a span stands in one only."""
    documents = []
    with path.open("rb") as file:
        for line in file:
            found: dict[str, Cluster] = {}
            seen: Cluster = set()
            for mention in msgspec.json.decode(line)["mentions"]:
                span = (mention["spans"][0]["start"], mention["spans"][0]["end"])
                if span not in seen and "entity" in mention:
                    seen.add(span)
                    found.setdefault(mention["entity"], set()).add(span)
            documents.append(found)
    return documents


def nervaluate_jobs(gold: Path, predicted: Path) -> tuple[Job, Job]:
    """Evaluate all four schemas: from files, and from the dictionaries that it takes."""
    from nervaluate import Evaluator

    def sides() -> list[list[list[dict[str, Any]]]]:
        return [
            [
                [{"label": label, "start": start, "end": end - 1} for start, end, label in document]
                for document in mentions(path)
            ]
            for path in (gold, predicted)
        ]

    def evaluate(both: list[list[list[dict[str, Any]]]]) -> object:
        return Evaluator(both[0], both[1], tags=list(TYPES), loader="dict").evaluate()

    ready = sides()
    return lambda: evaluate(sides()), lambda: evaluate(ready)


def seqscore_jobs(gold: Path, predicted: Path) -> tuple[Job, Job]:
    """Count exact matches per label with its mention scorer."""
    from seqscore.model import Mention, Span
    from seqscore.scoring import ClassificationScore, score_sequence_mentions

    def sides() -> list[list[list[Any]]]:
        return [
            [
                [Mention(Span(start, end), label) for start, end, label in document]
                for document in mentions(path)
            ]
            for path in (gold, predicted)
        ]

    def count(both: list[list[list[Any]]]) -> object:
        score = ClassificationScore()
        for one, other in zip(*both, strict=True):
            score_sequence_mentions(other, one, score)
        return score

    ready = sides()
    return lambda: count(sides()), lambda: count(ready)


def scorch_jobs(gold: Path, predicted: Path) -> tuple[Job, Job]:
    """Compute its five coreference metrics, document by document."""
    from scorch import scores as scorch

    metrics = (scorch.muc, scorch.b_cubed, scorch.ceaf_m, scorch.ceaf_e, scorch.blanc)

    def sides() -> list[list[list[Cluster]]]:
        return [[list(found.values()) for found in clusters(path)] for path in (gold, predicted)]

    def compute(both: list[list[list[Cluster]]]) -> object:
        return [
            metric(key, response) for key, response in zip(*both, strict=True) for metric in metrics
        ]

    ready = sides()
    return lambda: compute(sides()), lambda: compute(ready)


def neleval_jobs(gold: Path, predicted: Path) -> tuple[Job, Job]:
    """Compute its four coreference metrics, document by document, with the two known shims."""
    for module, name, lost in (
        (collections, "Sequence", collections.abc.Sequence),
        (np, "int", int),
    ):
        setattr(module, name, lost)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neleval.configs  # noqa: F401
        from neleval import coref_metrics

    metrics = (
        coref_metrics.muc,
        coref_metrics.b_cubed,
        coref_metrics.mention_ceaf,
        coref_metrics.entity_ceaf,
    )

    def sides() -> list[list[dict[str, Cluster]]]:
        return [clusters(path) for path in (gold, predicted)]

    def compute(both: list[list[dict[str, Cluster]]]) -> object:
        return [
            metric(key, response) for key, response in zip(*both, strict=True) for metric in metrics
        ]

    ready = sides()
    return lambda: compute(sides()), lambda: compute(ready)
