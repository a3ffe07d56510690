"""Sealed words: what a release withholds, readable by who has the text and by nobody else.

The key is derived from the text itself, never from its published digest. The construction is SIV
over HMAC-SHA-256: the tag is the HMAC of the words and serves as nonce, so the same words give the
same seal (builds are reproducible) and different words never share a key stream.
See docs/decisions/0071-sealed-words.md.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator

from goldwire.errors import GoldwireError
from goldwire.standoff import derived_key

TAG_BYTES = 32


class SealError(GoldwireError):
    """A seal does not open: the text is another one, or the seal was damaged."""


def seal(words: bytes, *, text: str) -> str:
    """Close words under a text; the same words and text give the same seal.

    >>> unseal(seal(b"a note", text="Ann met Bob."), text="Ann met Bob.")
    b'a note'
    """
    tag = hmac.digest(derived_key(text, "seal tag"), words, "sha256")
    return base64.b64encode(tag + _xor(words, tag=tag, text=text)).decode("ascii")


def unseal(sealed: str, *, text: str) -> bytes:
    """Open a seal with the text that closed it; raises SealError for any other.

    >>> unseal(seal(b"a note", text="Ann met Bob."), text="Ann met Bob")
    Traceback (most recent call last):
    goldwire.release.seals.SealError: the seal does not open with this text
    """
    try:
        data = base64.b64decode(sealed, validate=True)
    except binascii.Error as error:
        raise SealError(f"the seal is damaged: {error}") from error
    tag, body = data[:TAG_BYTES], data[TAG_BYTES:]
    words = _xor(body, tag=tag, text=text)
    expected = hmac.digest(derived_key(text, "seal tag"), words, "sha256")
    if not hmac.compare_digest(tag, expected):
        raise SealError("the seal does not open with this text")
    return words


def _xor(data: bytes, *, tag: bytes, text: str) -> bytes:
    stream = _key_stream(derived_key(text, "seal stream"), tag)
    return b"".join(
        bytes(a ^ b for a, b in zip(data[at : at + 32], next(stream), strict=False))
        for at in range(0, len(data), 32)
    )


def _key_stream(key: bytes, tag: bytes) -> Iterator[bytes]:
    counter = 0
    while True:
        yield hmac.new(key, tag + counter.to_bytes(8, "big"), hashlib.sha256).digest()
        counter += 1
