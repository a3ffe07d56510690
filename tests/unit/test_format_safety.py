"""What a file may not do: define entities, fetch files, reach out of its folder, be evaluated."""

from pathlib import Path

import pytest

from goldwire.files import read_sibling
from goldwire.formats import Source, find
from goldwire.formats.answers import values_in
from goldwire.formats.xml_values import entity_fault

BIOC = "<collection><document><id>d</id><passage><offset>0</offset><text>{}</text></passage></document></collection>"  # noqa: E501
EXTERNAL = '<!DOCTYPE collection [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BIOC.format("&x;")
LAUGHS = (
    '<!DOCTYPE collection [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
    + BIOC.format("&c;")
)
PARAMETER = '<!DOCTYPE collection [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>' + BIOC.format(
    "x"
)


@pytest.mark.parametrize("document", [EXTERNAL, LAUGHS, PARAMETER])
def test_xml_that_defines_entities_is_refused(document: str) -> None:
    reading = find("bioc").read(Source("d.xml", document.encode()))
    assert reading.documents == ()
    [problem] = reading.problems
    assert "it defines the entity" in problem.message


def test_a_document_type_that_is_only_named_is_neither_fetched_nor_missed() -> None:
    document = '<!DOCTYPE collection SYSTEM "http://127.0.0.1:9/BioC.dtd">' + BIOC.format("Ann")
    [found] = find("bioc").read(Source("d.xml", document.encode())).documents
    assert (found.doc_id, found.text) == ("d", "Ann")


def test_xmi_that_defines_entities_is_refused() -> None:
    pytest.importorskip("cassis", reason="needs goldwire[uima]")
    xmi = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><xmi:XMI xmlns:xmi="http://www.omg.org/XMI">&x;</xmi:XMI>'
    reading = find("uima").read(Source("d.xmi", xmi.encode()))
    assert reading.documents == ()
    assert "entity" in reading.problems[0].message


def test_malformed_xml_is_a_fault_of_the_file() -> None:
    assert entity_fault(b"<a><b></a>") == ""
    reading = find("bioc").read(Source("d.xml", b"<collection><passage></collection>"))
    assert "malformed XML" in reading.problems[0].message


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/passwd", "..", ".", "", "sub/secret.txt", "../x/secret.txt"]
)
def test_a_file_cannot_ask_for_another_out_of_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "x" / "sub").mkdir(parents=True)
    (tmp_path / "x" / "sub" / "secret.txt").write_text("secret", encoding="utf-8")
    assert read_sibling(str(tmp_path / "x" / "in.ann"), name) is None


def test_code_in_an_answer_is_words_and_nothing_more(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    code = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    answer = f"```python\n[{code}]\n```\n{{'PER': {code}}}"
    assert values_in(answer)[0] == []
    reading = find("llm").read(Source("answer.txt", answer.encode()))
    assert [loss.code for loss in reading.losses] == ["answer-without-json"]
    assert not mark.exists()
