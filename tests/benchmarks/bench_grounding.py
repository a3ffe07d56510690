"""How many mentions get their right place: goldwire's grounding against langextract's, in one run.

`just bench-grounding`. Systems give the words of gold spans, whole or disturbed. A placement is
right when it is the gold span; a second figure counts places without asking which of several equal
items has which. Hallucinated words, which the text does not have, must get no place.
"""

import argparse
import platform
import random
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from perturbed import Gold, Text, corpus_texts, made_texts

from goldwire.grounding import Placed, Sought, place

Asked = list[tuple[str, str]]
"""Words and labels."""
Answer = list[tuple[int, int] | None]
Grounder = Callable[[str, Asked], Answer]


def goldwire(text: str, asked: Asked) -> list[Placed]:
    """Ground as `goldwire score` does."""
    return list(place(text, [Sought(*one) for one in asked]).items)


def goldwire_fuzzy(text: str, asked: Asked) -> list[Placed]:
    """Ground with approximate places."""
    return list(place(text, [Sought(*one) for one in asked], fuzzy=True).items)


def langextract(text: str, asked: Asked, **options: bool) -> Answer:
    """Align with langextract, by default with its own options."""
    from langextract.core.data import Extraction
    from langextract.resolver import WordAligner

    group = [Extraction(extraction_class=label, extraction_text=words) for words, label in asked]
    aligner: Any = WordAligner  # untyped
    (aligned,) = aligner().align_extractions([group], text, **options)
    found: Answer = []
    for one in aligned:
        place_ = one.char_interval
        found.append(
            None
            if place_ is None or place_.start_pos is None or place_.end_pos is None
            else (place_.start_pos, place_.end_pos)
        )
    return found


def langextract_exact(text: str, asked: Asked) -> Answer:
    """Align with langextract, without its approximate and partial matches."""
    return langextract(text, asked, enable_fuzzy_alignment=False, accept_match_lesser=False)


def first_find(text: str, asked: Asked) -> Answer:
    """Take the first occurrence, as most scripts do."""
    found = ((text.find(words), len(words)) for words, _ in asked)
    return [None if at < 0 else (at, at + length) for at, length in found]


def straightened(words: str) -> str:
    """Type quotes and dashes as a keyboard has them."""
    return words.translate(str.maketrans("‘’“”–—", "''\"\"--"))


def decomposed(words: str) -> str:
    """Collapse white space, and take accented letters apart (NFD)."""
    return unicodedata.normalize("NFD", " ".join(words.split()))


def with_a_letter_dropped(words: str, rng: random.Random) -> str:
    """Drop a letter from words of at least 12, never the first or the last one."""
    if len(words) < 12:
        return words
    at = rng.randrange(1, len(words) - 1)
    return words[:at] + words[at + 1 :]


Listed = Sequence[Gold]
CONDITIONS: dict[str, tuple[Callable[[Listed, random.Random], Listed], Callable[..., str]]] = {}


def _kept(listed: Listed, _: random.Random) -> Listed:
    return listed


def _by_label(listed: Listed, _: random.Random) -> Listed:
    return sorted(listed, key=lambda gold: gold.label)


def _shuffled(listed: Listed, rng: random.Random) -> Listed:
    return rng.sample(listed, len(listed))


def _half(listed: Listed, rng: random.Random) -> Listed:
    return [gold for gold in listed if rng.random() < 0.5]


def _outermost(listed: Listed, _: random.Random) -> Listed:
    kept: list[Gold] = []
    for gold in listed:
        if not kept or gold.start >= kept[-1].end:
            kept.append(gold)
    return kept


def _inner_first(listed: Listed, _: random.Random) -> Listed:
    return sorted(listed, key=lambda gold: (gold.end, gold.start))


def _same(words: str, _: random.Random) -> str:
    return words


CONDITIONS.update(
    {
        "document order, verbatim": (_kept, _same),
        "  without nested spans": (_outermost, _same),
        "  without nested, lower-cased": (_outermost, lambda words, _: words.lower()),
        "every second one at random": (_half, _same),
        "inner before outer": (_inner_first, _same),
        "grouped by label": (_by_label, _same),
        "shuffled": (_shuffled, _same),
        "quotes, dashes straightened": (_kept, lambda words, _: straightened(words)),
        "white space, NFD": (_kept, lambda words, _: decomposed(words)),
        "lower-cased": (_kept, lambda words, _: words.lower()),
        "a letter dropped (≥ 12)": (_kept, with_a_letter_dropped),
    }
)


def hallucinated(text: Text, others: Sequence[Text], rng: random.Random) -> Iterator[str]:
    """Make words that the text does not have: other texts', and its own with a word exchanged."""
    plain = " ".join(text.text.casefold().split())
    made = [other.words(gold) for other in others for gold in rng.sample(other.gold, 5)]
    pool = re.findall(r"[A-Z]\w{3,}", " ".join(other.text for other in others))
    for gold in text.gold:
        words = text.words(gold)
        parts = words.split()
        names = [at for at, part in enumerate(parts) if part[0].isupper()]
        if len(parts) > 1 and names:
            parts[rng.choice(names)] = rng.choice(pool)
            made.append(" ".join(parts))
        made.append(re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), words))
    for words in dict.fromkeys(made):
        if " ".join(words.casefold().split()) not in plain:
            yield words


Answers = Sequence[Placed | tuple[int, int] | None]
SYSTEMS: dict[str, Callable[[str, Asked], Answers]] = {
    "first find": first_find,
    "langextract": langextract,
    "its exact only": langextract_exact,
    "goldwire": goldwire,
    "goldwire fuzzy": goldwire_fuzzy,
}


def span_of(answer: Placed | tuple[int, int] | None) -> tuple[int, int] | None:
    """Read where something was placed."""
    return answer.span if isinstance(answer, Placed) else answer


@dataclass(slots=True)
class Tried:
    """What one system made of one condition."""

    n: int = 0
    right: int = 0
    right_as_set: int = 0
    unflagged: int = 0
    seconds: float = 0.0

    def add(self, gold: Listed, asked: Asked, answers: Answers) -> None:
        """Count the answers for one list."""
        spans = [span_of(answer) for answer in answers]
        wanted = Counter((*a, g.start, g.end) for g, a in zip(gold, asked, strict=True))
        found = Counter((*a, *span) for span, a in zip(spans, asked, strict=True) if span)
        self.n += len(gold)
        self.right_as_set += (wanted & found).total()
        for one, span, answer in zip(gold, spans, answers, strict=True):
            is_right = span == (one.start, one.end)
            self.right += is_right
            if isinstance(answer, Placed) and not is_right:
                self.unflagged += not (answer.is_ambiguous or answer.span is None)


def tried(texts: Sequence[Text], condition: str, seed: int) -> dict[str, Tried]:
    """Ask all systems about all texts under one condition."""
    arrange, disturb = CONDITIONS[condition]
    results = {name: Tried() for name in SYSTEMS}
    for text in texts:
        for listed in text.lists():
            rng = random.Random(f"{seed} {text.name} {condition}")
            gold = arrange(listed, rng)
            asked = [(disturb(text.words(one), rng), one.label) for one in gold]
            for name, ground in SYSTEMS.items() if gold else ():
                begun = time.process_time()
                answers = ground(text.text, asked)
                results[name].seconds += time.process_time() - begun
                results[name].add(gold, asked, answers)
    return results


def n_placed(texts: Sequence[Text], ground: Callable[[str, Asked], Answers]) -> tuple[int, int]:
    """Count hallucinations, and those of them that a system gives a place."""
    total = placed = 0
    for text in texts:
        others = [other for other in texts if other is not text][:6]
        asked = [(words, "X") for words in hallucinated(text, others, random.Random(text.name))]
        total += len(asked)
        placed += sum(span_of(answer) is not None for answer in ground(text.text, asked))
    return total, placed


def main() -> None:
    """Run all conditions on the corpus's texts and on made ones, and print a table for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--made", type=int, default=60, help="how many texts to make")
    options.add_argument("--seed", type=int, default=20260105)
    args = options.parse_args()
    peers = f"langextract {version('langextract')}, goldwire {version('goldwire')}"
    print(f"Python {platform.python_version()}, {peers}, seed {args.seed}")
    for title, texts in (
        ("the corpus's own texts", list(corpus_texts())),
        (f"{args.made} made texts", list(made_texts(args.made, seed=args.seed))),
    ):
        n = sum(len(text.gold) for text in texts)
        print(f"\n{title}, {n} spans: percent placed right (and as a set)")
        print(f"| {'':30} |" + "".join(f" {name:>15} |" for name in SYSTEMS) + " unflagged |")
        print("|---|" + "---:|" * (len(SYSTEMS) + 1))
        seconds = dict.fromkeys(SYSTEMS, 0.0)
        for condition in CONDITIONS:
            results = tried(texts, condition, args.seed)
            cells = [
                f"{100 * one.right / one.n:.1f} ({100 * one.right_as_set / one.n:.1f})"
                for one in results.values()
            ]
            row = "".join(f" {cell:>15} |" for cell in cells)
            print(f"| {condition:30} |{row} {results['goldwire'].unflagged:>9} |")
            for name, one in results.items():
                seconds[name] += one.seconds
        placed = {name: n_placed(texts, ground) for name, ground in SYSTEMS.items()}
        total = placed["goldwire"][0]
        row = "".join(f" {n:>15} |" for _, n in placed.values())
        print(f"| {f'hallucinations placed, of {total}':30} |{row} {'':9} |")
        row = "".join(f" {seconds[name]:>15.1f} |" for name in SYSTEMS)
        print(f"| {'CPU seconds':30} |{row} {'':9} |")


if __name__ == "__main__":
    main()
