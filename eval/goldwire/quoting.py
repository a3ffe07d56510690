"""Labels inside lists and signatures: separators as `%` and two hexadecimal digits, as in URLs."""

from urllib.parse import unquote

__all__ = ["quoted", "unquote"]


def quoted(text: str, characters: str) -> str:
    """Write these (ASCII) characters, and `%`, as `%` and two hexadecimal digits.

    >>> quoted("A,B=100%", ",=")
    'A%2CB%3D100%25'
    >>> unquote("A%2CB%3D100%25")
    'A,B=100%'
    """
    return "".join(
        f"%{ord(character):02X}" if character in {"%", *characters} else character
        for character in text
    )
