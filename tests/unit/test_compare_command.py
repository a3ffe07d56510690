"""`goldwire compare` with several systems, runs of one system, slices and clusters."""

import csv
import io
import json
import random
from pathlib import Path
from statistics import fmean, stdev

import pytest

from goldwire.cli import main
from goldwire.comparison.grouping import grouped, system_name
from goldwire.comparison.paired import System, compare_systems
from goldwire.comparison.ranking import _letters, leaderboard
from goldwire.errors import UsageError
from goldwire.formats.native import ENCODER
from goldwire.metrics import Options
from goldwire.model import Annotation, Mention, Span
from goldwire.pairing import GoldDocument
from goldwire.scores import Scores
from goldwire.scoring import score_documents
from goldwire.statistics import holm, max_t_tests, permutation_test

N_DOCUMENTS = 40
STARTS = range(0, 100, 5)


def record(doc_id: str, starts: list[int]) -> Annotation:
    mentions = [
        Mention(type="X" if start % 2 else "Y", spans=(Span(start, start + 3 + start % 10),))
        for start in starts
    ]
    return Annotation(doc_id=doc_id, mentions=tuple(mentions))


def system(share: float, seed: int) -> list[Annotation]:
    rng = random.Random(seed)
    return [
        record(f"d{n}", [start for start in STARTS if rng.random() < share])
        for n in range(N_DOCUMENTS)
    ]


GOLD = system(1.1, 0)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shares = {"base": 0.5, "good": 0.8, "best": 0.82, "good-seed1": 0.8, "good-seed2": 0.8}
    for at, (name, share) in enumerate(shares.items()):
        (tmp_path / f"{name}.jsonl").write_bytes(ENCODER.encode_lines(system(share, at)))
    (tmp_path / "gold.jsonl").write_bytes(ENCODER.encode_lines(GOLD))
    return tmp_path


def scored(predicted: list[Annotation], *, slices: tuple[str, ...] = ()) -> Scores:
    return score_documents(
        [GoldDocument(gold) for gold in GOLD],
        predicted,
        metrics=["mentions/strict", "mentions/exact"],
        options=Options(),
        slices=slices,
        per_document=True,
        items=True,
    )


def compare(*arguments: str) -> int:
    return main(["compare", *arguments, "--gold", "gold.jsonl", "--metrics", "mentions/strict"])


def test_three_systems_are_ranked_and_those_that_nothing_separates_share_a_letter(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert compare("base.jsonl", "good.jsonl", "best.jsonl", "--json") == 0
    board = json.loads(capsys.readouterr().out)["leaderboard"]["mentions/strict"]
    by_name = {row["name"]: row["letters"] for row in board}
    assert board[-1]["name"] == "base.jsonl"
    assert by_name["good.jsonl"] == by_name["best.jsonl"] == "a"
    assert by_name["base.jsonl"] == "b"
    assert compare("base.jsonl", "good.jsonl", "best.jsonl") == 0
    assert "systems that share a letter are tied" in capsys.readouterr().out


def test_two_systems_are_not_ranked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del here
    compare("base.jsonl", "good.jsonl", "--json")
    assert json.loads(capsys.readouterr().out)["leaderboard"] == {}


@pytest.mark.parametrize("seed", range(20))
def test_two_places_share_a_letter_exactly_when_nothing_separates_them(seed: int) -> None:
    rng = random.Random(seed)
    n = rng.randint(2, 7)
    pairs = [(one, other) for one in range(n) for other in range(one + 1, n)]
    separated = {pair for pair in pairs if rng.random() < 0.5}
    letters = _letters(n, separated)
    for one, other in pairs:
        assert bool(set(letters[one]) & set(letters[other])) is ((one, other) not in separated)
    assert all(letters)


def test_the_leaderboard_s_pairs_are_adjusted_together() -> None:
    systems = [System(f"s{at}", (scored(system(0.6 + 0.02 * at, at)),)) for at in range(3)]
    [first, second, third] = leaderboard(systems, "mentions/strict")
    tables = [one.runs[0].tallies["mentions/strict"].sums for one in systems]
    p_values = [permutation_test(tables[a], tables[b]).p for a, b in ((0, 1), (0, 2), (1, 2))]
    significant = [p is not None and p < 0.05 for p in holm(p_values)]
    shared = [
        bool(set(one.letters) & set(other.letters))
        for one, other in ((first, second), (first, third), (second, third))
    ]
    assert sorted(shared) == sorted(not one for one in significant)


# Runs of one system.


@pytest.mark.parametrize(
    ("path", "by", "name"),
    [
        ("a-seed1.jsonl", "seed", "a"),
        ("runs/a_seed12.jsonl.gz", "seed", "a"),
        ("a.3.jsonl", "seed", "a"),
        ("gpt4-s1.jsonl", "seed", "gpt4"),
        ("plain.jsonl", "seed", "plain"),
        ("runs/a/3.jsonl", "folder", "a"),
        ("big.v2-7.jsonl", r"(.*)-\d", "big.v2"),
        ("other.jsonl", r"(.*)-\d", "other"),
    ],
)
def test_runs_are_grouped_by_their_names(path: str, by: str, name: str) -> None:
    assert system_name(path, by=by) == name


def test_a_pattern_without_group_and_a_run_given_twice_are_refused() -> None:
    with pytest.raises(UsageError, match="has no group"):
        grouped(["a1"], by="a.")
    with pytest.raises(UsageError, match="is no regular expression"):
        grouped(["a1"], by="(")
    with pytest.raises(UsageError, match="given twice"):
        grouped(["a1", "a1"], by=None)


def test_seeds_count_as_their_mean_and_their_spread_is_shown(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    command = ["base.jsonl", "good-seed1.jsonl", "good-seed2.jsonl", "--group-by", "seed"]
    assert compare(*command, "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert list(record["candidates"]) == ["good"]
    assert record["candidates"]["good"]["runs"] == 2
    runs = [scored(system(0.8, at)) for at in (3, 4)]
    found = [run["mentions/strict"] for run in runs]
    # Averaged per document and then divided once, which is 2·Σtp / (Σgold + Σpredicted).
    right = sum(one.sums[0] for one in found)
    pooled = 2 * right / sum(one.sums[1] + one.sums[3] for one in found)
    [row] = record["candidates"]["good"]["compared"]
    assert row["candidate"] == pytest.approx(pooled)
    assert compare(*command) == 0
    values = [one.f1 or 0 for one in found]
    shown = f"mean {100 * fmean(values):.1f}, standard deviation {100 * stdev(values):.1f}"
    assert f"mentions/strict, 2 runs of good: {shown}" in capsys.readouterr().out


def test_a_system_of_one_run_given_twice_differs_in_nothing_from_that_run() -> None:
    run, other = scored(system(0.5, 1)), scored(system(0.8, 2))
    once = compare_systems(System("a", (run,)), System("b", (other,)))
    twice = compare_systems(System("a", (run,)), System("b", (other, other)))
    for one, two in zip(once.compared, twice.compared, strict=True):
        assert one.difference.value == pytest.approx(two.difference.value)
        assert one.difference.se == pytest.approx(two.difference.se)
        assert one.p == two.p
    assert once.lost == twice.lost


def test_one_system_alone_is_nothing_to_compare(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert compare("good-seed1.jsonl", "good-seed2.jsonl", "--group-by", "seed") == 2
    assert "makes one system of all runs" in capsys.readouterr().err


# Slices, adjustments, clusters.


def test_slices_are_compared_document_by_document() -> None:
    base, other = (scored(system(share, at), slices=("length",)) for at, share in
                   enumerate((0.5, 0.8)))  # fmt: skip
    found = {one.metric: one for one in compare_systems(
        System("a", (base,)), System("b", (other,))).compared}  # fmt: skip
    short = found["mentions/strict@length=1-5"]
    tables = [run.sliced["mentions/strict", "length=1-5"] for run in (base, other)]
    assert [len(table.sums) for table in tables] == [N_DOCUMENTS] * 2
    groups = tuple(dict.fromkeys((*tables[0].groups, *tables[1].groups)))
    expected = permutation_test(*(table.spread(groups) for table in tables))
    assert short.p == expected.p
    assert short.baseline == base["mentions/strict@length=1-5"].f1


def test_the_slices_of_a_partition_add_up_to_the_whole() -> None:
    run = scored(system(0.7, 1), slices=("length",))
    parts = [table.sums.sum(axis=1) for (name, _), table in run.sliced.items()
             if name == "mentions/strict"]  # fmt: skip
    whole = run.tallies["mentions/strict"].sums.sum(axis=1)
    assert (sum(parts) == whole).all()


def test_holm_covers_metrics_and_slices_alike() -> None:
    base, other = (scored(system(share, at), slices=("length",)) for at, share in
                   enumerate((0.7, 0.72)))  # fmt: skip
    found = compare_systems(System("a", (base,)), System("b", (other,))).compared
    assert len(found) > 2
    assert [one.adjusted_p for one in found] == list(holm([one.p for one in found]))


def test_max_t_adjusts_by_the_same_swaps_for_all_metrics() -> None:
    base, other = scored(system(0.7, 1)), scored(system(0.74, 2))
    found = compare_systems(System("a", (base,)), System("b", (other,)), adjust="max-t").compared
    sides = []
    for run in (base, other):
        tables = [run.tallies[one.metric].pool().sums for one in found]
        sides.append([list(rows) for rows in zip(*[t[:, 0] for t in tables], strict=True)])
    expected = [one.p for one in max_t_tests(*sides)]
    assert [one.adjusted_p for one in found] == expected
    # Both metrics are equal here, so the maximum over them is each of them: no price to pay.
    assert found[0].adjusted_p == pytest.approx(found[0].p, abs=0.01)


def test_max_t_refuses_what_it_cannot_adjust(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entity = '{"doc_id": "d0", "entities": [{"id": "e", "type": "X"}], "mentions": [%s]}'
    mention = '{"entity": "e", "spans": [{"start": %d, "end": 9}]}'
    text = entity % ", ".join(mention % start for start in (1, 2, 3))
    for name in ("g", "a", "b"):
        (here / f"{name}.jsonl").write_text(text)
    code = main(["compare", "a.jsonl", "b.jsonl", "--gold", "g.jsonl", "--metrics",
                 "entities/blanc", "--adjust", "max-t"])  # fmt: skip
    assert code == 2
    assert "use Holm's correction" in capsys.readouterr().err


@pytest.mark.parametrize("by", ["document", "paragraph"])
def test_slices_within_one_document_cannot_be_compared(
    here: Path, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert compare("base.jsonl", "good.jsonl", "--slice", by) == 2
    assert "has nothing to be compared by" in capsys.readouterr().err


def test_clusters_need_the_attribute_in_every_document(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert compare("base.jsonl", "good.jsonl", "--cluster", "publisher") == 2
    assert "40 of 40 documents do not have it, the first is d0" in capsys.readouterr().err


# Formats.


def test_csv_has_a_row_per_candidate_and_metric(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert compare("base.jsonl", "good.jsonl", "best.jsonl", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["system"], row["metric"], row["tied"]) for row in rows] == [
        ("good.jsonl", "mentions/strict", "a"),
        ("best.jsonl", "mentions/strict", "a"),
    ]
    assert float(rows[0]["low"]) < float(rows[0]["difference"]) < float(rows[0]["high"])
    assert (rows[0]["unit"], rows[0]["clusters"], rows[0]["effect"]) == ("document", "40", "0.01")
    assert rows[0]["signature"].startswith("goldwire|*|")


def test_latex_and_markdown_show_ties(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del here
    compare("base.jsonl", "good.jsonl", "best.jsonl", "--latex")
    table = capsys.readouterr().out
    assert table.count("$^{a}$") == 2
    assert table.count("$^{b}$") == 1
    assert table.count("*$") == 2
    compare("base.jsonl", "good.jsonl", "best.jsonl", "--markdown")
    assert "| mentions/strict | F1 | 95 % interval | tied |" in capsys.readouterr().out


def test_the_bootstrap_is_an_option_and_agrees_roughly(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    rows = []
    for options in ([], ["--bootstrap"]):
        compare("base.jsonl", "good.jsonl", "--json", *options)
        record = json.loads(capsys.readouterr().out)
        rows.append(record["candidates"]["good.jsonl"]["compared"][0]["difference"])
    assert [row["method"] for row in rows] == ["jackknife-t", "bootstrap"]
    assert rows[0]["low"] == pytest.approx(rows[1]["low"], abs=0.01)
    assert rows[0]["high"] == pytest.approx(rows[1]["high"], abs=0.01)


def test_the_number_of_documents_needed_shrinks_with_the_effect(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    needed = []
    for effect in ("0.01", "0.02"):
        compare("base.jsonl", "good.jsonl", "--json", "--effect", effect)
        record = json.loads(capsys.readouterr().out)
        needed.append(record["candidates"]["good.jsonl"]["compared"][0]["needed"])
    # The standard error falls with the root of n: half the effect needs about four times as many.
    assert needed[0] / needed[1] == pytest.approx(4, rel=0.05)
    assert compare("base.jsonl", "good.jsonl", "--effect", "0") == 2
    assert compare("base.jsonl", "good.jsonl", "--effect", "1") == 2


# One document, and averages.


def one_document(folder: Path) -> None:
    """Write a corpus of one document with eight paragraphs of one mention each."""
    paragraphs = [f"Name{at} left." for at in range(8)]
    text = "\n".join(paragraphs) + "\n"
    starts = [text.index(paragraph) for paragraph in paragraphs]
    mentions = [
        {"entity": f"e{at % 2}", "spans": [{"start": start, "end": start + 5}]}
        for at, start in enumerate(starts)
    ]
    entities = [{"id": name, "type": "PER"} for name in ("e0", "e1")]
    record = {"doc_id": "d", "entities": entities, "mentions": mentions}
    zones = [
        {
            "id": f"z{at}",
            "kind": "paragraph",
            "start": start,
            "end": start + 12,
            "annotatable": True,
        }
        for at, start in enumerate(starts)
    ]
    document = {
        "schema_version": "1.0.0", "doc_id": "d", "language": "en",
        "text_ref": {"sha256": "0" * 64}, "source": {}, "zones": zones,
        "rights": {"text_status": "own_work", "redistribution": "full_text",
                   "annotation_license": "CC-BY-4.0"},
    }  # fmt: skip
    (folder / "corpus" / "d").mkdir(parents=True)
    (folder / "corpus" / "d" / "text.txt").write_text(text)
    (folder / "corpus" / "d" / "document.json").write_text(json.dumps(document))
    (folder / "annotations" / "gold").mkdir(parents=True)
    (folder / "annotations" / "gold" / "d.json").write_text(json.dumps(record))
    for name, kept in (("all", range(8)), ("half", range(0, 8, 2)), ("most", range(7))):
        some = {**record, "mentions": [mentions[at] for at in kept]}
        (folder / f"{name}.jsonl").write_text(json.dumps(some))


def test_one_document_is_compared_by_paragraph_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one_document(tmp_path)
    monkeypatch.chdir(tmp_path)
    metrics = ["--metrics", "mentions/strict,entities/b3", "--json"]
    assert main(["compare", "half.jsonl", "most.jsonl", *metrics]) == 0
    record = json.loads(capsys.readouterr().out)
    spans, clusters = record["candidates"]["most.jsonl"]["compared"]
    assert (spans["difference"]["unit"], spans["difference"]["n_clusters"]) == ("paragraph", 9)
    assert spans["difference"]["method"] == "jackknife-t"
    assert spans["difference"]["note"].startswith("this document only")
    # Coreference crosses paragraphs: one document has no variance, and no p-value.
    assert (clusters["difference"]["unit"], clusters["difference"]["method"]) == (
        "document",
        "refused",
    )
    assert clusters["p"] is None


def test_with_average_labels_differences_are_of_that_average() -> None:
    options = Options(average="labels")
    base, other = (
        score_documents(
            [GoldDocument(gold) for gold in GOLD], system(share, at), options=options,
            metrics=["mentions/strict"], per_document=True, items=True,
        )
        for at, share in enumerate((0.5, 0.8))
    )  # fmt: skip
    [found] = compare_systems(System("a", (base,)), System("b", (other,))).compared
    assert found.baseline == pytest.approx(base["mentions/strict"].f1)
    assert found.candidate == pytest.approx(other["mentions/strict"].f1)


def test_means_over_documents_are_not_compared() -> None:
    run = score_documents(
        [GoldDocument(gold) for gold in GOLD], system(0.5, 1), items=True, per_document=True,
        options=Options(average="documents"), metrics=["mentions/strict"],
    )  # fmt: skip
    with pytest.raises(UsageError, match="leave --average out"):
        compare_systems(System("a", (run,)), System("b", (run,)))
