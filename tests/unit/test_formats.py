"""What each format's readers make of the peculiarities of real files; expected by hand."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from goldwire.errors import UsageError
from goldwire.formats import Reading, Source, Texts, find, recognise
from goldwire.formats.base import Sample
from goldwire.model import Annotation

TEXT = "Ann Lee met Bo 😀 in Rome."


def read(
    name: str,
    content: object,
    *,
    beside: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    file: str = "d.ann",
    is_gold: bool = False,
) -> Reading:
    data = content if isinstance(content, str) else json.dumps(content)
    siblings = {key: value.encode() for key, value in (beside or {}).items()}
    return find(name).read(
        Source(
            file,
            data.encode(),
            sibling=siblings.get,
            texts=Texts.of(texts or {}),
            is_gold=is_gold,
        )
    )


def places(annotation: Annotation, text: str) -> list[tuple[str | None, tuple[str, ...]]]:
    types = {entity.id: entity.type for entity in annotation.entities or ()}
    return [
        (
            mention.type or types.get(mention.entity or ""),
            tuple(text[span.start : span.end] for span in mention.spans),
        )
        for mention in annotation.mentions or ()
    ]


def one(reading: Reading, text: str = TEXT) -> list[tuple[str | None, tuple[str, ...]]]:
    [document] = reading.documents
    return places(document.annotation, document.text or text)


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(loss.kind, loss.code) for loss in reading.losses]


PEOPLE = [("PER", ("Ann Lee",)), ("PER", ("Bo",))]


@pytest.mark.parametrize(
    "record",
    [
        {"text": TEXT, "entities": [[0, 7, "PER"], [12, 14, "PER"]]},
        [TEXT, {"entities": [[0, 7, "PER"], [12, 14, "PER"]]}],
        {"text": TEXT, "ents": [{"start_char": 0, "end_char": 7, "label": "PER"},
                                {"start_char": 12, "end_char": 14, "label": "PER"}]},
        {"text": TEXT, "spans": [{"start": 0, "end": 7, "label": "PER"},
                                 {"start": 12, "end": 14, "label": "PER"}], "answer": "accept"},
        {"data": TEXT, "label": [[0, 7, "PER"], [12, 14, "PER"]]},
        {"text": TEXT, "labels": [[0, 7, "PER"], [12, 14, "PER"]]},
        {"text": TEXT, "annotations": [{"start_offset": 0, "end_offset": 7, "label": "PER"},
                                       {"start_offset": 12, "end_offset": 14, "label": "PER"}]},
        {"text": TEXT, "mentions": [{"span": [0, 7], "type": "PER"},
                                    {"span": [12, 14], "type": "PER"}]},
        {"text": TEXT, "results": [{"offset": 0, "length": 7, "category": "PER"},
                                   {"offset": 12, "length": 2, "category": "PER"}]},
        {"text": TEXT, "entities": [["PER", 0, 7, "Ann Lee"], ["PER", 12, 14, "Bo"]]},
    ],
    ids=["spacy", "training pair", "ents", "prodigy", "doccano data", "doccano labels",
         "doccano annotations", "pairs", "lengths", "rows"],
)  # fmt: skip
def test_spans_are_read_in_every_shape(record: object) -> None:
    assert one(read("spans", record)) == PEOPLE
    line = json.dumps(record)
    assert recognise(Sample("d.jsonl", f"{line}\n{line}\n".encode())).name == "spans"


def test_batches_of_lists_are_about_the_known_texts_in_their_order() -> None:
    batch = [[{"start": 0, "end": 3, "label": "PER"}], [{"start": 0, "end": 4, "label": "LOC"}]]
    reading = read("spans", batch, texts={"a": "Ann", "b": "Rome"})
    assert [document.doc_id for document in reading.documents] == ["a", "b"]
    assert codes(reading) == [("note", "named-by-order")] * 2


def test_items_one_a_line_that_name_their_document_are_grouped() -> None:
    lines: list[dict[str, object]] = [
        {"doc_id": "a", "start": 0, "end": 3, "label": "PER"},
        {"doc_id": "b", "start": 0, "end": 4, "label": "LOC"},
        {"doc_id": "a", "start": 4, "end": 7, "label": "PER"},
    ]
    content = "".join(json.dumps(line) + "\n" for line in lines)
    found = {d.doc_id: len(d.annotation.mentions or ()) for d in read("spans", content).documents}
    assert found == {"a": 2, "b": 1}


def test_rejected_answers_are_left_out_and_listed() -> None:
    lines: list[dict[str, object]] = [
        {"text": "a", "spans": [], "answer": answer} for answer in ("reject", "accept")
    ]
    reading = read("spans", "".join(json.dumps(line) + "\n" for line in lines))
    assert len(reading.documents) == 1
    assert codes(reading) == [("dropped", "rejected-answer")]


def test_a_record_with_the_text_of_a_known_document_is_about_it() -> None:
    reading = read("spans", {"id": 17, "text": TEXT, "spans": []}, texts={"news-1": TEXT})
    assert reading.documents[0].doc_id == "news-1"


def test_offsets_in_utf16_and_in_bytes_are_found_by_the_words() -> None:
    spans = [("Ann Lee", 0, 7), ("Bo", 12, 14), ("Rome", 20, 24)]
    for encoding, width, unit in (("utf-16-le", 2, "utf16"), ("utf-8", 1, "utf8")):
        items = [
            {"text": words, "label": "X", **{
                key: len(TEXT[:at].encode(encoding)) // width
                for key, at in (("start", start), ("end", end))
            }}
            for words, start, end in spans
        ]  # fmt: skip
        reading = read("spans", {"text": TEXT, "spans": items})
        assert [found for _, found in one(reading)] == [("Ann Lee",), ("Bo",), ("Rome",)]
        assert reading.dialect["offsets"].startswith(f"{unit},exclusive (detected")


def test_offsets_without_a_text_are_taken_as_they_are() -> None:
    [document] = read("spans", [{"start": 3, "end": 5, "label": "A"}]).documents
    [mention] = document.annotation.mentions or ()
    assert [(span.start, span.end) for span in mention.spans] == [(3, 5)]
    assert document.doc_id == "d"


ANN = "T1\tPER 0 7\tAnn Lee\nT2\tPER 12 14\tBo\n"


def test_brat_reads_fragments_under_every_join() -> None:
    for join in (" ", " [...] ", ""):
        reading = read("brat", f"T1\tPER 0 3;12 14\tAnn{join}Bo\n", beside={"d.txt": TEXT})
        assert one(reading) == [("PER", ("Ann", "Bo"))]
        assert codes(reading) == []
        assert reading.dialect["fragments joined by"] == repr(join)


def test_brat_takes_line_breaks_that_were_copied_as_they_are() -> None:
    text = "New\nYork and Rome"
    reading = read("brat", "T1\tGPE 0 8\tNew\nYork\nT2\tGPE 13 17\tRome\n", beside={"d.txt": text})
    assert one(reading) == [("GPE", ("New\nYork",)), ("GPE", ("Rome",))]
    assert codes(reading) == []


def test_brat_files_with_carriage_returns_and_a_mark_are_read() -> None:
    reading = read("brat", "\ufeff" + ANN.replace("\n", "\r\n"), beside={"d.txt": "\ufeff" + TEXT})
    assert one(reading) == PEOPLE


def test_brat_keeps_what_it_cannot_read_as_an_unplaced_item() -> None:
    reading = read("brat", ANN + "T3\tOrganization\nT4\tGPE 20 99\n", beside={"d.txt": TEXT})
    assert one(reading) == [*PEOPLE, ("Organization", ()), ("GPE", ())]
    assert codes(reading) == [("unreadable", "unreadable-item"), ("unplaced", "outside-text")]


def test_brat_reads_the_attributions_of_polnear() -> None:
    text = "Bo said he left, sources say."
    lines = (
        "T1\tSource 0 2\tBo\nT2\tCue 3 7\tsaid\nT3\tContent 8 15\the left\n"
        "T4\tAttribution 3 7\tsaid\nE1\tAttribution:T4 Content:T3 Cue:T2 Source:T1\n"
        "T5\tSource 17 24\tsources\nT6\tCue 25 28\tsay\n"
        "T7\tAttribution-no-content 25 28\tsay\nE2\tAttribution-no-content:T7 Source:T5 Cue:T6\n"
    )
    reading = read("brat", lines, texts={"story": text}, file="story_annotator1.ann")
    [document] = reading.documents
    assert document.doc_id == "story"
    assert document.annotation.attempted() == ("attributions",)
    found = [
        tuple(
            " ".join(text[span.start : span.end] for span in spans)
            for spans in (one.source.spans, one.cue, one.content)
        )
        for one in document.annotation.attributions or ()
    ]
    assert found == [("Bo", "said", "he left"), ("sources", "say", "")]
    assert reading.dialect["profile"] == "polnear"


def test_bionlp_s_a2_refers_to_its_a1() -> None:
    reading = read(
        "brat", "T3\tMeet 8 11\tmet\nE1\tMeet:T3 Theme:T1 Theme2:T2\nM1\tNegation E1\n",
        file="d.a2", beside={"d.txt": TEXT, "d.a1": ANN},
    )  # fmt: skip
    assert one(reading) == PEOPLE
    [event] = reading.documents[0].annotation.event_mentions or ()
    assert [(argument.role, argument.ref) for argument in event.arguments] == [
        ("Theme", "T1"),
        ("Theme", "T2"),
    ]
    assert event.polarity == "NEG"


def test_conll_reads_two_layers_numbers_and_comments() -> None:
    germeval = (
        "#\thttp://example.org\t[2009-10-17]\n"
        "1\tAachener\tB-ORG\tB-LOCderiv\n2\tVerein\tI-ORG\tO\n3\tspielt\tO\tO\n"
    )
    text = "Aachener Verein spielt"
    assert one(read("conll", germeval), text) == [
        ("ORG", ("Aachener Verein",)),
        ("LOCderiv", ("Aachener",)),
    ]


def test_conll_chunks_of_phrases_are_no_names() -> None:
    lines = "U.N. NNP B-NP B-ORG\nstaff NN I-NP O\n"
    assert one(read("conll", lines)) == [("ORG", ("U.N.",))]


def test_conll_finds_its_tokens_in_the_known_text() -> None:
    lines = "# doc_id = a\nHe O\nsaid O\n`` O\nRome B-LOC\n'' O\n-LRB- O\nagain O\n-RRB- O\n"
    reading = read("conll", lines, texts={"a": "He said “Rome” (again)"})
    assert one(reading, "He said “Rome” (again)") == [("LOC", ("Rome",))]
    assert reading.problems == ()


def test_tokens_that_make_up_a_known_text_are_about_it() -> None:
    reading = read("conll", "Ann B-PER\nLee I-PER\n\nspoke O\n", texts={"x": "Ann Lee\nspoke"})
    assert [document.doc_id for document in reading.documents] == ["x"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ('[{"text": "Ann Lee", "type": "PER"}, {"text": "Bo", "type": "PER"}]', None),
        ('Here:\n```json\n{"PER": ["Ann Lee", {"name": "Bo", "category": "PER"},]}\n```',
         "fenced, trailing commas"),
        ('{"PER": ["Ann Lee", "Bo"]}', None),
        ('I found [["Ann Lee", "PER"], ["Bo", "PER"]] in it.', "among remarks"),
        ('[{"text": "Ann Lee", "type": "PER"}, {"text": "Bo", "type": "PER"}, {"te', "cut off"),
    ],
    ids=["objects", "fenced", "by label", "pairs", "cut off"],
)  # fmt: skip
def test_answers_are_read_in_every_shape(answer: str, said: str | None) -> None:
    for content in (answer, json.dumps({"id": "d", "output": answer})):
        reading = read("llm", content)
        [document] = reading.documents
        mentions = document.annotation.mentions or ()
        assert [(m.type, m.surface, m.spans) for m in mentions] == [
            ("PER", "Ann Lee", ()),
            ("PER", "Bo", ()),
        ]
        if said is not None:
            assert {*said.split(", ")} == {*reading.dialect["json"].split(", ")}


def test_answers_of_chat_services_are_found_in_their_envelopes() -> None:
    content = '{"PER": ["Bo"]}'
    body = {"choices": [{"message": {"role": "assistant", "content": content}}]}
    envelope = {"custom_id": "doc-7", "response": {"status_code": 200, "body": body}}
    [document] = read("llm", envelope).documents
    assert document.doc_id == "doc-7"
    assert [m.surface for m in document.annotation.mentions or ()] == ["Bo"]


def test_offsets_of_a_model_are_taken_where_its_words_stand_only() -> None:
    items = [
        {"text": "Bo", "label": "PER", "start": 12, "end": 14},
        {"text": "Rome", "label": "LOC", "start": 3, "end": 7},
    ]
    reading = read("llm", {"id": "a", "entities": items}, texts={"a": TEXT})
    assert one(reading) == [("PER", ("Bo",)), ("LOC", ())]
    assert codes(reading) == [("repaired", "offsets-ignored")]


def test_an_answer_without_json_is_a_loss_and_a_document() -> None:
    reading = read("llm", "I am sorry, there is nothing here.")
    assert codes(reading) == [("unreadable", "answer-without-json")]
    assert len(reading.documents) == 1


def test_langextract_keeps_extractions_without_a_place() -> None:
    extractions = [
        {"extraction_class": "PER", "extraction_text": "Ann Lee",
         "char_interval": {"start_pos": 0, "end_pos": 7}, "alignment_status": "match_exact"},
        {"extraction_class": "PER", "extraction_text": "Bo Diddley",
         "char_interval": {"start_pos": 12, "end_pos": 14}, "alignment_status": "match_lesser"},
        {"extraction_class": "LOC", "extraction_text": "Paris", "char_interval": None},
    ]  # fmt: skip
    reading = read("langextract", {"document_id": "d", "text": TEXT, "extractions": extractions})
    assert one(reading) == [*PEOPLE, ("LOC", ())]
    assert codes(reading) == [("doubtful", "surface-mismatch")]


def task(**changes: Any) -> dict[str, Any]:
    def region(name: str, start: int, end: int, label: str) -> dict[str, Any]:
        value = {"start": start, "end": end, "labels": [label]}
        return {"id": name, "type": "labels", "value": value}

    first = {"id": 1, "result": [region("a", 0, 7, "PER"), region("b", 12, 14, "PER"),
                                 region("c", 21, 25, "LOC")]}  # fmt: skip
    return {"id": 5, "data": {"text": TEXT}, "annotations": [first], **changes}


def test_label_studio_counts_utf16_units_unless_told_otherwise() -> None:
    assert one(read("label-studio", [task()])) == [*PEOPLE, ("LOC", ("Rome",))]


def test_label_studio_reads_one_annotation_and_lists_the_others() -> None:
    wrong = {"id": 2, "result": [], "was_cancelled": True}
    other = {"id": 3, "result": []}
    truth = {"id": 4, "ground_truth": True, "result": task()["annotations"][0]["result"][:1]}
    reading = read("label-studio", [task(annotations=[wrong, other, truth])])
    assert one(reading) == PEOPLE[:1]
    assert codes(reading) == [("dropped", "cancelled"), ("dropped", "other-annotation")]


def test_label_studio_predictions_are_read_for_predictions_only() -> None:
    both = task(predictions=[{"result": task()["annotations"][0]["result"][:1], "score": 0.5}])
    assert one(read("label-studio", [both])) == PEOPLE[:1]
    assert len(one(read("label-studio", [both], is_gold=True))) == 3


def test_label_studio_relations_lead_from_region_to_region() -> None:
    made = task()
    made["annotations"][0]["result"].append(
        {"type": "relation", "from_id": "a", "to_id": "c", "direction": "left", "labels": ["in"]}
    )
    [document] = read("label-studio", [made]).documents
    [relation] = document.annotation.relations or ()
    entities = {mention.id: mention.entity for mention in document.annotation.mentions or ()}
    assert (relation.type, relation.head, relation.tail) == ("in", entities["c"], entities["a"])


def test_a_quotation_is_placed_by_what_stands_around_it() -> None:
    text = "Bo met Bo."
    quote = {"type": "TextQuoteSelector", "exact": "Bo", "prefix": "met ", "suffix": "."}
    note = {
        "type": "Annotation",
        "body": {"purpose": "tagging", "value": "PER"},
        "target": {"source": "http://x/d.txt", "selector": quote},
    }
    [document] = read("w3c", note, texts={"d": text}).documents
    [mention] = document.annotation.mentions or ()
    assert [(span.start, span.end) for span in mention.spans] == [(7, 9)]
    quote["prefix"] = quote["suffix"] = ""
    [document] = read("w3c", note, texts={"d": text}).documents
    assert [(m.surface, m.spans) for m in document.annotation.mentions or ()] == [("Bo", ())]


def test_numbers_of_tags_mean_what_the_record_says_or_conll2003() -> None:
    record = {"tokens": ["Ann", "met", "Bo"], "ner_tags": [1, 0, 1]}
    reading = read("tagged", {**record, "names": ["O", "B-X"]})
    assert one(reading) == [("X", ("Ann",)), ("X", ("Bo",))]
    assert codes(reading) == []
    assert codes(read("tagged", record)) == [("doubtful", "numbers-as-conll2003")]
    assert one(read("tagged", record)) == [("PER", ("Ann",)), ("PER", ("Bo",))]
    assert read("tagged", {**record, "ner_tags": [99, 0, 1]}).problems[0].code == "GW703"


def test_conll_2012_reads_names_beside_coreference() -> None:
    rows = [
        ("Ann", "(PERSON*", "(1"), ("Lee", "*)", "1)"), ("met", "*", "-"),
        ("her", "*", "(1)|(2"), ("boss", "*", "2)"), ("in", "*", "-"), ("Rome", "(GPE)", "-"),
    ]  # fmt: skip
    lines = [
        " ".join(["bc/x", "0", str(at), word, *["-"] * 6, name, cell])
        for at, (word, name, cell) in enumerate(rows)
    ]
    reading = read("conll-2012", "#begin document (bc/x); part 001\n" + "\n".join(lines) + "\n")
    [document] = reading.documents
    assert document.doc_id == "bc/x-1"
    annotation = document.annotation
    assert places(annotation, document.text or "") == [
        ("PERSON", ("Ann Lee",)),
        ("", ("her boss",)),
        ("PERSON", ("her",)),
        ("GPE", ("Rome",)),
    ]
    entity = {m.id: m.entity for m in annotation.mentions or ()}
    assert entity["m1"] == entity["m3"] != entity["m2"]


def test_corefud_reads_mentions_in_pieces_and_widens_parts_of_a_token() -> None:
    def row(number: str, form: str, misc: str) -> str:
        return "\t".join([number, form, *["_"] * 7, misc])

    lines = [
        "# newdoc id = a", "# global.Entity = eid-etype-head-other",
        row("1", "Ann", "Entity=(e1[1/2]-person-1-"), row("2", "Lee", "Entity=e1[1/2])"),
        row("3", "and", "_"), row("4", "Bo", "Entity=(e1[2/2]-person-1-)|SpaceAfter=No"),
        row("5-6", "'s", "_"), row("5", "'", "Entity=(e2-x-1-)"), row("6", "s", "_"),
    ]  # fmt: skip
    reading = read("corefud", "\n".join(lines) + "\n")
    assert one(reading) == [("person", ("Ann Lee", "Bo")), ("x", ("'s",))]
    assert codes(reading) == [("repaired", "widened-to-token")]
    assert reading.documents[0].text == "Ann Lee and Bo's"


def test_webanno_reads_stacks_chains_relations_and_astral_characters() -> None:
    lines = [
        "#FORMAT=WebAnno TSV 3.3", "#T_SP=custom.Named|value", "#T_CH=custom.Coref|type|link",
        "#T_RL=custom.Rel|label|BT_custom.Named", "", "",
        "#Text=😀 Ann Lee met Bo",
        "1-1\t0-2\t😀\t_\t_\t_\t_\t_\t",
        "1-2\t3-6\tAnn\tPER[1]|ORG[2]\tx\t*->1-1\t_\t_\t",
        "1-3\t7-10\tLee\tPER[1]\t_\t_\t_\t_\t",
        "1-4\t11-14\tmet\t_\t_\t_\t_\t_\t",
        "1-5\t15-17\tBo\tPER\tx\t*->1-2\tknows\t1-2\t",
    ]  # fmt: skip
    reading = read("webanno", "\n".join(lines) + "\n")
    assert reading.dialect["checked"] == "5 of 5 tokens"
    found = one(reading)
    assert ("PER", ("Ann Lee",)) in found
    assert ("ORG", ("Ann",)) in found
    assert found.count(("x", ("Ann",))) == 1
    annotation = reading.documents[0].annotation
    linked = [m.entity for m in annotation.mentions or ()]
    assert len(linked) - len(set(linked)) == 1
    assert [relation.type for relation in annotation.relations or ()] == ["knows"]


def test_dygie_prefers_predictions_and_gold_prefers_gold() -> None:
    record = {
        "doc_key": "d",
        "sentences": [["Ann", "Lee"], ["met", "Bo"]],
        "ner": [[[0, 1, "PER"]], []],
        "predicted_ner": [[], [[3, 3, "PER", 9.1, 0.9]]],
    }
    assert one(read("dygie", record)) == [("PER", ("Bo",))]
    assert one(read("dygie", record, is_gold=True)) == [("PER", ("Ann Lee",))]
    [mention] = read("dygie", record).documents[0].annotation.mentions or ()
    assert mention.score == 0.9


def test_oneie_settles_inclusive_ends_by_the_words() -> None:
    record = {
        "doc_id": "d",
        "tokens": ["Ann", "Lee", "met", "Bo"],
        "entity_mentions": [
            {"id": "0", "start": 0, "end": 1, "entity_type": "PER", "text": "Ann Lee"},
            {"id": "1", "start": 3, "end": 3, "entity_type": "PER", "text": "Bo"},
        ],
    }
    reading = read("oneie", record)
    assert one(reading) == PEOPLE
    assert reading.dialect["tokens"] == "of the sentence, inclusive ends"


def test_sentences_of_one_document_are_put_together() -> None:
    sentences = [
        {"doc_id": "d", "sent_id": "1", "tokens": ["Ann", "spoke"], "entity_mentions": []},
        {"doc_id": "d", "sent_id": "2", "tokens": ["Bo", "left"], "entity_mentions": [
            {"id": "0", "start": 0, "end": 1, "entity_type": "PER", "text": "Bo"}]},
    ]  # fmt: skip
    reading = read("oneie", "".join(json.dumps(one) + "\n" for one in sentences))
    assert one(reading) == [("PER", ("Bo",))]
    assert reading.documents[0].text == "Ann spoke\nBo left"


def test_ties_name_their_candidates_and_unknown_files_the_known_formats() -> None:
    with pytest.raises(UsageError, match="may be bigbio or pubannotation: say which"):
        recognise(Sample("x.json", b'{"passages": [], "entities": [], "denotations": [{}]}'))
    with pytest.raises(UsageError, match=r"in no format.*native, spans, brat"):
        recognise(Sample("x.md", b"# A page about nothing\n\nwith a table | of | bars\n"))
