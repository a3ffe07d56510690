import json
from pathlib import Path

import pytest

from goldwire.census import take_census
from goldwire.cli import main
from goldwire.model import (
    Annotation,
    Argument,
    Entity,
    EventMention,
    Mention,
    Relation,
    Span,
    TextRef,
)
from goldwire.pairing import GoldDocument

RECORD = Annotation(
    doc_id="d",
    text_ref=TextRef(sha256="0" * 64, code_points=50),
    entities=(Entity(id="e1", type="PER"), Entity(id="e2", type="ORG")),
    mentions=(
        Mention(entity="e1", spans=(Span(0, 3),)),
        Mention(entity="e1", spans=(Span(5, 7), Span(9, 10))),
        Mention(entity="e2", spans=(Span(12, 14),)),
        Mention(surface="somebody"),
    ),
    times=(),
    event_mentions=(
        EventMention(
            type="Meet", trigger=Span(20, 22), arguments=(Argument(role="Who", span=Span(0, 3)),)
        ),
    ),
    relations=(Relation(layer="entity", type="PART_OF", head="e1", tail="e2"),),
)


def test_items_are_counted_by_layer_and_label() -> None:
    census = take_census([GoldDocument(RECORD), GoldDocument(Annotation(doc_id="e", times=()))])
    assert census.n_documents == 2
    assert (census.discontinuous, census.unplaced, census.singletons) == (1, 1, 1)
    assert list(census.layers) == [
        "entities",
        "mentions",
        "times",
        "event_mentions",
        "relations",
        "arguments",
    ]
    assert census.layers["mentions"].labels == {"PER": 2, "ORG": 1, "(none)": 1}
    assert (census.layers["mentions"].n_items, census.layers["mentions"].n_documents) == (4, 1)
    assert census.layers["times"].n_items == 0
    assert census.layers["relations"].labels == {"entity PART_OF": 1}
    assert census.layers["arguments"].labels == {"Who": 1}


def test_the_length_is_unknown_as_soon_as_one_text_s_is() -> None:
    assert take_census([GoldDocument(RECORD), GoldDocument(RECORD, text="abc")]).code_points == 53
    unknown = GoldDocument(Annotation(doc_id="e"))
    assert take_census([GoldDocument(RECORD), unknown]).code_points is None


def test_the_command_names_the_gold_first(capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).parents[2]
    assert main(["stats", "--gold", str(root), "--split", "test"]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("gold    kz-withdrawal@")
    assert "documents                    1" in rest
    gold = json.loads(
        (root / "annotations" / "gold" / "ip-20220113-kz-withdrawal.json").read_bytes()
    )
    assert next(row.split() for row in rest if row.startswith("mentions"))[1] == str(
        len(gold["mentions"])
    )


def test_predictions_are_counted_as_well_and_faults_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text('{"doc_id": "d", "mentions": [{"type": "A", "spans": []}]}\n')
    assert main(["stats", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"]["mentions"]["labels"] == {"A": 1}
    path.write_text("oops\n")
    assert main(["stats", str(path)]) == 1
    assert "GW702" in capsys.readouterr().err
