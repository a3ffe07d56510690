"""Attribution metrics on small cases worked out by hand; docs/attribution-scoring.md has more."""

import pytest

from goldwire.columns import build_chunk
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Attribution, Entity, Mention, Source, Span
from goldwire.tallies import tally

MENTIONS = (
    Mention(id="m1", entity="kim", spans=(Span(0, 3),)),
    Mention(id="m2", entity="kim", spans=(Span(40, 43),)),
    Mention(id="m3", entity="other", spans=(Span(60, 65),)),
    Mention(id="m4", entity="kim", surface="Kim"),
)
ENTITIES = (Entity(id="kim", type="PER"), Entity(id="other", type="ORG"))


def record(*attributions: Attribution) -> Annotation:
    return Annotation(doc_id="d", entities=ENTITIES, mentions=MENTIONS, attributions=attributions)


def says(
    source: Span | None, cue: Span | None, *content: Span, mention: str | None = None
) -> Attribution:
    return Attribution(
        source=Source(spans=(source,) if source else (), mention=mention),
        cue=(cue,) if cue else (),
        content=content,
    )


def sums(
    name: str,
    gold: Annotation,
    predicted: Annotation,
    *,
    options: Options = Options(),
) -> list[float]:
    chunk = build_chunk([("d", gold, predicted, None)])
    found = tally(find(f"attributions/{name}").compute(chunk, options), n_documents=1)
    row: list[float] = found.sums.sum(axis=(0, 1)).tolist()
    return row


CUE = Span(10, 14)
CONTENT = Span(20, 30)


def test_absent_sources_are_equal_to_each_other_and_to_no_found_one() -> None:
    without, with_source = says(None, CUE, CONTENT), says(Span(0, 3), CUE, CONTENT)
    assert sums("strict", record(without), record(without)) == [1, 1, 1, 1]
    assert sums("strict", record(without), record(with_source)) == [0, 1, 0, 1]
    assert sums("soft", record(without), record(with_source)) == pytest.approx([2 / 3, 1, 2 / 3, 1])


def test_attributions_far_apart_are_not_alike_for_lacking_a_source_both() -> None:
    gold = record(says(None, CUE, CONTENT))
    predicted = record(says(None, Span(50, 54), Span(60, 70)))
    assert sums("soft", gold, predicted) == [0, 1, 0, 1]


def test_broken_contents_share_their_fragments_only() -> None:
    gold = record(says(Span(0, 3), CUE, Span(20, 24), Span(26, 30)))
    hull = record(says(Span(0, 3), CUE, Span(20, 30)))
    gap = record(says(Span(0, 3), CUE, Span(24, 26)))
    assert sums("strict", gold, gold) == [1, 1, 1, 1]
    assert sums("strict", gold, hull) == [0, 1, 0, 1]
    # 8 of 8 and 10 code points in common: dice 16/18.
    assert sums("soft", gold, hull)[0] == pytest.approx((1 + 1 + 16 / 18) / 3)
    assert sums("soft", gold, gap)[0] == pytest.approx(2 / 3)


def test_a_surplus_copy_is_wrong_unless_copies_are_merged() -> None:
    one = says(Span(0, 3), CUE, CONTENT)
    gold, predicted = record(one), record(one, one)
    assert sums("strict", gold, predicted) == [1, 2, 1, 1]
    assert sums("strict", gold, predicted, options=Options(duplicates="merge")) == [1, 1, 1, 1]
    assert sums("soft", gold, predicted) == [1, 2, 1, 1]


def test_alignment_gives_up_a_likeness_where_the_sum_gains() -> None:
    left, right = Span(20, 26), Span(24, 34)
    gold = record(says(None, None, left), says(None, None, right))
    # The wide one is most like the right one (dice 20/24), but the narrow one has no other:
    # wide–right + nothing = 20/24, wide–left + narrow–right = 12/20 + 12/16.
    predicted = record(says(None, None, Span(20, 34)), says(None, None, Span(28, 34)))
    expected = ((2 + 12 / 20) + (2 + 12 / 16)) / 3
    greedy = (2 + 20 / 24) / 3
    assert greedy < expected
    assert sums("soft", gold, predicted)[0] == pytest.approx(expected)


def test_any_grounded_mention_of_the_gold_entity_names_the_source() -> None:
    gold = record(says(Span(40, 43), CUE, CONTENT, mention="m2"))
    for source, right in ((Span(0, 3), 1), (Span(40, 43), 1), (Span(60, 65), 0), (None, 0)):
        predicted = record(says(source, CUE))
        assert sums("source_entity", gold, predicted) == [right, 1, right, 1]
    assert sums("source_entity", gold, record(says(Span(0, 3), Span(11, 14)))) == [0, 1, 0, 1]


def test_an_implicit_source_with_a_known_entity_is_named_by_its_mentions_too() -> None:
    gold = record(says(None, CUE, CONTENT, mention="m1"))
    for source, right in ((None, 1), (Span(40, 43), 1), (Span(60, 65), 0)):
        assert sums("source_entity", gold, record(says(source, CUE)))[0] == right


def test_sources_under_one_cue_are_paired_as_well_as_they_can_be() -> None:
    gold = record(
        says(Span(0, 3), CUE, mention="m1"),
        says(Span(0, 3), CUE),
        says(Span(60, 65), Span(15, 18)),
    )
    # The first gold source may be named by either, the second by its own span only.
    predicted = record(says(Span(0, 3), CUE), says(Span(40, 43), CUE), says(Span(60, 65), CUE))
    assert sums("source_entity", gold, predicted) == [2, 3, 2, 3]
    assert sums("source_entity_given_cue", gold, predicted) == [2, 2, 2, 2]


def test_links_hang_on_the_cue() -> None:
    gold = record(says(Span(0, 3), CUE, CONTENT))
    predicted = record(says(Span(0, 3), Span(50, 54), CONTENT), says(None, CUE, CONTENT))
    # Gold: one link to a source, one to a content. Predicted: one and two; (CUE, CONTENT) is right.
    assert sums("cue_keyed", gold, predicted) == [1, 3, 1, 2]
