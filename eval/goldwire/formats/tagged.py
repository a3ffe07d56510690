"""Tokens with tags as JSON: Hugging Face's `tokens` and `ner_tags`, GLiNER's training, spaCy 2.

`ner_tags` may be names, or numbers where the record itself or the known order of CoNLL-2003 says
what they mean. GLiNER's spans are of tokens, both ends inclusive.
"""

from collections.abc import Iterator, Mapping

from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.items import whole, words
from goldwire.formats.json_values import items_of, objects, values
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document
from goldwire.formats.tags import scheme_of
from goldwire.formats.tokenized import Token, Tokenized, annotate, placed
from goldwire.model import Annotation, Mention, Span

_TOKENS = ("tokens", "words", "tokenized_text")
_TAGS = ("ner_tags", "tags", "ner", "labels", "ner_tags_str")
CONLL2003 = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
"""What numbers mean in the copy of CoNLL-2003 that everybody loads."""


def sniff(sample: Sample) -> int:
    """Claim records of tokens with one tag each, or with spans of tokens."""
    return 2 if any(
        (_tokens(record) and (_tags(record) is not None or _has_spans(record))) or _is_spacy(record)
        for record in sample.objects
    ) else 0  # fmt: skip


def _is_spacy(record: Mapping[str, object]) -> bool:
    return any("sentences" in part for part in objects(record.get("paragraphs")))


def _has_spans(record: Mapping[str, object]) -> bool:
    return "tokenized_text" in record and isinstance(record.get("ner"), list)


def _tokens(record: Mapping[str, object]) -> list[str] | None:
    for key in _TOKENS:
        found = items_of(record.get(key))
        if found and all(isinstance(token, str) for token in found):
            return [str(token) for token in found]
    return None


def _tags(record: Mapping[str, object]) -> list[object] | None:
    """Give the tags of a record: as many as tokens, all names or all numbers."""
    n = len(_tokens(record) or ())
    for key in _TAGS:
        found = items_of(record.get(key))
        if len(found) == n and n and (
            all(isinstance(tag, str) for tag in found)
            or all(isinstance(tag, int) and not isinstance(tag, bool) for tag in found)
        ):  # fmt: skip
            return found
    return None


def read(source: Source) -> Reading:
    """Read a document a record; a record that is not understood is a fault of the file."""
    ledger = Ledger(source.name)
    found = list(values(source.data, ledger))
    is_alone = len(found) == 1
    tagged: list[Tokenized] = []
    documents: list[AnnotatedText] = []
    for number, (where, value) in enumerate(found, start=1):
        record = value if isinstance(value, Mapping) else {}
        if _is_spacy(record):
            tagged += _of_spacy(record, source, ledger, where=where)
            continue
        tokens = _tokens(record)
        if tokens is None:
            ledger.refuse("GW703", where, "a record without tokens", fix="correct the record")
            continue
        given = next((record[key] for key in ("doc_id", "id") if key in record), None)
        doc_id = (
            None
            if given is not None and not source.texts.by_id
            else source.texts.id_of_tokens(tokens)
        ) or name_document(
            source, ledger, given=given, number=number, is_alone=is_alone, where=where
        )
        text = words(record.get("text"))
        if _has_spans(record):
            plain = Tokenized(doc_id, (tuple(Token(token, ()) for token in tokens),), text)
            documents.append(_spanned(plain, record, source, ledger, where=where))
        else:
            tags = _names(_tags(record), record, ledger, where=where, document=doc_id)
            row = tuple(
                Token(token, (tag,), number) for token, tag in zip(tokens, tags, strict=False)
            )
            tagged.append(Tokenized(doc_id, (row,), text))
    documents += annotate(tagged, source, ledger)
    rows = [[t.tags[0] for t in sentence] for one in tagged for sentence in one.sentences]
    dialect = {"scheme": scheme_of(rows)} if rows else {"tokens": "spans with inclusive ends"}
    return Reading(tuple(documents), tuple(ledger.losses), dialect, tuple(ledger.problems))


def _names(
    tags: list[object] | None,
    record: Mapping[str, object],
    ledger: Ledger,
    *,
    where: str,
    document: str,
) -> list[str]:
    """Give tags their names; numbers of unknown meaning are refused."""
    if tags is None:
        ledger.refuse("GW703", where, "not as many tags as tokens", fix="correct the record")
        return []
    if all(isinstance(tag, str) for tag in tags):
        return [str(tag) for tag in tags]
    names = [str(name) for name in items_of(record.get("names") or record.get("tag_names"))]
    if not names:
        names = list(CONLL2003)
        ledger.lose(
            "numbers-as-conll2003", "doubtful", where, ", ".join(CONLL2003), document=document
        )
    numbers = [whole(tag) or 0 for tag in tags]
    if max(numbers, default=0) >= len(names):
        ledger.refuse(
            "GW703",
            where,
            f"tag {max(numbers)} has no name",
            expected=f"numbers below {len(names)}",
            fix="give names as strings, or the list of them under `names`",
        )
        return []
    return [names[at] for at in numbers]


def _spanned(
    document: Tokenized,
    record: Mapping[str, object],
    source: Source,
    ledger: Ledger,
    *,
    where: str,
) -> AnnotatedText:
    """Read GLiNER's training data: spans of tokens, both ends inclusive."""
    text, tokens, is_own = placed(document, source, ledger)
    mentions = []
    for at, row in enumerate(items_of(record.get("ner")), start=1):
        cells = items_of(row)
        first, last = (whole(cell) for cell in cells[:2]) if len(cells) > 2 else (None, None)
        span = None if first is None or last is None else tokens.span(first, last + 1)
        if span is None:
            place = f"{where} item {at}"
            ledger.lose(
                "unreadable-item", "unreadable", place, str(row)[:60], document=document.doc_id
            )
        mentions.append(
            Mention(
                type=words(cells[2]) if len(cells) > 2 else None,
                spans=() if span is None else (Span(*span, text[slice(*span)]),),
            )
        )
    annotation = Annotation(
        doc_id=document.doc_id,
        text_ref=text_ref(text) if is_own else None,
        mentions=tuple(mentions),
    )
    return AnnotatedText(annotation, text if is_own else None)


def _of_spacy(
    record: Mapping[str, object], source: Source, ledger: Ledger, *, where: str
) -> Iterator[Tokenized]:
    """Read spaCy 2's training data: a document a paragraph, with its raw text."""
    paragraphs = objects(record.get("paragraphs"))
    for at, paragraph in enumerate(paragraphs):
        sentences = tuple(
            tuple(
                Token(str(token.get("orth", "")), (str(token.get("ner") or "O"),))
                for token in objects(sentence.get("tokens"))
            )
            for sentence in objects(paragraph.get("sentences"))
        )
        text = words(paragraph.get("raw"))
        given = record.get("id")
        doc_id = name_document(
            source,
            ledger,
            given=given if len(paragraphs) == 1 else f"{given}-{at + 1}",
            text=text,
            where=where,
        )
        yield Tokenized(doc_id, sentences, text)


FORMAT = Format(
    name="tagged",
    title="tokens with tags as JSON: Hugging Face's tokens and ner_tags, GLiNER, spaCy 2",
    suffixes=(".json", ".jsonl"),
    sniff=sniff,
    read=read,
)
