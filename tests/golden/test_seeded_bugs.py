"""The bugs of other scorers, put into this one: each is caught by the laws and oracles named.

A seed changes goldwire as the bug would; every check in its list must then fail, and none of them
may fail without it. docs/proof.md shows the list, and a test keeps the two in agreement.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import laws
import mutants
import oracles
from goldwire import scores, tallies
from goldwire.matching import pair
from goldwire.metrics import (
    Options,
    arguments,
    attributes,
    coreference,
    nuggets,
    registry,
    spans,
    templates,
)
from goldwire.metrics.keys import score_keys

DOCS = Path(__file__).parents[2] / "docs"
PROOF, PEERS = DOCS / "proof.md", DOCS / "peers.md"

Patch = pytest.MonkeyPatch


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


SEEDS = (
    Seed(
        "an earlier prediction uses up the gold span that it overlaps",
        ("nervaluate-1", "nervaluate-8"),
        mutants.computing("mentions/strict", mutants.by_document(mutants.consumed)),
        (
            "mentions_are_bags mentions/strict",
            "order_and_names_never_matter mentions/strict",
        ),
    ),
    Seed(
        "one prediction answers for all that it overlaps",
        ("eval4ner-1",),
        mutants.computing("mentions/type", mutants.by_document(mutants.unconsumed)),
        ("overlaps_are_matched mentions/type",),
    ),
    Seed(
        "the overlap is a share of gold alone",
        ("nervaluate-5",),
        mutants.computing("mentions/iou@0.5", mutants.by_document(mutants.share_of_gold)),
        ("overlaps_are_matched mentions/iou@0.5", "sides_are_symmetric mentions/iou@0.5"),
    ),
    Seed(
        "one alignment serves categories and mode scores",
        (),
        mutants.computing("mentions/type", lambda _: registry()["mentions/semeval_type"].compute),
        (
            "overlaps_are_matched mentions/type",
            "another_prediction_never_lowers_a_count mentions/type",
        ),
    ),
    Seed(
        "duplicates vanish in a set",
        ("sets-1", "seqscore-1", "neleval-3"),
        lambda patch: (
            patch.setattr(spans, "pair", mutants.merging(pair)),
            patch.setattr(arguments, "score_keys", mutants.merging(score_keys)),
        )[0],
        (
            "mentions_are_bags mentions/strict",
            "arguments_are_bags arguments/classified",
        ),
    ),
    Seed(
        "predictions with unknown labels vanish",
        ("nervaluate-2",),
        mutants.reading(mutants.without_unknown_labels),
        (
            "a_spurious_item_costs_precision_alone mentions/strict",
            "mentions_are_bags mentions/strict",
        ),
    ),
    Seed(
        "ends are inclusive",
        ("nervaluate-4",),
        mutants.reading(mutants.with_inclusive_ends),
        ("overlaps_are_matched mentions/type", "mentions_are_bags mentions/strict"),
    ),
    Seed(
        "what does not stand in the text vanishes",
        ("wikievents-1",),
        mutants.reading(mutants.without_the_ungrounded),
        ("mentions_are_bags mentions/strict", "overlaps_are_matched mentions/overlap"),
    ),
    Seed(
        "words are compared without their positions",
        ("presidio-1",),
        mutants.reading(mutants.moved_to_the_first_such_word),
        ("mentions_are_bags mentions/exact", "overlaps_are_matched mentions/overlap"),
    ),
    Seed(
        "links are scored where both sides have the mention",
        ("spacy-1",),
        mutants.reading(mutants.with_shared_mentions_alone),
        (
            "links_are_bags links/strong_link",
            "a_spurious_item_costs_precision_alone links/strong_link",
        ),
    ),
    Seed(
        "invalid tags are read leniently in strict mode",
        ("seqeval-1",),
        mutants.lenient,
        ("invalid_tags_make_no_mention seqeval-strict",),
    ),
    Seed(
        "L- and U- are unknown",
        ("seqeval-2",),
        mutants.without_l_and_u,
        ("invalid_tags_make_no_mention seqeval-strict",),
    ),
    Seed(
        "0/0 counts as 0",
        ("zero-1", "seqeval-3"),
        mutants.attribute(scores, "ratio", mutants.undefined_is_0),
        ("nothing_is_undefined mentions/strict",),
    ),
    Seed(
        "denominators are smoothed",
        ("omnievent-1",),
        mutants.attribute(scores, "ratio", mutants.smoothed),
        ("perfection_is_exactly_1 mentions/strict",),
    ),
    Seed(
        "half credits are lost when documents are merged",
        ("nervaluate-7",),
        mutants.attribute(tallies, "merge", mutants.without_halves),
        ("documents_add_up mentions/semeval_partial", "documents_add_up entities/b3"),
    ),
    Seed(
        "a second call scores the first call's documents",
        ("grit-1",),
        mutants.computing("mentions/strict", mutants.the_first_call_s),
        (
            "sides_are_symmetric mentions/strict",
            "a_spurious_item_costs_precision_alone mentions/strict",
        ),
    ),
    Seed(
        "the caller's data are changed in place",
        ("grit-3",),
        mutants.computing("mentions/strict", mutants.changing_its_input),
        ("asking_again_changes_nothing mentions/strict",),
    ),
    Seed(
        "CEAF-m divides mentions by clusters",
        ("coval-1",),
        mutants.attribute(coreference, "_counts", lambda side: np.ones(len(side.size))),
        (
            "coreference_is_as_defined entities/ceaf_m",
            "gold_itself_is_perfect entities/ceaf_m",
            "no_item_earns_more_than_it_could entities/ceaf_m",
        ),
    ),
    Seed(
        "singletons are dropped from predictions alone",
        ("e2e-1",),
        mutants.reading(mutants.without_singletons),
        ("gold_itself_is_perfect entities/ceaf_e", "gold_itself_is_perfect entities/b3"),
    ),
    Seed(
        "clusters are aligned greedily",
        (),
        mutants.attribute(coreference, "gains", mutants.first_clusters_first),
        ("coreference_is_as_defined entities/ceaf_e", "coreference_is_as_defined entities/ceaf_m"),
    ),
    Seed(
        "large alignments are given up as zeros",
        ("neleval-4", "scorch-2"),
        mutants.attribute(coreference, "gains", mutants.gives_up),
        ("gold_itself_is_perfect entities/ceaf_e", "coreference_is_as_defined entities/ceaf_m"),
    ),
    Seed(
        "BLANC is perfect where a side has no links",
        ("scorch-1",),
        mutants.computing("entities/blanc", mutants.perfect_without_links),
        ("coreference_is_as_defined entities/blanc",),
    ),
    Seed(
        "nuggets are aligned greedily",
        ("evmeval-2",),
        mutants.attribute(nuggets, "heaviest", mutants.heaviest_first),
        ("nuggets_are_aligned_at_best triggers/nugget",),
    ),
    Seed(
        "a missing attribute is full credit",
        ("evmeval-1",),
        mutants.attribute(attributes, "accuracy", mutants.generous),
        ("accuracies_count_what_is_said triggers/tense_accuracy",),
    ),
    Seed(
        "the event type is no part of an argument's key",
        ("hmeae-1",),
        mutants.computing("arguments/classified", mutants.without_event_type),
        ("arguments_are_bags arguments/classified",),
    ),
    Seed(
        "several arguments answer one",
        ("wikievents-2",),
        mutants.many_to_one,
        ("arguments_by_entity_are_matched arguments/entity",),
    ),
    Seed(
        "any overlap is a subset",
        ("iterx-1",),
        mutants.computing("events/ceaf_ree", mutants.any_overlap_is_a_subset),
        ("role_fillers_are_aligned_at_best events/ceaf_ree",),
    ),
    Seed(
        "an empty predicted entity is wholly right",
        ("grit-2",),
        mutants.attribute(templates, "_credits", mutants.empty_fillers_are_right),
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
