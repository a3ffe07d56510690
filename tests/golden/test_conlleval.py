"""The preset `conlleval` against the CoNLL-2000 script's own way of counting, written down anew.

The script is Perl and no package. What it does to a stream of tags is two tables of transitions
and one flag; both stand below as facts about it. Its tags are IOB1, IOB2, IOE1 and IOE2.
"""

from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random

import pytest

import goldwire
import token_files
from goldwire.compat import preset

# Between two tokens of one type: a chunk ends, a chunk starts.
ENDS = {"BB", "BO", "IB", "IO", "EE", "EI", "EO"}
STARTS = {"BB", "IB", "OB", "OI", "EE", "EI", "OE"}

Tag = tuple[str, str]
OUTSIDE: Tag = ("O", "")
LABELS = ("X", "Ÿ")
ALPHABETS = {prefixes: [OUTSIDE, *product(prefixes, LABELS)] for prefixes in ("BI", "IE")}


def ends(before: Tag, after: Tag) -> bool:
    return before[0] + after[0] in ENDS or (before[0] != "O" and before[1] != after[1])


def starts(before: Tag, after: Tag) -> bool:
    return before[0] + after[0] in STARTS or (after[0] != "O" and before[1] != after[1])


@dataclass
class Script:
    """The counters of the script: chunks that are right, in gold, and guessed, by type."""

    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LABELS, 0))
    gold: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LABELS, 0))
    guessed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LABELS, 0))
    in_right: bool = False
    last: tuple[Tag, Tag] = (OUTSIDE, OUTSIDE)

    def read(self, gold: Tag, guessed: Tag) -> None:
        """Read one line; the empty line between sentences is a token outside on both sides."""
        (last_gold, last_guessed), self.last = self.last, (gold, guessed)
        if self.in_right:
            ended = ends(last_gold, gold), ends(last_guessed, guessed)
            if all(ended) and last_gold[1] == last_guessed[1]:
                self.in_right = False
                self.right[last_gold[1]] += 1
            elif ended[0] != ended[1] or gold[1] != guessed[1]:
                self.in_right = False
        started = starts(last_gold, gold), starts(last_guessed, guessed)
        self.in_right |= all(started) and gold[1] == guessed[1]
        if started[0]:
            self.gold[gold[1]] += 1
        if started[1]:
            self.guessed[guessed[1]] += 1


def written(sentences: list[list[Tag]]) -> str:
    tags = [["-".join(filter(None, tag)) for tag in sentence] for sentence in sentences]
    return "\n".join("".join(f"w {tag}\n" for tag in sentence) for sentence in tags)


def chunks(sentence: list[Tag]) -> list[tuple[int, int, str]]:
    """Read chunks off the two tables."""
    found: list[tuple[int, int, str]] = []
    start = None
    before = OUTSIDE
    for at, tag in enumerate([*sentence, OUTSIDE]):
        if start is not None and ends(before, tag):
            found.append((start, at, before[1]))
            start = None
        if starts(before, tag):
            start = at
        before = tag
    return found


@pytest.mark.parametrize("prefixes", ALPHABETS)
def test_every_sequence_of_up_to_five_tags_has_the_script_s_chunks(prefixes: str) -> None:
    sentences = [
        list(tags) for length in range(1, 6) for tags in product(ALPHABETS[prefixes], repeat=length)
    ]
    assert len(sentences) == 5 + 25 + 125 + 625 + 3125
    documents, _ = token_files.read(written(sentences).encode(), decode=preset("conlleval").decode)
    # Every token is "w" and a blank: token n begins at code point 2n.
    for sentence, (_, mentions) in zip(sentences, documents, strict=True):
        found = [(start // 2, end // 2 + 1, label) for start, end, label in mentions]
        assert found == chunks(sentence)


@pytest.mark.parametrize("prefixes", ALPHABETS)
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_all_its_numbers_are_reproduced_on_2000_sentences(
    prefixes: str, share: float, tmp_path: Path
) -> None:
    rng = Random(3)
    alphabet = [OUTSIDE, OUTSIDE, *ALPHABETS[prefixes]]
    gold = [rng.choices(alphabet, k=rng.randint(1, 9)) for _ in range(2_000)]
    guessed = [
        [rng.choice(alphabet) if rng.random() < share else tag for tag in sentence]
        for sentence in gold
    ]
    script = Script()
    for pair in zip(gold, guessed, strict=True):
        for tags in zip(*pair, strict=True):
            script.read(*tags)
        script.read(OUTSIDE, OUTSIDE)
    for name, sentences in (("gold", gold), ("guessed", guessed)):
        (tmp_path / f"{name}.conll").write_text(written(sentences), encoding="utf-8")
    scores = goldwire.score(tmp_path / "gold.conll", tmp_path / "guessed.conll", compat="conlleval")
    for label in ("", *LABELS):
        right, of_gold, of_guessed = (
            counts[label] if label else sum(counts.values())
            for counts in (script.right, script.gold, script.guessed)
        )
        own = scores[f"mentions/strict[{label}]" if label else "mentions/strict"]
        assert [*own.sums] == [right, of_guessed, right, of_gold]
        assert own.f1 == pytest.approx(2 * right / (of_guessed + of_gold), abs=1e-12)


def test_without_any_chunk_every_number_is_0(tmp_path: Path) -> None:
    for name in ("gold", "guessed"):
        (tmp_path / f"{name}.conll").write_text("w O\n", encoding="utf-8")
    scores = goldwire.score(tmp_path / "gold.conll", tmp_path / "guessed.conll", compat="conlleval")
    own = scores["mentions/strict"]
    assert [own.p, own.r, own.f1] == [0, 0, 0]
