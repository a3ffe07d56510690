from collections.abc import Iterator

from goldwire.model import Annotation, Mention, Span, TextRef
from goldwire.pairing import GoldDocument, Pairing, pair_documents


def gold(doc_id: str, text: str | None = None) -> GoldDocument:
    record = Annotation(doc_id=doc_id, text_ref=TextRef(sha256="a" * 64), mentions=())
    return GoldDocument(record, text=text)


def predicted(doc_id: str, *spans: Span, sha256: str | None = None) -> Annotation:
    return Annotation(
        doc_id=doc_id,
        text_ref=None if sha256 is None else TextRef(sha256=sha256),
        mentions=tuple(Mention(type="PER", spans=(span,)) for span in spans),
    )


def paired(
    golds: list[GoldDocument], predictions: list[Annotation]
) -> tuple[list[tuple[str, bool]], Pairing]:
    pairing = Pairing()
    pairs = [
        (item.doc_id, found is not None)
        for item, found in pair_documents(golds, predictions, pairing=pairing)
    ]
    return pairs, pairing


def codes(pairing: Pairing) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.document, problem.pointer) for problem in pairing.problems]


def test_documents_are_paired_by_id_in_the_order_of_gold() -> None:
    pairs, pairing = paired([gold("a"), gold("b"), gold("c")], [predicted(x) for x in "cab"])
    assert pairs == [("a", True), ("b", True), ("c", True)]
    assert pairing.problems == []


def test_a_gold_document_without_prediction_is_listed_and_stays() -> None:
    pairs, pairing = paired([gold("a"), gold("b")], [predicted("b")])
    assert pairs == [("a", False), ("b", True)]
    assert codes(pairing) == [("GW714", "a", "/doc_id")]
    assert pairing.n_missing == 1
    assert not pairing.fatal


def test_a_prediction_for_an_unknown_document_is_fatal() -> None:
    _, pairing = paired([gold("a")], [predicted("a"), predicted("z")])
    assert codes(pairing) == [("GW712", "z", "/doc_id")]
    assert pairing.fatal


def test_a_second_prediction_for_a_document_is_fatal_and_the_first_counts() -> None:
    pairing = Pairing()
    twice = [predicted("a", Span(0, 1)), predicted("a", Span(2, 3))]
    [(_, found)] = pair_documents([gold("a")], twice, pairing=pairing)
    assert found == twice[0]
    assert codes(pairing) == [("GW711", "a", "/doc_id")]


def test_a_prediction_made_on_another_text_is_fatal() -> None:
    _, pairing = paired([gold("a", "Ann")], [predicted("a", Span(0, 9), sha256="b" * 64)])
    assert codes(pairing) == [("GW713", "a", "/text_ref/sha256")]


def test_a_text_without_a_record_is_known_by_itself() -> None:
    bare = GoldDocument(Annotation(doc_id="a", mentions=()), text="Ann")
    # sha256sum of the three bytes, by another program
    ann = "17239b6e250110330eda64a29c610bf146f89883371fab093feda03bec61b646"
    _, pairing = paired([bare], [predicted("a", sha256="b" * 64)])
    assert codes(pairing) == [("GW713", "a", "/text_ref/sha256")]
    assert paired([bare], [predicted("a", sha256=ann)])[1].problems == []


def test_a_span_beyond_the_text_is_listed() -> None:
    _, pairing = paired([gold("a", "Ann")], [predicted("a", Span(0, 3), Span(1, 4))])
    assert codes(pairing) == [("GW721", "a", "/mentions/1/spans/0")]
    assert "1:4" in str(pairing.problems[0])


def test_a_surface_that_does_not_stand_there_is_listed() -> None:
    _, pairing = paired([gold("a", "Ann Lee")], [predicted("a", Span(0, 3, "Lee"))])
    assert codes(pairing) == [("GW722", "a", "/mentions/0/spans/0")]
    assert "'Ann'" in str(pairing.problems[0])


def test_nothing_is_held_back_while_both_sides_are_in_the_same_order() -> None:
    read: list[str] = []

    def stream() -> Iterator[Annotation]:
        for doc_id in "abc":
            read.append(doc_id)
            yield predicted(doc_id)

    pairs = pair_documents([gold(x) for x in "abc"], stream(), pairing=Pairing())
    next(pairs)
    assert read == ["a"]
