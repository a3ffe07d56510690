"""The bugs of other scorers, put into this one: each is caught by the laws and oracles named.

A seed changes goldwire as the bug would; every check in its list must then fail, and none of them
may fail without it. docs/proof.md shows the list, and a test keeps the two in agreement.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import laws
import oracles
from goldwire import compat, scores
from goldwire.columns import ABSENT, Chunk
from goldwire.formats import conll
from goldwire.matching import pair
from goldwire.matching.maximum import FREE
from goldwire.metrics import (
    Options,
    argument_entities,
    arguments,
    attributes,
    cluster_alignment,
    coreference,
    nuggets,
    registry,
    spans,
    templates,
)
from goldwire.metrics.base import Compute
from goldwire.metrics.keys import score_keys
from goldwire.model import Annotation, Span
from goldwire.tallies import P_NUM, R_NUM, Credits, Outcome, Ratio, Tally, merge, ratio
from random_records import TEXT

DOCS = Path(__file__).parents[2] / "docs"
PROOF, PEERS = DOCS / "proof.md", DOCS / "peers.md"

Patch = pytest.MonkeyPatch
Pairs = Sequence[tuple[Annotation, Annotation]]


@dataclass(frozen=True)
class Seed:
    """A bug: whose it is (findings in docs/peers.md), how it is put in, and what catches it."""

    what: str
    findings: tuple[str, ...]
    plant: Callable[[Patch], None]
    caught_by: tuple[str, ...]


def check(name: str) -> Callable[[], None]:
    """Find a law or an oracle by name and metric, such as `documents_add_up entities/b3`."""
    function, _, metric = name.partition(" ")
    if function in laws.LAWS:
        return lambda: laws.LAWS[function](registry()[metric], Options())
    if function in oracles.ORACLES:
        return lambda: oracles.ORACLES[function][0](registry()[metric])
    by_name: Callable[[str], None] = getattr(oracles, function)
    return lambda: by_name(metric)


def computing(name: str, change: Callable[[Compute], Compute]) -> Callable[[Patch], None]:
    """Change how one metric is computed."""

    def plant(patch: Patch) -> None:
        metric = registry()[name]
        patch.setitem(registry(), name, replace(metric, compute=change(metric.compute)))

    return plant


def reading(change: Callable[[Annotation, Annotation], Annotation]) -> Callable[[Patch], None]:
    """Change what is read of a prediction, given gold and it."""

    def plant(patch: Patch) -> None:
        real = laws.build

        def build(documents: Pairs, *, ignoring: bool = False) -> Chunk:
            changed = [(gold, change(gold, found)) for gold, found in documents]
            return real(changed, ignoring=ignoring)

        patch.setattr(laws, "build", build)

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

        def collect(graph: Any) -> Any:
            found.update(zip(graph.gold.tolist(), graph.predicted.tolist(), strict=True))
            return np.full(len(graph.gold_priority), FREE)

        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(argument_entities, "maximum_matching", collect)
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
    patch.setattr(conll, "_BEGINS", frozenset("BS"))
    patch.setattr(conll, "_ENDS", frozenset("ES"))
    patch.setattr(conll, "_BEGINNING", frozenset(("B-", "S-")))
    patch.setattr(conll, "_ENDING", frozenset(("E-", "S-")))


SEEDS = (
    Seed(
        "an earlier prediction uses up the gold span that it overlaps",
        ("nervaluate-1", "nervaluate-8"),
        computing("mentions/strict", by_document(consumed)),
        (
            "mentions_are_bags mentions/strict",
            "order_and_names_never_matter mentions/strict",
        ),
    ),
    Seed(
        "one prediction answers for all that it overlaps",
        ("eval4ner-1",),
        computing("mentions/type", by_document(unconsumed)),
        ("overlaps_are_matched mentions/type",),
    ),
    Seed(
        "the overlap is a share of gold alone",
        ("nervaluate-5",),
        computing("mentions/iou@0.5", by_document(share_of_gold)),
        ("overlaps_are_matched mentions/iou@0.5", "sides_are_symmetric mentions/iou@0.5"),
    ),
    Seed(
        "one alignment serves categories and mode scores",
        (),
        computing("mentions/type", lambda _: registry()["mentions/semeval_type"].compute),
        (
            "overlaps_are_matched mentions/type",
            "another_prediction_never_lowers_a_count mentions/type",
        ),
    ),
    Seed(
        "duplicates vanish in a set",
        ("sets-1", "seqscore-1", "neleval-3"),
        lambda patch: (
            patch.setattr(spans, "pair", merging(pair)),
            patch.setattr(arguments, "score_keys", merging(score_keys)),
        )[0],
        (
            "mentions_are_bags mentions/strict",
            "arguments_are_bags arguments/classified",
        ),
    ),
    Seed(
        "predictions with unknown labels vanish",
        ("nervaluate-2",),
        reading(without_unknown_labels),
        (
            "a_spurious_item_costs_precision_alone mentions/strict",
            "mentions_are_bags mentions/strict",
        ),
    ),
    Seed(
        "ends are inclusive",
        ("nervaluate-4",),
        reading(with_inclusive_ends),
        ("overlaps_are_matched mentions/type", "mentions_are_bags mentions/strict"),
    ),
    Seed(
        "what does not stand in the text vanishes",
        ("wikievents-1",),
        reading(without_the_ungrounded),
        ("mentions_are_bags mentions/strict", "overlaps_are_matched mentions/overlap"),
    ),
    Seed(
        "words are compared without their positions",
        ("presidio-1",),
        reading(moved_to_the_first_such_word),
        ("mentions_are_bags mentions/exact", "overlaps_are_matched mentions/overlap"),
    ),
    Seed(
        "links are scored where both sides have the mention",
        ("spacy-1",),
        reading(with_shared_mentions_alone),
        (
            "links_are_bags links/strong_link",
            "a_spurious_item_costs_precision_alone links/strong_link",
        ),
    ),
    Seed(
        "invalid tags are read leniently in strict mode",
        ("seqeval-1",),
        lenient,
        ("invalid_tags_make_no_mention seqeval-strict",),
    ),
    Seed(
        "L- and U- are unknown",
        ("seqeval-2",),
        without_l_and_u,
        ("invalid_tags_make_no_mention seqeval-strict",),
    ),
    Seed(
        "0/0 counts as 0",
        ("zero-1", "seqeval-3"),
        attribute(scores, "ratio", undefined_is_0),
        ("nothing_is_undefined mentions/strict",),
    ),
    Seed(
        "denominators are smoothed",
        ("omnievent-1",),
        attribute(scores, "ratio", smoothed),
        ("perfection_is_exactly_1 mentions/strict",),
    ),
    Seed(
        "half credits are lost when documents are merged",
        ("nervaluate-7",),
        attribute(laws, "merge", without_halves),
        ("documents_add_up mentions/semeval_partial", "documents_add_up entities/b3"),
    ),
    Seed(
        "a second call scores the first call's documents",
        ("grit-1",),
        computing("mentions/strict", the_first_call_s),
        (
            "sides_are_symmetric mentions/strict",
            "a_spurious_item_costs_precision_alone mentions/strict",
        ),
    ),
    Seed(
        "the caller's data are changed in place",
        ("grit-3",),
        computing("mentions/strict", changing_its_input),
        ("asking_again_changes_nothing mentions/strict",),
    ),
    Seed(
        "CEAF-m divides mentions by clusters",
        ("coval-1",),
        attribute(coreference, "_counts", lambda side: np.ones(len(side.size))),
        (
            "coreference_is_as_defined entities/ceaf_m",
            "gold_itself_is_perfect entities/ceaf_m",
            "no_item_earns_more_than_it_could entities/ceaf_m",
        ),
    ),
    Seed(
        "singletons are dropped from predictions alone",
        ("e2e-1",),
        reading(without_singletons),
        ("gold_itself_is_perfect entities/ceaf_e", "gold_itself_is_perfect entities/b3"),
    ),
    Seed(
        "clusters are aligned greedily",
        (),
        attribute(coreference, "gains", first_clusters_first),
        ("coreference_is_as_defined entities/ceaf_e", "coreference_is_as_defined entities/ceaf_m"),
    ),
    Seed(
        "large alignments are given up as zeros",
        ("neleval-4", "scorch-2"),
        attribute(coreference, "gains", gives_up),
        ("gold_itself_is_perfect entities/ceaf_e", "coreference_is_as_defined entities/ceaf_m"),
    ),
    Seed(
        "BLANC is perfect where a side has no links",
        ("scorch-1",),
        computing("entities/blanc", perfect_without_links),
        ("coreference_is_as_defined entities/blanc",),
    ),
    Seed(
        "nuggets are aligned greedily",
        ("evmeval-2",),
        attribute(nuggets, "heaviest", heaviest_first),
        ("nuggets_are_aligned_at_best triggers/nugget",),
    ),
    Seed(
        "a missing attribute is full credit",
        ("evmeval-1",),
        attribute(attributes, "accuracy", generous),
        ("accuracies_count_what_is_said triggers/tense_accuracy",),
    ),
    Seed(
        "the event type is no part of an argument's key",
        ("hmeae-1",),
        computing("arguments/classified", without_event_type),
        ("arguments_are_bags arguments/classified",),
    ),
    Seed(
        "several arguments answer one",
        ("wikievents-2",),
        many_to_one,
        ("arguments_by_entity_are_matched arguments/entity",),
    ),
    Seed(
        "any overlap is a subset",
        ("iterx-1",),
        computing("events/ceaf_ree", any_overlap_is_a_subset),
        ("role_fillers_are_aligned_at_best events/ceaf_ree",),
    ),
    Seed(
        "an empty predicted entity is wholly right",
        ("grit-2",),
        attribute(templates, "_credits", empty_fillers_are_right),
        ("a_filler_without_a_place_earns_nothing events/ceaf_ree",),
    ),
)


NOT_SEEDED = {
    "nervaluate-3": "an error, no wrong number",
    "nervaluate-6": "a way to show tables; the confusion matrix is proved against brute force",
    "conll-1": "an error, no wrong number",
    "conll-2": "0/0 counts as 0, which is seeded",
    "scorch-3": "a mention in two entities is a fault of data, reported by `goldwire validate`",
    "neleval-1": "an error, no wrong number",
    "neleval-2": "an error, no wrong number",
}
"""Findings that no seed stands for, and why."""


@pytest.fixture
def fresh() -> Iterator[Patch]:
    """Columns are built anew before and after, so that no test sees another's."""
    laws.forget()
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    laws.forget()


CHECKS = sorted({name for seed in SEEDS for name in seed.caught_by})


@pytest.mark.parametrize("name", CHECKS)
def test_without_a_bug_no_check_fails(name: str) -> None:
    check(name)()


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.what)
def test_every_check_named_catches_the_bug(seed: Seed, fresh: Patch) -> None:
    seed.plant(fresh)
    for name in seed.caught_by:
        with pytest.raises(AssertionError):
            check(name)()


def test_the_page_of_proofs_shows_this_list() -> None:
    page = PROOF.read_text(encoding="utf-8")
    _, _, section = page.partition("## Which check catches which bug")
    shown = re.findall(r"^\| (.+?) \| (.*?) \| (`.+?) \|$", section, re.MULTILINE)
    listed = [
        (
            seed.what,
            ", ".join(seed.findings) or "–",
            "; ".join(f"`{name}`" for name in seed.caught_by),
        )
        for seed in SEEDS
    ]
    assert shown == listed
    for name in (*laws.LAWS, *oracles.ORACLES):
        assert f"| `{name}` |" in page


def test_every_finding_about_a_peer_is_seeded_or_excused() -> None:
    page = PEERS.read_text(encoding="utf-8")
    findings = re.findall(r"^\| ([a-z0-9]+-\d+)(?: ✓)? \|", page, re.MULTILINE)
    seeded = {finding for seed in SEEDS for finding in seed.findings}
    assert len(findings) == len(set(findings)) > 30
    assert seeded | {*NOT_SEEDED} == {*findings}
    assert not seeded & {*NOT_SEEDED}
