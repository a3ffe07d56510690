"""Differences between states of a corpus, the bump that they demand, logs, and withdrawal."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goldwire.cli import main
from goldwire.corpus import Corpus, write_manifest
from goldwire.errors import UsageError
from goldwire.release.bump import diff, is_enough, parts_of, required_version
from goldwire.release.changelog import with_section
from goldwire.release.differences import Change, Difference
from goldwire.released import Release
from goldwire.validation import validate_corpus
from releases import EXAMPLE, ROOT, SEED, copy_corpus, edit
from releases import Change as Edit

GOLD = f"annotations/gold/{EXAMPLE}.json"
DOCUMENT = f"corpus/{EXAMPLE}/document.json"
TEXT = f"corpus/{EXAMPLE}/text.txt"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_corpus(tmp_path / "copy")


def difference(root: Path) -> Difference:
    return diff(Corpus.open(ROOT), Corpus.open(root))


def item(record: dict[str, Any], layer: str, name: str) -> dict[str, Any]:
    [found] = [one for one in record[layer] if one["id"] == name]
    return dict_of(found)


def dict_of(value: Any) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


def without(layer: str, name: str) -> Edit:
    def change(record: dict[str, Any]) -> None:
        record[layer] = [one for one in record[layer] if one["id"] != name]

    return change


def setting(layer: str, name: str, **fields: Any) -> Edit:
    def change(record: dict[str, Any]) -> None:
        item(record, layer, name).update(fields)

    return change


def told(changes: list[Change]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(change.layer, change.id, change.op, change.fields) for change in changes]


def test_a_corpus_differs_in_nothing_from_itself(root: Path) -> None:
    found = difference(root)
    assert (found.changes, found.reasons, found.level) == ([], [], "none")
    assert is_enough(found)


@pytest.mark.parametrize(
    ("change", "expected", "level"),
    [
        (without("times", "t4"), ("times", "t4", "removed", ()), "major"),
        (
            setting("entities", "E_bergen", type="LOC"),
            ("entities", "E_bergen", "edited", ("type",)),
            "major",
        ),
        (
            setting("mentions", "m_p2_norway", level="NOM"),
            ("mentions", "m_p2_norway", "edited", ("level",)),
            "major",
        ),
        (
            setting("values", "v3", note="a remark"),
            ("values", "v3", "edited", ("note",)),
            "patch",
        ),
        (
            setting("entities", "E_norway", canonical_name="Kingdom of Norway"),
            ("entities", "E_norway", "edited", ("canonical_name",)),
            "patch",
        ),
        (
            setting("values", "v3", spans=[{"start": 437, "end": 449, "text": "two skippers"}]),
            ("values", "v3", "moved", ("spans",)),
            "major",
        ),
        (
            setting("relations", "r2", tail="E_iceland"),
            ("relations", "r2", "edited", ("tail",)),
            "major",
        ),
    ],
)
def test_one_edit_is_one_change(
    root: Path, change: Edit, expected: tuple[str, str, str, tuple[str, ...]], level: str
) -> None:
    edit(root, GOLD, change)
    found = difference(root)
    assert told(found.changes) == [expected]
    assert found.level == level
    assert {one.doc_id for one in found.changes} == {EXAMPLE}


def test_a_new_id_is_no_other_item(root: Path) -> None:
    def renumber(record: dict[str, Any]) -> None:
        text = json.dumps(record)
        for at, mention in enumerate(record["mentions"]):
            # Every new id is the old id of another mention: only what items say tells them apart.
            after = record["mentions"][at - 1]["id"]
            text = text.replace(f'"{mention["id"]}"', f'"new:{after}"')
        record |= json.loads(text.replace('"new:', '"'))

    edit(root, GOLD, renumber)
    assert validate_corpus(root).problems == ()
    found = difference(root)
    n_mentions = len(Corpus.open(ROOT).gold(EXAMPLE).mentions)  # type: ignore[arg-type]
    assert {(change.layer, change.op) for change in found.changes} == {("mentions", "renamed")}
    assert len(found.changes) == n_mentions
    assert found.level == "patch"


def test_two_entities_that_become_one_are_merged(root: Path) -> None:
    def merge(record: dict[str, Any]) -> None:
        for mention in record["mentions"]:
            if mention["entity"] == "E_reykjavik":
                mention["entity"] = "E_iceland"
        without("entities", "E_reykjavik")(record)

    edit(root, GOLD, merge)
    [change] = difference(root).changes
    assert (change.layer, change.id, change.op) == ("entities", "E_iceland", "merged")
    assert change.partners == ("E_reykjavik",)


def test_an_entity_that_becomes_two_is_split(root: Path) -> None:
    def split(record: dict[str, Any]) -> None:
        record["entities"].append({"id": "E_new", "type": "GPE"})
        item(record, "mentions", "m_p2_iceland")["entity"] = "E_new"

    edit(root, GOLD, split)
    changes = difference(root).changes
    assert ("entities", "E_iceland", "split", ()) in told(changes)
    assert {change.op for change in changes} == {"split", "edited"}


def test_a_mention_that_is_cut_in_two_is_split(root: Path) -> None:
    def cut(record: dict[str, Any]) -> None:
        without("values", "v1")(record)
        record["values"] += [
            {
                "id": "v8",
                "type": "TITLE",
                "spans": [{"start": 267, "end": 276, "text": "Fisheries"}],
            },
            {
                "id": "v9",
                "type": "TITLE",
                "spans": [{"start": 277, "end": 285, "text": "Minister"}],
            },
        ]

    edit(root, GOLD, cut)
    [change] = difference(root).changes
    assert (change.id, change.op, change.partners) == ("v1", "split", ("v8", "v9"))


def test_what_only_moves_with_the_text_is_no_change_of_its_own(root: Path) -> None:
    text = (root / TEXT).read_text(encoding="utf-8")
    longer = text.replace("FISHERIES TALKS", "MACKEREL FISHERIES TALKS", 1)
    shift = len(longer) - len(text)

    def move(value: Any) -> Any:
        if isinstance(value, dict):
            if {"start", "end"} <= value.keys():
                return value | {"start": value["start"] + shift, "end": value["end"] + shift}
            return {key: move(one) for key, one in value.items()}
        return [move(one) for one in value] if isinstance(value, list) else value

    (root / TEXT).write_text(longer, encoding="utf-8")
    edit(root, GOLD, lambda record: record.update(move(record)))
    found = difference(root)
    [change] = found.changes
    assert (change.op, change.level) == ("text", "major")
    assert change.before == {"start": 0, "end": 0, "text": ""}
    assert change.after == {"start": 0, "end": 9, "text": "MACKEREL "}
    # Without its text a state can only say that the text is another one.
    (root / TEXT).unlink()
    edit(root, DOCUMENT, lambda record: record["text_ref"].update(sha256="0" * 64))
    assert ("", "", "text", ()) in told(difference(root).changes)


def test_a_new_document_is_major_in_an_old_split_and_minor_in_a_new_one(root: Path) -> None:
    def copy_document(name: str) -> None:
        for place in (GOLD, DOCUMENT, TEXT):
            target = root / place.replace(EXAMPLE, name)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes((root / place).read_bytes())
            if place != TEXT:
                edit(root, place.replace(EXAMPLE, name), lambda r: r.update(doc_id=name))

    copy_document("gw-new")
    edit(root, "corpus/manifest.json", lambda r: r["splits"].update(extra=["gw-new"]))
    assert difference(root).level == "minor"
    edit(root, "corpus/manifest.json", lambda r: r["splits"].pop("extra"))
    edit(root, "corpus/manifest.json", lambda r: r["splits"]["example"].append("gw-new"))
    assert difference(root).level == "major"


def test_a_layer_that_no_document_had_is_minor(root: Path, tmp_path: Path) -> None:
    bare = copy_corpus(tmp_path / "bare")
    for doc_id in (SEED, EXAMPLE):
        edit(bare, f"annotations/gold/{doc_id}.json", lambda record: record.pop("relations"))
    found = diff(Corpus.open(bare), Corpus.open(root))
    assert found.level == "minor"
    assert ("minor", "relations: 2 layer added") in found.reasons
    # Had one document the layer before, adding it to the other one changes scores.
    edit(root, GOLD, lambda record: record.pop("relations"))
    assert diff(Corpus.open(root), Corpus.open(ROOT)).level == "major"


@pytest.mark.parametrize(
    ("change", "level"),
    [
        (lambda record: record["rights"].update(takedown_contact="x@example.org"), "patch"),
        (lambda record: record["source"].update(section="News"), "major"),
        (lambda record: record["source"].update(byline="By nobody"), "minor"),
        (lambda record: record["source"].update(headline="OTHER"), "major"),
        (lambda record: record["zones"][0].update(kind="section"), "major"),
    ],
)
def test_of_a_document_s_record_what_is_scored_is_major(
    root: Path, change: Callable[[dict[str, Any]], object], level: str
) -> None:
    edit(root, DOCUMENT, change)
    assert difference(root).level == level


def test_labels_added_are_minor_and_labels_removed_major(root: Path) -> None:
    labels: Edit = lambda record: record["$defs"]["entity_type"]["oneOf"].append(  # noqa: E731
        {"const": "NEW", "title": "new", "description": "new"}
    )
    edit(root, "schema/ontology.json", labels)
    assert difference(root).level == "minor"
    assert diff(Corpus.open(root), Corpus.open(ROOT)).level == "major"


def test_a_changed_guideline_is_a_patch(root: Path) -> None:
    with (root / "annotations" / "GUIDELINES.md").open("a", encoding="utf-8") as page:
        page.write("\nMore.\n")
    write_manifest(root)
    assert difference(root).reasons == [("patch", "files beside the gold differ")]


@pytest.mark.parametrize("profile", ["standoff", "masked", "as-allowed"])
def test_words_that_a_release_withholds_are_no_change(
    built: Callable[..., Release], profile: str
) -> None:
    found = diff(built(profile), Corpus.open(ROOT))
    assert (found.changes, found.reasons) == ([], [])


def test_a_release_and_a_changed_corpus_differ_as_two_corpora_do(
    built: Callable[..., Release], root: Path
) -> None:
    edit(root, GOLD, setting("entities", "E_bergen", type="LOC"))
    found = diff(built("standoff"), Corpus.open(root))
    assert told(found.changes) == [("entities", "E_bergen", "edited", ("type",))]


@pytest.mark.parametrize(
    ("old", "level", "demanded"),
    [
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "none", "1.2.3"),
        ("0.2.3", "major", "0.3.0"),
        ("0.2.3", "minor", "0.2.4"),
        ("0.2.3", "patch", "0.2.4"),
    ],
)
def test_the_demanded_version(old: str, level: Any, demanded: str) -> None:
    assert required_version(old, level) == demanded


def test_a_version_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="no semantic version"):
        parts_of("unversioned")


# ---------------------------------------------------------------- commands


def git(root: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words],
        cwd=root,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(root: Path) -> Path:
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    return root


def test_release_check_passes_without_a_tag_and_says_so(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["release", "check", "--corpus", str(repository)]) == 0
    assert "no tag to compare with" in capsys.readouterr().err


def test_release_manifest_lists_changed_files_anew_as_validate_advises(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (repository / GOLD).read_text(encoding="utf-8")
    (repository / GOLD).write_text(text + "\n", encoding="utf-8")
    before = Corpus.open(repository).manifest
    assert main(["validate", str(repository)]) == 4
    assert "GW622" in (told := capsys.readouterr().out)
    assert "`goldwire release manifest`" in told
    assert main(["release", "manifest", "--corpus", str(repository)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [f"  changed  {GOLD}"]
    assert main(["validate", str(repository)]) == 0
    after = Corpus.open(repository).manifest
    assert before is not None
    assert after is not None
    assert (after.version, after.splits) == (before.version, before.splits)
    assert main(["release", "manifest", "--corpus", str(repository), "--against", "v1"]) == 2


def test_release_check_refuses_a_smaller_bump(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository, "tag", "v0.1.0")
    call = ["release", "check", "--corpus", str(repository)]
    assert main(call) == 0
    edit(repository, GOLD, without("times", "t4"))
    assert main(call) == 1
    captured = capsys.readouterr()
    assert "compared with v0.1.0@0.1.0" in captured.out
    assert "major times: 1 removed" in captured.out
    assert "too small: the corpus needs 0.2.0 or higher" in captured.out
    edit(repository, "corpus/manifest.json", lambda record: record.update(version="0.1.1"))
    assert main(call) == 1
    edit(repository, "corpus/manifest.json", lambda record: record.update(version="0.2.0"))
    assert main(call) == 0
    assert main([*call, "--against", str(ROOT), "--json"]) == 0


def test_diff_reads_git_revisions_and_shows_context_and_effect(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(repository, f"annotations/gold/{SEED}.json", lambda record: record["times"].pop(1))
    monkeypatch.chdir(repository)
    run = ROOT / "annotations" / "passes" / "A"
    assert main(["diff", "HEAD", "--run", str(run)]) == 0
    out = capsys.readouterr().out
    assert f"{SEED}\n" in out
    assert "  times t1 179:187 removed DATE" in out
    assert "[Thursday]" in out
    # Of eight times with a place pass A had all right; now it has one too many: F1 = 14/15.
    assert "times/strict                   F1 100.0 →  93.3  changed" in out
    assert "mentions/strict                F1 100.0 → 100.0\n" in out


def test_the_change_log_is_written_once_and_without_protected_words(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = copy_corpus(tmp_path / "old")
    edit(root, "corpus/manifest.json", lambda record: record.update(version="0.2.0"))
    edit(root, f"annotations/gold/{SEED}.json", lambda record: record["mentions"].pop(0))
    edit(root, GOLD, without("times", "t4"))
    call = ["diff", str(old), str(root), "--changelog", "--reason", "a test"]
    assert main(call) == 0
    once = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert main(call) == 0
    assert (root / "CHANGELOG.md").read_text(encoding="utf-8") == once
    assert "### Corpus kz-withdrawal 0.2.0" in once
    assert "- times t4 463:469 removed DATE  “o skippers in Bergen on [Friday]. SOURCE" in once
    assert "- mentions m_h_troops 0:17 removed\n" in once
    lines = (root / "annotations" / "changes.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [(r["doc_id"], r["layer"], r["id"], r["op"], r["reason"]) for r in records] == [
        (EXAMPLE, "times", "t4", "removed", "a test"),
        (SEED, "mentions", "m_h_troops", "removed", "a test"),
    ]
    assert records[0]["before"]["spans"] == [{"start": 463, "end": 469, "text": "Friday"}]
    assert records[1]["before"]["spans"] == [{"start": 0, "end": 17}]
    # The manifest lists the new files as they are (what refers to the removed items is at fault).
    codes = {problem.code for problem in validate_corpus(root).problems}
    assert codes == {"GW202"}
    capsys.readouterr()
    assert main(["diff", str(old), str(root), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["level"], record["required"], record["enough"]) == ("major", "0.2.0", True)


def test_a_change_log_is_not_written_for_a_version_that_is_too_small(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = copy_corpus(tmp_path / "old")
    edit(root, GOLD, without("times", "t4"))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert main(["diff", str(old), str(root), "--changelog"]) == 2
    said = capsys.readouterr().err
    assert "0.2.0 or higher" in said
    assert "raise `version`" in said
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_section_is_put_under_unreleased_and_replaced_by_version() -> None:
    log = "# Changelog\n\n## Unreleased\n\n- by hand\n"
    one = with_section(log, "### Corpus a 1\n", version="1.0.0")
    assert one.index("Unreleased") < one.index("### Corpus a 1") < one.index("by hand")
    two = with_section(one, "### Corpus a 1 again\n", version="1.0.0")
    assert two.count("### Corpus a 1") == 1
    assert "by hand" in two
    assert "## Unreleased" in with_section("# Changelog\n", "### x\n", version="1.0.0")


def test_diff_of_what_is_no_corpus_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "no-such-revision", str(ROOT)]) == 2
    assert "no git revision" in capsys.readouterr().err
    assert main(["diff", str(tmp_path), str(ROOT)]) == 2


def test_a_withdrawn_document_is_gone_logged_and_its_tags_are_named(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository, "tag", "v0.1.0")
    call = ["withdraw", SEED, "--corpus", str(repository), "--reason", "the publisher asked"]
    assert main(call) == 0
    out = capsys.readouterr().out
    assert "kz-withdrawal@0.2.0" in out
    assert "the split test is gone with it" in out
    assert "these tags still serve it: v0.1.0" in out
    left = [
        path for path in repository.rglob("*") if SEED in path.name and ".git" not in path.parts
    ]
    assert left == []
    corpus = Corpus.open(repository)
    assert (corpus.version, corpus.doc_ids()) == ("0.2.0", (EXAMPLE,))
    assert validate_corpus(repository).problems == ()
    [record] = (repository / "annotations" / "changes.jsonl").read_text("utf-8").splitlines()
    assert json.loads(record)["op"] == "withdrawn"
    assert "the publisher asked" in (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert main(["release", "check", "--corpus", str(repository)]) == 0


def test_the_last_document_and_an_unknown_one_cannot_be_withdrawn(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["--corpus", str(root), "--reason", "x"]
    assert main(["withdraw", "nothing", *call]) == 2
    assert main(["withdraw", SEED, *call]) == 0
    assert main(["withdraw", EXAMPLE, *call]) == 2
    assert "the last document" in capsys.readouterr().err
