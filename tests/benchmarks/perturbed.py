"""Documents for the grounding benchmark: the corpus's own, and any number made of their parts.

A made document is a seeded draw of paragraphs with their gold spans, in which names have been
exchanged for others of their type (accented ones among them) and some lines are broken within
sentences. Whatever is done to the text, the gold spans follow.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from goldwire.corpus import Corpus
from goldwire.model import Annotation

ROOT = Path(__file__).parents[2]
LONGEST = 160

NAMES = {
    "PER": ("René Čelik", "Zas", "Tokayev", "Ingrid Solvang", "Łukasz Østby", "Sergei Ivanov"),
    "ORG": ("CSTO", "Kazinform", "Süddeutsche", "Council of State", "NATO", "Assemblée nationale"),
    "GPE": ("Kazakhstan", "Almaty", "Norway", "São Tomé", "Côte d’Ivoire", "Nur-Sultan", "US"),
    "LOC": ("North Atlantic", "Mangystau", "Pavlodar", "Šumava"),
}


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold span with its label; a label in small letters is a part of an attribution."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text with gold spans in textual order, outer ones before inner ones."""

    name: str
    text: str
    gold: tuple[Gold, ...]

    def words(self, gold: Gold) -> str:
        """Give the words of a span."""
        return self.text[gold.start : gold.end]

    def lists(self) -> tuple[tuple[Gold, ...], tuple[Gold, ...]]:
        """Give the spans as a system would list them: mentions, then parts of attributions."""
        mentions = tuple(gold for gold in self.gold if gold.label.isupper())
        return mentions, tuple(gold for gold in self.gold if not gold.label.isupper())


def corpus_texts() -> Iterator[Text]:
    """Read the corpus's own documents."""
    for document in Corpus.open(ROOT):
        if document.text is not None:
            spans = sorted(_gold(document.annotation), key=lambda g: (g.start, -g.end))
            yield Text(document.doc_id, document.text, tuple(dict.fromkeys(spans)))


def _gold(annotation: Annotation) -> Iterator[Gold]:
    types = {entity.id: entity.type for entity in annotation.entities or ()}
    for mention in annotation.mentions or ():
        yield Gold(mention.spans[0].start, mention.spans[-1].end, types[mention.entity or ""])
    for value in annotation.values or ():
        yield Gold(value.spans[0].start, value.spans[-1].end, value.type)
    for time in annotation.times or ():
        if time.spans:
            yield Gold(time.spans[0].start, time.spans[-1].end, time.type)
    for attribution in annotation.attributions or ():
        for part, spans in (
            ("source", attribution.source.spans),
            ("cue", attribution.cue),
            ("content", attribution.content),
        ):
            if len(spans) == 1 and spans[0].end - spans[0].start <= LONGEST:
                yield Gold(spans[0].start, spans[0].end, part)


def made_texts(number: int, *, seed: int) -> Iterator[Text]:
    """Make documents of 8 to 24 paragraphs each."""
    paragraphs = [part for text in corpus_texts() for part in _paragraphs(text) if part.gold]
    for at in range(number):
        rng = random.Random(f"{seed} {at}")
        drawn = [
            _with_broken_lines(_renamed(rng.choice(paragraphs), rng), rng)
            for _ in range(rng.randint(8, 24))
        ]
        yield _joined(f"made-{at:03}", drawn)


def _paragraphs(text: Text) -> Iterator[Text]:
    for match in re.finditer(r"[^\n]+", text.text):
        start, end = match.span()
        inside = [gold for gold in text.gold if start <= gold.start and gold.end <= end]
        moved = tuple(Gold(g.start - start, g.end - start, g.label) for g in inside)
        yield Text(text.name, match[0], moved)


def _renamed(text: Text, rng: random.Random) -> Text:
    """Exchange about half of the names that hold no other span."""
    for gold in text.gold[::-1]:
        is_name = gold.label in NAMES and text.words(gold)[0].isupper()
        holds = any(
            gold.start <= other.start and other.end <= gold.end and other != gold
            for other in text.gold
        )
        if is_name and not holds and rng.random() < 0.5:
            text = _replaced(text, gold, rng.choice(NAMES[gold.label]))
    return text


def _replaced(text: Text, where: Gold, words: str) -> Text:
    shift = len(words) - (where.end - where.start)
    moved = tuple(
        Gold(
            gold.start + shift * (gold.start >= where.end),
            gold.end + shift * (gold.end >= where.end),
            gold.label,
        )
        for gold in text.gold
    )
    return Text(text.name, text.text[: where.start] + words + text.text[where.end :], moved)


def _with_broken_lines(text: Text, rng: random.Random) -> Text:
    signs = ["\n" if sign == " " and rng.random() < 0.1 else sign for sign in text.text]
    return Text(text.name, "".join(signs), text.gold)


def _joined(name: str, parts: Sequence[Text]) -> Text:
    pieces: list[str] = []
    gold: list[Gold] = []
    at = 0
    for part in parts:
        gold += [Gold(one.start + at, one.end + at, one.label) for one in part.gold]
        pieces.append(part.text)
        at += len(part.text) + 2
    return Text(name, "\n\n".join(pieces), tuple(gold))
