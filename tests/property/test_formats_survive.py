"""No file, however spoilt, makes a reader fail or lose an item without a word."""

import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.errors import GoldwireError
from goldwire.formats import Source, Texts, find, recognise, registry
from goldwire.formats.base import Sample

TEXT = "Ann Lee met Bo 😀 in Rome."
SPAN = {"start": 0, "end": 7, "text": "Ann Lee", "label": "PER", "score": 0.5, "id": "T1"}
TOKENS = ["Ann", "Lee", "met", "Bo", "😀", "in", "Rome", "."]
SEEDS: dict[str, Any] = {
    "native": {"doc_id": "d", "mentions": [{"type": "PER", "spans": [{"start": 0, "end": 7}]}]},
    "spans": {"id": "d", "text": TEXT, "entities": [SPAN, [12, 14, "PER"]], "relations": []},
    "llm": {"id": "d", "output": '```json\n{"PER": ["Ann Lee", {"text": "Bo"}]}\n```'},
    "langextract": {
        "document_id": "d",
        "text": TEXT,
        "extractions": [
            {
                "extraction_class": "PER",
                "extraction_text": "Ann Lee",
                "char_interval": {"start_pos": 0, "end_pos": 7},
            }
        ],
    },
    "label-studio": {
        "data": {"text": TEXT},
        "annotations": [
            {
                "result": [
                    {
                        "id": "a",
                        "type": "labels",
                        "value": {"start": 0, "end": 7, "text": "Ann Lee", "labels": ["PER"]},
                    },
                    {"type": "relation", "from_id": "a", "to_id": "a", "labels": ["x"]},
                ]
            }
        ],
    },
    "w3c": {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "body": [{"type": "TextualBody", "purpose": "tagging", "value": "PER"}],
        "target": {
            "source": "http://x/d",
            "selector": [
                {"type": "TextPositionSelector", "start": 0, "end": 7},
                {"type": "TextQuoteSelector", "exact": "Ann Lee", "prefix": "", "suffix": " met"},
            ],
        },
    },
    "tagged": {"id": "d", "tokens": TOKENS, "ner_tags": [1, 2, 0, 1, 0, 0, 5, 0]},
    "dygie": {
        "doc_key": "d",
        "sentences": [TOKENS],
        "ner": [[[0, 1, "PER"], [3, 3, "PER"]]],
        "relations": [[[0, 1, 3, 3, "MEETS"]]],
        "events": [[[[2, "Meet"], [0, 1, "Who"]]]],
        "clusters": [[[0, 1], [3, 3]]],
    },
    "oneie": {
        "doc_id": "d",
        "tokens": TOKENS,
        "entity_mentions": [
            {"id": "E0", "start": 0, "end": 2, "entity_type": "PER", "text": "Ann Lee"}
        ],
        "event_mentions": [
            {
                "event_type": "Meet",
                "trigger": {"start": 2, "end": 3, "text": "met"},
                "arguments": [{"entity_id": "E0", "role": "Who"}],
            }
        ],
        "graph": {"entities": [[0, 2, "PER", "NAM", 1.0]], "triggers": [[2, 3, "Meet", 1.0]],
                  "relations": [[0, 0, "x"]], "roles": [[0, 0, "Who", 1.0]]},
    },
    "bigbio": {
        "document_id": "d",
        "passages": [{"text": [TEXT], "offsets": [[0, 25]]}],
        "entities": [
            {
                "id": "T1",
                "type": "PER",
                "text": ["Ann Lee"],
                "offsets": [[0, 7]],
                "normalized": [{"db_name": "kb", "db_id": "Q1"}],
            }
        ],
        "events": [
            {
                "id": "E1",
                "type": "Meet",
                "trigger": {"text": ["met"], "offsets": [[8, 11]]},
                "arguments": [{"role": "Who", "ref_id": "T1"}],
            }
        ],
        "coreferences": [{"id": "c", "entity_ids": ["T1"]}],
        "relations": [{"id": "r", "type": "x", "arg1_id": "T1", "arg2_id": "T1"}],
    },
    "bioc": {
        "documents": [
            {
                "id": "d",
                "passages": [
                    {
                        "offset": 0,
                        "text": TEXT,
                        "annotations": [
                            {
                                "id": "1",
                                "infons": {"type": "PER", "identifier": "MESH:1"},
                                "text": "Ann Lee",
                                "locations": [{"offset": 0, "length": 7}],
                            }
                        ],
                        "relations": [{"id": "r", "nodes": [{"refid": "1"}, {"refid": "1"}]}],
                    }
                ],
            }
        ]
    },
    "pubannotation": {
        "text": TEXT,
        "denotations": [{"id": "T1", "span": {"begin": 0, "end": 7}, "obj": "PER"}],
        "relations": [{"id": "R1", "subj": "T1", "pred": "x", "obj": "T1"}],
    },
}  # fmt: skip
LINES = {
    "brat": (
        "T1\tPER 0 7\tAnn Lee\nT2\tMeet 8 11\tmet\nT3\tPER 0 3;12 14\tAnn Bo\n"
        "E1\tMeet:T2 Who:T1 Who2:T3\nR1\tx Arg1:T1 Arg2:T3\n*\tEquiv T1 T3\n"
        "A1\tLevel T1 NAM\nN1\tReference T1 kb:Q1\tAnn\n#1\tAnnotatorNotes T1\tsure\n"
    ),
    "conll": "-DOCSTART- O\n\nAnn B-PER\nLee I-PER\nmet O\n\n# doc_id = d\nBo S-PER\n",
    "conll-2012": "#begin document (d); part 000\nd 0 0 Ann (1\nd 0 1 Lee 1)\n\n#end document\n",
    "corefud": (
        "# newdoc id = d\n# global.Entity = eid-etype-head-other\n"
        "1\tAnn\t_\t_\t_\t_\t0\t_\t_\tEntity=(e1-PER-1-\n2\tLee\t_\t_\t_\t_\t0\t_\t_\tEntity=e1)\n"
    ),
    "webanno": (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=custom.Span|value\n\n\n#Text=Ann Lee met\n"
        "1-1\t0-3\tAnn\tPER[1]\t\n1-2\t4-7\tLee\tPER[1]\t\n1-3\t8-11\tmet\t_\t\n"
    ),
}
SPOILT: list[Any] = [None, 0, -1, 10**12, 1.5, "", "x", "12", [], {}, [[]], [None], {"a": 1}, True]
KNOWN = Texts.of({"d": TEXT, "other": "Another text."})


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [place for key, one in value.items() for place in places(one, (*path, key))]
    elif isinstance(value, list):
        found += [place for at, one in enumerate(value) for place in places(one, (*path, at))]
    return found


@st.composite
def spoilt(draw: st.DrawFn, seed: Any) -> bytes:
    """Give a record with up to three values replaced or taken away, as an array or as lines."""
    value = json.loads(json.dumps(seed))
    for _ in range(draw(st.integers(1, 3))):
        known = places(value)
        if not known:
            break
        *path, last = draw(st.sampled_from(known))
        place = value
        for part in path:
            place = place[part]
        if draw(st.booleans()):
            place[last] = draw(st.sampled_from(SPOILT))
        else:
            del place[last]
    whole = json.dumps(value).encode()
    return draw(st.sampled_from([whole, b"[" + whole + b"]", whole + b"\n" + whole, whole[:-7]]))


def read(name: str, data: bytes, *, texts: Texts, is_gold: bool) -> None:
    found = find(name)
    reading = found.read(Source("d.x", data, texts=texts, is_gold=is_gold))
    for document in reading.documents:
        assert document.doc_id or name == "native"
        length = None if document.text is None else len(document.text)
        for mention in document.annotation.mentions or ():
            assert all(length is None or span.end <= length for span in mention.spans)


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=60)
@given(data=st.data(), is_gold=st.booleans())
def test_a_spoilt_record_is_read_or_reported(name: str, data: st.DataObject, is_gold: bool) -> None:
    content = data.draw(spoilt(SEEDS[name]))
    for texts in (Texts(), KNOWN):
        read(name, content, texts=texts, is_gold=is_gold)
    try:
        recognise(Sample("d.json", content))
    except GoldwireError:
        return


@pytest.mark.parametrize("name", LINES)
@settings(max_examples=60)
@given(data=st.data())
def test_spoilt_lines_are_read_or_reported(name: str, data: st.DataObject) -> None:
    text = LINES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        until = data.draw(st.integers(at, min(len(text), at + 4)))
        text = text[:at] + data.draw(st.text("T1E;:()[]|-0\t\n #B😀", max_size=3)) + text[until:]
    for texts in (Texts(), KNOWN):
        read(name, text.encode(), texts=texts, is_gold=False)


@pytest.mark.parametrize("name", [name for name, one in registry().items() if not one.needs])
@settings(max_examples=25)
@given(data=st.binary(max_size=60))
def test_any_bytes_are_read_or_reported(name: str, data: bytes) -> None:
    read(name, data, texts=Texts(), is_gold=False)
    try:
        recognise(Sample("d", data))
    except GoldwireError:
        return


CAS = {
    "%TYPES": {
        "x.Named": {"%NAME": "x.Named", "%SUPER_TYPE": "uima.tcas.Annotation",
                    "value": {"%NAME": "value", "%RANGE": "uima.cas.String"}}
    },
    "%FEATURE_STRUCTURES": [
        {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView",
         "mimeType": "text", "sofaString": TEXT},
        {"%ID": 2, "%TYPE": "x.Named", "@sofa": 1, "begin": 0, "end": 7, "value": "PER"},
    ],
    "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2]}},
}  # fmt: skip


@settings(max_examples=40)
@given(content=spoilt(CAS))
def test_a_spoilt_cas_is_read_or_reported(content: bytes) -> None:
    pytest.importorskip("cassis", reason="needs goldwire[uima]")
    read("uima", content, texts=Texts(), is_gold=False)


@settings(max_examples=40)
@given(data=st.data())
def test_a_spoilt_docbin_is_read_or_reported(data: st.DataObject) -> None:
    pytest.importorskip("spacy", reason="needs goldwire[spacy]")
    import spacy
    from spacy.tokens import DocBin, Span

    doc = spacy.blank("xx")(TEXT)
    doc.ents = [Span(doc, 0, 2, label="PER")]
    whole = zlib.decompress(DocBin(docs=[doc]).to_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt_bytes = whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + 1 :]
    read("docbin", zlib.compress(spoilt_bytes), texts=Texts(), is_gold=False)


@pytest.mark.parametrize("name", [*SEEDS, *LINES])
def test_every_seed_is_recognised_and_read(name: str) -> None:
    data = LINES[name].encode() if name in LINES else json.dumps(SEEDS[name]).encode()
    assert recognise(Sample("d.x", data)).name == name
    reading = find(name).read(Source("d.x", data, texts=KNOWN))
    assert reading.problems == ()
    assert any(document.annotation.mentions for document in reading.documents), (
        "a seed without mentions would test nothing"
    )
