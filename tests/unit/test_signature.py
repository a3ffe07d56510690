import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.errors import UsageError
from goldwire.signature import Address, Signature


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mentions/strict", Address("mentions/strict")),
        ("mentions/strict.f1[ORG]@headline", Address("mentions/strict", "f1", "ORG", "headline")),
        ("mentions/iou@0.5", Address("mentions/iou@0.5")),
        ("mentions/iou@0.75.p[A.b@c]", Address("mentions/iou@0.75", "p", "A.b@c")),
        ("entities/b3@p1", Address("entities/b3", slice="p1")),
    ],
)
def test_an_address_is_read_into_its_parts_and_written_back(text: str, address: Address) -> None:
    assert Address.parse(text) == address
    assert str(address) == text


@pytest.mark.parametrize("text", ["strict", "mentions", "mentions/strict.f2", "a/b c", ""])
def test_text_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="does not address a number"):
        Address.parse(text)


@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1), st.text(st.characters(codec="utf-8")), max_size=5
    )
)
def test_a_signature_read_back_is_the_same(options: dict[str, str]) -> None:
    signature = Signature(Address("mentions/strict", "f1"), options)
    assert Signature.parse(str(signature)) == signature


@pytest.mark.parametrize("text", ["", "goldwire", "bleu|a/b|x:1", "goldwire|a/b|novalue"])
def test_text_that_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Signature.parse(text)
