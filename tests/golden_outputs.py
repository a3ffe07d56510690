"""What every command prints on a toy corpus: the cases, and how their output is made comparable.

`python tests/golden/update_outputs.py` writes what they print now into tests/golden/outputs/, to be
read before it is committed.
"""

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import toy_corpus
from goldwire.cli import main
from goldwire.version import version

FOLDER = Path(__file__).parent / "golden" / "outputs"
GATE = "gate CANDIDATE --baseline base.jsonl --metrics mentions/strict"
COMPARE = "compare good.jsonl no-rome.jsonl"
BOARD = "compare good.jsonl no-rome.jsonl one-1.jsonl one-2.jsonl --group-by seed --slice zone"
AGREE = "agree good.jsonl no-rome.jsonl wrong.jsonl --corpus ."
SCORE = "score wrong.jsonl --metrics mentions/strict,mentions/exact"
SIGNATURE = (
    "goldwire|mentions/strict.f1[GPE]|match:optimal|dup:count|gold:toy@1.0.0#0123abcd|"
    "split:test|schema:1.0.0|v:0.1.0"
)

CASES: dict[str, str] = {
    "gate-pass": GATE.replace("CANDIDATE", "good.jsonl"),
    "gate-fail": GATE.replace("CANDIDATE", "wrong.jsonl") + " --min mentions/strict=0.9",
    "gate-allowed": GATE.replace("CANDIDATE", "no-rome.jsonl")
    + " --allow allow.toml --today 2026-01-01",
    "gate-expired": GATE.replace("CANDIDATE", "no-rome.jsonl")
    + " --allow allow.toml --today 2027-01-01",
    "gate-unstable": GATE.replace("CANDIDATE", "good.jsonl no-rome.jsonl"),
    "gate-margin": GATE.replace("CANDIDATE", "no-rome.jsonl") + " --margin 0.02",
    "gate-no-baseline": "gate good.jsonl --baseline none.jsonl",
    "gate-other-options": GATE.replace("CANDIDATE", "good.jsonl") + " --duplicates merge",
    "gate-json": GATE.replace("CANDIDATE", "wrong.jsonl") + " --json",
    "gate-junit": GATE.replace("CANDIDATE", "wrong.jsonl")
    + " --min mentions/strict=0.9 --junit OUTPUT",
    "gate-junit-margin": GATE.replace("CANDIDATE", "no-rome.jsonl")
    + " --margin 0.02 --junit OUTPUT",
    "gate-comment": GATE.replace("CANDIDATE", "wrong.jsonl") + " --comment OUTPUT",
    "gate-github": GATE.replace("CANDIDATE", "wrong.jsonl") + " --github",
    "compare": COMPARE,
    "compare-markdown": COMPARE + " --markdown",
    "compare-latex": COMPARE + " --latex",
    "compare-csv": COMPARE + " --csv",
    "compare-json": COMPARE + " --json",
    "compare-board": BOARD,
    "compare-board-markdown": BOARD + " --markdown",
    "compare-board-latex": BOARD + " --latex",
    "agree": AGREE,
    "agree-markdown": AGREE + " --markdown",
    "agree-json": AGREE + " --json",
    "agree-disagreements": AGREE + " --disagreements",
    "agree-disagreements-markdown": AGREE + " --disagreements --markdown",
    "agree-disagreements-json": AGREE + " --disagreements --json",
    "score": SCORE + " --per-type --intervals --explain",
    "score-json": SCORE + " --json",
    "eval": "eval py:golden_extractor:extract --metrics mentions/strict",
    "show": "show d3",
    "show-json": "show d3 --json",
    "validate": "validate . ",
    "validate-json": "validate . --json",
    "stats": "stats",
    "stats-json": "stats --json",
    "doctor": "doctor wrong.jsonl",
    "doctor-json": "doctor wrong.jsonl --json",
    "convert": "convert wrong.jsonl --to spans --output OUTPUT",
    "cite": f"cite {SIGNATURE}",
    "cite-json": f"cite {SIGNATURE} --json",
    "init": "init --tests --extractor py:golden_extractor:extract --gold .",
}
"""Names and command lines; OUTPUT is a file whose content is then shown instead of stdout."""

REPOSITORY_CASES: dict[str, str] = {
    "init-corpus": "init fresh",
    "import": "import more.jsonl --into c --ontology infer --language en",
    "import-json": "import more.jsonl --into c --ontology infer --language en --json",
    "import-faults": "import broken.jsonl --into c",
    "split": "split c --into train=0.5,test=0.5 --dry-run",
    "split-json": "split c --into train=0.5,test=0.5 --json",
    "build": "build --corpus c --profile standoff --output out",
    "build-json": "build --corpus c --profile standoff --output out --json",
    "build-refused": "build --corpus c --profile full --output out",
    "build-verify": "build --corpus c --verify release",
    "diff": "diff c changed",
    "diff-json": "diff c changed --json",
    "release-check": "release check --corpus changed --against c",
    "release-check-json": "release check --corpus changed --against c --json",
    "release-manifest": "release manifest --corpus changed",
    "rehydrate": "rehydrate release --texts texts --output out",
    "rehydrate-json": "rehydrate release --texts texts --output out --json",
    "rehydrate-other-text": "rehydrate release --texts other --output out",
    "withdraw": "withdraw d2 --corpus c --reason asked",
    "withdraw-json": "withdraw d2 --corpus c --reason asked --json",
}
"""The same on a repository `c` made by `init` and `import`, with a release of it; in `changed` an
item of gold is gone."""

CASES |= REPOSITORY_CASES

ALLOW = '[[allow]]\nitem = "d3 mentions 9:13 GPE"\nreason = "see issue 7"\nexpires = 2026-06-30\n'


def prepare(folder: Path, name: str) -> None:
    """Make what a case needs in a folder called `toy`."""
    if name in REPOSITORY_CASES:
        _prepare_repository(folder)
    else:
        _prepare_corpus(folder)


def _prepare_corpus(folder: Path) -> None:
    """Make the toy corpus, the systems and a baseline."""
    # Another case's extractor of the same name, from a folder that may be gone.
    sys.modules.pop("golden_extractor", None)
    toy_corpus.write_corpus(folder)
    systems = {
        "good": toy_corpus.predictions(),
        "no-rome": toy_corpus.predictions(without=("Rome",)),
        "wrong": toy_corpus.predictions(without=("Rome",), wrong={"Oslo": "PER"}),
        "one-1": toy_corpus.predictions(without=("Bob",)),
        "one-2": toy_corpus.predictions(without=("Oslo",)),
    }
    for name, text in systems.items():
        (folder / f"{name}.jsonl").write_text(text)
    (folder / "allow.toml").write_text(ALLOW)
    (folder / "golden_extractor.py").write_text(toy_corpus.extractor_source())
    with chdir(folder), redirect_stderr(io.StringIO()):
        main([*GATE.replace("CANDIDATE", "good.jsonl").split(), "--update-baseline"])


def _prepare_repository(folder: Path) -> None:
    """Make a repository with two documents beside the example, its release and its older state."""
    texts = {
        "d1": "Anna met Bob in Rome on Monday. The talks about the harbour took them until night.\n"
        "They will meet again in the spring of next year, Anna wrote in a letter to the mayor.",
        "d2": "Oslo is cold in winter, Carl said to Rome.",
        "d3": "Dora came back from Paris.",
        "d4": "Emil stays in Lima.",
    }
    spans = {
        "d1": [(0, 4, "PER"), (9, 12, "PER"), (16, 20, "GPE"), (132, 136, "PER")],
        "d2": [(0, 4, "GPE"), (24, 28, "PER"), (37, 41, "GPE")],
        "d3": [(0, 4, "PER"), (20, 25, "GPE")],
        "d4": [(0, 4, "PER"), (14, 18, "GPE")],
    }

    def lines(*names: str) -> str:
        rows = (
            {"id": name, "text": texts[name],
             "spans": [{"start": a, "end": b, "label": label} for a, b, label in spans[name]]}
            for name in names
        )  # fmt: skip
        return "".join(f"{json.dumps(row)}\n" for row in rows)

    (folder / "docs.jsonl").write_text(lines("d1", "d2"))
    (folder / "loose.jsonl").write_text(lines("d3"))
    (folder / "more.jsonl").write_text(lines("d4"))
    (folder / "broken.jsonl").write_text(lines("d4").replace('"end": 18', '"end": 99'))
    for place, change in (("texts", ""), ("other", "on Monday")):
        (folder / place).mkdir()
        for name in ("d1", "d2") if change else ("d1", "d2", "d3"):
            text = texts[name].replace(change, "on Tuesday") if change else texts[name]
            (folder / place / f"{name}.txt").write_text(text)
    with chdir(folder), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        assert main(["init", "c", "--no-example"]) == 0
        options = "--into c --ontology infer --language en".split()
        assert main(["import", "docs.jsonl", *options, "--split", "test"]) == 0
        assert main(["import", "loose.jsonl", *options]) == 0
        assert main("build --corpus c --profile standoff --output release".split()) == 0
        shutil.copytree("c", "changed")
        gold = Path("changed/annotations/gold/d1.json")
        record = json.loads(gold.read_bytes())
        record["mentions"].pop()
        gold.write_text(json.dumps(record))


def printed(name: str, folder: Path) -> str:
    """Run a case in a prepared folder: exit code, stdout and stderr, or the file that it writes."""
    out, err = io.StringIO(), io.StringIO()
    written = folder / "OUTPUT"
    os.environ["GITHUB_STEP_SUMMARY"] = os.environ["GITHUB_OUTPUT"] = str(written)
    os.environ["GITHUB_WORKSPACE"] = str(folder)
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        code = main(CASES[name].split())
    parts = [f"$ goldwire {CASES[name].strip()}", f"exit code {code}", ""]
    if written.exists():
        is_all = "OUTPUT" not in CASES[name]
        parts += [out.getvalue()] if is_all else []
        parts += ["--- written ---", written.read_text(encoding="utf-8")]
        written.unlink()
    else:
        parts.append(out.getvalue())
    if err.getvalue():
        parts += ["--- stderr ---", err.getvalue()]
    return comparable("\n".join(parts), folder)


def comparable(text: str, folder: Path) -> str:
    """Take out what differs between machines and versions: places, code version, last digits."""
    text = text.replace(str(folder.resolve()), "/…").replace(str(folder), "/…")
    text = text.replace(f"|v:{version()}", "|v:VERSION")
    text = re.sub(r"\b[0-9.e-]+ m?s\b", "TIME", text)
    return "".join(_rounded(text))


def _rounded(text: str) -> Iterator[str]:
    """Round long fractions to nine digits: the last ones may differ between processors."""
    for part in re.split(r"(\d+\.\d{10,}(?:e-?\d+)?)", text):
        is_number = re.fullmatch(r"\d+\.\d{10,}(?:e-?\d+)?", part)
        yield json.dumps(float(f"{float(part):.9g}")) if is_number else part
