"""Bugs of other scorers, as changes to goldwire: each puts one in for the time of a test.

Whose they are, and what catches them, is in tests/golden/test_seeded_bugs.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

import oracles
import token_files
from goldwire import columns, compat
from goldwire.columns import ABSENT, Chunk
from goldwire.metrics import (
    Options,
    argument_entities,
    arguments,
    attributes,
    cluster_alignment,
    registry,
    templates,
)
from goldwire.metrics.base import Compute
from goldwire.model import Annotation, Document, Span
from goldwire.tallies import P_NUM, R_NUM, Credits, Outcome, Ratio, Tally, merge, ratio
from random_records import TEXT

Patch = pytest.MonkeyPatch
Aligned = tuple[str, Annotation | None, Annotation | None, Document | None]


def computing(name: str, change: Callable[[Compute], Compute]) -> Callable[[Patch], None]:
    """Change how one metric is computed."""

    def plant(patch: Patch) -> None:
        metric = registry()[name]
        patch.setitem(registry(), name, replace(metric, compute=change(metric.compute)))

    return plant


def reading(change: Callable[[Annotation, Annotation], Annotation]) -> Callable[[Patch], None]:
    """Change what is read of a prediction, given gold and it."""

    def plant(patch: Patch) -> None:
        real = columns.build_chunk

        def build_chunk(documents: Iterable[Aligned], **options: Any) -> Chunk:
            changed = [
                (doc_id, gold, gold and found and change(gold, found), document)
                for doc_id, gold, found, document in documents
            ]
            return real(changed, **options)

        patch.setattr(columns, "build_chunk", build_chunk)

    return plant


def attribute(module: object, name: str, value: object) -> Callable[[Patch], None]:
    """Replace something in a module."""
    return lambda patch: patch.setattr(module, name, value)


# Matching


def by_document(
    credit: Callable[[list[oracles.Item], list[oracles.Item]], tuple[list[float], list[float]]],
) -> Callable[[Compute], Compute]:
    """Compute a metric of mentions from the items of each document, in the order of the file."""

    def change(_: Compute) -> Compute:
        def compute(chunk: Chunk, options: Options) -> Outcome:
            del options
            sides = (chunk.gold.mentions, chunk.predicted.mentions)
            num = tuple(np.zeros(len(side)) for side in sides)
            for document in range(chunk.n_documents):
                at = [
                    sorted(np.flatnonzero(side.document == document), key=side.item.__getitem__)
                    for side in sides
                ]
                items = [
                    [
                        (
                            frozenset(range(side.start[row], side.end[row])),
                            str(side.label[row]),
                        )
                        for row in rows
                    ]
                    for side, rows in zip(sides, at, strict=True)
                ]
                for earned, rows, values in zip(num, at, credit(*items), strict=True):
                    earned[rows] = values
            of_gold, of_predicted = (
                Credits(side.document, side.label, earned, np.ones(len(side)))
                for side, earned in zip(sides, num, strict=True)
            )
            return Outcome(chunk.vocabularies["mentions"].names, of_gold, of_predicted)

        return compute

    return change


def consumed(
    gold: list[oracles.Item], predicted: list[oracles.Item]
) -> tuple[list[float], list[float]]:
    """Let each prediction in turn use up the first gold item that it overlaps."""
    earned: tuple[list[float], list[float]] = ([0.0] * len(gold), [0.0] * len(predicted))
    used = set()
    for at, found in enumerate(predicted):
        for to, wanted in enumerate(gold):
            if to not in used and wanted[0] & found[0]:
                used.add(to)
                earned[0][to] = earned[1][at] = float(wanted == found)
                break
    return earned


def unconsumed(
    gold: list[oracles.Item], predicted: list[oracles.Item]
) -> tuple[list[float], list[float]]:
    """Let one prediction answer for all that it overlaps."""
    agree = oracles.AGREE["type"]
    return (
        [float(any(agree(one, other) for other in predicted)) for one in gold],
        [float(any(agree(one, other) for one in gold)) for other in predicted],
    )


def share_of_gold(
    gold: list[oracles.Item], predicted: list[oracles.Item]
) -> tuple[list[float], list[float]]:
    """Ask for half of gold's code points, whatever else the prediction covers."""

    def agree(one: oracles.Item, other: oracles.Item) -> bool:
        common = one[0] & other[0]
        return one[1] == other[1] and bool(common) and 2 * len(common) >= len(one[0])

    n = int(oracles.matched(gold, predicted, agree)[0])
    return [1.0] * n + [0.0] * (len(gold) - n), [1.0] * n + [0.0] * (len(predicted) - n)


def heaviest_first(edges: Any) -> Any:
    """Take edges greedily, the heaviest first."""
    taken: list[int] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for at in np.argsort(-edges.weight, kind="stable").tolist():
        ends = int(edges.gold[at]), int(edges.predicted[at])
        if ends[0] not in used[0] and ends[1] not in used[1]:
            taken.append(at)
            used[0].add(ends[0])
            used[1].add(ends[1])
    return np.array(sorted(taken), dtype=np.int64)


def first_clusters_first(cells: Any, *, n_gold: int, n_predicted: int) -> Any:
    """Align clusters in their order, each with the first that is free."""
    gained = np.zeros(n_gold), np.zeros(n_predicted)
    used: set[int] = set()
    seen: set[int] = set()
    for one, other, worth in zip(cells.gold, cells.predicted, cells.similarity, strict=True):
        if one not in seen and other not in used:
            seen.add(one)
            used.add(other)
            gained[0][one] = gained[1][other] = worth
    return gained


def gives_up(cells: Any, *, n_gold: int, n_predicted: int) -> Any:
    """Give zeros when there is much to align."""
    if len(cells) > 10:
        return np.zeros(n_gold), np.zeros(n_predicted)
    return cluster_alignment.gains(cells, n_gold=n_gold, n_predicted=n_predicted)


# Items


def merging(function: Callable[..., Any]) -> Callable[..., Any]:
    """Force the merging of duplicates on a function that knows the option."""

    def merged(*args: Any, **options: Any) -> Any:
        if "options" in options:
            options["options"] = Options(duplicates="merge")
        else:
            options["duplicates"] = "merge"
        return function(*args, **options)

    return merged


def without_unknown_labels(gold: Annotation, predicted: Annotation) -> Annotation:
    labels = {label for _, label in oracles.mentions(gold)} | {"PER", "ORG", "地名"}
    known = {e.id for e in predicted.entities or () if e.type in labels}
    kept = tuple(m for m in predicted.mentions or () if m.entity in known)
    return msgspec.structs.replace(predicted, mentions=kept)


def with_inclusive_ends(gold: Annotation, predicted: Annotation) -> Annotation:
    del gold
    longer = tuple(
        msgspec.structs.replace(m, spans=tuple(Span(s.start, s.end + 1) for s in m.spans))
        for m in predicted.mentions or ()
    )
    return msgspec.structs.replace(predicted, mentions=longer)


def without_the_ungrounded(gold: Annotation, predicted: Annotation) -> Annotation:
    del gold
    placed = tuple(m for m in predicted.mentions or () if m.spans)
    return msgspec.structs.replace(predicted, mentions=placed)


def without_singletons(gold: Annotation, predicted: Annotation) -> Annotation:
    del gold
    entities = [m.entity for m in predicted.mentions or ()]
    kept = tuple(m for m in predicted.mentions or () if entities.count(m.entity) > 1)
    return msgspec.structs.replace(predicted, mentions=kept)


def with_shared_mentions_alone(gold: Annotation, predicted: Annotation) -> Annotation:
    known = {m.spans for m in gold.mentions or ()}
    kept = tuple(m for m in predicted.mentions or () if m.spans in known)
    return msgspec.structs.replace(predicted, mentions=kept)


def moved_to_the_first_such_word(gold: Annotation, predicted: Annotation) -> Annotation:
    """Forget positions: every word is where it first stands in the text."""
    del gold

    def first(span: Span) -> Span:
        word = TEXT[span.start : span.end]
        return Span(TEXT.index(word), TEXT.index(word) + len(word))

    moved = tuple(
        msgspec.structs.replace(m, spans=tuple(first(s) for s in m.spans[:1]))
        for m in predicted.mentions or ()
    )
    return msgspec.structs.replace(predicted, mentions=moved)


def without_event_type(_: Compute) -> Compute:
    return lambda chunk, options: arguments.score_arguments(
        chunk, options, parts=("filler", "role")
    )


def many_to_one(patch: Patch) -> None:
    """Let several predicted arguments answer one gold argument."""

    def pairs(chunk: Chunk, *, attached: bool) -> Any:
        found: set[tuple[int, int]] = set()

        def collect(gold: Any, predicted: Any, **_: Any) -> Any:
            found.update(zip(gold.tolist(), predicted.tolist(), strict=True))
            return gold[:0], predicted[:0]

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(argument_entities, "most_pairs", collect)
            real(chunk, attached=attached)
        ordered = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
        return ordered[:, 0], ordered[:, 1]

    real = argument_entities._pairs
    patch.setattr(argument_entities, "_pairs", pairs)


def generous(gold: Any, predicted: Any, *, names: tuple[str, ...]) -> Outcome:
    """Fill in what the prediction leaves out with what gold says."""
    said = {
        (document, *key): value
        for document, key, value in zip(
            gold.document.tolist(), gold.key.tolist(), gold.value.tolist(), strict=True
        )
    }
    value = [
        said.get((document, *key), ABSENT) if own == ABSENT else own
        for document, key, own in zip(
            predicted.document.tolist(),
            predicted.key.tolist(),
            predicted.value.tolist(),
            strict=True,
        )
    ]
    filled = replace(predicted, value=np.array(value, dtype=np.int64))
    return REAL_ACCURACY(gold, filled, names=names)


REAL_ACCURACY = attributes.accuracy


def any_overlap_is_a_subset(_: Compute) -> Compute:
    """Take a predicted filler that shares any span with gold's for one that lies in it."""

    def compute(chunk: Chunk, options: Options) -> Outcome:
        with pytest.MonkeyPatch.context() as inner:
            shared = templates._shared

            def all_in(gold: Any, predicted: Any) -> Any:
                at, to, _ = shared(gold, predicted)
                return at, to, predicted.size[to]

            inner.setattr(templates, "_shared", all_in)
            return templates.ceaf_ree(chunk, options, whole=True)

    return compute


def empty_fillers_are_right(side: Any, num: Any) -> Credits:
    return REAL_FILLER_CREDITS(side, np.where(side.size == 0, 1.0, num))


REAL_FILLER_CREDITS = templates._credits


# Sums


def without_halves(tallies: Any) -> Tally:
    """Compute again from whole counts when documents are put together."""
    found = merge(tallies)
    sums = found.sums.copy()
    sums[:, :, [P_NUM, R_NUM]] = np.floor(sums[:, :, [P_NUM, R_NUM]])
    return Tally(found.groups, sums)


def the_first_call_s(compute: Compute) -> Compute:
    """Keep the result of the first call in a mutable default argument."""

    def stale(chunk: Chunk, options: Options, memory: list[Outcome] = []) -> Outcome:  # noqa: B006
        if not memory:
            memory.append(compute(chunk, options))
        return memory[0]

    return stale


def changing_its_input(compute: Compute) -> Compute:
    """Normalise the caller's data in place."""

    def greedy(chunk: Chunk, options: Options) -> Outcome:
        found = compute(chunk, options)
        chunk.predicted.mentions.label[:] = 0
        return found

    return greedy


def perfect_without_links(compute: Compute) -> Compute:
    """Give everything for a side without links."""

    def kind(chunk: Chunk, options: Options) -> Outcome:
        found = compute(chunk, options)
        lacks = (found.gold.den == 0) | (found.predicted.den == 0)
        gold, predicted = (
            replace(side, num=np.where(lacks, 1.0, side.num), den=np.where(lacks, 1.0, side.den))
            for side in (found.gold, found.predicted)
        )
        return Outcome(found.groups, gold, predicted)

    return kind


def undefined_is_0(sums: Any, *, beta: float = 1.0) -> Ratio:
    found = ratio(sums, beta=beta)
    return Ratio(found.p or 0.0, found.r or 0.0, found.f1 or 0.0)


def smoothed(sums: Any, *, beta: float = 1.0) -> Ratio:
    del beta
    p, r = sums[0] / (sums[1] + 1e-10), sums[2] / (sums[3] + 1e-10)
    return Ratio(p, r, 2 * p * r / (p + r + 1e-10))


def lenient(patch: Patch) -> None:
    preset = compat.PRESETS["seqeval-strict"]
    presets = {**compat.PRESETS, "seqeval-strict": replace(preset, decode="conlleval")}
    patch.setattr(compat, "PRESETS", presets)


def without_l_and_u(patch: Patch) -> None:
    patch.setattr(token_files.TAGS, "_BEGINS", frozenset("BS"))
    patch.setattr(token_files.TAGS, "_ENDS", frozenset("ES"))
