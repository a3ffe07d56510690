"""What is written and read back is what it was, but for the losses that were listed."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canonical import canonical, without
from goldwire.formats import AnnotatedText, Format, Loss, Source, Texts, find, recognise, registry
from goldwire.formats.base import Sample
from goldwire.model import Annotation, Link, Span
from strategies import TEXT_LENGTH, annotations

WRITERS = [name for name, found in registry().items() if found.write is not None]

texts = st.text(
    st.sampled_from("abcXYZ 012 .,-'“”éß😀İ\u0301\n#()|[]\\_"),
    min_size=TEXT_LENGTH,
    max_size=TEXT_LENGTH + 10,
).filter(str.strip)
ids = st.text(
    st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=12
) | st.sampled_from(["../up", "d", "a b", "/etc/passwd", "con"])


labels = st.sampled_from(["PER", "a b", "X:Y", "É.2", "", "=x", "B-A"])
notes = st.none() | st.sampled_from(["why", "two\nlines", "tab\there", " ", "“quoted” 😀"])
links = st.builds(
    Link,
    kb=st.sampled_from(["wikidata", "a:b", "with blank"]),
    id=st.none() | st.sampled_from(["Q1", "Q:2", "Q 3"]),
    status=st.sampled_from(["to_verify", "verified"]),
    evidence=st.none() | st.just("page"),
)


@st.composite
def odd_annotations(draw: st.DrawFn) -> Annotation:
    """Records with what formats differ in: pieces, odd labels, notes, links, scores, no place."""
    annotation = draw(annotations())
    mentions = []
    for mention in annotation.mentions or ():
        kind = draw(st.integers(0, 7))
        start = mention.spans[0].start
        changes: dict[str, object] = {}
        if kind == 0:
            changes["spans"] = (Span(start, start + 1), Span(start + 3, start + 5))
        elif kind == 1:
            changes = {"spans": (), "surface": "nowhere"}
        elif kind == 2:
            changes["type"] = draw(labels)
        elif kind == 3:
            changes = {"entity": None, "type": draw(labels)}
        elif kind == 4:
            changes = {"note": draw(notes), "score": 0.5, "form": "noun"}
        elif kind == 5:
            changes = {"spans": (Span(start, 99),)}
        elif kind == 6:
            changes = {"id": "", "head": None}
        mentions.append(msgspec.structs.replace(mention, **changes))
    entities = tuple(
        msgspec.structs.replace(entity, links=tuple(draw(st.lists(links, max_size=2))))
        for entity in annotation.entities or ()
    )
    return msgspec.structs.replace(annotation, mentions=tuple(mentions), entities=entities)


def read_back(target: Format, document: AnnotatedText) -> tuple[AnnotatedText, list[Loss]]:
    writing = target.write([document]) if target.write else None
    assert writing is not None
    name, data = next(
        (name, data) for name, data in writing.files.items() if not name.endswith(".txt")
    )
    known = {} if document.text is None else {document.doc_id: document.text}
    assert recognise(Sample(name, data)).name == target.name
    reading = target.read(Source(name, data, sibling=writing.files.get, texts=Texts.of(known)))
    assert reading.problems == ()
    assert [loss for loss in reading.losses if loss.kind != "note"] == []
    [found] = reading.documents
    return found, list(writing.losses)


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40)
@given(annotation=odd_annotations(), text=texts)
def test_what_comes_back_is_what_was_written_without_the_listed_losses(
    name: str, annotation: Annotation, text: str
) -> None:
    target = find(name)
    assert target.write is not None
    losses = target.write([AnnotatedText(annotation, text)]).losses
    dropped = [loss.where for loss in losses if loss.kind == "dropped"]
    assert len(dropped) == len(set(dropped))
    if _is_empty(without(annotation, losses)):
        return
    found, _ = read_back(target, AnnotatedText(annotation, text))
    assert canonical(found.annotation) == canonical(without(annotation, losses))
    if "text" in target.capabilities:
        assert found.text == text


def _is_empty(record: dict[str, object]) -> bool:
    """Claim that nothing is left: formats of annotations alone then hold no document."""
    return not any(record.get(layer) for layer in ("mentions", "times", "values", "event_mentions"))


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=15)
@given(annotation=odd_annotations(), text=texts)
def test_writing_again_what_was_read_back_loses_nothing_more(
    name: str, annotation: Annotation, text: str
) -> None:
    target = find(name)
    assert target.write is not None
    losses = target.write([AnnotatedText(annotation, text)]).losses
    if _is_empty(without(annotation, losses)):
        return
    found, _ = read_back(target, AnnotatedText(annotation, text))
    again, more = read_back(target, AnnotatedText(found.annotation, text))
    assert canonical(again.annotation) == canonical(found.annotation)
    assert {loss.code for loss in more if loss.kind == "dropped"} <= {"field"}


@settings(max_examples=15)
@given(annotation=odd_annotations(), text=texts)
def test_native_records_come_back_as_they_are(annotation: Annotation, text: str) -> None:
    found, losses = read_back(find("native"), AnnotatedText(annotation, text))
    assert found.annotation == annotation
    assert {loss.kind for loss in losses} <= {"note"}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=15)
@given(ids=st.lists(ids, min_size=2, max_size=4, unique=True), text=texts)
def test_no_id_leads_out_of_the_folder_and_no_two_share_a_file(
    name: str, ids: list[str], text: str
) -> None:
    target = find(name)
    assert target.write is not None
    documents = [AnnotatedText(Annotation(doc_id=one, mentions=()), text) for one in ids]
    files = target.write(documents).files
    assert all("/" not in file and "\\" not in file and file.strip(".") for file in files)
    if name == "brat":
        assert len({file.casefold() for file in files}) == 2 * len(ids)
