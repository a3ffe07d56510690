"""Splits by group and seed, and texts that are nearly the same in different splits."""

import json
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.cli import main
from goldwire.corpus import Corpus
from goldwire.errors import UsageError
from goldwire.splitting import assign, near_duplicates

ROOT = Path(__file__).parents[2]
SHARES = {"train": 0.6, "dev": 0.2, "test": 0.2}
groupings = st.dictionaries(
    st.integers(0, 60).map("d{}".format), st.sampled_from("abcdefgh"), max_size=40
)


@given(groupings, st.integers(0, 9))
def test_every_document_is_in_one_split_and_no_group_is_parted(
    groups: dict[str, str], seed: int
) -> None:
    splits = assign(groups, SHARES, seed=seed)
    where = [(doc_id, name) for name, doc_ids in splits.items() for doc_id in doc_ids]
    assert sorted(doc_id for doc_id, _ in where) == sorted(groups)
    assert len({(groups[doc_id], name) for doc_id, name in where}) == len(set(groups.values()))


@given(groupings, groupings)
def test_what_is_in_a_split_stays_when_the_corpus_grows(
    old: dict[str, str], new: dict[str, str]
) -> None:
    before = assign(old, SHARES, seed=1)
    after = assign({**new, **old}, SHARES, seed=1, kept=before)
    for name, doc_ids in before.items():
        assert after[name][: len(doc_ids)] == doc_ids


def test_shares_are_met_to_the_document_when_groups_are_single_documents() -> None:
    groups = {f"d{n}": f"d{n}" for n in range(100)}
    splits = assign(groups, {"train": 8, "dev": 1, "test": 1}, seed=3)
    assert {name: len(doc_ids) for name, doc_ids in splits.items()} == {
        "train": 80,
        "dev": 10,
        "test": 10,
    }


def test_another_seed_gives_another_assignment_and_the_same_seed_the_same() -> None:
    groups = {f"d{n}": f"d{n}" for n in range(40)}
    shuffled = dict(random.Random(1).sample(sorted(groups.items()), 40))
    assert assign(groups, SHARES, seed=1) == assign(shuffled, SHARES, seed=1)
    assert assign(groups, SHARES, seed=1) != assign(groups, SHARES, seed=2)


@pytest.mark.parametrize("shares", [{}, {"a": 0.0}, {"a": -1.0, "b": 2.0}, {"a": float("nan")}])
def test_shares_that_are_none_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        assign({"d": "d"}, shares, seed=0)


def test_a_group_that_is_already_parted_is_refused() -> None:
    groups = {"d1": "g", "d2": "g"}
    with pytest.raises(UsageError, match="already in two splits, train and test"):
        assign(groups, SHARES, seed=0, kept={"train": ["d1"], "test": ["d2"]})


def jaccard(first: str, second: str) -> float:
    a, b = (
        {tuple(t.split()[i : i + 5]) for i in range(len(t.split()) - 4)} for t in (first, second)
    )
    return len(a & b) / len(a | b)


def test_near_duplicates_are_those_that_counting_by_hand_finds() -> None:
    rng = random.Random(5)
    words = [f"w{n}" for n in range(30)]
    texts = {f"d{n}": " ".join(rng.choices(words[:6], k=40)) for n in range(20)}
    for n in range(10):
        changed = texts[f"d{n}"].split()
        changed[n * 3] = "changed"
        texts[f"e{n}"] = " ".join(changed)
    splits = {"a": [k for k in texts if k[0] == "d"], "b": [k for k in texts if k[0] == "e"]}
    found = near_duplicates(texts, splits, threshold=0.4)
    expected = {
        (first, second): jaccard(texts[first], texts[second])
        for first in splits["a"]
        for second in splits["b"]
        if jaccard(texts[first], texts[second]) >= 0.4
    }
    assert len(expected) >= 8
    assert {(p.first, p.second): p.likeness for p in found} == pytest.approx(expected)
    assert [p.likeness for p in found] == sorted((p.likeness for p in found), reverse=True)


def test_case_and_punctuation_do_not_hide_a_copy_and_short_texts_compare_whole() -> None:
    splits = {"a": ["1", "3", "5"], "b": ["2", "4"]}
    texts = {"1": "One two, three.", "2": "ONE “two” three", "3": "one two", "4": "", "5": ""}
    found = near_duplicates(texts, splits, threshold=1.0)
    assert [(p.first, p.second) for p in found] == [("1", "2"), ("4", "5")]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for folder in ("corpus", "annotations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_the_command_writes_the_manifest_and_keeps_what_is_assigned(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = corpus / "corpus" / "manifest.json"
    record = json.loads(manifest.read_bytes())
    record["splits"] = {"test": ["ip-20220113-kz-withdrawal"]}
    manifest.write_text(json.dumps(record), encoding="utf-8")
    assert main(["split", str(corpus), "--into", "train=1", "--dry-run"]) == 0
    assert "train" not in Corpus.open(corpus).splits
    assert main(["split", str(corpus), "--into", "train=1", "--group-by", "source.headline"]) == 0
    assert Corpus.open(corpus).splits == {
        "test": ("ip-20220113-kz-withdrawal",),
        "train": ("gw-20260105-fisheries-talks",),
    }
    assert "train    1 documents, 1 of them new here" in capsys.readouterr().out
    assert main(["validate", str(corpus)]) == 0


def test_copies_in_two_splits_are_a_failed_check(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed, example = "ip-20220113-kz-withdrawal", "gw-20260105-fisheries-talks"
    text = (corpus / "corpus" / seed / "text.txt").read_bytes()
    (corpus / "corpus" / example / "text.txt").write_bytes(text + b" end")
    assert main(["split", str(corpus), "--json"]) == 1
    alike = json.loads(capsys.readouterr().out)["alike"]
    assert [(p["first"], p["second"]) for p in alike] == [(example, seed)]
    assert alike[0]["likeness"] > 0.99


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--into", "train"], "write NAME=SHARE"),
        (["--into", "=1"], "needs a name"),
        (["--into", "a b=1"], "needs a name"),
        (["--into", "train=1,train=2"], "train is there twice"),
        (["--into", "train=1", "--group-by", "source.byline"], "has no source.byline"),
        (["--group-by", "source.headline"], "go with --into"),
        (["--alike", "2"], "write a fraction"),
    ],
)
def test_wrong_calls_say_what_to_write(
    corpus: Path, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["split", str(corpus), *options]) == 2
    assert words in capsys.readouterr().err


def test_documents_that_were_imported_without_a_split_are_assigned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "new"
    assert main(["init", str(root), "--no-example"]) == 0
    lines = [
        json.dumps({"id": f"d{n}", "text": f"Text {n} is of its own.", "entities": []})
        for n in range(4)
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert main(["import", str(tmp_path / "in.jsonl"), "--into", str(root)]) == 0
    assert Corpus.open(root).splits == {"unassigned": ("d0", "d1", "d2", "d3")}
    assert main(["split", str(root), "--into", "train=3,test=1"]) == 0
    splits = Corpus.open(root).splits
    assert {name: len(doc_ids) for name, doc_ids in splits.items()} == {"train": 3, "test": 1}
    capsys.readouterr()
    assert main(["show", splits["train"][0], "--gold", str(root)]) == 0
    assert f"showing {splits['train'][0]}, gold" in capsys.readouterr().out
