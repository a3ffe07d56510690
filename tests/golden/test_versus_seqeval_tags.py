"""Token files against seqeval, in both of its modes, on random valid and invalid tags."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

import goldwire

metrics = pytest.importorskip("seqeval.metrics")
schemes = pytest.importorskip("seqeval.scheme")

LABELS = ("PER", "組織")
PREFIXES = {"IOB2": "BI", "IOBES": "BIES", "BILOU": "BILU"}
N_SENTENCES = 2_400
# In its default mode seqeval does not know L- and U-.
CASES = [(mode, scheme) for mode in ("strict", "default") for scheme in PREFIXES][:-1]

Tags = list[list[str]]

pytestmark = pytest.mark.filterwarnings("ignore::Warning")


def random_tags(rng: Random, prefixes: str, labels: Sequence[str]) -> list[str]:
    if rng.random() < 0.1:
        return ["O"] * rng.randint(1, 9)
    return [
        "O" if rng.random() < 0.4 else f"{rng.choice(prefixes)}-{rng.choice(labels)}"
        for _ in range(rng.randint(1, 9))
    ]


def corpus(seed: int, prefixes: str, labels: Sequence[str] = LABELS) -> tuple[Tags, Tags]:
    """Predictions are gold, token by token, or anything."""
    rng = Random(seed)
    gold = [random_tags(rng, prefixes, labels) for _ in range(N_SENTENCES)]
    predicted = []
    for one in gold:
        noise = [*random_tags(rng, prefixes, labels), *["O"] * len(one)]
        share = rng.choice([0, 0.2, 0.5])
        predicted.append(
            [other if rng.random() < share else own for own, other in zip(one, noise, strict=False)]
        )
    return gold, predicted


def write(path: Path, sentences: Tags) -> Path:
    lines = ("".join(f"wörd😀{at} {tag}\n" for at, tag in enumerate(tags)) for tags in sentences)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def theirs(gold: Tags, predicted: Tags, mode: str, scheme: str) -> tuple[float, ...]:
    options: dict[str, object] = {"average": "micro", "zero_division": 0}
    if mode == "strict":
        options |= {"mode": "strict", "scheme": getattr(schemes, scheme)}
    names = ("precision_score", "recall_score", "f1_score")
    return tuple(getattr(metrics, name)(gold, predicted, **options) for name in names)


def ours(gold: Tags, predicted: Tags, mode: str, folder: Path) -> tuple[float | None, ...]:
    files = write(folder / "gold.conll", gold), write(folder / "system.conll", predicted)
    score = goldwire.score(*files, compat=f"seqeval-{mode}")["mentions/strict"]
    return score.p, score.r, score.f1


@pytest.mark.parametrize(("mode", "scheme"), CASES)
def test_precision_recall_and_f1_are_seqeval_s(mode: str, scheme: str, tmp_path: Path) -> None:
    gold, predicted = corpus(1, PREFIXES[scheme])
    assert len(gold) >= 2_000
    assert sum(set(one) == {"O"} for one in gold) > 100
    expected = theirs(gold, predicted, mode, scheme)
    assert ours(gold, predicted, mode, tmp_path) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("mode", "scheme"), CASES)
def test_it_is_so_with_a_single_label(mode: str, scheme: str, tmp_path: Path) -> None:
    gold, predicted = corpus(2, PREFIXES[scheme], ("PER",))
    expected = theirs(gold, predicted, mode, scheme)
    assert ours(gold, predicted, mode, tmp_path) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("mode", ["strict", "default"])
@pytest.mark.parametrize("empty", ["gold", "predicted", "both"])
def test_an_empty_side_gives_0(mode: str, empty: str, tmp_path: Path) -> None:
    tags = [["B-PER", "I-PER", "O"], ["O", "B-組織"]]
    nothing = [["O"] * len(one) for one in tags]
    gold = tags if empty == "predicted" else nothing
    predicted = tags if empty == "gold" else nothing
    expected = theirs(gold, predicted, mode, "IOB2")
    assert ours(gold, predicted, mode, tmp_path) == expected == (0, 0, 0)
