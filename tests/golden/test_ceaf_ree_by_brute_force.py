"""CEAF-REE against its definition, tried by brute force over all alignments; GRIT is no package.

Du et al. (2021): for each document and role, the one-to-one alignment of predicted with gold
entities that earns most; φ is the share of the predicted entity that lies in the gold one, or 1
where all of it does. Sums over documents and roles, then one division.
"""

from fractions import Fraction
from itertools import permutations
from random import Random

import pytest

import goldwire
from goldwire.compat import preset
from goldwire.model import Annotation, Argument, Entity, EventMention, Mention, Span
from random_spans import AT_LEAST

ROLES = ("Target", "Victim", "Täter")
NAMES = 8
Template = dict[str, list[frozenset[int]]]
"""The entities of each role; an entity is the set of its names, numbered."""

N_DOCUMENTS = 2_400


def template(rng: Random) -> Template:
    """Up to four entities a role; entities may share names with each other, as GRIT allows."""
    return {
        role: [
            frozenset(rng.sample(range(NAMES), rng.randint(1, 3)))
            for _ in range(rng.choice((0, 0, 1, 2, 3, 4)))
        ]
        for role in ROLES
    }


def predicted(rng: Random, gold: Template) -> Template:
    if rng.random() < 0.4:
        return template(rng)
    return {
        role: [
            frozenset(rng.sample(sorted(entity), rng.randint(1, len(entity))))
            for entity in entities
            if rng.random() < 0.8
        ]
        for role, entities in gold.items()
    }


def documents() -> list[tuple[Template, Template]]:
    rng = Random(17)
    golds = [template(rng) for _ in range(N_DOCUMENTS)]
    return [(gold, predicted(rng, gold)) for gold in golds]


DOCUMENTS = documents()


def best(gold: list[frozenset[int]], found: list[frozenset[int]], *, whole: bool) -> Fraction:
    """Try every alignment."""

    def phi(one: frozenset[int] | None, other: frozenset[int] | None) -> Fraction:
        if one is None or other is None:
            return Fraction(0)
        return Fraction(other <= one) if whole else Fraction(len(one & other), len(other))

    padded = [*found, *[None] * max(0, len(gold) - len(found))]
    return max(
        sum((phi(one, other) for one, other in zip(gold, order, strict=False)), Fraction(0))
        for order in permutations(padded, len(gold))
    )


def record(roles: Template, doc_id: str) -> Annotation:
    """Put every name in a place of its own; the places nest and cross."""
    fillers = [(role, names) for role, entities in roles.items() for names in entities]
    return Annotation(
        doc_id=doc_id,
        entities=tuple(Entity(id=f"e{at}", type="X") for at in range(len(fillers))),
        mentions=tuple(
            Mention(id=f"m{at}-{name}", entity=f"e{at}", spans=(Span(name, 2 * name + 1),))
            for at, (_, names) in enumerate(fillers)
            for name in sorted(names)
        ),
        event_mentions=(
            EventMention(
                type="Attack",
                arguments=tuple(
                    Argument(role=role, ref=f"m{at}-{min(names)}")
                    for at, (role, names) in enumerate(fillers)
                ),
            ),
        ),
    )


@pytest.mark.parametrize("name", preset("ceaf-ree").numbers)
def test_the_alignment_earns_what_the_best_of_all_earns(name: str) -> None:
    metric = preset("ceaf-ree").numbers[name]
    golds, predictions = (
        [record(pair[at], f"d{number}") for number, pair in enumerate(DOCUMENTS)] for at in (0, 1)
    )
    scores = goldwire.score(golds, predictions, compat="ceaf-ree")
    assert len(DOCUMENTS) >= AT_LEAST
    for role in ROLES:
        earned = sum(
            (best(gold[role], found[role], whole=name == "strict") for gold, found in DOCUMENTS),
            Fraction(0),
        )
        n_gold, n_found = (sum(len(pair[at][role]) for pair in DOCUMENTS) for at in (0, 1))
        expected = [earned, n_found, earned, n_gold]
        assert scores[f"{metric}[{role}]"].sums == pytest.approx([float(e) for e in expected])


def test_the_documents_hold_what_they_should() -> None:
    sides = [(gold[role], found[role]) for gold, found in DOCUMENTS for role in ROLES]
    assert sum(not gold and bool(found) for gold, found in sides) > 100
    assert sum(bool(gold) and not found for gold, found in sides) > 100
    assert sum(not any(d[0].values()) and not any(d[1].values()) for d in DOCUMENTS) > 10
    assert sum(len(gold) > 2 and len(found) > 2 for gold, found in sides) > 100
