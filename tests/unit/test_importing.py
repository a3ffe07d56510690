"""Importing into a corpus: offsets follow their text, any fault stops everything."""

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from goldwire.cli import main
from goldwire.corpus import Corpus
from goldwire.errors import GoldError, Problem
from goldwire.importing.gold import complete
from goldwire.importing.labels import extended, read_labels
from goldwire.importing.metadata import read_metadata
from goldwire.importing.texts import normalise
from goldwire.model import Annotation, Entity, EventMention, Mention, Span

CHARACTERS = st.sampled_from(
    [*"ab \r\n", "e\u0301", "é", "\u0301", "\ufeff", "😀", "각", "\u1100\u1161"]
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    root = tmp_path / "new"
    assert main(["init", str(root), "--no-example"]) == 0
    return root


def write_spans(path: Path, *records: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def run(corpus: Path, *arguments: str) -> int:
    return main(["import", *arguments, "--into", str(corpus)])


def files_of(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@given(st.lists(CHARACTERS, max_size=20).map("".join))
def test_a_normal_text_is_what_python_s_own_normalisation_gives(text: str) -> None:
    expected = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert normalise(text).text == unicodedata.normalize("NFC", expected)


@given(st.lists(CHARACTERS, max_size=20).map("".join))
def test_every_boundary_that_has_a_place_keeps_what_stands_before_it(text: str) -> None:
    normal = normalise(text)
    whole = normalise(text).text
    for before, after in enumerate(normal.moved.tolist()):
        if after >= 0:
            assert normalise(text[:before]).text == whole[:after]
    assert normal.moved[-1] == len(whole)


@given(st.lists(CHARACTERS, max_size=20).map("".join))
def test_a_normal_text_is_left_as_it_is(text: str) -> None:
    once = normalise(text).text
    assume(not once.startswith("\ufeff"))
    assert not normalise(once).is_changed


def test_spans_follow_their_words_through_line_ends_and_composition() -> None:
    text = "\ufeffA\r\nRene\u0301 met Zoe\u0308.\r\n"
    words = ("Rene\u0301", "Zoe\u0308")
    mentions = tuple(
        Mention(type="PER", spans=(Span(at, at + len(word), word),))
        for word in words
        for at in [text.index(word)]
    )
    made = complete(
        Annotation(doc_id="d", mentions=mentions), original=text, normal=normalise(text)
    )
    assert made.problems == ()
    assert [mention["spans"] for mention in made.record["mentions"]] == [
        [{"start": 2, "end": 6, "text": "René"}],
        [{"start": 11, "end": 14, "text": "Zoë"}],
    ]


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(0, 9), "ends beyond the text"),
        (Span(0, 1, "x"), "quotes other words"),
        (Span(0, 2), "inside what is one character"),
        (Span(2, 4), "inside what is one character"),
    ],
)
def test_a_span_without_a_place_is_a_problem_at_its_pointer(span: Span, words: str) -> None:
    text = "ae\u0301bc"
    made = complete(
        Annotation(doc_id="d", mentions=(Mention(type="X", spans=(span,)),)),
        original=text,
        normal=normalise(text),
    )
    [problem] = made.problems
    assert (problem.code, problem.pointer) == ("GW841", "/mentions/0/spans/0")
    assert words in problem.message


def test_ids_become_valid_and_unique_and_references_follow() -> None:
    annotation = Annotation(
        doc_id="d",
        entities=(Entity(id="1", type="PER"),),
        mentions=(
            Mention(id="1 a", entity="1", spans=(Span(0, 1),)),
            Mention(id="", type="ORG", spans=(Span(1, 2),)),
        ),
        event_mentions=(EventMention(id="T1", type="Meet", trigger=Span(2, 3)),),
    )
    made = complete(annotation, original="abc", normal=normalise("abc"))
    assert made.problems == ()
    assert [item["id"] for item in made.record["mentions"]] == ["m1-a", "m2"]
    assert [item["entity"] for item in made.record["mentions"]] == ["E1", "E.m2"]
    assert made.record["entities"] == [{"id": "E1", "type": "PER"}, {"id": "E.m2", "type": "ORG"}]
    assert made.record["events"] == [{"id": "V.T1", "type": "Meet"}]
    assert made.record["event_mentions"][0]["event"] == "V.T1"


def test_scores_are_left_out_and_named() -> None:
    annotation = Annotation(
        doc_id="d", mentions=(Mention(type="X", spans=(Span(0, 1),), score=0.5),)
    )
    made = complete(annotation, original="a", normal=normalise("a"))
    assert made.losses == ("/mentions/score",)
    assert "score" not in made.record["mentions"][0]


CONF = """
# a comment
[entities]
Person
!Group
\tTeam
----
Place
[relations]
Works_for\tArg1:Person, Arg2:Team
<OVERLAP>\tArg1:Person, Arg2:Person, <OVL-TYPE>:<ANY>
[events]
Meet\tWho{2-5}:Person|Team, Where?:Place, About*:<EVENT>, With:<ENTITY>, Odd:Unknown
[attributes]
Negated\tArg:<EVENT>
"""


def test_brat_s_configuration_gives_labels_roles_and_fillers() -> None:
    labels = read_labels(CONF, name="annotation.conf")
    assert {kind: list(entries) for kind, entries in labels.items()} == {
        "entity_type": ["Person", "Team", "Place"],
        "event_type": ["Meet"],
        "entity_relation": ["Works_for"],
    }
    assert labels["event_type"]["Meet"]["roles"] == {
        "Who": ["Person", "Team"],
        "Where": ["Place"],
        "About": ["event"],
        "With": ["entity"],
        "Odd": ["any"],
    }


def test_an_ontology_keeps_what_it_has_and_gets_what_is_new() -> None:
    own = {"title": "t", "$defs": {"entity_type": {"oneOf": [{"const": "Person", "title": "P"}]}}}
    written, new = extended(own, read_labels(CONF, name="annotation.conf"))
    assert new == ["Team", "Place", "Meet", "Works_for"]
    assert written["$defs"]["entity_type"]["oneOf"][0] == {"const": "Person", "title": "P"}
    assert extended(written, read_labels(CONF, name="annotation.conf")) == (written, [])


@pytest.mark.parametrize(("content", "words"), [("{}", "no ontology"), ("abc", "no label")])
def test_labels_that_are_none_are_refused(content: str, words: str) -> None:
    with pytest.raises(GoldError, match=words):
        read_labels(content, name="x")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"doc_id,colour\nd1,red\n", "no column 'colour'"),
        (b"language\nen\n", "lacks the column doc_id"),
        (b"doc_id,language,language\nd1,en,de\n", "the column language is there twice"),
        (b"doc_id,language\nd1,en\nd1,de\n", "d1 is there twice"),
        (b"doc_id,language\nd1\n", "more or fewer cells"),
        (b"doc_id,language\n,en\n", "has no doc_id"),
        (b"doc_id\n\xff\n", "not UTF-8"),
    ],
)
def test_faulty_metadata_name_line_and_fault(content: bytes, words: str) -> None:
    with pytest.raises(GoldError, match=words):
        read_metadata(content, name="docs.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_metadata_may_be_comma_semicolon_or_tab_separated(delimiter: str) -> None:
    rows = ["doc_id,headline,language", "d1,A headline,en"]
    content = "\r\n".join(row.replace(",", delimiter) for row in rows).encode("utf-8-sig")
    assert read_metadata(content, name="x") == {"d1": {"headline": "A headline", "language": "en"}}


def test_a_new_corpus_is_valid_and_imports_are_too(corpus: Path, tmp_path: Path) -> None:
    path = write_spans(
        tmp_path / "in.jsonl",
        {"id": "d1", "text": "Peru met Chile.\r\n", "entities": [[0, 4, "GPE"], [9, 14, "GPE"]]},
        {"id": "d2", "text": "Ana spoke.", "entities": [[0, 3, "PER"]]},
    )
    table = tmp_path / "docs.csv"
    table.write_text(
        "doc_id,split,language,publisher,date_published,text_status,redistribution\n"
        "d1,dev,es,Diario,2026-01-02,licensed,full_text\n",
        encoding="utf-8",
    )
    code = run(
        corpus, path, "--ontology", "infer", "--metadata", str(table), "--split", "test",
        "--language", "en",
    )  # fmt: skip
    assert code == 0
    assert main(["validate", str(corpus)]) == 0
    opened = Corpus.open(corpus)
    assert opened.splits == {"unassigned": (), "dev": ("d1",), "test": ("d2",)}
    assert opened.text("d1") == "Peru met Chile.\n"
    first, second = opened.document("d1"), opened.document("d2")
    assert first is not None
    assert second is not None
    assert (first.language, second.language) == ("es", "en")
    assert first.source.publisher is not None
    assert first.source.publisher.name == "Diario"
    assert first.rights.redistribution == "full_text"
    assert (second.rights.text_status, second.rights.redistribution) == (
        "unknown",
        "stand_off_only",
    )


def test_any_fault_stops_everything_and_all_are_named(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_of(corpus)
    path = write_spans(
        tmp_path / "in.jsonl",
        {"id": "good", "text": "Peru.", "entities": [[0, 4, "PLACE"]]},
        {"id": "labels", "text": "Peru.", "entities": [[0, 4, "COUNTRY"]]},
        {"id": "../escape", "text": "Peru.", "entities": []},
    )
    assert run(corpus, path) == 4
    said = capsys.readouterr().err
    assert "nothing was imported; faults: 2\n" in said
    assert "COUNTRY" in said
    assert "../escape" in said
    assert files_of(corpus) == before
    assert not (tmp_path / "escape").exists()


@pytest.mark.parametrize(
    ("table", "options"),
    [
        ("doc_id,split\nd1,../x\n", []),
        ("doc_id,language\nd1,en\n", ["--split", "a b"]),
    ],
)
def test_a_split_that_no_manifest_may_name_is_refused(
    corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    table: str,
    options: list[str],
) -> None:
    before = files_of(corpus)
    path = write_spans(tmp_path / "in.jsonl", {"id": "d1", "text": "Peru.", "entities": []})
    (tmp_path / "docs.csv").write_text(table, encoding="utf-8")
    assert run(corpus, path, "--metadata", str(tmp_path / "docs.csv"), *options) == 4
    said = capsys.readouterr().err
    assert "GW843 d1 /split" in said
    assert "a letter, then letters, digits, _ and -" in said
    assert files_of(corpus) == before


def test_ids_that_differ_in_case_alone_would_be_one_folder_on_some_systems(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records: list[dict[str, Any]] = [
        {"id": name, "text": f"Peru {name}.", "entities": []} for name in ("d1", "D1")
    ]
    assert run(corpus, write_spans(tmp_path / "both.jsonl", *records)) == 4
    assert "GW847 D1 /doc_id: it differs from d1 in case only" in capsys.readouterr().err
    assert run(corpus, write_spans(tmp_path / "one.jsonl", records[0])) == 0
    assert run(corpus, write_spans(tmp_path / "two.jsonl", records[1])) == 4
    assert "GW847 D1 /doc_id: it differs from d1 in case only" in capsys.readouterr().err


def test_a_fault_is_named_once_by_its_document_with_what_to_do(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_spans(
        tmp_path / "in.jsonl",
        {
            "id": "accent",
            "text": "Jose\u0301 met Bo.",
            "entities": [[0, 4, "PER"], [10, 12, "BOY"]],
        },
        {"id": "label", "text": "Peru.", "entities": [[0, 4, "COUNTRY"]]},
    )
    assert run(corpus, path) == 4
    _, *lines = capsys.readouterr().err.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["GW841", "accent"],
        ["GW301", "accent"],
        ["GW301", "label"],
    ]
    assert "--ontology infer" in lines[1]


def test_all_faults_are_listed_however_many_there_are(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [{"id": f"d{n}", "text": "Peru.", "entities": [[0, 4, "COUNTRY"]]} for n in range(30)]
    assert run(corpus, write_spans(tmp_path / "in.jsonl", *records)) == 4
    said = capsys.readouterr().err
    assert said.count("GW301") == 30
    assert "--profile prediction" not in said


def test_what_an_interrupted_import_leaves_is_not_committed(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def interrupted(stage: Path) -> list[Problem]:
        seen.append((stage / ".gitignore").read_text(encoding="utf-8"))
        return []

    monkeypatch.setattr("goldwire.importing._faults", lambda stage, _: interrupted(stage))
    path = write_spans(tmp_path / "in.jsonl", {"id": "d1", "text": "Peru.", "entities": []})
    assert run(corpus, path) == 0
    assert seen == ["*\n"]


def test_running_again_changes_nothing_and_another_content_needs_replace(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = {"id": "d1", "text": "Peru.", "entities": [[0, 4, "PLACE"]]}
    assert run(corpus, write_spans(tmp_path / "a.jsonl", first)) == 0
    before = files_of(corpus)
    assert run(corpus, str(tmp_path / "a.jsonl")) == 0
    assert files_of(corpus) == before
    changed = write_spans(tmp_path / "b.jsonl", {**first, "entities": []})
    assert run(corpus, changed) == 4
    assert "already, with another content" in capsys.readouterr().err
    assert files_of(corpus) == before
    assert run(corpus, changed, "--replace", "--dry-run") == 0
    assert files_of(corpus) == before
    assert run(corpus, changed, "--replace") == 0
    assert Corpus.open(corpus).gold("d1").mentions == ()
    assert main(["validate", str(corpus)]) == 0


def test_init_refuses_a_folder_with_files_and_takes_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["init", str(tmp_path / "empty")]) == 0
    assert main(["validate", str(tmp_path / "empty")]) == 0
    before = files_of(tmp_path)
    assert main(["init", str(tmp_path / "empty")]) == 2
    assert files_of(tmp_path) == before


def test_init_and_import_offer_json_or_plain_paths(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "c"
    main(["init", str(root)])
    listed = capsys.readouterr().out.split()
    assert sorted(listed) == sorted(files_of(root))
    path = write_spans(tmp_path / "in.jsonl", {"id": "d1", "text": "Peru.", "entities": []})
    assert run(root, path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["added"] == ["d1"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"id": "d1", "text": "Ann', "GW702"),
        (b'{"id": "d1", "text": "Jos\xe9", "entities": []}', "GW702"),
        (b'{"id": "d1", "text": "a \\ud83d b", "entities": []}', "half a character"),
    ],
)
def test_a_line_that_is_no_text_is_named_as_such(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: bytes, words: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(line + b"\n")
    assert run(corpus, str(tmp_path / "in.jsonl")) == 4
    said = capsys.readouterr().err
    assert "in.jsonl" in said
    assert words in said
    assert "unknown layer" not in said


def test_two_records_of_one_id_are_each_read_in_their_own_text(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_spans(
        tmp_path / "in.jsonl",
        {"id": "d1", "text": "Ann Lee met Bo.", "entities": [[0, 7, "PER"]]},
        {"id": "d1", "text": "Bo.", "entities": []},
    )
    assert run(corpus, path) == 4
    said = capsys.readouterr().err
    assert "GW847 d1" in said
    assert "outside-text" not in said


def test_files_of_a_folder_that_are_not_read_are_named(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "brat"
    folder.mkdir()
    for name in ("d1.txt", "d1.ann", "d2.txt", "annotation.conf", "letter.pdf"):
        (folder / name).write_text("Peru.\n" if name.endswith(".txt") else "", encoding="utf-8")
    assert run(corpus, str(folder)) == 0
    said = capsys.readouterr().err
    assert f"not read: {folder}/d2.txt, a text without annotations" in said
    assert "an empty d2.ann beside it" in said
    assert f"not read: {folder}/letter.pdf" in said
    assert "d1.txt" not in said
    assert "annotation.conf" not in said


@pytest.mark.parametrize("n_moved", range(5))
def test_an_import_that_was_killed_while_moving_finishes_when_run_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_moved: int
) -> None:
    path = write_spans(
        tmp_path / "in.jsonl", {"id": "d1", "text": "Peru.", "entities": [[0, 4, "COUNTRY"]]}
    )
    moved: list[Path] = []
    replace = Path.replace

    def until_killed(self: Path, target: Path) -> Path:
        if len(moved) == n_moved:
            raise KeyboardInterrupt
        moved.append(self)
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", until_killed)
        assert run(corpus, path, "--ontology", "infer") == 130
    assert run(corpus, path, "--ontology", "infer") == 0
    assert main(["validate", str(corpus)]) == 0
    assert Corpus.open(corpus).doc_ids() == ("d1",)


def test_goldwire_s_own_records_are_imported_with_texts_given_apart(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = hashlib.sha256("José met Bo.\n".encode()).hexdigest()
    mention = {"id": "m1", "type": "PER", "spans": [{"start": 9, "end": 11}]}
    record = {"doc_id": "d1", "text_ref": {"sha256": digest}, "mentions": [mention]}
    path = write_spans(tmp_path / "in.jsonl", record)
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "d1.txt").write_text("José saw Bo.\n", encoding="utf-8")
    assert run(corpus, path, "--texts", str(texts)) == 4
    assert "GW609 d1 /text_ref/sha256" in capsys.readouterr().err
    # The offsets count in the text of the digest, which this copy is once it is normal.
    (texts / "d1.txt").write_bytes("Jose\u0301 met Bo.\r\n".encode())
    assert run(corpus, path, "--texts", str(texts)) == 0
    assert Corpus.open(corpus).text("d1") == "José met Bo.\n"
    [mention_found] = Corpus.open(corpus).gold("d1").mentions or ()
    assert mention_found.spans == (Span(9, 11, "Bo"),)


def test_token_files_are_imported_with_texts_given_apart(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "d1.conll").write_text("Ann B-PER\nspoke O\n. O\n", encoding="utf-8")
    (tmp_path / "d1.txt").write_text("Ann  spoke.\n", encoding="utf-8")
    assert run(corpus, str(tmp_path / "d1.conll"), "--texts", str(tmp_path / "d1.txt")) == 0
    assert Corpus.open(corpus).text("d1") == "Ann  spoke.\n"


def test_a_loss_names_the_file_that_it_is_in(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_spans(
        tmp_path / "in.jsonl", {"id": "d1", "text": "Peru.", "entities": [[0, 70, "PLACE"]]}
    )
    assert run(corpus, path) == 4
    said = capsys.readouterr().err
    assert f"GW736 {path} d1 " in said
    assert "correct the file" in said


@pytest.mark.parametrize("content", [b"{bad", b"[]", b"\xff", b'{"$defs": {"entity_type": 1}}'])
@pytest.mark.parametrize("options", [[], ["--ontology", "infer"]])
def test_a_corpus_whose_ontology_is_broken_is_told_so(
    corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    options: list[str],
) -> None:
    (corpus / "schema" / "ontology.json").write_bytes(content)
    before = files_of(corpus)
    path = write_spans(
        tmp_path / "in.jsonl", {"id": "d1", "text": "Peru.", "entities": [[0, 4, "PLACE"]]}
    )
    assert run(corpus, path, *options) == 4
    assert "GW321 schema/ontology.json" in capsys.readouterr().err
    assert files_of(corpus) == before


def test_words_that_look_alike_are_shown_so_that_they_differ(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Enough words that stand where they are said to, so that the offsets are believed.
    text = "José met " + "Bo " * 120
    spans = [
        {"start": 0, "end": 4, "label": "PER", "text": "Jose\u0301"},
        *(
            {"start": at, "end": at + 2, "label": "PER", "text": "Bo"}
            for at in range(9, len(text), 3)
        ),
    ]
    path = write_spans(tmp_path / "in.jsonl", {"id": "d1", "text": text, "spans": spans})
    assert run(corpus, path) == 4
    assert r"are 'Jos\xe9', not 'Jose\u0301'" in capsys.readouterr().err
