"""Speed as ratios to named peers, measured side by side in one interleaved run (`just bench`).

Whole jobs: two JSON Lines files in, per-type counts of the span modes out; six coreference metrics
over the same clusters. Each job is run in turn, several rounds; the best CPU time of each counts.
"""

import argparse
import gc
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import synthetic

MODES = ("mentions/strict", "mentions/exact", "mentions/type", "mentions/overlap")
COREFERENCE = tuple(
    f"entities/{name}" for name in ("muc", "b3", "ceaf_m", "ceaf_e", "blanc", "lea")
)


def goldwire_job(gold: Path, predicted: Path, metrics: tuple[str, ...]) -> Callable[[], float]:
    """Score files from start to end."""
    import goldwire

    def job() -> float:
        scores = goldwire.score(str(gold), str(predicted), metrics=metrics)
        return float(scores[metrics[0]].f1 or 0)

    return job


def nervaluate_job(gold: Path, predicted: Path) -> Callable[[], float]:
    """Read both files with msgspec (the fastest reader) and evaluate with nervaluate."""
    from nervaluate import Evaluator

    def spans(path: Path) -> list[list[dict[str, Any]]]:
        with path.open("rb") as file:
            return [
                [
                    {
                        "label": mention["type"],
                        "start": mention["spans"][0]["start"],
                        "end": mention["spans"][0]["end"] - 1,
                    }
                    for mention in msgspec.json.decode(line)["mentions"]
                ]
                for line in file
            ]

    def job() -> float:
        evaluator = Evaluator(
            spans(gold), spans(predicted), tags=list(synthetic.TYPES), loader="dict"
        )
        return float(evaluator.evaluate()["overall"]["strict"].f1)

    return job


def scorch_job(gold: Path, predicted: Path) -> Callable[[], float]:
    """Read both files and compute scorch's five coreference metrics, document by document."""
    from scorch import scores as scorch

    metrics = (scorch.muc, scorch.b_cubed, scorch.ceaf_m, scorch.ceaf_e, scorch.blanc)

    def clusters(path: Path) -> list[list[set[tuple[int, int]]]]:
        documents = []
        with path.open("rb") as file:
            for line in file:
                found: dict[str, set[tuple[int, int]]] = {}
                seen: set[tuple[int, int]] = set()
                for mention in msgspec.json.decode(line)["mentions"]:
                    span = (mention["spans"][0]["start"], mention["spans"][0]["end"])
                    if span not in seen and "entity" in mention:
                        seen.add(span)
                        found.setdefault(mention["entity"], set()).add(span)
                documents.append(list(found.values()))
        return documents

    def job() -> float:
        total = 0.0
        for key, response in zip(clusters(gold), clusters(predicted), strict=True):
            for metric in metrics:
                total += metric(key, response)[2]
        return total

    return job


def best_times(jobs: dict[str, Callable[[], float]], *, rounds: int) -> dict[str, float]:
    """Run all jobs in turn, `rounds` times; give the best CPU time of each in seconds."""
    best = dict.fromkeys(jobs, float("inf"))
    for _ in range(rounds):
        for name, job in jobs.items():
            gc.collect()
            start = time.process_time()
            job()
            best[name] = min(best[name], time.process_time() - start)
    return best


def show(title: str, times: dict[str, float], *, n: int) -> None:
    """Print each job's time and its ratio to goldwire's, which is the first."""
    own = next(iter(times.values()))
    print(f"\n{title}, {n} documents")
    for name, seconds in times.items():
        print(f"  {name:28} {seconds:8.3f} s  {n / seconds:9.0f} docs/s  {seconds / own:6.1f}x")


def main() -> None:
    """Print all ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=2_000, help="documents (default: 2000)")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, "
        + ", ".join(f"{name} {version(name)}" for name in ("nervaluate", "scorch", "msgspec"))
    )
    with tempfile.TemporaryDirectory() as folder:
        gold, predicted = synthetic.write_jsonl(Path(folder), args.n, layers="mentions")
        jobs = {
            "goldwire, four span modes": goldwire_job(gold, predicted, MODES),
            "nervaluate": nervaluate_job(gold, predicted),
        }
        show("JSONL → per-type span counts", best_times(jobs, rounds=args.rounds), n=args.n)
        n = max(args.n // 4, 100)
        gold, predicted = synthetic.write_jsonl(Path(folder), n, layers="all")
        jobs = {
            "goldwire, six metrics": goldwire_job(gold, predicted, COREFERENCE),
            "scorch, five metrics": scorch_job(gold, predicted),
        }
        show("JSONL → coreference", best_times(jobs, rounds=args.rounds), n=n)
        everything = {"goldwire, headline metrics": goldwire_job(gold, predicted, HEADLINE)}
        show("JSONL → all layers", best_times(everything, rounds=args.rounds), n=n)


if __name__ == "__main__":
    from goldwire.scoring import HEADLINE

    main()
