"""Building releases: what is in them, what is not, and that the same input gives the same bytes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import goldwire
from goldwire.cli import main
from goldwire.corpus import Corpus
from goldwire.errors import GoldError, UsageError
from goldwire.formats.released import COLUMNS
from goldwire.release.logical import hash_rows, logical_hash, parquet_rows
from goldwire.release.views import VIEWS
from goldwire.released import Release, is_release, rows_path
from releases import EXAMPLE, ROOT, SEED, build_of, contents, copy_corpus, edit

Built = Callable[..., Release]
PROFILES = ("standoff", "masked", "as-allowed")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    pytest.importorskip("pyarrow")
    return copy_corpus(tmp_path / "copy")


def everything_in(release: Release) -> Iterator[tuple[str, str]]:
    """Walk all files of a release as text, what is inside Parquet included."""
    for path, content in contents(release.root).items():
        if path.endswith(".parquet"):
            rows = list(parquet_rows(release.root / path))
            yield path, json.dumps(rows, ensure_ascii=False)
        else:
            yield path, content.decode("utf-8")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@pytest.mark.parametrize("profile", PROFILES)
def test_no_four_words_of_the_article_s_body_are_anywhere(built: Built, profile: str) -> None:
    text = (ROOT / "corpus" / SEED / "text.txt").read_bytes().decode("utf-8")
    body = words(text[text.index("The withdrawal") : text.index("SOURCE:")])
    runs = {tuple(body[at : at + 4]) for at in range(len(body) - 3)}
    leaks = {
        (path, " ".join(run))
        for path, content in everything_in(built(profile))
        for listed in [words(content)]
        for run in zip(listed, listed[1:], listed[2:], listed[3:], strict=False)
        if run in runs
    }
    assert leaks == set()


def test_a_standoff_release_has_no_text_no_surface_and_no_name(built: Built) -> None:
    for split in ("test", "example"):
        for row in built("standoff").rows(split):
            assert row.text is None
            assert row.document.source.credit_line is None
            annotation = row.annotation
            spans = [span for mention in annotation.mentions for span in mention.spans]  # type: ignore[union-attr]
            assert all(span.text is None and span.check is not None for span in spans)
            assert all(entity.canonical_name is None for entity in annotation.entities)  # type: ignore[union-attr]


def test_a_standoff_release_does_not_tell_where_words_begin(built: Built) -> None:
    release = built("standoff")
    rows = list(parquet_rows(release.root / "data/tokens/test-00000-of-00001.parquet"))
    assert len(rows) == 13, "the annotatable zones, counted in the document record"
    assert {(row["tokens"], row["starts"], row["ends"], row["ner_tags"]) for row in rows} == {
        (None, None, None, None)
    }


def test_the_bibliographic_facts_of_a_document_are_kept(built: Built) -> None:
    source = built("standoff").row(SEED).document.source
    assert source.headline == "RUSSIA-LED TROOPS START WITHDRAWING FROM KAZAKHSTAN"
    assert source.canonical_url is not None
    assert source.publisher is not None
    assert source.publisher.name == "Independent Press"


def test_a_masked_text_has_the_shape_and_no_letter_of_the_text(built: Built) -> None:
    release = built("masked")
    text = Corpus.open(ROOT).text(SEED)
    masked = release.row(SEED).text
    assert text is not None
    assert masked is not None
    assert len(masked) == len(text)
    assert set(re.findall(r"[^\W_]", masked)) == {"x", "X", "0"}
    assert [at for at, char in enumerate(text) if char.isspace()] == [
        at for at, char in enumerate(masked) if char.isspace()
    ]
    assert release.text(SEED) is None, "a masked text is not the text"


def test_as_allowed_takes_each_document_by_its_own_record(built: Built) -> None:
    release = built("as-allowed")
    assert release.row(SEED).text_status == "withheld"
    assert release.text(EXAMPLE) == Corpus.open(ROOT).text(EXAMPLE)


def test_full_is_refused_where_a_record_does_not_allow_it(root: Path, tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=f"GW801 {SEED}"):
        build_of(root, tmp_path / "out", profile="full")
    assert not (tmp_path / "out").exists()
    assert list(tmp_path.glob(".out*")) == [], "a refused build leaves nothing behind"


def test_a_document_that_may_not_leave_at_all_is_left_out_and_named(
    root: Path, tmp_path: Path
) -> None:
    edit(
        root,
        f"corpus/{EXAMPLE}/document.json",
        lambda record: record["rights"].update(redistribution="none"),
    )
    release = build_of(root, tmp_path / "out")
    assert release.manifest.left_out == (EXAMPLE,)
    assert release.splits == {"test": (SEED,), "example": ()}
    naming = [path for path, content in everything_in(release) if EXAMPLE in content]
    # Provenance names the files that the release was made from.
    assert naming == ["MANIFEST.json", "croissant.json"]


def test_words_that_would_leak_stop_the_build(root: Path, tmp_path: Path) -> None:
    words_of_it = "peacekeeping forces from Russia, Belarus, Armenia"
    with (root / "CHANGELOG.md").open("a", encoding="utf-8") as log:
        log.write(f"\n### Corpus kz-withdrawal\n\n- {words_of_it}\n")
    with pytest.raises(GoldError, match=r"GW803 CHANGELOG\.md"):
        build_of(root, tmp_path / "out")

    def quote(record: dict[str, list[dict[str, list[dict[str, str]]]]]) -> None:
        record["entities"][0]["links"][0]["evidence"] = words_of_it

    (root / "CHANGELOG.md").unlink()
    edit(root, f"annotations/gold/{SEED}.json", quote)
    with pytest.raises(GoldError, match=f"GW803 {SEED}"):
        build_of(root, tmp_path / "out")


def test_the_columns_are_the_same_in_all_profiles(built: Built) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow.parquet import read_schema

    schemas = {
        profile: {
            path: read_schema(release.root / path)
            for path in contents(release.root)
            if path.endswith(".parquet")
        }
        for profile in PROFILES
        for release in [built(profile)]
    }
    schemas["full"] = {
        path: read_schema(built("full", own_use=True).root / path) for path in schemas["standoff"]
    }
    assert all(found == schemas["standoff"] for found in schemas.values())
    assert len(schemas["standoff"]) == 2 * len(VIEWS)


def test_every_line_has_every_column(built: Built) -> None:
    for line in (built("as-allowed").root / rows_path("test")).read_text("utf-8").splitlines():
        assert list(json.loads(line)) == list(COLUMNS)


def test_json_lines_and_parquet_say_the_same(built: Built) -> None:
    for profile in PROFILES:
        release = built(profile)
        for split in release.splits:
            table = release.root / f"data/documents/{split}-00000-of-00001.parquet"
            assert logical_hash(release.root / rows_path(split)) == logical_hash(table)


def test_two_builds_are_the_same_byte_for_byte(built: Built, tmp_path: Path) -> None:
    first = built("as-allowed")
    second = build_of(ROOT, tmp_path / "again")
    assert contents(first.root) == contents(second.root)


def test_a_release_gives_the_gold_of_the_corpus_and_its_digest(built: Built) -> None:
    corpus = Corpus.open(ROOT)
    for profile in PROFILES:
        release = built(profile)
        assert release.digest() == corpus.digest() == release.manifest.digest
        for split in release.splits:
            assert release.digest(split) == corpus.digest(split)
            assert release.manifest.split_digests[split] == corpus.digest(split)
    full = built("full", own_use=True)
    assert list(full.gold_documents("test")) == list(corpus.gold_documents("test"))
    assert full.manifest.private


@pytest.mark.parametrize("profile", [*PROFILES, "full"])
def test_scores_against_a_release_are_those_against_the_corpus(built: Built, profile: str) -> None:
    release = built(profile, own_use=profile == "full")
    predicted = ROOT / "annotations" / "passes" / "A"
    expected = goldwire.score(ROOT, predicted)
    found = goldwire.score(release.root, predicted)
    assert found.shared_signature() == expected.shared_signature()
    assert {name: found.tallies[name].sums.tolist() for name in found} == {
        name: expected.tallies[name].sums.tolist() for name in expected
    }


def test_the_card_counts_what_is_in_the_files(built: Built) -> None:
    text = (built("as-allowed").root / "README.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `(\w+)` \| (\d+) \| \d+ \|", text, re.MULTILINE))
    # Counted in the gold file itself, by its ids.
    gold = json.loads((ROOT / f"annotations/gold/{SEED}.json").read_text(encoding="utf-8"))
    assert int(table["entities"]) == len(gold["entities"])
    assert int(table["mentions"]) == len(gold["mentions"])
    assert int(table["events"]) == len(gold["event_mentions"])
    assert int(table["arguments"]) == sum(
        len(mention.get("arguments", ())) for mention in gold["event_mentions"]
    )


def test_an_existing_folder_is_never_overwritten(root: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="never overwritten"):
        build_of(root, tmp_path / "out")


def test_an_invalid_corpus_is_not_built(root: Path, tmp_path: Path) -> None:
    edit(root, f"annotations/gold/{EXAMPLE}.json", lambda record: record["mentions"].pop(0))
    with pytest.raises(GoldError, match="it is not valid"):
        build_of(root, tmp_path / "out")


def test_a_corpus_without_metadata_file_can_be_built(root: Path, tmp_path: Path) -> None:
    (root / "corpus" / "card.toml").unlink()
    edit(root, "corpus/manifest.json", lambda _: None)
    release = build_of(root, tmp_path / "out")
    assert "Nobody has stated" in (release.root / "DATASHEET.md").read_text(encoding="utf-8")


def test_a_misspelt_key_of_the_metadata_file_is_named(root: Path, tmp_path: Path) -> None:
    (root / "corpus" / "card.toml").write_text('prety_name = "x"\n', encoding="utf-8")
    edit(root, "corpus/manifest.json", lambda _: None)
    with pytest.raises(GoldError, match="prety_name"):
        build_of(root, tmp_path / "out")


def test_verify_finds_a_changed_a_missing_and_a_foreign_file(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = build_of(root, tmp_path / "out")
    call = ["build", "--corpus", str(root), "--verify", str(release.root)]
    assert main(call) == 0
    n_files = len(contents(release.root)) - 1
    assert f"{n_files} of {n_files} files are the same byte" in capsys.readouterr().err
    (release.root / "eval.yaml").write_text("changed", encoding="utf-8")
    (release.root / "LICENSE.md").unlink()
    (release.root / "extra.txt").write_text("x", encoding="utf-8")
    assert main(call) == 1
    out, err = capsys.readouterr()
    assert f"{n_files - 2} of {n_files} files are the same byte" in err
    assert "GW812 eval.yaml" in out
    assert "GW811 LICENSE.md" in out
    assert "GW814 extra.txt" in out


def test_verify_finds_that_the_corpus_has_changed(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = build_of(root, tmp_path / "out")
    edit(
        root,
        f"annotations/gold/{EXAMPLE}.json",
        lambda record: record["mentions"][0].update(level="NOM"),
    )
    assert main(["build", "--corpus", str(root), "--verify", str(release.root)]) == 1
    out = capsys.readouterr().out
    assert "GW815 data/mentions/example-00000-of-00001.parquet" in out
    assert "GW815 data/mentions/test-00000-of-00001.parquet" not in out


def test_parquet_written_by_another_library_version_verifies_by_what_it_says(
    root: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow.parquet import read_table, write_table

    release = build_of(root, tmp_path / "out")
    path = release.root / "data/mentions/test-00000-of-00001.parquet"
    before, said = path.read_bytes(), logical_hash(path)
    write_table(read_table(path), path, compression="snappy", row_group_size=7)
    assert path.read_bytes() != before
    assert logical_hash(path) == said


def test_the_command_builds_and_says_what(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    call = ["build", "--corpus", str(root), "--output", str(out), "--profile", "standoff"]
    assert main([*call, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["splits"] == {"test": 1, "example": 1}
    assert record["profile"] == "standoff"
    assert is_release(out)
    assert main(call) == 2
    assert "never overwritten" in capsys.readouterr().err


def test_a_corpus_that_lacks_a_text_gives_a_release_without_its_words(
    root: Path, tmp_path: Path
) -> None:
    (root / "corpus" / SEED / "text.txt").unlink()
    edit(root, "corpus/manifest.json", lambda _: None)
    release = build_of(root, tmp_path / "out")
    row = release.row(SEED)
    assert (row.text, row.sealed, row.blocks) == (None, None, ())
    spans = [span for mention in row.annotation.mentions for span in mention.spans]  # type: ignore[union-attr]
    assert all(span.text is None and span.check is None for span in spans)
    assert release.digest() == Corpus.open(ROOT).digest()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]"])
def test_a_release_with_a_damaged_manifest_is_one_and_says_so(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    release = build_of(root, tmp_path / "out")
    (release.root / "MANIFEST.json").write_bytes(content)
    assert main(["stats", "--gold", str(release.root)]) == 4
    err = capsys.readouterr().err
    assert err.count("GW") == 1
    assert "MANIFEST.json: cannot be read" in err
    assert "fetch the release again" in err


def test_a_cut_off_release_is_not_scored_in_silence(root: Path, tmp_path: Path) -> None:
    release = build_of(root, tmp_path / "out")
    (release.root / rows_path("test")).write_bytes(b"")
    with pytest.raises(GoldError, match="cut off"):
        list(release.rows("test"))


def test_a_table_of_documents_is_gold_by_itself(built: Built) -> None:
    table = built("standoff").root / "data/documents/test-00000-of-00001.parquet"
    predicted = ROOT / "annotations" / "passes" / "A"
    found, expected = goldwire.score(table, predicted), goldwire.score(ROOT, predicted)
    assert {name: found.tallies[name].sums.tolist() for name in found} == {
        name: expected.tallies[name].sums.tolist() for name in expected
    }


def test_the_token_file_says_what_the_tokens_say(built: Built) -> None:
    release = built("as-allowed")
    assert [path for path in contents(release.root) if path.startswith("conll/")] == [
        "conll/example.conll"
    ]
    rows = parquet_rows(release.root / "data/tokens/example-00000-of-00001.parquet")
    expected = [token for row in rows for token in row["tokens"]]
    found = goldwire.read(release.root / "conll" / "example.conll")
    lines = (release.root / "conll" / "example.conll").read_text("utf-8").splitlines()
    tokens = [line.split("\t")[0] for line in lines if "\t" in line]
    assert tokens == ["-DOCSTART-", *expected]
    assert [record.doc_id for record in found] == [EXAMPLE]
    # Bergen three times, Norway and Iceland twice, three times Norwegian of which one is in the
    # ministry's name, Solvang twice, ministry, Reykjavik, desk: counted by hand.
    assert sum(len(record.mentions or ()) for record in found) == 3 + 2 + 2 + 2 + 2 + 1 + 1 + 1


def test_another_process_with_another_hash_seed_builds_the_same_bytes(
    built: Built, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    subprocess.run(
        [sys.executable, "-m", "goldwire", "build", "--corpus", str(ROOT), "--output", str(out)],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        check=True,
        capture_output=True,
    )
    assert contents(out) == contents(built("as-allowed").root)


def test_the_brat_files_hold_the_text_and_the_items_and_list_what_they_lack(built: Built) -> None:
    root = built("as-allowed").root
    folder = root / "brat" / "example"
    assert sorted(path.name for path in folder.iterdir()) == [
        "LOSSES.json",
        f"{EXAMPLE}.ann",
        f"{EXAMPLE}.txt",
    ]
    assert not (root / "brat" / "test").exists()
    stored = (ROOT / "corpus" / EXAMPLE / "text.txt").read_bytes()
    assert (folder / f"{EXAMPLE}.txt").read_bytes() == stored
    [found] = goldwire.read(folder / f"{EXAMPLE}.ann")
    gold = Corpus.open(ROOT).gold(EXAMPLE)
    for layer in ("mentions", "times"):
        places = [
            {span for item in getattr(record, layer) for span in spans_of(item)}
            for record in (found, gold)
        ]
        assert places[0] == places[1], layer
    assert json.loads((folder / "LOSSES.json").read_text(encoding="utf-8"))


def spans_of(item: goldwire.Mention | goldwire.Time) -> set[tuple[int, int]]:
    return {(span.start, span.end) for span in item.spans}


def twin(root: Path, name: str) -> None:
    """Add a copy of the seed article under another name to a split of its own."""
    for place in (
        f"corpus/{SEED}/document.json",
        f"corpus/{SEED}/text.txt",
        f"annotations/gold/{SEED}.json",
    ):
        target = root / place.replace(SEED, name)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((root / place).read_bytes())
        if place.endswith(".json"):
            edit(root, place.replace(SEED, name), lambda record: record.update(doc_id=name))
    edit(root, "corpus/manifest.json", lambda record: record["splits"].update(more=[name]))


def test_a_phrase_that_several_texts_share_tells_none_of_them(root: Path, tmp_path: Path) -> None:
    twin(root, "gw-twin")
    with (root / "CHANGELOG.md").open("a", encoding="utf-8") as log:
        log.write("\n### Corpus kz-withdrawal\n\n- peacekeeping forces from Russia, Belarus\n")
    assert build_of(root, tmp_path / "out").splits["more"] == ("gw-twin",)


def test_a_split_is_cut_into_files_of_so_many_documents(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(
        root,
        "corpus/manifest.json",
        lambda record: record.update(splits={"test": [EXAMPLE, SEED]}),
    )
    monkeypatch.setattr("goldwire.release.tables.DOCUMENTS_PER_SHARD", 1)
    release = build_of(root, tmp_path / "out")
    tables = [
        release.root / f"data/mentions/test-{shard:05d}-of-00002.parquet" for shard in range(2)
    ]
    assert [{row["doc_id"] for row in parquet_rows(table)} for table in tables] == [
        {EXAMPLE},
        {SEED},
    ]
    whole = logical_hash(release.root / rows_path("test"))
    documents = [
        row
        for shard in range(2)
        for row in parquet_rows(release.root / f"data/documents/test-{shard:05d}-of-00002.parquet")
    ]
    assert hash_rows(documents) == whole
    page = (release.root / "README.md").read_text(encoding="utf-8")
    assert page.count("data/mentions/test-") == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Ruiz opened the harbour.\nThe mayor thanked all of Peru.\n", 0),
        ("\nANA RUIZ opened the harbour\n\nThe mayor thanked all of Peru.\n", 0),
        # A text that is its headline, or holds it within, would leave with it.
        ("Ana Ruiz opened the harbour.\n", 4),
        ("The mayor thanked all of Peru.\nAna Ruiz opened the harbour.\n", 4),
    ],
)
def test_a_headline_that_is_the_first_line_of_a_text_without_zones_is_no_leak(
    tmp_path: Path, text: str, expected: int
) -> None:
    pytest.importorskip("pyarrow")
    root = tmp_path / "c"
    assert main(["init", str(root), "--no-example"]) == 0
    (tmp_path / "d1.txt").write_text(text, encoding="utf-8")
    (tmp_path / "d1.ann").write_text("", encoding="utf-8")
    (tmp_path / "d.csv").write_text(
        "doc_id,language,headline\nd1,en,Ana Ruiz opened the harbour.\n", encoding="utf-8"
    )
    call = ["import", str(tmp_path / "d1.ann"), "--into", str(root)]
    assert main([*call, "--metadata", str(tmp_path / "d.csv")]) == 0
    assert main(["build", "--corpus", str(root), "--output", str(tmp_path / "out")]) == expected


def test_a_corpus_without_documents_is_not_released(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "c"
    assert main(["init", str(root), "--no-example"]) == 0
    assert main(["build", "--corpus", str(root), "--output", str(tmp_path / "out")]) == 6
    assert "no document" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main(["show", "--gold", str(root)]) == 6
    assert "no document" in capsys.readouterr().err
