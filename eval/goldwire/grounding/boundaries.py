"""Where a word may begin and end in a text, in scripts with and without spaces between words."""

import re
import unicodedata
from functools import lru_cache

# Scripts that are written without spaces between words: Thai and Lao, Myanmar, Khmer, Tai,
# kana, bopomofo, and the Han ideographs. Hangul is not among them.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3005-\u3007\u3021-\u3029"
    "\u3031-\u3035\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua9e0-\ua9fe\uaa60-\uaadf\uf900-\ufaff\uff66-\uff9f\U00016fe0-\U00018dff"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)

_OTHER, _LETTER, _DIGIT, _LONE, _MARK, _POINT = range(6)


@lru_cache(maxsize=4096)
def _kind(sign: str) -> int:
    if sign in ".,":
        return _POINT
    if _UNSPACED.match(sign):
        return _LONE
    category = unicodedata.category(sign)
    if category[0] == "M":
        return _MARK
    if category[0] == "N":
        return _DIGIT
    return _LETTER if category[0] == "L" or sign == "_" else _OTHER


def is_boundary(text: str, at: int) -> bool:
    """Claim that a word may begin or end before the code point at this position.

    Letters and digits that touch are one word, unless one of them is of a script without spaces
    (Han, kana, Thai, …); digits around a point or comma are one number.

    >>> [at for at in range(8) if is_boundary("a 2,500", at)]
    [0, 1, 2, 7]
    """
    if at <= 0 or at >= len(text):
        return True
    before, after = _kind(text[at - 1]), _kind(text[at])
    if after == _MARK:
        return False
    if before == _POINT and after == _DIGIT:
        return at < 2 or _kind(text[at - 2]) != _DIGIT
    if before == _DIGIT and after == _POINT:
        return at + 1 >= len(text) or _kind(text[at + 1]) != _DIGIT
    if before == _MARK:
        base = at - 1
        while base > 0 and _kind(text[base]) == _MARK:
            base -= 1
        before = _kind(text[base])
    return _LONE in (before, after) or _OTHER in (before, after) or _POINT in (before, after)
