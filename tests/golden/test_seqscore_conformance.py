"""seqscore's own files: every one is read or refused as it should be, and none is left out.

Mentions are those that stand in the files, and where seqscore is installed its own decoding and
scores are asked as well.
"""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import goldwire
import token_files
from goldwire.errors import Problem
from goldwire.formats.base import Decode
from goldwire.labels import LabelMap
from goldwire.selection import Selection

FOLDER = Path(__file__).parents[3] / "shared" / "conformance" / "seqscore"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the files lie beside the project (../shared/conformance/seqscore)"
)

Mention = tuple[str, str]

UNIVERSITY = ("ORG", "University of Pennsylvania")
CITIES = [("LOC", "West Philadelphia"), ("LOC", "Pennsylvania")]
THREE = [UNIVERSITY, *CITIES]
TORN = [UNIVERSITY, ("LOC", "West"), ("LOC", "Philadelphia"), ("LOC", "Pennsylvania")]

MENTIONS: dict[str, list[Mention]] = {
    "conll_annotation/minimal.bio": THREE,
    "conll_annotation/minimal.bioes": THREE,
    "conll_annotation/minimal.io": THREE,
    "conll_annotation/minimal_fields.bio": THREE,
    "conll_annotation/minimal_fields.iob": THREE,
    "conll_annotation/minimal2.bio": [
        ("ORG", "Brandeis University"),
        ("LOC", "Waltham"),
        ("LOC", "Massachusetts"),
        ("LOC", "Waltham"),
    ],
    "conll_annotation/invalid1.bio": THREE,
    "conll_annotation/invalid1_BIO_discard.txt": [],
    "conll_annotation/invalid1.bioes": [
        UNIVERSITY,
        ("LOC", "West"),
        ("LOC", "Philadelphia"),
        ("LOC", "Pennsylvania"),
        ("ORG", "University of Maryland"),
        ("ORG", "Department of Commerce"),
        ("ORG", "University of Maryland"),
        ("LOC", "Massachusetts"),
    ],
    "conll_predictions/correct1.bio": THREE,
    "conll_predictions/correct1_improper_sequence.bio": THREE,
    "conll_predictions/correct1_improper_sequence_pred.txt": THREE,
    "conll_predictions/correct1_improper_sequence_ref.txt": THREE,
    "conll_predictions/incorrect1.bio": TORN,
    "conll_predictions/incorrect1_nopredictions.bio": [],
    "conll_predictions/incorrect_type_not_in_reference.bio": [("SPURIOUS", "sentence"), *THREE],
    "conll_merged_predictions/correct1.bio": THREE,
    "conll_merged_predictions/correct1_improper_sequence.bio": THREE,
    "conll_merged_predictions/incorrect1.bio": TORN,
    "conll_merged_predictions/incorrect1_nopredictions.bio": [],
    "samples/all_NAME.bio": [("NAME", surface) for _, surface in THREE],
    "samples/invalid.bio": THREE,
    "samples/invalid_repair_conlleval.bio": THREE,
    "samples/invalid_repair_discard.bio": CITIES,
    "samples/keep_ORG.bio": [UNIVERSITY],
    "samples/predicted.bio": TORN,
    "samples/reference.bio": THREE,
    "samples/reference.bioes": THREE,
    "samples/remove_ORG.bio": CITIES,
    "test_files/minimal_GPE.bio": [UNIVERSITY, *(("GPE", surface) for _, surface in CITIES)],
    "test_files/minimal_NAME.bio": [("NAME", surface) for _, surface in THREE],
    "test_files/minimal_bio_copy.txt": THREE,
    "test_files/minimal_bio_extra_line.txt": THREE,
    "test_files/minimal_no_LOC.bio": [UNIVERSITY],
    "test_files/minimal_no_names.bio": [],
    "test_files/space_delim.txt": THREE,
    "test_files/minimal_comments.bio": [],
    "test_files/minimal_comments_1.bio": [],
    "test_files/minimal_comments_2.bio": [],
    "test_files/minimal_comments_3.bio": [],
    "test_files/minimal_comments_4.bio": [],
}
"""What stands in the last column, read as conlleval reads it; copied from the files by hand."""

STRICT: dict[str, list[Mention]] = {
    "conll_annotation/invalid1.bio": [],
    "conll_annotation/invalid1.bioes": [("LOC", "West")],
    "samples/invalid.bio": CITIES,
    "conll_predictions/correct1_improper_sequence.bio": CITIES,
    "conll_predictions/correct1_improper_sequence_pred.txt": CITIES,
    "conll_merged_predictions/correct1_improper_sequence.bio": CITIES,
    "conll_annotation/minimal_fields.iob": [],
    "conll_annotation/minimal.io": [],
}
"""What `strict` makes of those of them that it reads differently."""

TABLES = {
    "samples/reference_count.csv": ["samples/reference.bio"],
    "samples/invalid_count.csv": ["samples/invalid.bio"],
    "test_files/count_minimal_ref.txt": ["conll_annotation/minimal.bio"],
    "test_files/count_minimal_ref_comma.txt": ["conll_annotation/minimal.bio"],
    "test_files/count_minimal_twofiles_ref.txt": [
        "conll_annotation/minimal.bio",
        "conll_annotation/minimal2.bio",
    ],
}
"""Tables of counts, and the files that they count."""

REFUSED = {
    "conll_annotation/bad_label1.bio": ("GW702", "line 2"),
    "test_files/empty.txt": ("GW701", ""),
}
"""What no mention can be read from, and how that is reported."""

BARE = {
    "conll_annotation/bad_label2.bio": [("GPE", "sentence")],
    "conll_annotation/bad_label3.bio": [("OUT", "This is a sentence .")],
}
"""Tags without prefix: seqscore refuses them, here they are labels (goldwire.formats.conll)."""

MAPS = {
    "samples/type_map_NAME.json": ("conll_annotation/minimal.bio", "samples/all_NAME.bio"),
    "test_files/map_NAME.json": ("conll_annotation/minimal.bio", "test_files/minimal_NAME.bio"),
    "test_files/map_LOC_GPE.json": ("conll_annotation/minimal.bio", "test_files/minimal_GPE.bio"),
    "test_files/map_PERSON.json": ("conll_annotation/minimal.bio", "conll_annotation/minimal.bio"),
}
"""Maps of labels: what they make of which file. Here they are written FROM=TO."""

CONTRADICTORY = "test_files/map_bad_duplicate.json"
NOT_OURS = {"test_files/map_bad_value.json", "LICENSE"}
"""A map that is no map in its own format of JSON, which is not read here; and no data at all."""

PAIRS = {
    ("conll_annotation/minimal.bio", "conll_predictions/correct1.bio"): (3, 3, 3),
    ("conll_annotation/minimal.bio", "conll_predictions/correct1_improper_sequence.bio"): (3, 3, 3),
    ("conll_annotation/minimal.bio", "conll_predictions/incorrect1.bio"): (2, 4, 3),
    ("conll_annotation/minimal.bio", "conll_predictions/incorrect1_nopredictions.bio"): (0, 0, 3),
    (
        "conll_annotation/minimal.bio",
        "conll_predictions/incorrect_type_not_in_reference.bio",
    ): (3, 4, 3),
    ("samples/reference.bio", "samples/predicted.bio"): (2, 4, 3),
    ("samples/reference.bio", "samples/invalid.bio"): (3, 3, 3),
    ("samples/reference.bio", "samples/invalid_repair_conlleval.bio"): (3, 3, 3),
    ("samples/reference.bio", "samples/invalid_repair_discard.bio"): (2, 2, 3),
    ("samples/reference.bio", "samples/keep_ORG.bio"): (1, 1, 3),
    ("samples/reference.bio", "samples/all_NAME.bio"): (0, 3, 3),
    ("conll_annotation/minimal.bio", "test_files/minimal_GPE.bio"): (1, 3, 3),
    ("conll_annotation/minimal.bio", "test_files/minimal_no_LOC.bio"): (1, 1, 3),
}
"""Gold and predictions: right, predicted and gold mentions, counted by hand."""

STRICT_PAIRS = {
    ("conll_annotation/minimal.bio", "conll_predictions/correct1_improper_sequence.bio"): (2, 2, 3),
    ("samples/reference.bio", "samples/invalid.bio"): (2, 2, 3),
}
"""The same where tags are invalid and left out, which seqscore calls `discard`."""


def mentions(name: str, decode: Decode = "conlleval") -> tuple[list[Mention], list[Problem]]:
    documents, problems = token_files.read((FOLDER / name).read_bytes(), name=name, decode=decode)
    found = [
        (label, text[start:end].replace("\n", " "))
        for text, mentions in documents
        for start, end, label in mentions
    ]
    return found, problems


def test_no_file_is_left_out() -> None:
    files = {str(f.relative_to(FOLDER)) for f in FOLDER.rglob("*") if f.is_file()}
    assert len(files) == 57
    assert files == {*MENTIONS, *TABLES, *REFUSED, *BARE, *MAPS, CONTRADICTORY, *NOT_OURS}


@pytest.mark.parametrize(("name", "expected"), [*MENTIONS.items(), *BARE.items()])
def test_mentions_are_those_of_the_file(name: str, expected: list[Mention]) -> None:
    found, problems = mentions(name)
    assert found == expected
    assert {problem.code for problem in problems} <= {"GW731"}


@pytest.mark.parametrize("name", MENTIONS)
def test_strict_leaves_out_the_invalid_ones_alone(name: str) -> None:
    found, problems = mentions(name, "strict")
    assert found == STRICT.get(name, MENTIONS[name])
    assert len(problems) == len(MENTIONS[name]) - len(found)


@pytest.mark.parametrize(("name", "fault"), REFUSED.items())
def test_what_cannot_be_read_is_reported_with_its_place(name: str, fault: tuple[str, str]) -> None:
    _, problems = mentions(name)
    assert [(problem.code, problem.pointer) for problem in problems] == [fault]


@pytest.mark.parametrize(("table", "files"), TABLES.items())
def test_the_tables_count_the_same_mentions(table: str, files: list[str]) -> None:
    lines = (FOLDER / table).read_text(encoding="utf-8").splitlines()
    rows = [line.replace(",", "\t").split("\t") for line in lines]
    counted = Counter(mention for name in files for mention in mentions(name)[0])
    assert {(label, surface): int(n) for n, label, surface in rows} == counted


def label_rules(name: str) -> list[str]:
    read: dict[str, list[str]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return [f"{old}={new}" for new, olds in read.items() for old in olds]


def test_a_map_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(goldwire.UsageError, match="mapped twice"):
        LabelMap.parse(label_rules(CONTRADICTORY))


@pytest.mark.parametrize(("rules", "files"), MAPS.items())
def test_maps_of_labels_make_the_same_mentions(rules: str, files: tuple[str, str]) -> None:
    label_map = LabelMap.parse(label_rules(rules))
    scores = goldwire.score(
        FOLDER / files[1],
        FOLDER / files[0],
        selection=Selection(label_map=label_map),
        compat="conlleval",
    )
    assert scores["mentions/strict"].sums == (3, 3, 3, 3)


def four(right: int, predicted: int, gold: int) -> tuple[float, float, float, float]:
    return right, predicted, right, gold


@pytest.mark.parametrize(("files", "expected"), PAIRS.items())
def test_scores_are_those_counted_by_hand(
    files: tuple[str, str], expected: tuple[int, int, int]
) -> None:
    scores = goldwire.score(FOLDER / files[0], FOLDER / files[1], compat="conlleval")
    assert scores["mentions/strict"].sums == four(*expected)
    strict = goldwire.score(FOLDER / files[0], FOLDER / files[1], compat="seqeval-strict")
    assert strict["mentions/strict"].sums == four(*STRICT_PAIRS.get(files, expected))


@pytest.mark.parametrize("name", sorted(n for n in MENTIONS if n.startswith("conll_merged")))
def test_files_with_both_columns_score_as_two_files(name: str, tmp_path: Path) -> None:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines]
    for side, column in (("gold", 1), ("predicted", 2)):
        text = "\n".join(f"{row[0]} {row[column]}" if row else "" for row in rows)
        (tmp_path / f"{side}.bio").write_text(text + "\n", encoding="utf-8")
    scores = goldwire.score(tmp_path / "gold.bio", tmp_path / "predicted.bio", compat="conlleval")
    alone = PAIRS["conll_annotation/minimal.bio", f"conll_predictions/{Path(name).name}"]
    assert scores["mentions/strict"].sums == four(*alone)


def theirs(name: str, repair: str | None) -> Any:
    conll = pytest.importorskip("seqscore.conll")
    encoding = {".bioes": "BIOES", ".io": "IO", ".iob": "IOB"}.get(Path(name).suffix, "BIO")
    return conll.ingest_conll_file(
        FOLDER / name,
        encoding,
        "utf-8",
        conll.LineSpec(0, -1),
        repair=repair if encoding == "BIO" else None,
        ignore_document_boundaries=True,
        allow_comment_lines="comments" in name,
        quiet=True,
    )


@pytest.mark.parametrize("repair", ["conlleval", "discard"])
@pytest.mark.parametrize("name", sorted({*MENTIONS} - {"conll_annotation/invalid1.bioes"}))
def test_seqscore_reads_the_same_mentions(name: str, repair: str) -> None:
    """All but the file of invalid IOBES, which it can only refuse."""
    found = [
        (mention.type, " ".join(sequence.mention_tokens(mention)))
        for document in theirs(name, repair)
        for sequence in document
        for mention in sequence.mentions
    ]
    marks_beginnings = not name.endswith((".io", ".iob"))
    decode: Decode = "strict" if repair == "discard" and marks_beginnings else "conlleval"
    assert mentions(name, decode)[0] == found


@pytest.mark.parametrize("repair", ["conlleval", "discard"])
@pytest.mark.parametrize("files", PAIRS)
def test_seqscore_gives_the_same_scores(files: tuple[str, str], repair: str) -> None:
    scoring = pytest.importorskip("seqscore.scoring")
    gold, predicted = (theirs(name, repair) for name in files)
    expected, _ = scoring.compute_scores(predicted, gold)
    compat = "conlleval" if repair == "conlleval" else "seqeval-strict"
    scores = goldwire.score(FOLDER / files[0], FOLDER / files[1], compat=compat)
    for label, their in [("", expected), *expected.type_scores.items()]:
        own = scores[f"mentions/strict[{label}]" if label else "mentions/strict"]
        assert (own.p, own.r, own.f1) == pytest.approx(
            (their.precision, their.recall, their.f1), rel=0, abs=1e-9
        )


def test_its_conlleval_format_prints_our_percentages() -> None:
    """The only form in which the script's own output is at hand, by the one who rewrote it."""
    conll = pytest.importorskip("seqscore.conll")
    scoring = pytest.importorskip("seqscore.scoring")
    files = "samples/reference.bio", "samples/predicted.bio"
    counts = scoring.compute_scores(*(theirs(name, None) for name in reversed(files)))
    printed = io.StringIO(conll.format_output_conlleval(*counts)).readlines()
    scores = goldwire.score(FOLDER / files[0], FOLDER / files[1], compat="conlleval")
    for address, line in (("mentions/strict", printed[1]), ("mentions/strict[LOC]", printed[2])):
        own = scores[address]
        assert own.p is not None
        assert own.r is not None
        assert own.f1 is not None
        for name, value in (("precision", own.p), ("recall", own.r), ("FB1", own.f1)):
            assert f"{name}:  {100 * value:5.2f}" in line.replace(";", " ")
