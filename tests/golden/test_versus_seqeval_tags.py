"""Token files against seqeval, in both of its modes, on random valid and invalid tags."""

import random
from pathlib import Path

import pytest

from goldwire.compat import preset
from goldwire.files import FileReader
from goldwire.inputs import open_gold, open_run
from goldwire.scoring import score_run

LABELS = ("PER", "ORG")


def random_tags(rng: random.Random, prefixes: str, n: int) -> list[str]:
    return [
        "O" if rng.random() < 0.4 else f"{rng.choice(prefixes)}-{rng.choice(LABELS)}"
        for _ in range(n)
    ]


def write(path: Path, sentences: list[list[str]]) -> Path:
    lines = ("".join(f"w{at} {tag}\n" for at, tag in enumerate(tags)) for tags in sentences)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.parametrize("mode", ["default", "strict"])
@pytest.mark.parametrize("seed", range(8))
def test_precision_recall_and_f1_are_seqeval_s(mode: str, seed: int, tmp_path: Path) -> None:
    metrics = pytest.importorskip("seqeval.metrics")
    scheme = pytest.importorskip("seqeval.scheme")
    rng = random.Random(seed)
    gold, predicted = (
        [random_tags(rng, "BI", rng.randint(1, 9)) for _ in range(300)] for _ in range(2)
    )
    predicted = [
        [
            rng.choice([right, other])
            for right, other in zip(one, [*two, *["O"] * len(one)], strict=False)
        ]
        for one, two in zip(gold, predicted, strict=True)
    ]
    options: dict[str, object] = (
        {"mode": "strict", "scheme": scheme.IOB2} if mode == "strict" else {}
    )
    options["zero_division"] = 0
    p, r, f1 = (
        getattr(metrics, name)(gold, predicted, average="micro", **options)
        for name in ("precision_score", "recall_score", "f1_score")
    )
    chosen = preset(f"seqeval-{mode}")
    files = write(tmp_path / "gold.conll", gold), write(tmp_path / "system.conll", predicted)
    score = score_run(
        open_gold(str(files[0]), reader=FileReader(decode=chosen.decode)),
        open_run([str(files[1])], reader=FileReader(decode=chosen.decode)),
        metrics=["mentions/strict"],
        options=chosen.options,
    )["mentions/strict"]
    assert (score.p, score.r, score.f1) == pytest.approx((p, r, f1))
