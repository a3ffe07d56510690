"""Files that nobody here wrote, read with the right words; looked up by hand in the files.

Each format is checked against its own file: the words that are expected were read there by eye.
"""

from functools import cache
from importlib.util import find_spec

import pytest

from canonical import canonical, without
from format_table import BEGIN, END, PAGE, table
from goldwire.errors import UsageError
from goldwire.formats import AnnotatedText, Source, Texts, find, recognise, registry
from goldwire.formats.base import Sample
from goldwire.model import Annotation, Mention
from samples import EXTRACTORS, NOT_READ, SAMPLES, article_texts, files, name_of, read_file

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the samples lie beside the project (../shared/samples)"
)

MODULES = {"dkpro-cassis": "cassis", "spacy": "spacy"}
MISSING = [
    name
    for name, found in registry().items()
    if found.needs and find_spec(MODULES[found.needs]) is None
]
WRITERS = [name for name, found in registry().items() if found.write is not None]


def documents(name: str) -> tuple[AnnotatedText, ...]:
    found = _read(name)
    if found is None:
        pytest.skip(f"{name} needs a library that is not installed")
    return found


@cache
def _read(name: str) -> tuple[AnnotatedText, ...] | None:
    path = SAMPLES / name
    if recognise(Sample(name, path.read_bytes())).name in MISSING:
        return None
    return read_file(path)[1].documents


def label(annotation: Annotation, mention: Mention) -> str | None:
    types = {entity.id: entity.type for entity in annotation.entities or ()}
    return mention.type or types.get(mention.entity or "")


def words(document: AnnotatedText) -> list[tuple[str | None, str]]:
    text = document.text or ""
    return [
        (
            label(document.annotation, mention),
            " … ".join(text[span.start : span.end] for span in mention.spans),
        )
        for mention in document.annotation.mentions or ()
    ]


def test_the_table_is_what_reading_the_files_gives() -> None:
    if not EXTRACTORS.is_dir():
        pytest.skip("the raw outputs lie beside the project (../shared/extractors)")
    page = PAGE.read_text(encoding="utf-8")
    rows = page.partition(BEGIN)[2].partition(END)[0].strip().splitlines()
    # Where a library is missing, the other rows are still what they should be.
    shown = [row for row in rows if not any(f" | {name} | " in row for name in MISSING)]
    assert shown == table(without=MISSING).strip().splitlines(), (
        "run python tests/golden/format_table.py"
    )


def test_every_format_has_a_row_in_the_documentation() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in registry() if f"| `{name}` |" not in page] == []


EXPECTED = {
    "spacy/demo.jsonl": [("PERSON", "Ed Sheeran")],
    "spacy/demo.spacy": [("PERSON", "Ed Sheeran")],
    "doccano/data_export_relation_extraction_example.jsonl": [
        ("ORG", "Google"),
        ("DATE", "September 4, 1998"),
        ("PERSON", "Larry Page"),
        ("PERSON", "Sergey Brin"),
    ],
    "hf_pipeline/camembert_doc_example.json": [("PER", "jean-baptiste"), ("LOC", "montréal")],
    "hf_pipeline/issue11887_raw.json": [("ORG", "Groenlink"), ("LOC", "Schiphol")],
    "llm_json/rel.jsonl": [("PERSON", "Laura"), ("GPE", "Boston"), ("PERSON", "Mark")],
    "brat/060-relation_annotation.ann": [
        ("Person", "Terry Pratchett"),
        ("GPE", "England"),
        ("Person", "Joanne Rowling"),
        ("Person", "Jo Rowling"),
        ("Person", "J. K. Rowling"),
    ],
    "brat/bconv-elliptic-coordination.ann": [
        ("Disease", "Breast … Cancers"),
        ("Disease", "Ovarian Cancers"),
        ("Gene", "BRCA1"),
        ("Gene", "BRCA2"),
    ],
    "brat/bioc-example1.ann": [("Protein", "protein … 1"), ("Protein", "protein 2")],
    "conll2003/allennlp-conll2003.txt": [("ORG", "U.N."), ("PER", "Ekeus"), ("LOC", "Baghdad")],
    "conll2003/ner2002_test.conll": [
        ("PER", "Wolff"),
        ("LOC", "Argentina"),
        ("PER", "Del Bosque"),
        ("ORG", "Real Madrid"),
    ],
    "gliner/sample_data.json": [("Publisher", "State University of New York Press")],
    "spacy/training-data.json": [
        ("DATE", "Oct. 19"),
        ("WORK_OF_ART", "The Misanthrope"),
        ("GPE", "Chicago"),
        ("FAC", "Goodman Theatre"),
    ],
    "conll2012/TC-M.key": [("", "a1 a2"), ("", "b1 b2 b3 b4"), ("", "c"), ("", "d1 d2")],
    "dygie/rams_as_dygie_readme.json": [("victim", "opponents"), ("place", "Iraq")],
    "oneie/rams_as_oneie_readme_trimmed.json": [("victim", "opponents"), ("place", "Iraq")],
    "oneie/oneie_output_graph_trimmed.json": [
        ("GPE", "North Korean"),
        ("PER", "leader"),
        ("PER", "Kim Jong Un"),
    ],
    "ace_json/LinguAligner-ace-sample_en.json": [
        ("PER:Individual", "Welch"),
        ("PER:Individual", "his"),
        ("ORG:Commercial", "GE"),
    ],
    "bioc/bconv-tutorial-example.json": [
        ("Gene", "estrogen receptor 1"),
        ("Disease", "multiple sclerosis"),
        ("Gene", "Estrogen receptor 1"),
        ("Gene", "ESR1"),
    ],
    "uima_json/casWithEmojiUnicodeTextAndAnnotations.json": [
        ("Annotation", "🥳"),
        ("Annotation", "This"),
        ("Annotation", "👳🏻\u200d♀️"),
        ("Annotation", "is"),
    ],
    "uima_xmi/cas_with_smileys.xmi": [
        ("OTH", "Transformers"),
        ("OTH", "Transformers"),
        ("OTH", "Transformers"),
        ("OTH", "PyTorch"),
        ("OTH", "TensorFlow"),
    ],
    "webanno_tsv/testSubTokenPrefix.tsv": [("OTH", "T")],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_s_words_are_those_that_were_read_by_eye(name: str) -> None:
    expected = EXPECTED[name]
    assert words(documents(name)[0])[: len(expected)] == expected


def test_answers_of_a_model_keep_their_words_without_a_place() -> None:
    [document] = documents("llm_json/ner.jsonl")
    found = [(m.type, m.surface, m.spans) for m in document.annotation.mentions or ()]
    assert found == [("PER", "Jack", ()), ("PER", "Jill", ()), ("LOC", "hill", ())]


def test_a_quotation_without_a_text_keeps_its_words_and_a_position_its_numbers() -> None:
    [quoted] = documents("w3c/anno26.json")
    assert [mention.surface for mention in quoted.annotation.mentions or ()] == ["anotation"]
    [placed] = documents("w3c/anno41.json")
    [mention] = placed.annotation.mentions or ()
    assert [(span.start, span.end) for span in mention.spans] == [(6, 27)]


@pytest.mark.parametrize("name", sorted(NOT_READ))
def test_a_file_that_contradicts_itself_or_is_in_no_known_format_is_refused(name: str) -> None:
    path = SAMPLES / name
    if "offsets" in NOT_READ[name] or "counts" in NOT_READ[name]:
        assert {problem.code for problem in read_file(path)[1].problems} == {"GW732"}
    else:
        with pytest.raises(UsageError, match="is in no format"):
            read_file(path)


def test_one_document_is_the_same_in_every_format_that_it_is_given_in() -> None:
    names = [
        "bioc/bconv-tutorial-example.json",
        "bioc/bconv-tutorial-example.xml",
        "pubannotation/tutorial-example.json",
        "conll2003/bconv-tutorial-example.conll",
    ]
    found = [[(*place,) for place in words(documents(name)[0])] for name in names]
    assert all(len(one) == 9 for one in found)
    assert all(one == found[0] for one in found)


def test_coreference_is_the_same_in_columns_and_in_conllu() -> None:
    stem = "ontogum_GUM_news_homeopathic"
    sizes = []
    for name in (f"conll2012/{stem}.conll", f"corefud/{stem}.conllu"):
        [document] = documents(name)
        clusters: dict[str | None, int] = {}
        for mention in document.annotation.mentions or ():
            clusters[mention.entity] = clusters.get(mention.entity, 0) + 1
        sizes.append(sorted(clusters.values()))
    assert sizes[0] == sizes[1]
    assert sum(sizes[0]) == 100


@pytest.mark.parametrize(
    "stem", ["testSentenceWithLineBreak", "testTokenBoundedSpanWithNastyFeatureValue"]
)
def test_webanno_tsv_has_the_spans_of_its_twin_in_xmi(stem: str) -> None:
    pytest.importorskip("cassis", reason="needs goldwire[uima]")
    tsv, xmi = (documents(f"webanno_tsv/{stem}.{kind}")[0] for kind in ("tsv", "xmi"))
    assert tsv.text == xmi.text
    assert [found for _, found in words(tsv)] == [found for _, found in words(xmi)]


def test_an_export_of_inception_has_all_its_spans_and_relations() -> None:
    pytest.importorskip("cassis", reason="needs goldwire[uima]")
    # Counted in the JSON itself: 44 feature structures of custom.Span, 85 of custom.Relation.
    [document] = documents("uima_json/LinguAligner-lusa_4-INITIAL_CAS.json")
    assert len(document.annotation.mentions or ()) == 44
    assert len(document.annotation.relations or ()) == 85


READABLE = [
    name_of(path) for path in (files() if SAMPLES.is_dir() else ()) if name_of(path) not in NOT_READ
]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", READABLE)
def test_a_sample_comes_back_without_the_listed_losses(name: str, writer: str) -> None:
    target = find(writer)
    assert target.write is not None
    for document in documents(name):
        writing = target.write([document])
        expected = without(document.annotation, writing.losses)
        if not any(expected.get(layer) for layer in ("mentions", "event_mentions")):
            continue
        known = Texts.of({} if document.text is None else {document.doc_id: document.text})
        [(file, data)] = [
            (file, data) for file, data in writing.files.items() if not file.endswith(".txt")
        ]
        reading = target.read(Source(file, data, sibling=writing.files.get, texts=known))
        assert reading.problems == ()
        [found] = reading.documents
        assert canonical(found.annotation) == canonical(expected)
        assert {loss.kind for loss in reading.losses} <= {"note"}


def test_the_seven_extractors_are_read_with_the_words_that_they_give() -> None:
    if not EXTRACTORS.is_dir():
        pytest.skip("the raw outputs lie beside the project (../shared/extractors)")
    texts = article_texts()
    text = texts.get("ip-20220113-kz-withdrawal") or ""
    for path in sorted(EXTRACTORS.glob("*/raw.json")):
        _, reading = read_file(path, texts)
        [document] = reading.documents
        assert document.doc_id == "ip-20220113-kz-withdrawal"
        assert reading.problems == ()
        misplaced = [
            mention
            for mention in document.annotation.mentions or ()
            for span in mention.spans
            if text[span.start : span.end] != span.text
        ]
        # compromise's own slips: three spans that run past a closing quote or bracket.
        assert len(misplaced) == (3 if path.parent.name == "compromise" else 0)
