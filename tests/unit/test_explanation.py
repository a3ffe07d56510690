import json
from pathlib import Path

import pytest

from goldwire.cli import main
from goldwire.model import Annotation, Attribution, Mention, Span, Time, Value
from goldwire.pairing import GoldDocument
from goldwire.scoring import score_documents

TEXT = "Ann Lee and Bo Lee met in New York City today"


def record(*mentions: tuple[str, *tuple[tuple[int, int], ...]]) -> Annotation:
    return Annotation(
        doc_id="d",
        mentions=tuple(
            Mention(type=label, spans=tuple(Span(start, end) for start, end in spans))
            for label, *spans in mentions
        ),
    )


def explained(gold: Annotation, predicted: Annotation) -> list[str]:
    scores = score_documents(
        [GoldDocument(gold, text=TEXT)], [predicted], metrics=["mentions/strict"], explain=True
    )
    return [" ".join(str(item).split()) for item in scores.explained]


def test_every_category_is_shown_with_its_partner() -> None:
    gold = record(("PER", (0, 7)), ("PER", (12, 18)), ("GPE", (26, 39)), ("TIME", (40, 45)))
    predicted = record(
        ("PER", (0, 7)), ("PER", (0, 7)), ("ORG", (12, 18)), ("GPE", (26, 34)), ("ORG", (19, 22))
    )
    assert explained(gold, predicted) == [
        "CORRECT mentions: 0:7 “Ann Lee” PER",
        "DUPLICATE mentions: 0:7 “Ann Lee” PER",
        "TYPE mentions: 12:18 “Bo Lee” PER predicted as 12:18 “Bo Lee” ORG",
        "SPURIOUS mentions: 19:22 “met” ORG",
        (
            "BOUNDARY mentions: 26:39 “New York City” GPE predicted as 26:34 “New York” GPE"
            " (overlap 0.62)"
        ),
        "MISSED mentions: 40:45 “today” TIME",
    ]


def test_a_prediction_over_several_gold_items_merges_and_a_gold_item_under_several_is_split() -> (
    None
):
    gold = record(("PER", (0, 7)), ("PER", (12, 18)), ("GPE", (26, 39)))
    predicted = record(("PER", (0, 18)), ("LOC", (26, 34)), ("LOC", (35, 39)))
    assert explained(gold, predicted) == [
        (
            "BOUNDARY MERGE mentions: 0:7 “Ann Lee” PER predicted as 0:18 “Ann Lee and Bo Lee” PER"
            " (overlap 0.39)"
        ),
        "MISSED mentions: 12:18 “Bo Lee” PER",
        (
            "BOTH SPLIT mentions: 26:39 “New York City” GPE predicted as 26:34 “New York” LOC"
            " (overlap 0.62)"
        ),
        "SPURIOUS mentions: 35:39 “City” LOC",
    ]


def test_the_parts_of_a_discontinuous_item_are_shown() -> None:
    gold, hull = record(("PER", (0, 3), (15, 18))), record(("PER", (0, 18)))
    assert explained(gold, hull) == [
        (
            "BOUNDARY mentions: 0:3+15:18 “Ann … Lee” PER"
            " predicted as 0:18 “Ann Lee and Bo Lee” PER (overlap 0.33)"
        )
    ]


def test_of_several_documents_each_item_says_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gold.jsonl"
    item = {"type": "PER", "spans": [{"start": 0, "end": 2}]}
    lines = [json.dumps({"doc_id": name, "mentions": [item]}) for name in ("one", "two")]
    path.write_text("\n".join(lines))
    words = ["score", str(path), "--gold", str(path), "--explain", "--metrics", "mentions/strict"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "one  CORRECT" in out
    assert "two  CORRECT" in out


def test_layers_that_are_not_scored_are_neither_explained_nor_counted() -> None:
    place = (Span(0, 7),)
    gold = Annotation(
        doc_id="d",
        mentions=(Mention(type="PER", spans=place),),
        times=(Time(type="DATE", spans=(Span(40, 45),)),),
        attributions=(Attribution(cue=place),),
    )
    predicted = Annotation(
        doc_id="d",
        mentions=(Mention(type="PER", spans=place),),
        values=(Value(type="TITLE", spans=place),),
        attributions=(Attribution(cue=place),),
    )
    scores = score_documents(
        [GoldDocument(gold, text=TEXT)], [predicted], explain=True, categories=True
    )
    assert {"times/strict", "values/strict"} <= scores.not_scored.keys()
    assert [str(one).split()[0] for one in scores.explained] == ["CORRECT"] * 2
    assert list(scores.counts) == list(scores.confusions) == ["mentions"]
