"""Scores of predictions that give words and no offsets."""

import json
from pathlib import Path

import msgspec
import pytest

import goldwire
from goldwire.cli import main
from goldwire.comparison.paired import compare_scores
from goldwire.grounding import Mode
from goldwire.labels import LabelMap
from goldwire.model import Annotation, Entity, EventMention, Mention, Span, Time, Value
from goldwire.pairing import GoldDocument
from goldwire.report.citation import command
from goldwire.scores import Scores
from goldwire.scoring import score_documents
from goldwire.selection import Selection

TEXT = "Zas met Ann. Ann left. Zas met Bob. Bob left, said Zas."
#       0       8    13        23      31   36              51


def gold(*mentions: tuple[int, int, str], text: str | None = TEXT) -> GoldDocument:
    record = Annotation(
        doc_id="d",
        mentions=tuple(Mention(type=label, spans=(Span(s, e),)) for s, e, label in mentions),
    )
    return GoldDocument(record, text=text)


def words(*mentions: tuple[str, str]) -> Annotation:
    return Annotation(
        doc_id="d", mentions=tuple(Mention(type=label, surface=one) for one, label in mentions)
    )


def scored(
    one: GoldDocument,
    predicted: Annotation,
    grounding: Mode = "folded",
    **selection: object,
) -> Scores:
    return score_documents(
        [one],
        [predicted],
        metrics=("mentions/strict", "mentions/exact", "text/strict"),
        grounding=grounding,
        selection=Selection(**selection),  # type: ignore[arg-type]  # forwarded by name
    )


def test_words_are_scored_at_their_places() -> None:
    scores = scored(
        gold((0, 3, "PER"), (8, 11, "PER"), (31, 34, "PER")),
        words(("Zas", "PER"), ("Ann", "PER"), ("Bob", "ORG"), ("Dan", "PER")),
    )
    assert list(scores["mentions/strict"].sums) == [2, 4, 2, 3]
    assert list(scores["mentions/exact"].sums) == [3, 4, 3, 3]
    assert scores.grounding is not None
    total = scores.grounding.total()
    assert (dict(total.tiers), dict(total.unplaced)) == ({"exact": 3}, {"ungroundable": 1})
    assert total.hallucination_rate == 1 / 4
    assert str(scores["mentions/strict"].signature).endswith("|ground:folded.1")


def test_what_has_no_place_and_what_is_surplus_stays_wrong() -> None:
    scores = scored(gold((8, 11, "PER"), (13, 16, "PER")), words(*[("Ann", "PER")] * 3))
    assert list(scores["mentions/strict"].sums) == [2, 3, 2, 2]
    assert scores.oddities == {"mentions without a place in the text": 1}


def test_without_grounding_all_of_them_are_wrong() -> None:
    scores = scored(gold((8, 11, "PER")), words(("Ann", "PER")), "off")
    assert list(scores["mentions/strict"].sums) == [0, 1, 0, 1]
    assert list(scores["text/strict"].sums) == [1, 1, 1, 1]
    assert scores.grounding is not None
    assert scores.grounding.total().not_sought == 1
    assert scores.shared_signature().options["ground"] == "off"


def test_without_a_text_nothing_can_be_placed_and_that_is_counted() -> None:
    record = Annotation(doc_id="d", mentions=(Mention(type="PER", spans=(Span(8, 11),)),))
    scores = score_documents([GoldDocument(record)], [words(("Ann", "PER"))])
    assert list(scores["mentions/strict"].sums) == [0, 1, 0, 1]
    assert scores.grounding is not None
    assert scores.grounding.total().not_sought == 1
    assert scores.grounding.total().hallucination_rate is None


def test_a_run_with_offsets_says_nothing_of_grounding() -> None:
    one = gold((8, 11, "PER"))
    scores = scored(one, one.annotation)
    assert scores.grounding is None
    assert "ground" not in scores.shared_signature().options


def test_values_times_and_triggers_are_placed_and_implied_times_left_alone() -> None:
    record = Annotation(
        doc_id="d",
        values=(Value(type="TITLE", spans=(Span(0, 3),)),),
        times=(Time(type="DATE", spans=(Span(8, 11),)),),
        event_mentions=(EventMention(type="Meet", trigger=Span(4, 7)),),
    )
    predicted = Annotation(
        doc_id="d",
        values=(Value(type="TITLE", surface="Zas"),),
        times=(Time(type="DATE", value="2022"), Time(type="DATE", surface="ann")),
        event_mentions=(EventMention(type="Meet", surface="met"),),
    )
    scores = score_documents([GoldDocument(record, text=TEXT)], [predicted])
    for name in ("values/strict", "times/strict", "triggers/classified"):
        assert list(scores[name].sums) == [1, 1, 1, 1]
    assert scores.grounding is not None
    assert {layer: dict(one.tiers) for layer, one in scores.grounding.layers.items()} == {
        "values": {"exact": 1},
        "times": {"caseless": 1},
        "event_mentions": {"exact": 1},
    }


def test_the_type_of_an_entity_keeps_copies_apart() -> None:
    entities = (Entity(id="e1", type="PER"), Entity(id="e2", type="ORG"))
    predicted = Annotation(
        doc_id="d",
        entities=entities,
        mentions=tuple(Mention(entity=e, surface="said") for e in ("e1", "e2", "e1")),
    )
    scores = scored(gold((46, 50, "PER"), (46, 50, "ORG")), predicted)
    assert list(scores["mentions/strict"].sums) == [2, 3, 2, 2]


# ── the best case ───────────────────────────────────────────────────────────────────────────────


def test_the_best_case_puts_ambiguous_items_where_gold_has_them() -> None:
    # One “Zas” of three: the first is taken, gold means the last.
    scores = scored(gold((51, 54, "PER")), words(("Zas", "PER")))
    assert list(scores["mentions/strict"].sums) == [0, 1, 0, 1]
    assert scores.best_case("mentions/strict").f1 == 1.0
    assert scores.best_case("mentions/strict[PER]").f1 == 1.0
    two = gold((51, 54, "PER"), (0, 3, "ORG"))
    scores = scored(two, words(("Zas", "PER")), labels=frozenset({"ORG"}))
    assert scores.best_case("mentions/strict").f1 == 0


def test_in_the_best_case_copies_still_share_no_place() -> None:
    # Two copies, three places, gold has one of them once: at best one copy is right.
    scores = scored(gold((51, 54, "PER")), words(("Zas", "PER"), ("Zas", "PER")))
    assert scores.best_case("mentions/strict").p == 1 / 2


def test_the_best_case_follows_the_label_map() -> None:
    scores = scored(
        gold((51, 54, "PER")),
        words(("Zas", "PERSON")),
        label_map=LabelMap.parse(["PERSON=PER"]),
    )
    assert scores.best_case("mentions/strict").f1 == 1.0


def test_the_best_case_is_the_score_where_nothing_is_ambiguous() -> None:
    scores = scored(gold((0, 3, "PER"), (8, 11, "PER")), words(("met Ann", "PER"), ("Zas", "PER")))
    assert scores.best_case("mentions/strict").f1 == scores["mentions/strict"].f1
    with pytest.raises(KeyError, match="has no best case"):
        scores.best_case("mentions/exact")


def test_the_best_case_never_lies_below_the_score() -> None:
    names = ("Zas", "Ann", "Bob", "met", "left")
    for at, first in enumerate(names):
        for second in names:
            one = gold((51, 54, "PER"), (13, 16, "PER"), (36, 39, "PER"), (4, 7, "PER"))
            scores = scored(one, words((first, "PER"), (second, "PER"), (names[-at], "PER")))
            best, score = scores.best_case("mentions/strict").f1, scores["mentions/strict"].f1
            assert best is not None
            assert score is not None
            assert best >= score


# ── comparing, citing, reporting ────────────────────────────────────────────────────────────────


def test_a_run_with_offsets_compares_with_one_without() -> None:
    one = gold((0, 3, "PER"))
    tried: list[tuple[Annotation, Mode]] = [
        (one.annotation, "folded"),
        (words(("Zas", "PER")), "folded"),
        (words(("Zas", "PER")), "off"),
    ]
    runs = [
        score_documents([one], [predicted], per_document=True, explain=True, grounding=grounding)
        for predicted, grounding in tried
    ]
    assert compare_scores(runs[0], runs[1]).lost == ()
    with pytest.raises(goldwire.UsageError, match=r"ground: folded\.1 and off"):
        compare_scores(runs[1], runs[2])


def test_a_citation_names_the_option_behind_the_grounding() -> None:
    one = gold((0, 3, "PER"))
    modes: tuple[Mode, ...] = ("fuzzy", "off")
    for mode in modes:
        signature = scored(one, words(("Zas", "PER")), mode).shared_signature()
        assert f"--grounding {mode}" in command(signature)
    signature = scored(one, words(("Zas", "PER"))).shared_signature()
    assert "--grounding" not in command(signature)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of one text, and predictions that give words."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus" / "d").mkdir(parents=True)
    (tmp_path / "annotations" / "gold").mkdir(parents=True)
    (tmp_path / "corpus" / "d" / "text.txt").write_bytes(TEXT.encode())
    record = msgspec.json.encode(gold((51, 54, "PER"), (8, 11, "PER")).annotation)
    (tmp_path / "annotations" / "gold" / "d.json").write_bytes(record)
    predicted = words(("Ann", "PER"), ("Zas", "PER"), ("Dan", "PER"), ("bob left", "PER"))
    (tmp_path / "run.jsonl").write_bytes(msgspec.json.encode(predicted))
    return tmp_path / "run.jsonl"


def test_the_terminal_shows_tiers_hallucinations_and_the_best_case(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(run), "--metrics", "mentions/strict"]) == 0
    out = capsys.readouterr().out
    assert "4 items gave words and no offsets: 3 placed (exact 2, caseless 1), 1 not in" in out
    assert "hallucination rate 25.0 %" in out
    # Of “Ann Zas … Bob left” order leaves one Zas, the middle one; but Ann could stand twice.
    assert "mentions/strict 33.3 to 33.3" in out


def test_json_has_the_same_by_layer(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(run), "--metrics", "mentions/strict", "--json"]) == 0
    grounding = json.loads(capsys.readouterr().out)["grounding"]
    assert grounding["mode"] == "folded"
    assert grounding["total"] == grounding["layers"]["mentions"]
    assert grounding["total"]["placed"]["caseless"] == 1
    assert grounding["total"]["hallucination_rate"] == 0.25
    assert grounding["best_case"]["mentions/strict"]["f1"] == pytest.approx(1 / 3)


def test_no_grounding_is_an_option(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in (["--no-grounding"], ["--grounding", "off"]):
        assert main(["score", str(run), "--metrics", "mentions/strict", *option]) == 0
        out = capsys.readouterr().out
        assert "grounding  off: 4 items without offsets are scored as wrong" in out
        assert "|ground:off" in out
