"""Which numbers are asked for, and how wrong names are answered."""

from pathlib import Path

import pytest

import goldwire
from goldwire.cli import main
from goldwire.errors import UsageError
from goldwire.metrics import composites, describe, expand, registry
from goldwire.metrics.naming import ELSEWHERE
from goldwire.model import Factuality
from goldwire.request import read_request
from goldwire.signature import Address

ENTITIES = (goldwire.Entity(id="e1", type="PER"), goldwire.Entity(id="e2", type="A,B"))
MENTIONS = (
    goldwire.Mention(entity="e1", spans=(goldwire.Span(0, 3),)),
    goldwire.Mention(entity="e1", spans=(goldwire.Span(5, 8),)),
    goldwire.Mention(entity="e2", spans=(goldwire.Span(10, 12),)),
)
RECORD = goldwire.Annotation(doc_id="d", entities=ENTITIES, mentions=MENTIONS)


def test_names_alone_are_metrics_to_score() -> None:
    request = read_request("mentions/strict, entities/conll,")
    assert request.metrics == ("mentions/strict", "entities/conll")
    assert (request.slices, request.numbers) == ((), ())


def test_a_single_number_brings_its_slicing_and_is_shown_alone() -> None:
    request = read_request("mentions/strict.f1[A,B]@headline,entities/muc@source.publisher=X, Inc.")
    assert request.metrics == ("mentions/strict", "entities/muc")
    assert request.slices == ("zone", "document.source.publisher")
    assert request.numbers == (
        Address("mentions/strict", "f1", "A,B", "headline"),
        Address("entities/muc", slice="source.publisher=X, Inc."),
    )


def test_all_is_every_metric_and_every_average() -> None:
    assert read_request("all").metrics == (*registry(), *composites())


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("entities/strict", "mentions/strict"),
        ("mention/strict", "mentions/strict"),
        ("strict", "mentions/strict"),
        ("conll", "entities/conll"),
        ("bcub", "entities/b3"),
        ("strong_link_match", "links/strong_link"),
        ("triggers/strict", "triggers/classified"),
        ("attributions/sorce", "attributions/source"),
        ("mentions/strct.f1[ORG]", "mentions/strict"),
    ],
)
def test_a_wrong_name_gets_the_nearest_right_one_first(wrong: str, right: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean {right}"):
        read_request(wrong)


@pytest.mark.parametrize(
    "text", ["", " , ", "*", "xyz/qqq", "mentions/iou@0", "mentions/strict@a=b"]
)
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_request(text)


def test_names_of_other_scorers_lead_to_metrics_that_there_are() -> None:
    assert [describe(name).name for name in ELSEWHERE.values()] == list(ELSEWHERE.values())


def test_an_average_is_scored_by_its_parts() -> None:
    assert [metric.name for metric in expand(["entities/conll"])] == [
        "entities/muc",
        "entities/b3",
        "entities/ceaf_e",
    ]


def test_the_conll_average_is_the_mean_of_three_f1() -> None:
    alone = goldwire.Annotation(
        doc_id="d",
        entities=RECORD.entities,
        mentions=tuple(
            goldwire.Mention(entity=entity, spans=(goldwire.Span(start, end),))
            for entity, start, end in (("e1", 0, 3), ("e2", 5, 8), ("e2", 10, 12))
        ),
    )
    scores = goldwire.score([RECORD], [alone], metrics="entities/conll")
    # MUC finds none of one link. B³: recall (1/2 + 1/2 + 1) / 3, precision (1 + 1/2 + 1/2) / 3.
    # CEAF-e: {0} with {0, 5} and {5, 10} with {10}: 2/3 each, of two clusters.
    assert scores["entities/muc"].f1 == 0
    assert scores["entities/b3"].f1 == pytest.approx(2 / 3)
    assert scores["entities/ceaf_e"].f1 == pytest.approx(2 / 3)
    conll = scores["entities/conll"]
    assert conll.f1 == pytest.approx(4 / 9)
    assert (conll.p, conll.r) == (None, None)
    assert [str(score.address) for score in scores.rows()][-1] == "entities/conll"
    assert conll.signature.options["avg"] == "metrics"


def test_an_average_is_undefined_as_soon_as_a_part_is() -> None:
    single = goldwire.Annotation(doc_id="d", entities=ENTITIES[:1], mentions=MENTIONS[:1])
    scores = goldwire.score([single], [single], metrics=["entities/conll"])
    assert scores["entities/muc"].f1 is None
    assert scores["entities/conll"].f1 is None


def test_what_a_run_has_not_is_no_key() -> None:
    scores = goldwire.score([RECORD], [RECORD], metrics=["mentions/strict"])
    for name in ("mentions/strct", "nonsense", "entities/conll", "mentions/strict@headline"):
        assert name not in scores
    with pytest.raises(KeyError, match="did you mean mentions/strict"):
        scores["mentions/strct"]


@pytest.mark.parametrize(
    "wrong",
    [{"metrics": []}, {"on_error": "ignore"}, {"slices": "zones"}],
)
def test_a_wrong_call_is_refused_before_anything_is_read(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        goldwire.score([RECORD], [RECORD], **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"duplicates": "drop"}, {"beta": float("inf")}, {"average": "macro"}]
)
def test_options_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        goldwire.Options(**wrong)  # type: ignore[arg-type]


def test_means_over_labels_and_documents_leave_out_what_is_undefined() -> None:
    def record(doc_id: str, *mentions: tuple[int, str]) -> goldwire.Annotation:
        return goldwire.Annotation(
            doc_id=doc_id,
            mentions=tuple(
                goldwire.Mention(type=label, spans=(goldwire.Span(at, at + 2),))
                for at, label in mentions
            ),
        )

    gold = [record("a", (0, "X"), (5, "X"), (9, "Y")), record("b", (0, "X")), record("c")]
    predicted = [record("a", (0, "X"), (9, "Z")), record("b", (0, "X")), record("c")]

    def f1(average: str, name: str = "mentions/strict") -> tuple[float | None, int | None]:
        options = goldwire.Options(average=average)  # type: ignore[arg-type]
        score = goldwire.score(gold, predicted, metrics="mentions/strict", options=options)[name]
        return score.f1, score.n_averaged

    # X: 2 of 2 predicted and of 3 gold; Y: missed; Z: spurious. F1 4/5, 0 and 0.
    assert f1("labels") == pytest.approx((4 / 5 / 3, 3))
    # a: 1 of 2 and of 3, b: all, c: nothing to find and nothing found.
    assert f1("documents") == pytest.approx(((2 / 5 + 1) / 2, 2))
    assert f1("documents", "mentions/strict[X]") == pytest.approx(((2 / 3 + 1) / 2, 2))
    assert f1("micro") == pytest.approx((4 / 7, None))


def test_a_label_that_neither_side_has_is_said_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"doc_id":"d","mentions":[{"type":"PER","spans":[{"start":0,"end":2}]}]}')
    words = ["score", str(path), "--gold", str(path), "--metrics", "mentions/strict[PRE]"]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert "undef" in out
    assert "mentions/strict[PRE]: neither side has an item labelled so (nearest: PER)" in err


def test_every_element_of_an_attribution_takes_a_threshold() -> None:
    (metric,) = expand(["attributions/source_iou@0.7"])
    assert metric.summary == "attribution sources: sharing at least 0.7 of their union"
    address = Address("attributions/source_iou@0.7", "f1", None, "headline")
    assert Address.parse(str(address)) == address
    span = goldwire.Span(0, 10)
    gold = goldwire.Annotation(
        doc_id="d", attributions=(goldwire.Attribution(source=goldwire.Source(spans=(span,))),)
    )
    shorter = goldwire.Source(spans=(goldwire.Span(0, 7),))
    predicted = goldwire.Annotation(
        doc_id="d", attributions=(goldwire.Attribution(source=shorter),)
    )
    names = ["attributions/source_iou@0.7", "attributions/source_iou@0.71"]
    scores = goldwire.score([gold], [predicted], metrics=names)
    assert [scores[name].f1 for name in names] == [1, 0]


@pytest.mark.parametrize("name", ["entities/iou@0.5", "attributions/iou@0.5", "mentions/x_iou@0.5"])
def test_what_has_no_spans_takes_no_threshold(name: str) -> None:
    with pytest.raises(UsageError, match="write a threshold after one of mentions/iou"):
        expand([name])


def test_gold_that_holds_a_document_twice_is_refused_in_memory_too() -> None:
    with pytest.raises(goldwire.GoldError, match="GW711 d"):
        goldwire.score([RECORD, RECORD], [RECORD])
    with pytest.raises(goldwire.GoldError, match="GW703 gold row 1"):
        goldwire.score([RECORD, {"doc_id": 3}], [RECORD])


@pytest.mark.parametrize("wrong", [RECORD, {"doc_id": "d"}, None, 5])
def test_what_is_no_list_of_records_is_wrong_usage(wrong: object) -> None:
    for gold, predicted in (([RECORD], wrong), (wrong, [RECORD])):
        with pytest.raises(UsageError, match="must be a path or a list of records"):
            goldwire.score(gold, predicted)  # type: ignore[arg-type]


def test_references_that_lead_nowhere_are_counted() -> None:
    predicted = goldwire.Annotation(
        doc_id="d",
        mentions=MENTIONS,
        entities=ENTITIES,
        event_mentions=(
            goldwire.EventMention(
                type="T",
                trigger=goldwire.Span(20, 22),
                arguments=(goldwire.Argument(role="R", ref="nobody"),),
                factuality=(Factuality(source="nobody", value="CT+"),),
            ),
        ),
        attributions=(goldwire.Attribution(id="a", parent="b", cue=(goldwire.Span(30, 32),)),),
        relations=(
            goldwire.Relation(layer="entity", type="PART_OF", head="e1", tail="nobody"),
            goldwire.Relation(layer="entity", type="PART_OF", head="e1", tail="e2"),
        ),
    )
    metrics = "mentions/strict,arguments/classified,attributions/strict,relations/typed"
    assert goldwire.score([RECORD], [predicted], metrics=metrics).oddities == {
        "arguments whose reference leads nowhere": 1,
        "relations with an end that leads nowhere": 1,
        "attributions whose parent is not in the record": 1,
        "judgements of factuality by a source that is not in the record": 1,
    }
