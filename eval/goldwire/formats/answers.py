"""Answers of language models: the JSON inside a text, as far as it can be made out.

Fences, remarks before and after, trailing commas and an end that was cut off are got over; nothing
is evaluated, and what is not JSON is never guessed at.
"""

import json
import re
from collections.abc import Iterator

_FENCE = re.compile(r"```[\w+-]*[ \t]*\n?(?P<inside>.*?)(?:```|\Z)", re.DOTALL)
_TRAILING = re.compile(r",(?=\s*[}\]])")
_DECODER = json.JSONDecoder()


def values_in(answer: str) -> tuple[list[object], str]:
    r"""Give the JSON values of an answer, and how they had to be dug out (empty: it is all JSON).

    >>> values_in('Sure!\n```json\n[{"text": "Zas",}]\n```')
    ([[{'text': 'Zas'}]], 'fenced, trailing commas')
    >>> values_in('{"entities": [{"text": "A"}, {"text": "B"}, {"te')
    ([{'text': 'A'}, {'text': 'B'}], 'cut off')
    """
    stripped = answer.strip().removeprefix("\ufeff")
    whole = _decoded(stripped)
    if whole is not None:
        return [whole[0]], whole[1]
    fenced = [match["inside"] for match in _FENCE.finditer(stripped)]
    found: list[object] = []
    how: list[str] = []
    for part in fenced or [stripped]:
        decoded = _decoded(part.strip())
        if decoded is not None:
            found.append(decoded[0])
            how.append(decoded[1])
        else:
            inner, said = _inner(part)
            found.extend(inner)
            how.append(said)
    reasons = ["fenced"] if fenced else []
    return found, ", ".join(dict.fromkeys([*reasons, *filter(None, how)]))


def _decoded(text: str) -> tuple[object, str] | None:
    """Decode a text that is one JSON object or array, trailing commas forgiven."""
    if text[:1] not in {"{", "["}:
        return None
    for candidate, how in ((text, ""), (_TRAILING.sub("", text), "trailing commas")):
        try:
            value: object = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        return value, how
    return None


def _inner(text: str) -> tuple[list[object], str]:
    """Find JSON among other words; of a value that was cut off, the whole objects inside it."""
    found = list(_scan(text))
    if found:
        is_cut = not any(isinstance(value, list) for value in found) and len(found) > 1
        return found, "cut off" if is_cut or text.count("{") > text.count("}") else "among remarks"
    return [], ""


def _scan(text: str) -> Iterator[object]:
    at = 0
    while (match := re.search(r"[{\[]", text[at:])) is not None:
        start = at + match.start()
        try:
            value, at = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            at = start + 1
            continue
        if isinstance(value, dict) or (isinstance(value, list) and value):
            yield value
