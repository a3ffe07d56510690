import pytest

from goldwire.errors import UsageError
from goldwire.labels import PRESETS, LabelMap
from goldwire.model import Annotation, Entity, Mention, Span, Time


def prediction() -> Annotation:
    return Annotation(
        doc_id="d",
        entities=(Entity(id="e", type="PERSON"),),
        mentions=(
            Mention(id="m", entity="e", spans=(Span(0, 2),)),
            Mention(id="x", type="DATE", spans=(Span(4, 6),), score=0.5),
            Mention(type="MISC", spans=(Span(1, 3),)),
        ),
    )


def test_a_rule_relabels_moves_to_another_layer_or_leaves_out_and_counts() -> None:
    mapped, dropped = LabelMap.parse(["PERSON=PER", "MISC=", "DATE=times:DATE"]).apply(prediction())
    assert mapped.mentions == (Mention(id="m", entity="e", type="PER", spans=(Span(0, 2),)),)
    assert mapped.times == (Time(id="x", type="DATE", spans=(Span(4, 6),), score=0.5),)
    assert dropped == {"mentions:MISC": 1}


def test_an_unmapped_label_stays_as_it_is() -> None:
    mapped, dropped = LabelMap.parse(["GPE=LOC"]).apply(prediction())
    assert mapped == prediction()
    assert not dropped


def test_a_layer_that_was_not_attempted_stays_unattempted() -> None:
    mapped, _ = LabelMap.parse(["PERSON=PER"]).apply(prediction())
    assert mapped.attempted() == ("entities", "mentions")


def test_a_layer_attempted_in_vain_stays_attempted() -> None:
    empty = Annotation(doc_id="d", mentions=())
    assert LabelMap.parse(["PERSON=PER"]).apply(empty)[0].attempted() == ("mentions",)


def test_the_text_of_a_map_does_not_depend_on_the_order_of_its_rules() -> None:
    rules = ["PERSON=PER", "MISC=", "DATE=times:DATE"]
    assert str(LabelMap.parse(rules)) == str(LabelMap.parse(reversed(rules)))
    assert str(LabelMap.parse(["MISC="])) == "mentions:MISC="


@pytest.mark.parametrize("rule", ["PERSON", "=PER", "entities:PER=X"])
def test_a_malformed_rule_is_refused(rule: str) -> None:
    with pytest.raises(UsageError):
        LabelMap.parse([rule])


def test_a_label_mapped_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="mapped twice"):
        LabelMap.parse(["PERSON=PER", "PERSON=ORG"])


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_read(preset: str) -> None:
    assert LabelMap.parse([preset])
