"""A synthetic corpus for benchmarks: like news in its proportions, seeded, and of any size.

Per document about 600 tokens, 60 gold mentions of 18 Zipf-distributed types (15 % nested) in 22
entities, 20 event mentions with 3 arguments, 8 attributions. Predictions drop 10 %, shift the
boundary of 8 %, flip the type of 7 % and add 8 %.
"""

import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec

TYPES = tuple(f"T{number:02}" for number in range(18))
EVENT_TYPES = tuple(f"Event.E{number:02}" for number in range(20))
ROLES = ("Agent", "Patient", "Place")
WEIGHTS = tuple(1 / rank for rank in range(1, len(TYPES) + 1))
CUMULATIVE = tuple(accumulate(WEIGHTS))
LENGTH = 3_600


def gold_record(rng: random.Random, number: int, *, layers: str) -> dict[str, Any]:
    """Make one gold record; `layers` is `mentions` or `all`."""
    mentions = []
    starts = sorted(rng.sample(range(0, LENGTH, 12), 51))
    for start in starts:
        mentions.append(_mention(rng, start, start + rng.randint(3, 11)))
        if rng.random() < 0.18:
            mentions.append(_mention(rng, start, start + 2))
    for at, mention in enumerate(mentions):
        mention["id"] = f"m{at}"
    record: dict[str, Any] = {"doc_id": f"d{number:06}", "mentions": mentions}
    if layers == "all":
        _add_layers(rng, record)
    return record


def _mention(rng: random.Random, start: int, end: int) -> dict[str, Any]:
    label = rng.choices(TYPES, cum_weights=CUMULATIVE)[0]
    return {"type": label, "spans": [{"start": start, "end": end}]}


def _add_layers(rng: random.Random, record: dict[str, Any]) -> None:
    record["entities"] = [{"id": f"e{n}", "type": rng.choice(TYPES)} for n in range(22)]
    for mention in record["mentions"]:
        mention["entity"] = f"e{rng.randrange(22)}"
    record["events"] = [{"id": f"v{n}", "type": rng.choice(EVENT_TYPES)} for n in range(15)]
    ids = [mention["id"] for mention in record["mentions"]]
    record["event_mentions"] = []
    for n, start in enumerate(rng.sample(range(0, LENGTH, 12), 20)):
        event = rng.choice(record["events"])
        record["event_mentions"].append(
            {
                "id": f"x{n}",
                "event": event["id"],
                "type": event["type"],
                "trigger": {"start": start, "end": start + 6},
                "polarity": "POS",
                "tense": rng.choice(["PAST", "FUTURE"]),
                "arguments": [{"role": role, "ref": rng.choice(ids)} for role in ROLES],
            }
        )
    record["attributions"] = []
    for n, start in enumerate(range(0, LENGTH - 400, LENGTH // 8)):
        record["attributions"].append(
            {
                "id": f"a{n}",
                "source": {"spans": [{"start": start, "end": start + 12}]},
                "cue": [{"start": start + 13, "end": start + 17}],
                "content": [{"start": start + 20, "end": start + 20 + rng.randint(40, 300)}],
                "type": "INDIRECT",
            }
        )


def predicted_record(rng: random.Random, gold: dict[str, Any]) -> dict[str, Any]:
    """Make a system's record from gold by dropping, shifting, flipping and adding mentions."""
    record: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(gold))
    kept = []
    for mention in record["mentions"]:
        chance = rng.random()
        if chance < 0.10:
            continue
        if chance < 0.18:
            mention["spans"][0]["end"] += 1
        elif chance < 0.25:
            mention["type"] = rng.choice(TYPES)
        kept.append(mention)
    for n in range(5):
        start = rng.randrange(LENGTH - 12)
        kept.append({"id": f"s{n}", **_mention(rng, start, start + rng.randint(3, 11))})
    record["mentions"] = kept
    for event in record.get("event_mentions", ()):
        if rng.random() < 0.1:
            event["trigger"]["end"] += 1
    for attribution in record.get("attributions", ()):
        if rng.random() < 0.2:
            attribution["content"][0]["end"] += 2
    return record


def records(n: int, *, layers: str, seed: int = 7) -> Iterator[tuple[dict[str, Any], ...]]:
    """Yield (gold, predicted) records."""
    rng = random.Random(seed)
    for number in range(n):
        gold = gold_record(rng, number, layers=layers)
        yield gold, predicted_record(rng, gold)


def write_jsonl(folder: Path, n: int, *, layers: str) -> tuple[Path, Path]:
    """Write gold.jsonl and predicted.jsonl with `n` documents; give their paths."""
    encode = msgspec.json.Encoder().encode
    paths = folder / f"gold-{layers}-{n}.jsonl", folder / f"predicted-{layers}-{n}.jsonl"
    with paths[0].open("wb") as gold_file, paths[1].open("wb") as predicted_file:
        for gold, predicted in records(n, layers=layers):
            gold_file.write(encode(gold) + b"\n")
            predicted_file.write(encode(predicted) + b"\n")
    return paths


def write_many(folder: Path, n: int, *, of: int) -> tuple[Path, Path]:
    """Write `n` documents with mentions by repeating `of` different ones under other ids."""
    made = write_jsonl(folder, of, layers="mentions")
    paths = folder / f"gold-{n}.jsonl", folder / f"predicted-{n}.jsonl"
    for source, target in zip(made, paths, strict=True):
        lines = source.read_bytes().splitlines(keepends=True)
        with target.open("wb") as file:
            for at in range(n):
                new = f'"doc_id":"r{at // of}-'.encode()
                file.write(lines[at % of].replace(b'"doc_id":"', new, 1))
    return paths


def to_parquet(path: Path) -> Path:
    """Write the records of a JSON Lines file as a Parquet file beside it; give its path."""
    import pyarrow as pa
    from pyarrow import parquet

    with path.open("rb") as file:
        rows = [msgspec.json.decode(line) for line in file]
    target = path.with_suffix(".parquet")
    parquet.write_table(pa.Table.from_pylist(rows), target)
    return target
