"""The gate with baseline files, on a toy corpus whose items can be counted by hand.

d1 has Ann Lee, Bob, Oslo; d2 Oslo, Ann Lee; d3 Bob, Rome, Oslo: eight mentions.
"""

import gzip
import json
from pathlib import Path

import pytest

import toy_corpus
from goldwire.cli import main

UPDATE = ["--update-baseline"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(toy_corpus.write_corpus(tmp_path))
    (tmp_path / "good.jsonl").write_text(toy_corpus.predictions())
    (tmp_path / "no-rome.jsonl").write_text(toy_corpus.predictions(without=("Rome",)))
    (tmp_path / "no-oslo.jsonl").write_text(toy_corpus.predictions(without=("Oslo",)))
    return tmp_path


def gate(candidate: str, *options: str, baseline: str = "base.jsonl") -> int:
    return main(["gate", candidate, "--baseline", baseline, *options])


def test_a_missing_baseline_says_how_to_make_one(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate("good.jsonl") == 2
    assert (
        "there is no baseline at base.jsonl yet → make one: "
        "goldwire gate good.jsonl --baseline base.jsonl --update-baseline"
    ) in capsys.readouterr().err
    assert not (here / "base.jsonl").exists()


@pytest.mark.parametrize("name", ["base.jsonl", "base.jsonl.gz", "new/folder/base.jsonl"])
def test_a_baseline_is_made_and_then_compared_with(
    here: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate("good.jsonl", *UPDATE, baseline=name) == 0
    assert f"wrote the first baseline: {name}" in capsys.readouterr().err
    assert gate("good.jsonl", baseline=name) == 0
    assert gate("no-oslo.jsonl", baseline=name) == 1
    out = capsys.readouterr().out
    assert "lost: 3 gold items" in out
    for line in (
        "d1 mentions 19:23 GPE  Ann Lee met Bob in [Oslo].  (mentions/strict)  now MISSED",
        "d2 mentions 0:4 GPE  [Oslo] thanked Ann Lee.",
        "d3 mentions 18:22 GPE",
    ):
        assert line in out
    assert list(here.glob("**/*.new")) == []


def test_making_the_same_baseline_twice_gives_the_same_bytes(here: Path) -> None:
    for name in ("one.jsonl.gz", "two.jsonl.gz"):
        assert gate("good.jsonl", *UPDATE, baseline=name) == 0
    assert (here / "one.jsonl.gz").read_bytes() == (here / "two.jsonl.gz").read_bytes()


def test_updating_says_what_changes_and_passes(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    gate("good.jsonl", *UPDATE)
    assert gate("no-rome.jsonl", *UPDATE) == 0
    captured = capsys.readouterr()
    assert "lost: 1 gold item" in captured.out
    assert "wrote the new baseline" in captured.err
    assert gate("no-rome.jsonl") == 0
    assert gate("good.jsonl") == 0
    assert "gained: 1 gold item" in capsys.readouterr().out


def test_when_gold_is_corrected_the_baseline_is_scored_against_the_new_gold(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    # Rome turns out to be an organisation: the baseline had it wrong all along, so nothing is lost.
    corrected = toy_corpus.mentions(toy_corpus.TEXTS["d3"], {**toy_corpus.LABELS, "Rome": "ORG"})
    toy_corpus.write_gold(here, "d3", corrected)
    assert gate("no-rome.jsonl") == 0
    captured = capsys.readouterr()
    assert "gold has changed since the baseline was made" in captured.err
    assert "scored against the new gold" in captured.err
    assert "lost: nothing" in captured.out


def test_documents_that_only_one_side_has_are_left_out_and_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    (here / "annotations" / "gold" / "d2.json").unlink()
    records = (here / "no-rome.jsonl").read_text().splitlines()
    (here / "two.jsonl").write_text("\n".join([records[0], records[2]]))
    assert gate("two.jsonl") == 1
    captured = capsys.readouterr()
    assert "gold no longer has d2: left out of the comparison" in captured.err
    assert "(2 documents compared)" in captured.out
    gate("two.jsonl", *UPDATE, baseline="two-documents.jsonl")
    toy_corpus.write_gold(here, "d2", [])
    capsys.readouterr()
    assert gate("no-rome.jsonl", baseline="two-documents.jsonl") == 0
    assert "the baseline does not have d2" in capsys.readouterr().err


def test_a_baseline_for_other_texts_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    path = here / "corpus" / "d1" / "document.json"
    record = json.loads(path.read_text())
    record["text_ref"]["sha256"] = "0" * 64
    path.write_text(json.dumps(record))
    assert gate("good.jsonl") == 2
    assert "they differ in the texts of d1" in capsys.readouterr().err


def test_texts_without_document_records_are_known_by_themselves(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for record in here.glob("corpus/*/document.json"):
        record.unlink()
    assert gate("good.jsonl", *UPDATE) == 0
    text = here / "corpus" / "d1" / "text.txt"
    text.write_text(text.read_text().replace("Bob", "Rob"))
    assert gate("good.jsonl") == 2
    assert "d1" in capsys.readouterr().err


def test_a_baseline_that_cannot_be_compared_with_can_still_be_made_again(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    assert gate("good.jsonl", "--duplicates", "merge") == 2
    capsys.readouterr()
    assert gate("good.jsonl", "--duplicates", "merge", *UPDATE) == 0
    message = capsys.readouterr().err
    assert "what changes cannot be told: the baseline and this run are not comparable" in message
    assert "wrote the new baseline" in message
    assert gate("good.jsonl", "--duplicates", "merge") == 0
    (here / "base.jsonl").write_text('{"goldwire_baseline": ')
    assert gate("good.jsonl", *UPDATE) == 0
    assert gate("good.jsonl") == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--duplicates", "merge"], "dup: count and merge"),
        (["--map", "GPE=LOC"], "map: none and "),
        (["--labels", "PER"], "labels: none and PER"),
        (["--compat", "seqeval-strict"], "compat: none and seqeval-strict"),
    ],
)
def test_other_options_are_refused_and_named(
    here: Path, options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    gate("good.jsonl", *UPDATE)
    assert gate("good.jsonl", *options) == 2
    message = capsys.readouterr().err
    assert "they differ in" in message
    assert told in message


MANIFEST = {
    "schema_version": "1.0.0", "guideline_version": "1.0.0", "name": "toy", "version": "1.2.0",
    "title": "Toy", "description": "A toy.", "annotation_license": "CC-BY-4.0",
    "splits": {"test": ["d1", "d2", "d3"]}, "files": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "told"), [("schema", "schema: 0.9.0 and 1.0.0"), ("gold", "gold: 0.9.0 and toy")]
)
def test_another_schema_or_gold_is_refused(
    here: Path, key: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "corpus" / "manifest.json").write_text(json.dumps(MANIFEST))
    gate("good.jsonl", *UPDATE)
    header, *rest = (here / "base.jsonl").read_text().splitlines()
    changed = json.dumps({**json.loads(header), key: "0.9.0"})
    (here / "base.jsonl").write_text("\n".join([changed, *rest]))
    assert gate("good.jsonl") == 2
    assert told in capsys.readouterr().err


def test_a_clone_in_a_folder_of_another_name_has_the_same_gold(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate("good.jsonl", *UPDATE)
    clone = here.rename(here.with_name("clone"))
    monkeypatch.chdir(clone)
    assert gate("good.jsonl") == 0


def test_a_damaged_baseline_and_a_future_format_are_refused(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE, baseline="base.jsonl.gz")
    whole = gzip.decompress((here / "base.jsonl.gz").read_bytes())
    (here / "base.jsonl").write_bytes(whole[:-30])
    assert gate("good.jsonl") == 2
    assert "is no baseline that can be read" in capsys.readouterr().err
    (here / "base.jsonl").write_bytes(whole.replace(b'baseline":"1.', b'baseline":"2.'))
    assert gate("good.jsonl") == 2
    assert "this goldwire reads 1.0.0" in capsys.readouterr().err


def test_a_baseline_holds_no_word_of_a_protected_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(toy_corpus.write_corpus(tmp_path, redistribution="annotations_only"))
    (tmp_path / "kept_extractor.py").write_text(toy_corpus.extractor_source())
    monkeypatch.syspath_prepend(tmp_path)
    assert gate("py:kept_extractor:extract", *UPDATE) == 0
    text = (tmp_path / "base.jsonl").read_text()
    assert '"start":19,"end":23' in text
    assert "Oslo" not in text
    assert gate("py:kept_extractor:extract") == 0


# Allowances.

ALLOW = """
[[allow]]
item = "d3 mentions 9:13 GPE"
reason = "Rome is now out of scope, see issue 7"
expires = 2026-06-30
"""


@pytest.mark.parametrize(("today", "code"), [("2026-06-30", 0), ("2026-07-01", 1)])
def test_an_allowed_loss_passes_until_it_expires(
    here: Path, today: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    (here / "allow.toml").write_text(ALLOW)
    assert gate("no-rome.jsonl", "--allow", "allow.toml", "--today", today) == code
    out = capsys.readouterr().out
    assert ("1 lost but allowed" in out) is not code
    assert "Rome is now out of scope, see issue 7" in out
    assert ("expired on 2026-06-30" in out) is bool(code)


def test_an_allowance_for_nothing_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate("good.jsonl", *UPDATE)
    (here / "allow.toml").write_text(ALLOW)
    assert gate("good.jsonl", "--allow", "allow.toml", "--today", "2026-01-01") == 0
    assert "not needed, nothing of that name is lost: d3 mentions 9:13 GPE" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[allow]]\nitem = "x"\nexpires = 2026-06-30', "entry 1 has no reason"),
        ('[[allow]]\nitem = "x"\nreason = "y"', "entry 1 has no expires"),
        ('[[allow]]\nitem = "x"\nreason = "y"\nexpires = "soon"', "expected a date"),
        ('[[allow]]\nitem = "x"\nreason = "y"\nexpires = 2026-06-30\nwho = "z"', "holds who"),
        ('[[alow]]\nitem = "x"', "holds alow"),
        ("allow = 1", "holds allow"),
        ("allow", "is not valid TOML"),
    ],
)
def test_a_faulty_allow_list_is_refused(
    here: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    (here / "allow.toml").write_text(text)
    assert gate("good.jsonl", "--allow", "allow.toml") == 2
    assert told in capsys.readouterr().err


# Repeats.


def test_items_that_flap_over_several_files_do_not_gate(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    gate("good.jsonl", *UPDATE)
    assert main(["gate", "good.jsonl", "no-rome.jsonl", "--baseline", "base.jsonl"]) == 0
    out = capsys.readouterr().out
    assert "unstable, so they do not gate: 1 gold item\n  d3 mentions 9:13 GPE" in out
    assert main(["gate", "no-oslo.jsonl", "no-oslo.jsonl", "--baseline", "base.jsonl"]) == 1


def test_what_flapped_in_the_baseline_does_not_gate_either(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    main(["gate", "good.jsonl", "no-rome.jsonl", "--baseline", "base.jsonl", *UPDATE])
    assert gate("no-rome.jsonl") == 0
    assert "1 unstable" in capsys.readouterr().out


def test_an_extractor_is_run_as_often_as_asked(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    source = toy_corpus.extractor_source().replace(
        "    mentions = [",
        "    calls.append(doc_id)\n    mentions = [",
    )
    # The third and every later call leave out Bob, as a sampled model might.
    source += (
        "\ncalls = []\nall_names = extract\n\n\ndef moody(text, *, doc_id, reference_date=None):\n"
        "    found = all_names(text, doc_id=doc_id)\n"
        "    if len(calls) <= 3:\n        return found\n"
        "    kept = [m for m in found.mentions if m.spans[0].text != 'Bob']\n"
        "    return Annotation(doc_id=doc_id, mentions=tuple(kept))\n"
    )
    (here / "moody.py").write_text(source)
    monkeypatch.syspath_prepend(here)
    assert gate("py:moody:moody", "--repeats", "3") == 0
    out = capsys.readouterr().out
    assert "candidate  py:moody:moody (3 runs)" in out
    assert "unstable, so they do not gate: 2 gold items" in out


def test_an_extractor_that_raises_is_no_candidate(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    (here / "broken.py").write_text(
        "def extract(text, *, doc_id, reference_date=None):\n    raise RuntimeError('no model')\n"
    )
    monkeypatch.syspath_prepend(here)
    assert gate("py:broken:extract") == 5
    message = capsys.readouterr().err
    assert "failed on 3 documents" in message
    assert "d1: RuntimeError: no model" in message
    assert gate("py:broken:extract", "--max-errors", "2") == 5


def test_documents_on_which_the_extractor_may_fail_count_as_missed(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    source = toy_corpus.extractor_source()
    (here / "shaky.py").write_text(
        source + "\nwhole = extract\n\n\ndef extract(text, *, doc_id, reference_date=None):\n"
        "    if doc_id == 'd2':\n        raise RuntimeError('no model')\n"
        "    return whole(text, doc_id=doc_id)\n"
    )
    monkeypatch.syspath_prepend(here)
    assert gate("py:shaky:extract", "--max-errors", "1") == 1
    captured = capsys.readouterr()
    assert "lost: 2 gold items\n  d2 mentions 0:4 GPE" in captured.out
    assert "1 of 3 gold documents have no prediction" in captured.err


def test_repeats_of_saved_predictions_are_refused(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    gate("good.jsonl", *UPDATE)
    assert gate("good.jsonl", "--repeats", "2") == 2
    assert "give several files" in capsys.readouterr().err
    assert gate("good.jsonl", "--repeats", "0") == 2


def test_the_order_of_documents_and_items_does_not_matter(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    records = [json.loads(line) for line in (here / "no-oslo.jsonl").read_text().splitlines()]
    turned = [{**one, "mentions": one["mentions"][::-1]} for one in records[::-1]]
    (here / "folder").mkdir()
    (here / "folder" / "no-oslo.jsonl").write_text("\n".join(map(json.dumps, turned)))
    capsys.readouterr()
    outputs = []
    for path in ("no-oslo.jsonl", "folder/no-oslo.jsonl"):
        assert gate(path, "--json") == 1
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


def test_with_many_documents_it_points_to_the_other_mode(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n, is_told in ((99, False), (100, True)):
        path = tmp_path / f"{n}.jsonl"
        path.write_text("".join(f'{{"doc_id": "d{at}", "mentions": []}}\n' for at in range(n)))
        code = main(["gate", str(path), "--baseline", str(path), "--gold", str(path)])
        assert code == 0
        assert ("--margin X can judge" in capsys.readouterr().err) is is_told


def test_settings_may_name_gold_baseline_extractor_and_allow_list(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "goldwire.toml").write_text(
        'extractor = "py:toy2:extract"\nbaseline = "kept/base.jsonl"\nallow = "allow.toml"\n'
    )
    (here / "allow.toml").write_text(ALLOW)
    (here / "toy2.py").write_text(toy_corpus.extractor_source(without=("Rome",)))
    monkeypatch.syspath_prepend(here)
    assert gate("good.jsonl", *UPDATE, baseline="kept/base.jsonl") == 0
    assert main(["gate", "--today", "2026-01-01"]) == 0
    assert main(["gate", "--today", "2027-01-01"]) == 1
    assert "baseline   good" in capsys.readouterr().out


def test_settings_may_hold_what_every_call_should_have(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    (here / "goldwire.toml").write_text(
        '[gate]\nmetrics = ["mentions/exact"]\nmin = {"mentions/strict.p" = 0.9}\nmargin = 0.5\n'
    )
    assert gate("no-rome.jsonl") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "PASS mentions/exact a loss as large as the margin is ruled out" in out
    assert "PASS mentions/strict.p ≥ 0.9 it is 1.0000" in out
    assert gate("no-rome.jsonl", "--margin", "0.01") == 3
    assert gate("no-rome.jsonl", "--min", "mentions/strict=0.99") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[gate]\nmarign = 1\n", "gate.marign cannot be 1"),
        ("gate = 1\n", "gate is a table of metrics, min"),
        ('[gate]\nmetrics = "mentions/strict"\n', "gate.metrics cannot be"),
        ('[gate]\ninconclusive = "skip"\n', "inconclusive is pass or fail"),
    ],
)
def test_settings_that_mean_nothing_are_refused(
    here: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gate("good.jsonl", *UPDATE)
    (here / "goldwire.toml").write_text(text)
    assert gate("good.jsonl") == 2
    assert told in capsys.readouterr().err


# What else the verdict rests on.


def test_a_loss_in_coreference_is_told_document_by_document(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def clustered(entities: tuple[str, ...]) -> str:
        records = []
        for doc_id, text in toy_corpus.TEXTS.items():
            found = toy_corpus.mentions(text, toy_corpus.LABELS)
            for mention, entity in zip(found, entities, strict=False):
                mention["entity"] = entity
                del mention["type"]
            names = sorted({str(one["entity"]) for one in found})
            listed = [{"id": name, "type": "PER"} for name in names]
            records.append({"doc_id": doc_id, "entities": listed, "mentions": found})
        return "\n".join(map(json.dumps, records))

    (here / "gold.jsonl").write_text(clustered(("a", "a", "b")))
    (here / "apart.jsonl").write_text(clustered(("a", "b", "c")))
    code = main(["gate", "apart.jsonl", "--baseline", "gold.jsonl", "--gold", "gold.jsonl"])
    assert code == 1
    # d1 and d3: mentions {1, 2}, {3} against {1}, {2}, {3}: P 1, R (1/2 + 1/2 + 1) / 3, F1 0.8.
    assert "d1 entities/b3: F1 100.0 → 80.0" in capsys.readouterr().out


def test_a_layer_that_the_candidate_no_longer_gives_is_lost_not_left_out(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "times-only.jsonl").write_text(
        "".join(f'{{"doc_id": "{doc_id}", "times": []}}\n' for doc_id in toy_corpus.TEXTS)
    )
    gate("good.jsonl", *UPDATE)
    assert gate("times-only.jsonl") == 1
    assert "lost: 8 gold items" in capsys.readouterr().out


def test_nothing_to_compare_is_an_error_not_a_pass(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del here
    assert gate("good.jsonl", "--metrics", "times/strict", baseline="good.jsonl") == 6
    assert "gold is not annotated for times" in capsys.readouterr().err


def test_a_candidate_without_the_baseline_s_documents_is_never_a_pass(here: Path) -> None:
    gate("good.jsonl", *UPDATE)
    (here / "other.jsonl").write_text('{"doc_id": "other", "mentions": []}\n')
    assert gate("other.jsonl") in (1, 6)


def test_words_without_offsets_get_their_place_before_a_baseline_loses_them(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy_corpus.write_corpus(here, redistribution="annotations_only")
    records = [
        {
            "doc_id": doc_id,
            "mentions": [
                {"type": label, "surface": name}
                for name, label in toy_corpus.LABELS.items()
                if name in text
            ],
        }
        for doc_id, text in toy_corpus.TEXTS.items()
    ]
    (here / "words.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert gate("words.jsonl", *UPDATE) == 0
    assert "Oslo" not in (here / "base.jsonl").read_text()
    capsys.readouterr()
    assert gate("words.jsonl") == 0
    out = capsys.readouterr().out
    assert "gained: nothing" in out
    assert "mentions/strict  100.0      100.0" in out
