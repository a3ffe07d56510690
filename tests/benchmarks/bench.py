"""Speed as ratios to named peers, measured side by side in one interleaved run (`just bench`).

Every comparison is made twice: *end to end*, from two JSON Lines files (or Parquet files) to
counts, and *in memory*, from what each program itself works on (ours: columns) to counts. Jobs are
run in turn, several rounds; the best CPU time of each counts.
"""

import argparse
import gc
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import peers

import goldwire
import synthetic
from goldwire.columns import Chunk, chunks
from goldwire.metrics import Options, find
from goldwire.model import Annotation, Mention, Span
from goldwire.scoring import HEADLINE
from goldwire.tallies import folded_tally

MODES = ("mentions/strict", "mentions/exact", "mentions/type", "mentions/overlap")
COREFERENCE = tuple(
    f"entities/{name}" for name in ("muc", "b3", "ceaf_m", "ceaf_e", "blanc", "lea")
)
PACKAGES = ("numpy", "msgspec", "pyarrow", "nervaluate", "seqscore", "scorch", "neleval")
MEASURED = """
import sys, time
from goldwire.api import score
from goldwire.metrics import registry
registry()
before = time.process_time()
score(*sys.argv[1:3], metrics=sys.argv[3].split(","))
taken = time.process_time() - before
# Not ru_maxrss, which a process inherits from the one that started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(taken, int(peak.split()[1]) / 1024)
"""


def files_job(gold: Path, predicted: Path, metrics: Sequence[str]) -> peers.Job:
    """Score files from start to end."""
    return lambda: goldwire.score(str(gold), str(predicted), metrics=metrics)


def columns_job(gold: Path, predicted: Path, metrics: Sequence[str]) -> peers.Job:
    """Score columns that are there already: matching, metrics and tallies."""
    both = zip(goldwire.read(gold), goldwire.read(predicted), strict=True)
    documents = ((one.doc_id, one, other, None) for one, other in both)
    layers = {layer for name in metrics for layer in find(name).layers}
    ready = list(chunks(documents, layers=layers))

    def fresh(chunk: Chunk) -> Chunk:
        return chunk.swapped().swapped()

    def job() -> object:
        return [
            folded_tally(find(name).compute(chunk, Options()))
            for chunk in map(fresh, ready)
            for name in metrics
        ]

    return job


def best_times(jobs: dict[str, peers.Job], *, rounds: int) -> dict[str, float]:
    """Run all jobs in turn, `rounds` times; give the best CPU time of each in seconds."""
    best = dict.fromkeys(jobs, float("inf"))
    for _ in range(rounds):
        for name, job in jobs.items():
            # What other jobs keep ready is no garbage of this one's.
            gc.collect()
            gc.freeze()
            start = time.process_time()
            job()
            best[name] = min(best[name], time.process_time() - start)
            gc.unfreeze()
    return best


def compare(title: str, jobs: dict[str, peers.Job], *, n: int, rounds: int) -> None:
    """Print each job's time, and the ratio of every peer's to every one of ours."""
    times = best_times(jobs, rounds=rounds)
    print(f"\n{title}, {n} documents", flush=True)
    for name, seconds in times.items():
        print(f"  {name:36} {seconds:8.3f} s  {n / seconds:9.0f} docs/s")
    for own in (name for name in times if name.startswith("goldwire")):
        for peer in (name for name in times if not name.startswith("goldwire")):
            print(f"  {own} is {times[peer] / times[own]:.1f} times as fast as {peer}")


def spans(folder: Path, n: int, *, rounds: int) -> None:
    """Compare the span modes with nervaluate, and exact counting with seqscore."""
    gold, predicted = synthetic.write_jsonl(folder, n, layers="mentions")
    tables = [synthetic.to_parquet(path) for path in (gold, predicted)]
    nervaluate, nervaluate_ready = peers.nervaluate_jobs(gold, predicted)
    compare(
        "Four span modes per type, end to end",
        {
            "goldwire, JSON Lines": files_job(gold, predicted, MODES),
            "goldwire, Parquet": files_job(tables[0], tables[1], MODES),
            "nervaluate, JSON Lines": nervaluate,
        },
        n=n,
        rounds=rounds,
    )
    compare(
        "Four span modes per type, in memory",
        {
            "goldwire, columns": columns_job(gold, predicted, MODES),
            "nervaluate, dictionaries": nervaluate_ready,
        },
        n=n,
        rounds=rounds,
    )
    seqscore, seqscore_ready = peers.seqscore_jobs(gold, predicted)
    compare(
        "Exact counts per type, end to end",
        {
            "goldwire, JSON Lines": files_job(gold, predicted, MODES[:1]),
            "seqscore mentions, JSON Lines": seqscore,
        },
        n=n,
        rounds=rounds,
    )
    compare(
        "Exact counts per type, in memory",
        {
            "goldwire, columns": columns_job(gold, predicted, MODES[:1]),
            "seqscore mentions, its objects": seqscore_ready,
        },
        n=n,
        rounds=rounds,
    )


def coreference(folder: Path, n: int, *, rounds: int) -> None:
    """Compare the six coreference metrics with scorch's five and neleval's four."""
    gold, predicted = synthetic.write_jsonl(folder, n, layers="all")
    scorch, scorch_ready = peers.scorch_jobs(gold, predicted)
    neleval, neleval_ready = peers.neleval_jobs(gold, predicted)
    compare(
        "Coreference, end to end from full records",
        {
            "goldwire, six metrics": files_job(gold, predicted, COREFERENCE),
            "scorch, five metrics": scorch,
            "neleval, four metrics": neleval,
        },
        n=n,
        rounds=rounds,
    )
    compare(
        "Coreference, in memory",
        {
            "goldwire, six metrics, columns": columns_job(gold, predicted, COREFERENCE),
            "scorch, five metrics, sets": scorch_ready,
            "neleval, four metrics, sets": neleval_ready,
        },
        n=n,
        rounds=rounds,
    )
    tables = [synthetic.to_parquet(path) for path in (gold, predicted)]
    compare(
        "All layers, headline metrics, full records",
        {
            "goldwire, JSON Lines": files_job(gold, predicted, HEADLINE),
            "goldwire, Parquet": files_job(tables[0], tables[1], HEADLINE),
        },
        n=n,
        rounds=rounds,
    )


def scaling(folder: Path, sizes: Sequence[int]) -> None:
    """Print CPU time and peak memory of a process that scores ever more documents."""
    print("\nFour span modes from JSON Lines, one process each")
    for n in sizes:
        paths = synthetic.write_many(folder, n, of=min(sizes))
        seconds, megabytes = measured(*map(str, paths), ",".join(MODES))
        each = seconds / n * 1e6
        print(f"  {n:9} documents {seconds:8.2f} s  {each:6.1f} µs each  {megabytes:6.0f} MB")
        for path in paths:
            path.unlink()


def measured(*arguments: str) -> tuple[float, float]:
    """Score in a fresh process; give CPU seconds and peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments], check=True, capture_output=True, text=True
    )
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes


def large_documents(rounds: int) -> None:
    """Print what one large or one tangled document costs, from records to scores."""

    def record(places: Iterable[tuple[int, int]]) -> Annotation:
        mentions = (
            Mention(type="ABC"[at % 3], spans=(Span(start, end),))
            for at, (start, end) in enumerate(places)
        )
        return Annotation(doc_id="d", mentions=tuple(mentions))

    row = [(at * 9, at * 9 + 5) for at in range(4_000)]
    row_found = [(start + at % 3, end) for at, (start, end) in enumerate(row)]
    heap = [(at, 1_000 + at) for at in range(300)]
    heap_found = [(start + 1, end + 2) for start, end in heap]
    corpus = goldwire.load_corpus(Path(__file__).parents[2], split="test")
    article = [document.annotation for document in corpus]

    def job(gold: Annotation, found: Annotation, metrics: Sequence[str]) -> peers.Job:
        return lambda: goldwire.score([gold], [found], metrics=metrics)

    jobs: dict[str, peers.Job] = {
        "4,000 mentions on each side": job(record(row), record(row_found), MODES),
        "300 mutually overlapping mentions": job(record(heap), record(heap_found), MODES),
        "the same, their one alignment": job(
            record(heap), record(heap_found), ("mentions/semeval_type",)
        ),
        "the corpus article, headline metrics": lambda: goldwire.score(article, article),
    }
    print("\nOne document, from records to scores")
    for name, seconds in best_times(jobs, rounds=rounds).items():
        print(f"  {name:44} {seconds * 1e3:8.1f} ms")


def starting(rounds: int) -> None:
    """Print how long `import goldwire` takes beyond starting Python."""

    def seconds(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    bare, ours = (
        min(seconds(code) for _ in range(2 * rounds)) for code in ("pass", "import goldwire")
    )
    print(f"\nimport goldwire: {(ours - bare) * 1e3:.0f} ms")


def main() -> None:
    """Print all ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=10_000, help="documents (default: 10000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--quick", action="store_true", help="500 documents, two rounds, scaling to 5,000"
    )
    args = parser.parse_args()
    n, rounds = (500, 2) if args.quick else (args.n, args.rounds)
    print(
        f"Python {platform.python_version()}, " + ", ".join(f"{p} {version(p)}" for p in PACKAGES)
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spans(folder, n, rounds=rounds)
        coreference(folder, max(n // 10, 100), rounds=rounds)
        scaling(folder, (n // 10, n, 10 * n))
    large_documents(3 * rounds)
    starting(rounds)


if __name__ == "__main__":
    main()
