import pytest

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.metrics.coreference import COMPOSITES
from goldwire.model import Annotation, Entity, Link, Mention, Span
from goldwire.tallies import tally

Spec = tuple[str, str | None, str, list[int | None]]
"""An entity: its id, identifier, type, and where its mentions start (None: nowhere)."""


def record(*entities: Spec) -> Annotation:
    return Annotation(
        doc_id="d",
        entities=tuple(
            Entity(id=name, type=label, links=() if kb is None else (link(kb),))
            for name, kb, label, _ in entities
        ),
        mentions=tuple(
            Mention(entity=name, surface="?")
            if start is None
            else Mention(entity=name, spans=(Span(start, start + 1),))
            for name, _, _, starts in entities
            for start in starts
        ),
    )


def link(identifier: str) -> Link:
    if identifier == "NIL":
        return Link(kb="nil", id="NIL7", status="none")
    return Link(kb="wd", id=identifier, status="exact")


GOLD = record(
    ("e1", "Q1", "PER", [0, 1]),
    ("e2", "Q2", "ORG", [10]),
    ("e3", None, "PER", [20, 21]),
    ("e4", "NIL", "ORG", [30]),
)
PREDICTED = record(
    ("a", "Q1", "PER", [0]),
    ("b", "Q9", "PER", [1, 10]),
    ("c", None, "ORG", [20, 30]),
    ("d", "Q2", "ORG", [40]),
    ("e", None, "PER", [21]),
)


def sums(
    metric: str,
    gold: Annotation = GOLD,
    predicted: Annotation = PREDICTED,
    *,
    options: Options = Options(),
    ignored: frozenset[int] = frozenset(),
) -> dict[str, list[float]]:
    chunk = build_chunk(
        [("d", gold, predicted, None)],
        ignore=lambda mention: bool(mention.spans) and mention.spans[0].start in ignored,
    )
    table = tally(find(f"links/{metric}").compute(chunk, options), n_documents=1)
    rows = zip(table.groups, table.sums[0].tolist(), strict=True)
    return {group: row for group, row in rows if any(row)}


# Gold mentions: 0 Q1 PER, 1 Q1 PER, 10 Q2 ORG, 20 NIL PER, 21 NIL PER, 30 NIL ORG.
# Predicted: 0 Q1 PER, 1 Q9 PER, 10 Q9 PER, 20 NIL ORG, 30 NIL ORG, 40 Q2 ORG, 21 NIL PER.
@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("strong_mention", {"PER": [4, 4, 4, 4], "ORG": [2, 3, 2, 2]}),
        ("strong_typed", {"PER": [3, 4, 3, 4], "ORG": [1, 3, 1, 2]}),
        ("strong_link", {"PER": [1, 3, 1, 2], "ORG": [0, 1, 0, 1]}),
        ("strong_nil", {"PER": [1, 1, 2, 2], "ORG": [2, 2, 1, 1]}),
        ("strong_all", {"PER": [2, 4, 3, 4], "ORG": [2, 3, 1, 2]}),
        ("typed_all", {"PER": [2, 4, 2, 4], "ORG": [1, 3, 1, 2]}),
        # Gold mentions Q1 and Q2; predicted are Q1, Q9 (PER) and Q2 (ORG).
        ("entity_match", {"PER": [1, 2, 1, 1], "ORG": [1, 1, 1, 1]}),
        # Gold clusters {20, 21} and {30}; predicted {20, 30} and {21}: best is 20~30 → {30} 1,
        # 21 → {20, 21} 1.
        ("nil_ceaf", {"PER": [1, 1, 1, 2], "ORG": [1, 2, 1, 1]}),
    ],
)
def test_links_are_counted(metric: str, expected: dict[str, list[float]]) -> None:
    assert sums(metric) == expected


def test_an_identifier_that_two_entities_have_is_one() -> None:
    twice = record(("a", "Q1", "PER", [0]), ("b", "Q1", "ORG", [5]), ("c", "Q2", "PER", [7]))
    assert sums("entity_match", twice, twice) == {"ORG": [1, 1, 1, 1], "PER": [1, 1, 1, 1]}


def test_an_entity_without_a_mention_is_not_in_the_document() -> None:
    idle = record(("a", "Q1", "PER", []), ("b", "Q2", "PER", [0]))
    assert sums("entity_match", idle, idle) == {"PER": [1, 1, 1, 1]}


def test_do_not_care_mentions_and_predictions_on_them_take_no_part() -> None:
    # Left of gold: 10 Q2 ORG, 20 and 21 NIL PER, 30 NIL ORG; of the prediction: 10, 20, 30, 40, 21.
    found = sums("strong_all", ignored=frozenset({0, 1}))
    assert found == {"PER": [1, 2, 2, 2], "ORG": [2, 3, 1, 2]}
    assert sums("entity_match", ignored=frozenset({0, 1})) == {
        "PER": [0, 1, 0, 0],
        "ORG": [1, 1, 1, 1],
    }


def test_copies_count_or_merge() -> None:
    gold = record(("e1", "Q1", "PER", [0]))
    predicted = record(("a", "Q1", "PER", [0]), ("b", "Q1", "PER", [0]), ("c", "Q2", "PER", [0]))
    assert sums("strong_all", gold, predicted) == {"PER": [1, 3, 1, 1]}
    merged = sums("strong_all", gold, predicted, options=Options(duplicates="merge"))
    assert merged == {"PER": [1, 2, 1, 1]}


def test_a_mention_without_a_place_is_wrong() -> None:
    lost = record(("e1", "Q1", "PER", [None]))
    assert sums("strong_all", lost, lost) == {"PER": [0, 1, 0, 1]}
    # Identifiers are of the document, wherever they are mentioned.
    assert sums("entity_match", lost, lost) == {"PER": [1, 1, 1, 1]}


def test_conll_is_the_mean_of_three() -> None:
    assert {composite.name: composite.parts for composite in COMPOSITES} == {
        "entities/conll": ("entities/muc", "entities/b3", "entities/ceaf_e"),
        "events/conll": ("events/muc", "events/b3", "events/ceaf_e"),
    }
    for composite in COMPOSITES:
        assert all(find(part).name == part for part in composite.parts)


def test_a_linked_mention_takes_no_nil_mention_s_place() -> None:
    """Two entities with the same span, one of them linked: the order in the record is nothing."""
    entities = (
        Entity(id="linked", type="ORG", links=(Link(kb="wd", id="Q1", status="exact"),)),
        Entity(id="nil", type="ORG"),
    )
    mentions = tuple(Mention(entity=name, spans=(Span(0, 6),)) for name in ("linked", "nil"))
    gold = Annotation(doc_id="d", entities=entities, mentions=mentions)
    again = Annotation(doc_id="d", entities=entities[::-1], mentions=mentions[::-1])
    chunk = build_chunk([("d", gold, again, None)])
    found = tally(find("links/nil_ceaf").compute(chunk, Options()), n_documents=1)
    assert found.pool().sums[0, 0].tolist() == [1, 1, 1, 1]
