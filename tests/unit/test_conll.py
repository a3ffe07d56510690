import pytest

from goldwire.errors import Problem
from goldwire.formats import AnnotatedText, Source
from goldwire.formats import conll as module
from goldwire.formats.base import Decode


def read(text: str, decode: Decode = "conlleval") -> tuple[list[AnnotatedText], list[Problem]]:
    reading = module.read(Source("x.conll", text.encode(), decode=decode))
    return list(reading.documents), list(reading.problems)


def mentions(text: str, decode: Decode = "conlleval") -> list[tuple[str, str]]:
    documents, _ = read(text, decode)
    return [
        ((document.text or "")[span.start : span.end], mention.type or "")
        for document in documents
        for mention in document.annotation.mentions or ()
        for span in mention.spans
    ]


def tagged(tags: str) -> str:
    return "".join(f"w{at} {tag}\n" for at, tag in enumerate(tags.split()))


@pytest.mark.parametrize(
    ("scheme", "tags"),
    [
        ("IOB1", "I-A I-A B-A O I-B"),
        ("IOB2", "B-A I-A B-A O B-B"),
        ("IOBES", "B-A E-A S-A O S-B"),
        ("BILOU", "B-A L-A U-A O U-B"),
        ("BMES", "B-A E-A S-A O S-B"),
    ],
)
def test_valid_tags_of_every_scheme_give_the_same_mentions(scheme: str, tags: str) -> None:
    del scheme
    assert mentions(tagged(tags)) == [("w0 w1", "A"), ("w2", "A"), ("w4", "B")]
    assert read(tagged(tags))[1] == []


def test_bare_labels_are_inside_tags() -> None:
    assert mentions(tagged("PER PER O ORG")) == [("w0 w1", "PER"), ("w3", "ORG")]


@pytest.mark.parametrize(
    ("decode", "expected"),
    [("conlleval", [("w0", "A"), ("w2 w3", "B")]), ("strict", [("w0", "A")])],
)
def test_invalid_tags_are_repaired_or_left_out_and_listed(
    decode: Decode, expected: list[tuple[str, str]]
) -> None:
    text = tagged("B-A O I-B I-B")
    assert mentions(text, decode) == expected
    [problem] = read(text, decode)[1]
    assert (problem.code, problem.pointer, problem.found) == ("GW731", "line 3", "I-B")


def test_sentences_are_documents_unless_there_are_docstart_lines() -> None:
    one = "a B-X\n\nb O\n"
    assert [document.annotation.doc_id for document in read(one)[0]] == ["sentence-1", "sentence-2"]
    many = "-DOCSTART- -X- O O\n\na O\n\nb B-X\n\n-DOCSTART- -X- O O\n\nc O\n"
    documents, _ = read(many)
    assert [document.annotation.doc_id for document in documents] == ["document-1", "document-2"]
    assert documents[0].text == "a\nb"
    assert mentions(many) == [("b", "X")]


def test_offsets_are_those_of_the_joined_text() -> None:
    [document] = read("Éva B-PER\nLee I-PER\nspoke O\n")[0]
    assert document.text == "Éva Lee spoke"
    assert [span.end for m in document.annotation.mentions or () for span in m.spans] == [7]


@pytest.mark.parametrize("text", ["", "\n\n", "-DOCSTART- -X- O O\n"])
def test_a_file_without_tokens_is_a_problem(text: str) -> None:
    assert [problem.code for problem in read(text)[1]] == ["GW701"]


def test_a_token_without_a_tag_is_named_by_its_line() -> None:
    [problem] = read("a O\nb\nc O\n")[1]
    assert (problem.code, problem.pointer) == ("GW702", "line 2")


@pytest.mark.parametrize(
    "line", ["#", "# Comment", "# Two words", "# sent_id = 1", "# a second one O"]
)
def test_a_comment_before_a_sentence_is_no_token(line: str) -> None:
    [document] = read(f"{line}\na O\nb B-X\n")[0]
    assert document.text == "a b"
    assert read(f"{line}\na O\n")[1] == []


@pytest.mark.parametrize("line", ["# O", "# B-X", "#tag O", "#tag PER"])
def test_a_token_that_begins_with_the_mark_of_a_comment_is_one(line: str) -> None:
    [document] = read(f"{line}\nb O\n")[0]
    assert document.text == f"{line.split(maxsplit=1)[0]} b"


def test_a_mention_without_an_end_is_left_out_where_ends_are_marked() -> None:
    text = tagged("S-A B-B I-B O B-C E-C")
    assert mentions(text) == [("w0", "A"), ("w1 w2", "B"), ("w4 w5", "C")]
    assert mentions(text, "strict") == [("w0", "A"), ("w4 w5", "C")]
    [problem] = read(text, "strict")[1]
    assert (problem.code, problem.pointer, problem.found) == ("GW731", "line 3", "I-B")
